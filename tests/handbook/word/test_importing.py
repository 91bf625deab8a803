"""Word files become drafts: never published, never over what people wrote, each file for itself (G10)."""

import csv
import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from docx import Document as open_document
from wagtail.images import get_image_model
from wagtail.models import Page

from handbook import editions
from handbook.models import ImportedFile, ProcedurePage, ProcessPage, WordImport
from handbook.word import importing, sources
from handbook.word.package import OLE
from handbook.word.sources import Source
from handbook.word.writing import docx_of
from tests import factories
from tests.handbook.word.files import FOLDER, saved, word_file

State = ImportedFile.State


@pytest.fixture
def chapter(handbook):
    return handbook.get_children().first().specific


@pytest.fixture
def take(cast, units, chapter, django_capture_on_commit_callbacks):
    """Import `{path: content}` as the editor; gives the rows by path."""

    def run(files, by=None, unit=None):
        found = sources.in_order(Source(path, lambda content=content: content) for path, content in files.items())
        with django_capture_on_commit_callbacks(execute=True):
            batch = importing.begin(by or cast.editor, unit or units.municipality, chapter, found)
        return {row.source: row for row in batch.files.select_related("page", "revision")}

    return run


def draft_of(row):
    return ProcedurePage.objects.get(pk=row.page_id).get_latest_revision_as_object()


def tampered(edition, text):
    """The exported edition with a paragraph added in Word."""
    document = open_document(io.BytesIO(docx_of(edition)))
    document.add_paragraph(text)
    return saved(document)


# What it becomes


def test_a_file_becomes_a_draft_and_nothing_is_published(take, cast, units):
    row = take({"5.3.2 Tapt utstyr.docx": word_file("Meld fra.")}, unit=units.it)["5.3.2 Tapt utstyr.docx"]
    page = ProcedurePage.objects.get(pk=row.page_id)
    assert row.state == State.NEW
    assert (page.title, page.live, page.owner_unit) == ("Tapt utstyr", False, units.it)
    assert page.document.latest_edition() is None
    assert page.latest_revision.user == cast.editor
    assert "Meld fra." in str(draft_of(row).body)


def test_every_value_reaches_the_editor(take):
    row = take({"a.docx": (FOLDER / "rutine.docx").read_bytes()})["a.docx"]
    values = {block.block_type: block.value for block in draft_of(row).body}
    assert [str(step["text"]) for step in values["steps"]["steps"]][0] == "<p>Hent nøkkelen i skapet.</p>"
    assert [term["term"] for term in values["definitions"]] == ["Hovednøkkel", "Kvittering"]
    assert values["image"]["image"].contextual_alt_text == "Nøkkelskapet med åpen dør"
    assert values["table"]["table"].columns[0]["heading"] == "Rolle"


def test_the_title_in_the_file_wins_over_its_name(take):
    row = take({"rutine_v3_endelig.docx": word_file("Tekst", title="Tapt utstyr")})["rutine_v3_endelig.docx"]
    assert row.page.title == "Tapt utstyr"


def test_folders_become_processes_and_numbers_give_the_order(take, chapter):
    take(
        {
            "2 Utstyr/10 Siste.docx": word_file("c"),
            "2 Utstyr/9 Første.docx": word_file("b"),
            "1 Tilgang/1.1 Bestille.docx": word_file("a"),
        }
    )
    processes = ProcessPage.objects.child_of(chapter).order_by("path")
    assert [page.title for page in processes] == ["Tilgang", "Utstyr"]
    assert [page.title for page in processes[1].get_children()] == ["Første", "Siste"]
    assert not any(page.live for page in processes)


def test_the_same_picture_is_kept_once(take):
    content = (FOLDER / "rutine.docx").read_bytes()
    take({"a.docx": content, "b.docx": word_file("Annet"), "c.docx": content})
    assert get_image_model().objects.count() == 1
    assert get_image_model().objects.get().collection.name == "Word"


def test_bad_files_are_named_and_the_rest_goes_on(take):
    rows = take({"a.docx": b"", "b.docx": OLE + b"\0" * 99, "c.docx": word_file("God"), "d.docx": b"PK\x03\x04x"})
    assert {path: row.state for path, row in rows.items()} == {
        "a.docx": State.REFUSED,
        "b.docx": State.REFUSED,
        "c.docx": State.NEW,
        "d.docx": State.REFUSED,
    }
    assert "old Word format" in rows["b.docx"].reason
    assert ProcedurePage.objects.count() == 1


@pytest.mark.parametrize("error", [KeyError("x"), RecursionError(), MemoryError()])
def test_an_unexpected_error_is_one_files_own(take, monkeypatch, error):
    def fails(*_args):
        raise error

    monkeypatch.setattr(importing, "draft_of", fails)
    rows = take({"a.docx": word_file("x"), "b.docx": word_file("y")})
    assert {row.state for row in rows.values()} == {State.REFUSED}
    assert type(error).__name__ in rows["a.docx"].reason
    outcome = importing.try_out(Source("a.docx", lambda: word_file("x")))
    assert outcome.state == State.REFUSED and type(error).__name__ in outcome.reason


def test_a_file_without_text_is_refused(take):
    assert take({"a.docx": word_file()})["a.docx"].reason == "The file has no text."


def test_uploaded_copies_are_deleted_afterwards(take):
    row = take({"a.docx": word_file("x")})["a.docx"]
    assert not row.upload


# Again


def test_the_same_file_again_changes_nothing(take):
    content = word_file("x")
    first = take({"a.docx": content})["a.docx"]
    again = take({"a.docx": content})["a.docx"]
    assert (again.state, again.page_id) == (State.SAME, first.page_id)
    assert again.page.latest_revision_id == first.revision_id


def test_a_changed_file_gives_the_same_page_a_new_draft(take):
    first = take({"a.docx": word_file("Gammel tekst")})["a.docx"]
    second = take({"a.docx": word_file("Ny tekst", title="Nytt navn")})["a.docx"]
    assert second.state == State.CHANGED
    assert second.page_id == first.page_id
    assert ProcedurePage.objects.count() == 1
    assert "Ny tekst" in str(draft_of(second).body)
    assert Page.objects.get(pk=first.page_id).title == "Nytt navn"
    assert second.page.document.title == "Nytt navn"


def test_a_renamed_file_is_known_by_its_content(take):
    content = word_file("Innhold")
    first = take({"a.docx": content})["a.docx"]
    assert take({"mappe/b.docx": content})["mappe/b.docx"].page_id == first.page_id


def test_what_people_wrote_since_is_not_overwritten(take, cast):
    first = take({"a.docx": word_file("Fra Word")})["a.docx"]
    page = draft_of(first)
    page.summary = "Skrevet i systemet"
    page.save_revision(user=cast.process_owner)
    second = take({"a.docx": word_file("Fra Word igjen")})["a.docx"]
    assert second.state == State.REFUSED and "Somebody has worked on the page" in second.reason
    assert draft_of(first).summary == "Skrevet i systemet"


def test_a_page_that_is_being_approved_is_not_changed(take, monkeypatch):
    take({"a.docx": word_file("Én")})
    monkeypatch.setattr(ProcedurePage, "current_workflow_state", object())
    row = take({"a.docx": word_file("To")})["a.docx"]
    assert row.state == State.REFUSED and "being approved" in row.reason


# Out to Word and back


@pytest.fixture
def published(chapter, cast):
    return factories.make_procedure(chapter, cast.editor)


def test_an_exported_file_comes_back_to_its_own_page(take, published):
    row = take({"hva som helst.docx": tampered(published.document.latest_edition(), "Nytt avsnitt")})
    row = row["hva som helst.docx"]
    assert (row.state, row.page_id) == (State.CHANGED, published.pk)
    assert [block.block_type for block in draft_of(row).body] == ["purpose", "text"]
    published.refresh_from_db()
    assert published.live and "Nytt avsnitt" not in published.document.latest_edition().text


def test_blocks_that_were_not_touched_keep_their_identity(take, published):
    before = published.get_latest_revision_as_object().body[0].id
    row = next(iter(take({"a.docx": tampered(published.document.latest_edition(), "Nytt")}).values()))
    assert draft_of(row).body[0].id == before


def test_a_file_from_an_older_version_is_refused(take, published, cast):
    old = tampered(published.document.latest_edition(), "For sent")
    published.summary = "Endret"
    editions.publish(published, cast.approver, note="Endret", major=True)
    row = take({"a.docx": old})["a.docx"]
    assert row.state == State.REFUSED
    assert "version 1" in row.reason and "version 2" in row.reason


def test_a_page_with_a_draft_is_not_overwritten_from_word(take, published, cast):
    content = tampered(published.document.latest_edition(), "Fra Word")
    published.summary = "Kladd"
    published.save_revision(user=cast.process_owner)
    assert "Somebody has a draft" in take({"a.docx": content})["a.docx"].reason


def test_an_exported_file_gives_no_right_to_another_units_page(take, published, cast, units, chapter):
    content = tampered(published.document.latest_edition(), "Snikendring")
    row = take({"a.docx": content}, by=cast.process_owner, unit=units.it)["a.docx"]
    assert (row.state, row.reason) == (State.REFUSED, "You may not write on this page.")


def test_a_forged_checksum_makes_an_ordinary_new_page(take, published):
    edition = published.document.latest_edition()
    edition.sha256 = "f" * 64
    row = take({"a.docx": docx_of(edition)})["a.docx"]
    assert row.state == State.NEW and row.page_id != published.pk


# Who may


@pytest.mark.parametrize("who", ["reporter", "leader", "auditor", "administrator", "director"])
def test_who_does_not_write_does_not_import(cast, units, chapter, who):
    with pytest.raises(PermissionDenied):
        importing.begin(getattr(cast, who), units.municipality, chapter, [])
    assert not WordImport.objects.exists()


def test_a_process_owner_imports_for_the_own_unit_only(cast, units, chapter):
    importing.begin(cast.process_owner, units.it, chapter, [])
    with pytest.raises(PermissionDenied):
        importing.begin(cast.process_owner, units.home_care, chapter, [])


# In the admin


def upload(client, chapter, unit, *files):
    return client.post(
        "/admin/word/",
        {"unit": unit.pk, "under": chapter.document.pk, "files": [SimpleUploadedFile(*file) for file in files]},
    )


def zipped(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return target.getvalue()


def test_an_editor_uploads_files_and_reads_the_report(cast, login, units, chapter, django_capture_on_commit_callbacks):
    client = login(cast.editor)
    files = [("rutine.docx", (FOLDER / "rutine.docx").read_bytes()), ("tom.docx", b""), ("notat.txt", b"hei")]
    with django_capture_on_commit_callbacks(execute=True):
        answer = upload(client, chapter, units.municipality, *files)
    assert answer.status_code == 302
    shown = client.get(answer.url).content.decode()
    page = ProcedurePage.objects.get()
    assert f"/admin/pages/{page.pk}/edit/" in shown
    assert "HMT-017" in shown and "tom.docx" in shown and "notat.txt" in shown
    assert "Not imported: 2, New draft: 1." in " ".join(shown.split())
    assert "Show how far it has come" not in shown


def test_the_report_can_be_shown_again_while_files_wait(cast, login, units, chapter):
    batch = importing.begin(cast.editor, units.municipality, chapter, [Source("a.docx", lambda: word_file("x"))])
    shown = login(cast.editor).get(batch.get_absolute_url()).content.decode()
    assert "Show how far it has come" in shown and "Waiting" in shown
    assert '<progress id="import-progress" max="1" value="0">' in shown


def test_a_zip_is_a_folder(cast, login, units, chapter, django_capture_on_commit_callbacks):
    content = zipped(**{"1 Tilgang/2 Bestille.docx": word_file("a"), "__MACOSX/._x.docx": b"x", "bilde.png": b"x"})
    with django_capture_on_commit_callbacks(execute=True):
        upload(login(cast.editor), chapter, units.municipality, ("alt.zip", content))
    assert [row.source for row in ImportedFile.objects.all()] == ["1 Tilgang/2 Bestille.docx"]
    assert ProcedurePage.objects.get().get_parent().title == "Tilgang"


@pytest.mark.parametrize("path", ["../../etc/x.docx", "/etc/x.docx", "C:/x.docx", "a/../../x.docx", "..\\..\\x.docx"])
def test_a_path_out_of_the_zip_is_refused(path):
    found = sources.uploaded([SimpleUploadedFile("alt.zip", zipped(**{path: word_file("x")}))])
    assert [source.reason for source in found] == ["The path in the zip file leads out of the folder."]


def test_two_files_of_one_name_are_told_apart():
    """Each is imported under its name, and the next import finds its page by it."""
    files = [SimpleUploadedFile("rutine.docx", word_file(text)) for text in ("Én", "To")]
    first, second = sources.uploaded(files)
    assert first.reason == "" and "has the same name" in second.reason


def test_a_zip_bomb_is_refused_unopened():
    bomb = zipped(**{"a.docx": b"\0" * 30_000_000})
    found = sources.uploaded([SimpleUploadedFile("alt.zip", bomb)])
    assert "too large when it is unpacked" in found[0].reason


@pytest.mark.parametrize("who", ["reporter", "leader", "outsider", "auditor", "director", "administrator"])
def test_the_import_is_shut_for_those_who_do_not_write(cast, login, units, chapter, who):
    batch = importing.begin(cast.editor, units.municipality, chapter, [])
    client = login(getattr(cast, who))
    for answer in (
        client.get("/admin/word/"),
        client.get(batch.get_absolute_url()),
        upload(client, chapter, units.municipality, ("a.docx", word_file("x"))),
    ):
        assert answer.status_code in (302, 403) and not answer.headers.get("Location", "").startswith("/admin/word/")
    assert WordImport.objects.count() == 1


@pytest.mark.parametrize("address", ["/admin/", "/admin/word/"])
def test_whoever_may_not_enter_the_admin_is_told_so(cast, login, address):
    """And is not sent between it and the login page without end."""
    answer = login(cast.reporter).get(address, follow=True)
    assert answer.status_code == 403


def test_who_may_enter_the_admin_finds_the_way(cast, login):
    assert login(cast.editor).get("/admin/login/").headers["Location"] == "/admin/"


def test_the_import_is_shut_without_login(db):
    assert Client().get("/admin/word/").headers["Location"].startswith("/logg-inn/")


def test_another_units_import_is_not_found(cast, login, units, chapter):
    batch = importing.begin(cast.editor, units.home_care, chapter, [])
    assert login(cast.process_owner).get(batch.get_absolute_url()).status_code == 404


def test_a_process_owner_cannot_choose_another_unit(cast, login, units, chapter):
    answer = upload(login(cast.process_owner), chapter, units.home_care, ("a.docx", word_file("x")))
    assert answer.status_code == 422
    assert not WordImport.objects.exists()


def test_too_many_files_are_refused_before_they_are_read(cast, login, units, chapter, monkeypatch):
    monkeypatch.setattr("handbook.word_forms.MAX_FILES", 1)
    answer = upload(login(cast.editor), chapter, units.municipality, ("a.docx", b"x"), ("b.docx", b"x"))
    assert answer.status_code == 422
    assert "Pack them in a .zip" in answer.content.decode()


# The command


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "1 Tilgang").mkdir()
    (tmp_path / "1 Tilgang" / "1 Bestille.docx").write_bytes(word_file("Bestill."))
    (tmp_path / "2 Gammel.doc").write_bytes(OLE + b"x")
    (tmp_path / "~$lås.docx").write_bytes(b"x")
    return tmp_path


def run(folder, *options, under, by="editor"):
    out = io.StringIO()
    call_command("import_word", str(folder), "--under", under.document.number, "--by", by, *options, stdout=out)
    return out.getvalue()


def test_the_command_imports_a_folder(folder, chapter):
    said = run(folder, "--unit", "it", under=chapter)
    page = ProcedurePage.objects.get()
    assert (page.title, page.get_parent().title, page.owner_unit.code) == ("Bestille", "Tilgang", "it")
    assert "2 Gammel.doc: " in said and "Imported: 2" in said
    assert "Nothing new: 1" in run(folder, "--unit", "it", under=chapter)


def test_a_trial_run_makes_nothing(folder, chapter):
    before = Page.objects.count()
    assert "New draft: 1" in run(folder, "--dry-run", under=chapter)
    assert Page.objects.count() == before
    assert not ImportedFile.objects.exists()


def test_the_report_can_be_read_by_people_and_spreadsheets(folder, chapter, tmp_path):
    (folder / "=1+1.docx").write_bytes(word_file("x"))
    run(folder, "--report", str(tmp_path / "r.html"), under=chapter)
    assert "2 Gammel.doc" in (tmp_path / "r.html").read_text()
    run(folder, "--report", str(tmp_path / "r.csv"), under=chapter)
    with (tmp_path / "r.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert {row[0] for row in rows[1:]} == {"1 Tilgang/1 Bestille.docx", "2 Gammel.doc", "'=1+1.docx"}


@pytest.mark.parametrize(("by", "unit"), [("reporter", "it"), ("process_owner", "home-care"), ("nobody", "it")])
def test_the_command_asks_for_the_right_too(folder, chapter, by, unit):
    with pytest.raises(CommandError):
        run(folder, "--unit", unit, under=chapter, by=by)
    assert not ProcedurePage.objects.exists()

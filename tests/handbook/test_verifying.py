"""`verify_editions` finds every kind of tampering, and cries for none of what is allowed (G4)."""

import io
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.core.management import CommandError, call_command
from django.db import connection
from PIL import Image as Picture
from wagtail.documents.models import Document as File
from wagtail.images.models import Image
from wagtail.models import Collection, CollectionViewRestriction, Page

from handbook import editions
from handbook.models import Document, Edition, KeptFile, ProcedurePage
from handbook.verifying import findings
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(pages: Any, cast: Any) -> Any:
    """5.1.1 in three editions, the last with a picture, an attachment and a link in running text."""
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body = paragraphs("Andre.")
    editions.publish(page, cast.process_owner, "Andre.", author=cast.editor)
    bits = io.BytesIO()
    Picture.new("RGB", (40, 30), "red").save(bits, "PNG")
    image = Image.objects.create(title="Kart", file=ImageFile(io.BytesIO(bits.getvalue()), name="kart.png"))
    file = File.objects.create(title="Skjema", file=ContentFile(b"skjema", name="skjema.txt"))
    linked = File.objects.create(title="Veileder", file=ContentFile(b"veileder", name="veileder.txt"))
    image.contextual_alt_text, image.decorative = "Kart over bygget", False
    page.body = [
        ("text", f'<p>Se <a linktype="document" id="{linked.pk}">veilederen</a>.</p>'),
        ("image", {"image": image, "caption": "Kart"}),
        ("attachments", [{"document": file, "note": ""}]),
    ]
    editions.publish(page, cast.process_owner, "Tredje.", author=cast.editor)
    page.image, page.file, page.linked = image, file, linked
    return page


def unguarded(statement: str, *values: Any) -> None:
    """Run SQL as somebody with the keys to the database would: without our triggers."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET session_replication_role = replica")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'handbook_%'")
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute(statement, values)


def found() -> str:
    with pytest.raises(CommandError) as caught:
        call_command("verify_editions", verbosity=0)
    return str(caught.value)


def edition(page: Any, label: str) -> Edition:
    return Edition.objects.labelled(label).get(document=page.document)


def test_a_whole_record_is_whole(written: Any) -> None:
    assert list(findings()) == []
    call_command("verify_editions", verbosity=0)


@pytest.mark.parametrize(
    "field", ["html", "text", "title", "change_note", "author_name", "approver_name", "approver_capacity"]
)
def test_a_changed_word_is_found(written: Any, field: str) -> None:
    unguarded(f"UPDATE handbook_edition SET {field} = 'Smuglet inn' WHERE id = %s", edition(written, "2").pk)
    assert "2: differs from its checksum" in found()


def test_a_changed_word_with_a_new_checksum_is_found(written: Any) -> None:
    forged = edition(written, "2")
    forged.html = "Smuglet inn"
    sha256 = editions.checksum(forged)
    unguarded("UPDATE handbook_edition SET html = %s, sha256 = %s WHERE id = %s", forged.html, sha256, forged.pk)
    assert "3: does not follow" in found()


def test_an_edition_taken_out_of_the_middle_is_found(written: Any) -> None:
    unguarded("DELETE FROM handbook_edition WHERE id = %s", edition(written, "2").pk)
    assert "3: leaves a gap" in found()


def test_the_newest_edition_taken_away_is_found(written: Any) -> None:
    unguarded("DELETE FROM handbook_edition WHERE id = %s", edition(written, "3").pk)
    assert "has an approval whose edition is missing" in found()


# What an edition rests on


@pytest.mark.parametrize(
    "field", ["approver_name", "capacity", "author_names", "change_note", "comment", "hearing", "requested_by_name"]
)
def test_a_changed_word_of_an_approval_is_found(written: Any, field: str) -> None:
    pk = edition(written, "2").approval_id
    unguarded(f"UPDATE handbook_approval SET {field} = 'Noe annet' WHERE id = %s", pk)
    assert "2: differs from its checksum, or its approval" in found()


def test_a_moved_approval_time_is_found(written: Any) -> None:
    pk = edition(written, "2").approval_id
    unguarded("UPDATE handbook_approval SET approved_at = %s WHERE id = %s", "2020-01-01 12:00:00+00:00", pk)
    assert "2: says something else than its approval: approved_at" in found()


@pytest.mark.parametrize("name", ["author", "approver"])
def test_a_swapped_person_is_found(written: Any, cast: Any, name: str) -> None:
    statement = f"UPDATE handbook_edition SET {name}_id = %s WHERE id = %s"
    unguarded(statement, cast.outsider.pk, edition(written, "2").pk)
    assert f"2: says something else than its approval: {name}_id" in found()


def test_swapped_approvals_are_found(written: Any) -> None:
    second, third = edition(written, "2"), edition(written, "3")
    unguarded("UPDATE handbook_edition SET approval_id = NULL WHERE id = %s", third.pk)
    assert "3: has no approval" in found()
    unguarded("UPDATE handbook_edition SET approval_id = %s WHERE id = %s", third.approval_id, second.pk)
    assert "2: differs from its checksum" in found()


def test_a_lost_approval_is_found(written: Any) -> None:
    unguarded("DELETE FROM handbook_approval WHERE id = %s", edition(written, "2").approval_id)
    assert "2: has no approval" in found()
    unguarded(
        "UPDATE handbook_edition SET approval_id = NULL WHERE approval_id NOT IN (SELECT id FROM handbook_approval)"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE handbook_contribution SET user_name = 'En annen' WHERE document_id = %s",
        "UPDATE handbook_contribution SET at = '2020-01-01 12:00:00+00:00' WHERE document_id = %s",
        "DELETE FROM handbook_contribution WHERE document_id = %s",
    ],
)
def test_another_story_of_who_wrote_is_found(written: Any, statement: str) -> None:
    unguarded(statement, written.document.pk)
    assert "2: differs from its checksum" in found()


def test_an_author_taken_out_before_the_approval_is_found(written: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=written.pk)
    page.body = paragraphs("Fjerde.")
    page.save_revision(user=cast.process_owner)
    unguarded("DELETE FROM handbook_contribution WHERE user_id = %s", cast.process_owner.pk)
    assert "not recorded as its author" in found()


# Where a document stands


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"number": "9.9.9"}, "is numbered 9.9.9 and stands at 5.1.1"),
        ({"title": "Noe annet"}, "has another title"),
        ({"review_date": "2099-01-01"}, "has another review date"),
        ({"document_id": "FL-9999"}, "is filed under FL-9999"),
        ({"page": None}, "has lost its page"),
    ],
)
def test_a_document_changed_behind_the_guards_is_found(written: Any, change: dict[str, Any], words: str) -> None:
    Document.objects.filter(pk=written.document.pk).update(**change)
    assert words in found()


def test_documents_swapped_between_pages_are_found(written: Any, pages: Any) -> None:
    mine, other = written.document, pages.lost.document
    Document.objects.filter(pk=mine.pk).update(page=None)
    Document.objects.filter(pk=other.pk).update(page=written.pk)
    Document.objects.filter(pk=mine.pk).update(page=pages.lost.pk)
    assert f"{mine.document_id}: stands on another page" in found()


def test_a_document_taken_away_with_all_it_had_is_found(written: Any) -> None:
    code, pk = written.document.document_id, written.document.pk
    for table in ("edition", "approval", "contribution", "keptfile", "document"):
        column = "id" if table == "document" else "document_id"
        unguarded(f"DELETE FROM handbook_{table} WHERE {column} = %s", pk)
    assert f"{code}: is missing" in found()


def test_a_page_out_of_force_without_a_withdrawal_is_found(written: Any) -> None:
    Page.objects.filter(pk=written.pk).update(live=False)
    assert "out of force without being withdrawn" in found()


@pytest.mark.parametrize("change", [{"title": "Noe annet"}, {"summary": "Noe annet"}, {"body": paragraphs("Smuglet")}])
def test_a_page_rewritten_behind_the_guards_is_found(written: Any, change: dict[str, Any]) -> None:
    ProcedurePage.objects.filter(pk=written.pk).update(**change)
    assert "page that says something else" in found()


def test_the_newest_edition_taken_away_with_its_approval_is_found(written: Any) -> None:
    last = edition(written, "3")
    unguarded("DELETE FROM handbook_edition WHERE id = %s", last.pk)
    unguarded("DELETE FROM handbook_approval WHERE id = %s", last.approval_id)
    assert "page that says something else" in found()


# The ledger


def test_the_newest_edition_forged_with_a_fitting_checksum_is_found_in_the_ledger(written: Any, tmp_path: Any) -> None:
    ledger = tmp_path / "ledger"
    call_command("verify_editions", ledger=ledger, verbosity=0)
    assert f"{edition(written, '3')} {edition(written, '3').sha256}" in ledger.read_text().splitlines()
    forged = edition(written, "3")
    forged.html = "Smuglet inn"
    sha256 = editions.checksum(forged)
    unguarded("UPDATE handbook_edition SET html = %s, sha256 = %s WHERE id = %s", forged.html, sha256, forged.pk)
    before = ledger.read_text()
    with pytest.raises(CommandError, match="3: is gone or is not the edition the ledger knows"):
        call_command("verify_editions", ledger=ledger, verbosity=0)
    assert ledger.read_text() == before


def test_the_ledger_takes_in_what_is_new(written: Any, cast: Any, tmp_path: Any) -> None:
    ledger = tmp_path / "ledger"
    call_command("verify_editions", ledger=ledger, verbosity=0)
    page = ProcedurePage.objects.get(pk=written.pk)
    page.body = paragraphs("Fjerde.")
    editions.publish(page, cast.process_owner, "Fjerde.", author=cast.editor)
    call_command("verify_editions", ledger=ledger, verbosity=0)
    assert f"{edition(written, '4')} {edition(written, '4').sha256}" in ledger.read_text().splitlines()


# Files


@pytest.mark.parametrize("name", ["skjema", "veileder"])
def test_swapped_bytes_of_a_file_are_found(written: Any, name: str) -> None:
    kept = KeptFile.objects.get(filename__startswith=name)
    kept.file.storage.delete(kept.file.name)
    kept.file.storage.save(kept.file.name, ContentFile(b"noe annet"))
    assert f"{kept.filename}: is missing or differs" in found()


def test_a_lost_file_and_a_lost_row_are_found(written: Any) -> None:
    kept = KeptFile.objects.get(filename__startswith="skjema")
    kept.file.storage.delete(kept.file.name)
    assert f"{kept.filename}: is missing" in found()
    unguarded("DELETE FROM handbook_keptfile WHERE id = %s", kept.pk)
    assert f"has lost its file {kept.filename}" in found()


@pytest.mark.parametrize("change", ["filename = 'annet.txt'", "size = 1"])
def test_a_file_under_another_name_or_size_is_found(written: Any, change: str) -> None:
    unguarded(f"UPDATE handbook_keptfile SET {change} WHERE filename LIKE 'skjema%%'")
    assert "under another name or size" in found()


def test_a_file_row_that_points_at_another_file_is_found(written: Any) -> None:
    other = KeptFile.objects.get(filename__startswith="veileder")
    unguarded("UPDATE handbook_keptfile SET file = %s WHERE filename LIKE 'skjema%%'", other.file.name)
    assert "is missing or differs" in found()


def test_a_page_made_live_behind_the_guards_is_found(written: Any, pages: Any) -> None:
    draft = pages.add(pages.process, ProcedurePage, "Aldri godkjent")
    Page.objects.filter(pk=draft.pk).update(live=True)
    assert "without ever having been approved" in found()


def test_a_withdrawn_page_made_live_behind_the_guards_is_found(written: Any) -> None:
    factories.withdraw(written)
    call_command("verify_editions", verbosity=0)
    Page.objects.filter(pk=written.pk).update(live=True)
    assert "served though it is withdrawn" in found()


def test_replacing_and_deleting_files_and_pictures_changes_nothing(written: Any, cast: Any, login: Any) -> None:
    shown = edition(written, "3")
    for thing in (written.image, written.file, written.linked):
        thing.file.storage.delete(thing.file.name)
        thing.delete()
    client = login(cast.reporter)
    for file in KeptFile.objects.filter(document=written.document):
        address = file.picture_url if file.filename.endswith("png") else file.get_absolute_url()
        assert address in shown.html
        assert b"".join(client.get(address).streaming_content)
    call_command("verify_editions", verbosity=0)


def test_a_file_is_never_shown_as_a_picture(written: Any, cast: Any, login: Any) -> None:
    kept = KeptFile.objects.get(filename__startswith="skjema")
    assert login(cast.reporter).get(kept.picture_url).status_code == 404


def test_purging_revisions_and_deactivating_people_changes_nothing(written: Any, cast: Any) -> None:
    call_command("purge_revisions", verbosity=0)
    cast.editor.is_active = False
    cast.editor.save()
    call_command("verify_editions", verbosity=0)
    kept = edition(written, "3")
    assert (kept.author_name, kept.approver_name) == (str(cast.editor), str(cast.process_owner))
    with pytest.raises(ValidationError):
        cast.editor.delete()


def test_moving_files_between_collections_changes_nothing(written: Any, cast: Any, login: Any) -> None:
    secret = Collection.get_first_root_node().add_child(name="Skjult")
    CollectionViewRestriction.objects.create(collection=secret, restriction_type="login")
    for thing in (written.image, written.file, written.linked):
        thing.collection = secret
        thing.save()
    call_command("verify_editions", verbosity=0)
    kept = KeptFile.objects.get(filename__startswith="skjema")
    assert login(cast.reporter).get(kept.get_absolute_url()).status_code == 200


def test_moving_and_copying_changes_nothing(written: Any, pages: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=written.pk)
    page.move(pages.lost, "last-child")
    ProcedurePage.objects.get(pk=written.pk).copy(update_attrs={"slug": "kopi"}, user=cast.editor)
    call_command("verify_editions", verbosity=0)
    assert Document.objects.get(page_id=written.pk).editions.count() == 3

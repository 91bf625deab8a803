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
from wagtail.models import Page

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


@pytest.mark.parametrize("field", ["html", "text", "title", "change_note", "approver_name", "approver_capacity"])
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


def test_a_swapped_approver_is_found(written: Any, cast: Any) -> None:
    unguarded("UPDATE handbook_approval SET approver_name = 'En annen'")
    assert "another approver" in found()


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


def test_moving_and_copying_changes_nothing(written: Any, pages: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=written.pk)
    page.move(pages.lost, "last-child")
    ProcedurePage.objects.get(pk=written.pk).copy(update_attrs={"slug": "kopi"}, user=cast.editor)
    call_command("verify_editions", verbosity=0)
    assert Document.objects.get(page_id=written.pk).editions.count() == 3

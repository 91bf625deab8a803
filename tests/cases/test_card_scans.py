"""Scans of report cards: what is read in them, and every file that is no scan (S33)."""

import io
import stat
import uuid

import pikepdf
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cases.cards import pages, proposal, scans
from cases.models import CardUpload, Intake, ScannedFile
from cases.models.card import STUCK
from organisation import clock
from tests import factories
from tests.cases import scans as made

pytestmark = pytest.mark.django_db


@pytest.fixture
def read(cast, django_capture_on_commit_callbacks):
    """`read({"kort.pdf": content})` sends in files and reads them; gives the upload."""

    def of(files: dict[str, bytes], by=None) -> CardUpload:
        with django_capture_on_commit_callbacks(execute=True):
            return scans.begin(by or cast.service_desk, [ContentFile(content, name) for name, content in files.items()])

    return of


@pytest.mark.parametrize(("kind", "name"), [("PDF", "k.pdf"), ("TIFF", "k.tif")])
def test_each_page_is_a_card_with_the_number_of_its_code(cast, read, kind, name):
    cards = made.filled_in(factories.make_cards(cast.service_desk, 3))
    upload = read({name: made.as_file(cards, kind)})
    assert [card.intake.card_number for card in upload.cards()] == [1, 2, 3]
    file = upload.files.get()
    assert (file.state, file.pages, file.pages_read, file.original.name) == (ScannedFile.State.READ, 3, 3, "")


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "k.jpg"), ("PNG", "k.png")])
@pytest.mark.parametrize("turned", [0, 90, 180])
def test_a_photo_is_a_card_however_it_lies(cast, read, kind, name, turned):
    card = made.filled_in(factories.make_cards(cast.service_desk, 1))[0].rotate(turned, expand=True)
    assert read({name: made.as_file([card], kind)}).cards().get().intake.card_number == 1


def test_a_sheet_with_two_cards_says_both_numbers_and_chooses_none(cast, read):
    both = made.filled_in(factories.make_cards(cast.service_desk, 2))
    sheet = Image.new("RGB", (both[0].width, both[0].height * 2))
    for place, card in enumerate(both):
        sheet.paste(card, (0, place * card.height))
    card = read({"ark.png": made.as_file([sheet], "PNG")}).cards().get()
    assert card.intake.card_number is None
    assert "MK-00001, MK-00002" in card.remarks(cast.service_desk)[0]


def test_a_card_printed_elsewhere_is_said_to_be_unknown(cast, read):
    batch = factories.make_cards(cast.service_desk, 1)
    batch.first = batch.last = 777
    card = read({"k.png": made.as_file(made.filled_in(batch), "PNG")}).cards().get()
    assert card.intake.card_number == 777
    assert "MK-00777" in card.remarks(cast.service_desk)[0]


BAD = {
    "locked.pdf": lambda: made.pdf(encryption=pikepdf.Encryption(user="x", owner="y")),
    "broken.pdf": lambda: made.pdf()[:120],
    "not-a.pdf": lambda: b"hei",
    "empty.pdf": lambda: b"",
    "many.pdf": lambda: made.pdf(500),
    "none.pdf": lambda: made.pdf(0),
    "program.exe": lambda: b"MZ",
    "page.html": lambda: b"<script>1</script>",
    "text.tif": lambda: b"II*\0hei",
    "empty.tif": lambda: b"",
    "wrong.jpg": lambda: made.pdf(),
    "huge.png": lambda: made.as_file([Image.new("1", (9_000, 9_000))], "PNG"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_its_name_and_stops_none_of_the_others(read, name):
    upload = read({name: BAD[name](), "god.pdf": made.pdf(2)})
    bad, good = upload.files.all()
    assert (bad.state, bad.original.name) == (ScannedFile.State.REFUSED, "")
    assert name in bad.reason
    assert (good.state, upload.cards().count()) == (ScannedFile.State.READ, 2)


def test_nothing_hidden_in_a_file_is_kept(read):
    upload = read({"skript.pdf": made.hostile_pdf()})
    with upload.cards().get().picture.file.open("rb") as opened:
        kept = opened.read()
    assert kept.startswith(b"\xff\xd8")
    assert b"planted" not in kept
    assert not storages["private"].exists("scans") or storages["private"].listdir("scans")[1] == []


def test_the_place_and_camera_of_a_photo_are_gone(read):
    photo = Image.new("RGB", (60, 40))
    data = photo.getexif()
    data[0x010F] = "Kamera AS"
    data[0x0112] = 6
    photo.info["exif"] = data.tobytes()
    with upload_picture(read({"k.tif": tiff_with(photo, data)})) as opened:
        assert b"Kamera" not in opened.read()


def tiff_with(photo: Image.Image, data: Image.Exif) -> bytes:
    target = io.BytesIO()
    photo.save(target, "TIFF", exif=data)
    return target.getvalue()


def upload_picture(upload: CardUpload):
    return upload.cards().get().picture.file.open("rb")


def test_a_page_of_enormous_size_is_drawn_small(read):
    document = pikepdf.new()
    document.add_blank_page(page_size=(14_400, 14_400))
    target = io.BytesIO()
    document.save(target)
    with upload_picture(read({"plakat.pdf": target.getvalue()})) as opened:
        assert max(Image.open(opened).size) <= 2340


def test_reading_goes_on_where_a_killed_worker_stopped(read, cast, monkeypatch):
    whole, taken = pages.pages_of, []

    def killed(*args, **kwargs):
        for page in whole(*args, **kwargs):
            if len(taken) == 2:
                raise SystemExit
            taken.append(page)
            yield page

    monkeypatch.setattr(scans, "pages_of", killed)
    read({"kort.pdf": made.pdf(5)})
    file = ScannedFile.objects.get()
    assert (file.pages_read, file.state, file.pages) == (2, ScannedFile.State.READING, 5)
    monkeypatch.setattr(scans, "pages_of", whole)
    assert scans.resume() == 0
    ScannedFile.objects.update(touched_at=clock.now() - 2 * STUCK)
    assert scans.resume() == 1
    assert [card.page for card in file.upload.cards()] == [1, 2, 3, 4, 5]
    assert scans.resume() == 0


def test_a_fault_of_ours_is_told_to_the_one_who_waits(read, monkeypatch):
    def broken(*args):
        raise RuntimeError("a fault")

    monkeypatch.setattr(scans, "numbers_in", broken)
    file = read({"kort.pdf": made.pdf(5)}).files.get()
    assert (file.state, "kort.pdf" in file.reason, file.original.name) == (ScannedFile.State.REFUSED, True, "")


def test_a_page_is_taken_once_however_often_the_file_is_read(read):
    upload = read({"kort.pdf": made.pdf(2)})
    file = upload.files.get()
    file.take(1, b"", [])
    scans.read_file.func(file.pk)
    assert upload.cards().count() == 2


@pytest.mark.parametrize("who", ["reporter", "leader", "director", "auditor"])
def test_only_those_who_receive_send_in(cast, read, who):
    with pytest.raises(PermissionDenied):
        read({"kort.pdf": made.pdf()}, by=getattr(cast, who))
    assert not Intake.objects.exists()


def test_sent_in_twice_is_read_once(login, cast, django_capture_on_commit_callbacks):
    key = uuid.uuid4()
    for _click in range(2):
        files = [SimpleUploadedFile("a.pdf", made.pdf(2)), SimpleUploadedFile("b.txt", b"hei")]
        with django_capture_on_commit_callbacks(execute=True):
            answer = login(cast.service_desk).post("/meldekort/last-opp/", {"key": key, "files": files})
    page = login(cast.service_desk).get(answer.headers["Location"]).content.decode()
    assert "b.txt" in page
    assert CardUpload.objects.get().cards().count() == 2


def test_somebody_elses_key_is_no_hindrance(login, cast, read):
    key = read({"kort.pdf": made.pdf()}).key
    files = [SimpleUploadedFile("a.pdf", made.pdf())]
    login(cast.quality_manager).post("/meldekort/last-opp/", {"key": key, "files": files})
    assert {upload.by for upload in CardUpload.objects.all()} == {cast.service_desk, cast.quality_manager}


@pytest.mark.parametrize("files", [[], [SimpleUploadedFile(f"{n}.pdf", b"x") for n in range(51)]])
def test_no_files_and_too_many_are_said(login, cast, files):
    answer = login(cast.service_desk).post("/meldekort/last-opp/", {"key": uuid.uuid4(), "files": files})
    assert "ds-error-summary" in answer.content.decode()
    assert not CardUpload.objects.exists()


# The proposal


@pytest.fixture
def tesseract(tmp_path, monkeypatch):
    """`tesseract("script")` puts a program of that name first on the path."""

    def of(languages: str, says: str) -> None:
        program = tmp_path / "tesseract"
        program.write_text(f'#!/bin/sh\nif [ "$1" = --list-langs ]; then echo "{languages}"; exit; fi\n{says}\n')
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
        proposal.is_installed.cache_clear()

    yield of
    proposal.is_installed.cache_clear()


def test_a_proposal_is_shown_as_one_where_tesseract_knows_norwegian(tesseract, read, login, cast):
    tesseract("nor", "cat > /dev/null; echo 'Lyset er slukket'; echo '|_'")
    card = read({"kort.pdf": made.pdf()}).cards().get()
    assert card.proposal == "Lyset er slukket"
    page = login(cast.service_desk).get(card.get_absolute_url()).content.decode()
    assert "Lyset er slukket" in page.split('class="proposal"')[1]
    assert "Lyset er slukket" not in page.split("<textarea")[1]


@pytest.mark.parametrize(("languages", "says"), [("eng", "echo Feil"), ("nor", "exit 1"), ("nor", "sleep 5")])
def test_without_norwegian_or_an_answer_in_time_there_is_none(tesseract, read, monkeypatch, languages, says):
    monkeypatch.setattr(proposal, "SECONDS", 1)
    tesseract(languages, says)
    assert read({"kort.pdf": made.pdf()}).cards().get().proposal == ""

"""Files of a case (rule 4 of the design): checked by content, cleaned, served only to those who may."""

import io
import zipfile

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from cases import uploads
from cases.models import Case
from tests import factories
from tests.cases.test_report import fields


def upload(name, content=b"hei"):
    return SimpleUploadedFile(name, content)


def picture(kind="JPEG", size=(40, 30), **save):
    target = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(target, kind, **save)
    return target.getvalue()


def archive(**members):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def docx(**more):
    return archive(**{"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>", **more})


def odt():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", uploads.OFFICE["odt"], zipfile.ZIP_STORED)
        made.writestr("content.xml", "<office/>")
    return target.getvalue()


def pdf():
    target = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(target)
    return target.getvalue()


PDF = pdf()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("bilde.jpg", picture()),
        ("BILDE.JPEG", picture()),
        ("bilde.png", picture("PNG")),
        ("bilde.webp", picture("WEBP")),
        ("notat.pdf", PDF),
        ("notat.docx", docx()),
        ("tall.xlsx", archive(**{"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<w/>"})),
        ("notat.odt", odt()),
        ("notat.txt", "Blåbærsyltetøy".encode()),
        ("gammelt.csv", "Blå;bær".encode("cp1252")),
    ],
)
def test_allowed_files_are_taken(name, content):
    assert uploads.clean(upload(name, content)).content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("virus.exe", b"MZ\x90"),
        ("side.html", b"<script>alert(1)</script>"),
        ("bilde.svg", b"<svg onload='alert(1)'/>"),
        ("uten-endelse", b"hei"),
        ("tom.txt", b""),
        ("bilde.jpg", b"GIF89a not a picture"),
        ("bilde.jpg", picture("PNG")),
        ("bilde.png", picture("PNG")[:60]),
        ("notat.pdf", b"<html>"),
        ("notat.docx", b"PK\x03\x04 broken"),
        ("notat.docx", archive(**{"a.txt": "not word"})),
        ("notat.docx", docx(**{"word/vbaProject.bin": "macro"})),
        ("notat.odt", archive(**{"content.xml": "<office/>"})),
        ("notat.txt", b"\x00\x01\x02\x03"),
        ("notat.txt", PDF),
        ("notat.csv", b"MZ\x90\x00"),
    ],
)
def test_other_files_are_refused_by_name_and_reason(name, content):
    with pytest.raises(ValidationError) as refused:
        uploads.clean(upload(name, content))
    assert name in refused.value.messages[0]


def test_a_large_file_is_refused(settings):
    settings.ATTACHMENT_MAX_BYTES = 10
    with pytest.raises(ValidationError):
        uploads.clean(upload("notat.txt", b"x" * 11))


def test_too_many_files_are_refused(settings):
    settings.ATTACHMENTS_PER_REPORT = 2
    with pytest.raises(ValidationError):
        uploads.clean_all([upload(f"{n}.txt") for n in range(3)])


def test_an_archive_that_unpacks_to_something_huge_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_UNPACKED", 1000)
    with pytest.raises(ValidationError):
        uploads.clean(upload("bombe.docx", docx(**{"word/media": "0" * 5000})))


def test_a_picture_with_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(uploads, "MAX_PIXELS", 100)
    with pytest.raises(ValidationError):
        uploads.clean(upload("stort.png", picture("PNG")))


def test_what_a_picture_carries_is_taken_away():
    exif = Image.Exif()
    exif[0x010F] = "HemmeligKamera"
    exif[0x8825] = {1: "N", 2: (59.0, 50.0, 0.0)}
    dirty = picture(exif=exif, comment=b"HemmeligKommentar") + b"<script>hale</script>"
    clean = uploads.clean(upload("bilde.jpg", dirty)).content
    assert b"HemmeligKamera" in dirty and b"HemmeligKamera" not in clean
    assert b"HemmeligKommentar" not in clean and b"script" not in clean
    assert not Image.open(io.BytesIO(clean)).getexif()


def test_a_picture_from_a_phone_becomes_jpeg():
    target = io.BytesIO()
    Image.new("RGB", (64, 64), (10, 90, 10)).save(target, "HEIF")
    clean = uploads.clean(upload("IMG_1.heic", target.getvalue()))
    assert (clean.name, clean.content_type) == ("IMG_1.jpg", "image/jpeg")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\temp\\notat.txt", "notat.txt"),
        ("fak\u202etxt.exe.txt", "fak txt.exe.txt"),
        ('a"b\n.txt', "a'b .txt"),
        ("", "fil"),
    ],
)
def test_names_are_cleaned(given, kept):
    cleaned = uploads.clean_name(given)
    assert cleaned == kept or given == ""
    assert "/" not in cleaned and cleaned


def test_long_names_keep_their_ending():
    assert len(uploads.clean_name("x" * 300 + ".pdf")) <= 120
    assert uploads.clean_name("x" * 300 + ".pdf").endswith(".pdf")


def test_files_come_with_the_report(login, cast):
    posted = fields(cast.reporter, files=[upload("bilde.jpg", picture()), upload("notat.txt")])
    login(cast.reporter).post("/meld/", posted)
    assert sorted(Case.objects.get().attachments.values_list("name", flat=True)) == ["bilde.jpg", "notat.txt"]


def test_a_refused_file_is_named_beside_the_field_and_the_text_kept(login, cast):
    answer = login(cast.reporter).post("/meld/", fields(cast.reporter, files=[upload("virus.exe")]))
    page = answer.content.decode()
    assert "virus.exe" in str(answer.context["form"].errors["files"])
    assert "Glatt trapp." in page
    assert not Case.objects.exists()


@pytest.fixture
def case_with_file(cast):
    case = factories.make_case(cast.reporter)
    case.attach(cast.reporter, [uploads.clean(upload("bilde.jpg", picture())), uploads.clean(upload("notat.txt"))])
    return case


def url_of(case, name):
    return f"{case.get_absolute_url()}vedlegg/{case.attachments.get(name=name).pk}/"


@pytest.mark.parametrize("who", ["reporter", "leader", "handler", "quality_manager"])
def test_those_who_read_the_case_whole_get_the_file(login, cast, case_with_file, who):
    answer = login(getattr(cast, who)).get(url_of(case_with_file, "notat.txt"))
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("who", ["colleague", "outsider", "it_leader", "administrator"])
def test_others_are_refused_the_file_and_see_no_name(login, cast, case_with_file, who):
    client = login(getattr(cast, who))
    assert client.get(url_of(case_with_file, "bilde.jpg")).status_code == 403
    assert client.get(url_of(case_with_file, "bilde.jpg"), {"vis": "1"}).status_code == 403
    assert b"notat.txt" not in client.get(case_with_file.get_absolute_url()).content


def test_only_pictures_are_shown_in_place(login, cast, case_with_file):
    client = login(cast.leader)
    assert client.get(url_of(case_with_file, "bilde.jpg"), {"vis": "1"})["Content-Disposition"].startswith("inline")
    assert client.get(url_of(case_with_file, "notat.txt"), {"vis": "1"})["Content-Disposition"].startswith("attachment")


def test_a_file_of_another_case_is_not_found(login, cast, case_with_file):
    other = factories.make_case(cast.reporter)
    pk = case_with_file.attachments.first().pk
    assert login(cast.leader).get(f"{other.get_absolute_url()}vedlegg/{'9' * 30}/").status_code == 404
    assert login(cast.leader).get(f"{other.get_absolute_url()}vedlegg/{pk}/").status_code == 404


def test_a_file_of_a_sealed_case_is_not_found_by_others(login, cast):
    case = factories.make_case(cast.reporter, sealed=True)
    case.attach(cast.reporter, [uploads.clean(upload("notat.txt"))])
    assert login(cast.colleague).get(url_of(case, "notat.txt")).status_code == 404
    assert login(cast.handler).get(url_of(case, "notat.txt")).status_code == 404


def test_the_reporter_adds_files_later_but_a_colleague_may_not(login, cast):
    case = factories.make_case(cast.reporter)
    url = f"{case.get_absolute_url()}vedlegg/"
    posted = {"version": case.version, "files": [upload("notat.txt")]}
    assert login(cast.colleague).post(url, posted).status_code == 403
    login(cast.reporter).post(url, {"version": case.version, "files": [upload("notat.txt")]})
    assert case.attachments.count() == 1


def test_no_files_can_be_added_to_an_ended_case(login, cast):
    case = factories.make_case(cast.reporter)
    case.reject(cast.leader, reason="Hører ikke til her.")
    answer = login(cast.reporter).post(
        f"{case.get_absolute_url()}vedlegg/", {"version": case.version, "files": [upload("n.txt")]}
    )
    assert answer.status_code == 200
    assert not case.attachments.exists()

"""Documents lose what they say of whoever made them, and keep their text (G18)."""

import io
import zipfile

import pikepdf
import pytest
from django.core.exceptions import ValidationError
from docx import Document
from openpyxl import Workbook

from cases import uploads
from tests.cases.test_files import archive, upload

SECRET = "Hemmelig Forfatter"


def pdf(**options):
    target = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.docinfo["/Author"] = SECRET
        with made.open_metadata() as xmp:
            xmp["dc:creator"] = [SECRET]
        made.save(target, **options)
    return target.getvalue()


def word():
    target = io.BytesIO()
    made = Document()
    made.core_properties.author = made.core_properties.last_modified_by = SECRET
    paragraph = made.add_paragraph("Teksten står.")
    made.add_comment(paragraph.runs[0], text="Merknad", author=SECRET, initials="HF")
    made.save(target)
    return target.getvalue()


def sheet():
    target = io.BytesIO()
    made = Workbook()
    made.properties.creator = SECRET
    made.active["A1"] = "Tallet står."
    made.save(target)
    return target.getvalue()


def unpacked(content):
    with zipfile.ZipFile(io.BytesIO(content)) as members:
        return b"".join(members.read(name) for name in members.namelist())


def test_a_pdf_forgets_its_author():
    clean = uploads.clean(upload("notat.pdf", pdf())).content
    with pikepdf.open(io.BytesIO(clean)) as opened:
        assert "/Info" not in opened.trailer and "/Metadata" not in opened.Root
        assert len(opened.pages) == 1
    assert SECRET.encode() not in clean


def test_a_word_file_forgets_its_author_and_the_names_in_its_margin():
    clean = uploads.clean(upload("notat.docx", word())).content
    assert SECRET.encode() in unpacked(word()) and SECRET.encode() not in unpacked(clean)
    opened = Document(io.BytesIO(clean))
    assert [paragraph.text for paragraph in opened.paragraphs] == ["Teksten står."]


def test_a_spreadsheet_forgets_its_author():
    clean = uploads.clean(upload("tall.xlsx", sheet())).content
    assert SECRET.encode() not in unpacked(clean)
    assert b"Tallet" in unpacked(clean)


def test_an_opendocument_text_forgets_its_author():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("mimetype", uploads.OFFICE["odt"], zipfile.ZIP_STORED)
        made.writestr("content.xml", f"<office><dc:creator>{SECRET}</dc:creator>Teksten</office>")
        made.writestr("meta.xml", f"<meta>{SECRET}</meta>")
    clean = uploads.clean(upload("notat.odt", target.getvalue())).content
    assert SECRET.encode() not in unpacked(clean) and b"Teksten" in unpacked(clean)
    assert uploads.clean(upload("notat.odt", clean)).content


def test_no_member_keeps_its_time():
    with zipfile.ZipFile(io.BytesIO(uploads.clean(upload("tall.xlsx", sheet())).content)) as members:
        assert {member.date_time[0] for member in members.infolist()} == {1980}


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("last.pdf", pdf(encryption=pikepdf.Encryption(owner="x", user="x"))),
        ("skadet.pdf", b"%PDF-1.7 and nothing more"),
        ("skadet.docx", archive(**{"word/document.xml": "<w/>" * 900})[:-400]),
    ],
)
def test_what_cannot_be_cleaned_is_refused_by_name(name, content):
    with pytest.raises(ValidationError) as refused:
        uploads.clean(upload(name, content))
    assert name in refused.value.messages[0]

"""The text of files: read once, outside the request that publishes, and found (G14)."""

import io
import zipfile
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.core.files.base import ContentFile
from docx import Document as WordDocument
from wagtail.documents.models import Document as Attachment

from handbook import findable_files
from handbook.models import ProcedurePage
from search.file_text import MOST_LETTERS, Unreadable, text_of
from search.models import Entry, FileText
from tests import factories
from tests.cases.test_files import archive, pdf


def word() -> bytes:
    document = WordDocument()
    document.add_paragraph("Brannbamsen øver")
    document.add_table(1, 2).rows[0].cells[1].text = "rømningsvei"
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def excel() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Brannbamsen øver", 4, "rømningsvei"])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def open_document() -> bytes:
    space = 'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    return archive(
        **{"content.xml": f"<o {space}><t:p>Brannbamsen <t:span>øver</t:span></t:p><t:p>rømningsvei</t:p></o>"}
    )


def slides() -> bytes:
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    slide = f"<s {space}><a:p><a:t>Brannbamsen øver</a:t></a:p><a:p><a:t>rømningsvei</a:t></a:p></s>"
    return archive(**{"ppt__slides__slide1.xml": slide})


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.docx", word()),
        ("PLAN.XLSX", excel()),
        ("plan.odt", open_document()),
        ("plan.ods", open_document()),
        ("plan.pptx", slides()),
        ("plan.txt", "Brannbamsen øver\r\n rømningsvei".encode()),
        ("plan.csv", "Brannbamsen øver;rømningsvei".encode("cp1252")),
    ],
)
def test_the_text_is_read(name: str, content: bytes) -> None:
    text = text_of(name, content).replace(";", " ")
    assert "Brannbamsen øver" in text
    assert "rømningsvei" in text


def test_a_pdf_without_text_is_empty() -> None:
    assert text_of("plan.pdf", pdf()) == ""


BOMB = b'<!DOCTYPE o [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><o><p>&b;</p></o>'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plan.docx", b"not a zip"),
        ("plan.docx", archive(**{"word__document.xml": "<w"})),
        ("plan.pdf", b"%PDF-1.7 cut off"),
        ("plan.exe", b"MZ"),
        ("plan", b"text"),
    ],
)
def test_what_can_not_be_read_is_said(name: str, content: bytes) -> None:
    with pytest.raises(Unreadable):
        text_of(name, content)


def test_entities_are_not_resolved() -> None:
    content = archive(**{"content.xml": BOMB.decode()})
    assert "aaaa" not in text_of("plan.odt", content)


def test_a_part_that_is_huge_unpacked_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.file_text.MOST_BYTES", 1_000)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("content.xml", "<o>" + " " * 100_000 + "</o>")
    with pytest.raises(Unreadable):
        text_of("plan.odt", target.getvalue())


def test_a_very_long_text_is_cut() -> None:
    assert len(text_of("plan.txt", b"ord " * MOST_LETTERS)) <= MOST_LETTERS


class TestAttachments:
    """Of documents in force."""

    @pytest.fixture
    def page(self, pages: SimpleNamespace, cast: Any, django_capture_on_commit_callbacks: Any) -> ProcedurePage:
        with django_capture_on_commit_callbacks(execute=True):
            return self.attached(pages, cast, "branninstruks.docx", word())

    def attached(self, pages: SimpleNamespace, cast: Any, name: str, content: bytes) -> ProcedurePage:
        file = Attachment.objects.create(title=name, file=ContentFile(content, name))
        body = [("attachments", [{"document": file, "note": ""}])]
        return factories.make_procedure(pages.chapter, cast.editor, title="Brann", body=body)

    def test_it_is_found_by_what_stands_in_it_and_leads_to_the_copy(
        self, page: ProcedurePage, cast: Any, login: Any
    ) -> None:
        answer = login(cast.reporter).get("/sok/", {"q": "brannbamsen"})
        [hit] = answer.context["hits"]
        assert hit.source == "attachment"
        assert login(cast.reporter).get(hit.url).status_code == 200
        assert "<mark>Brannbamsen</mark>" in answer.content.decode()

    def test_until_it_is_read_it_is_found_by_its_name_and_editors_are_told(
        self, pages: SimpleNamespace, cast: Any, login: Any, found: Any
    ) -> None:
        self.attached(pages, cast, "branninstruks.docx", word())
        assert found(cast.reporter, "brannbamsen") == []
        assert found(cast.reporter, "branninstruks")
        assert login(cast.editor).get("/sok/").context["waiting"] == 1
        assert login(cast.reporter).get("/sok/").context["waiting"] == 0
        assert findable_files.read_waiting() == 1
        assert len(found(cast.reporter, "brannbamsen")) == 1
        assert login(cast.editor).get("/sok/").context["waiting"] == 0

    def test_what_can_not_be_read_is_not_tried_for_ever(
        self, pages: SimpleNamespace, cast: Any, login: Any, found: Any
    ) -> None:
        self.attached(pages, cast, "branninstruks.docx", b"not a zip")
        assert findable_files.read_waiting() == 1
        assert findable_files.read_waiting() == 0
        assert not FileText.objects.get().was_read
        assert login(cast.editor).get("/sok/").context["waiting"] == 0
        answer = login(cast.reporter).get("/sok/", {"q": "branninstruks"})
        assert [hit.status_label for hit in answer.context["hits"] if hit.source == "attachment"] == [
            "Finnes bare på navnet"
        ]

    def test_the_admin_lists_what_is_not_read_and_why(self, pages: SimpleNamespace, cast: Any, login: Any) -> None:
        self.attached(pages, cast, "skannet.pdf", pdf())
        findable_files.read_waiting()
        self.attached(pages, cast, "venter.docx", word())
        html = login(cast.editor).get("/admin/search/entry/").content.decode()
        assert "skannet.pdf" in html
        assert "Finnes bare på navnet" in html
        assert "venter.docx" in html
        assert "Venter på å bli lest" in html
        factories.make_case(cast.reporter, title="Hemmelig")
        assert "Hemmelig" not in login(cast.editor).get("/admin/search/entry/").content.decode()

    def test_the_same_content_is_read_once(self, page: ProcedurePage, pages: SimpleNamespace, cast: Any) -> None:
        self.attached(pages, cast, "kopi.docx", word())
        assert Entry.objects.filter(source="attachment").count() == 2

    def test_of_a_withdrawn_page_it_is_not_found(self, page: ProcedurePage, cast: Any, found: Any) -> None:
        factories.withdraw(page)
        assert found(cast.reporter, "brannbamsen") == []

"""An edition as a Word file, and back again unchanged (G10)."""

import io
import json
from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from docx import Document as open_document
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from handbook.blocks import BodyBlock
from handbook.editions import _without_ids
from handbook.models import ChapterPage, Document, Edition
from handbook.word import addresses, pictures, rich
from handbook.word.blocks import draft_of
from handbook.word.reading import read
from handbook.word.writing import docx_of
from home.demo.handbook import HandbookLoader
from home.demo.organisation import load_units
from tests import factories

BODY = BodyBlock()


def stored(raw):
    """The body as an edition keeps it, once Wagtail has read every value (it puts that off)."""
    value = BODY.to_python(raw)
    assert all(block.value is not None for block in value)
    return _without_ids(BODY.get_prep_value(value))


def edition_with(body, **fields):
    fields.setdefault("title", "Tapt utstyr")
    return Edition(
        document=Document(document_id="FL-0001"),
        document_code="FL-0001",
        number="5.3.2",
        major=4,
        minor=1,
        approver_name="Kari Nordmann",
        approved_at=timezone.now(),
        valid_from=timezone.localdate(),
        sha256="a" * 64,
        content={"body": body},
        **fields,
    )


def there_and_back(edition):
    return draft_of(read(docx_of(edition)), "uten navn", pictures.image_for, addresses.link_of)


def an_image():
    target = io.BytesIO()
    Image.new("RGB", (30, 20), (200, 30, 30)).save(target, "PNG")
    image = get_image_model()(title="Skilt")
    image.file = ImageFile(target, name="skilt.png")
    image._set_image_file_metadata()
    image.save()
    return image


@pytest.fixture
def every_block(handbook):
    page = handbook.get_children().first()
    file = get_document_model().objects.create(title="Skjema", file=ContentFile(b"%PDF-", name="skjema.pdf"))
    item = lambda value: {"type": "item", "value": value}  # noqa: E731
    picture = {"image": an_image().pk, "decorative": False, "alt_text": "Et rødt skilt"}
    return [
        {"type": "purpose", "value": "<p>Trygg <b>bruk</b> av <i>utstyr</i>.</p><h3>Merk</h3><p>To<br/>linjer</p>"},
        {"type": "scope", "value": f'<p>Alle. Se <a linktype="page" id="{page.pk}">kapitlet</a>.</p>'},
        {"type": "heading", "value": "Slik er det"},
        {
            "type": "text",
            "value": "<ol><li>en<ul><li>dypt<ol><li>dypere</li></ol></li></ul></li></ol><ol><li>ny</li></ol>",
        },
        {
            "type": "text",
            "value": f'<p>Se <a linktype="document" id="{file.pk}">skjemaet</a> og <a href="mailto:a@b.no">oss</a></p>',
        },
        {
            "type": "steps",
            "value": {
                "title": "Gjør dette",
                "steps": [
                    item({"text": "<p>Ring</p><p>Vent</p>", "role": " leder ", "deadline": ""}),
                    item({"text": "<p>Skriv</p>", "role": "", "deadline": "straks"}),
                ],
            },
        },
        {
            "type": "steps",
            "value": {"title": "Enkelt", "steps": [item({"text": "<p>Gå</p>", "role": "", "deadline": ""})]},
        },
        {"type": "callout", "value": {"tone": "danger", "title": "", "text": "<p>Fare</p><ul><li>a</li></ul>"}},
        {"type": "callout", "value": {"tone": "success", "title": "Godt gjort", "text": "<p>Bra</p>"}},
        {
            "type": "table",
            "value": {
                "table": {
                    "columns": [{"type": "text", "heading": "A"}, {"type": "text", "heading": ""}],
                    "rows": [{"values": ["<p>1</p>", "<p>2</p><p>3</p>"]}, {"values": ["", "<p>4</p>"]}],
                    "caption": "Tallene",
                }
            },
        },
        {"type": "checklist", "value": {"title": "Før du går", "items": [item("Lys av"), item("Dør  låst")]}},
        {"type": "records", "value": [item({"what": "Logg", "where": "Arkiv", "keep": ""})]},
        {"type": "risks", "value": [item({"risk": "Brann", "measure": ""})]},
        {"type": "references", "value": [item({"title": "Loven", "note": "§ 3", "url": "https://lovdata.no/"})]},
        {"type": "pages", "value": [item(page.pk)]},
        {"type": "attachments", "value": [item({"document": file.pk, "note": "Skriv ut"})]},
        {"type": "image", "value": {"image": picture, "caption": "Skiltet ved døren"}},
        {"type": "image", "value": {"image": {**picture, "decorative": True, "alt_text": ""}, "caption": ""}},
        {"type": "definitions", "value": [item({"term": "Avvik", "meaning": "Noe annet\nenn avtalt"})]},
    ]


def test_every_block_comes_back_as_it_was(every_block):
    assert {block["type"] for block in every_block} == set(BODY.child_blocks)
    draft = there_and_back(edition_with(every_block, summary="Hva du gjør."))
    assert stored(draft.body) == every_block
    assert (draft.title, draft.summary) == ("Tapt utstyr", "Hva du gjør.")
    assert draft.remarks == []


def test_no_picture_is_doubled_on_the_way(every_block):
    before = get_image_model().objects.count()
    there_and_back(edition_with(every_block))
    assert get_image_model().objects.count() == before


def test_every_page_of_the_demo_comes_back_as_it_was(handbook):
    load_units()
    loader = HandbookLoader()
    chapter = ChapterPage.objects.first()
    loader.pages = defaultdict(lambda: SimpleNamespace(pk=chapter.pk, title=chapter.title))
    bodies = defaultdict(list)
    for row in loader.rows:
        raw = BODY.get_prep_value(BODY.normalize([loader.block(item) for item in row["body"]]))
        bodies[row["number"].partition(".")[0]] += _without_ids(raw)
    assert sum(map(len, bodies.values())) > 500
    for body in bodies.values():
        draft = there_and_back(edition_with(body))
        assert stored(draft.body) == json.loads(json.dumps(body))
        assert draft.remarks == []


def test_the_editors_own_markup_is_the_same_text():
    kept = '<p data-block-key="x1">Ring <strong>straks</strong> <em>alle</em></p>'
    assert rich.canonical(kept) == "<p>Ring <b>straks</b> <i>alle</i></p>"


def test_a_block_that_was_reshaped_in_word_is_still_read():
    edition = edition_with(
        [{"type": "records", "value": [{"type": "item", "value": {"what": "Logg", "where": "", "keep": ""}}]}]
    )
    document = open_document(io.BytesIO(docx_of(edition)))
    for row in document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tr"):
        row.remove(row[-1])
    target = io.BytesIO()
    document.save(target)
    draft = draft_of(read(target.getvalue()), "x", pictures.image_for, addresses.link_of)
    assert "Logg" in str(draft.body)
    assert "changed its shape" in draft.remarks[0].text


def test_the_sheets_say_which_edition_they_are():
    document = open_document(io.BytesIO(docx_of(edition_with([]))))
    section = document.sections[0]
    head = section.header.paragraphs[0].text
    foot = " ".join(paragraph.text for paragraph in section.footer.paragraphs)
    assert "5.3.2 Tapt utstyr" in head and "FL-0001" in head
    assert "4.1" in foot and "Kari Nordmann" in foot
    assert "PAGE" in section.footer._element.xml and "NUMPAGES" in section.footer._element.xml
    assert len(section.footer.paragraphs) == 2


def test_tables_have_headings_that_are_repeated_on_each_sheet(every_block):
    document = open_document(io.BytesIO(docx_of(edition_with(every_block))))
    tables = list(document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tbl"))
    assert tables and all("w:tblHeader" in table.xml for table in tables)


# The addresses


def test_readers_download_the_edition(cast, login, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor)
    code = page.document.document_id
    client = login(cast.outsider)
    for address in (f"/d/{code}/word/", f"/d/{code}/versjoner/1/word/"):
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert read(answer.content).properties["FellesDocument"] == code


def test_what_was_never_in_force_is_not_downloaded(cast, login, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, publish=False)
    code = page.document.document_id
    client = login(cast.editor)
    assert client.get(f"/d/{code}/word/").status_code == 404
    assert client.get(f"/d/{code}/versjoner/1/word/").status_code == 404
    assert client.get("/d/FL-9999/word/").status_code == 404
    assert client.post(f"/d/{code}/word/").status_code == 405


def test_the_page_links_to_its_word_file(cast, login, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor)
    shown = login(cast.reporter).get(page.url).content.decode()
    assert f"/d/{page.document.document_id}/versjoner/1/word/" in shown

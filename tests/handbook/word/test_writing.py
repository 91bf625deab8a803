"""An edition as a Word file, and back again unchanged (G10)."""

import hashlib
import io
import json
import re
import zipfile
from collections import defaultdict
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.utils import timezone
from docx import Document as open_document
from docx.shared import Cm
from PIL import Image
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from handbook import editions
from handbook.blocks import BodyBlock
from handbook.fingerprints import stored_body
from handbook.models import ChapterPage, Document, Edition, KeptFile
from handbook.word import addresses, importing, pictures, rich
from handbook.word.blocks import draft_of
from handbook.word.reading import read
from handbook.word.structure import Group
from handbook.word.writing import docx_of
from home.demo.handbook import HandbookLoader
from home.demo.organisation import load_units
from tests import factories
from tests.handbook.word.files import saved

BODY = BodyBlock()
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
DRAWN = "Ansatt: Meld fra\nLeder: Er det alvorlig?\n  Ja -> Rådmann: Følg opp\n  Nei -> slutt\nLeder: Lukk saken\n"


def stored(raw):
    """The body as an edition keeps it, once Wagtail has read every value (it puts that off)."""
    value = BODY.to_python(raw)
    assert all(block.value is not None for block in value)
    return stored_body(BODY.get_prep_value(value))


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


def draft_from(content, edition):
    """What the Word file becomes when it comes back, as the importing does it."""
    return draft_of(read(content), "uten navn", pictures.image_for, addresses.link_of, importing.originals_in(edition))


def there_and_back(edition):
    return draft_from(docx_of(edition), edition)


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
        {"type": "drawing", "value": {"title": "Gangen", "source": DRAWN}},
        {
            "type": "quiz",
            "value": {
                "audience": "reporter",
                "minutes": 3,
                "questions": [
                    item(
                        {
                            "question": "Når melder du fra?",
                            "options": [
                                item({"text": "Straks", "right": True}),
                                item({"text": "Neste uke", "right": False}),
                            ],
                            "why": "Fordi det haster.",
                        }
                    )
                ],
            },
        },
        {"type": "definitions", "value": [item({"term": "Avvik", "meaning": "Noe annet\nenn avtalt"})]},
        {"type": "dashboard", "value": {"chart": "arsaker", "unit": ""}},
    ]


def test_every_block_comes_back_as_it_was(every_block):
    assert {block["type"] for block in every_block} == set(BODY.child_blocks)
    draft = there_and_back(edition_with(every_block, summary="Hva du gjør."))
    assert stored(draft.body) == every_block
    assert (draft.title, draft.summary) == ("Tapt utstyr", "Hva du gjør.")
    assert draft.remarks == []


def block_of(every_block, kind):
    return next(block for block in every_block if block["type"] == kind)


def edited(edition, change):
    """The Word file after somebody has changed its document."""
    document = open_document(io.BytesIO(docx_of(edition)))
    change(document)
    return draft_from(saved(document), edition)


def set_text(document, before, after):
    for words in document.element.body.iter(f"{{{W}}}t"):
        if words.text == before:
            words.text = after


def test_a_drawing_is_a_picture_and_its_words_in_word(every_block):
    content = docx_of(edition_with([block_of(every_block, "drawing")]))
    document = open_document(io.BytesIO(content))
    (picture,) = document.inline_shapes
    assert 0 < picture.width <= Cm(16) and 0 < picture.height <= Cm(22)
    assert picture._inline.docPr.get("descr") == "Drawing: Gangen. The same in words follows below."
    texts = [text.text for text in document.element.body.iter(f"{{{W}}}t")]
    assert any("Rådmann: Følg opp" in text for text in texts)


def test_a_drawing_takes_its_title_from_word_and_says_what_else_was_changed(every_block):
    def change(document):
        set_text(document, "Gangen", "Slik går det")
        set_text(document, "Ansatt: Meld fra.", "Ansatt: Ring hovedbrannstasjonen.")

    draft = edited(edition_with([block_of(every_block, "drawing")]), change)
    assert draft.body == [{"type": "drawing", "value": {"title": "Slik går det", "source": DRAWN}}]
    assert "hovedbrannstasjonen" in draft.remarks[0].text


def test_a_quiz_has_no_answers_to_read_in_word_and_takes_its_questions_from_there(every_block):
    edition = edition_with([block_of(every_block, "quiz")])
    shown = open_document(io.BytesIO(docx_of(edition))).element.body.xml
    assert "Når melder du fra?" in shown and "Straks" not in shown and "haster" not in shown
    draft = edited(edition, lambda document: set_text(document, "Når melder du fra?", "Når skal du melde fra?"))
    (question,) = draft.body[0]["value"]["questions"]
    assert question["question"] == "Når skal du melde fra?"
    assert [option["right"] for option in question["options"]] == [True, False]


def test_no_answer_is_anywhere_in_the_file(every_block):
    content = docx_of(edition_with([block_of(every_block, "quiz")]))
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        everything = "".join(file.read(name).decode("utf-8", "replace") for name in file.namelist())
    assert "Når melder du fra?" in everything
    assert "Straks" not in everything and "haster" not in everything


@pytest.mark.parametrize("kind", ["drawing", "quiz"])
def test_a_block_of_an_unknown_edition_is_read_as_its_words(every_block, kind):
    content = docx_of(edition_with([block_of(every_block, kind)]))
    draft = draft_from(content, None)
    assert kind not in {block["type"] for block in draft.body}
    assert ("Følg opp" if kind == "drawing" else "Når melder du fra?") in str(draft.body)
    assert "changed its shape" in draft.remarks[0].text


def test_a_mark_that_names_another_block_brings_nothing_in(every_block):
    """The mark is in the file, where anyone can write: it finds only blocks of its own kind."""
    drawing, quiz = block_of(every_block, "drawing"), block_of(every_block, "quiz")

    def change(document):
        for tag in document.element.body.iter(f"{{{W}}}tag"):
            tag.set(f"{{{W}}}val", tag.get(f"{{{W}}}val").replace("drawing:0", "drawing:1"))

    draft = edited(edition_with([drawing, quiz]), change)
    assert [block["type"] for block in draft.body] == ["text", "image", "steps", "quiz"]


def test_a_question_that_is_too_long_is_read_as_ordinary_text(every_block):
    long = "Når melder du fra? " * 30
    edition = edition_with([block_of(every_block, "quiz")])
    draft = edited(edition, lambda document: set_text(document, "Når melder du fra?", long))
    assert "quiz" not in {block["type"] for block in draft.body}
    assert "changed its shape" in draft.remarks[0].text


def test_no_two_parts_of_the_file_have_one_name(every_block):
    names = zipfile.ZipFile(io.BytesIO(docx_of(edition_with(every_block)))).namelist()
    assert len(names) == len(set(names))


def test_the_file_shows_the_picture_that_the_edition_keeps(cast, handbook):
    image = an_image()
    value = {"image": {"image": image.pk, "decorative": False, "alt_text": "Et rødt skilt"}, "caption": ""}
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, publish=False)
    page.body = BODY.to_python([{"type": "image", "value": value}])
    edition = editions.publish(page, cast.approver, "Bilde.", author=cast.editor)
    (kept,) = edition.content["pictures"]
    image.delete()
    (picture,) = [item for item in read(docx_of(edition)).items if isinstance(item, Group)][0].items
    assert hashlib.sha256(picture.content).hexdigest() == kept["sha256"]
    assert picture.alt == "Et rødt skilt"


@pytest.fixture
def with_files(cast, handbook):
    """An edition that leads to files from a text and from a list, one of them twice."""
    forms = [
        get_document_model().objects.create(title=name, file=ContentFile(name.encode(), name=f"{name}.pdf"))
        for name in ("Skjema", "Plan")
    ]
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, publish=False)
    rows = [{"document": file.pk, "note": ""} for file in forms]
    text = f'<p>Se <a linktype="document" id="{forms[1].pk}">planen</a></p>'
    page.body = BODY.to_python([{"type": "text", "value": text}, {"type": "attachments", "value": rows}])
    return editions.publish(page, cast.approver, "Filer.", author=cast.editor)


def addresses_in(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return set(re.findall(r'Target="(http[^"]*)"', file.read("word/_rels/document.xml.rels").decode()))


def test_the_file_leads_to_the_copies_that_the_edition_keeps(with_files, settings):
    kept = {settings.BASE_URL + copy.get_absolute_url() for copy in KeptFile.objects.all()}
    assert len(kept) == 2
    get_document_model().objects.all().delete()
    assert addresses_in(docx_of(with_files)) == kept


def test_links_to_kept_copies_come_back_as_the_files(with_files):
    content = docx_of(with_files)
    draft = draft_of(read(content), "x", pictures.image_for, importing.links_of(with_files))
    assert stored(draft.body) == stored_body(with_files.content["body"])
    assert draft.remarks == []


def test_a_copy_of_another_edition_is_an_ordinary_address(with_files):
    draft = draft_of(read(docx_of(with_files)), "x", pictures.image_for, importing.links_of(None))
    assert 'linktype="document"' not in str(draft.body)
    assert f"/d/{with_files.document_code}/vedlegg/" in str(draft.body)


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
        bodies[row["number"].partition(".")[0]] += stored_body(raw)
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
    draft = draft_from(saved(document), edition)
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
    above, below = (paragraph.text for paragraph in section.footer.paragraphs)
    assert "Page" in below and "Page" not in above


def test_tables_have_headings_that_are_repeated_on_each_sheet(every_block):
    document = open_document(io.BytesIO(docx_of(edition_with(every_block))))
    tables = list(document.element.body.iter("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tbl"))
    assert tables and all("w:tblHeader" in table.xml for table in tables)
    rows = [row for table in tables for row in list(table.iter(f"{{{W}}}tr"))[1:]]
    assert all("w:cantSplit" in row.xml for row in rows)


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

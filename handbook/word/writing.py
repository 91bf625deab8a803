"""An edition as a Word file (G10), made so that it can be edited in Word and brought back.

Every block lies in a content control whose tag names it, and the file's own properties name the
document and the edition; `ours` reads them back.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu
from docx.text.paragraph import Paragraph as WordParagraph
from PIL import Image as Pillow
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from handbook import drawing
from handbook.blocks import CHARTS, BodyBlock
from handbook.models.document import Document
from handbook.models.edition import Edition
from organisation.pdf import typesetting

from . import originals, ours, sheets
from .addresses import address_of
from .drafting import strings
from .elements import control, count, level_of, plain, shade, valued, write
from .kept import kept_files, kept_pictures
from .pictures import BROKEN, mark_of, usable
from .rich import Paragraph, Segment, paragraphs_of

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def docx_of(edition: Edition) -> bytes:
    """The edition as a .docx, in the handbook's own language whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Writer(edition).write()


def filename_of(edition: Edition) -> str:
    """ "5.3.2 Tapt utstyr – versjon 4.docx", without what a file name may not have."""
    version = _("version")
    name = f"{edition.number} {edition.title} – {version} {edition.label}".strip()
    return "".join(" " if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in name)[:150].strip() + ".docx"


class _Writer:
    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.document: WordDocument = new_document()
        self.controls = 0
        self.pictures = iter(kept_pictures(edition))
        self.files = kept_files(edition)

    def write(self) -> bytes:
        edition = self.edition
        sheets.prepare(self.document)
        self.style_ids = {style.name: style.style_id for style in self.document.styles}
        plain(self.paragraph("Title"), edition.title)
        if edition.summary:
            plain(self.paragraph("Subtitle"), edition.summary)
        for place, block in enumerate(edition.content.get("body", [])):
            self.block(place, block["type"], block["value"])
        sheets.add_head_and_foot(self.document, edition)
        sheets.add_properties(self.document, edition)
        target = io.BytesIO()
        self.document.save(target)
        return target.getvalue()

    # Blocks

    @contextmanager
    def control(self, mark: str) -> Iterator[None]:
        """What is written inside lies in a content control that names the block."""
        body = self.document.element.body
        before = len(body)
        yield
        written = [child for child in body[before - 1 :] if child.tag != qn("w:sectPr")]
        if not written:
            return
        self.controls += 1
        kind = mark.partition(":")[0]
        control(f"felles:{mark}", self.names.get(kind, kind), self.controls, written)

    @cached_property
    def names(self) -> dict[str, str]:
        """What the blocks are called, on the handle of the content control."""
        return {name: str(child.label) for name, child in BodyBlock().child_blocks.items()}

    def block(self, place: int, kind: str, value: Any) -> None:
        writers: dict[str, Callable[[Any], None]] = {
            "heading": lambda value: self.heading(value),
            "text": self.rich,
            "steps": self.steps,
            "table": self.table,
            "checklist": self.checklist,
            "image": self.image,
            "callout": self.callout,
            "pages": self.pages,
            "attachments": self.attachments,
            "drawing": self.drawing,
            "quiz": self.quiz,
            "dashboard": self.dashboard,
        }
        mark = originals.mark_of(place, kind) or kind
        if kind == "callout":
            mark = f"callout:{value['tone']}"
        elif kind == "image" and value["image"].get("decorative"):
            mark = "image:decorative"
        with self.control(mark):
            if kind in ("purpose", "scope"):
                self.label(kind)
                self.rich(value)
            elif kind in ours.ROWS:
                self.label(kind)
                self.rows(kind, value)
            elif kind in writers:
                writers[kind](value)
            else:
                for text in strings(value):
                    self.document.add_paragraph(text)

    def paragraph(self, style: str, container: Any = None) -> WordParagraph:
        """A new paragraph of the document or a cell. Names the style by its id: python-docx goes through
        every style for each paragraph, which took half the time."""
        paragraph = (container if container is not None else self.document).add_paragraph()
        if style != "Normal":
            paragraph._p.style = self.style_ids[style]
        return paragraph

    def heading(self, text: str) -> None:
        plain(self.paragraph("Heading 1"), text)

    def label(self, kind: str) -> None:
        plain(self.paragraph("Felles label"), ours.labels()[kind])

    def rich(self, html: str, container: Any = None, style: str = "Normal") -> None:
        """Rich text as paragraphs of the document or a cell; every list counts from one."""
        lists: dict[str, int] = {}
        paragraphs = paragraphs_of(html)
        for paragraph in paragraphs:
            name = {"h3": "Heading 2", "li": "List Number" if paragraph.ordered else "List Bullet"}.get(
                paragraph.kind, style
            )
            written = self.paragraph(name, container)
            if paragraph.kind == "li":
                key = paragraph.list_id
                if key not in lists:
                    lists[key] = self.new_list([p for p in paragraphs if p.list_id == key])
                count(written, lists[key], paragraph.level)
            self.runs(written, paragraph.segments)

    def runs(self, paragraph: WordParagraph, segments: list[Segment]) -> None:
        for segment in segments:
            run = paragraph.add_run()
            write(run._r, segment.text)
            run.bold, run.italic = segment.bold or None, segment.italic or None
            address = self.address(segment.link)
            if address:
                run._r.style = self.style_ids["Hyperlink"]
                link = OxmlElement("w:hyperlink")
                link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
                run._r.addprevious(link)
                link.append(run._r)

    def address(self, link: str) -> str:
        """Where a link leads: to the edition's own copy of a file, and else where it led."""
        return self.files[link][0] if link in self.files else address_of(link)

    def new_list(self, items: list[Paragraph]) -> int:
        """A list of its own in the file, bulleted or numbered level by level."""
        ordered = {item.level: item.ordered for item in reversed(items)}
        numbering = self.document.part.numbering_part.element
        number = max((int(e.get(qn("w:abstractNumId"))) for e in numbering.iter(qn("w:abstractNum"))), default=-1) + 1
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), str(number))
        abstract.append(valued("w:multiLevelType", "hybridMultilevel"))
        for level in range(9):
            abstract.append(level_of(level, ordered.get(level, False)))
        first = numbering.find(qn("w:num"))
        first.addprevious(abstract) if first is not None else numbering.append(abstract)
        return numbering.add_num(number).numId

    def points(self, texts: list[list[Segment]], style: str) -> None:
        """A list of one level, in a style for lists."""
        number = self.new_list([Paragraph(kind="li", ordered=style == "List Number")])
        for segments in texts:
            paragraph = self.paragraph(style)
            count(paragraph, number, 0)
            self.runs(paragraph, segments)

    def grid(self, head: list[str], rows: list[list[Callable[[Any], None]]], widths: Any = ()) -> None:
        """A table whose first row is repeated on every sheet."""
        table = self.document.add_table(rows=1, cols=len(head), style="Table Grid")
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            plain(cell.paragraphs[0], text, bold=True)
            shade(cell)
        for row in rows:
            added = table.add_row()
            added._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            cells = added.cells
            for cell, fill in zip(cells, row, strict=True):
                fill(cell)
                if len(cell.paragraphs) > 1:
                    cell._tc.remove(cell.paragraphs[0]._p)
        for column, width in zip(table.columns, widths, strict=False):
            column.width = width
            for cell in column.cells:
                cell.width = width

    def text_cell(self, text: str) -> Callable[[Any], None]:
        return lambda cell: plain(self.paragraph("Felles cell", cell), text)

    def rich_cell(self, html: str) -> Callable[[Any], None]:
        return lambda cell: self.rich(html, cell)

    def steps(self, value: dict[str, Any]) -> None:
        self.heading(value["title"])
        steps = [item["value"] for item in value["steps"]]
        parts = [paragraphs_of(step["text"]) for step in steps]
        simple = all(len(part) == 1 and part[0].kind == "p" for part in parts)
        if simple and not any(step.get("role") or step.get("deadline") for step in steps):
            self.points([part[0].segments for part in parts], "List Number")
            return
        rows = [
            [
                self.rich_cell(step["text"]),
                self.text_cell(step.get("role") or ""),
                self.text_cell(step.get("deadline") or ""),
            ]
            for step in steps
        ]
        self.grid(list(ours.columns()["steps"].values()), rows, widths=(Cm(9), Cm(4), Cm(3)))

    def table(self, value: dict[str, Any]) -> None:
        table = value["table"]
        if table.get("caption"):
            plain(self.paragraph("Caption"), table["caption"])
        heads = [column["heading"] for column in table["columns"]]
        if heads:
            self.grid(heads, [[self.rich_cell(html) for html in row["values"]] for row in table["rows"]])

    def checklist(self, value: dict[str, Any]) -> None:
        self.heading(value["title"])
        self.points([[Segment(item["value"])] for item in value["items"]], "Felles point")

    def rows(self, kind: str, value: list[Any]) -> None:
        fields = ours.columns()[kind]
        rows = [item["value"] for item in value]
        self.grid(list(fields.values()), [[self.text_cell(row.get(name) or "") for name in fields] for row in rows])

    def callout(self, value: dict[str, Any]) -> None:
        if value.get("title"):
            plain(self.paragraph("Felles callout title"), value["title"])
        self.rich(value["text"], style="Felles callout")

    def image(self, value: dict[str, Any]) -> None:
        """The copy that the edition keeps; of a draft, and of an edition older than such copies, the original."""
        kept, key = next(self.pictures, None), value["image"]["image"]
        image = kept or get_image_model().objects.filter(pk=key).first()
        if image is None:
            return
        try:
            with image.file.open("rb") as file:
                content = usable(file.read())
        except BROKEN:
            return
        self.picture(content, f"felles:{mark_of(key, content)}", value["image"].get("alt_text") or "")
        if value.get("caption"):
            plain(self.paragraph("Felles caption"), value["caption"])

    def picture(self, content: bytes, name: str, alt: str, ppi: float = 96) -> None:
        """A picture in a paragraph of its own, no larger than the sheet."""
        with Pillow.open(io.BytesIO(content)) as opened:
            width, height = (Cm(pixels * 2.54 / ppi) for pixels in opened.size)
        fitted = Emu(int(width * min(1, sheets.TEXT_WIDTH / width, sheets.TEXT_HEIGHT / height)))
        added = self.document.add_paragraph().add_run().add_picture(io.BytesIO(content), width=fitted)
        added._inline.docPr.set("name", name)
        added._inline.docPr.set("descr", alt)

    def drawing(self, value: dict[str, Any]) -> None:
        """The picture, then the same in words, as on the page."""
        self.heading(value["title"])
        flow = drawing.read(value["source"])
        svg = drawing.picture(flow, value["title"])
        alt = _("Drawing: %(title)s. The same in words follows below.") % {"title": value["title"]}
        with suppress(typesetting.CannotTypeset):
            for part in drawing.parts(svg, drawing.UPRIGHT):
                self.picture(typesetting.png_of(part), "felles:drawing", alt, typesetting.DRAWN_PPI)
        self.points([[Segment(words)] for words in flow.in_words()], "List Number")

    def quiz(self, value: dict[str, Any]) -> None:
        """The questions. The answers are not for the paper."""
        self.label("quiz")
        self.points([[Segment(item["value"]["question"])] for item in value["questions"]], "List Number")

    def dashboard(self, value: dict[str, Any]) -> None:
        """Which figures stand here. They are live, and never on paper."""
        self.label("dashboard")
        self.document.add_paragraph(str(dict(CHARTS)[value["chart"]]))

    def pages(self, value: list[Any]) -> None:
        wanted = [item["value"] for item in value]
        documents = {document.page_id: document for document in Document.objects.filter(page_id__in=wanted)}
        self.label("pages")
        links = [[Segment(str(documents[pk]), link=f"page:{pk}")] for pk in wanted if pk in documents]
        self.points(links, "List Bullet")

    def attachments(self, value: list[Any]) -> None:
        wanted = [item["value"] for item in value]
        files = get_document_model().objects.in_bulk([row["document"] for row in wanted])
        titles = {link: words for link, (_address, words) in self.files.items()}
        titles |= {f"document:{pk}": file.title for pk, file in files.items()}
        self.label("attachments")
        rows = []
        for row in wanted:
            link = f"document:{row['document']}"
            if link in titles:
                rows.append([self.linked_cell(Segment(titles[link], link=link)), self.text_cell(row.get("note") or "")])
        self.grid([_("File"), _("Note")], rows)

    def linked_cell(self, segment: Segment) -> Callable[[Any], None]:
        return lambda cell: self.runs(cell.add_paragraph(), [segment])

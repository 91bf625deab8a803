"""An edition as a Word file (G10), made so that it can be edited in Word and brought back.

Every block lies in a content control whose tag names it, and the file's own properties name the
document and the edition; `ours` reads them back.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup
from django.conf import settings
from django.utils import formats, translation
from django.utils.translation import gettext as _
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph
from lxml import etree
from PIL import Image as Pillow
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from handbook import drawing
from handbook.blocks import BodyBlock
from handbook.models.document import Document
from handbook.models.edition import Edition
from handbook.models.kept_file import KeptFile
from handbook.pdf import typesetting

from . import originals, ours
from .addresses import address_of
from .drafting import strings
from .pictures import BROKEN, mark_of, usable
from .rich import BREAK, Paragraph, Segment, paragraphs_of

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
INK, SHADE = RGBColor(0x1E, 0x2B, 0x3C), "EEF2F6"
TEXT_WIDTH, TEXT_HEIGHT = Cm(16), Cm(22)
BULLETS = "•–▪"
NUMBER_FORMATS = (("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3."))


def docx_of(edition: Edition) -> bytes:
    """The edition as a .docx, in the handbook's own language whoever asks."""
    with translation.override(settings.LANGUAGE_CODE):
        return _Writer(edition).write()


def filename_of(edition: Edition) -> str:
    """ "5.3.2 Tapt utstyr – versjon 4.docx", without what a file name may not have."""
    name = f"{edition.number} {edition.title} – {_('version')} {edition.label}".strip()
    return "".join(" " if char in '<>:"/\\|?*' or ord(char) < 32 else char for char in name)[:150].strip() + ".docx"


class _Writer:
    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.document: WordDocument = new_document()
        self.controls = 0
        self.kept = iter(kept_pictures(edition))

    def write(self) -> bytes:
        edition = self.edition
        _prepare_styles(self.document)
        self.style_ids = {style.name: style.style_id for style in self.document.styles}
        core = self.document.core_properties
        core.title, core.author, core.subject = edition.title, edition.author_name, edition.summary
        core.comments, core.language, core.last_modified_by = "", "nb-NO", edition.approver_name
        core.created = core.modified = edition.approved_at.replace(tzinfo=None)
        _plain(self.paragraph("Title"), edition.title)
        if edition.summary:
            _plain(self.paragraph("Subtitle"), edition.summary)
        for place, block in enumerate(edition.content.get("body", [])):
            self.block(place, block["type"], block["value"])
        self.head_and_foot()
        self.properties()
        target = io.BytesIO()
        self.document.save(target)
        return target.getvalue()

    def properties(self) -> None:
        """What the file must know to find back: document, edition and its checksum."""
        edition = self.edition
        values = {
            "FellesDocument": edition.document_code,
            "FellesVersion": edition.label,
            "FellesChecksum": edition.sha256,
        }
        root = etree.Element(f"{{{PROPERTIES}}}Properties", nsmap={None: PROPERTIES, "vt": VALUES})
        for number, (name, value) in enumerate(values.items(), 2):
            prop = etree.SubElement(root, f"{{{PROPERTIES}}}property", fmtid=FORMAT, pid=str(number), name=name)
            etree.SubElement(prop, f"{{{VALUES}}}lpwstr").text = value
        package = self.document.part.package
        blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        part = Part(PackURI("/docProps/custom.xml"), PROPERTIES_TYPE, blob, package)
        package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)

    def head_and_foot(self) -> None:
        """Who, which and when on every sheet; a printed copy says that it is not controlled."""
        edition, section = self.edition, self.document.sections[0]
        head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
        for paragraph in (head, foot):
            paragraph.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
        head.add_run(f"{edition.number} {edition.title}".strip() + f"\t{edition.document_code}")
        valid = formats.date_format(edition.valid_from, "j. F Y")
        said = _("Version %(label)s, valid from %(date)s") % {"label": edition.label, "date": valid}
        if edition.approver_name:
            said += ". " + _("Approved by %(name)s") % {"name": edition.approver_name}
        foot.add_run(f"{said}\t")
        before, _mark, between = _("Page {page} of {pages}").partition("{page}")
        foot.add_run(before)
        _field(foot, "PAGE")
        between, _mark, after = between.partition("{pages}")
        foot.add_run(between)
        _field(foot, "NUMPAGES")
        foot.add_run(after)
        section.footer.add_paragraph(
            _("Uncontrolled when printed: check the version in the handbook."), style=foot.style
        )

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
        control, properties, content = OxmlElement("w:sdt"), OxmlElement("w:sdtPr"), OxmlElement("w:sdtContent")
        kind = mark.partition(":")[0]
        for name, value in (("w:alias", self.names.get(kind, kind)), ("w:tag", f"felles:{mark}")):
            properties.append(_valued(name, value))
        properties.append(_valued("w:id", str(self.controls)))
        written[0].addprevious(control)
        control.append(properties)
        control.append(content)
        for element in written:
            content.append(element)

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
        _plain(self.paragraph("Heading 1"), text)

    def label(self, kind: str) -> None:
        _plain(self.paragraph("Felles label"), ours.labels()[kind])

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
                _number(written, lists[key], paragraph.level)
            self.runs(written, paragraph.segments)

    def runs(self, paragraph: WordParagraph, segments: list[Segment]) -> None:
        for segment in segments:
            run = paragraph.add_run()
            _text(run._r, segment.text)
            run.bold, run.italic = segment.bold or None, segment.italic or None
            address = address_of(segment.link) if segment.link else ""
            if address:
                run._r.style = self.style_ids["Hyperlink"]
                link = OxmlElement("w:hyperlink")
                link.set(qn("r:id"), paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
                run._r.addprevious(link)
                link.append(run._r)

    def new_list(self, items: list[Paragraph]) -> int:
        """A list of its own in the file, bulleted or numbered level by level."""
        ordered = {item.level: item.ordered for item in reversed(items)}
        numbering = self.document.part.numbering_part.element
        number = max((int(e.get(qn("w:abstractNumId"))) for e in numbering.iter(qn("w:abstractNum"))), default=-1) + 1
        abstract = OxmlElement("w:abstractNum")
        abstract.set(qn("w:abstractNumId"), str(number))
        abstract.append(_valued("w:multiLevelType", "hybridMultilevel"))
        for level in range(9):
            abstract.append(_level(level, ordered.get(level, False)))
        first = numbering.find(qn("w:num"))
        first.addprevious(abstract) if first is not None else numbering.append(abstract)
        return numbering.add_num(number).numId

    def grid(self, head: list[str], rows: list[list[Callable[[Any], None]]], widths: Any = ()) -> None:
        """A table whose first row is repeated on every sheet."""
        table = self.document.add_table(rows=1, cols=len(head), style="Table Grid")
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text in zip(table.rows[0].cells, head, strict=True):
            _plain(cell.paragraphs[0], text, bold=True)
            shade = OxmlElement("w:shd")
            for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
                shade.set(qn(f"w:{name}"), value)
            cell._tc.get_or_add_tcPr().append(shade)
        for row in rows:
            cells = table.add_row().cells
            for cell, fill in zip(cells, row, strict=True):
                fill(cell)
                if len(cell.paragraphs) > 1:
                    cell._tc.remove(cell.paragraphs[0]._p)
        for column, width in zip(table.columns, widths, strict=False):
            column.width = width
            for cell in column.cells:
                cell.width = width

    def text_cell(self, text: str) -> Callable[[Any], None]:
        return lambda cell: _plain(self.paragraph("Felles cell", cell), text)

    def rich_cell(self, html: str) -> Callable[[Any], None]:
        return lambda cell: self.rich(html, cell)

    def steps(self, value: dict[str, Any]) -> None:
        self.heading(value["title"])
        steps = [item["value"] for item in value["steps"]]
        parts = [paragraphs_of(step["text"]) for step in steps]
        simple = all(len(part) == 1 and part[0].kind == "p" for part in parts)
        if simple and not any(step.get("role") or step.get("deadline") for step in steps):
            items = [Paragraph(part[0].segments, "li", "1", 0, True) for part in parts]
            number = self.new_list(items)
            for item in items:
                paragraph = self.paragraph("List Number")
                _number(paragraph, number, 0)
                self.runs(paragraph, item.segments)
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
            _plain(self.paragraph("Caption"), table["caption"])
        heads = [column["heading"] for column in table["columns"]]
        if heads:
            self.grid(heads, [[self.rich_cell(html) for html in row["values"]] for row in table["rows"]])

    def checklist(self, value: dict[str, Any]) -> None:
        self.heading(value["title"])
        texts = [item["value"] for item in value["items"]]
        number = self.new_list([])
        for text in texts:
            paragraph = self.paragraph("Felles point")
            _number(paragraph, number, 0)
            _plain(paragraph, text)

    def rows(self, kind: str, value: list[Any]) -> None:
        fields = ours.columns()[kind]
        rows = [item["value"] for item in value]
        self.grid(list(fields.values()), [[self.text_cell(row.get(name) or "") for name in fields] for row in rows])

    def callout(self, value: dict[str, Any]) -> None:
        if value.get("title"):
            _plain(self.paragraph("Felles callout title"), value["title"])
        self.rich(value["text"], style="Felles callout")

    def image(self, value: dict[str, Any]) -> None:
        """The copy that the edition keeps; of a draft, and of an edition older than such copies, the original."""
        kept, key = next(self.kept, None), value["image"]["image"]
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
            _plain(self.paragraph("Felles caption"), value["caption"])

    def picture(self, content: bytes, name: str, alt: str, ppi: float = 96) -> None:
        """A picture in a paragraph of its own, no larger than the sheet."""
        with Pillow.open(io.BytesIO(content)) as opened:
            width, height = (Cm(pixels * 2.54 / ppi) for pixels in opened.size)
        fitted = Emu(int(width * min(1, TEXT_WIDTH / width, TEXT_HEIGHT / height)))
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
            self.picture(typesetting.png_of(svg), "felles:drawing", alt, typesetting.DRAWN_PPI)
        self.numbered(flow.in_words())

    def quiz(self, value: dict[str, Any]) -> None:
        """The questions. The answers are not for the paper, and are kept beside."""
        self.label("quiz")
        self.numbered([item["value"]["question"] for item in value["questions"]])

    def numbered(self, texts: list[str]) -> None:
        """A list of plain texts that counts from one."""
        number = self.new_list([Paragraph([], "li", "1", 0, True)])
        for text in texts:
            paragraph = self.paragraph("List Number")
            _number(paragraph, number, 0)
            _plain(paragraph, text)

    def pages(self, value: list[Any]) -> None:
        wanted = [item["value"] for item in value]
        documents = {document.page_id: document for document in Document.objects.filter(page_id__in=wanted)}
        self.label("pages")
        number = self.new_list([])
        for pk in wanted:
            if pk in documents:
                paragraph = self.paragraph("List Bullet")
                _number(paragraph, number, 0)
                self.runs(paragraph, [Segment(str(documents[pk]), link=f"page:{pk}")])

    def attachments(self, value: list[Any]) -> None:
        wanted = [item["value"] for item in value]
        files = get_document_model().objects.in_bulk([row["document"] for row in wanted])
        self.label("attachments")
        rows = []
        for row in wanted:
            if row["document"] in files:
                segment = Segment(files[row["document"]].title, link=f"document:{row['document']}")
                rows.append([self.linked_cell(segment), self.text_cell(row.get("note") or "")])
        self.grid([_("File"), _("Note")], rows)

    def linked_cell(self, segment: Segment) -> Callable[[Any], None]:
        return lambda cell: self.runs(cell.add_paragraph(), [segment])


def kept_pictures(edition: Edition) -> list[KeptFile | None]:
    """The edition's own copy of each of its pictures (G4), in order. Empty when the HTML shows other pictures
    than the body names, as when one was missing already."""
    named = [block for block in edition.content.get("body", []) if block["type"] == "image"]
    shown = BeautifulSoup(edition.html, "html.parser").select("figure.figure img") if named else []
    if not named or len(shown) != len(named):
        return []
    copies = KeptFile.objects.filter(document__document_id=edition.document_code).select_related("document")
    by_address = {copy.picture_url: copy for copy in copies}
    return [by_address.get(str(image["src"])) for image in shown]


def _prepare_styles(document: WordDocument) -> None:
    """Styles by the names people know, and ours by names that say what they are."""
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.5)
    styles = document.styles
    styles["Normal"].font.name, styles["Normal"].font.size = "Calibri", Pt(11)
    styles["Normal"].element.get_or_add_rPr().append(_language())
    for name in ("Title", "Subtitle", "Heading 1", "Heading 2"):
        styles[name].font.color.rgb = INK
        for fonts in styles[name].element.iter(qn("w:rFonts")):
            fonts.attrib.clear()
            fonts.set(qn("w:ascii"), "Calibri")
            fonts.set(qn("w:hAnsi"), "Calibri")
    link = styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.underline, link.font.color.rgb = True, RGBColor(0x00, 0x52, 0x8F)
    bases = {
        "Felles label": "Heading 1",
        "Felles callout": "Normal",
        "Felles callout title": "Normal",
        "Felles cell": "Normal",
        "Felles point": "List Bullet",
        "Felles caption": "Caption",
    }
    for name, base in bases.items():
        styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = styles[base]
    for name in ("Header", "Footer"):
        styles[name].paragraph_format.tab_stops.clear_all()
    styles["Felles callout title"].font.bold = True
    styles["Felles callout title"].paragraph_format.space_before = Pt(10)
    for name in ("Felles callout", "Felles callout title"):
        styles[name].paragraph_format.left_indent = Cm(0.6)
        _bar(styles[name].element.get_or_add_pPr())


def _language() -> Any:
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "nn-NO" if settings.LANGUAGE_CODE == "nn" else "nb-NO")
    return language


def _bar(properties: Any) -> None:
    """A bar along the left side."""
    borders, left = OxmlElement("w:pBdr"), OxmlElement("w:left")
    for name, value in (("val", "single"), ("sz", "24"), ("space", "8"), ("color", "00528F")):
        left.set(qn(f"w:{name}"), value)
    borders.append(left)
    properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:outlineLvl")


def _valued(name: str, value: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element


def _level(level: int, ordered: bool) -> Any:
    """One level of a list."""
    kind, pattern = NUMBER_FORMATS[level % 3]
    text = pattern.replace(pattern[:2], f"%{level + 1}") if ordered else BULLETS[level % 3]
    element = OxmlElement("w:lvl")
    element.set(qn("w:ilvl"), str(level))
    for name, value in (("w:start", "1"), ("w:numFmt", kind if ordered else "bullet"), ("w:lvlText", text)):
        element.append(_valued(name, value))
    properties, indent = OxmlElement("w:pPr"), OxmlElement("w:ind")
    indent.set(qn("w:left"), str(360 * (level + 1)))
    indent.set(qn("w:hanging"), "360")
    properties.append(indent)
    element.append(properties)
    return element


def _number(paragraph: WordParagraph, number: int, level: int) -> None:
    numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    numbering.get_or_add_ilvl().val = level
    numbering.get_or_add_numId().val = number


def _plain(paragraph: WordParagraph, text: str, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    _text(run._r, text)
    run.bold = bold or None


def _text(run: Any, text: str) -> None:
    """Words with line breaks, every space kept."""
    for number, line in enumerate(text.split(BREAK)):
        if number:
            run.append(OxmlElement("w:br"))
        if line:
            words = OxmlElement("w:t")
            words.text = line
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(words)


def _field(paragraph: WordParagraph, instruction: str) -> None:
    """A field that Word fills in, such as the number of the sheet."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    _text(run, "1")
    field.append(run)
    paragraph._p.append(field)

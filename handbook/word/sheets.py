"""How the sheets of a Word file look, and what they and the file itself say about the edition."""

from typing import Any

from django.conf import settings
from django.utils import formats
from django.utils.translation import gettext as _
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from lxml import etree

from handbook.models.edition import Edition

from .elements import field

PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
INK, QUIET, LINK = RGBColor(0x1E, 0x2B, 0x3C), RGBColor(0x4D, 0x5B, 0x69), RGBColor(0x00, 0x52, 0x8F)
LINE, CELL_MARGIN = "B4BEC8", "70"  # twentieths of a point
TEXT_WIDTH, TEXT_HEIGHT = Cm(16), Cm(22)


def prepare(document: WordDocument) -> None:
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
    link.font.underline, link.font.color.rgb = True, LINK
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
        styles[name].font.size, styles[name].font.color.rgb = Pt(8.5), QUIET
    _prepare_tables(styles["Table Grid"].element)
    styles["Felles callout title"].font.bold = True
    styles["Felles callout title"].paragraph_format.space_before = Pt(10)
    for name in ("Felles callout", "Felles callout title"):
        styles[name].paragraph_format.left_indent = Cm(0.6)
        _bar(styles[name].element.get_or_add_pPr())


def _prepare_tables(style: Any) -> None:
    """Thin grey lines, and air in the cells."""
    for border in style.find(f".//{qn('w:tblBorders')}"):
        border.set(qn("w:color"), LINE)
    margins = style.find(f".//{qn('w:tblCellMar')}")
    for side in ("top", "bottom"):
        margin = margins.find(qn(f"w:{side}"))
        margin.set(qn("w:w"), CELL_MARGIN)


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


def add_properties(document: WordDocument, edition: Edition) -> None:
    """What programs show about the file, and what it must know to find back: document, edition and its checksum."""
    core = document.core_properties
    core.title, core.author, core.subject = edition.title, edition.author_name, edition.summary
    core.comments, core.language, core.last_modified_by = "", "nb-NO", edition.approver_name
    core.created = core.modified = edition.approved_at.replace(tzinfo=None)
    values = {
        "FellesDocument": edition.document_code,
        "FellesVersion": edition.label,
        "FellesChecksum": edition.sha256,
    }
    root = etree.Element(f"{{{PROPERTIES}}}Properties", nsmap={None: PROPERTIES, "vt": VALUES})
    for number, (name, value) in enumerate(values.items(), 2):
        prop = etree.SubElement(root, f"{{{PROPERTIES}}}property", fmtid=FORMAT, pid=str(number), name=name)
        etree.SubElement(prop, f"{{{VALUES}}}lpwstr").text = value
    package = document.part.package
    blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    part = Part(PackURI("/docProps/custom.xml"), PROPERTIES_TYPE, blob, package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)


def add_head_and_foot(document: WordDocument, edition: Edition) -> None:
    """Who, which and when on every sheet; a printed copy says that it is not controlled."""
    section = document.sections[0]
    head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
    head.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    head.add_run(f"{edition.number} {edition.title}".strip() + f"\t{edition.document_code}")
    valid = formats.date_format(edition.valid_from, "j. F Y")
    said = _("Version %(label)s, valid from %(date)s") % {"label": edition.label, "date": valid}
    if edition.approver_name:
        said += ". " + _("Approved by %(name)s") % {"name": edition.approver_name}
    foot.add_run(said)
    last = section.footer.add_paragraph(style=foot.style)
    last.paragraph_format.tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    last.add_run(_("Uncontrolled when printed: check the version in the handbook.") + "\t")
    before, _mark, between = _("Page {page} of {pages}").partition("{page}")
    last.add_run(before)
    field(last, "PAGE")
    between, _mark, after = between.partition("{pages}")
    last.add_run(between)
    field(last, "NUMPAGES")
    last.add_run(after)

"""The small pieces of WordprocessingML that python-docx has no words for."""

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from .rich import BREAK

SHADE = "EEF2F6"
BULLETS = "•–▪"
NUMBER_FORMATS = (("decimal", "%1."), ("lowerLetter", "%2)"), ("lowerRoman", "%3."))


def valued(name: str, value: str) -> Any:
    element = OxmlElement(name)
    element.set(qn("w:val"), value)
    return element


def level_of(level: int, ordered: bool) -> Any:
    """One level of a list."""
    kind, pattern = NUMBER_FORMATS[level % 3]
    text = pattern.replace(pattern[:2], f"%{level + 1}") if ordered else BULLETS[level % 3]
    element = OxmlElement("w:lvl")
    element.set(qn("w:ilvl"), str(level))
    for name, value in (("w:start", "1"), ("w:numFmt", kind if ordered else "bullet"), ("w:lvlText", text)):
        element.append(valued(name, value))
    properties, indent = OxmlElement("w:pPr"), OxmlElement("w:ind")
    indent.set(qn("w:left"), str(360 * (level + 1)))
    indent.set(qn("w:hanging"), "360")
    properties.append(indent)
    element.append(properties)
    return element


def count(paragraph: Paragraph, number: int, level: int) -> None:
    numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    numbering.get_or_add_ilvl().val = level
    numbering.get_or_add_numId().val = number


def plain(paragraph: Paragraph, text: str, *, bold: bool = False) -> None:
    run = paragraph.add_run()
    write(run._r, text)
    run.bold = bold or None


def write(run: Any, text: str) -> None:
    """Words with line breaks, every space kept."""
    for number, line in enumerate(text.split(BREAK)):
        if number:
            run.append(OxmlElement("w:br"))
        if line:
            words = OxmlElement("w:t")
            words.text = line
            words.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            run.append(words)


def field(paragraph: Paragraph, instruction: str) -> None:
    """A field that Word fills in, such as the number of the sheet."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = OxmlElement("w:r")
    write(run, "1")
    field.append(run)
    paragraph._p.append(field)


def shade(cell: Any) -> None:
    """A cell of headings, in grey."""
    element = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", SHADE)):
        element.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().append(element)


def control(mark: str, name: str, number: int, written: list[Any]) -> None:
    """Put what is written into a content control that carries a mark, and a name on its handle."""
    element, properties, content = OxmlElement("w:sdt"), OxmlElement("w:sdtPr"), OxmlElement("w:sdtContent")
    for tag, value in (("w:alias", name), ("w:tag", mark), ("w:id", str(number))):
        properties.append(valued(tag, value))
    written[0].addprevious(element)
    element.append(properties)
    element.append(content)
    for child in written:
        content.append(child)

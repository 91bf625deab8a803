"""What stands inside a paragraph of Word: runs, links, fields, notes, changes, pictures, text boxes."""

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from .pictures import picture_of
from .rich import BREAK, Segment
from .structure import Item
from .styles import W, is_on, val

if TYPE_CHECKING:
    from .reading import Reader

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
VML = "{urn:schemas-microsoft-com:vml}"
OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}chart"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"

RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
SYMBOLS = {"F0A8": "☐", "F06F": "☐", "F0FE": "☒", "F0FC": "✓", "F0B7": "•", "F0E0": "→", "F0DF": "←", "F0A7": "▪"}
SAFE_LINKS = ("http://", "https://", "mailto:")
TRANSPARENT = {W + name for name in ("smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent", "ruby", "rt")}
INSERTED = {W + "ins", W + "moveTo"}
DELETED = {W + "del", W + "moveFrom"}
MATHS = {MATH + "oMath", MATH + "oMathPara"}
DRAWN = {W + "drawing", W + "pict", W + "object", MC + "AlternateContent"}
PLAIN = {W + "tab": " ", W + "ptab": " ", W + "cr": BREAK, W + "noBreakHyphen": "\u2011"}


@dataclass
class Field:
    """A field of Word between its marks: what it does, and whether its result has begun."""

    instruction: str = ""
    in_result: bool = False

    @property
    def link(self) -> str:
        kind, _space, rest = self.instruction.strip().partition(" ")
        return rest.strip().strip('"').split('"')[0] if kind.upper() == "HYPERLINK" and "\\l" not in rest else ""

    @property
    def is_contents(self) -> bool:
        return self.instruction.strip().upper().startswith("TOC")


class Runs:
    """Collects the segments of one paragraph, and the items that follow it."""

    def __init__(self, reader: "Reader") -> None:
        self.reader = reader
        self.segments: list[Segment] = []
        self.after: list[Item] = []
        self.contents: list[str] = []

    def take(self, element: Any, look: Segment) -> None:
        """Take what stands inside an element."""
        for child in element:
            tag = child.tag
            if tag == W + "r":
                self.run(child, look)
            elif tag == W + "hyperlink":
                self.take(child, replace(look, link=self.address(child)))
            elif tag == W + "sdt":
                self.control(child, look)
            elif tag in INSERTED or tag in DELETED:
                self.changed(child, look)
            elif tag in MATHS:
                words = "".join(t.text or "" for t in child.iter(MATH + "t"))
                self.reader.leave_out(_("Equation: “%(words)s”") % {"words": words}, words)
            elif tag in TRANSPARENT:
                self.take(child, look)
            elif tag in DRAWN:
                self.drawn(child)

    def changed(self, element: Any, look: Segment) -> None:
        """A tracked change: what was inserted is taken, what was deleted is not."""
        author = element.get(W + "author") or _("unknown")
        if element.tag in INSERTED:
            self.reader.inserted[author] += 1
            self.take(element, look)
        else:
            self.reader.deleted[author] += 1

    def control(self, element: Any, look: Segment) -> None:
        """A content control: what is filled in, not the request to fill it in."""
        content = element.find(W + "sdtContent")
        if content is None:
            return
        if element.find(f"{W}sdtPr/{W}showingPlcHdr") is not None:
            words = "".join(t.text or "" for t in content.iter(W + "t"))
            self.reader.leave_out(_("Field that was not filled in: “%(words)s”") % {"words": words}, words)
        else:
            self.take(content, look)

    def run(self, run: Any, look: Segment) -> None:
        properties = run.find(W + "rPr")
        styles = self.reader.styles
        look = replace(look, bold=styles.look(properties, "b"), italic=styles.look(properties, "i"))
        if is_on(properties, "vanish"):
            words = "".join(t.text or "" for t in run.iter(W + "t"))
            self.reader.leave_out(_("Hidden text: “%(words)s”") % {"words": words}, words)
            return
        self.note_lost_look(properties, run)
        for child in run:
            tag = child.tag
            if tag == W + "t":
                self.add(_raised(child.text or "", val(properties, "vertAlign")), look)
            elif tag in PLAIN:
                self.add(PLAIN[tag], look)
            elif tag == W + "br":
                self.add(BREAK if child.get(W + "type", "textWrapping") == "textWrapping" else " ", look)
            elif tag in DRAWN:
                self.drawn(child)
            else:
                self.special(child, look)

    def special(self, child: Any, look: Segment) -> None:
        """Fields, notes and symbols."""
        tag, fields = child.tag, self.reader.fields
        if tag == W + "fldChar":
            kind = child.get(W + "fldCharType")
            if kind == "begin":
                fields.append(Field())
            elif kind == "separate" and fields:
                fields[-1].in_result = True
            elif kind == "end" and fields:
                fields.pop()
        elif tag == W + "instrText" and fields:
            fields[-1].instruction += child.text or ""
        elif tag in (W + "footnoteReference", W + "endnoteReference"):
            number = self.reader.note(child)
            if number:
                self.add(f"[{number}]", replace(look, bold=False, italic=False))
        elif tag == W + "sym":
            self.symbol((child.get(W + "char") or "").upper(), look)
        elif tag == W + "ruby":
            self.take(child, look)

    def symbol(self, code: str, look: Segment) -> None:
        if code in SYMBOLS:
            self.add(SYMBOLS[code], look)
        else:
            self.reader.leave_out(_("A symbol from a special font"))

    def add(self, text: str, look: Segment) -> None:
        """Add words, unless they are a field's instruction or the table of contents."""
        fields = self.reader.fields
        if any(field.is_contents for field in fields):
            self.contents.append(text)
            return
        if any(not field.in_result for field in fields):
            return
        link = next((field.link for field in reversed(fields) if field.link), "")
        if link and not look.link:
            look = replace(look, link=self.safe(link))
        self.segments.append(replace(look, text=text))

    def address(self, hyperlink: Any) -> str:
        """The address of a link; a link within the document keeps only its words."""
        relation = self.reader.relations.get(hyperlink.get(R + "id") or "")
        return self.safe(relation[1]) if relation else ""

    def safe(self, address: str) -> str:
        """The address when it is of a kind we allow. Anything else keeps its words, with a remark."""
        address = address.strip()
        if address.lower().startswith(SAFE_LINKS):
            return address
        self.reader.simplify(_("Link that can't be used here, kept as text: %(address)s") % {"address": address[:200]})
        return ""

    def note_lost_look(self, properties: Any, run: Any) -> None:
        """What means something and can't be shown is remarked on."""
        if is_on(properties, "strike") or is_on(properties, "dstrike"):
            words = "".join(t.text or "" for t in run.iter(W + "t"))
            self.reader.simplify(_("Text that was struck through is ordinary text now: “%(words)s”") % {"words": words})
        if val(properties, "u") not in (None, "none") or val(properties, "highlight") not in (None, "none"):
            self.reader.decorated += 1

    # Pictures, boxes and what can't be taken

    def drawn(self, element: Any) -> None:
        """A drawing: its pictures and the text of its boxes are taken, in place after the paragraph."""
        element = chosen(element)
        objects = list(element.iter(OLE)) if element is not None else []
        if element is None:
            return
        for item in objects:
            kind = item.get("ProgID") or _("unknown kind")
            self.reader.leave_out(_("Embedded object (%(kind)s)") % {"kind": kind})
        found = self.boxes(element) + (0 if objects else self.pictures(element)) + len(objects) + self.charts(element)
        if not found and (next(element.iter(WPS + "wsp"), None) is not None or element.tag == W + "pict"):
            self.reader.leave_out(_("A drawn shape"))

    def boxes(self, element: Any) -> int:
        boxes = [box for box in element.iter(W + "txbxContent") if not _inside(box, element, W + "txbxContent")]
        boxes = [box for box in boxes if not _inside(box, element, MC + "Fallback")]
        for box in boxes:
            items = self.reader.items(box)
            if items:
                self.after += items
                self.reader.simplify(_("Text box: its text is placed where the box was"))
        return len(boxes)

    def pictures(self, element: Any) -> int:
        found = 0
        blips = [blip for blip in element.iter(A + "blip") if not _inside(blip, element, MC + "Fallback")]
        ids = [(blip.get(R + "embed") or blip.get(R + "link"), blip) for blip in blips]
        ids += [(data.get(R + "id"), data) for data in element.iter(VML + "imagedata")] if not blips else []
        for relation_id, blip in ids:
            found += 1
            picture = picture_of(self.reader, relation_id or "", _described(blip, element))
            if picture is not None:
                self.after.append(picture)
        return found

    def charts(self, element: Any) -> int:
        charts, diagrams = list(element.iter(CHART)), list(element.iter(DIAGRAM))
        for chart in charts:
            self.reader.leave_out(_("Chart"), self.reader.words_in(chart.get(R + "id")))
        for diagram in diagrams:
            words = self.reader.words_in(diagram.get(R + "dm"))
            self.reader.leave_out(_("SmartArt: “%(words)s”") % {"words": words}, words)
        return len(charts) + len(diagrams)


def _raised(text: str, place: str | None) -> str:
    """Raised and lowered digits as characters of their own: m² is not m2."""
    if place in ("superscript", "subscript"):
        return text.translate(RAISED if place == "superscript" else LOWERED)
    return text


def chosen(element: Any) -> Any:
    """What a newer Word would show, of a choice between drawings for newer and older ones."""
    if element.tag != MC + "AlternateContent":
        return element
    choice = element.find(MC + "Choice")
    return choice if choice is not None and len(choice) else element.find(MC + "Fallback")


def _inside(element: Any, top: Any, tag: str) -> bool:
    """Whether something with this tag lies between the element and `top`."""
    for parent in element.iterancestors():
        if parent is top:
            return False
        if parent.tag == tag:
            return True
    return False


def _described(blip: Any, top: Any) -> tuple[str, str]:
    """(name, alternative text) of a picture, from the nearest drawing around it."""
    for parent in blip.iterancestors():
        properties = parent.find(WP + "docPr") if parent.tag in (WP + "inline", WP + "anchor") else None
        if properties is not None:
            return properties.get("name") or "", properties.get("descr") or properties.get("title") or ""
        if parent.tag == VML + "shape":
            return parent.get("id") or "", parent.get("alt") or ""
        if parent is top:
            break
    return "", ""


def count_by_author(counter: "Counter[str]") -> str:
    """ "Kari (3), Per (1)"."""
    return ", ".join(f"{author} ({number})" for author, number in sorted(counter.items()))

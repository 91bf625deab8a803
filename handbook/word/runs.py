"""What stands inside a paragraph of Word: runs, links, fields, notes and tracked changes."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from . import drawings, symbols
from .drawings import DRAWN, R
from .equations import EQUATIONS, on_one_line
from .fields import CHAR, Field, filled_in
from .rich import BREAK, Segment
from .structure import Item
from .styles import W, is_on, val

if TYPE_CHECKING:
    from .reading import Reader

RAISED = str.maketrans("0123456789+-n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ")
LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")
SAFE_LINKS = ("http://", "https://", "mailto:")
TRANSPARENT = {W + name for name in ("smartTag", "customXml", "fldSimple", "dir", "bdo", "sdtContent")}
INSERTED = {W + "ins", W + "moveTo"}
DELETED = {W + "del", W + "moveFrom"}
PLAIN = {W + "tab": " ", W + "ptab": " ", W + "cr": BREAK, W + "noBreakHyphen": "\u2011"}
ORDINARY_COLOURS = (None, "", "auto", "000000")


class Runs:
    """Collects the segments of one paragraph, and the items that follow it."""

    def __init__(self, reader: "Reader", properties: Any = None) -> None:
        self.reader, self.properties = reader, properties
        self.segments: list[Segment] = []
        self.after: list[Item] = []

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
            elif tag in INSERTED:
                self.reader.changed(child)
                self.take(child, look)
            elif tag in DELETED:
                self.reader.changed(child)
            elif tag in EQUATIONS:
                self.equation(child, look)
            elif tag in TRANSPARENT:
                self.take(child, look)
            elif tag in DRAWN:
                self.after += drawings.taken(self.reader, child)

    def equation(self, element: Any, look: Segment) -> None:
        words = on_one_line(element)
        self.add(words, look)
        self.reader.simplify(_("An equation became text on one line"), words)

    def control(self, element: Any, look: Segment) -> None:
        """A content control: what is filled in, not the request to fill it in."""
        content = self.reader.filled(element)
        if content is not None:
            self.take(content, look)

    def run(self, run: Any, look: Segment) -> None:
        properties, styles = run.find(W + "rPr"), self.reader.styles
        bold, italic, hidden = (styles.look(properties, self.properties, name) for name in ("b", "i", "vanish"))
        look = replace(look, bold=bold, italic=italic)
        if hidden:
            self.reader.leave_out(_("Hidden text"), _words_of(run))
            return
        self.note_lost_look(properties, run)
        font, place = symbols.font_of(properties), val(properties, "vertAlign")
        for child in run:
            tag = child.tag
            if tag == W + "t":
                self.text(child.text or "", font, place, look)
            elif tag in PLAIN:
                self.add(PLAIN[tag], look)
            elif tag == W + "br":
                self.add(BREAK if child.get(W + "type", "textWrapping") == "textWrapping" else " ", look)
            elif tag in DRAWN:
                self.after += drawings.taken(self.reader, child)
            else:
                self.special(child, look)

    def text(self, text: str, font: str, place: str | None, look: Segment) -> None:
        """Words; in a font of signs, what the signs look like."""
        if font or symbols.is_private(text):
            for character in text:
                self.sign(ord(character), font, look)
        else:
            self.add(_raised(text, place), look)

    def sign(self, code: int, font: str, look: Segment) -> None:
        if not font and code not in symbols.PRIVATE:
            self.add(chr(code), look)
        elif (shown := " " if code == ord(" ") else symbols.shown(code, font)) != "":
            self.add(shown, look)
        else:
            self.reader.leave_out(_("A sign from a special font"), f"{font} {code:04X}".strip())

    def special(self, child: Any, look: Segment) -> None:
        """Fields, notes and signs."""
        tag = child.tag
        if tag == CHAR:
            self.field(child, look)
        elif tag == W + "instrText" and self.reader.fields:
            self.reader.fields[-1].instruction += child.text or ""
        elif tag in (W + "footnoteReference", W + "endnoteReference"):
            number = self.reader.note(child)
            if number:
                self.add(f"[{number}]", replace(look, bold=False, italic=False))
        elif tag == W + "sym":
            self.sign(_code(child.get(W + "char")), (child.get(W + "font") or "").lower(), look)
        elif tag == W + "ruby":
            self.glossed(child, look)

    def glossed(self, ruby: Any, look: Segment) -> None:
        """Words with how they are read above them."""
        for name, before, after in (("rubyBase", "", ""), ("rt", " (", ")")):
            for part in ruby.iterfind(W + name):
                self.add(before, look)
                self.take(part, look)
                self.add(after, look)

    def field(self, mark: Any, look: Segment) -> None:
        kind, fields = mark.get(W + "fldCharType"), self.reader.fields
        if self.reader.unfinished_fields:
            return
        if kind == "begin":
            shown, choices = filled_in(mark)
            self.add(shown, look)
            self.reader.offer(choices)
            fields.append(Field())
        elif kind == "separate" and fields:
            fields[-1].in_result = True
        elif kind == "end" and fields:
            field = fields.pop()
            self.reader.led_within += field.leads_within and not any(f.is_contents for f in fields)
            if field.is_lost:
                self.reader.leave_out(_("A field without a text"), field.instruction.strip())

    def add(self, text: str, look: Segment) -> None:
        """Add words, unless they are a field's instruction or the table of contents."""
        fields = self.reader.fields
        if any(field.is_contents for field in fields):
            self.reader.contents.append(text)
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
        if not relation:
            self.reader.led_within += not any(field.is_contents for field in self.reader.fields)
            return ""
        anchor = hyperlink.get(W + "anchor")
        return self.safe(f"{relation[1]}#{anchor}" if anchor and "#" not in relation[1] else relation[1])

    def safe(self, address: str) -> str:
        """The address when it is of a kind we allow. Anything else keeps its words, with a remark."""
        address = address.strip()
        if address.lower().startswith(SAFE_LINKS):
            return address
        self.reader.simplify(_("Link that can't be used here, kept as text: %(address)s") % {"address": address})
        return ""

    def note_lost_look(self, properties: Any, run: Any) -> None:
        """What means something and can't be shown is remarked on."""
        if is_on(properties, "strike") or is_on(properties, "dstrike"):
            self.reader.simplify(_("Text that was struck through is ordinary text now"), _words_of(run))
        marked = any(val(properties, name) not in (None, "none") for name in ("u", "highlight"))
        self.reader.decorated += marked or val(properties, "color") not in ORDINARY_COLOURS


def _words_of(run: Any) -> str:
    return "".join(text.text or "" for text in run.iter(W + "t"))


def _code(text: str | None) -> int:
    try:
        return int(text or "", 16)
    except ValueError:
        return 0


def _raised(text: str, place: str | None) -> str:
    """Raised and lowered digits as characters of their own: m² is not m2."""
    if place in ("superscript", "subscript"):
        return text.translate(RAISED if place == "superscript" else LOWERED)
    return text

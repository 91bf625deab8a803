"""Drawings of Word: pictures and text boxes are taken, and what can't be is said."""

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from .pictures import Look, picture_of
from .structure import Item
from .styles import W

if TYPE_CHECKING:
    from .reading import Reader

R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
VML = "{urn:schemas-microsoft-com:vml}"
OLE = "{urn:schemas-microsoft-com:office:office}OLEObject"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
BOX = W + "txbxContent"
WORD_ART = VML + "textpath"
TEXT = A + "t"
PICTURES = (A + "blip", VML + "imagedata")
RULE = "{urn:schemas-microsoft-com:office:office}hr"
VML_SHAPES = ("shape", "rect", "roundrect", "oval", "line", "polyline", "arc", "curve")
SHAPES = {WPS + "wsp", *(VML + name for name in VML_SHAPES)}
DRAWN = {W + "drawing", W + "pict", W + "object", MC + "AlternateContent"}


def taken(reader: "Reader", element: Any) -> list[Item]:
    """What is taken of a drawing, to stand after its paragraph."""
    element = chosen(element)
    if element is None:
        return []
    objects = list(element.iter(OLE))
    for item in objects:
        reader.leave_out(_("Embedded object (%(kind)s)") % {"kind": item.get("ProgID") or _("unknown kind")})
    boxes, pictures = _boxes(reader, element), [] if objects else _pictures(reader, element)
    words, others = _words_drawn(reader, element), _charts(reader, element) + len(objects)
    shapes = [shape for shape in element.iter(*SHAPES) if not _inside(shape, element, BOX, MC + "Fallback")]
    drawn = sum(shape.get(RULE) is None for shape in shapes)
    if drawn > len(boxes) + len(pictures) + words + others:
        reader.leave_out(_("The lines and shapes around text boxes") if boxes else _("A drawn shape"))
    return [item for found in [*boxes, *pictures] for item in found]


def chosen(element: Any) -> Any:
    """What a newer Word would show, of a choice between drawings for newer and older ones."""
    if element.tag != MC + "AlternateContent":
        return element
    choice = element.find(MC + "Choice")
    return choice if choice is not None and len(choice) else element.find(MC + "Fallback")


def _boxes(reader: "Reader", element: Any) -> list[list[Item]]:
    boxes = [box for box in element.iter(BOX) if not _inside(box, element, BOX, MC + "Fallback")]
    found = [reader.items(box) for box in boxes]
    for items in found:
        if items:
            reader.simplify(_("Text box: its text is placed where the box was"))
    return found


def _pictures(reader: "Reader", element: Any) -> list[list[Item]]:
    blips = [blip for blip in element.iter(A + "blip") if not _inside(blip, element, BOX, MC + "Fallback")]
    ids = [(blip.get(R + "embed") or blip.get(R + "link"), blip) for blip in blips]
    ids += [(data.get(R + "id"), data) for data in element.iter(VML + "imagedata")] if not blips else []
    found = [picture_of(reader, relation or "", _described(blip, element), _look_of(blip)) for relation, blip in ids]
    return [[picture] if picture else [] for picture in found]


def _words_drawn(reader: "Reader", element: Any) -> int:
    """Text that is part of a drawing: WordArt, and words in shapes that are no text boxes."""
    art = [path.get("string") or "" for path in element.iter(WORD_ART)]
    words = [*art, *(text.text or "" for text in element.iter(TEXT))]
    if words:
        reader.leave_out(_("Text in a drawing"), " ".join(words))
    return len(words)


def _charts(reader: "Reader", element: Any) -> int:
    charts, diagrams = list(element.iter(CHART + "chart")), list(element.iter(DIAGRAM))
    for chart in charts:
        reader.leave_out(_("Chart"), reader.words_in(chart.get(R + "id")))
    for diagram in diagrams:
        reader.leave_out(_("SmartArt"), reader.words_in(diagram.get(R + "dm")))
    return len(charts) + len(diagrams)


def _inside(element: Any, top: Any, *tags: str) -> bool:
    """Whether something with one of these tags lies between the element and `top`."""
    for parent in element.iterancestors():
        if parent is top:
            return False
        if parent.tag in tags:
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


def _look_of(blip: Any) -> Look:
    """How Word shows the picture: what is cut away at each side, in thousandths of a per cent, and how it is turned."""
    fill = blip.getparent()
    cut = fill.find(A + "srcRect") if fill is not None else None
    frame = fill.getparent().find(f"{PIC}spPr/{A}xfrm") if fill is not None and fill.getparent() is not None else None
    sides = [_whole(cut.get(side)) if cut is not None else 0 for side in ("l", "t", "r", "b")]
    turned = _whole(frame.get("rot")) / 60_000 if frame is not None else 0
    return Look((sides[0], sides[1], sides[2], sides[3]), round(turned / 90) * 90 % 360)


def _whole(text: str | None) -> int:
    digits = (text or "0").removeprefix("-")
    return int(text or "0") if digits.isdecimal() and len(digits) < 10 else 0

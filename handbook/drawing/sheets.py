"""A drawing that is too large for one sheet of paper, cut into parts that can be read: below each other, between
two rows, each with the names of the roles above."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

from .flow import Shape
from .picture import HEAD, LANE, PAPER

SVG = "http://www.w3.org/2000/svg"
ABOVE_A_NODE = 17  # its number and the last bend of a way stand here; above that only straight lines
MOST_LANES_UPRIGHT = 4


@dataclass(frozen=True)
class Sheet:
    """The room on a sheet, in the units of the drawing at full size."""

    width: float
    height: float


UPRIGHT, LYING = Sheet(640, 800), Sheet(960, 520)


def is_wide(svg: str) -> bool:
    """Whether the drawing has so many roles that a sheet must lie down for it."""
    return _size(ET.fromstring(svg))[0] > MOST_LANES_UPRIGHT * LANE  # noqa: S314  (drawn by us)


def parts(svg: str, sheet: Sheet) -> list[str]:
    """The drawing as one SVG for each sheet of this kind."""
    ET.register_namespace("", SVG)
    root = ET.fromstring(svg)  # noqa: S314  (drawn by us)
    width, height = _size(root)
    tallest = max(sheet.height, width * sheet.height / sheet.width)
    if height <= tallest:
        return [svg]
    cuts = [0.0]
    for here, following in pairwise([*(top - ABOVE_A_NODE for top in _tops(root)), height]):
        if following - cuts[-1] + HEAD > tallest and here > cuts[-1]:
            cuts.append(here)
    return [_part(root, width, top, bottom) for top, bottom in pairwise([*cuts, height])]


def _part(root: ET.Element, width: float, top: float, bottom: float) -> str:
    part = copy.deepcopy(root)
    above = HEAD if top else 0
    for element in list(part):
        first, last = _span(element)
        if last < top or first > bottom:
            part.remove(element)
    part.set("viewBox", f"0 {top - above:g} {width:g} {bottom - top + above:g}")
    part.set("height", f"{bottom - top + above:g}")
    if above:
        cover = {"x": "0", "y": f"{top - above:g}", "width": f"{width:g}", "height": f"{above}", "fill": PAPER}
        ET.SubElement(part, f"{{{SVG}}}rect", cover)
        for name in _lane_names(root):
            moved = copy.deepcopy(name)
            moved.set("y", f"{float(name.get('y', '0')) + top - above:g}")
            part.append(moved)
    return ET.tostring(part, encoding="unicode")


def _span(element: ET.Element) -> tuple[float, float]:
    """From where to where an element goes, downwards."""
    if points := element.get("points"):
        ys = [float(point.split(",")[1]) for point in points.split()]
    elif element.tag.endswith("line"):
        ys = [float(element.get(name, "0")) for name in ("y1", "y2")]
    else:
        y = float(element.get("cy") or element.get("y") or "0")
        ys = [y, y + float(element.get("height", "0"))]
    return min(ys), max(ys)


def _size(root: ET.Element) -> tuple[float, float]:
    width, height = (root.get("viewBox") or root.get("viewbox") or "0 0 0 0").split()[2:]
    return float(width), float(height)


def _tops(root: ET.Element) -> Iterator[float]:
    """Where each node begins, from above."""
    for element in root:
        if element.get("class") in (Shape.TASK, Shape.DECISION):
            yield _span(element)[0]


def _lane_names(root: ET.Element) -> list[ET.Element]:
    return [element for element in root.iter(f"{{{SVG}}}text") if float(element.get("y", "0")) < HEAD]

"""The drawing as SVG: a column for each role, time downwards, so that it fits a phone and an A4 page.

Every node has a row of its own. A way goes straight to the next row; a longer one runs in the free space
beside the column, so no line ever crosses a box. Colours are attributes, for PDF; the stylesheet overrides
them on screen.
"""

import textwrap
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from .flow import Flow, Node, Shape, Way

LANE, BOX = 220, 168
LINE, PADDING, GAP, HEAD = 17, 12, 56, 40
LETTERS_IN_A_LINE = 24
DOT = 9
INK, PAPER, TASK, DECISION = "#1e2b3c", "#ffffff", "#e8eef7", "#fff3d6"


@dataclass
class Place:
    """Where a node stands: middle of the box, its top and its height."""

    x: float
    top: float
    height: float

    @property
    def bottom(self) -> float:
        return self.top + self.height


@dataclass
class _Canvas:
    flow: Flow
    places: dict[int, Place] = field(default_factory=dict)
    end: float = 0
    beside: int = 0  # how many ways run beside the columns so far

    def __post_init__(self) -> None:
        lanes = self.flow.lanes
        y = float(HEAD + DOT * 2 + GAP)
        for node in self.flow.nodes:
            height = len(_lines(node.text)) * LINE + 2 * PADDING
            self.places[node.number] = Place(lanes.index(node.lane) * LANE + LANE / 2, y, height)
            y += height + GAP
        self.end = y + DOT
        self.width, self.height = len(lanes) * LANE, self.end + DOT + 8


def picture(flow: Flow, title: str) -> SafeString:
    """The SVG, with its title for screen readers."""
    canvas = _Canvas(flow)
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {canvas.width:g} {canvas.height:g}",
            "width": f"{canvas.width:g}",
            "height": f"{canvas.height:g}",
            "role": "img",
            "aria-label": _("Drawing: %(title)s. The same in words follows below.") % {"title": title},
            "font-family": "Inter Variable, Inter, Liberation Sans, DejaVu Sans, sans-serif",
            "font-size": "13",
        },
    )
    _draw_lanes(svg, canvas)
    first = canvas.places[flow.nodes[0].number]
    _dot(svg, first.x, HEAD + DOT + 6, "start")
    _line(svg, [(first.x, HEAD + 2 * DOT + 6), (first.x, first.top)])
    for way in flow.ways:
        _draw_way(svg, canvas, way)
    for node in flow.nodes:
        _draw_node(svg, node, canvas.places[node.number])
    if any(way.target is None for way in flow.ways):
        _dot(svg, _end_x(canvas), canvas.end, "end")
    return mark_safe(ET.tostring(svg, encoding="unicode"))  # noqa: S308  (ElementTree escapes what it is given)


def _lines(text: str) -> list[str]:
    return textwrap.wrap(text, LETTERS_IN_A_LINE, break_long_words=True) or [""]


def _draw_lanes(svg: ET.Element, canvas: _Canvas) -> None:
    for place, lane in enumerate(canvas.flow.lanes):
        if place:
            x = f"{place * LANE}"
            ET.SubElement(
                svg,
                "line",
                {"x1": x, "x2": x, "y1": "0", "y2": f"{canvas.height:g}", "class": "lane"}
                | {"stroke": INK, "stroke-opacity": "0.25"},
            )
        _text(svg, place * LANE + LANE / 2, 22, _lines(lane)[0], weight="600")


def _draw_node(svg: ET.Element, node: Node, place: Place) -> None:
    left, right, middle = place.x - BOX / 2, place.x + BOX / 2, place.top + place.height / 2
    look = {"class": node.shape.value, "stroke": INK, "stroke-width": "1.5"}
    if node.shape == Shape.DECISION:
        corners = [
            (left + 12, place.top),
            (right - 12, place.top),
            (right + 6, middle),
            (right - 12, place.bottom),
            (left + 12, place.bottom),
            (left - 6, middle),
        ]
        points = " ".join(f"{x:g},{y:g}" for x, y in corners)
        ET.SubElement(svg, "polygon", {"points": points, "fill": DECISION, **look})
    else:
        box = {"x": f"{left:g}", "y": f"{place.top:g}", "width": f"{BOX}", "height": f"{place.height:g}", "rx": "6"}
        ET.SubElement(svg, "rect", {**box, "fill": TASK, **look})
    for row, words in enumerate(_lines(node.text)):
        _text(svg, place.x, place.top + PADDING + 13 + row * LINE, words)
    _text(svg, left - 2, place.top - 4, str(node.number), size="11")


def _draw_way(svg: ET.Element, canvas: _Canvas, way: Way) -> None:
    source = canvas.places[way.source]
    place, of = _exit(canvas, way)
    start = source.x + (place - (of - 1) / 2) * BOX / max(of, 2)
    below = source.bottom + 22 + 5 * min(place, 3)
    x, y = (_end_x(canvas), canvas.end - DOT) if way.target is None else _entry(canvas.places[way.target])
    is_next = way.target == way.source + 1 or (way.target is None and way.source == len(canvas.flow.nodes))
    if is_next and way.target and x == source.x:
        x = start
    way_on = [(x, below)]
    if not is_next:
        canvas.beside += 1
        aside, above = source.x + LANE / 2 - 6 - 4 * (canvas.beside % 4), y - 14
        way_on = [(aside, below), (aside, above), (x, above)]
    _line(svg, [(start, source.bottom), (start, below), *way_on, (x, y)])
    if way.label:
        _text(svg, start + 5, source.bottom + 15, _short(way.label, of), anchor="start", size="12", halo=True)


def _exit(canvas: _Canvas, way: Way) -> tuple[int, int]:
    """Which of the ways out of its node this is, and of how many: each leaves at a point of its own."""
    ways = [other for other in canvas.flow.ways if other.source == way.source]
    return ways.index(way), len(ways)


def _short(label: str, ways: int) -> str:
    """As much of the label as there is room for; the words below have all of it."""
    room = LETTERS_IN_A_LINE // max(ways, 2)
    return label if len(label) <= room else label[: room - 1] + "…"


def _entry(place: Place) -> tuple[float, float]:
    return place.x, place.top


def _end_x(canvas: _Canvas) -> float:
    """The end stands under the last node that leads to it."""
    last = max((way.source for way in canvas.flow.ways if way.target is None), default=len(canvas.flow.nodes))
    return canvas.places[last].x


def _line(svg: ET.Element, points: list[tuple[float, float]]) -> None:
    said = " ".join(f"{x:g},{y:g}" for x, y in points)
    look = {"fill": "none", "stroke": INK, "stroke-width": "1.5", "class": "way", "stroke-linejoin": "round"}
    ET.SubElement(svg, "polyline", {"points": said, **look})
    x, y = points[-1]
    ET.SubElement(
        svg, "polygon", {"points": f"{x:g},{y:g} {x - 4:g},{y - 8:g} {x + 4:g},{y - 8:g}", "fill": INK, "class": "tip"}
    )


def _dot(svg: ET.Element, x: float, y: float, kind: str) -> None:
    look = {"cx": f"{x:g}", "cy": f"{y:g}", "r": f"{DOT}", "class": kind, "stroke": INK}
    ET.SubElement(svg, "circle", {**look, "fill": PAPER, "stroke-width": "4" if kind == "end" else "1.5"})


def _text(
    svg: ET.Element,
    x: float,
    y: float,
    words: str,
    *,
    anchor: str = "middle",
    weight: str = "400",
    size: str = "13",
    halo: bool = False,
) -> None:
    look = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "fill": INK, "font-size": size, "font-weight": weight}
    if halo:
        look |= {"stroke": PAPER, "stroke-width": "4", "paint-order": "stroke", "class": "halo"}
    ET.SubElement(svg, "text", look).text = words

"""A chart as a picture file that stands on its own: SVG with its own colours, what they mean, title and description."""

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string

from results.charts import HEIGHT, WIDTH, Bar, BarRow, Bars, Chart, Timeline

TOP = 44  # for the title
KEY_LINE = 22
LETTER = 6.4  # how wide a letter of 12 px is, about
LABEL_LETTERS, BAR_X, BAR_WIDTH = 44, 300, 270
BAR, LINE, GAP = 16, 15, 12


@dataclass(frozen=True)
class KeyMark:
    """What a colour means, and where it is said."""

    x: float
    y: float
    number: int
    name: str
    shape: str


@dataclass(frozen=True)
class Placed:
    """A bar in the picture."""

    bar: Bar
    x: float
    y: float
    width: float
    text_x: float


@dataclass(frozen=True)
class PlacedRow:
    """A row of bars, and the lines of its label."""

    lines: list[tuple[float, str, str]]  # y, text, class
    bars: list[Placed]


def picture(chart: Timeline | Bars, about: str = "") -> str:
    """The SVG. `about` is its description."""
    key = _key(chart)
    top = TOP + max((mark.y for mark in key), default=-KEY_LINE) + KEY_LINE
    shared = {"chart": chart, "key": key, "about": about, "key_top": TOP, "top": top, "width": WIDTH}
    if isinstance(chart, Timeline):
        return render_to_string("results/svg/timeline.svg", {**shared, "height": top + HEIGHT + 8})
    rows, bottom = _rows([*chart.bar_rows, *chart.rest_rows], top)
    nought = round(BAR_X + chart.nought / 100 * BAR_WIDTH, 1)
    return render_to_string(
        "results/svg/bars.svg", {**shared, "rows": rows, "height": bottom, "bar": BAR, "nought_x": nought}
    )


def _key(chart: Chart) -> list[KeyMark]:
    """The series in lines that are no wider than the picture; none for a single one."""
    if len(chart.series) < 2:
        return []
    marks: list[KeyMark] = []
    x, y = 16.0, 0.0
    for number, series in enumerate(chart.series, 1):
        width = 34 + len(series.name) * LETTER
        if x + width > WIDTH and marks:
            x, y = 16.0, y + KEY_LINE
        marks.append(KeyMark(x, y, number, series.name, "bar" if isinstance(chart, Bars) else series.shape.value))
        x += width + 16
    return marks


def _rows(rows: Iterable[BarRow], top: float) -> tuple[list[PlacedRow], float]:
    """The rows one below the other, and where the last ends."""
    placed, y = [], top
    for row in rows:
        label = textwrap.wrap(row.label, LABEL_LETTERS) or [""]
        texts = [(text, "label") for text in label] + [
            (text, "note") for text in textwrap.wrap(row.note, LABEL_LETTERS)
        ]
        lines = [(y + LINE * place + 12, text, kind) for place, (text, kind) in enumerate(texts)]
        bars = [_place(bar, y + (BAR + 2) * place) for place, bar in enumerate(row.bars)]
        placed.append(PlacedRow(lines, bars))
        y += max(LINE * len(lines), (BAR + 2) * len(bars)) + GAP
    return placed, y + GAP


def _place(bar: Bar, y: float) -> Placed:
    x, width = BAR_X + bar.start / 100 * BAR_WIDTH, bar.share / 100 * BAR_WIDTH
    return Placed(bar, round(x, 1), y, round(width, 1), round(x + width + 8, 1))

"""Charts as geometry, drawn as SVG on the server by `templates/results/parts/`; the numbers always stand in a table beside.

`Timeline` is columns and lines over time; `Bars` is one bar, or a few, for each of a list of things.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import ClassVar

Value = float | None  # None: not known, which is not nothing

WIDTH, HEIGHT = 640.0, 240.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 12.0, 14.0, 30.0
STEPS = 4  # between the lines of the grid, about
LABEL_WIDTH = 46.0  # what a label under the axis needs


class Shape(StrEnum):
    COLUMNS = "columns"
    LINE = "line"


@dataclass(frozen=True)
class Series:
    """Values with a name, one for each label of the chart. `shape` counts in a `Timeline` only. `links`: where each value
    leads, or none at all."""

    name: str
    values: Sequence[Value]
    shape: Shape = Shape.COLUMNS
    links: Sequence[str] = ()

    def link(self, place: int) -> str:
        return self.links[place] if self.links else ""


@dataclass(frozen=True)
class Chart:
    """What every chart has. `links`: an address for each label, or none at all. `limit`: a line to reach or stay under."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    links: Sequence[str] = ()
    limit: float | None = None
    limit_name: str = ""
    is_timeline: ClassVar[bool] = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw: no value but nought and unknown ones."""
        return not any(value for series in self.series for value in series.values)

    @cached_property
    def ticks(self) -> list[float]:
        """Round numbers through nought, from below the lowest value to above the highest."""
        known = [value for series in self.series for value in series.values if value is not None]
        shown = [*known, self.limit or 0]
        return nice_ticks(max(shown), lowest=min(shown), whole=all(value == int(value) for value in known))

    @property
    def goes_below(self) -> bool:
        """Whether nought is not where the axis begins, so that it needs a line of its own."""
        return self.ticks[0] < 0

    def _share(self, value: float) -> float:
        """How far along the axis the value is, from 0 to 1."""
        return (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0])

    @property
    def rows(self) -> list["Row"]:
        """The table: a row for each label."""
        links = self.links or [""] * len(self.labels)
        return [
            Row(label, link, [Cell(series.values[place], series.link(place)) for series in self.series])
            for place, (label, link) in enumerate(zip(self.labels, links, strict=True))
        ]


@dataclass(frozen=True)
class Cell:
    """A value and where it leads."""

    value: Value
    link: str = ""


@dataclass(frozen=True)
class Row:
    label: str
    link: str
    cells: list[Cell]

    @property
    def values(self) -> list[Value]:
        return [cell.value for cell in self.cells]


@dataclass(frozen=True)
class Rect:
    """A column or a bar, and what it says when pointed at."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: float
    number: int  # which series, from 1: its colour


@dataclass(frozen=True)
class Mark:
    x: float
    y: float
    label: str
    value: float


@dataclass(frozen=True)
class Line:
    """A line: one path for each stretch without an unknown value between."""

    path: str
    marks: list[Mark]
    number: int
    name: str


@dataclass(frozen=True)
class Level:
    """A line of the grid with its number."""

    y: float
    value: float


class Timeline(Chart):
    """Columns and lines over the labels, which are points in time from left to right."""

    is_timeline = True
    width, height, left, right = WIDTH, HEIGHT, LEFT, WIDTH - RIGHT
    floor = HEIGHT - BOTTOM

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH:g} {HEIGHT:g}"

    @property
    def levels(self) -> list[Level]:
        return [Level(self._y(tick), tick) for tick in self.ticks]

    @property
    def nought_y(self) -> float:
        return self._y(0)

    @property
    def limit_y(self) -> float | None:
        return None if self.limit is None else self._y(self.limit)

    @property
    def names(self) -> list[Mark]:
        """The labels under the axis: every one, or as many as there is room for."""
        every = max(1, math.ceil(LABEL_WIDTH / self._slot))
        return [
            Mark(self._middle(place), HEIGHT - 10, label, 0)
            for place, label in enumerate(self.labels)
            if place % every == 0
        ]

    @property
    def columns(self) -> list[Rect]:
        shown = [(number, series) for number, series in enumerate(self.series, 1) if series.shape == Shape.COLUMNS]
        width = round(self._slot * 0.62 / max(len(shown), 1), 1)
        return [
            Rect(
                x=round(self._middle(place) + width * (order - len(shown) / 2), 1),
                y=min(self._y(value), self.nought_y),
                width=width,
                height=round(abs(self.nought_y - self._y(value)), 1),
                label=f"{series.name}, {self.labels[place]}",
                value=value,
                number=number,
            )
            for order, (number, series) in enumerate(shown)
            for place, value in enumerate(series.values)
            if value
        ]

    @property
    def lines(self) -> list[Line]:
        return [
            self._line(number, series) for number, series in enumerate(self.series, 1) if series.shape == Shape.LINE
        ]

    def _line(self, number: int, series: Series) -> Line:
        path, marks, pen_is_down = "", [], False
        for place, value in enumerate(series.values):
            if value is None:
                pen_is_down = False
                continue
            mark = Mark(self._middle(place), self._y(value), f"{series.name}, {self.labels[place]}", value)
            path += f"{'L' if pen_is_down else 'M'}{mark.x:g} {mark.y:g}"
            pen_is_down = True
            marks.append(mark)
        return Line(path, marks, number, series.name)

    @property
    def _slot(self) -> float:
        return (WIDTH - LEFT - RIGHT) / max(len(self.labels), 1)

    def _middle(self, place: int) -> float:
        return round(LEFT + self._slot * (place + 0.5), 1)

    def _y(self, value: float) -> float:
        return round(self.floor - self._share(value) * (self.floor - TOP), 1)


@dataclass(frozen=True)
class Bar:
    """A bar of a `Bars` row: where it begins and how long it is, in hundredths of the axis."""

    start: float
    share: float
    value: Value
    number: int
    name: str
    link: str = ""


@dataclass(frozen=True)
class BarRow:
    label: str
    link: str
    bars: list[Bar]
    note: str = ""


@dataclass(frozen=True)
class Bars(Chart):
    """A list of things, each with its bars: causes, units, areas. `notes`: a few words for each label, such as a share.
    `rest`: what is none of the things; it has no bar, which would dwarf the others."""

    notes: Sequence[str] = field(default=())
    rest: Row | None = None

    @property
    def is_empty(self) -> bool:
        return super().is_empty and self.rest is None

    @property
    def nought(self) -> float:
        """Where nought is, in hundredths of the axis."""
        return round(self._share(0) * 100, 1)

    def _bar(self, number: int, cell: Cell) -> Bar:
        end = round(self._share(cell.value or 0) * 100, 1)
        start, length = min(self.nought, end), round(abs(end - self.nought), 1)
        return Bar(start, length, cell.value, number, self.series[number - 1].name, cell.link)

    @property
    def bar_rows(self) -> list[BarRow]:
        notes = self.notes or [""] * len(self.labels)
        return [
            BarRow(row.label, row.link, [self._bar(number, cell) for number, cell in enumerate(row.cells, 1)], note)
            for row, note in zip(self.rows, notes, strict=True)
        ]

    @property
    def rest_rows(self) -> list[BarRow]:
        """What is none of the things, with its numbers and no bars; none when there is no such."""
        if self.rest is None:
            return []
        cells = enumerate(self.rest.cells, 1)
        bars = [
            Bar(self.nought, 0, cell.value, number, self.series[number - 1].name, cell.link) for number, cell in cells
        ]
        return [BarRow(self.rest.label, self.rest.link, bars)]


def nice_ticks(highest: float, *, lowest: float = 0, whole: bool = False) -> list[float]:
    """Through nought in steps of 1, 2, 2.5 or 5 times a power of ten, from at or below the lowest to at or above the highest;
    at least one step. `whole`: in whole steps only, for what is counted."""
    highest, lowest = max(highest, 0), min(lowest, 0)
    if highest == lowest:
        return [0, 1]
    rough = (highest - lowest) / STEPS
    rough = max(rough, 1) if whole else rough
    power = 10 ** math.floor(math.log10(rough))
    steps = (factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    step = next(step for step in steps if not whole or step == int(step))
    first, last = math.floor(round(lowest / step, 9)), math.ceil(round(highest / step, 9))
    return [round(step * number, 10) for number in range(first, last + 1)]

"""Where things stand on a scale, one line each: a dot for every series, and the distance between them drawn. For maturity
(now and ambition) and profiles (year and year).

A line each rather than a radar: the distance is what is read, the names are whole, any number of lines have room, and it
is a table all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from results.charts import Series, Value

WIDTH, HEIGHT = 360.0, 20.0  # of one line
MARGIN = 8.0  # at both ends, so that a dot is whole
NAMES, FIGURE, TOP, FOOT = 300.0, 62.0, 64.0, 34.0  # of the drawing as one file
NAME_LENGTH = 42  # characters there is room for in it
LINE = 28.0
MARK = "*"  # beside a name: left out in one of the series


@dataclass(frozen=True)
class Dot:
    """A value on a line; `number` is which series, from 1: its shape and colour."""

    x: float
    number: int
    name: str
    value: float


@dataclass(frozen=True)
class DotRow:
    """A line. `values` in the order of the series; `notes` says instead of a value why there is none."""

    label: str
    link: str
    cells: list[tuple[Value, str]]
    dots: list[Dot]
    y: float

    @property
    def span(self) -> tuple[float, float] | None:
        """From the first to the last dot, when there are several."""
        places = [dot.x for dot in self.dots]
        return (min(places), max(places)) if len(set(places)) > 1 else None

    @property
    def marked(self) -> bool:
        return any(note for _value, note in self.cells)

    @property
    def short_label(self) -> str:
        """As long as there is room for in the drawing."""
        label = self.label if len(self.label) <= NAME_LENGTH else f"{self.label[: NAME_LENGTH - 1].rstrip()}…"
        return f"{label} {MARK}" if self.marked else label

    @property
    def change(self) -> Value:
        """From the first series to the last; None when one of them is not known."""
        first, last = self.cells[0][0], self.cells[-1][0]
        return None if first is None or last is None else last - first


@dataclass(frozen=True)
class Dots:
    """The lines of a chart. `notes[i][k]`: why series i has no value for label k, such as "left out"."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    lowest: float
    highest: float
    links: Sequence[str] = ()
    notes: Sequence[Sequence[str]] = field(default=())
    change_name: str = ""

    width, height, names, line, top = WIDTH, HEIGHT, NAMES, LINE, TOP
    mark = MARK

    @property
    def is_empty(self) -> bool:
        return not any(value is not None for series in self.series for value in series.values)

    @property
    def rows(self) -> list[DotRow]:
        links = self.links or [""] * len(self.labels)
        notes = self.notes or [[""] * len(self.labels)] * len(self.series)
        return [
            DotRow(
                label=label,
                link=links[place],
                cells=[(series.values[place], notes[order][place]) for order, series in enumerate(self.series)],
                dots=[
                    Dot(self._x(value), number, series.name, value)
                    for number, series in enumerate(self.series, 1)
                    if (value := series.values[place]) is not None
                ],
                y=TOP + LINE * (place + 0.5),
            )
            for place, label in enumerate(self.labels)
        ]

    @property
    def marked(self) -> bool:
        return any(note for notes in self.notes for note in notes)

    @property
    def ticks(self) -> list[tuple[float, float]]:
        """Round values of the scale with their places: every whole number of a short one, else quarters."""
        span = self.highest - self.lowest
        whole = span <= 10 and float(self.lowest).is_integer() and float(self.highest).is_integer()
        steps = int(span) if whole else 4
        values = [self.lowest + span * step / steps for step in range(steps + 1)]
        return [(self._x(value), value) for value in values]

    @property
    def total_width(self) -> float:
        """Of the drawing as one file."""
        return NAMES + WIDTH + FIGURE * len(self.series)

    @property
    def total_height(self) -> float:
        return TOP + LINE * len(self.labels) + FOOT

    @property
    def bottom(self) -> float:
        """Where the last line ends in the drawing as one file."""
        return TOP + LINE * len(self.labels)

    @property
    def foot(self) -> float:
        """Where it says what the shapes mean."""
        return self.bottom + FOOT / 2

    @property
    def figures(self) -> list[tuple[float, Any]]:
        """Where the figures of each series stand in the drawing as one file, to their right edge."""
        return [(NAMES + WIDTH + FIGURE * number - 8, series) for number, series in enumerate(self.series, 1)]

    def _x(self, value: float) -> float:
        share = (value - self.lowest) / (self.highest - self.lowest)
        return round(MARGIN + min(max(share, 0), 1) * (WIDTH - 2 * MARGIN), 1)

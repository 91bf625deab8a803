"""The wheel as a picture: twelve months round the clock, one band for each kind of duty. Pure geometry."""

import calendar
import datetime
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from home.wheel.duties import Duty, Kind

SIZE = 520
CENTRE = SIZE / 2
OUTER, INNER = 218.0, 78.0
LABELS = 238.0
MONTHS = range(1, 13)


@dataclass(frozen=True)
class Cell:
    """A band in a month: its shape, its number, and where that is written."""

    kind: Kind
    band: int
    number: int
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Month:
    """A month of the ring, of the table and of the list."""

    number: int
    day: datetime.date  # the first, for its name
    duties: list[Duty]
    cells: list[Cell]
    outline: str
    x: float
    y: float

    @property
    def late(self) -> int:
        return sum(duty.late for duty in self.duties)


@dataclass(frozen=True)
class Ring:
    """Everything the picture and the table are drawn from."""

    year: int
    kinds: list[Kind]
    months: list[Month]
    totals: list[int]
    total: int
    today: tuple[float, float, float, float] | None  # a line from the centre's rim to the outer edge

    @property
    def late(self) -> int:
        return sum(month.late for month in self.months)

    size = SIZE
    centre = CENTRE


def ring(year: int, duties: Iterable[Duty], kinds: list[Kind], today: datetime.date) -> Ring:
    """The wheel of a year, with a band for each of the kinds, the first outermost."""
    by_month: dict[int, list[Duty]] = {number: [] for number in MONTHS}
    for duty in duties:
        by_month[duty.date.month].append(duty)
    months = [_month(year, number, found, kinds) for number, found in by_month.items()]
    totals = [sum(month.cells[band].number for month in months) for band in range(len(kinds))]
    return Ring(year, kinds, months, totals, sum(totals), _mark(today) if today.year == year else None)


def _month(year: int, number: int, duties: list[Duty], kinds: list[Kind]) -> Month:
    start, end = (number - 1) / 12, number / 12
    counted = Counter(duty.kind for duty in duties)
    width = (OUTER - INNER) / max(1, len(kinds))
    cells = []
    for band, kind in enumerate(kinds):
        outer, inner = OUTER - band * width, OUTER - (band + 1) * width
        x, y = _point((start + end) / 2, (outer + inner) / 2)
        cells.append(Cell(kind, band, counted[kind], _sector(start, end, inner, outer), x, y))
    x, y = _point((start + end) / 2, LABELS)
    return Month(number, datetime.date(year, number, 1), duties, cells, _sector(start, end, INNER, OUTER), x, y)


def _point(turn: float, radius: float) -> tuple[float, float]:
    """A point so far round the wheel from the top, clockwise."""
    angle = 2 * math.pi * turn
    return round(CENTRE + radius * math.sin(angle), 1), round(CENTRE - radius * math.cos(angle), 1)


def _sector(start: float, end: float, inner: float, outer: float) -> str:
    (ax, ay), (bx, by) = _point(start, outer), _point(end, outer)
    (cx, cy), (dx, dy) = _point(end, inner), _point(start, inner)
    return f"M{ax} {ay}A{outer:g} {outer:g} 0 0 1 {bx} {by}L{cx} {cy}A{inner:g} {inner:g} 0 0 0 {dx} {dy}Z"


def _mark(today: datetime.date) -> tuple[float, float, float, float]:
    days = calendar.monthrange(today.year, today.month)[1]
    turn = (today.month - 1 + (today.day - 0.5) / days) / 12
    return (*_point(turn, INNER - 8), *_point(turn, OUTER + 6))

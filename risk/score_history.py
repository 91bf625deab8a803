"""How the score of a risk has gone through the years: its versions, and what was confirmed as left (S57, line 3 of the
issue); as points, and as the geometry of a small line."""

import datetime
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.risk import DEMANDS_MEASURE_ABOVE, Colour, colour
from cases.risk import score as product
from organisation import clock
from organisation.models import User
from risk.models import Risk

WIDTH, HEIGHT = 560.0, 180.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 18.0, 14.0, 26.0
HIGHEST = 25


@dataclass(frozen=True)
class Point:
    """The risk became this, on that day, by a decision or a confirmation."""

    day: datetime.date
    score: int
    what: str

    @property
    def colour(self) -> Colour:
        return colour(self.score)


@dataclass(frozen=True)
class Mark:
    """A point in the picture."""

    point: Point
    x: float
    y: float


@dataclass(frozen=True)
class History:
    """The points in the order of time, and the line through them: a score holds until the next."""

    points: list[Point]
    today: datetime.date

    width, height, left, right = WIDTH, HEIGHT, LEFT, WIDTH - RIGHT

    @property
    def view_box(self) -> str:
        return f"0 0 {WIDTH:g} {HEIGHT:g}"

    @cached_property
    def marks(self) -> list[Mark]:
        return [Mark(point, self._x(point.day), _y(point.score)) for point in self.points]

    @property
    def line(self) -> str:
        """The path: level until the next point, then up or down."""
        path = f"M{self.marks[0].x:g} {self.marks[0].y:g}"
        for mark in self.marks[1:]:
            path += f"H{mark.x:g}V{mark.y:g}"
        return f"{path}H{WIDTH - RIGHT:g}"

    @property
    def limit(self) -> float:
        """The height of the score above which measures are demanded."""
        return _y(DEMANDS_MEASURE_ABOVE)

    @property
    def floor(self) -> float:
        return _y(0)

    @property
    def ceiling(self) -> float:
        return _y(HIGHEST)

    def _x(self, day: datetime.date) -> float:
        first = self.points[0].day
        days = max((self.today - first).days, 1)
        return round(LEFT + (day - first).days / days * (WIDTH - LEFT - RIGHT), 1)


def _y(score: int) -> float:
    return round(HEIGHT - BOTTOM - score / HIGHEST * (HEIGHT - TOP - BOTTOM), 1)


def history_of(row: Risk, user: User) -> History:
    """The points of a risk in the versions that were decided and that the person may read. Two queries."""
    rows = Risk.objects.visible_to(user).filter(key=row.key, assessment__decided_at__isnull=False)
    versions = list(rows.select_related("assessment"))
    points = [
        (one.assessment.decided_at, one.score, _("Decided, version %(number)s") % {"number": one.assessment.number})
        for one in versions
    ]
    confirmed = Risk.history.filter(id__in=[one.pk for one in versions], residual_confirmed_at__isnull=False)
    fields = ("residual_confirmed_at", "residual_probability", "residual_consequence", "residual_confirmed_by")
    for moment, probability, consequence, name in confirmed.order_by().values_list(*fields).distinct():
        points.append(
            (moment, product(probability, consequence), _("Confirmed by %(name)s after measures") % {"name": name})
        )
    known = sorted((moment, score, what) for moment, score, what in points if moment and score is not None)
    return History([Point(timezone.localdate(moment), score, what) for moment, score, what in known], clock.today())

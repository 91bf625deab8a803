"""Which units must hold a management review, and by when: each result unit and the municipality once a year at least
(ISO 9001 clause 9.3.1, kommuneloven § 25-1)."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from organisation import clock
from organisation.absence import LEADERS
from organisation.models import RoleAssignment, Unit, User
from results.models import Review
from results.models.review import ReviewQuerySet

KINDS = (Unit.Kind.MUNICIPALITY, Unit.Kind.RESULT_UNIT)
SOON = datetime.timedelta(60)


@dataclass(frozen=True)
class Duty:
    """A unit that must hold a review by a day. `last` is the one it held last, `next` the one under way."""

    unit: Unit
    last: Review | None
    next: Review | None

    @property
    def by(self) -> datetime.date:
        """A year after the last meeting; for who never held one, the end of this year."""
        if self.last is None:
            return datetime.date(clock.today().year, 12, 31)
        return a_year_after(self.last.meeting_date or self.last.last)

    @property
    def since(self) -> datetime.datetime | None:
        """When the last was closed or, before that, the first begun; None for a unit that has begun none."""
        if self.last is not None:
            return self.last.closed_at
        return self.next.created_at if self.next else None

    @property
    def is_due(self) -> bool:
        """Whether it must be held soon, or should have been, and none is under way."""
        return self.next is None and self.by <= clock.today() + SOON

    @property
    def is_late(self) -> bool:
        return self.by < clock.today()


def units() -> "Iterable[Unit]":
    """Every unit that must hold one, in tree order."""
    return Unit.objects.active().filter(Q(kind__in=KINDS) | Q(depth=1))


def of(units: Iterable[Unit]) -> list[Duty]:
    """The duty of each unit, in the order given. One query."""
    units = list(units)
    last: dict[int, Review] = {}
    under_way: dict[int, Review] = {}
    for review in Review.objects.held().filter(unit__in=units).order_by("last", "pk").select_related("unit", "chair"):
        (last if review.is_closed else under_way)[review.unit_id] = review
    return [Duty(unit, last.get(unit.pk), under_way.get(unit.pk)) for unit in units]


def waiting_for(user: User) -> list[Duty]:
    """The duties of the units the person leads that are near or past, and have no review under way. Two queries."""
    led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
    duties = of(Unit.objects.active().filter(Q(kind__in=KINDS) | Q(depth=1), pk__in=led))
    return [duty for duty in duties if duty.is_due]


def under_way_for(user: User) -> ReviewQuerySet:
    """The reviews under way that the person chairs or takes part in. One query."""
    mine = Q(chair=user) | Q(participants__user=user)
    return Review.objects.under_way().filter(mine).select_related("unit").distinct().order_by("meeting_date", "pk")


def a_year_after(day: datetime.date) -> datetime.date:
    """The same day next year; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)

"""The wheel a person asked for by a query string."""

import datetime
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from home.wheel.duties import Duty, Kind, Scope, gather
from home.wheel.forms import EVERYTHING, WheelFilters
from home.wheel.ring import MONTHS, Month, Ring, ring
from organisation import clock
from organisation.models import User

SHOWN_IN_MONTH = 6
MOST_LATE = 12
DAYS_BEHIND, DAYS_AHEAD = 90, 550


@dataclass(frozen=True)
class Shown:
    """A month in the list: what remains first, and the rest behind a link."""

    month: Month

    @property
    def duties(self) -> list[Duty]:
        return [duty for duty in self.month.duties if not duty.done][:SHOWN_IN_MONTH]

    @property
    def more(self) -> bool:
        return len(self.month.duties) > len(self.duties)


class Selection:
    """Year, unit, kind and month, each left out when the address says it wrongly."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = WheelFilters(query, user=user)
        self.asked: dict[str, Any] = self.form.asked()
        self.year: int = self.asked.get("year") or clock.today().year
        self.kind = Kind(self.asked["kind"]) if "kind" in self.asked else None
        month = query.get("maned", "")
        self.month = int(month) if month.isdecimal() and len(month) < 3 and int(month) in MONTHS else None

    @property
    def scope(self) -> Scope:
        unit = self.asked.get("unit")
        first, last = datetime.date(self.year, 1, 1), datetime.date(self.year, 12, 31)
        if unit == EVERYTHING:
            return Scope(self.user, first, last, everything=True)
        return Scope(self.user, first, last, unit)

    @cached_property
    def duties(self) -> list[Duty]:
        return gather(self.scope, self.kind)

    @cached_property
    def ring(self) -> Ring:
        kinds = [self.kind] if self.kind else list(Kind)
        return ring(self.year, self.duties, kinds, clock.today())

    @property
    def asked_month(self) -> Month | None:
        """The one month that was asked for, shown whole."""
        return self.ring.months[self.month - 1] if self.month else None

    @property
    def months(self) -> list[Shown]:
        """The months that are not over, each with the first of what remains to be done."""
        return [Shown(month) for month in self.ring.months if month.duties and not self._is_over(month)]

    @property
    def earlier(self) -> list[Month]:
        """The months that are over."""
        return [month for month in self.ring.months if month.duties and self._is_over(month)]

    @property
    def late_earlier(self) -> list[Duty]:
        """What should have been done in the months that are over, the oldest first."""
        return [duty for month in self.earlier for duty in month.duties if duty.late][:MOST_LATE]

    def _is_over(self, month: Month) -> bool:
        return month.day < clock.today().replace(day=1)


def subscribed(user: User) -> list[Duty]:
    """What goes into a person's calendar: the own unit's and the municipality's, and what the person is
    responsible for, from a little back in time to a year and a half ahead."""
    today = clock.today()
    return gather(Scope(user, today - datetime.timedelta(DAYS_BEHIND), today + datetime.timedelta(DAYS_AHEAD)))

"""What is counted, and where the counted cases are listed.

Counted are ordinary cases only: never one that is sealed or waits to be sorted, and whistleblowing is no case at all. So
the figures are the same for everybody. Every set of cases here has an address in the register that shows exactly it.
"""

import datetime
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef
from wagtail.models import Page

from cases.forms.filters import EMPLOYEES, FOUND
from cases.models import Action, Case, Category, Cause
from cases.models.action import ActionQuerySet
from cases.models.case_queryset import CaseQuerySet
from cases.register import address_of_cases
from organisation import clock
from organisation.models import Unit
from results.periods import Period


@dataclass(frozen=True)
class Scope:
    """The cases of a period, narrowed down. `unit` counts those below it; None is the whole municipality. `kind`,
    `channel` are what the register's filters take; `page` is a document id, `chapter` a page that counts those below."""

    period: Period
    unit: Unit | None = None
    kind: str = ""
    channel: str = ""
    category: Category | None = None
    cause: Cause | None = None
    chapter: Page | None = None
    page: str = ""
    law_breach: bool = False

    @property
    def day(self) -> datetime.date:
        """The day that states are told of: the last of the period, or today while it lasts."""
        return min(self.period.last, clock.today())

    @property
    def so_far(self) -> Period:
        """The part of the period that has been; its first day when it has not begun."""
        return Period(self.period.first, max(self.period.first, self.day))

    @property
    def is_narrowed(self) -> bool:
        """Whether more than unit and period is asked for."""
        return self != Scope(self.period, self.unit)

    def during(self, period: Period) -> "Scope":
        return replace(self, period=period)

    # The cases

    def cases(self) -> CaseQuerySet:
        """All that fit, whatever the period."""
        cases = Case.objects.ordinary().order_by()
        if self.unit:
            cases = cases.in_unit(self.unit)
        if self.kind:
            cases = cases.found() if self.kind == FOUND else cases.filter(kind=self.kind)
        if self.channel:
            cases = cases.from_employees() if self.channel == EMPLOYEES else cases.filter(channel=self.channel)
        if self.chapter:
            cases = cases.below_page(self.chapter)
        given = {"category": self.category, "cause": self.cause, "page_document_id": self.page}
        cases = cases.filter(**{field: value for field, value in given.items() if value})
        return cases.filter(law_breach=True) if self.law_breach else cases

    def received(self) -> CaseQuerySet:
        return self.cases().received_between(self.period.first, self.period.last)

    def closed(self) -> CaseQuerySet:
        return self.cases().closed_between(self.period.first, self.period.last)

    def answered(self) -> CaseQuerySet:
        return self.cases().answered_between(self.period.first, self.period.last)

    def evaluated_actions(self) -> ActionQuerySet:
        """Measures whose effect was evaluated in the period."""
        return self._actions().evaluated_between(self.period.first, self.period.last)

    def late_actions(self) -> ActionQuerySet:
        """Measures that were past their deadline on the day."""
        return self._actions().late_on(self.day)

    def done_actions(self) -> ActionQuerySet:
        """Measures that were done in the period."""
        done = self._actions().live()
        return done.filter(done_at__gte=clock.start_of(self.period.first), done_at__lt=clock.end_of(self.period.last))

    def _actions(self) -> ActionQuerySet:
        """Measures of the cases that fit. Each looks up its own case: a list of all that fit would be made first."""
        return Action.objects.filter(Exists(self.cases().filter(pk=OuterRef("case")))).order_by()

    # Where they are listed

    def address(self, **more: Any) -> str:
        """The register with the cases that fit, whatever the period; narrowed down by `more`, its filters by name."""
        filters: dict[str, Any] = {
            "ordinary": True,
            "unit": self.unit.pk if self.unit else None,
            "kind": self.kind,
            "channel": self.channel,
            "category": self.category.pk if self.category else None,
            "cause": self.cause.pk if self.cause else None,
            "chapter": self.chapter.pk if self.chapter else None,
            "page": self.page,
            "law_breach": self.law_breach,
        }
        return address_of_cases(**filters | more)

    def address_of_kind(self, kind: str) -> str:
        """Those received of this kind; "" when another kind is asked for, so that there are none."""
        asked = FOUND if kind == FOUND and self.kind not in ("", *Case.REPORTABLE) else self.kind
        if self.kind and asked != kind:
            return ""
        return self.address_of_received(kind=self.kind or kind)

    def address_of_received(self, **more: Any) -> str:
        return self.address(since=self.period.first, until=self.period.last, **more)

    def address_of_closed(self, **more: Any) -> str:
        return self.address(closed_since=self.period.first, closed_until=self.period.last, **more)

    def address_of_answered(self, **more: Any) -> str:
        return self.address(answered_since=self.period.first, answered_until=self.period.last, **more)

    def address_of_evaluated(self, effect: str = "") -> str:
        return self.address(evaluated_since=self.period.first, evaluated_until=self.period.last, effect=effect)

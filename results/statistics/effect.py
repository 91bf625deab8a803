"""Whether measures work: what was found of their effect, what happened again, and how it was before and after."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Action, Cause
from handbook.models import Document
from organisation import clock
from results.periods import Period
from results.statistics.breakdown import Portion
from results.statistics.scope import Scope
from results.statistics.trend import ONE_DAY

MOST_REPEATED, MOST_MEASURES = 20, 10
WINDOW = datetime.timedelta(182)  # before and after a measure
SHORTEST = 30  # days after it before anything is said
DAYS_IN_MONTH = 30.4375


@dataclass(frozen=True)
class Effects:
    """Measures whose effect was evaluated in the period, by what was found."""

    numbers: dict[str, int]

    @property
    def evaluated(self) -> int:
        return sum(self.numbers.values())

    @property
    def confirmed(self) -> float | None:
        """The share called effective, from 0 to 1; None when none was evaluated."""
        return self.numbers.get(Action.Effect.EFFECTIVE, 0) / self.evaluated if self.evaluated else None


def effects(scope: Scope) -> Effects:
    """One query."""
    return Effects(dict(scope.evaluated_actions().values_list("effect").annotate(number=Count("*"))))


def repeated(scope: Scope, most: int = MOST_REPEATED) -> list[Portion]:
    """The same cause on the same page again, after a measure of a case there was called effective: by page and cause,
    the most first. Three queries."""
    cases = scope.received().recurring().values_list("page_document_id", "cause").annotate(number=Count("*"))
    found = sorted(cases, key=lambda row: (-row[2], row[0], row[1]))[:most]
    pages = {d.document_id: str(d) for d in Document.objects.filter(document_id__in={row[0] for row in found})}
    causes = dict(Cause.objects.filter(pk__in={row[1] for row in found}).values_list("pk", "name"))
    return [
        Portion(
            (page, cause),
            f"{causes[cause]} – {pages.get(page, page)}",
            number,
            scope.address_of_received(page=page, cause=cause, recurring=True),
        )
        for page, cause, number in found
    ]


@dataclass(frozen=True)
class Window:
    """Cases received in the days before or after a measure."""

    period: Period
    number: int
    address: str

    @property
    def per_month(self) -> float:
        return self.number / self.period.days * DAYS_IN_MONTH


@dataclass(frozen=True)
class BeforeAfter:
    """Half a year before a measure was done, and up to half a year after; `after` is None until there is a month of it.
    The day itself is in neither."""

    action: Action
    done: datetime.date
    before: Window
    after: Window | None

    def __str__(self) -> str:
        """The reference of the case and the day: what a measure says may hold names."""
        facts = {"case": self.action.case.reference, "day": date_format(self.done, "SHORT_DATE_FORMAT")}
        return _("Measure of %(case)s, done %(day)s") % facts


def before_after(scope: Scope) -> list[BeforeAfter]:
    """How often it happened before and after the measures of these cases that were done in the period, the newest
    first. Of a cause or a page; empty when neither is asked for. Two queries."""
    if not scope.page and not scope.cause:
        return []
    actions = list(scope.done_actions().select_related("case").order_by("-done_at", "-pk")[:MOST_MEASURES])
    days = [timezone.localdate(action.done_at) for action in actions]
    around = [(_before(day), _after(day)) for day in days]
    numbers = _received_during(scope, [period for pair in around for period in pair if period])

    def window(period: Period) -> Window:
        return Window(period, numbers[period.code], scope.during(period).address_of_received())

    return [
        BeforeAfter(action, day, window(before), window(after) if after else None)
        for action, day, (before, after) in zip(actions, days, around, strict=True)
    ]


def _received_during(scope: Scope, periods: Iterable[Period]) -> dict[str, int]:
    """By the code of the period. One query."""
    wanted = {
        period.code: Count(
            "pk", filter=Q(received_at__gte=clock.start_of(period.first), received_at__lt=clock.end_of(period.last))
        )
        for period in periods
    }
    return scope.cases().aggregate(**wanted) if wanted else {}


def _before(day: datetime.date) -> Period:
    return Period(day - WINDOW, day - ONE_DAY)


def _after(day: datetime.date) -> Period | None:
    last = min(day + WINDOW, clock.today())
    return Period(day + ONE_DAY, last) if (last - day).days >= SHORTEST else None

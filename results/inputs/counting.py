"""Counting for the inputs: a unit and those below it, a period and the one before, ordinary cases only.

Sealed cases are in no figure: closed minutes are read by all employees. What was open or late is counted as it was when the
period ended, or as it is now when the period is not over, so that two periods can be compared.
"""

import datetime
from statistics import median
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cases import register
from cases.models import Action, Case
from cases.models.action import ActionQuerySet
from cases.models.case_queryset import CaseQuerySet
from organisation import clock
from organisation.models import Unit
from results.periods import Period

DAY = datetime.timedelta(1)


def cases_of(unit: Unit) -> CaseQuerySet:
    """The ordinary cases of the unit and those below it, in no order."""
    return Case.objects.in_unit(unit).filter(sealed=False).order_by()


def actions_of(unit: Unit) -> ActionQuerySet:
    """The measures of such cases that are not dropped."""
    return Action.objects.live().filter(case__unit__path__startswith=unit.path, case__sealed=False).order_by()


def start_of(period: Period) -> datetime.datetime:
    """The moment the period begins in the municipality."""
    return _midnight(period.first)


def end_of(period: Period) -> datetime.datetime:
    """The moment the period is over; now when it is not over yet."""
    return min(_midnight(period.last + DAY), max(clock.now(), start_of(period)))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()), timezone.get_default_timezone())


def day_of(moment: datetime.datetime) -> datetime.date:
    """The date just before the moment."""
    return timezone.localdate(moment - datetime.timedelta(microseconds=1))


def within(field: str, period: Period, **also: Any) -> Q:
    """The moment in the field is in the period, and the other fields are so."""
    return Q(**{f"{field}__gte": start_of(period), f"{field}__lt": end_of(period)}, **also)


def open_at(moment: datetime.datetime) -> Q:
    """The case had come and was not ended."""
    return Q(received_at__lt=moment) & (Q(closed_at=None) | Q(closed_at__gte=moment))


def late_at(moment: datetime.datetime) -> Q:
    """The case was open past its deadline."""
    return open_at(moment) & Q(deadline__lt=day_of(moment))


def action_late_at(moment: datetime.datetime) -> Q:
    """The measure was not done and past its deadline."""
    not_done = Q(done_at=None) | Q(done_at__gte=moment)
    return Q(created_at__lt=moment, deadline__lt=day_of(moment)) & not_done


def count(rows: "QuerySet[Any]", **conditions: Q) -> dict[str, int]:
    """How many rows fit each condition. One query."""
    found = rows.aggregate(**{f"of_{name}": Count("pk", filter=condition) for name, condition in conditions.items()})
    return {name: found[f"of_{name}"] for name in conditions}


def median_days(cases: CaseQuerySet, until: str, period: Period) -> tuple[float | None, float | None]:
    """Days from received to the moment in the field `until`, the median of those that reached it in the period and of those
    in the period before. One query."""
    before = period.previous()
    moments = cases.filter(within(until, period) | within(until, before)).values_list("received_at", until)
    now: list[float] = []
    then: list[float] = []
    limit = start_of(period)
    for received, reached in moments:
        (now if reached >= limit else then).append(max((reached - received) / DAY, 0))
    return _median(now), _median(then)


def _median(days: list[float]) -> float | None:
    """With a decimal when it is less than ten days."""
    if not days:
        return None
    found = median(days)
    return round(found) if found >= 10 else round(found, 1)


def share(part: int, whole: int) -> float | None:
    """In per cent, without decimals; None of nothing."""
    return round(part * 100 / whole) if whole else None


def address_of_cases(unit: Unit, period: Period | None = None, **filters: Any) -> str:
    """The register of cases, narrowed down to the unit and to what was received in the period; `filters` are those of the
    register by name."""
    days = {"since": period.first, "until": period.last} if period else {}
    return register.address_of_cases(unit=unit.pk, **days, **filters)

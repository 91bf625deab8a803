"""Counting for the inputs: a unit and those below it, a period and the one before, ordinary cases only.

What the statistics count is counted by them, so that both pages say the same. Sealed cases are in no figure: closed minutes
are read by all employees. What was open or late is counted as it was when the period ended, or as it is now when the period
is not over, so that two periods can be compared.
"""

import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from cases import register
from cases.models import Case
from cases.models.case_queryset import CaseQuerySet
from organisation import clock
from organisation.models import Unit
from results.periods import Period

DAY = datetime.timedelta(1)


def cases_of(unit: Unit) -> CaseQuerySet:
    """The ordinary cases of the unit and those below it, in no order: what the statistics count."""
    return Case.objects.ordinary().in_unit(unit).order_by()


def start_of(period: Period) -> datetime.datetime:
    """The moment the period begins in the municipality."""
    return _midnight(period.first)


def end_of(period: Period) -> datetime.datetime:
    """The moment the period is over; now when it is not over yet."""
    return min(_midnight(period.last + DAY), max(clock.now(), start_of(period)))


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()), timezone.get_default_timezone())


def within(field: str, period: Period, **also: Any) -> Q:
    """The moment in the field is in the period, and the other fields are so."""
    return Q(**{f"{field}__gte": start_of(period), f"{field}__lt": end_of(period)}, **also)


def count(rows: "QuerySet[Any]", **conditions: Q) -> dict[str, int]:
    """How many rows fit each condition. One query."""
    found = rows.aggregate(**{f"of_{name}": Count("pk", filter=condition) for name, condition in conditions.items()})
    return {name: found[f"of_{name}"] for name in conditions}


def share(part: int, whole: int) -> float | None:
    """In per cent, without decimals; None of nothing."""
    return round(part * 100 / whole) if whole else None


def address_of_cases(unit: Unit, period: Period | None = None, **filters: Any) -> str:
    """The register of cases, narrowed down to the unit and to what was received in the period; `filters` are those of the
    register by name."""
    days = {"since": period.first, "until": period.last} if period else {}
    return register.address_of_cases(unit=unit.pk, **days, **filters)

"""Reporting culture: how many reports come from employees for each who works there, and what is praised (S8)."""

from dataclasses import dataclass, replace

from django.db.models import Count

from cases.forms.filters import EMPLOYEES
from organisation.models import User
from results.periods import Length, Period
from results.statistics.breakdown import counted, unit_tree
from results.statistics.scope import Scope
from results.statistics.trend import Part, development

DAYS_IN_YEAR = 365.25
YEARS = 5


@dataclass(frozen=True)
class Reporting:
    """What employees reported of a unit in a period of so many days. `label` is empty for all of what was asked for."""

    label: str
    number: int
    employees: int
    days: int
    address: str

    @property
    def per_year(self) -> float | None:
        """Reports a year for each active employee there now; None when nobody works there."""
        return self.number / self.employees / self.days * DAYS_IN_YEAR if self.employees else None


def reporting(scope: Scope) -> Reporting:
    """Of the unit with those below it. Two queries."""
    scope = replace(scope.during(scope.so_far), channel=EMPLOYEES)
    people = User.objects.active().filter(unit__isnull=False)
    if scope.unit:
        people = people.filter(unit__path__startswith=scope.unit.path)
    return Reporting("", scope.received().count(), people.count(), scope.period.days, scope.address_of_received())


def reporting_by_unit(scope: Scope) -> list[Reporting]:
    """Of each unit right below the one chosen, and what the chosen one has itself: those where somebody works or
    something was reported, the most for each employee first. Three or four queries."""
    scope = replace(scope.during(scope.so_far), channel=EMPLOYEES)
    top, belongs_to, names = unit_tree(scope.unit)
    reports = _summed(counted(scope.received(), "unit"), belongs_to)
    working = User.objects.active().filter(unit__in=belongs_to).order_by().values_list("unit")
    people = _summed(dict(working.annotate(number=Count("*"))), belongs_to)
    found = [
        Reporting(
            name,
            reports.get(pk, 0),
            people.get(pk, 0),
            scope.period.days,
            scope.address_of_received(unit=pk, unit_itself=pk == top),
        )
        for pk, name in names.items()
        if pk in reports or pk in people
    ]
    return sorted(found, key=lambda line: (-(line.per_year or 0), line.label))


def years(scope: Scope) -> list[Part]:
    """The last five calendar years to the one the period ends in, that one as far as it has come. Three queries."""
    last = scope.day.year
    period = Period(Period.of(Length.YEAR, last - YEARS + 1).first, Period.of(Length.YEAR, last).last)
    return development(scope.during(period), Length.YEAR)


def _summed(numbers: dict[int, int], belongs_to: dict[int, int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for pk, number in numbers.items():
        found[belongs_to[pk]] = found.get(belongs_to[pk], 0) + number
    return found

"""The scorecard of a unit in a period: each indicator with actual, target, colour, change and who answers for it (S65).

Plain data, without HTTP. What is shown of a period is the newest measurement period of the indicator that was over when
the period was: a tertial shows its last month, and the half year that ended in it or before it.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.translation import gettext as _

from cases.models import Case
from organisation import clock
from organisation.models import Unit, User
from organisation.nearest import Nearest
from organisation.roles import Role
from results import numbers
from results.colours import Colour, Direction, Limits
from results.models import Goal, Indicator, Measurement, Perspective
from results.periods import Period

DAYS_TO_MEASURE = 21  # after a period is over


@dataclass(frozen=True)
class Line:
    """One indicator of one unit. `period` is what is asked for; `measurement` None: it is not measured. `case` is there
    only when the reader may read it."""

    indicator: Indicator
    unit: Unit
    period: Period
    limits: Limits
    measurement: Measurement | None
    before: Measurement | None
    responsible: User
    is_expected: bool
    case: Case | None = None

    @property
    def value(self) -> Decimal | None:
        return self.measurement.value if self.measurement else None

    @property
    def colour(self) -> Colour:
        return self.limits.colour(self.value)

    @property
    def is_red(self) -> bool:
        return self.colour == Colour.RED

    @property
    def is_missing(self) -> bool:
        """Whether it should have been measured, or is to be soon."""
        return self.measurement is None and self.is_expected

    @property
    def due(self) -> datetime.date:
        """By when it is to be measured."""
        return due(self.period)

    @property
    def is_late(self) -> bool:
        return self.is_missing and self.due < clock.today()

    @property
    def change(self) -> Decimal | None:
        """Since the measurement period before; None when one of the two is not measured."""
        return self.measurement.value - self.before.value if self.measurement and self.before else None

    @property
    def is_better(self) -> bool | None:
        """Whether the change is for the better; None when there is none."""
        if not self.change:
            return None
        return (self.change > 0) == (self.limits.direction == Direction.HIGHER)

    @property
    def url(self) -> str:
        return f"{self.indicator.get_absolute_url()}?enhet={self.unit.pk}"

    @property
    def in_words(self) -> str:
        return numbers.in_words(self.value, self.indicator.measure)

    @property
    def target_in_words(self) -> str:
        return numbers.in_words(self.limits.target, self.indicator.measure)

    @property
    def change_in_words(self) -> str:
        if self.change is None:
            return ""
        words = numbers.change_in_words(self.change, self.indicator.measure)
        if self.is_better is None:
            return words
        judged = _("better") if self.is_better else _("worse")
        return f"{words} ({judged})"


def due(period: Period) -> datetime.date:
    """By when a period is to be measured."""
    return period.last + datetime.timedelta(DAYS_TO_MEASURE)


def of(unit: Unit, period: Period, reader: User | None = None) -> list[Line]:
    """The indicators of the unit in the period, by perspective and goal: its own, and the common ones it is measured by.
    With a reader the cases the reader may read. Ten queries at most."""
    return lines([unit], period, reader=reader)


def red(unit: Unit, reader: User | None = None) -> list[Line]:
    """What is red now in the unit and those below it."""
    units = list(Unit.objects.active().under([unit.path]))
    return [line for line in now(units, reader=reader) if line.is_red]


def now(units: list[Unit], *, reader: User | None = None, only: Indicator | None = None) -> list[Line]:
    """The lines as they stand today."""
    return lines(units, Period(clock.today(), clock.today()), reader=reader, only=only)


def compare(indicator: Indicator, period: Period, reader: User | None = None) -> list[Line]:
    """The units that measure a common indicator beside each other, in tree order."""
    found = lines(list(indicator.units()), period, reader=reader, only=indicator)
    return sorted(found, key=lambda line: line.unit.path)


def lines(
    units: list[Unit], period: Period, *, reader: User | None = None, only: Indicator | None = None
) -> list[Line]:
    """A line for each indicator and unit that measures it, in the order of the indicators. A constant number of queries."""
    day = min(period.last + datetime.timedelta(1), clock.today())
    year = (day - datetime.timedelta(1)).year
    found = Indicator.objects.active().measured_in(units).for_list()
    found = found.filter(goal__first_year__lte=year, goal__last_year__gte=year)
    indicators = list(found.filter(pk=only.pk) if only else found)
    if not indicators:
        return []
    values = _measurements(indicators, units, day)
    readable = _readable(values.values(), reader)
    leaders = Nearest(Role.UNIT_LEADER)
    made = []
    for indicator in indicators:
        asked = indicator.expected(day)
        for unit in units:
            if not indicator.is_measured_in(unit):
                continue
            measurement = values.get((indicator.pk, unit.pk, asked.last))
            made.append(
                Line(
                    indicator=indicator,
                    unit=unit,
                    period=asked,
                    limits=indicator.limits(asked.last.year),
                    measurement=measurement,
                    before=values.get((indicator.pk, unit.pk, asked.previous().last)),
                    responsible=responsible(indicator, unit, leaders),
                    is_expected=indicator.is_expected(asked),
                    case=readable.get(measurement.case_id) if measurement and measurement.case_id else None,
                )
            )
    return made


def responsible(indicator: Indicator, unit: Unit, leaders: Nearest) -> User:
    """Who measures: the owner for the unit that has the goal, the unit's leader where a common one is measured."""
    if unit.pk == indicator.goal.unit_id:
        return indicator.owner
    return next(iter(leaders.at(unit.path)), indicator.owner)


def _measurements(
    indicators: list[Indicator], units: list[Unit], day: datetime.date
) -> dict[tuple[int, int, datetime.date], Measurement]:
    """What is measured of the periods asked for and those before them. One query."""
    asked = [indicator.expected(day) for indicator in indicators]
    days = {period.last for period in asked} | {period.previous().last for period in asked}
    found = Measurement.objects.filter(indicator__in=indicators, unit__in=units, last__in=days).select_related("case")
    by_key = {}
    mine = {indicator.pk: indicator for indicator in indicators}
    for measurement in found:
        measurement.indicator = mine[measurement.indicator_id]
        by_key[measurement.indicator_id, measurement.unit_id, measurement.last] = measurement
    return by_key


def _readable(measurements: Iterable[Measurement], reader: User | None) -> dict[int, Case]:
    if reader is None:
        return {}
    cases = {measurement.case_id for measurement in measurements if measurement.case_id}
    return {case.pk: case for case in Case.objects.visible_to(reader).filter(pk__in=cases)} if cases else {}


@dataclass(frozen=True)
class Part:
    """A perspective with its goals, each with its lines."""

    perspective: Perspective
    goals: list[tuple[Goal, list[Line]]]


def parts(found: Iterable[Line]) -> list[Part]:
    """The lines by perspective and goal, in the order they come."""
    return [
        Part(perspective, [(goal, list(rows)) for goal, rows in groupby(group, key=lambda line: line.indicator.goal)])
        for perspective, group in groupby(found, key=lambda line: line.indicator.goal.perspective)
    ]


def totals(found: Iterable[Line]) -> dict[str, int]:
    """How many lines have each colour, by its value."""
    counts = {colour.value: 0 for colour in Colour}
    for line in found:
        counts[line.colour.value] += 1
    return counts

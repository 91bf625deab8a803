"""How it goes over time: received, closed, open at the end, and how long it took, in each part of the period."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Case as Choice
from django.db.models import Count, F, IntegerField, Q, Value, When

from cases.forms.filters import FOUND
from cases.models import Case
from cases.models.case_counting import overdue_condition
from organisation import clock
from results.periods import Length, Period
from results.statistics.durations import Durations, WholeDays
from results.statistics.scope import Scope

MOST_PARTS = 37
ONE_DAY = datetime.timedelta(1)
Parts = Sequence[tuple[Period, str]]
LENGTHS = (Length.MONTH, Length.TERTIAL, Length.YEAR)
KINDS = (Case.Kind.DEVIATION.value, Case.Kind.IMPROVEMENT.value, Case.Kind.POSITIVE.value, FOUND)


@dataclass(frozen=True)
class Part:
    """A part of the period. `received` is by kind, where what was found and decided is one; `open` is how many were open
    when it was over."""

    period: Period
    label: str
    received: dict[str, int] = field(default_factory=dict)
    closed: int = 0
    ended: int = 0
    open: int = 0

    @property
    def all_received(self) -> int:
        return sum(self.received.values())


def length_for(period: Period, wanted: Length | None = None) -> Length:
    """The length asked for, or the shortest, that gives no more parts than can be read."""
    fits = [length for length in LENGTHS if _number(period, length) <= MOST_PARTS]
    return wanted if wanted in fits else (fits or [Length.YEAR])[0]


def parts(period: Period, length: Length) -> Parts:
    """The parts of the period with what they are called; the first and last no longer than the period."""
    return [
        (Period(max(part.first, period.first), min(part.last, period.last)), part.short)
        for part in period.parts(length)
    ]


def development(scope: Scope, length: Length) -> list[Part]:
    """Part by part, up to today. Three queries."""
    scope = scope.during(scope.so_far)
    periods = parts(scope.period, length)
    received: dict[int, dict[str, int]] = {}
    rows = scope.received().values_list(_place("received_at", periods), "kind").annotate(number=Count("*"))
    for place, kind, number in rows:
        of_part = received.setdefault(place, dict.fromkeys(KINDS, 0))
        of_part[kind if kind in KINDS else FOUND] += number
    closed, ended = _ended(scope, periods)
    still_open = scope.cases().open_on(scope.period.first - ONE_DAY).count()
    made = []
    for place, (period, label) in enumerate(periods):
        came = received.get(place, dict.fromkeys(KINDS, 0))
        still_open += sum(came.values()) - ended.get(place, 0)
        made.append(Part(period, label, came, closed.get(place, 0), ended.get(place, 0), still_open))
    return made


def _ended(scope: Scope, periods: Parts) -> tuple[dict[int, int], dict[int, int]]:
    """How many were closed, and how many ended in any way, by the place of the part."""
    first, last = clock.start_of(scope.period.first), clock.end_of(scope.period.last)
    cases = scope.cases().filter(closed_at__gte=first, closed_at__lt=last)
    closed: dict[int, int] = {}
    ended: dict[int, int] = {}
    for place, status, number in cases.values_list(_place("closed_at", periods), "status").annotate(number=Count("*")):
        ended[place] = ended.get(place, 0) + number
        if status == Case.Status.CLOSED:
            closed[place] = closed.get(place, 0) + number
    return closed, ended


def days_to_close(scope: Scope, length: Length) -> list[Durations]:
    """Part by part, of those closed in it. One query."""
    return _durations(scope.during(scope.so_far), length, "closed_at")


def days_to_first_answer(scope: Scope, length: Length) -> list[Durations]:
    """Part by part, of those first answered in it. One query."""
    return _durations(scope.during(scope.so_far), length, "first_answer")


def late(scope: Scope, length: Length) -> list[int]:
    """How many were past their deadline when each part was over. One query."""
    days = [period.last for period, _label in parts(scope.so_far, length)]
    possible = scope.cases().filter(Q(closed_at=None) | Q(closed_at__gte=clock.end_of(days[0])), deadline__lt=days[-1])
    was_late = {f"part_{place}": Count("pk", filter=overdue_condition(day)) for place, day in enumerate(days)}
    return list(possible.aggregate(**was_late).values())


def _durations(scope: Scope, length: Length, end: str) -> list[Durations]:
    periods = parts(scope.period, length)
    cases = scope.closed() if end == "closed_at" else scope.answered()
    took = cases.annotate(took=WholeDays(F("received_at"), F(end)))
    rows: dict[int, list[tuple[int, int]]] = {}
    for place, days, number in took.values_list(_place(end, periods), "took").annotate(number=Count("*")):
        rows.setdefault(place, []).append((days, number))
    return [Durations.of(rows.get(place, [])) for place in range(len(periods))]


def _number(period: Period, length: Length) -> int:
    """How many parts of this length, begun ones too."""
    months = (period.last.year - period.first.year) * 12 + period.last.month - period.first.month + 1
    return months // length.months + 2 if length.months > 1 else months


def _place(moment: str, periods: Parts) -> Choice:
    """Which part a moment of the period is in. By the municipality's own days, compared in the database as they are
    kept: a month of a time zone would be worked out row by row on SQLite."""
    ends = [clock.end_of(period.last) for period, _label in periods]
    found = [When(**{f"{moment}__lt": end}, then=Value(place)) for place, end in enumerate(ends)]
    return Choice(*found, output_field=IntegerField())

"""How long it took: whole days, each of 24 hours, and what half and nine of ten stayed within."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, F, Func, IntegerField

from cases.models.case_queryset import CaseQuerySet

HALF, NINE_OF_TEN = Fraction(1, 2), Fraction(9, 10)


class WholeDays(Func):
    """The whole days of 24 hours between two moments, each counted in whole seconds."""

    output_field = IntegerField()
    arity = 2

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        seconds = "CAST(strftime('%%%%s', {}) AS INTEGER)"
        template = f"(({seconds.format('%(second)s')} - {seconds.format('%(first)s')}) / 86400)"
        return self._between(compiler, template)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        seconds = "FLOOR(DATE_PART('epoch', {}))"
        template = f"TRUNC(({seconds.format('%(second)s')} - {seconds.format('%(first)s')}) / 86400)::integer"
        return self._between(compiler, template)

    def _between(self, compiler: Any, template: str) -> Any:
        start, end = self.source_expressions
        first, first_params = compiler.compile(start)
        second, second_params = compiler.compile(end)
        return template % {"first": first, "second": second}, (*second_params, *first_params)


@dataclass(frozen=True)
class Durations:
    """How many took so many days."""

    days: Mapping[int, int]

    @property
    def number(self) -> int:
        return sum(self.days.values())

    @property
    def median(self) -> int | None:
        return self.within(HALF)

    @property
    def p90(self) -> int | None:
        return self.within(NINE_OF_TEN)

    def within(self, share: Fraction) -> int | None:
        """The fewest days that at least this share stayed within (nearest rank); None when there are none."""
        seen, wanted = 0, share * self.number
        for days in sorted(self.days):
            seen += self.days[days]
            if seen >= wanted:
                return days
        return None

    @classmethod
    def to_close(cls, closed: CaseQuerySet) -> "Durations":
        """From received to closed. One query."""
        return cls._between(closed, "closed_at")

    @classmethod
    def to_first_answer(cls, answered: CaseQuerySet) -> "Durations":
        """From received to the first answer, as `with_first_answer` has it. One query."""
        return cls._between(answered, "first_answer")

    @classmethod
    def _between(cls, cases: CaseQuerySet, end: str) -> "Durations":
        counted = cases.annotate(took=WholeDays(F("received_at"), F(end))).values_list("took")
        return cls.of(counted.annotate(number=Count("*")))

    @classmethod
    def of(cls, rows: Any) -> "Durations":
        """From (days, how many): what was dated before it came in took no days."""
        days: dict[int, int] = {}
        for took, number in rows:
            days[max(took, 0)] = days.get(max(took, 0), 0) + number
        return cls(days)

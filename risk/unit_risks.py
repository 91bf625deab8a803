"""How it stands with the risks of a unit and those below it, for its own page (S80): the municipality's is the root's."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import Count, Q

from cases.models import Case
from cases.reading import Reading
from cases.register import reading_of_visible
from cases.risk import DEMANDS_MEASURE_ABOVE
from organisation import clock
from organisation.models import Unit, User
from risk import coverage, matrix
from risk.matrix import Matrix
from risk.models import Assessment, Risk
from risk.models.row import RiskQuerySet
from risk.register import address_of_risks, for_table, readable_cases

HIGHEST = 10
SHOWN = 8


class UnitRisks:
    """What one person may see of the risks of a unit and those below it. A fixed number of queries."""

    def __init__(self, user: User, unit: Unit) -> None:
        self.user, self.unit = user, unit

    @property
    def _risks(self) -> RiskQuerySet:
        return Risk.objects.in_force().visible_to(self.user).in_unit(self.unit)

    @cached_property
    def highest(self) -> list[Risk]:
        """The ten most serious now. Two queries."""
        return list(for_table(self._risks.highest())[:HIGHEST])

    @cached_property
    def cases(self) -> set[int]:
        """The keys of their cases that the person may read. One query."""
        return readable_cases(self.highest, self.user)

    # The matrix

    @cached_property
    def _squares(self) -> list[dict[str, Any]]:
        """How many risks went from each square to each. One query, with 625 rows at most."""
        names = ("probability", "consequence", "probability_now", "consequence_now")
        return list(
            self._risks.with_square()
            .exclude(probability=None)
            .exclude(consequence=None)
            .order_by()
            .values(*names)
            .annotate(number=Count("pk"))
        )

    @property
    def number(self) -> int:
        return sum(row["number"] for row in self._squares)

    @property
    def over(self) -> int:
        """How many are over what demands a measure, as they are now."""
        return sum(
            row["number"]
            for row in self._squares
            if row["probability_now"] * row["consequence_now"] > DEMANDS_MEASURE_ABOVE
        )

    @property
    def assessed(self) -> Matrix:
        counts = [((row["probability"], row["consequence"]), row["number"]) for row in self._squares]
        return matrix.of_counts(counts, self._address(when="before"))

    @property
    def now(self) -> Matrix:
        counts = [((row["probability_now"], row["consequence_now"]), row["number"]) for row in self._squares]
        return matrix.of_counts(counts, self._address())

    def _address(self, **also: str) -> Callable[[int, int], str]:
        return lambda p, c: address_of_risks(unit=self.unit.pk, probability=p, consequence=c, **also)

    # Assessments

    @cached_property
    def assessments(self) -> list[Assessment]:
        """Those in force and the drafts, by title. One query."""
        return list(
            Assessment.objects.visible_to(self.user).in_use().in_unit(self.unit).for_list().order_by("title", "pk")
        )

    @cached_property
    def in_force(self) -> list[Assessment]:
        return [one for one in self.assessments if one.is_in_force]

    @cached_property
    def drafts(self) -> list[Assessment]:
        return [one for one in self.assessments if one.is_draft]

    @cached_property
    def late(self) -> list[Assessment]:
        """Those whose review is overdue, the oldest first."""
        return sorted((one for one in self.in_force if one.review_is_late), key=lambda one: (one.review_date, one.pk))

    @cached_property
    def this_year(self) -> list[coverage.Cell]:
        """Which uses the unit itself has this year's assessment of."""
        own = (one for one in self.assessments if one.unit_id == self.unit.pk)
        return coverage.cells(own, clock.today().year)

    # Measures

    @cached_property
    def measures(self) -> dict[str, int]:
        """How many of the cases that follow the risks up are open, and how many of those are late. One query."""
        late = Q(deadline__lt=clock.today())
        return self._open_cases.aggregate(open=Count("pk"), late=Count("pk", filter=late))

    @cached_property
    def late_measures(self) -> list[Reading]:
        """The cases past their deadline, the oldest first, each as the person reads it. One query."""
        found = self._open_cases.overdue().for_list().order_by("deadline", "pk")[:SHOWN]
        return [reading_of_visible(case, self.user) for case in found]

    @property
    def _open_cases(self) -> Any:
        return Case.objects.visible_to(self.user).open().filter(pk__in=self._risks.values("case"))

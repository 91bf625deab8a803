"""The units right below one, side by side: what is red in each, so that a director sees where to begin."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from cases.models import Action, Case
from cases.risk import DEMANDS_MEASURE_ABOVE
from handbook import reviews
from organisation import clock
from organisation.models import Unit, User
from risk.models import Acceptance, Risk


@dataclass(frozen=True)
class Column:
    """What is counted, and how it is called."""

    code: str
    title: str
    counts: dict[str, int]


@dataclass(frozen=True)
class UnitRow:
    """A unit with its counts in the order of the columns: the group of the leader's page each is of, and how many."""

    unit: Unit
    cells: list[tuple[str, int]]

    @property
    def total(self) -> int:
        return sum(number for _code, number in self.cells)


@dataclass(frozen=True)
class Comparison:
    """The table: the worst unit first."""

    columns: list[Column]
    rows: list[UnitRow]


def compare(user: User, unit: Unit) -> Comparison | None:
    """The units right below, or None when there are none. A fixed number of queries."""
    below = list(unit.get_children().filter(active=True))
    if not below:
        return None
    length = len(below[0].path)
    columns = [
        Column(code, title, _by_unit(source(user, unit), path, length)) for code, title, path, source in _sources()
    ]
    rows = [UnitRow(child, [(column.code, column.counts.get(child.path, 0)) for column in columns]) for child in below]
    return Comparison(columns, sorted(rows, key=lambda row: (-row.total, row.unit.path)))


def _sources() -> list[tuple[str, str, str, Callable[[User, Unit], QuerySet[Any]]]]:
    """Code, title, the field with the tree path, and the rows that are counted."""
    return [
        ("late-cases", _("Late cases"), "unit__path", _late_cases),
        ("late-measures", _("Late measures"), "case__unit__path", _late_measures),
        ("high-risks", _("High risks"), "assessment__unit__path", _high_risks),
        ("late-documents", _("Late documents"), "owner_unit__path", _late_documents),
    ]


def _late_cases(user: User, unit: Unit) -> QuerySet[Any]:
    return Case.objects.visible_to(user).in_unit(unit).overdue()


def _late_measures(user: User, unit: Unit) -> QuerySet[Any]:
    return Action.objects.visible_to(user).overdue().filter(case__unit__path__startswith=unit.path)


def _high_risks(user: User, unit: Unit) -> QuerySet[Any]:
    risks = Risk.objects.in_force().visible_to(user).in_unit(unit).with_scores()
    return risks.filter(now__gt=DEMANDS_MEASURE_ABOVE).exclude(pk__in=Acceptance.objects.current().values("risk"))


def _late_documents(user: User, unit: Unit) -> QuerySet[Any]:
    late = reviews.in_force().filter(document__review_date__lt=clock.today())
    return late.filter(owner_unit__path__startswith=unit.path)


def _by_unit(rows: QuerySet[Any], path: str, length: int) -> dict[str, int]:
    """How many there are under each path of this length. One query."""
    counted = rows.order_by().values_list(Substr(path, 1, length)).annotate(number=Count("pk"))
    return dict(counted)

"""The units right below one, side by side: what is red in each, so that a director sees where to begin."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from audits.models import AuditFinding, Inspection, InspectionFinding
from cases.models import Action, Case
from cases.risk import DEMANDS_MEASURE_ABOVE
from handbook import reviews
from home.leading.whose import Whose
from organisation import clock
from organisation.models import Unit
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


def compare(whose: Whose) -> Comparison | None:
    """The units right below, or None when there are none. A fixed number of queries."""
    below = list(whose.unit.get_children().filter(active=True))
    if not below:
        return None
    length = len(below[0].path)
    columns = [Column(code, title, source(whose, length)) for code, title, source in _sources()]
    rows = [UnitRow(child, [(column.code, column.counts.get(child.path, 0)) for column in columns]) for child in below]
    return Comparison(columns, sorted(rows, key=lambda row: (-row.total, row.unit.path)))


def _sources() -> list[tuple[str, str, Callable[[Whose, int], dict[str, int]]]]:
    """The group of the leader's page it leads to, its title, and what counts it for each path of a length."""
    return [
        ("late-cases", _("Late cases"), _late_cases),
        ("late-measures", _("Late measures"), _late_measures),
        ("high-risks", _("High risks"), _high_risks),
        ("late-documents", _("Late documents"), _late_documents),
        ("red-indicators", _("Indicators off target"), _red_indicators),
        ("audit-findings", _("Findings of audits"), _audit_findings),
        ("inspection-findings", _("Findings of inspections"), _inspection_findings),
    ]


def _late_cases(whose: Whose, length: int) -> dict[str, int]:
    return _by_unit(Case.objects.visible_to(whose.user).overdue(), "unit__path", whose, length)


def _late_measures(whose: Whose, length: int) -> dict[str, int]:
    return _by_unit(Action.objects.visible_to(whose.user).overdue(), "case__unit__path", whose, length)


def _high_risks(whose: Whose, length: int) -> dict[str, int]:
    risks = Risk.objects.in_force().visible_to(whose.user).with_scores().filter(now__gt=DEMANDS_MEASURE_ABOVE)
    accepted = Acceptance.objects.current().values("risk")
    return _by_unit(risks.exclude(pk__in=accepted), "assessment__unit__path", whose, length)


def _late_documents(whose: Whose, length: int) -> dict[str, int]:
    late = reviews.in_force().filter(document__review_date__lt=clock.today())
    return _by_unit(late, "owner_unit__path", whose, length)


def _red_indicators(whose: Whose, length: int) -> dict[str, int]:
    return Counter(line.unit.path[:length] for line in whose.red_indicators)


def _audit_findings(whose: Whose, length: int) -> dict[str, int]:
    found = AuditFinding.objects.visible_to(whose.user).reported().urgent()
    return _by_unit(found, "audit__unit__path", whose, length)


def _inspection_findings(whose: Whose, length: int) -> dict[str, int]:
    """Of the state's inspections."""
    found = InspectionFinding.objects.visible_to(whose.user).reported().urgent()
    return _by_unit(found.filter(inspection__kind=Inspection.Kind.STATE), "unit__path", whose, length)


def _by_unit(rows: QuerySet[Any], path: str, whose: Whose, length: int) -> dict[str, int]:
    """How many there are under each path of this length, of the unit and those below it. One query."""
    rows = rows.filter(**{f"{path}__startswith": whose.unit.path}).order_by()
    return dict(rows.values_list(Substr(path, 1, length)).annotate(number=Count("pk")))

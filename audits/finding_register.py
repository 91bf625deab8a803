"""The library of findings (S70): what a person may read of them, filtered; and how often each clause fails."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import TruncDate
from django.http import QueryDict

from audits.forms.finding_filters import AUDIT, AuditFilters, FindingFilters
from audits.models import Audit, AuditFinding, Finding, InspectionFinding
from audits.models.audit import AuditQuerySet
from audits.models.audit_finding import NONCONFORMITIES, AuditFindingQuerySet, Grade
from audits.models.inspection_finding import InspectionFindingQuerySet
from handbook.models.requirement import clause_order, is_under
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import Unit, User


@dataclass(frozen=True)
class Clause:
    """How often a clause has failed: nonconformities, of all findings measured against it, in how many audits."""

    label: str
    standard: str
    clause: str
    title: str
    nonconformities: int
    findings: int
    audits: int


@dataclass(frozen=True)
class Fields:
    """Where a kind of finding keeps what it is searched and filtered by."""

    words: tuple[str, ...]
    unit: str
    year: str


OF_AUDITS = Fields(
    ("words", "basis", "audit__title", "page_label", "requirement__title"), "audit__unit__path", "audit__year"
)
OF_INSPECTIONS = Fields(
    ("words", "basis", "inspection__title", "page_label", "inspection__authority__name"),
    "unit__path",
    "inspection__report_date__year",
)


class FindingSelection:
    """The findings a person asked for by a query string, of those in reports that the person may read: of audits, of
    inspections and of municipal controls."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = FindingFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def keys(self) -> "QuerySet[Any, Any]":
        """Day of the report, kind, key of the report and key of each, the newest report first: for `Paginator`, and for `findings`."""
        audits = (
            self.of_audits()
            .order_by()
            .annotate(day=TruncDate("audit__reported_at"), kind=_text(AUDIT), report=F("audit"))
        )
        others = (
            self.of_inspections()
            .order_by()
            .annotate(day=F("inspection__report_date"), kind=_text(""), report=F("inspection"))
        )
        names = ("day", "kind", "report", "pk")
        found = audits.values_list(*names).union(others.values_list(*names), all=True)
        return found.order_by("-day", "kind", "-report", "pk")

    def findings(self, keys: "Iterable[tuple[Any, str, int, int]]") -> list[Finding]:
        """The findings with these keys, in their order. Two queries."""
        keys = list(keys)
        of_audits = AuditFinding.objects.for_list().in_bulk([pk for _day, kind, _report, pk in keys if kind == AUDIT])
        others = InspectionFinding.objects.for_list().in_bulk([pk for _day, kind, _report, pk in keys if kind != AUDIT])
        return [(of_audits if kind == AUDIT else others)[pk] for _day, kind, _report, pk in keys]

    def of_audits(self) -> AuditFindingQuerySet:
        found = AuditFinding.objects.visible_to(self.user).reported()
        if self.asked.get("source", AUDIT) != AUDIT:
            return found.none()
        if standard := self.asked.get("standard"):
            found = found.filter(requirement__standard=standard)
        if clause := self.asked.get("clause"):
            found = _under(found, clause)
        return self._narrowed(found, OF_AUDITS)

    def of_inspections(self) -> InspectionFindingQuerySet:
        """None when a clause is asked for: what the state finds is not measured against the requirements kept here."""
        found = InspectionFinding.objects.visible_to(self.user).reported()
        source = self.asked.get("source")
        if source == AUDIT or self.asked.keys() & {"standard", "clause"}:
            return found.none()
        return self._narrowed(found.filter(inspection__kind=source) if source else found, OF_INSPECTIONS)

    def clauses(self) -> list[Clause]:
        """The clauses of the same selection, those with most nonconformities first. One query."""
        failed = Count("pk", filter=Q(grade__in=NONCONFORMITIES))
        names = (
            "requirement__standard__code",
            "requirement__standard__slug",
            "requirement__clause",
            "requirement__title",
        )
        rows = (
            self.of_audits()
            .exclude(requirement=None)
            .exclude(grade=Grade.GOOD)
            .order_by()
            .values(*names)
            .annotate(failed=failed, found=Count("pk"), audits=Count("audit", distinct=True))
        )
        clauses = [
            Clause(
                f"{row[names[0]]} {row[names[2]]}",
                row[names[1]],
                row[names[2]],
                row[names[3]],
                row["failed"],
                row["found"],
                row["audits"],
            )
            for row in rows
        ]
        return sorted(
            clauses, key=lambda row: (-row.nonconformities, -row.findings, row.standard, clause_order(row.clause))
        )

    def _narrowed(self, found: Any, fields: Fields) -> Any:
        for word in self.asked.get("words", "").split():
            condition = Q()
            for field in fields.words:
                condition |= holds(field, word)
            found = found.filter(condition)
        if grade := self.asked.get("grade"):
            found = found.filter(grade=grade)
        if unit := self.asked.get("unit"):
            found = found.filter(**{f"{fields.unit}__startswith": unit.path})
        if year := self.asked.get("year"):
            found = found.filter(**{fields.year: year})
        return getattr(found, self.asked["state"])() if self.asked.get("state") else found


def _under(found: AuditFindingQuerySet, clause: str) -> AuditFindingQuerySet:
    rows = found.exclude(requirement=None).order_by().values_list("requirement", "requirement__clause").distinct()
    return found.filter(requirement__in=[key for key, other in rows if other == clause or is_under(other, clause)])


def _text(text: str) -> Value:
    return Value(text, output_field=CharField())


class AuditSelection:
    """The audits a person asked for by a query string, of those the person may read; the newest first."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = AuditFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def audits(self) -> AuditQuerySet:
        found: Any = Audit.objects.visible_to(self.user)
        if not self.asked.get("status"):
            found = found.standing()
        for name, value in self.asked.items():
            found = getattr(self, f"_by_{name}")(found, value)
        return found.order_by("-year", "-month", "title", "pk")

    def _by_words(self, found: AuditQuerySet, words: str) -> AuditQuerySet:
        for word in words.split():
            found = found.filter(holds("title", word) | holds("scope", word) | holds("page_label", word))
        return found

    def _by_status(self, found: AuditQuerySet, status: str) -> AuditQuerySet:
        return found.filter(status=status)

    def _by_kind(self, found: AuditQuerySet, kind: str) -> AuditQuerySet:
        return found.filter(kind=kind)

    def _by_unit(self, found: AuditQuerySet, unit: Unit) -> AuditQuerySet:
        return found.in_unit(unit)

    def _by_year(self, found: AuditQuerySet, year: int) -> AuditQuerySet:
        return found.filter(year=year)

    def _by_late(self, found: AuditQuerySet, _yes: bool) -> AuditQuerySet:
        return found.late()

    def _by_mine(self, found: AuditQuerySet, _yes: bool) -> AuditQuerySet:
        return found.taken_part_in_by(self.user)

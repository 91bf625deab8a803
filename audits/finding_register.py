"""The library of findings (S70): what a person may read of them, filtered; and how often each clause fails."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import QueryDict

from audits.forms.finding_filters import CLOSED, LATE, OPEN, AuditFilters, FindingFilters
from audits.models import Audit, AuditFinding
from audits.models.audit import AuditQuerySet
from audits.models.audit_finding import NONCONFORMITIES, AuditFindingQuerySet, Grade
from cases.models import Case
from handbook.models import Standard
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


class FindingSelection:
    """The findings a person asked for by a query string, of those in issued reports that the person may read."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = FindingFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def findings(self) -> AuditFindingQuerySet:
        """The newest report first, and in it the most serious."""
        found = AuditFinding.objects.visible_to(self.user).reported()
        for name, value in self.asked.items():
            found = getattr(self, f"_by_{name}")(found, value)
        return found.order_by("-audit__reported_at", "pk")

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
            self.findings()
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

    def _by_words(self, found: AuditFindingQuerySet, words: str) -> AuditFindingQuerySet:
        for word in words.split():
            condition = Q()
            for field in ("words", "basis", "audit__title", "page_label", "requirement__title"):
                condition |= holds(field, word)
            found = found.filter(condition)
        return found

    def _by_grade(self, found: AuditFindingQuerySet, grade: str) -> AuditFindingQuerySet:
        return found.filter(grade=grade)

    def _by_standard(self, found: AuditFindingQuerySet, standard: Standard) -> AuditFindingQuerySet:
        return found.filter(requirement__standard=standard)

    def _by_clause(self, found: AuditFindingQuerySet, clause: str) -> AuditFindingQuerySet:
        rows = found.exclude(requirement=None).order_by().values_list("requirement", "requirement__clause").distinct()
        wanted = [key for key, other in rows if other == clause or is_under(other, clause)]
        return found.filter(requirement__in=wanted)

    def _by_unit(self, found: AuditFindingQuerySet, unit: Unit) -> AuditFindingQuerySet:
        return found.filter(audit__unit__path__startswith=unit.path)

    def _by_year(self, found: AuditFindingQuerySet, year: int) -> AuditFindingQuerySet:
        return found.filter(audit__year=year)

    def _by_state(self, found: AuditFindingQuerySet, state: str) -> AuditFindingQuerySet:
        narrowed = {OPEN: found.open, LATE: found.late}
        return narrowed[state]() if state != CLOSED else found.filter(case__status__in=Case.ENDED)


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

    def _by_mine(self, found: AuditQuerySet, _yes: bool) -> AuditQuerySet:
        return found.taken_part_in_by(self.user)

"""How it stands with the audits of a unit and those below it in some days: for the reviews and the leader's page."""

import datetime
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from audits.models import Audit, AuditFinding, Grade
from organisation.models import Unit


@dataclass(frozen=True)
class Row:
    """One audit: when it is planned or was held, and what came of it. `nonconformities` is None without a report."""

    title: str
    url: str
    date: datetime.date | None
    status: str
    restricted: bool
    nonconformities: int | None

    @property
    def is_open_to_all(self) -> bool:
        """Whether every employee may read its report."""
        return self.nonconformities is not None and not self.restricted


@dataclass(frozen=True)
class AuditSummary:
    """`held`: reports issued in the days; `planned`: audits planned for the days and not reported. The findings are those
    of the reports held; `open` and `late` are of their cases as they are now."""

    held: int
    planned: int
    by_grade: dict[Grade, int]
    open: int
    late: int
    rows: list[Row]

    @property
    def findings(self) -> int:
        return sum(self.by_grade.values())

    @property
    def nonconformities(self) -> int:
        return self.by_grade[Grade.MAJOR] + self.by_grade[Grade.MINOR]


def of(unit: Unit, first: datetime.date, last: datetime.date) -> AuditSummary:
    """The audits of the unit and the units below it, from the first day to the last. Two queries. It counts restricted
    audits too, and their titles are in `rows`: for those who lead the unit."""
    issued = Q(reported_at__date__range=(first, last))
    days = Q(starts_on__range=(first, last))
    months = Q(starts_on=None, year__range=(first.year, last.year))
    found = Audit.objects.standing().in_unit(unit).filter(issued | Q(reported_at=None) & (days | months))
    audits = [audit for audit in found if _is_within(audit, first, last)]
    held = [audit for audit in audits if audit.reported_at]
    findings = list(AuditFinding.objects.filter(audit__in=held).select_related("case"))
    failed = [finding.audit_id for finding in findings if finding.is_nonconformity]
    return AuditSummary(
        held=len(held),
        planned=len(audits) - len(held),
        by_grade={grade: sum(finding.grade == grade for finding in findings) for grade in Grade},
        open=sum(finding.is_open for finding in findings),
        late=sum(finding.is_late for finding in findings),
        rows=[_row(audit, failed.count(audit.pk)) for audit in sorted(audits, key=lambda one: (_day(one), one.title))],
    )


def _is_within(audit: Audit, first: datetime.date, last: datetime.date) -> bool:
    """Whether an audit with no days yet is planned for a month of the period."""
    if audit.reported_at or audit.starts_on or not audit.month:
        return True
    return (first.year, first.month) <= (audit.year, audit.month) <= (last.year, last.month)


def _day(audit: Audit) -> datetime.date:
    if audit.reported_at:
        return timezone.localdate(audit.reported_at)
    return audit.starts_on or datetime.date(audit.year, audit.month or 12, 1)


def _row(audit: Audit, failed: int) -> Row:
    return Row(
        title=audit.title,
        url=audit.get_absolute_url(),
        date=_day(audit),
        status=str(audit.get_status_display()),
        restricted=audit.restricted,
        nonconformities=failed if audit.reported_at else None,
    )

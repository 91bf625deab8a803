"""Inspections and self-checks of a unit in a period, as plain data: for the management review and the leader's page.

"Of a unit" is of the unit and those below it. Nobody's right is asked here: restricted inspections are counted and never
named, and what is named is open to all.
"""

import datetime
from dataclasses import dataclass, field

from django.db.models import Count, Q

from audits.models import Inspection, InspectionFinding, SelfCheck, Sheet, SheetAnswer
from cases.models import Case
from organisation import clock
from organisation.models import Unit


@dataclass(frozen=True)
class Row:
    """One inspection or self-check: for a list with a link."""

    title: str
    url: str
    date: datetime.date
    result: str


@dataclass(frozen=True)
class Summary:
    """`inspections` had their report, or else their notice, in the period; `findings` is by grade, and `open_cases` and
    `late_cases` are of those findings, as they are today. `answers_due` and `answers_late` are what waits today. `asked`,
    `signed` and `failed` are units asked in the period, signed of these, and answers “no”. `restricted` is how many of the
    inspections are not in `rows`."""

    inspections: int = 0
    municipal: int = 0
    findings: dict[str, int] = field(default_factory=dict)
    open_cases: int = 0
    late_cases: int = 0
    answers_due: int = 0
    answers_late: int = 0
    asked: int = 0
    signed: int = 0
    failed: int = 0
    restricted: int = 0
    rows: list[Row] = field(default_factory=list)


def of(unit: Unit, first: datetime.date, last: datetime.date) -> Summary:
    """How it stands, for the days `first` to `last` with both. A fixed number of queries."""
    period = (first, last)
    reported = Q(report_date__range=period) | Q(report_date=None, notice_date__range=period)
    inspections = list(Inspection.objects.in_unit(unit).filter(reported).select_related("authority"))
    findings = InspectionFinding.objects.filter(
        inspection__in=[row.pk for row in inspections], unit__path__startswith=unit.path
    )
    cases = Case.objects.filter(pk__in=findings.exclude(case=None).values("case")).open()
    waiting = Inspection.objects.to_answer().in_unit(unit)
    sheets = Sheet.objects.filter(unit__path__startswith=unit.path, check_of__sent_at__date__range=period).exclude(
        check_of__status=SelfCheck.Status.DRAFT
    )
    counted = sheets.aggregate(
        asked=Count("pk", distinct=True), signed=Count("pk", distinct=True, filter=Q(signed_at__isnull=False))
    )
    failed = SheetAnswer.objects.failed().filter(sheet__in=sheets.filter(signed_at__isnull=False).values("pk"))
    grades = findings.order_by().values("grade").annotate(number=Count("pk"))
    return Summary(
        inspections=sum(not row.is_municipal for row in inspections),
        municipal=sum(row.is_municipal for row in inspections),
        findings=dict(grades.values_list("grade", "number")),
        open_cases=cases.count(),
        late_cases=cases.overdue().count(),
        answers_due=waiting.count(),
        answers_late=waiting.filter(answer_deadline__lt=clock.today()).count(),
        failed=failed.count(),
        restricted=sum(row.restricted or not row.has_report for row in inspections),
        rows=[_row(row) for row in inspections if row.has_report and not row.restricted],
        **counted,
    )


def _row(inspection: Inspection) -> Row:
    date = inspection.report_date or inspection.notice_date
    return Row(inspection.title, inspection.get_absolute_url(), date, str(inspection.get_status_display()))

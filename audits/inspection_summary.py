"""Inspections and self-checks of a unit in a period, as plain data: for the management review and the leader's page.

"Of a unit" is of the unit and those below it. Nobody's right is asked here: restricted inspections are counted and never
named, and what is named is open to all.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from audits.models import Inspection, InspectionFinding, SelfCheck, Sheet, SheetAnswer
from cases.models import Case
from organisation import clock
from organisation.models import Unit


@dataclass(frozen=True)
class Row:
    """One inspection: for a list with a link. `who` inspected; `open_cases` are of its findings, as they are today;
    `answer_by` is the deadline of the answer while it waits, and `answered` the day it was sent."""

    title: str
    url: str
    date: datetime.date
    result: str
    who: str
    is_municipal: bool
    findings: int
    open_cases: int
    answer_by: datetime.date | None
    answered: datetime.date | None


@dataclass(frozen=True)
class CheckRow:
    """A self-check that is closed: how many of the units asked here have signed, and how many points were answered "no"."""

    title: str
    url: str
    date: datetime.date
    asked: int
    signed: int
    failed: int


@dataclass(frozen=True)
class OfKind:
    """The inspections of one kind that had their report, or else their notice, in the period; the findings of those with a
    report by grade; and how many wait for an answer today, and are late with it."""

    number: int
    findings: dict[str, int]
    answers_due: int
    answers_late: int

    @property
    def found(self) -> int:
        return sum(self.findings.values())

    @property
    def law_breaches(self) -> int:
        return sum(number for grade, number in self.findings.items() if grade in InspectionFinding.LAW_BREACHES)


@dataclass(frozen=True)
class Summary:
    """The state's inspections and the municipal controls. `open_cases` and `late_cases` are of the findings of both, as they
    are today. `asked`, `signed` and `failed` are units asked in the period, signed of these, and answers “no”. `restricted` is
    how many of the inspections are not in `rows`. `checks` are the self-checks of the period that are closed, and so open to
    all."""

    state: OfKind
    municipal: OfKind
    open_cases: int
    late_cases: int
    asked: int
    signed: int
    failed: int
    restricted: int
    rows: list[Row]
    checks: list[CheckRow]


def of(unit: Unit, first: datetime.date, last: datetime.date) -> Summary:
    """How it stands, for the days `first` to `last` with both. A fixed number of queries."""
    period = (first, last)
    reported = Q(report_date__range=period) | Q(report_date=None, notice_date__range=period)
    inspections = list(Inspection.objects.in_unit(unit).filter(reported).select_related("authority"))
    findings = InspectionFinding.objects.filter(
        inspection__in=[row.pk for row in inspections], unit__path__startswith=unit.path, case__isnull=False
    ).order_by()
    cases = Case.objects.filter(pk__in=findings.values("case")).open()
    sheets = Sheet.objects.filter(unit__path__startswith=unit.path, check_of__sent_at__date__range=period).exclude(
        check_of__status=SelfCheck.Status.DRAFT
    )
    counted = sheets.aggregate(
        asked=Count("pk", distinct=True), signed=Count("pk", distinct=True, filter=Q(signed_at__isnull=False))
    )
    failed = SheetAnswer.objects.failed().filter(sheet__in=sheets.filter(signed_at__isnull=False).values("pk"))
    state, municipal = _of_kinds(unit, inspections, findings)
    open_to_all = [row for row in inspections if row.has_report and not row.restricted]
    return Summary(
        state=state,
        municipal=municipal,
        open_cases=cases.count(),
        late_cases=cases.overdue().count(),
        failed=failed.count(),
        restricted=len(inspections) - len(open_to_all),
        rows=_rows(open_to_all, findings),
        checks=_checks(sheets),
        **counted,
    )


def _of_kinds(unit: Unit, inspections: list[Inspection], findings: "QuerySet[InspectionFinding]") -> Iterator[OfKind]:
    """The state's, then the municipal. Two queries."""
    grades = list(findings.values_list("inspection__kind", "grade").annotate(number=Count("pk")))
    waiting = list(Inspection.objects.to_answer().in_unit(unit).order_by().values_list("kind", "answer_deadline"))
    for kind in (Inspection.Kind.STATE, Inspection.Kind.MUNICIPAL):
        deadlines = [deadline for other, deadline in waiting if other == kind]
        yield OfKind(
            number=sum(row.kind == kind for row in inspections),
            findings={grade: number for other, grade, number in grades if other == kind},
            answers_due=len(deadlines),
            answers_late=sum(deadline is not None and deadline < clock.today() for deadline in deadlines),
        )


def _rows(inspections: list[Inspection], findings: "QuerySet[InspectionFinding]") -> list[Row]:
    """The state's first, in the order of who inspects and of the days. One query."""
    is_open = Q(case__status__in=Case.OPEN)
    counted = findings.values("inspection").annotate(number=Count("pk"), open=Count("pk", filter=is_open))
    numbers = {row["inspection"]: (row["number"], row["open"]) for row in counted}
    rows = [_row(inspection, *numbers.get(inspection.pk, (0, 0))) for inspection in inspections]
    return sorted(rows, key=lambda row: (row.is_municipal, row.who, row.date))


def _row(inspection: Inspection, findings: int, open_cases: int) -> Row:
    return Row(
        title=inspection.title,
        url=inspection.get_absolute_url(),
        date=inspection.report_date or inspection.notice_date,
        result=str(inspection.get_status_display()),
        who=str(inspection.by_whom),
        is_municipal=inspection.is_municipal,
        findings=findings,
        open_cases=open_cases,
        answer_by=inspection.answer_deadline if inspection.status == Inspection.Status.REPORTED else None,
        answered=inspection.answer_date,
    )


def _checks(sheets: "QuerySet[Sheet]") -> list[CheckRow]:
    """The oldest first. One query."""
    said_no = Count("answers", filter=Q(signed_at__isnull=False, answers__value=SheetAnswer.Value.NO))
    closed = (
        sheets.filter(check_of__status=SelfCheck.Status.CLOSED).select_related("check_of").annotate(said_no=said_no)
    )
    by_check = groupby(closed.order_by("check_of__sent_at", "check_of"), key=lambda sheet: sheet.check_of)
    return [_check(check, list(asked)) for check, asked in by_check]


def _check(check: SelfCheck, asked: "list[Any]") -> CheckRow:
    return CheckRow(
        title=check.title,
        url=check.get_absolute_url(),
        date=timezone.localdate(check.sent_at),
        asked=len(asked),
        signed=sum(sheet.is_signed for sheet in asked),
        failed=sum(sheet.said_no for sheet in asked),
    )

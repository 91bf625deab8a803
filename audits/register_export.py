"""The registers as spreadsheets: what the person may read."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from audits.models import SelfCheck, Sheet
from organisation import spreadsheets

WIDTHS = (48, 34, 30, 30, 14, 14, 14, 14, 14, 24, 12, 12, 12)


def inspections(rows: Iterable[Any]) -> bytes:
    """One line for each inspection, with its figures."""
    sheet = spreadsheets.Sheet(_("Inspections"), _headings(), map(_row, rows), WIDTHS, "B2")
    return spreadsheets.workbook(sheet)


def _headings() -> list[str]:
    return [
        _("Title"),
        _("By whom"),
        _("Law"),
        _("Unit"),
        _("Notice received"),
        _("Visit from"),
        _("Report dated"),
        _("Answer by"),
        _("Answer sent"),
        _("Status"),
        _("Restricted"),
        _("Findings"),
        _("Open cases"),
    ]


def _row(inspection: Any) -> list[Any]:
    return [
        inspection.title,
        str(inspection.by_whom),
        inspection.law,
        inspection.unit.name,
        inspection.notice_date,
        inspection.visit_from,
        inspection.report_date,
        inspection.answer_deadline,
        inspection.answer_date,
        str(inspection.get_status_display()),
        _("Yes") if inspection.restricted else "",
        inspection.number,
        inspection.under_way_cases,
    ]


def self_checks(rows: Iterable[Any]) -> bytes:
    """One line for each self-check, with how many have answered."""
    headings = [
        _("Title"),
        _("Framework"),
        _("Year"),
        _("Sent by"),
        _("Status"),
        _("Answer by"),
        _("Units"),
        _("Signed"),
    ]
    lines = (
        [
            check.title,
            str(check.get_framework_display()),
            check.year,
            check.unit.name,
            str(check.get_status_display()),
            check.deadline,
            check.asked,
            check.signed,
        ]
        for check in rows
    )
    return spreadsheets.workbook(spreadsheets.Sheet(_("Self-checks"), headings, lines, (48, 34, 8, 30, 22, 14, 10, 10)))


def answers(check: SelfCheck, sheets: Iterable[Sheet]) -> bytes:
    """One line for each unit and question, with the answer as it was given."""
    headings = [
        _("Unit"),
        _("Question"),
        _("Answer"),
        _("Comment"),
        _("What shows it"),
        _("Case"),
        _("Signed by"),
        _("When"),
    ]
    lines = (
        [
            sheet.unit.name,
            answer.question.text,
            str(answer.get_value_display()) if answer.value else "",
            answer.comment,
            answer.evidence,
            str(answer.case) if answer.case_id else "",
            sheet.signed_name,
            timezone.localtime(sheet.signed_at).date() if sheet.signed_at else None,
        ]
        for sheet in sheets
        for answer in sheet.answers.all()
    )
    return spreadsheets.workbook(
        spreadsheets.Sheet(_("Answers"), headings, lines, (30, 60, 14, 60, 40, 14, 26, 12), "B2")
    )

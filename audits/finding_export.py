"""The library of findings as a spreadsheet: what the person may read, and how often each clause fails."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from audits.finding_register import FindingSelection
from audits.models import Finding
from cases.models import Case
from organisation import spreadsheets
from organisation.spreadsheets import Sheet

WIDTHS = (24, 70, 34, 34, 40, 30, 13, 14, 18, 13)


def workbook(selection: FindingSelection) -> bytes:
    """One sheet with a line for each finding, one with the clauses."""
    findings = selection.findings(selection.keys())
    keys = [finding.case_id for finding in findings if finding.case_id]
    cases = set(Case.objects.visible_to(selection.user).filter(pk__in=keys).values_list("pk", flat=True))
    return spreadsheets.workbook(
        Sheet(_("Findings"), headings(), (row(finding, cases) for finding in findings), WIDTHS, "B2"),
        Sheet(_("Clauses"), _clause_headings(), _clauses(selection), (30, 60, 18, 12, 12), "B2"),
    )


def headings() -> list[str]:
    """The first line, in the order of `row`."""
    return [
        _("Grade"),
        _("Finding"),
        _("Measured against"),
        _("Page"),
        _("Found in"),
        _("Unit"),
        _("Reported"),
        _("Case"),
        _("Status"),
        _("Deadline"),
    ]


def row(finding: Finding, cases: set[int]) -> list[Any]:
    """One finding; its case only when that is among those the reader may read."""
    case = finding.case if finding.case_id in cases else None
    return [
        finding.get_grade_display(),  # type: ignore[attr-defined]
        finding.words,
        finding.measured_against,
        finding.page_label,
        str(finding.found_in),
        finding.found_at.name,
        finding.reported_on,
        case.reference if case else "",
        case.get_status_display() if case else "",
        case.deadline if case else None,
    ]


def _clause_headings() -> list[str]:
    return [_("Clause"), _("What it asks for"), _("Nonconformities"), _("Findings"), _("Audits")]


def _clauses(selection: FindingSelection) -> Iterable[list[Any]]:
    for clause in selection.clauses():
        yield [clause.label, clause.title, clause.nonconformities, clause.findings, clause.audits]

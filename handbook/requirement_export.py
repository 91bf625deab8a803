"""The coverage matrix as a spreadsheet, for auditors who ask for one."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from handbook.coverage import Answer, Line
from organisation import spreadsheets
from organisation.spreadsheets import Sheet

WIDTHS = (22, 12, 50, 22, 11, 44, 9, 26, 13, 13, 44, 44)


def workbook(lines: Iterable[Line]) -> bytes:
    """One row for each requirement and document; a requirement without any has one row too."""
    rows = (row(line, answer) for line in lines for answer in line.answers or (None,))
    return spreadsheets.workbook(Sheet(_("Requirements"), headings(), rows, WIDTHS, "C2"))


def headings() -> list[str]:
    """The first line, in the order of `row`."""
    return [
        _("Standard or law"),
        _("Clause"),
        _("What it asks for"),
        _("State"),
        _("Document id"),
        _("Page"),
        _("Version"),
        _("Approved by"),
        _("Valid from"),
        _("Next review"),
        _("How the page answers it"),
        _("Why it does not apply"),
    ]


def row(line: Line, answer: Answer | None) -> list[Any]:
    """A requirement, and one document that answers it."""
    requirement, edition = line.requirement, answer.edition if answer else None
    return [
        requirement.standard.code,
        requirement.clause,
        requirement.title,
        str(line.state.label) if line.state else "",
        answer.document.document_id if answer else "",
        str(answer.document) if answer else "",
        edition.label if edition else (_("withdrawn") if answer else ""),
        edition.approver_name if edition else "",
        edition.valid_from if edition else None,
        edition.review_date if edition else None,
        answer.coverage.note if answer else "",
        requirement.reason,
    ]

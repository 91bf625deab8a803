"""The coverage matrix as a spreadsheet, for auditors who ask for one."""

import io
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from handbook.coverage import Answer, Line
from organisation.spreadsheets import harmless

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDTHS = {"A": 22, "B": 12, "C": 50, "D": 22, "E": 11, "F": 44, "G": 9, "H": 26, "I": 13, "J": 13, "K": 44, "L": 44}


def workbook(lines: Iterable[Line]) -> bytes:
    """One row for each requirement and document; a requirement without any has one row too."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Requirements"))
    sheet.freeze_panes = "C2"
    for letter, width in WIDTHS.items():
        sheet.column_dimensions[letter].width = width
    sheet.append(_bold(sheet, text) for text in headings())
    for line in lines:
        answers: list[Answer | None] = [*line.answers] or [None]
        for answer in answers:
            sheet.append([harmless(value) for value in row(line, answer)])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


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


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell

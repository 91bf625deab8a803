"""Who has this year's assessments, as a spreadsheet."""

from typing import Any

from django.utils.translation import gettext as _

from organisation import spreadsheets
from organisation.spreadsheets import Sheet
from risk.coverage import Coverage, Line

WIDTHS = (40, 20, 28, *[22] * 7)


def workbook(coverage: Coverage) -> bytes:
    """One line for each unit, one column for each use."""
    title = _("Risk assessments %(year)s") % {"year": coverage.year}
    headings = [_("Unit"), _("Kind of unit"), _("Leader"), *(str(use.label) for use in coverage.uses)]
    return spreadsheets.workbook(Sheet(title, headings, map(row, coverage.lines), WIDTHS, "B2"))


def row(line: Line) -> list[Any]:
    states = [str(cell.state.label) for cell in line.cells]
    return [line.unit.name, line.unit.get_kind_display(), str(line.leader or ""), *states]

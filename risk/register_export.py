"""The register of assessments as a spreadsheet: what the person may read."""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from organisation import spreadsheets
from organisation.spreadsheets import Sheet
from risk.models import Assessment

WIDTHS = (48, 34, 30, 8, 9, 26, 14, 14, 14, 14, 12, 12, 12)


def workbook(assessments: Iterable[Assessment]) -> bytes:
    """One line for each assessment, with its figures."""
    return spreadsheets.workbook(Sheet(_("Risk assessments"), headings(), map(row, assessments), WIDTHS, "B2"))


def headings() -> list[str]:
    """The first line, in the order of `row`."""
    return [
        _("Title"),
        _("Use"),
        _("Unit"),
        _("Year"),
        _("Version"),
        _("Led by"),
        _("Status"),
        _("Decided"),
        _("Next review"),
        _("Restricted"),
        _("Highest risk"),
        _("Rows that demand a measure"),
        _("Open measures"),
    ]


def row(assessment: Any) -> list[Any]:
    """One assessment out of `register.with_figures`."""
    return [
        assessment.title,
        assessment.use_in_words,
        assessment.unit.name,
        assessment.year,
        assessment.number,
        str(assessment.leader),
        assessment.get_status_display(),
        timezone.localtime(assessment.decided_at).date() if assessment.decided_at else None,
        assessment.review_date,
        _("Yes") if assessment.restricted else "",
        assessment.highest,
        assessment.demanding,
        assessment.under_way,
    ]

"""The scorecard as a spreadsheet."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from organisation import spreadsheets
from organisation.spreadsheets import Sheet
from results.scorecard import Line

WIDTHS = (24, 40, 40, 26, 20, 12, 12, 12, 12, 14, 18, 14, 26, 16)


def workbook(lines: Iterable[Line]) -> bytes:
    """One line for each indicator, with its figures as numbers."""
    return spreadsheets.workbook(Sheet(_("Scorecard"), headings(), map(row, lines), WIDTHS, "D2"))


def headings() -> list[str]:
    """The first line, in the order of `row`."""
    return [
        _("Perspective"),
        _("Goal"),
        _("Indicator"),
        _("Unit"),
        _("Period"),
        _("Value"),
        _("Target"),
        _("Green limit"),
        _("Yellow limit"),
        _("Measured in"),
        _("Status"),
        _("Change"),
        _("Responsible"),
        _("Case"),
    ]


def row(line: Line) -> list[Any]:
    indicator, limits = line.indicator, line.limits
    return [
        indicator.goal.perspective.name,
        indicator.goal.title,
        indicator.name,
        line.unit.name,
        str(line.period),
        line.value,
        limits.target,
        limits.green,
        limits.yellow,
        indicator.measure,
        str(line.colour.label),
        line.change,
        str(line.responsible),
        line.case.reference if line.case else "",
    ]

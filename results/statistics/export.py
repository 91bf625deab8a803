"""The statistics as a spreadsheet: the headline figures, and a sheet for each chart."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _

from organisation import spreadsheets
from organisation.spreadsheets import Sheet
from results.charts import Bars
from results.statistics.board import Shown
from results.statistics.headline import Figures

TITLE_LENGTH = 31  # what a sheet may be called
WIDTHS = (48, 24, 24, 24, 24)


def workbook(figures: Figures, charts: Iterable[Shown]) -> bytes:
    """Everything that is shown, in the order of the page."""
    return spreadsheets.workbook(_headline(figures), *(_sheet(one) for one in charts))


def _headline(figures: Figures) -> Sheet:
    names = {"cases": _("cases"), "measures": _("measures"), "days": _("days"), "percent": "%", "rate": _("a year")}
    rows = [(one.label, one.value, one.before, names[one.measure], one.about) for one in figures]
    headings = [_("Figure"), str(figures.scope.period), str(figures.against), _("Counted in"), _("What is counted")]
    return Sheet(_("Headline figures"), headings, rows, (48, 24, 24, 14, 80), "B2")


def _sheet(shown: Shown) -> Sheet:
    chart = shown.chart
    unit = f" ({chart.unit})" if chart.unit else ""
    headings = ["", *(f"{series.name}{unit}" for series in chart.series)]
    return Sheet(str(chart.title)[:TITLE_LENGTH], headings, _rows(shown), WIDTHS, "B2")


def _rows(shown: Shown) -> Iterator[Sequence[Any]]:
    chart = shown.chart
    notes = chart.notes if isinstance(chart, Bars) else ()
    for place, row in enumerate(chart.rows):
        yield [row.label, *row.values, *([notes[place]] if notes else [])]
    if isinstance(chart, Bars) and chart.rest:
        yield [chart.rest.label, *chart.rest.values]

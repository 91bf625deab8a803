"""The scorecard of a unit, and the units beside each other."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisation.filters import filters_in, remembers_filters
from organisation.models import Unit
from organisation.spreadsheets import download
from results import scorecard as card
from results import scorecard_export
from results.charts import Bars, Series
from results.forms.scorecard import CompareFilters, ScorecardFilters
from results.models import Indicator
from results.permissions import may_manage, units_to_manage
from results.survey.proposal import may_import


@require_safe
@remembers_filters
def scorecard(request: HttpRequest) -> HttpResponse:
    """`/resultater/mal/?enhet=&periode=2026-T2&rode=on`: perspectives, goals and indicators of a unit in a period."""
    form = _filters(request)
    lines = card.of(form.unit, form.period, request.user)
    shown = [line for line in lines if line.is_red] if form.cleaned_data.get("red") else lines
    context = {
        "form": form,
        "unit": form.unit,
        "period": form.period,
        "period_after": form.period.shifted(1),
        "lines": lines,
        "parts": card.parts(shown),
        "totals": card.totals(lines),
        "colours": card.Colour.__members__,
        "missing": [line for line in lines if line.is_missing],
        "red_below": _red_below(form.unit, request.user),
        "may_manage": may_manage(request.user, form.unit),
        "may_add": units_to_manage(request.user).exists(),
        "may_import": may_import(request.user),
        "query": filters_in(request.GET),
    }
    return render(request, "results/scorecard/scorecard.html", context)


def _filters(request: HttpRequest) -> ScorecardFilters:
    return ScorecardFilters(request.GET, unit=request.user.unit or Unit.objects.municipality())


def _red_below(unit: Unit, user: Any) -> list[card.Line]:
    return [line for line in card.red(unit, user) if line.unit != unit] if unit.numchild else []


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    form = _filters(request)
    lines = card.of(form.unit, form.period, request.user)
    if form.cleaned_data.get("red"):
        lines = [line for line in lines if line.is_red]
    words = {"unit": form.unit.code, "period": form.period.code}
    return download(scorecard_export.workbook(lines), _("scorecard-%(unit)s-%(period)s.xlsx") % words)


@require_safe
@remembers_filters
def compare(request: HttpRequest) -> HttpResponse:
    """`/resultater/mal/sammenlign/?indikator=&periode=`: the units that measure a common indicator, side by side."""
    form = CompareFilters(request.GET)
    lines = card.compare(form.indicator, form.period, request.user) if form.indicator else []
    context = {"form": form, "indicator": form.indicator, "lines": lines, "chart": _bars(form.indicator, lines)}
    return render(request, "results/scorecard/compare.html", context)


def _bars(indicator: Indicator | None, lines: list[card.Line]) -> Bars | None:
    """The units from the highest value to the lowest, and at last those that are not measured."""
    if indicator is None:
        return None
    lines = sorted(lines, key=lambda line: (line.value is None, -(line.value or 0)))
    values = [float(line.value) if line.value is not None else None for line in lines]
    return Bars(
        title=str(indicator),
        labels=[line.unit.name for line in lines],
        series=[Series(indicator.name, values)],
        unit=indicator.measure,
        links=[line.url for line in lines],
        notes=[str(line.colour.label) for line in lines],
    )

"""The overviews: a unit's own page, risk by area, and which units have this year's assessments."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisation.filters import filters_in, remembers_filters
from organisation.models import Unit
from organisation.spreadsheets import download
from risk import coverage_export
from risk.coverage import Coverage, State
from risk.forms.filters import CoverageFilters, HeatFilters
from risk.heat import Heat
from risk.permissions import may_begin
from risk.unit_risks import UnitRisks


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """`/risiko/enhet/<code>/`: the risks of a unit and those below it. The municipality's is the root's."""
    units = list(Unit.objects.all())
    found = next((one for one in units if one.code == code), None)
    if found is None:
        raise Http404
    context = {
        "unit": found,
        "above": [one for one in units if one.path in found.lineage and one != found],
        "below": [
            one for one in units if one.active and one.depth == found.depth + 1 and one.path.startswith(found.path)
        ],
        "standing": UnitRisks(request.user, found),
        "may_begin": may_begin(request.user, found),
    }
    return render(request, "risk/unit.html", context)


@require_safe
@remembers_filters
def heat(request: HttpRequest) -> HttpResponse:
    """`/risiko/oversikt/`: units against uses."""
    form = HeatFilters(request.GET)
    context = {"form": form, "heat": Heat(request.user, form.asked().get("unit")), "query": filters_in(request.GET)}
    return render(request, "risk/heat.html", context)


@require_safe
@remembers_filters
def coverage(request: HttpRequest) -> HttpResponse:
    """`/risiko/dekning/`: which units have, lack or are writing this year's assessments."""
    form = CoverageFilters(request.GET)
    context = {
        "form": form,
        "coverage": Coverage(request.user, **form.asked()),
        "states": State,
        "query": filters_in(request.GET),
    }
    return render(request, "risk/coverage.html", context)


@require_safe
def export_coverage(request: HttpRequest) -> HttpResponse:
    """The same as a spreadsheet."""
    found = Coverage(request.user, **CoverageFilters(request.GET).asked())
    return download(coverage_export.workbook(found), _("risk-assessments-%(day)s.xlsx") % {"day": found.year})

"""The statistics: the page, the same as a spreadsheet, and one chart as a picture."""

from itertools import groupby

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases.models import Case
from organisation import clock
from organisation.filters import filters_in, remembers_filters
from organisation.replica import reads_from_replica
from organisation.spreadsheets import download
from results.drawing import picture
from results.forms.statistics import StatisticsFilters
from results.statistics import board, export, headline, sealed


@require_safe
@remembers_filters
@reads_from_replica
def statistics(request: HttpRequest) -> HttpResponse:
    """`/resultater/statistikk/`: the figures, the same for everybody, each leading to its cases."""
    form = StatisticsFilters(request.GET)
    view = form.view()
    charts = board.shown(view)
    context = {
        "form": form,
        "view": view,
        "query": filters_in(request.GET),
        "without_page": filters_in(request.GET, "side"),
        "figures": headline.of(view.scope, view.against),
        "sections": [(section, list(shown)) for section, shown in groupby(charts, lambda one: one.kind.section)],
        "has_cases": Case.objects.ordinary().exists(),
        "sealed": None if view.scope.is_narrowed else sealed.beside(view.scope.unit, view.scope.period),
    }
    return render(request, "results/statistics/statistics.html", context)


@require_safe
@reads_from_replica
def workbook(request: HttpRequest) -> HttpResponse:
    """Everything that is shown, a sheet for each chart."""
    view = StatisticsFilters(request.GET).view()
    content = export.workbook(headline.of(view.scope, view.against), board.shown(view))
    return download(content, _("statistics-%(day)s.xlsx") % {"day": clock.today().isoformat()})


@require_safe
@reads_from_replica
def chart(request: HttpRequest, code: str) -> HttpResponse:
    """One chart as an SVG file."""
    kind = board.CHARTS.get(code)
    if kind is None:
        raise Http404
    view = StatisticsFilters(request.GET).view()
    headers = {"Content-Disposition": f'attachment; filename="{code}.svg"', "Cache-Control": "private, no-store"}
    about = f"{kind.about} {view.scope.so_far}."
    return HttpResponse(picture(kind.of(view), about), content_type="image/svg+xml; charset=utf-8", headers=headers)

"""The register of measures: list and export."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cases import measures
from cases.measures import MeasureSelection
from organisation import clock
from organisation.filters import remembers_filters
from organisation.spreadsheets import download

ROWS = 25


@require_safe
@remembers_filters
def register(request: HttpRequest) -> HttpResponse:
    """`/saker/tiltak/`: the measures of the cases the person may read."""
    selection = MeasureSelection(request.user, request.GET)
    page = Paginator(selection.measures(), ROWS).get_page(request.GET.get("s"))
    lines = [measures.line(action, request.user) for action in page]
    context = {"selection": selection, "form": selection.form, "page": page, "lines": lines}
    return render(request, "cases/measures.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    selection = MeasureSelection(request.user, request.GET)
    found = selection.measures()
    if (number := found.count()) > measures.MAX_ROWS:
        text = _("The selection has %(number)s measures. At most %(limit)s can be exported: narrow it down.")
        messages.error(request, text % {"number": number, "limit": measures.MAX_ROWS})
        return redirect(f"{reverse('cases:measures')}?{selection.query or 'alle=1'}")
    name = _("measures-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(measures.workbook(found, request.user), name)

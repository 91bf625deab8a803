"""The registers: assessments, and the risks in force."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.filters import remembers_filters
from organisation.spreadsheets import download
from risk import register_export
from risk.permissions import may_begin
from risk.register import RiskSelection, Selection, for_table, readable_cases

ROWS = 25


@require_safe
@remembers_filters
def register(request: HttpRequest) -> HttpResponse:
    """`/risiko/`: the assessments the person may read."""
    selection = Selection(request.user, request.GET)
    page = Paginator(selection.assessments().for_list(), ROWS).get_page(request.GET.get("s"))
    context = {"selection": selection, "form": selection.form, "page": page, "may_begin": may_begin(request.user)}
    return render(request, "risk/register.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    selection = Selection(request.user, request.GET)
    name = _("risk-assessments-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(register_export.workbook(selection.assessments().for_list()), name)


@require_safe
@remembers_filters
def risks(request: HttpRequest) -> HttpResponse:
    """`/risiko/risikoer/`: the risks in force that the person may read, the most serious first."""
    selection = RiskSelection(request.user, request.GET)
    page = Paginator(for_table(selection.risks()), ROWS).get_page(request.GET.get("s"))
    cases = readable_cases(page, request.user)
    context = {"selection": selection, "form": selection.form, "page": page, "cases": cases}
    return render(request, "risk/risks.html", context)

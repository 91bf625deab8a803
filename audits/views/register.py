"""The registers: the three kinds of control, apart."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import register_export
from audits.audit_permissions import programme_condition
from audits.control_permissions import may_keep
from audits.models import Audit, Inspection, Programme
from audits.register import Selection, SelfCheckSelection
from organisation import clock
from organisation.filters import remembers_filters
from organisation.spreadsheets import download

ROWS, AT_THE_FRONT = 25, 5


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """`/revisjoner/`: the first of each kind, what is late first, and the way to the rest."""
    nothing: Any = request.GET.__class__("")
    user: Any = request.user
    inspections = {kind: Selection(user, kind, nothing).inspections().for_list() for kind in Inspection.Kind}
    checks = SelfCheckSelection(user, nothing).checks()
    year = clock.today().year
    audits = Audit.objects.visible_to(user).standing().filter(year=year)
    context = {
        "state": inspections[Inspection.Kind.STATE][:AT_THE_FRONT],
        "municipal": inspections[Inspection.Kind.MUNICIPAL][:AT_THE_FRONT],
        "self_checks": checks.exclude(status="closed")[:AT_THE_FRONT],
        "year": year,
        "audits": audits.select_related("unit").order_by("month", "title", "pk")[:AT_THE_FRONT],
        "programme": Programme.objects.filter(programme_condition(user), year=year).first(),
        "may_keep": may_keep(user),
    }
    return render(request, "audits/register.html", context)


@require_safe
@remembers_filters
def inspections(request: HttpRequest, kind: str) -> HttpResponse:
    """`/revisjoner/tilsyn/` and `/revisjoner/egenkontroll/`: those of one kind that the person may read."""
    user: Any = request.user
    selection = Selection(user, kind, request.GET)
    page = Paginator(selection.inspections().for_list(), ROWS).get_page(request.GET.get("s"))
    context = {"kind": kind, "selection": selection, "form": selection.form, "page": page, "may_keep": may_keep(user)}
    return render(request, "audits/inspections.html", context)


@require_safe
def export_inspections(request: HttpRequest, kind: str) -> HttpResponse:
    """The same selection as a spreadsheet."""
    selection = Selection(request.user, kind, request.GET)  # type: ignore[arg-type]
    name = _("inspections-%(day)s.xlsx") if kind == Inspection.Kind.STATE else _("municipal-controls-%(day)s.xlsx")
    content = register_export.inspections(selection.inspections().for_list())
    return download(content, name % {"day": clock.today().isoformat()})


@require_safe
@remembers_filters
def self_checks(request: HttpRequest) -> HttpResponse:
    """`/revisjoner/internkontroll/`: the self-checks the person may read."""
    user: Any = request.user
    selection = SelfCheckSelection(user, request.GET)
    page = Paginator(selection.checks(), ROWS).get_page(request.GET.get("s"))
    context = {"selection": selection, "form": selection.form, "page": page, "may_keep": may_keep(user)}
    return render(request, "audits/self_checks.html", context)


@require_safe
def export_self_checks(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    selection = SelfCheckSelection(request.user, request.GET)  # type: ignore[arg-type]
    name = _("self-checks-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(register_export.self_checks(selection.checks()), name)

"""The delegation register at `/fullmakter/`: readable by every employee (S3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from handbook.delegation_forms import DelegationFilters, DelegationForm, WithdrawDelegationForm
from handbook.models import Delegation
from handbook.models.delegation import DelegationQuerySet, may_give_any, may_manage
from organisation import clock, spreadsheets
from organisation.changes import revisions
from organisation.history import StaleVersion
from organisation.spreadsheets import Sheet

ROWS = 50
MAX_ROWS = 5_000
WIDTHS = (36, 60, 22, 26, 26, 30, 12, 12, 36, 12, 12, 40)


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The mandates in force; others by the filters."""
    form = DelegationFilters(request.GET)
    page = Paginator(form.delegations(), ROWS).get_page(request.GET.get("s"))
    context = {"form": form, "page": page, "may_give": may_give_any(request.user), "query": request.GET.urlencode()}
    return render(request, "handbook/delegations.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    content = workbook(DelegationFilters(request.GET).delegations()[:MAX_ROWS])
    name = _("mandates-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return spreadsheets.download(content, name)


def workbook(delegations: DelegationQuerySet) -> bytes:
    """The mandates in one sheet."""
    heads = [_("Mandate"), _("What it covers"), _("Kind"), _("From"), _("To"), _("Unit"), _("First day"), _("Last day")]
    heads += [_("Grounded in"), _("Status"), _("Withdrawn"), _("Why withdrawn")]
    return spreadsheets.workbook(Sheet(_("Mandates"), heads, map(_row, delegations), WIDTHS))


def _row(delegation: Delegation) -> list[Any]:
    return [
        delegation.mandate,
        delegation.covers,
        delegation.get_kind_display(),
        str(delegation.from_person),
        str(delegation.to_person),
        delegation.unit.name,
        delegation.first_day,
        delegation.last_day,
        delegation.page_label,
        str(delegation.state.label),
        delegation.withdrawn_at.date() if delegation.withdrawn_at else None,
        delegation.withdrawn_reason,
    ]


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One mandate with its history."""
    people = Delegation.objects.select_related("from_person", "to_person", "unit", "withdrawn_by")
    delegation = get_object_or_404(people, pk=pk)
    open_ended = delegation.state in (Delegation.State.IN_FORCE, Delegation.State.COMING)
    context = {
        "delegation": delegation,
        "revisions": revisions(delegation.history.select_related("from_person", "to_person", "unit")),
        "may_withdraw": open_ended and may_manage(request.user, delegation.from_person, delegation.unit),
    }
    return render(request, "handbook/delegation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Give a mandate. 403 for who has nothing to give."""
    if not may_give_any(request.user):
        raise PermissionDenied
    form = DelegationForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        delegation = form.save()
        messages.success(request, _("The mandate is given, and %(name)s is told.") % {"name": delegation.to_person})
        return redirect(delegation)
    context = {
        "form": form,
        "title": _("New mandate"),
        "lead": _("You can give what you hold by your own role. A mandate can't be given on."),
        "button": _("Give the mandate"),
        "back_address": reverse("handbook:delegations"),
        "back_name": _("Mandates"),
    }
    return render(request, "handbook/delegation_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a mandate, with the reason. 409 when somebody changed it meanwhile."""
    delegation = get_object_or_404(Delegation.objects.select_related("from_person", "to_person", "unit"), pk=pk)
    if not may_manage(request.user, delegation.from_person, delegation.unit):
        raise PermissionDenied
    form = WithdrawDelegationForm(request.POST or None, initial={"version": delegation.version})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            delegation.withdraw(request.user, **form.cleaned_data)
            messages.success(request, _("The mandate is withdrawn."))
            return redirect(delegation)
        except StaleVersion:
            status = 409
            form.add_error(None, _("Somebody else changed this mandate while you wrote. See what it says now."))
        except ValidationError as refused:
            form.add_error(None, refused)
    context = {"form": form, "delegation": delegation}
    return render(request, "handbook/delegation_withdraw.html", context, status=status)

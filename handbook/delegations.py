"""The delegation register at `/fullmakter/`: readable by every employee (S3)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_safe

from handbook.delegation_forms import DelegationFilters, DelegationForm, WithdrawDelegationForm
from handbook.models import Delegation
from handbook.models.delegation import DelegationQuerySet, may_give_any, may_manage
from organisation import clock, spreadsheets
from organisation.changes import revisions
from organisation.filters import filters_in, remembers_filters
from organisation.record_step import RecordStep
from organisation.spreadsheets import Sheet

ROWS = 50
MAX_ROWS = 5_000
WIDTHS = (36, 60, 22, 26, 26, 30, 12, 12, 36, 12, 12, 40)


@require_safe
@remembers_filters
def register(request: HttpRequest) -> HttpResponse:
    """The mandates in force; others by the filters."""
    form = DelegationFilters(request.GET)
    page = Paginator(form.delegations(), ROWS).get_page(request.GET.get("s"))
    context = {"form": form, "page": page, "may_give": may_give_any(request.user), "query": filters_in(request.GET)}
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


class Withdraw(RecordStep):
    """Withdraw a mandate, with the reason."""

    record: Delegation
    form_class = WithdrawDelegationForm
    title = button = _lazy("Withdraw the mandate")
    success = _lazy("The mandate is withdrawn.")

    def load(self) -> None:
        people = Delegation.objects.select_related("from_person", "to_person", "unit")
        self.record = get_object_or_404(people, pk=self.kwargs["pk"])
        if not may_manage(self.user, self.record.from_person, self.record.unit):
            raise PermissionDenied
        said = _("%(name)s is told that “%(mandate)s” no longer counts. What has been decided by it stands.")
        self.lead = said % {"name": self.record.to_person, "mandate": self.record.mandate}

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.withdraw(self.user, reason=form.cleaned_data["reason"], version=version)

"""Memberships and networks (S76): the register, one of them, and every change of it."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.changes import revisions
from organisation.filters import remembers_filters
from organisation.record_step import RecordForm, RecordStep
from organisation.spreadsheets import download
from results.forms.network import FIELDS, EvaluateForm, NetworkForm
from results.models import Network, NetworkEvaluation
from results.networks import Selection, workbook
from results.permissions import units_to_manage

ROWS = 25


@require_safe
@remembers_filters
def networks(request: HttpRequest) -> HttpResponse:
    """`/resultater/nettverk/?q=&type=&enhet=&vis=&mine=`: the register."""
    selection = Selection(request.user, request.GET)  # type: ignore[arg-type]
    context = {
        "selection": selection,
        "form": selection.form,
        "page": Paginator(selection.networks(), ROWS).get_page(request.GET.get("s")),
        "cost": selection.yearly_cost(),
        "may_add": units_to_manage(request.user).exists(),  # type: ignore[arg-type]
    }
    return render(request, "results/network/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    name = _("memberships-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(workbook(Selection(request.user, request.GET).networks()), name)  # type: ignore[arg-type]


@require_safe
def network(request: HttpRequest, pk: int) -> HttpResponse:
    """One membership, with what was found when it was looked at."""
    found = get_object_or_404(Network.objects.select_related("unit", "contact"), pk=pk)
    context = {
        "network": found,
        "evaluations": found.evaluations.all(),
        "may_update": found.may_update(request.user),  # type: ignore[arg-type]
        "revisions": revisions(found.history.select_related("unit", "contact")),
    }
    return render(request, "results/network/network.html", context)


class Add(RecordStep):
    title = _lazy("New membership or network")
    button = _lazy("Save")
    success = _lazy("It is in the register.")
    made: Network | None = None

    def load(self) -> None:
        if not units_to_manage(self.user).exists():
            raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return NetworkForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"key": uuid.uuid4(), "unit": self.user.unit_id, "contact": self.user, "first_day": clock.today()}

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:networks"), _("Memberships and networks")

    def perform(self, form: Any, version: int | None) -> None:
        self.made = Network.add(self.user, key=form.cleaned_data["key"], **form.facts())


class Step(RecordStep):
    """A step of one membership."""

    record: Network

    def load(self) -> None:
        rows = Network.objects.select_related("unit", "contact")
        self.record = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not self.record.may_update(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Change(Step):
    title = _lazy("Change")
    button = _lazy("Save")
    success = _lazy("It is changed.")

    def form(self, *data: Any) -> RecordForm:
        return NetworkForm(*data, user=self.user, network=self.record, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {**{name: getattr(self.record, name) for name in FIELDS}, "unit": str(self.record.unit_id)}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class Evaluate(Step):
    form_class = EvaluateForm
    title = _lazy("Evaluate")
    lead = _lazy("Is it worth the time and the money?")
    button = _lazy("Save the evaluation")
    success = _lazy("The evaluation is saved.")

    def load(self) -> None:
        super().load()
        if not self.record.is_current:
            raise PermissionDenied(_("It is over already."))

    def initial(self) -> dict[str, Any]:
        return {"verdict": NetworkEvaluation.Verdict.STAY}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        self.record.evaluate(self.user, version=version, **facts)

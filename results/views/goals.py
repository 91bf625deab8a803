"""A goal and its indicators: the page, and the forms."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.changes import revisions
from organisation.record_step import RecordForm, RecordStep
from results import scorecard
from results.forms.goals import GoalForm
from results.models import Goal
from results.permissions import may_manage, units_to_manage


@require_safe
def goal(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/mal/<pk>/`: why, whose, what it serves and is served by, and how its indicators stand now."""
    found = get_object_or_404(Goal.objects.for_list().select_related("parent__unit"), pk=pk)
    lines = [line for line in scorecard.now([found.unit], reader=request.user) if line.indicator.goal_id == found.pk]
    context = {
        "goal": found,
        "lines": lines,
        "old": found.indicators.filter(active=False).order_by("name"),
        "served_by": found.served_by.for_list(),
        "may_manage": may_manage(request.user, found.unit),
        "revisions": revisions(found.history.all()),
    }
    return render(request, "results/scorecard/goal.html", context)


class BeginGoal(RecordStep):
    """`/resultater/mal/ny/`: a new goal; `?enhet=<pk>` presets the unit."""

    title = _lazy("New goal")
    button = _lazy("Save")
    success = _lazy("The goal is saved. Say how it is measured.")
    made: Goal | None = None

    def load(self) -> None:
        if not units_to_manage(self.user).exists():
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:scorecard"), _("Scorecard")

    def form(self, *data: Any) -> RecordForm:
        return GoalForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        year, asked = clock.today().year, self.request.GET.get("enhet", "")
        unit = asked if asked.isdigit() else self.user.unit_id
        return {"key": uuid.uuid4(), "unit": unit, "owner": self.user, "first_year": year, "last_year": year + 3}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.made = Goal.begin(self.user, unit=data["unit"], key=data["key"], **form.facts())


class ChangeGoal(RecordStep):
    title = _lazy("Change the goal")
    button = _lazy("Save")
    success = _lazy("The goal is changed.")
    record: Goal

    def load(self) -> None:
        self.record = get_object_or_404(Goal.objects.for_list(), pk=self.kwargs["pk"])
        if not may_manage(self.user, self.record.unit):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def form(self, *data: Any) -> RecordForm:
        return GoalForm(*data, user=self.user, unit=self.record.unit, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in GoalForm.FACTS}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())

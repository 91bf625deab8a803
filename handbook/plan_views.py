"""Introduction plans (S18, S69): the list, a plan with its steps, and every change of either."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from handbook import coverage, plans, rollouts
from handbook.models import IntroductionPlan, PlanStep
from handbook.models.requirement import manages
from handbook.plan_forms import CompleteStepForm, PlanForm, PlanStepForm
from organisation.changes import revisions
from organisation.record_step import RecordForm, RecordStep, tell

PLAN_FIELDS = ("title", "standard", "unit", "owner", "goal", "first_day", "target_day", "state")
STEP_FIELDS = ("text", "owner", "deadline", "requirement", "by_units")


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """`/innforing/`: every plan with how far it has come."""
    context = {"plans": plans.with_progress(), "manages": manages(request.user)}
    return render(request, "handbook/plan/list.html", context)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan with its steps."""
    found = get_object_or_404(plans.with_progress(), pk=pk)
    steps = list(found.steps.select_related("owner", "done_by", "requirement__standard"))
    for step in steps:
        step.plan = found
    lines = coverage.lines(found.standard.requirements.all())
    context = {
        "plan": found,
        "gaps": [line for line in lines if line.state == coverage.State.GAP],
        "in_plan": {step.requirement_id for step in steps},
        "steps": [(step, step.may_complete(request.user)) for step in steps],
        "matrix": rollouts.matrix(found),
        "may_change": found.may_change(request.user),
        "revisions": revisions(found.history.select_related("standard", "unit", "owner")),
    }
    return render(request, "handbook/plan/plan.html", context)


class NewPlan(RecordStep):
    form_class = PlanForm
    title = _lazy("New introduction plan")
    lead = _lazy("A plan for taking a standard or a law into use. The steps come afterwards.")
    button = _lazy("Make the plan")
    success = _lazy("The plan is made. Add its steps.")
    made: IntroductionPlan | None = None

    def load(self) -> None:
        if not manages(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("handbook:plans"), _("Introduction plans")

    def initial(self) -> dict[str, Any]:
        return {"owner": self.user}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = IntroductionPlan.begin(self.user, **{name: form.cleaned_data[name] for name in PLAN_FIELDS})


class ChangePlan(RecordStep):
    form_class = PlanForm
    title = _lazy("Change the plan")
    button = _lazy("Save")
    success = _lazy("The plan is changed.")

    def load(self) -> None:
        rows = IntroductionPlan.objects.select_related("standard", "unit", "owner")
        self.record = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not self.record.may_change(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def initial(self) -> dict[str, Any]:
        facts = {name: getattr(self.record, name) for name in PLAN_FIELDS}
        return {**facts, "unit": str(self.record.unit_id)}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in PLAN_FIELDS}
        self.record.change(self.user, version=version, **facts)


class AddStep(RecordStep):
    form_class = PlanStepForm
    title = _lazy("New step")
    button = _lazy("Add the step")
    success = _lazy("The step is added.")

    def load(self) -> None:
        self.plan = get_object_or_404(IntroductionPlan.objects.select_related("standard"), pk=self.kwargs["pk"])
        self.lead = str(self.plan)
        if not self.plan.may_change(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.plan.get_absolute_url(), str(self.plan)

    def form(self, *data: Any) -> RecordForm:
        initial = {"deadline": self.plan.target_day, "requirement": self.request.GET.get("krav")}
        return PlanStepForm(*data, plan=self.plan, initial=initial)

    def perform(self, form: Any, version: int | None) -> None:
        PlanStep.add(self.user, self.plan, **{name: form.cleaned_data[name] for name in STEP_FIELDS})


class StepOfPlan(RecordStep):
    """A step on one step of a plan."""

    record: PlanStep

    def load(self) -> None:
        rows = PlanStep.objects.select_related("plan__standard", "owner", "requirement")
        self.record = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not self.allowed():
            raise PermissionDenied

    def allowed(self) -> bool:
        return self.record.plan.may_change(self.user)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record.plan)


class ChangeStep(StepOfPlan):
    title = _lazy("Change the step")
    button = _lazy("Save")
    success = _lazy("The step is changed.")

    def form(self, *data: Any) -> RecordForm:
        return PlanStepForm(*data, plan=self.record.plan, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in STEP_FIELDS}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in STEP_FIELDS}
        self.record.change(self.user, version=version, **facts)


class CompleteStep(StepOfPlan):
    form_class = CompleteStepForm
    title = _lazy("Tick off the step")
    button = _lazy("It is done")
    success = _lazy("The step is done.")

    def allowed(self) -> bool:
        self.lead = self.record.text
        return self.record.may_complete(self.user)

    def initial(self) -> dict[str, Any]:
        return {"note": self.record.note}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.complete(self.user, note=form.cleaned_data["note"], version=version)


def _step(pk: int) -> PlanStep:
    return get_object_or_404(PlanStep.objects.select_related("plan"), pk=pk)


@require_POST
def reopen_step(request: HttpRequest, pk: int) -> HttpResponse:
    """The step was not done after all."""
    step = _step(pk)
    tell(request, lambda version: step.reopen(request.user, version=version), _("The step is open again."))
    return redirect(step)


@require_POST
def remove_step(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the step out of the plan."""
    step = _step(pk)
    address = step.plan.get_absolute_url()
    tell(request, lambda version: step.remove(request.user, version=version), _("The step is removed."))
    return redirect(address)


@require_POST
def move_step(request: HttpRequest, pk: int) -> HttpResponse:
    """One place up or down."""
    step = _step(pk)
    step.move(request.user, up=request.POST.get("retning") == "opp")
    return redirect(step)

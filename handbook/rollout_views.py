"""A plan put out to many units (S18, S69): the matrix, which units take part, and a unit's own steps."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from handbook import rollouts
from handbook.models import IntroductionPlan, PlanStep, PlanUnit
from handbook.plan_forms import CompleteStepForm
from organisation.fields import PersonField
from organisation.models import Unit, User
from organisation.record_step import RecordForm, RecordStep, tell
from organisation.spreadsheets import download

SUGGESTIONS = 200


class UnitsForm(RecordForm):
    """Which units take part."""

    units = forms.ModelMultipleChoiceField(
        Unit.objects.none(),
        label=_lazy("Units"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "units"}),
        required=False,
        help_text=_lazy("Each does the steps that are marked for it, and ticks them off."),
    )

    def __init__(self, *args: Any, plan: IntroductionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["units"]
        field.queryset = Unit.objects.active().filter(path__startswith=plan.unit.path) | Unit.objects.filter(
            plans_taken_part_in__plan=plan
        )
        field.label_from_instance = lambda unit: unit.indented_name


class ResponsibleForm(RecordForm):
    responsible = PersonField(
        label=_lazy("Who sees to it"), required=False, help_text=_lazy("Empty: the leader of the unit.")
    )


@require_safe
def matrix(request: HttpRequest, pk: int) -> HttpResponse:
    """`/innforing/<pk>/enheter/`: the units by the steps."""
    plan = _plan(pk)
    found = rollouts.matrix(plan)
    context = {"plan": plan, "matrix": found, "may_change": plan.may_change(request.user)}  # type: ignore[arg-type]
    return render(request, "handbook/plan/matrix.html", context)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a spreadsheet."""
    plan = _plan(pk)
    return download(rollouts.workbook(rollouts.matrix(plan)), f"{slugify(plan.title)[:60] or plan.pk}.xlsx")


@require_safe
def plan_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """`/innforing/enhet/<pk>/`: the steps of one unit."""
    part = _part(pk)
    context = {
        "part": part,
        "plan": part.plan,
        "row": rollouts.row_of(part),
        "may_complete": part.may_complete(request.user),  # type: ignore[arg-type]
    }
    return render(request, "handbook/plan/unit.html", context)


class ChooseUnits(RecordStep):
    title = _lazy("Which units take part")
    button = _lazy("Save")
    success = _lazy("The units are saved.")

    def load(self) -> None:
        self.plan = _plan(self.kwargs["pk"])
        self.lead = str(self.plan)
        if not self.plan.may_change(self.user):
            raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return UnitsForm(*data, plan=self.plan, initial={"units": [part.unit_id for part in self.plan.units.all()]})

    def back(self) -> tuple[str, str]:
        return f"{self.plan.get_absolute_url()}enheter/", str(self.plan)

    def perform(self, form: Any, version: int | None) -> None:
        PlanUnit.choose(self.user, self.plan, list(form.cleaned_data["units"]))


class StepOfUnit(RecordStep):
    """A step of one unit of a plan."""

    def load(self) -> None:
        self.part = _part(self.kwargs["pk"])
        if not self.part.may_complete(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.part.get_absolute_url(), str(self.part)


class Complete(StepOfUnit):
    form_class = CompleteStepForm
    title = _lazy("Tick off the step")
    button = _lazy("It is done")
    success = _lazy("The step is done.")

    def load(self) -> None:
        super().load()
        self.step = _step(self.part, self.kwargs["step"])
        self.lead = self.step.text
        self.tick = self.part.ticks.filter(step=self.step).first()
        self.record = self.tick

    def initial(self) -> dict[str, Any]:
        return {"note": self.tick.note} if self.tick else {}

    def perform(self, form: Any, version: int | None) -> None:
        self.part.complete(self.user, self.step, note=form.cleaned_data["note"], version=version)


class NameResponsible(StepOfUnit):
    form_class = ResponsibleForm
    title = _lazy("Who sees to it in the unit")
    button = _lazy("Save")
    success = _lazy("It is saved.")
    record: PlanUnit

    def load(self) -> None:
        super().load()
        self.record = self.part

    def form(self, *data: Any) -> RecordForm:
        form = super().form(*data)
        people = User.objects.active().filter(unit__path__startswith=self.part.unit.path)
        form.fields["responsible"].suggest(people[:SUGGESTIONS])
        return form

    def initial(self) -> dict[str, Any]:
        return {"responsible": self.record.responsible}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.give_to(self.user, form.cleaned_data["responsible"], version=version)


@require_POST
def reopen(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """The unit had not done the step after all."""
    part = _part(pk)
    found = _step(part, step)
    user: Any = request.user
    tell(request, lambda version: part.reopen(user, found, version=version), _("The step is open again."))
    return redirect(part)


def _plan(pk: int) -> IntroductionPlan:
    return get_object_or_404(IntroductionPlan.objects.select_related("unit", "standard", "owner"), pk=pk)


def _part(pk: int) -> PlanUnit:
    return get_object_or_404(PlanUnit.objects.select_related("plan__owner", "unit", "responsible"), pk=pk)


def _step(part: PlanUnit, pk: int) -> PlanStep:
    return get_object_or_404(PlanStep, pk=pk, plan=part.plan_id, by_units=True)

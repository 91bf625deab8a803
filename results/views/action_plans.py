"""Action plans (S75): the list, a plan with its measures, and every change of either."""

import datetime
import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from organisation import clock
from organisation.changes import revisions
from organisation.filters import remembers_filters
from organisation.pdf import answer
from organisation.record_step import RecordForm, RecordStep, tell
from results import action_plan_print, action_plans
from results.forms.action_plan import (
    HEAD,
    ITEM,
    ActionPlanForm,
    CarryOnForm,
    EndForm,
    PlanItemForm,
    TakeInForm,
    a_year_after,
)
from results.models import ActionPlan, PlanItem
from results.permissions import units_to_manage

ROWS = 25


@require_safe
@remembers_filters
def plans(request: HttpRequest) -> HttpResponse:
    """`/resultater/handlingsplan/?q=&status=&enhet=&mine=`: the plans, those with most that is late first."""
    selection = action_plans.Selection(request.user, request.GET)  # type: ignore[arg-type]
    context = {
        "selection": selection,
        "form": selection.form,
        "page": Paginator(selection.lines(), ROWS).get_page(request.GET.get("s")),
        "may_begin": units_to_manage(request.user).exists(),  # type: ignore[arg-type]
    }
    return render(request, "results/action_plan/list.html", context)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan with its measures and how it goes with each."""
    found = _plan(pk)
    user: Any = request.user
    [progress] = action_plans.progress([found], user)
    context = {
        "plan": found,
        "progress": progress,
        "may_write": found.may_write(user) if found.is_draft else found.may_decide(user),
        "may_change": found.may_write(user),
        "may_decide": found.may_decide(user),
        "after": ActionPlan.objects.filter(before=found).first(),
        "revisions": revisions(found.history.select_related("unit", "owner", "decided_by", "before", "page")),
    }
    return render(request, "results/action_plan/plan.html", context)


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan on paper, as the person may read it."""
    found = _plan(pk)
    content = action_plan_print.pdf(found, reader=request.user)  # type: ignore[arg-type]
    return answer.shown(content, action_plan_print.filename_of(found))


def _plan(pk: int) -> ActionPlan:
    rows = ActionPlan.objects.select_related("unit", "owner", "page", "before", "decided_by")
    return get_object_or_404(rows, pk=pk)


class Begin(RecordStep):
    """A new plan."""

    title = _lazy("New action plan")
    lead = _lazy("First the plan, then its measures. Nothing becomes a case before the plan is decided.")
    button = _lazy("Make the plan")
    success = _lazy("The plan is made. Put in its measures.")
    made: ActionPlan | None = None

    def load(self) -> None:
        if not units_to_manage(self.user).exists():
            raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return ActionPlanForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        year = clock.today().year
        return {
            "key": uuid.uuid4(),
            "unit": self.user.unit_id,
            "owner": self.user,
            "first_day": clock.today(),
            "last_day": datetime.date(year, 12, 31),
        }

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:action_plans"), _("Action plans")

    def perform(self, form: Any, version: int | None) -> None:
        self.made = ActionPlan.begin(self.user, key=form.cleaned_data["key"], **form.facts())


class Step(RecordStep):
    """A step of one plan. `decides`: only for those who may decide it."""

    record: ActionPlan
    decides = False

    def load(self) -> None:
        self.record = _plan(self.kwargs["pk"])
        may = self.record.may_decide if self.decides else self.record.may_write
        if not may(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Change(Step):
    title = _lazy("Change the plan")
    button = _lazy("Save")
    success = _lazy("The plan is changed.")

    def form(self, *data: Any) -> RecordForm:
        initial = {**self.shown(), "plan_unit": self.record.unit}
        return ActionPlanForm(*data, user=self.user, initial=initial)

    def initial(self) -> dict[str, Any]:
        return {**{name: getattr(self.record, name) for name in HEAD}, "unit": str(self.record.unit_id)}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class Decide(Step):
    """What becomes of it is shown first."""

    decides = True
    template_name = "results/action_plan/decide.html"
    title = _lazy("Decide the plan")
    button = _lazy("Decide the plan")
    success = _lazy("The plan is decided. Each measure is now a case in Dialogen, and those responsible are told.")

    def load(self) -> None:
        super().load()
        if not self.record.is_draft:
            raise PermissionDenied(_("The plan is decided already."))

    def context(self) -> dict[str, Any]:
        return {**super().context(), "items": self.record.items.select_related("responsible", "case")}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.decide(self.user, version=version)


class End(Step):
    decides = True
    form_class = EndForm
    title = _lazy("End the plan")
    lead = _lazy("It is kept, and can be read. Cases that are open go on in Dialogen.")
    button = _lazy("End the plan")
    success = _lazy("The plan is ended.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.end(self.user, reason=form.cleaned_data["reason"], version=version)


class CarryOn(Step):
    """The plan that follows: what is not done comes along."""

    decides = True
    form_class = CarryOnForm
    title = _lazy("Make the plan that follows")
    lead = _lazy("What is not done comes along, with the cases that are open. You change the rest as you like.")
    button = _lazy("Make the plan")
    success = _lazy("The plan is made as a draft.")
    made: ActionPlan | None = None

    def initial(self) -> dict[str, Any]:
        first = self.record.last_day + datetime.timedelta(1)
        return {
            "title": self.record.title.replace(str(self.record.last_day.year), str(self.record.last_day.year + 1)),
            "first_day": first,
            "last_day": a_year_after(self.record.last_day),
        }

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in ("title", "first_day", "last_day")}
        self.made = self.record.carry_on(self.user, **facts)

    def leave(self) -> HttpResponse:
        return redirect(self.made or self.record)


class AddItem(Step):
    title = _lazy("New measure")
    button = _lazy("Add the measure")
    success = _lazy("The measure is in the plan.")

    def load(self) -> None:
        super().load()
        if not self.record.is_draft:
            self.lead = _("The plan is decided, so the measure becomes a case at once.")
            if not self.record.may_decide(self.user):
                raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return PlanItemForm(*data, plan=self.record, initial={"deadline": self.record.last_day})

    def perform(self, form: Any, version: int | None) -> None:
        PlanItem.add(self.user, self.record, **form.facts())


class TakeIn(AddItem):
    """Let a case be a measure of the plan."""

    title = _lazy("Take in a case")
    button = _lazy("Take it in")
    success = _lazy("The case is in the plan.")

    def load(self) -> None:
        super().load()
        self.lead = _lazy("A case that is under way already, and belongs in the plan. It is followed up where it is.")

    def form(self, *data: Any) -> RecordForm:
        return TakeInForm(*data, user=self.user)

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in ("goal", "text")}
        PlanItem.take_in(self.user, self.record, form.cleaned_data["case"], **facts)


class ChangeItem(RecordStep):
    """A measure that is not a case yet."""

    record: PlanItem
    title = _lazy("Change the measure")
    button = _lazy("Save")
    success = _lazy("The measure is changed.")

    def load(self) -> None:
        self.record = _item(self.kwargs["pk"], self.kwargs["item"])
        if not self.record.plan.may_write(self.user) or self.record.case_id:
            raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return PlanItemForm(*data, plan=self.record.plan, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ITEM}

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record.plan)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


@require_POST
def remove_item(request: HttpRequest, pk: int, item: int) -> HttpResponse:
    """Take a measure out of the plan."""
    found = _item(pk, item)
    address = found.plan.get_absolute_url()
    user: Any = request.user
    tell(request, lambda version: found.remove(user, version=version), _("The measure is taken out."))
    return redirect(address)


def _item(pk: int, item: int) -> PlanItem:
    rows = PlanItem.objects.select_related("plan__unit", "responsible")
    return get_object_or_404(rows, pk=item, plan=pk)

"""Unit plans: the list, a plan with its progress, its steps to agreed, and the agreement as signed (S67, S68)."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from cases.models import Case
from cases.register import reading_of_visible
from organisation import clock
from organisation.changes import revisions
from organisation.filters import filters_in, remembers_filters
from organisation.models import Unit
from organisation.pdf import answer
from organisation.record_step import RecordForm, RecordStep
from results import plan_content, plan_printing, plan_progress
from results.forms import unit_plans as forms
from results.models import PlanMeasure, UnitPlan
from results.models.plan_measure import USUAL_CONSEQUENCE, USUAL_PROBABILITY, proposed
from results.permissions import may_manage, units_to_manage

ROWS = 40
PROPOSED = 25
REVISIONS = 100


@require_safe
@remembers_filters
def plans(request: HttpRequest) -> HttpResponse:
    """`/resultater/virksomhetsplan/?ar=&enhet=`: the plans the person may read, with how far they have come."""
    form = forms.PlanFilters(request.GET or None)
    asked = form.asked() if request.GET else {}
    found = UnitPlan.objects.visible_to(request.user).exclude(status=UnitPlan.Status.REPLACED).for_list()
    if asked.get("year"):
        found = found.filter(year=asked["year"])
    if asked.get("unit"):
        found = found.filter(unit__path__startswith=asked["unit"].path)
    page = Paginator(found, ROWS).get_page(request.GET.get("s"))
    year = asked.get("year") or clock.today().year
    context = {
        "form": form,
        "page": page,
        "rows": plan_progress.of_plans(page),
        "year": year,
        "lacking": plan_progress.lacking(asked.get("unit") or Unit.objects.municipality(), year),
        "may_begin": units_to_manage(request.user).exists(),
        "query": filters_in(request.GET),
    }
    return render(request, "results/plans/plans.html", context)


def plan_or_404(request: HttpRequest, pk: int) -> UnitPlan:
    """The plan, when the person may read it."""
    return get_object_or_404(UnitPlan.objects.visible_to(request.user).for_list(), pk=pk)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/virksomhetsplan/<pk>/`: goals, measures, where it stands and what can be done."""
    found, user = plan_or_404(request, pk), request.user
    rows = plan_progress.rows(found, user)
    may_edit = found.may_edit(user)
    context = {
        "plan": found,
        "goals": plan_content.goals_of(found),
        "indicators": [(one, one.limits(found.year)) for one in plan_content.indicators_of(found)],
        "rows": rows,
        "progress": plan_progress.progress(rows),
        "agreement": getattr(found, "agreement", None) if not found.is_draft else None,
        "may_edit": may_edit,
        "may_sign": found.may_sign(user) and not found.signed_at,
        "may_agree": bool(found.signed_at) and found.may_agree(user),
        "may_manage": may_manage(user, found.unit),
        "above": found.leaders_above() if found.is_draft else [],
        "proposals": _proposals(found, user) if may_edit else [],
        "versions": found.versions().visible_to(user),
    }
    return render(request, "results/plans/plan.html", context)


def _proposals(found: UnitPlan, user: Any) -> list[tuple[Case, str]]:
    cases = proposed(user, found).for_list()[:PROPOSED]
    return [(case, reading_of_visible(case, user).text(case.title)) for case in cases]


@require_safe
def agreement(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/virksomhetsplan/<pk>/avtale/`: the plan word for word as it was signed, with its checksum."""
    found = plan_or_404(request, pk)
    made = getattr(found, "agreement", None)
    if made is None:
        raise Http404
    return render(request, "results/plans/agreement.html", {"plan": found, "agreement": made})


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/virksomhetsplan/<pk>/historikk/`: who changed what, when and why."""
    found = plan_or_404(request, pk)
    told = revisions(found.history.all(), _("Unit plan"))
    for measure in found.measures.all():
        told += revisions(measure.history.all(), _("Measure"))
    told.sort(key=lambda revision: revision.at, reverse=True)
    page = Paginator(told, REVISIONS).get_page(request.GET.get("s"))
    return render(request, "results/plans/history.html", {"plan": found, "page": page, "revisions": page})


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/virksomhetsplan/<pk>/pdf/`: the plan, with lines to sign on while it is a draft."""
    found = plan_or_404(request, pk)
    return answer.shown(plan_printing.pdf(found, reader=request.user), plan_printing.filename_of(found))


class BeginPlan(RecordStep):
    """`/resultater/virksomhetsplan/ny/`: a draft for a unit and a year."""

    title = _lazy("New unit plan")
    button = _lazy("Begin")
    success = _lazy("The draft is ready.")
    made: UnitPlan | None = None

    def load(self) -> None:
        if not units_to_manage(self.user).exists():
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:plans"), _("Unit plans")

    def form(self, *data: Any) -> RecordForm:
        return forms.BeginPlanForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"unit": self.user.unit_id, "year": clock.today().year + 1, "copied": True}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in ("unit", "year", "copied")}
        self.made = UnitPlan.begin(self.user, **facts)


class Step(RecordStep):
    """A step of one plan, for those who look after the plans of its unit."""

    record: UnitPlan

    def load(self) -> None:
        self.record = self.plan = plan_or_404(self.request, self.kwargs["pk"])
        if not self.may():
            raise PermissionDenied

    def may(self) -> bool:
        return may_manage(self.user, self.plan.unit)

    def back(self) -> tuple[str, str]:
        return self.plan.get_absolute_url(), str(self.plan)


class ChangePlan(Step):
    title = _lazy("Change the plan")
    button = _lazy("Save")
    success = _lazy("The plan is changed.")
    form_class = forms.PlanForm

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in forms.PlanForm.NAMES}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class AddMeasure(Step):
    title = _lazy("New measure")
    lead = _lazy("When the plan is agreed it becomes a case in Dialogen, and its status is shown in the plan.")
    button = _lazy("Add the measure")
    success = _lazy("The measure is in the plan.")

    def form(self, *data: Any) -> RecordForm:
        return forms.PlanMeasureForm(*data, plan=self.plan, initial={**self.initial()})

    def initial(self) -> dict[str, Any]:
        return {"probability": USUAL_PROBABILITY, "consequence": USUAL_CONSEQUENCE, "responsible": self.plan.leader}

    def perform(self, form: Any, version: int | None) -> None:
        PlanMeasure.add(self.user, self.plan, key=form.cleaned_data["key"], **form.facts())


class ChangeMeasure(Step):
    title = _lazy("Change the measure")
    button = _lazy("Save")
    success = _lazy("The measure is changed.")
    record: Any

    def load(self) -> None:
        super().load()
        self.record = get_object_or_404(
            self.plan.measures.select_related("goal", "responsible"), pk=self.kwargs["measure"]
        )
        self.record.plan = self.plan

    def form(self, *data: Any) -> RecordForm:
        return forms.PlanMeasureForm(*data, plan=self.plan, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in forms.PlanMeasureForm.NAMES}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class Sign(Step):
    """`/resultater/virksomhetsplan/<pk>/underskriv/`: the leader signs what is shown."""

    template_name = "results/plans/sign.html"
    form_class = forms.SignForm
    title = _lazy("Sign the leader agreement")
    button = _lazy("Sign")
    success = _lazy("You have signed. The leader above is told.")

    def may(self) -> bool:
        return self.plan.may_sign(self.user)

    def initial(self) -> dict[str, Any]:
        return {"shown": self.plan.fingerprint()}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "content": self.plan.content(), "plan": self.plan}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.sign(self.user, shown=form.cleaned_data["shown"])

    def stale(self, form: RecordForm) -> HttpResponse:
        return _stale(self)


class Agree(Sign):
    """`/resultater/virksomhetsplan/<pk>/avtal/`: the leader's leader signs, and each measure becomes a case."""

    title = _lazy("Agree on the plan")
    button = _lazy("Sign and agree")
    success = _lazy("The plan is agreed, and its measures are cases in Dialogen.")

    def may(self) -> bool:
        return self.plan.may_agree(self.user)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.agree(self.user, shown=form.cleaned_data["shown"])


def _stale(step: Sign) -> HttpResponse:
    """409: the plan as it is now, to be read again."""
    step.load()
    messages.error(step.request, _("Somebody has changed the plan since you read it. Read it again."))
    return step.page(step.form(), 409)


class SendBack(Step):
    title = _lazy("Send the plan back")
    lead = _lazy("The leader is told, and must sign it again when it is changed.")
    button = _lazy("Send it back")
    success = _lazy("The plan is sent back.")
    form_class = forms.SendBackForm

    def may(self) -> bool:
        return self.plan.may_agree(self.user)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.send_back(self.user, reason=form.cleaned_data["reason"])


def _changed(request: HttpRequest, found: UnitPlan, change: Any, success: str) -> HttpResponse:
    """Make a change without a form, and say how it went on the page of the plan."""
    try:
        change()
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, success)
    return redirect(f"{found.get_absolute_url()}#tiltak")


@require_POST
def remove_measure(request: HttpRequest, pk: int, measure: int) -> HttpResponse:
    """Take a measure out of the draft."""
    found = plan_or_404(request, pk)
    row = get_object_or_404(found.measures.select_related("plan__unit"), pk=measure)
    return _changed(request, found, lambda: row.remove(request.user), _("The measure is taken out of the plan."))


@require_POST
def take_in(request: HttpRequest, pk: int) -> HttpResponse:
    """A case from before becomes part of the plan."""
    found = plan_or_404(request, pk)
    case = get_object_or_404(Case.objects.visible_to(request.user), reference=request.POST.get("sak", ""))
    return _changed(
        request, found, lambda: PlanMeasure.take_in(request.user, found, case), _("The case is in the plan.")
    )


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version, or go on with the one that is begun."""
    found = plan_or_404(request, pk)
    try:
        draft = found.revise(request.user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(found)
    messages.success(request, _("This is the new version. It holds when both have signed it."))
    return redirect(draft)

"""What every step of a case has in common: see `organisation.record_step`."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from cases.forms import handling
from cases.models import Case
from cases.permissions import Act, can
from cases.reading import Reading
from cases.views.access import case_or_404
from organisation.record_step import RecordStep


class Step(RecordStep):
    """A step of a case."""

    template_name = "cases/step.html"
    form_class: type[handling.StepForm] = handling.ReasonForm
    act = Act.HANDLE
    danger = False
    aside = "cases/step_aside.html"

    def load(self) -> None:
        self.record = self.case = case_or_404(self.request, self.kwargs["reference"], self.act)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The change; or the form again with a ready answer put in, and everything typed as it was."""
        if "template" in request.POST and "insert" in request.POST:
            return self.page(self.with_template())
        return super().post(request, **kwargs)

    def with_template(self) -> handling.StepForm:
        form = self.form()
        chosen = next((one for one in form.templates() if str(one.pk) == self.request.POST["template"]), None)
        typed = {name: self.request.POST.get(name, "") for name in form.fields if name != "files"}
        if chosen:
            before = typed[form.answered_in].strip()
            unit = form.fields["unit"].units.get(typed["unit"]) if "unit" in typed else None  # type: ignore[attr-defined]
            typed[form.answered_in] = f"{before}\n\n{chosen.filled_in(self.case, unit)}".strip()
        form.initial = typed
        return form

    def form(self, *data: Any) -> handling.StepForm:
        return self.form_class(*data, initial=self.shown(), case=self.case, user=self.user)

    def context(self) -> dict[str, Any]:
        return {"case": self.case, "reading": Reading(self.user, self.case)}

    def leave(self) -> HttpResponse:
        """Back to the case; to the register when the step took away one's own right to read it."""
        if can(self.user, Act.READ, Case.objects.for_list().get(pk=self.case.pk)):
            return redirect(self.case)
        return redirect("cases:register")


class ActionStep(Step):
    """A step of one measure of the case."""

    act = Act.READ

    def load(self) -> None:
        super().load()
        actions = self.case.actions.select_related("responsible", "evaluator")
        self.record = self.action = get_object_or_404(actions, pk=self.kwargs["pk"])
        self.action.case = self.case
        if not self.allowed():
            raise PermissionDenied(self.why_not())

    def allowed(self) -> bool:
        return can(self.user, Act.HANDLE, self.case)

    def why_not(self) -> str:
        return ""

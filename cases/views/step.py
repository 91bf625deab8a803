"""What every step of a case has in common.

A step shows its form on GET and is taken on POST. What it demands is said by the model; what the
model refuses comes back beside the fields with everything typed kept. When somebody else changed
the case meanwhile, the answer is 409 with both texts (rule 2 of the design).
"""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form, ModelChoiceField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views import View

from cases.changes import changes_since
from cases.forms import handling
from cases.models import Case
from cases.permissions import Act, can
from cases.reading import Reading
from cases.views.access import case_or_404
from organisation.changes import in_words
from organisation.history import StaleVersion, VersionedModel
from organisation.models import User
from organisation.refusals import take_refusal


class Step(View):
    """A step of a case. Subclasses say what it is called, which form it has and what it does."""

    http_method_names: ClassVar[list[str]] = ["get", "post", "head", "options"]
    act = Act.HANDLE
    form_class: type[handling.StepForm] = handling.ReasonForm
    title: Any = ""
    lead: Any = ""
    button: Any = ""
    success: Any = ""
    danger = False
    aside = "cases/step_aside.html"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        """Read the case afresh. Raises `Http404` and `PermissionDenied`."""
        self.case = case_or_404(self.request, self.kwargs["reference"], self.act)

    @property
    def record(self) -> VersionedModel:
        """What the step changes: its version is the one that counts."""
        return self.case

    def initial(self) -> dict[str, Any]:
        """What is there now, in the form's own fields."""
        return {}

    def perform(self, form: Any, version: int) -> None:
        raise NotImplementedError

    def form(self, *data: Any) -> handling.StepForm:
        initial = {**self.initial(), "version": self.record.version}
        return self.form_class(*data, initial=initial, case=self.case, user=self.user)

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(form)
        try:
            self.perform(form, form.cleaned_data["version"])
        except StaleVersion:
            return self.stale(form)
        except ValidationError as refused:
            return self.refused(form, refused)
        messages.success(request, self.success)
        return self.leave()

    def leave(self) -> HttpResponse:
        """Back to the case; to the register when the step took away one's own right to read it."""
        if can(self.user, Act.READ, Case.objects.for_list().get(pk=self.case.pk)):
            return redirect(self.case)
        return redirect("cases:register")

    def page(self, form: Form, template: str = "cases/step.html", status: int = 200, **more: Any) -> HttpResponse:
        context = {"step": self, "case": self.case, "form": form, "reading": Reading(self.user, self.case), **more}
        return render(self.request, template, context, status=status)

    def refused(self, form: Form, error: ValidationError) -> HttpResponse:
        """The form again, with the model's messages beside the fields they belong to."""
        self.load()
        take_refusal(form, error)
        return self.page(form)

    def stale(self, form: handling.StepForm) -> HttpResponse:
        """409: what was sent beside what is there now, and the form again on the new version."""
        sent = form.cleaned_data
        self.load()
        now = self.initial()
        texts = [
            {
                "label": field.label,
                "sent": _shown(field.field, sent.get(field.name)),
                "now": _shown(field.field, now[field.name]) if field.name in now else "",
            }
            for field in form.visible_fields()
        ]
        changes = changes_since(self.record, sent["version"])
        data = self.request.POST.copy()
        data["version"] = str(self.record.version)
        return self.page(self.form(data, self.request.FILES), "cases/stale.html", 409, texts=texts, changes=changes)


class ActionStep(Step):
    """A step of one measure of the case."""

    act = Act.READ

    def load(self) -> None:
        super().load()
        self.action = get_object_or_404(
            self.case.actions.select_related("responsible", "evaluator"), pk=self.kwargs["pk"]
        )
        self.action.case = self.case
        if not self.allowed():
            raise PermissionDenied(self.why_not())

    @property
    def record(self) -> VersionedModel:
        return self.action

    def allowed(self) -> bool:
        return can(self.user, Act.HANDLE, self.case)

    def why_not(self) -> str:
        return ""


def _shown(field: Any, value: Any) -> str:
    """A value of a form field in words."""
    if isinstance(field, ModelChoiceField) or not hasattr(field, "choices"):
        return in_words(value)
    return str(dict(field.choices).get(value, in_words(value)))

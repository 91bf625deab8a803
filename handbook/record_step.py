"""A step on one record that carries its version: the form on GET, the change on POST, 409 with both texts when
somebody else saved meanwhile (rule 2 of the design). What the model refuses comes back beside the fields."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from organisation.changes import in_words
from organisation.history import StaleVersion, VersionedModel
from organisation.models import User
from organisation.refusals import take_refusal


class RecordForm(forms.Form):
    """What a step asks. `version` is what the form was shown on; a new record has none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)


class RecordStep(View):
    """A step. Subclasses say what it is called, which form it has, who may take it and what it does."""

    http_method_names: ClassVar[list[str]] = ["get", "post", "head", "options"]
    template_name = "form_page.html"
    form_class: type[RecordForm] = RecordForm
    record: VersionedModel | None = None
    title: Any = ""
    lead: Any = ""
    button: Any = ""
    success: Any = ""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.user: User = request.user  # type: ignore[assignment]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.load()
        return super().dispatch(request, *args, **kwargs)

    def load(self) -> None:
        """Read the record afresh. Raises `Http404` and `PermissionDenied`."""
        raise NotImplementedError

    def back(self) -> tuple[str, str]:
        """Where the step came from and leads to: (address, name)."""
        raise NotImplementedError

    def perform(self, form: Any, version: int | None) -> None:
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        """What is there now, in the form's own fields."""
        return {}

    def form(self, *data: Any) -> RecordForm:
        return self.form_class(*data, initial={**self.initial(), "version": self.record and self.record.version})

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        return self.page(self.form())

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        if not form.is_valid():
            return self.page(form)
        try:
            self.perform(form, form.cleaned_data["version"])
        except StaleVersion:
            return self.stale(form)
        except ValidationError as refused:
            return self.refused(form, refused)
        messages.success(request, self.success)
        return redirect(self.back()[0])

    def page(self, form: RecordForm, status: int = 200, **more: Any) -> HttpResponse:
        address, name = self.back()
        words = {"title": self.title, "lead": self.lead, "button": self.button}
        context = {**words, "form": form, "back_address": address, "back_name": name, **more}
        return render(self.request, self.template_name, context, status=status)

    def refused(self, form: RecordForm, error: ValidationError) -> HttpResponse:
        """The form again, with the model's messages beside the fields they belong to."""
        take_refusal(form, error)
        return self.page(form)

    def stale(self, form: RecordForm) -> HttpResponse:
        """409: what was sent beside what is there now, and the form again on the new version."""
        sent = form.cleaned_data
        self.load()
        now = self.initial()
        texts = [
            {
                "label": field.label,
                "sent": _shown(field.field, sent.get(field.name)),
                "now": _shown(field.field, now.get(field.name)),
            }
            for field in form.visible_fields()
        ]
        data = self.request.POST.copy()
        data["version"] = str(self.record and self.record.version)
        return self.page(self.form(data), 409, texts=texts)


def _shown(field: Any, value: Any) -> str:
    """A value of a form field in words."""
    if isinstance(field, forms.ModelChoiceField) or not hasattr(field, "choices"):
        return in_words(value)
    return str(dict(field.choices).get(value, in_words(value)))

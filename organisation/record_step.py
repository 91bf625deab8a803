"""A step on one record that carries its version: the form on GET, the change on POST, 409 with both texts when
somebody else saved meanwhile (rule 2 of the design). What the model refuses comes back beside the fields."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from .changes import Revision, changes_since, in_words
from .history import StaleVersion, VersionedModel
from .models import User
from .refusals import resent, take_refusal


def tell(request: HttpRequest, change: Callable[[int | None], None], success: str) -> None:
    """For a step without a form: make the change, on the version that was sent along, and say how it went in a
    message on the next page."""
    sent = request.POST.get("version", "")
    try:
        change(int(sent) if sent.isdecimal() else None)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    except StaleVersion:
        messages.error(request, _("Somebody else changed this meanwhile. Look at it again."))
    else:
        messages.success(request, success)


class RecordForm(forms.Form):
    """What a step asks. `version` is what the form was shown on; a new record has none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, required=False)


class RecordStep(View):
    """A step. Subclasses say what it is called, which form it has, who may take it and what it does."""

    http_method_names = ["get", "post", "head", "options"]
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

    def form(self, *data: Any) -> Any:
        return self.form_class(*data, initial=self.shown())  # type: ignore[misc]

    def shown(self) -> dict[str, Any]:
        """What the form is shown on: what is there now, and its version."""
        return {**self.initial(), "version": self.record and self.record.version}

    def context(self) -> dict[str, Any]:
        """What the template shows around the form."""
        address, name = self.back()
        words = {"title": self.title, "lead": self.lead, "button": self.button}
        return {**words, "back_address": address, "back_name": name}

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
        return redirect(self.back()[0])

    def page(self, form: RecordForm, status: int = 200, **more: Any) -> HttpResponse:
        context = {"step": self, "form": form, **self.context(), **more}
        return render(self.request, self.template_name, context, status=status)

    def refused(self, form: RecordForm, error: ValidationError) -> HttpResponse:
        """The form again, with the model's messages beside the fields they belong to."""
        self.load()
        take_refusal(form, error)
        return self.page(form)

    def stale(self, form: RecordForm) -> HttpResponse:
        """409: what was sent beside what is there now, and the form again on the new version."""
        sent = form.cleaned_data
        self.load()
        now = self.shown()
        texts = [
            {
                "label": field.label,
                "sent": value_in_words(field.field, sent.get(field.name)),
                "now": value_in_words(field.field, now[field.name]) if field.name in now else "",
            }
            for field in form.visible_fields()
        ]
        changes = self.changes(sent["version"])
        again = self.form(resent(self.request, version=now["version"]), self.request.FILES)
        return self.page(again, 409, texts=texts, changes=changes)

    def changes(self, version: int) -> list[Revision]:
        """What others have done to the record after the version that was sent."""
        return changes_since(self.record, version) if self.record else []


def value_in_words(field: Any, value: Any) -> str:
    """A value of a form field in words."""
    if isinstance(field, forms.ModelChoiceField) or not hasattr(field, "choices"):
        return in_words(value)
    return str(dict(field.choices).get(value, in_words(value)))

"""What an inspector from outside is shown, as the keeper of the inspection decides it."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from audits import outside
from audits.control_permissions import Act
from audits.forms.inspectors import AccessForm, ShowForm
from audits.models import InspectorAccess
from audits.views.access import inspection_or_404
from audits.views.inspection_steps import Step
from organisation.record_step import RecordForm, RecordStep, tell

LOOKS = 50


def access_or_404(request: HttpRequest, kind: str, pk: int, access: int) -> InspectorAccess:
    """The access, for those who decide what is shown."""
    inspection = inspection_or_404(request, kind, pk, Act.SHOW)
    found = get_object_or_404(inspection.accesses.select_related("made_by"), pk=access)
    found.inspection = inspection
    return found


class Give(Step):
    """Let somebody in. What is shown is chosen next."""

    act = Act.SHOW
    form_class = AccessForm
    title = _lazy("Let an inspector in")
    lead = _lazy(
        "The inspector gets a secret link, and sees only what you choose. Everything that is opened is logged."
    )
    button = _lazy("Send the link")
    success = _lazy("The link is sent. Choose what is shown.")
    made: InspectorAccess | None = None

    def initial(self) -> dict[str, Any]:
        return AccessForm.of(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.made, _token = InspectorAccess.give(self.user, self.record, **form.facts())

    def leave(self) -> HttpResponse:
        return redirect(self.made or self.record)


@require_safe
def access(request: HttpRequest, kind: str, pk: int, access: int) -> HttpResponse:
    """Who is let in, what is shown, and what was opened."""
    found = access_or_404(request, kind, pk, access)
    context = {
        "access": found,
        "inspection": found.inspection,
        "things": outside.labelled(found.things.for_list()),
        "page": Paginator(found.looks.all(), LOOKS).get_page(request.GET.get("s")),
    }
    return render(request, "audits/access.html", context)


class Show(RecordStep):
    """One more thing is shown."""

    record: InspectorAccess
    title = _lazy("Choose what is shown")
    button = _lazy("Show it")
    success = _lazy("It is shown.")

    def load(self) -> None:
        self.record = access_or_404(self.request, self.kwargs["kind"], self.kwargs["pk"], self.kwargs["access"])

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def form(self, *data: Any) -> RecordForm:
        return ShowForm(*data, user=self.user, inspection=self.record.inspection, initial=self.shown())

    @transaction.atomic
    def perform(self, form: Any, version: int | None) -> None:
        for name, thing in form.chosen().items():
            self.record.show(self.user, **{name: thing})


def _step(change: Callable[[InspectorAccess, Any, int | None], object], success: Any) -> Callable[..., HttpResponse]:
    """A step of an access without a form."""

    @require_POST
    def view(request: HttpRequest, kind: str, pk: int, access: int) -> HttpResponse:
        found = access_or_404(request, kind, pk, access)
        tell(request, lambda version: change(found, request.user, version), str(success))  # type: ignore[arg-type,func-returns-value]
        return redirect(found)

    return view


new_link = _step(
    lambda access, by, version: access.new_link(by, version=version),
    _lazy("A new link is sent. The old one no longer works."),
)
end = _step(
    lambda access, by, version: access.end(by, version=version), _lazy("The access is ended. The link no longer works.")
)


@require_POST
def hide(request: HttpRequest, kind: str, pk: int, access: int, thing: int) -> HttpResponse:
    """A thing is shown no more."""
    found = access_or_404(request, kind, pk, access)
    shown = get_object_or_404(found.things, pk=thing)
    tell(request, lambda _version: found.hide(request.user, shown), _("It is no longer shown."))  # type: ignore[arg-type]
    return redirect(found)

"""Assets and aspects: the list, and the form of one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from organisation.filters import remembers_filters
from organisation.record_step import RecordStep
from risk.forms.subjects import SubjectForm
from risk.models import Subject
from risk.permissions import may_begin
from risk.subjects import SubjectSelection

ROWS = 50


@require_safe
@remembers_filters
def subjects(request: HttpRequest) -> HttpResponse:
    """`/risiko/verdier/`: IT systems and assets, and environmental aspects, with how each is assessed."""
    selection = SubjectSelection(request.user, request.GET)
    page = Paginator(selection.subjects(), ROWS).get_page(request.GET.get("s"))
    for subject in page:
        subject.may_change = may_begin(request.user, subject.unit)
    context = {
        "selection": selection,
        "form": selection.form,
        "page": page,
        "lines": selection.lines(page),
        "may_add": may_begin(request.user),
    }
    return render(request, "risk/subjects.html", context)


class SubjectStep(RecordStep):
    """The form of an asset or aspect. 403 for those who may not work with risk at its unit."""

    record: Subject | None = None
    lead = _lazy("What you write is open to all employees: no passwords, and no weaknesses.")
    button = _lazy("Save")
    success = _lazy("It is saved.")

    def back(self) -> tuple[str, str]:
        return reverse("risk:subjects"), _("Assets and aspects")

    def form(self, *data: Any) -> SubjectForm:
        return SubjectForm(*data, user=self.user, subject=self.record, initial=self.shown())


class Add(SubjectStep):
    """A new asset or aspect."""

    title = _lazy("New asset or aspect")

    def load(self) -> None:
        if not may_begin(self.user):
            raise PermissionDenied

    def initial(self) -> dict[str, Any]:
        own = self.user.unit_id if self.user.unit and may_begin(self.user, self.user.unit) else None
        return {"unit": own, "owner": self.user, "weight": Subject.Weight.MEDIUM}

    def perform(self, form: Any, version: int | None) -> None:
        Subject.add(self.user, **form.facts())


class Change(SubjectStep):
    """Change one, or say that it is out of use. 409 on a stale form."""

    record: Subject

    def load(self) -> None:
        self.record = get_object_or_404(Subject.objects.select_related("unit", "owner"), pk=self.kwargs["pk"])
        self.title = _("Change %(name)s") % {"name": self.record}
        if not may_begin(self.user, self.record.unit):
            raise PermissionDenied

    def initial(self) -> dict[str, Any]:
        return SubjectForm.of(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version or 0, **form.facts())

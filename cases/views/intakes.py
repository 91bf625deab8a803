"""What came in and is not a case yet (S32): make a case of it, add it to one, or put it away."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import desk
from cases.forms.desk import AttachForm, DiscardForm, IntakeForm
from cases.models import Case, Claim, Intake
from cases.views.attachments import served
from cases.views.desk import around, demand_desk, to_next
from organisation.record_step import RecordStep


class IntakeStep(RecordStep):
    template_name = "cases/desk/intake.html"

    def load(self) -> None:
        demand_desk(self.user)
        waiting = Intake.objects.visible_to(self.user).waiting()
        self.record = self.intake = get_object_or_404(waiting, pk=self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        return reverse("cases:queue"), gettext("To be sorted")

    @cached_property
    def about(self) -> Case | None:
        """The case it seems to be about, if the person may read it."""
        return self.intake.case_about(self.user)

    def context(self) -> dict[str, Any]:
        came = {"intake": self.intake, "files": self.intake.files.all(), "about": self.about}
        return {**super().context(), **around(self.user, self.intake), **came}

    def leave(self) -> HttpResponse:
        return to_next(self.user)


class RegisterIntake(IntakeStep):
    form_class = IntakeForm
    title = _("Register what came in")
    lead = _("Mend the text so that the unit understands it. Then you choose the unit.")
    button = _("Make a case of it")
    success = _("The case is made. Now send it to the right unit.")

    def initial(self) -> dict[str, Any]:
        intake = self.intake
        return {
            "kind": intake.kind or Case.Kind.DEVIATION,
            "text": intake.text,
            "name": intake.name,
            "email": intake.email,
            "phone": intake.phone,
        }

    def context(self) -> dict[str, Any]:
        contact = self.intake.email or self.intake.phone
        return {**super().context(), "earlier": desk.cases_of(self.user, contact) if contact else []}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = self.intake.register(self.user, title=self.intake.title, **form.cleaned_data)

    def leave(self) -> HttpResponse:
        Claim.take(self.user, self.made)
        return redirect("cases:triage", self.made.reference)


class AttachIntake(IntakeStep):
    form_class = AttachForm
    title = _("Belongs to a case we have")
    lead = _("From the reporter it becomes a letter in the case. From others it becomes an internal note.")
    button = _("Add it to the case")

    def form(self, *data: Any) -> AttachForm:
        return AttachForm(*data, initial=self.shown(), user=self.user)

    def initial(self) -> dict[str, Any]:
        chosen = Case.objects.visible_to(self.user).filter(reference=self.request.GET.get("sak", "")).first()
        about = chosen or self.about
        return {
            "reference": about.reference if about else "",
            "text": self.intake.text,
            "from_reporter": about is not None and about.is_reported_from(self.intake.email),
        }

    def perform(self, form: Any, version: int | None) -> None:
        self.added_to = form.cleaned_data["reference"]
        text, from_reporter = form.cleaned_data["text"], form.cleaned_data["from_reporter"]
        self.intake.attach(self.user, self.added_to, text=text, from_reporter=from_reporter, version=version)

    @property
    def success(self) -> str:  # type: ignore[override]
        return gettext("It is added to %(reference)s.") % {"reference": self.added_to.reference}


class Discard(IntakeStep):
    form_class = DiscardForm
    title = _("Put away")
    lead = _("For what does not belong in the register.")
    button = _("Put away")
    success = _("It is put away.")

    def perform(self, form: Any, version: int | None) -> None:
        self.intake.discard(self.user, reason=form.cleaned_data["reason"], version=version)


@require_safe
def intake_file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A file of something that came in."""
    demand_desk(request.user)
    found = get_object_or_404(Intake.objects.visible_to(request.user).waiting(), pk=pk)
    kept = get_object_or_404(found.files, pk=file)
    return served(kept, shown=kept.is_picture)

"""The service desk's day (S32): the queue, sorting, conversations, and what came in and is not a case yet."""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import desk, masking
from cases.forms.desk import ConversationForm, DiscardForm, IntakeForm, TriageForm
from cases.models import Case, Intake
from cases.permissions import Act
from cases.similar import similar_to
from cases.views.attachments import served
from cases.views.step import Step
from organisation.models import User
from organisation.record_step import RecordStep
from organisation.roles import Right


def demand_desk(user: User) -> None:
    """Raises `PermissionDenied` for all but those who receive what comes from outside."""
    if not user.has_right(Right.TAKE_IN):
        raise PermissionDenied


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """`/innkommet/`: what waits to be sorted, the oldest first."""
    demand_desk(request.user)
    rows = desk.waiting(request.user)
    channels = sorted({(row.channel, row.channel_label) for row in rows})
    chosen = request.GET.get("kanal", "")
    context = {
        "rows": [row for row in rows if chosen in ("", row.channel)],
        "all": len(rows),
        "late": sum(row.is_late for row in rows),
        "channels": channels,
        "chosen": chosen,
        "unanswered": Case.objects.visible_to(request.user)
        .from_outside()
        .unanswered()
        .filter(needs_triage=False)
        .for_list()[:20],
    }
    return render(request, "cases/desk/queue.html", context)


class Triage(Step):
    act = Act.TRIAGE
    form_class = TriageForm
    aside = "cases/desk/triage_aside.html"
    title = _("Sort the case")
    lead = _("What is it, and who can do something about it?")
    button = _("Send to the unit")
    success = _("The case is sorted, and the unit is told.")

    def initial(self) -> dict[str, Any]:
        case = self.case
        return {
            "kind": case.kind,
            "title": case.title,
            "category": case.category,
            "unit": self.proposed_unit(),
            "sealed": "national_id" in masking.personal_data_in(case.description),
        }

    def similar(self) -> list[Any]:
        if not hasattr(self, "_similar"):
            self._similar = similar_to(self.case, self.user)
        return self._similar

    def proposed_unit(self) -> int | None:
        """The unit that several of the similar cases are with."""
        units = Counter(row.case.unit_id for row in self.similar()).most_common(1)
        return units[0][0] if units and units[0][1] > 1 else None

    def context(self) -> dict[str, Any]:
        return {**super().context(), "similar": self.similar(), "attachments": self.case.attachments.all()}

    def perform(self, form: Any, version: int) -> None:
        self.case.triage(self.user, **form.cleaned_data)

    def leave(self) -> HttpResponse:
        """To the next in the queue."""
        rest = desk.waiting(self.user)
        return redirect(rest[0].url if rest else "cases:queue")


class Conversation(RecordStep):
    form_class = ConversationForm
    title = _("Conversation with an inhabitant")
    lead = _(
        "Write what was said on the phone or at the counter. The person gets a reference, and a link if there is an e-mail."
    )
    button = _("Save the conversation")

    def load(self) -> None:
        demand_desk(self.user)

    def back(self) -> tuple[str, str]:
        return reverse("cases:queue"), gettext("To be sorted")

    def perform(self, form: Any, version: int | None) -> None:
        self.made = Case.record(
            self.user, **{name: form.cleaned_data[name] for name in form.fields if name != "version"}
        )

    @property
    def success(self) -> str:  # type: ignore[override]
        return gettext("Read the reference aloud: %(reference)s") % {"reference": self.made.reference}

    def leave(self) -> HttpResponse:
        return redirect("cases:queue" if self.made.needs_triage else self.made)


class RegisterIntake(RecordStep):
    template_name = "cases/desk/intake.html"
    form_class = IntakeForm
    title = _("Register what came in")
    lead = _("Mend the text so that the unit understands it. Then you choose the unit.")
    button = _("Make a case of it")
    success = _("The case is made. Now send it to the right unit.")

    def load(self) -> None:
        demand_desk(self.user)
        waiting = Intake.objects.visible_to(self.user).waiting()
        self.record = self.intake = get_object_or_404(waiting, pk=self.kwargs["pk"])

    def back(self) -> tuple[str, str]:
        return reverse("cases:queue"), gettext("To be sorted")

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
        return {**super().context(), "intake": self.intake, "files": self.intake.files.all()}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = self.intake.register(self.user, title=self.intake.title, **form.cleaned_data)

    def leave(self) -> HttpResponse:
        return redirect("cases:triage", self.made.reference)


class Discard(RegisterIntake):
    template_name = "form_page.html"
    form_class = DiscardForm
    title = _("Put away")
    lead = _("For what does not belong in the register.")
    button = _("Put away")
    success = _("It is put away.")

    def initial(self) -> dict[str, Any]:
        return {}

    def perform(self, form: Any, version: int | None) -> None:
        self.intake.discard(self.user, reason=form.cleaned_data["reason"], version=version)

    def leave(self) -> HttpResponse:
        return redirect("cases:queue")


@require_safe
def intake_file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """A file of something that came in."""
    demand_desk(request.user)
    found = get_object_or_404(Intake.objects.visible_to(request.user).waiting(), pk=pk)
    kept = get_object_or_404(found.files, pk=file)
    return served(kept, shown=kept.is_picture)

"""What inhabitants say on the phone and at the counter, written down by the service desk (S32)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from cases import desk
from cases.forms.desk import AddForm, ConversationForm, LookUpForm
from cases.models import Case
from cases.permissions import Act, can
from cases.reading import Reading
from cases.views.desk import demand_desk
from cases.views.step import Step
from organisation.record_step import RecordStep


class Conversation(RecordStep):
    template_name = "cases/desk/conversation.html"
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
        readable = can(self.user, Act.READ, self.made)
        return redirect(self.made if readable and not self.made.needs_triage else "cases:queue")


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """`/innkommet/hvem/`: the cases of who is calling, by e-mail, phone or reference. What is looked for is kept
    nowhere."""
    demand_desk(request.user)
    form = LookUpForm(request.GET)
    words = form.asked().get("words", "")
    found = [Reading(request.user, case) for case in desk.cases_of(request.user, words)] if words else []
    return render(request, "cases/desk/look_up.html", {"form": form, "words": words, "found": found})


class Add(Step):
    act = Act.ADD
    form_class = AddForm
    title = _("Add a conversation")
    lead = _("Those who handle the case are told.")
    button = _("Save the conversation")
    success = _("The conversation is added to the case.")

    def initial(self) -> dict[str, Any]:
        return {"from_reporter": self.case.has_correspondent}

    def perform(self, form: Any, version: int) -> None:
        data = {"from_reporter": False, **form.cleaned_data}
        self.case.add(self.user, **data)

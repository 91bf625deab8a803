"""The steps of an assessment: begin, change the head, take part, decide, new version, copy, end."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from organisation import clock
from organisation.changes import Revision
from organisation.record_step import RecordForm, RecordStep
from organisation.refusals import resent
from risk import checks, follow_up
from risk.forms import steps as forms
from risk.models import Assessment, Template
from risk.models.assessment import in_a_year
from risk.permissions import Act, can, may_begin
from risk.views.access import assessment_or_404


class Begin(RecordStep):
    """`/risiko/ny/`: the head of a new form; `?mal=<pk>` and `?enhet=<pk>` preset it."""

    template_name = "risk/begin.html"
    title = _lazy("New risk assessment")
    lead = _lazy("Fill in the head. Then you come to the form, where everything is saved as you go.")
    button = _lazy("Begin")
    success = _lazy("The form is ready. Fill in row by row.")
    made: Assessment | None = None

    def load(self) -> None:
        if not may_begin(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("risk:register"), _("Risk assessments")

    def form(self, *data: Any) -> RecordForm:
        return forms.BeginForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET
        template = Template.objects.active().filter(pk=asked["mal"]).first() if asked.get("mal", "").isdigit() else None
        return {
            "key": uuid.uuid4(),
            "template": template,
            "title": template.name if template else "",
            "unit": asked.get("enhet", "") if asked.get("enhet", "").isdigit() else self.user.unit_id,
            "year": clock.today().year,
            "leader": self.user,
            "leader_function": self.user.job_title,
        }

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.made = Assessment.begin(self.user, key=data["key"], template=data["template"], **form.head())


class Step(RecordStep):
    """A step of one assessment."""

    record: Assessment
    act = Act.ARRANGE

    def load(self) -> None:
        self.record = assessment_or_404(self.request, self.kwargs["pk"], self.act)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Change(Step):
    title = _lazy("Change the head of the form")
    button = _lazy("Save")
    success = _lazy("The head of the form is changed.")

    def form(self, *data: Any) -> RecordForm:
        return forms.HeadForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        record = self.record
        facts = {name: getattr(record, name) for name in forms.HEAD}
        return {**facts, "unit": str(record.unit_id), "purpose": f"{record.use}:{record.sub_kind}"}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.head())


class AddParticipant(Step):
    form_class = forms.ParticipantForm
    title = _lazy("Who takes part")
    lead = _lazy("An employee who takes part may fill in the form.")
    button = _lazy("Add a participant")
    success = _lazy("The participant is added.")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.add_participant(self.user, user=data["person"], name=data["name"], function=data["function"])


class Decide(Step):
    """What becomes of it is shown first: the rows that become cases, with whom and by when."""

    template_name = "risk/decide.html"
    form_class = forms.DecideForm
    act = Act.DECIDE
    title = _lazy("Decide the assessment")
    button = _lazy("Decide the assessment")
    success = _lazy("The assessment is decided. What demands a measure is now in Dialogen.")

    def load(self) -> None:
        super().load()
        if not self.record.is_draft:
            raise PermissionDenied(_("The assessment is decided already."))

    def initial(self) -> dict[str, Any]:
        return {
            "shown": self.record.fingerprint(),
            "review_date": self.record.review_date or in_a_year(clock.today()),
        }

    def context(self) -> dict[str, Any]:
        rows = list(self.record.rows.live().select_related("responsible", "case"))
        found = checks.of(self.record, rows)
        return {
            **super().context(),
            "assessment": self.record,
            "stops": [check for check in found if check.stops],
            "looks": [check for check in found if not check.stops],
            "measures": [
                (number, row, row.responsible or self.record.leader, follow_up.deadline(row))
                for number, row in enumerate(rows, 1)
                if row.demands_measure
            ],
            "count": len(rows),
        }

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.decide(self.user, shown=data["shown"], note=data["note"], review_date=data["review_date"])

    def stale(self, form: RecordForm) -> HttpResponse:
        """409: rows were changed after the person read them. The form again, on what stands there now."""
        self.load()
        again = self.form(resent(self.request, shown=self.record.fingerprint()))
        text = _("Somebody has changed the form after you opened this page. Read it again before you decide.")
        again.add_error(None, text)
        return self.page(again, 409)

    def changes(self, version: int) -> list[Revision]:
        return []


class Copy(Step):
    act = Act.READ
    title = _lazy("Copy to a new assessment")
    lead = _lazy("The rows come along, without scores, names and cases.")
    button = _lazy("Copy")
    success = _lazy("The copy is made. Score the rows anew.")
    made: Assessment | None = None

    def load(self) -> None:
        super().load()
        if not may_begin(self.user):
            raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return forms.CopyForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"title": self.record.title, "unit": self.user.unit_id, "year": clock.today().year}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.made = self.record.copy(self.user, unit=data["unit"], title=data["title"], year=data["year"])

    def leave(self) -> HttpResponse:
        return redirect(self.made or self.record)


class End(Step):
    form_class = forms.ReasonForm
    title = _lazy("End the assessment")
    lead = _lazy("It is kept, and can be read, but holds no more. Open cases go on in Dialogen.")
    button = _lazy("End it")
    success = _lazy("The assessment is ended.")

    def load(self) -> None:
        super().load()
        if not can(self.user, Act.ARRANGE if self.record.is_draft else Act.DECIDE, self.record):
            raise PermissionDenied

    def perform(self, form: Any, version: int | None) -> None:
        self.record.end(self.user, reason=form.cleaned_data["reason"], version=version)


@require_POST
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the next version, or go on with the one that is begun."""
    assessment = assessment_or_404(request, pk, Act.ARRANGE)
    try:
        draft = assessment.revise(request.user)  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(assessment)
    messages.success(request, _("This is the new version. Go through each row, and score it anew."))
    return redirect(draft)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the draft to whoever decides."""
    assessment = assessment_or_404(request, pk, Act.EDIT)
    try:
        assessment.ask(request.user)  # type: ignore[arg-type]
    except ValidationError as refused:
        first, *rest = refused.messages
        more = _("and %(number)s more") % {"number": len(rest)} if rest else ""
        messages.error(request, _("It is not ready to be decided. %(first)s %(more)s") % {"first": first, "more": more})
    else:
        messages.success(request, _("The unit's leader is told that it waits for a decision."))
    return redirect(assessment)


@require_POST
def remove_participant(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """The person takes no part after all."""
    assessment = assessment_or_404(request, pk, Act.ARRANGE)
    participant = get_object_or_404(assessment.participants, pk=person)
    try:
        assessment.remove_participant(request.user, participant)  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("%(name)s takes no part any more.") % {"name": participant.name})
    return redirect(assessment)

"""The steps of a management review: begin, change, take part, comment, start the meeting, decide, sign off, close, call off."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST

from organisation.record_step import RecordForm, RecordStep
from organisation.refusals import resent, take_refusal
from results import meetings
from results.forms import reviews as forms
from results.meetings import Meeting
from results.models import Review, ReviewComment, ReviewDecision, SignOff
from results.review_permissions import Act, may_begin
from results.views.reviews import review_or_404


class Begin(RecordStep):
    """`/resultater/gjennomgang/ny/`: the head of a new review; `?enhet=<pk>` presets the unit."""

    title = _lazy("Prepare a management review")
    lead = _lazy("Choose unit and period. The system gathers the figures, and you write what they mean.")
    button = _lazy("Prepare it")
    success = _lazy("The review is ready to be prepared. Look through the figures and write comments.")
    made: Review | None = None

    def load(self) -> None:
        if not may_begin(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:reviews"), _("Management reviews")

    def form(self, *data: Any) -> RecordForm:
        return forms.BeginForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("enhet", "")
        return {
            "key": uuid.uuid4(),
            "unit": asked if asked.isdecimal() else self.user.unit_id,
            "period": forms.usual_period().code,
            "chair": self.user,
        }

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.made = Review.begin(self.user, unit=data["unit"], key=data["key"], **form.head())


class Step(RecordStep):
    """A step of one review."""

    record: Review
    act = Act.ARRANGE
    statuses: tuple[str, ...] = Review.UNDER_WAY

    def load(self) -> None:
        self.record = self.review = review_or_404(self.request, self.kwargs["pk"], self.act)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A step that the state of the review shuts leads back to it, and says why."""
        self.load()
        try:
            self.review.demand(*self.statuses)
        except ValidationError as refused:
            messages.error(request, " ".join(refused.messages))
            return redirect(self.review)
        return super(RecordStep, self).dispatch(request, *args, **kwargs)

    def back(self) -> tuple[str, str]:
        return self.review.get_absolute_url(), str(self.review)

    @property
    def is_top(self) -> bool:
        return self.review.unit.depth == 1


class Change(Step):
    title = _lazy("Change the head of the review")
    button = _lazy("Save")
    success = _lazy("The head of the review is changed.")

    def form(self, *data: Any) -> RecordForm:
        return forms.HeadForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        record = self.record
        offered = dict(forms.periods_offered())
        facts = {name: getattr(record, name) for name in ("title", "meeting_date", "chair", "restricted")}
        code = record.period.code if record.period.code in offered else forms.OTHER_DAYS
        return {**facts, "period": code, "first": record.first, "last": record.last}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.head())


class AddParticipant(Step):
    form_class = forms.ParticipantForm
    title = _lazy("Who takes part")
    lead = _lazy("An employee who takes part may read the review and comment while it is prepared.")
    button = _lazy("Add a participant")
    success = _lazy("The participant is added.")

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.add_participant(self.user, user=data["person"], name=data["name"], function=data["function"])


class Comment(Step):
    """`…/del/<code>/`: the input with its figures, and what is said of it."""

    template_name = "results/reviews/comment.html"
    act = Act.COMMENT
    button = _lazy("Save")
    success = _lazy("The comment is saved.")

    def load(self) -> None:
        super().load()
        self.meeting = Meeting(self.review)
        code = self.kwargs["code"]
        self.input = next((one for one in self.meeting.inputs if one.section.code == code), None)
        if self.input is None:
            raise Http404
        self.title = self.input.section.title
        self.record = self.input.comment or ReviewComment(review=self.review, section=code, version=0)

    def back(self) -> tuple[str, str]:
        return f"{self.review.get_absolute_url()}#del-{self.kwargs['code']}", str(self.review)

    def form(self, *data: Any) -> RecordForm:
        return forms.CommentForm(*data, in_meeting=self.review.is_in_meeting, is_top=self.is_top, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        gone_through = self.record.gone_through or self.review.is_in_meeting
        return {"text": self.record.text, "raised": self.record.raised, "gone_through": gone_through}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "section": self.input.section, "review": self.review, "before": self._before}

    @property
    def _before(self) -> str:
        frozen = self.meeting.frozen
        return frozen.content["before"] if frozen else str(self.review.period.previous())

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.review.comment(
            self.user,
            self.kwargs["code"],
            text=data["text"],
            raised=data.get("raised", False),
            gone_through=data.get("gone_through"),
            version=version,
        )


class Start(Step):
    form_class = forms.StartForm
    act = Act.HOLD
    statuses = (Review.Status.PREPARING,)
    title = _lazy("Start the meeting")
    lead = _lazy("The figures are frozen as they are now, with a checksum. After that the period can't be changed.")
    button = _lazy("Freeze the figures and start")
    success = _lazy("The meeting is started, and the figures are frozen.")

    def perform(self, form: Any, version: int | None) -> None:
        meetings.start(self.user, self.record, version=version)


class Decide(Step):
    """A new decision."""

    act = Act.HOLD
    statuses = (Review.Status.MEETING,)
    title = _lazy("Write a decision")
    lead = _lazy("When the review is closed, the decision becomes a case with its owner and deadline.")
    button = _lazy("Save the decision")
    success = _lazy("The decision is written down.")

    def form(self, *data: Any) -> RecordForm:
        inputs = [(one.section.code, one.section.title) for one in Meeting(self.review).inputs]
        return forms.DecisionForm(*data, inputs=inputs, is_top=self.is_top, initial=self.shown())

    def shown(self) -> dict[str, Any]:
        return self.initial()

    def initial(self) -> dict[str, Any]:
        return {"key": uuid.uuid4(), "section": self.request.GET.get("del", ""), "owner": self.review.chair}

    def perform(self, form: Any, version: int | None) -> None:
        ReviewDecision.make(self.user, self.review, key=form.cleaned_data["key"], **form.facts())


class ChangeDecision(Decide):
    """The decision put otherwise, in the meeting."""

    title = _lazy("Change the decision")
    lead = ""
    button = _lazy("Save")
    success = _lazy("The decision is changed.")

    def load(self) -> None:
        super().load()
        self.record = get_object_or_404(self.review.decisions.for_list(), pk=self.kwargs["decision"])

    def shown(self) -> dict[str, Any]:
        return {**self.initial(), "version": self.record.version}

    def initial(self) -> dict[str, Any]:
        names = ("text", "category", "section", "owner", "deadline", "raised")
        return {name: getattr(self.record, name) for name in names}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class GiveSignOff(Step):
    """`…/kvitter/<decision>/`: what becomes of one earlier decision."""

    template_name = "results/reviews/sign_off.html"
    form_class = forms.SignOffForm
    act = Act.HOLD
    statuses = (Review.Status.MEETING,)
    title = _lazy("Sign off a decision")
    button = _lazy("Sign off")
    success = _lazy("The decision is signed off.")

    def load(self) -> None:
        super().load()
        self.meeting = Meeting(self.review)
        key = self.kwargs["decision"]
        decision = next((one for one in self.meeting.earlier if one.pk == key), None)
        if decision is None or not decision.readable_by(self.user):
            raise Http404
        self.decision = decision
        self.record = decision.sign_off or SignOff(review=self.review, decision=decision, version=0)

    def back(self) -> tuple[str, str]:
        return f"{self.review.get_absolute_url()}#tidligere", str(self.review)

    def initial(self) -> dict[str, Any]:
        return {"outcome": self.record.outcome, "note": self.record.note}

    def context(self) -> dict[str, Any]:
        readable = meetings.readable_cases([self.decision], self.user)
        return {**super().context(), "decision": self.decision, "readable": readable}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        SignOff.give(self.user, self.review, self.decision, outcome=data["outcome"], note=data["note"], version=version)


class Close(Step):
    """What stands in the way is shown first, with links; what is typed is kept."""

    template_name = "results/reviews/close.html"
    form_class = forms.CloseForm
    act = Act.HOLD
    statuses = (Review.Status.MEETING,)
    title = _lazy("Close the review")
    button = _lazy("Close the review")
    success = _lazy("The review is closed. The minutes are ready, and the decisions are cases in Dialogen.")

    def initial(self) -> dict[str, Any]:
        return {"conclusion": self.record.conclusion}

    def context(self) -> dict[str, Any]:
        meeting = Meeting(self.review)
        return {**super().context(), "review": self.review, "stops": meeting.stops, "decisions": meeting.decisions}

    def perform(self, form: Any, version: int | None) -> None:
        """The conclusion is kept even when the review can't be closed yet."""
        self.record.conclude(self.user, form.cleaned_data["conclusion"], version=version)
        meetings.close(self.user, self.record, version=self.record.version)

    def refused(self, form: RecordForm, error: ValidationError) -> HttpResponse:
        """On the version that the conclusion was kept in."""
        self.load()
        again = self.form(resent(self.request, version=self.record.version))
        take_refusal(again, error)
        return self.page(again)


class Drop(Step):
    form_class = forms.ReasonForm
    statuses = (Review.Status.PREPARING,)
    title = _lazy("Call the review off")
    lead = _lazy("What is written is kept, but no review is held of this period until a new one is begun.")
    button = _lazy("Call it off")
    success = _lazy("The review is called off.")

    def perform(self, form: Any, version: int | None) -> None:
        self.record.drop(self.user, reason=form.cleaned_data["reason"], version=version)


@require_POST
def remove_participant(request: HttpRequest, pk: int, person: int) -> HttpResponse:
    """The person takes no part after all."""
    review = review_or_404(request, pk, Act.ARRANGE)
    participant = get_object_or_404(review.participants, pk=person)
    try:
        review.remove_participant(request.user, participant)  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("%(name)s takes no part any more.") % {"name": participant.name})
    return redirect(review)


@require_POST
def remove_decision(request: HttpRequest, pk: int, decision: int) -> HttpResponse:
    """It was not decided after all."""
    review = review_or_404(request, pk, Act.HOLD)
    found = get_object_or_404(review.decisions, pk=decision)
    try:
        found.remove(request.user)  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The decision is removed."))
    return redirect(review)

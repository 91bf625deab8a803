"""The meeting of a review: its figures, what stands in the way of closing it, and how it is closed (S62, S63; ISO 9001 clauses
9.3.2 and 9.3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from cases.models import Case
from organisation import clock
from organisation.models import Reminder, User
from organisation.reminders import remind_all
from results.inputs import gather, headline
from results.inputs.section import Section
from results.models import FrozenReview, Review, ReviewComment, ReviewDecision, SignOff
from results.review_permissions import Act, can


@dataclass(frozen=True)
class Stop:
    """What must be done before the review can be closed, and where."""

    text: str
    url: str


@dataclass(frozen=True)
class Input:
    """An input with what was said about it."""

    section: Section
    comment: ReviewComment | None

    @property
    def is_gone_through(self) -> bool:
        return self.comment is not None and self.comment.gone_through


class Meeting:
    """A review with its figures, frozen or as they are now, what was said of them, and the decisions to sign off."""

    def __init__(self, review: Review, reader: User | None = None) -> None:
        self.review, self.reader = review, reader

    @cached_property
    def frozen(self) -> FrozenReview | None:
        return None if self.review.is_preparing else self.review.figures

    @cached_property
    def sections(self) -> list[Section]:
        """From the frozen figures; else gathered now."""
        if self.frozen:
            return [Section.of(data) for data in self.frozen.content["sections"]]
        return gather(self.review.unit, self.review.period)

    @property
    def headline(self) -> Section:
        return next(section for section in self.sections if section.code == headline.CODE)

    @cached_property
    def inputs(self) -> list[Input]:
        """Every input but the headline, in the order of the clause."""
        comments = {comment.section: comment for comment in self.review.comments.all()}
        return [Input(one, comments.get(one.code)) for one in self.sections if one.code != headline.CODE]

    @cached_property
    def earlier(self) -> list[ReviewDecision]:
        """Earlier decisions to sign off, each with `sign_off`, what this review has said of it."""
        said = {sign_off.decision_id: sign_off for sign_off in self.review.sign_offs.all()}
        decisions = list(ReviewDecision.objects.waiting(self.review.unit, before=self.review.first).for_list())
        for decision in decisions:
            decision.sign_off = said.get(decision.pk)  # type: ignore[attr-defined]
        return decisions

    @property
    def signed_off(self) -> int:
        return sum(decision.sign_off is not None for decision in self.earlier)  # type: ignore[attr-defined]

    @cached_property
    def decisions(self) -> list[ReviewDecision]:
        return list(self.review.decisions.for_list())

    @property
    def gone_through(self) -> int:
        return sum(one.is_gone_through for one in self.inputs)

    @cached_property
    def stops(self) -> list[Stop]:
        """What stands in the way of closing."""
        page = self.review.get_absolute_url()
        open_ones = [
            Stop(
                _("Go through “%(input)s”") % {"input": one.section.title},
                _address(self.review, "comment", one.section.code),
            )
            for one in self.inputs
            if not one.is_gone_through
        ]
        unsigned = [
            Stop(_("Sign off “%(decision)s”") % {"decision": one}, _address(self.review, "sign_off", one.pk))
            for one in self.earlier
            if one.sign_off is None  # type: ignore[attr-defined]
        ]
        people = [] if self.review.participants.exists() else [Stop(_("Write who takes part"), f"{page}#deltakere")]
        return [*people, *unsigned, *open_ones]


def _address(review: Review, step: str, key: Any) -> str:
    return reverse(f"results:review_{step}", args=[review.pk, key])


def figures_of(review: Review) -> dict[str, Any]:
    """The figures as they are now, as a meeting freezes them, in the language of the municipality."""
    with translation.override(settings.LANGUAGE_CODE):
        period = review.period
        return {
            "unit": review.unit.name,
            "first": review.first.isoformat(),
            "last": review.last.isoformat(),
            "period": str(period),
            "before": str(period.previous()),
            "sections": [section.as_data() for section in gather(review.unit, period)],
        }


def start(by: User, review: Review, *, version: int | None = None) -> FrozenReview:
    """Preparing → meeting: the figures are frozen with a checksum. Raises PermissionDenied, StaleVersion, and ValidationError
    before the period is begun and when it is not being prepared."""
    if not can(by, Act.HOLD, review):
        raise PermissionDenied
    with review.changing(by, version=version):
        review.demand(Review.Status.PREPARING)
        if review.first > clock.today():
            raise ValidationError(_("The period has not begun yet."))
        frozen = FrozenReview.freeze(by, figures_of(review), review=review, what=FrozenReview.What.FIGURES)
        review.status, review.started_at = Review.Status.MEETING, clock.now()
        review.meeting_date = review.meeting_date or clock.today()
    return frozen


def close(by: User, review: Review, *, version: int | None = None) -> FrozenReview:
    """Meeting → closed: every decision becomes a case (S25), and the minutes are frozen with a checksum.

    Raises PermissionDenied; StaleVersion; and ValidationError while the conclusion or something else is missing, with a text
    for each.
    """
    if not can(by, Act.HOLD, review):
        raise PermissionDenied
    with review.changing(by, version=version):
        review.demand(Review.Status.MEETING)
        if not review.conclusion:
            raise ValidationError({"conclusion": _("Write what the meeting concludes.")})
        if stops := Meeting(review).stops:
            raise ValidationError([stop.text for stop in stops])
        for decision in review.decisions.select_related("review__unit", "owner"):
            decision.follow_up(by)
        review.status, review.closed_at = Review.Status.CLOSED, clock.now()
        minutes = FrozenReview.freeze(by, minutes_of(review), review=review, what=FrozenReview.What.MINUTES)
    _tell(by, review)
    return minutes


def minutes_of(review: Review) -> dict[str, Any]:
    """Everything the minutes say, as text."""
    meeting, figures = Meeting(review), review.figures
    with translation.override(settings.LANGUAGE_CODE):
        return {
            "title": review.title,
            "unit": review.unit.name,
            "period": str(review.period),
            "meeting_date": review.meeting_date.isoformat() if review.meeting_date else None,
            "chair": str(review.chair),
            "participants": [[person.name, person.function] for person in review.participants.all()],
            "figures_sha256": figures.sha256 if figures else "",
            "comments": [
                {
                    "section": one.section.code,
                    "title": one.section.title,
                    "text": one.comment.text,
                    "raised": one.comment.raised,
                }
                for one in meeting.inputs
                if one.comment
            ],
            "sign_offs": [
                _sign_off(one, review) for one in review.sign_offs.select_related("decision__review", "decision__case")
            ],
            "decisions": [_decision(one) for one in review.decisions.for_list()],
            "conclusion": review.conclusion,
        }


def _sign_off(sign_off: SignOff, review: Review) -> dict[str, Any]:
    decision = sign_off.decision
    hidden = decision.review.restricted and not review.restricted
    return {
        "decision": _("A decision of a restricted review") if hidden else decision.text,
        "from": decision.review.title,
        "case": "" if hidden or not decision.case else decision.case.reference,
        "outcome": str(sign_off.get_outcome_display()),
        "note": "" if hidden else sign_off.note,
        "by": sign_off.by_name,
    }


def _decision(decision: ReviewDecision) -> dict[str, Any]:
    return {
        "key": decision.pk,
        "category": str(decision.get_category_display()),
        "text": decision.text,
        "owner": str(decision.owner),
        "deadline": decision.deadline.isoformat(),
        "raised": decision.raised,
        "case": decision.case.reference if decision.case else "",
    }


def _tell(by: User, review: Review) -> None:
    """Those who take part are told that the minutes are there."""
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("The minutes of a management review are ready")
    about, url = f"review:closed:{review.pk}", review.get_absolute_url()
    people = {person.user for person in review.participants.select_related("user") if person.user} | {review.chair}
    remind_all(Reminder(user=person, about=about, subject=subject, url=url) for person in people if person != by)


def readable_cases(decisions: Iterable[ReviewDecision], user: User) -> set[int]:
    """The keys of the cases of these decisions that the person may read. One query."""
    cases = Case.objects.visible_to(user).filter(pk__in=[one.case_id for one in decisions if one.case_id])
    return set(cases.values_list("pk", flat=True))

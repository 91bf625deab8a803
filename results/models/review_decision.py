"""What a review decides, and how earlier decisions are signed off (S63, S25; ISO 9001 clauses 9.3.2 a and 9.3.3)."""

import datetime
import uuid
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Action, Case
from cases.opening import Measure, open_case
from organisation import clock
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Unit, User
from results.review_permissions import Act, can

from .review import Review

TITLE_LENGTH = 110
FACTS = ("category", "section", "text", "owner", "deadline", "raised")


class ReviewDecisionQuerySet(models.QuerySet["ReviewDecision"]):
    def waiting(self, unit: Unit, before: datetime.date) -> Self:
        """What closed reviews of the unit decided for periods before the day, and no closed review has signed off as done or
        dropped; the oldest first."""
        closed = Review.Status.CLOSED
        ended = SignOff.objects.filter(outcome__in=SignOff.ENDS, review__status=closed).values("decision")
        earlier = self.filter(review__unit=unit, review__status=closed, review__last__lt=before)
        return earlier.exclude(pk__in=ended).order_by("review__last", "pk")

    def for_list(self) -> Self:
        return self.select_related("review__unit", "owner", "case__unit").prefetch_related("case__actions")


class ReviewDecision(VersionedModel):
    """A decision with its owner and deadline. It can be changed in the meeting; when the review is closed it stands, and a
    case follows it up."""

    class Category(models.TextChoices):
        """The outputs of ISO 9001 clause 9.3.3."""

        IMPROVEMENT = "improvement", _lazy("Opportunity for improvement")
        CHANGE = "change", _lazy("Change to the management system")
        RESOURCES = "resources", _lazy("Need for resources")

    review = models.ForeignKey(
        Review, verbose_name=_lazy("management review"), on_delete=models.PROTECT, related_name="decisions"
    )
    category = models.CharField(_lazy("kind of decision"), max_length=15, choices=Category)
    section = models.CharField(_lazy("comes from"), max_length=10, blank=True)
    text = models.TextField(_lazy("decision"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("responsible"), on_delete=models.PROTECT, related_name="+"
    )
    deadline = models.DateField(_lazy("deadline"))
    raised = models.BooleanField(_lazy("lifted to the level above"), default=False)
    case = models.OneToOneField(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = ReviewDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("decision of a management review")
        verbose_name_plural = _lazy("decisions of management reviews")
        ordering = ["pk"]

    def __str__(self) -> str:
        return Truncator(" ".join(self.text.split())).chars(TITLE_LENGTH)

    def get_absolute_url(self) -> str:
        return f"{self.review.get_absolute_url()}#beslutning-{self.pk}"

    @property
    def origin_label(self) -> str:
        """What a case that comes from it calls it."""
        return _("Decision in “%(review)s”") % {"review": self.review}

    def readable_by(self, user: User) -> bool:
        """Whether the person may read the review: for a case that shows what it comes from."""
        return can(user, Act.READ, self.review)

    # In the meeting

    @classmethod
    def make(cls, by: User, review: Review, *, key: uuid.UUID | None = None, **facts: Any) -> "ReviewDecision":
        """The meeting decides. The same `key` again gives the one already made. Raises PermissionDenied, and ValidationError
        by field: outside the meeting, without words, and for a deadline that is not after today."""
        with review.writing(by, Act.HOLD):
            if key and (existing := cls.objects.filter(key=key, review=review).first()):
                return existing
            review.demand(Review.Status.MEETING)
            decision = cls(review=review, key=key or uuid.uuid4(), created_at=clock.now(), **facts)
            decision._guard()
            decision.save_by(by)
        return decision

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Put it otherwise, while the meeting lasts. Raises PermissionDenied, StaleVersion, ValidationError as `make`."""
        with self.review.writing(by, Act.HOLD), self.changing(by, version=version):
            self.review.demand(Review.Status.MEETING)
            for name in facts.keys() & set(FACTS):
                setattr(self, name, facts[name])
            self._guard()

    def remove(self, by: User) -> None:
        """It was not decided after all; history keeps it. Raises PermissionDenied, and ValidationError after the meeting."""
        with self.review.writing(by, Act.HOLD):
            self.review.demand(Review.Status.MEETING)
            self._history_user = by
            self.delete()

    def _guard(self) -> None:
        self.text = self.text.strip()
        if not self.text:
            raise ValidationError({"text": _("Write what is decided.")})
        if self.deadline <= clock.today():
            raise ValidationError({"deadline": _("Choose a day after today.")})
        if not self.owner.is_active:
            raise ValidationError({"owner": _("Choose somebody who works here.")})

    def follow_up(self, by: User) -> Case:
        """The case that follows it up, assessed and with its measure, in the transaction that closes the review (S25)."""
        deadline = max(self.deadline, clock.today() + datetime.timedelta(1))
        with self.changing(by):
            self.case = open_case(
                by,
                origin=self,
                kind=Case.Kind.REVIEW_DECISION,
                channel=Case.Channel.REVIEW,
                unit=self.review.unit,
                title=str(self),
                description=self.text,
                probability=None,
                consequence=None,
                law_breach=False,
                handler=by,
                measures=[Measure(Action.Kind.CORRECTIVE, self.text, self.owner, deadline)],
                sealed=self.review.restricted,
            )
        return self.case


class SignOff(VersionedModel):
    """What a review says of one decision of an earlier one."""

    class Outcome(models.TextChoices):
        DONE = "done", _lazy("Done")
        GOES_ON = "goes_on", _lazy("Goes on")
        DROPPED = "dropped", _lazy("Dropped")

    ENDS = (Outcome.DONE, Outcome.DROPPED)

    review = models.ForeignKey(
        Review, verbose_name=_lazy("management review"), on_delete=models.PROTECT, related_name="sign_offs"
    )
    decision = models.ForeignKey(
        ReviewDecision, verbose_name=_lazy("decision"), on_delete=models.PROTECT, related_name="sign_offs"
    )
    outcome = models.CharField(_lazy("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_lazy("note"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("signed off by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_lazy("name"), max_length=200)
    at = models.DateTimeField(_lazy("when"), default=clock.now)

    history = Records()

    class Meta:
        verbose_name = _lazy("sign-off of a decision")
        verbose_name_plural = _lazy("sign-offs of decisions")
        ordering = ["decision"]
        constraints = [models.UniqueConstraint(fields=["review", "decision"], name="signed_off_once_in_a_review")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.decision_id} {self.outcome}"

    @classmethod
    def give(
        cls,
        by: User,
        review: Review,
        decision: ReviewDecision,
        *,
        outcome: str,
        note: str = "",
        version: int | None = None,
    ) -> "SignOff":
        """Sign off one decision, or say otherwise while the meeting lasts. `version` is that of the sign-off, 0 for none.

        Raises PermissionDenied; StaleVersion when somebody else has signed it off meanwhile; and ValidationError outside the
        meeting, for a decision that is not waiting, when it goes on or is dropped without a reason, and when it is called
        done while its case is open.
        """
        with review.writing(by, Act.HOLD):
            review.demand(Review.Status.MEETING)
            if not ReviewDecision.objects.waiting(review.unit, before=review.first).filter(pk=decision.pk).exists():
                raise ValidationError(_("This decision is not waiting to be signed off here."))
            found = cls.objects.filter(review=review, decision=decision).first()
            given = found or cls(review=review, decision=decision, version=0)
            if version is not None and version != given.version:
                raise StaleVersion(given)
            if outcome != cls.Outcome.DONE and not note.strip():
                raise ValidationError({"note": _("Write why.")})
            if outcome == cls.Outcome.DONE and decision.case and decision.case.is_open:
                text = _("Case %(case)s is still open. Close it first, or say that the decision goes on.")
                raise ValidationError({"outcome": text % {"case": decision.case}})
            given.outcome, given.note = outcome, note.strip()
            given.by, given.by_name, given.at = by, by.get_full_name(), clock.now()
            given.version += 1
            given.save_by(by)
        return given

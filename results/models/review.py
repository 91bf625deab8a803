"""Ledelsens gjennomgang: the management review of a unit and a period, from prepared to closed (S62, S63; ISO 9001,
14001 and 27001 clause 9.3, kommuneloven § 25-1)."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Unit, User
from results.periods import Period
from results.review_permissions import Act, can, may_begin, visible_condition

from .frozen import FrozenReview


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, user: User) -> Self:
        """The reviews the person may read."""
        return self.filter(visible_condition(user))

    def under_way(self) -> Self:
        return self.filter(status__in=Review.UNDER_WAY)

    def closed(self) -> Self:
        return self.filter(status=Review.Status.CLOSED)

    def held(self) -> Self:
        """All but those that were called off."""
        return self.exclude(status=Review.Status.DROPPED)

    def overlapping(self, period: Period) -> Self:
        return self.filter(first__lte=period.last, last__gte=period.first)

    def of_year(self, year: int) -> Self:
        """With the meeting in the year; while no day is set, with a period that ends in it."""
        held = Q(meeting_date__year=year)
        return self.filter(held | Q(meeting_date=None, last__year=year))

    def for_list(self) -> Self:
        return self.select_related("unit", "chair")


class Review(VersionedModel):
    """One review. Its figures live while it is prepared; they are frozen when the meeting starts."""

    class Status(models.TextChoices):
        PREPARING = "preparing", _lazy("Being prepared")
        MEETING = "meeting", _lazy("In the meeting")
        CLOSED = "closed", _lazy("Closed")
        DROPPED = "dropped", _lazy("Called off")

    UNDER_WAY = (Status.PREPARING, Status.MEETING)

    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="reviews")
    first = models.DateField(_lazy("first day"))
    last = models.DateField(_lazy("last day"))
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.PREPARING, editable=False)
    title = models.CharField(_lazy("title"), max_length=120)
    meeting_date = models.DateField(_lazy("date of the meeting"), null=True, blank=True)
    chair = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("who chairs the meeting"),
        on_delete=models.PROTECT,
        related_name="reviews_chaired",
    )
    restricted = models.BooleanField(
        _lazy("restricted"),
        default=False,
        help_text=_lazy("Only for those who take part, and leaders and auditors of the unit. Its cases are sealed."),
    )
    conclusion = models.TextField(_lazy("conclusion"), blank=True)
    dropped_reason = models.TextField(_lazy("why it was called off"), blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    started_at = models.DateTimeField(_lazy("meeting started"), null=True, editable=False)
    closed_at = models.DateTimeField(_lazy("closed"), null=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("management review")
        verbose_name_plural = _lazy("management reviews")
        ordering = ["-last", "unit__path", "-pk"]
        indexes = [models.Index(fields=["unit", "-last"], name="review_unit")]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="review_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(status__in=("preparing", "meeting")), name="one_review_under_way"
            ),
            models.UniqueConstraint(
                fields=["unit", "first"], condition=~Q(status="dropped"), name="one_review_of_a_period"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("results:review", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def is_preparing(self) -> bool:
        return self.status == self.Status.PREPARING

    @property
    def is_in_meeting(self) -> bool:
        return self.status == self.Status.MEETING

    @property
    def is_under_way(self) -> bool:
        return self.status in self.UNDER_WAY

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    @property
    def figures(self) -> FrozenReview | None:
        """The figures as they were frozen, when they are."""
        return self.frozen.filter(what=FrozenReview.What.FIGURES).first()

    @property
    def minutes(self) -> FrozenReview | None:
        """The minutes as they were closed, when they are."""
        return self.frozen.filter(what=FrozenReview.What.MINUTES).first()

    # From nothing to prepared

    @classmethod
    @transaction.atomic
    def begin(
        cls,
        by: User,
        *,
        unit: Unit,
        first: datetime.date,
        last: datetime.date,
        key: uuid.UUID | None = None,
        **head: Any,
    ) -> "Review":
        """A new review. The same `key` again gives the one already made.

        Raises PermissionDenied, and ValidationError by field: when the unit has one under way, when the period overlaps one
        that is reviewed, and when it ends before it begins.
        """
        if not may_begin(by, unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        head.setdefault("chair", by)
        review = cls(unit=unit, first=first, last=last, key=key or uuid.uuid4(), created_at=clock.now(), **head)
        review._guard_period()
        review.title = review.title.strip() or default_title(unit, review.period)
        review.save_by(by)
        return review

    def _guard_period(self) -> None:
        """Under a lock on the unit, so that two who begin at once don't both get through."""
        if self.last < self.first:
            raise ValidationError({"last": _("The period ends before it begins.")})
        Unit.objects.select_for_update().get(pk=self.unit_id)
        others = Review.objects.filter(unit=self.unit_id).held().exclude(pk=self.pk)
        if self._state.adding and (open_one := others.under_way().first()):
            text = _("“%(title)s” is under way. Close it or call it off before a new one is begun.")
            raise ValidationError({"unit": text % {"title": open_one}})
        if clash := others.overlapping(self.period).first():
            text = _("The days overlap “%(title)s”, which covers %(period)s. Choose days after %(last)s.")
            last = f"{clash.last:%d.%m.%Y}"
            raise ValidationError({"period": text % {"title": clash, "period": clash.period, "last": last}})

    # While it is prepared and held

    def change(
        self,
        by: User,
        *,
        first: datetime.date | None = None,
        last: datetime.date | None = None,
        version: int | None = None,
        **head: Any,
    ) -> None:
        """Change the head. The period stands once the figures are frozen. Raises PermissionDenied, StaleVersion, and
        ValidationError by field as `begin`."""
        with self._doing(by, Act.ARRANGE, version):
            self.demand(*self.UNDER_WAY)
            for name, value in head.items():
                setattr(self, name, value)
            self.title = self.title.strip() or default_title(self.unit, self.period)
            moved = (first or self.first, last or self.last)
            if moved != (self.first, self.last):
                self.demand(self.Status.PREPARING)
                self.first, self.last = moved
                self._guard_period()

    def add_participant(
        self, by: User, *, user: User | None = None, name: str = "", function: str = ""
    ) -> "ReviewParticipant":
        """Somebody takes part: an employee, who may then read and comment, or a person from outside by name. An employee who
        takes part already stays as before. Raises PermissionDenied and ValidationError."""
        with self._doing(by, Act.ARRANGE):
            self.demand(*self.UNDER_WAY)
            if user and (there := self.participants.filter(user=user).first()):
                return there
            if not user and not name.strip():
                raise ValidationError({"name": _("Write who takes part.")})
            person = ReviewParticipant(review=self, user=user, name=name.strip() or str(user))
            person.function = function.strip() or (user.job_title if user else "")
            person.save_by(by)
        return person

    def remove_participant(self, by: User, person: "ReviewParticipant") -> None:
        """The person takes no part after all; history keeps that the person was named."""
        with self._doing(by, Act.ARRANGE):
            self.demand(*self.UNDER_WAY)
            person._history_user = by  # type: ignore[attr-defined]
            person.delete()

    def comment(
        self,
        by: User,
        code: str,
        *,
        text: str,
        raised: bool = False,
        gone_through: bool | None = None,
        version: int | None = None,
    ) -> "ReviewComment":
        """What the leaders say about one input. `raised` lifts it to the level above; `gone_through` says that the meeting
        has dealt with it, and counts in the meeting only. `version` is that of the comment, 0 for none.

        Raises PermissionDenied, StaleVersion when somebody else has written meanwhile, and ValidationError.
        """
        with transaction.atomic():
            self._lock()
            if not can(by, Act.COMMENT, self):
                raise PermissionDenied
            self.demand(*self.UNDER_WAY)
            comment = self.comments.filter(section=code).first() or ReviewComment(review=self, section=code, version=0)
            if version is not None and version != comment.version:
                raise StaleVersion(comment)
            if raised and not text.strip():
                raise ValidationError({"text": _("Write what you lift to the level above.")})
            comment.text, comment.raised = text.strip(), raised
            if gone_through is not None and self.is_in_meeting:
                comment.gone_through = gone_through
            comment.version += 1
            comment.save_by(by)
        return comment

    def conclude(self, by: User, text: str, *, version: int | None = None) -> None:
        """Write the conclusion while the meeting lasts, so that it is kept though the review can't be closed yet. Raises
        PermissionDenied, StaleVersion and ValidationError."""
        with self._doing(by, Act.HOLD, version):
            self.demand(self.Status.MEETING)
            self.conclusion = text.strip()

    def drop(self, by: User, *, reason: str, version: int | None = None) -> None:
        """It is not held after all; what was written is kept. Raises PermissionDenied, StaleVersion, ValidationError."""
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self._doing(by, Act.ARRANGE, version, reason):
            self.demand(self.Status.PREPARING)
            self.status, self.dropped_reason = self.Status.DROPPED, reason.strip()

    # Guards

    @contextmanager
    def _doing(self, by: User, act: Act, version: int | None = None, reason: str = "") -> Iterator[None]:
        """Change the review in the block, when the person may: right, lock, history."""
        if not can(by, act, self):
            raise PermissionDenied
        with self.changing(by, version=version, reason=reason):
            if not can(by, act, self):
                raise PermissionDenied
            yield

    @contextmanager
    def writing(self, by: User, act: Act) -> Iterator[None]:
        """Lock the review while what belongs to it is changed in the block. Raises PermissionDenied."""
        with transaction.atomic():
            self._lock()
            if not can(by, act, self):
                raise PermissionDenied
            yield

    def demand(self, *statuses: str) -> None:
        """Raise ValidationError unless the review stands so."""
        if self.status not in statuses:
            text = _("The review stands as “%(status)s”, so this can't be done now.")
            raise ValidationError(text % {"status": self.get_status_display()})

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=Review.objects.select_for_update(of=("self",)))


def default_title(unit: Unit, period: Period) -> str:
    """What a review is called when nobody says otherwise."""
    return _("Management review of %(unit)s, %(period)s") % {"unit": unit.name[:70], "period": period}


class ReviewParticipant(VersionedModel):
    """Somebody who takes part in the review. An employee may read and comment; the name stays as it was."""

    review = models.ForeignKey(
        Review, verbose_name=_lazy("management review"), on_delete=models.PROTECT, related_name="participants"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="review_participations",
    )
    name = models.CharField(_lazy("name"), max_length=200)
    function = models.CharField(_lazy("function"), max_length=120, blank=True)

    history = Records()

    class Meta:
        verbose_name = _lazy("participant in a management review")
        verbose_name_plural = _lazy("participants in management reviews")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["review", "user"], name="a_person_takes_part_in_a_review_once")]

    def __str__(self) -> str:
        return self.name


class ReviewComment(VersionedModel):
    """What was said about one input, and whether the meeting has gone through it."""

    review = models.ForeignKey(
        Review, verbose_name=_lazy("management review"), on_delete=models.PROTECT, related_name="comments"
    )
    section = models.CharField(_lazy("input"), max_length=10)
    text = models.TextField(_lazy("comment"), blank=True)
    raised = models.BooleanField(_lazy("lifted to the level above"), default=False)
    gone_through = models.BooleanField(_lazy("gone through in the meeting"), default=False)

    history = Records()

    class Meta:
        verbose_name = _lazy("comment on an input")
        verbose_name_plural = _lazy("comments on inputs")
        ordering = ["section"]
        constraints = [models.UniqueConstraint(fields=["review", "section"], name="one_comment_per_input")]

    def __str__(self) -> str:
        return f"{self.review_id} {self.section}"

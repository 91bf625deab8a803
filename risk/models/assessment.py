"""The risk assessment: one version of one ROS form, from draft to decided (S49–S50, G23; ISO 31000, ISO 9001 clause 6.1)."""

import datetime
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.frozen import checksum_of
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Reminder, Unit, User
from organisation.reminders import remind_all
from risk import checks, content, follow_up, uses
from risk.permissions import Act, can, may_begin, visible_condition
from risk.uses import SubKind, Use

from .decision import Decision
from .registers import Subject, Template

if TYPE_CHECKING:
    from .row import Risk


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        """The assessments the person may read."""
        return self.filter(visible_condition(user))

    def in_force(self) -> Self:
        return self.filter(status=Assessment.Status.DECIDED)

    def drafts(self) -> Self:
        return self.filter(status=Assessment.Status.DRAFT)

    def in_use(self) -> Self:
        """What people look for: in force, or on the way there."""
        return self.filter(status__in=(Assessment.Status.DECIDED, Assessment.Status.DRAFT))

    def led_by(self, user: User) -> Self:
        return self.filter(leader=user)

    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it."""
        return self.filter(unit__path__startswith=unit.path)

    def to_review(self, by: datetime.date) -> Self:
        """In force, with a review date not later than the day."""
        return self.in_force().filter(review_date__lte=by).order_by("review_date", "pk")

    def for_list(self) -> Self:
        return self.select_related("unit", "leader", "template", "subject")


class Assessment(VersionedModel):
    """One version of an assessment. `line` is common to its versions; a decided one is never changed: it is revised
    in a new version, which takes its place when that is decided."""

    class Status(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        DECIDED = "decided", _lazy("Decided")
        REPLACED = "replaced", _lazy("Replaced by a newer version")
        ENDED = "ended", _lazy("Ended")

    line = models.UUIDField(default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(_lazy("version"), default=1, editable=False)
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    title = models.CharField(_lazy("title"), max_length=120)
    use = models.CharField(_lazy("use"), max_length=20, choices=Use)
    sub_kind = models.CharField(_lazy("sub-kind"), max_length=20, choices=SubKind, blank=True)
    unit = models.ForeignKey(
        Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="risk_assessments"
    )
    year = models.PositiveSmallIntegerField(_lazy("year"))
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("who leads the assessment"),
        on_delete=models.PROTECT,
        related_name="risk_assessments_led",
    )
    leader_function = models.CharField(_lazy("function"), max_length=120, blank=True)
    scope = models.TextField(_lazy("what is assessed, and what is not"), blank=True)
    template = models.ForeignKey(
        Template, verbose_name=_lazy("template"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    template_label = models.CharField(_lazy("template and version"), max_length=180, blank=True, editable=False)
    subject = models.ForeignKey(
        Subject,
        verbose_name=_lazy("asset or aspect"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="assessments",
    )
    restricted = models.BooleanField(
        _lazy("restricted"),
        default=False,
        help_text=_lazy("Only for those who take part, and leaders and auditors of the unit. Its cases are sealed."),
    )
    review_date = models.DateField(_lazy("next review"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asked_at = models.DateTimeField(_lazy("sent to decision"), null=True, editable=False)
    decided_at = models.DateTimeField(_lazy("decided"), null=True, editable=False)
    ended_reason = models.TextField(_lazy("why it ended"), blank=True, editable=False)

    history = Records()
    objects = AssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("risk assessment")
        verbose_name_plural = _lazy("risk assessments")
        ordering = ["-year", "title", "-number"]
        indexes = [
            models.Index(fields=["unit", "status"], name="assessment_unit"),
            models.Index(fields=["review_date"], name="assessment_review", condition=Q(status="decided")),
        ]
        constraints = [
            models.UniqueConstraint(fields=["line", "number"], name="one_assessment_per_version"),
            models.UniqueConstraint(fields=["line"], condition=Q(status="draft"), name="one_draft_at_a_time"),
            models.UniqueConstraint(fields=["line"], condition=Q(status="decided"), name="one_version_in_force"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("risk:assessment", args=[self.pk])

    @property
    def use_in_words(self) -> str:
        return uses.in_words(self.use, self.sub_kind)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_in_force(self) -> bool:
        return self.status == self.Status.DECIDED

    @property
    def review_is_late(self) -> bool:
        return self.is_in_force and self.review_date is not None and self.review_date < clock.today()

    def versions(self) -> AssessmentQuerySet:
        """Every version of the same assessment, the newest first."""
        return Assessment.objects.filter(line=self.line).order_by("-number")

    def previous(self) -> "Assessment | None":
        """The version before this one."""
        return self.versions().filter(number__lt=self.number).first()

    def content(self) -> dict[str, Any]:
        """Head, participants and rows as they stand, as text and numbers: what a decision freezes."""
        return content.of(self)

    def fingerprint(self) -> str:
        """The checksum of the content: a person decides exactly what the person has read."""
        return checksum_of(self.content())

    # From nothing to a draft

    @classmethod
    @transaction.atomic
    def begin(
        cls,
        by: User,
        *,
        unit: Unit,
        key: uuid.UUID | None = None,
        template: Template | None = None,
        rows: Iterable[Mapping[str, Any]] | None = None,
        **head: Any,
    ) -> "Assessment":
        """A new draft, with these rows or else those of the template. The same `key` again gives the one already made.

        Raises PermissionDenied for who may not work with risk at the unit, and ValidationError for a sub-kind that is
        not one of the use's.
        """
        if not may_begin(by, unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        head.setdefault("year", clock.today().year)
        head.setdefault("leader", by)
        assessment = cls(unit=unit, key=key or uuid.uuid4(), created_at=clock.now(), template=template, **head)
        if template:
            assessment.template_label = f"{template.name} {template.version_label}"
        assessment._guard()
        assessment.save_by(by)
        if rows is None and template:
            rows = (content.of_threat(threat) for threat in template.threats.active())
        assessment._fill(by, rows or ())
        return assessment

    def revise(self, by: User, *, year: int | None = None) -> "Assessment":
        """The next version as a draft: last time's rows, scored as they are now, with the measures that are not done.
        When there is a draft already, that one. Raises PermissionDenied, and ValidationError when it is not in force."""
        with transaction.atomic():
            self._lock()
            if not can(by, Act.ARRANGE, self):
                raise PermissionDenied
            if draft := self.versions().drafts().first():
                return draft
            self.demand_in_force()
            return self._copy(by, line=self.line, number=self.versions()[0].number + 1, year=year or clock.today().year)

    def copy(self, by: User, *, unit: Unit, title: str, year: int | None = None) -> "Assessment":
        """A new assessment of another unit or thing, with the same rows, not scored. Raises PermissionDenied."""
        if not (can(by, Act.READ, self) and may_begin(by, unit)):
            raise PermissionDenied
        with transaction.atomic():
            return self._copy(
                by,
                anew=True,
                unit=unit,
                title=title,
                leader=by,
                leader_function=by.job_title,
                year=year or clock.today().year,
            )

    def _copy(self, by: User, *, anew: bool = False, **head: Any) -> "Assessment":
        kept = ("title", "use", "sub_kind", "unit", "leader", "leader_function", "scope", "template", "template_label")
        facts = {name: getattr(self, name) for name in (*kept, "subject", "restricted")} | head
        new = Assessment(created_at=clock.now(), **facts)
        new.save_by(by)
        for old in self.rows.live().prefetch_related("links"):
            old.copy_to(by, new, anew=anew)
        if not anew:
            for person in self.participants.all():
                Participant(assessment=new, user=person.user, name=person.name, function=person.function).save_by(by)
        return new

    def _fill(self, by: User, rows: Iterable[Mapping[str, Any]]) -> None:
        for place, cells in enumerate(rows, 1):
            self.rows.model(assessment=self, place=place, **cells).save_by(by)

    # While it is a draft

    def change(self, by: User, *, version: int | None = None, **head: Any) -> None:
        """Change the head of the form. Raises PermissionDenied, StaleVersion, and ValidationError as `begin`."""
        if not can(by, Act.ARRANGE, self):
            raise PermissionDenied
        if "unit" in head and head["unit"] != self.unit and not may_begin(by, head["unit"]):
            raise ValidationError({"unit": _("Choose a unit where you work with risk.")})
        with self.changing(by, version=version):
            self.demand_draft()
            for name, value in head.items():
                setattr(self, name, value)
            self._guard()

    @contextmanager
    def editing(self, by: User) -> Iterator[Self]:
        """Lock the draft while rows are changed in the block. Raises PermissionDenied, and ValidationError when it is
        not a draft any more."""
        with transaction.atomic():
            self._lock()
            if not can(by, Act.EDIT, self):
                raise PermissionDenied
            self.demand_draft()
            yield self

    def add_participant(
        self, by: User, *, user: User | None = None, name: str = "", function: str = ""
    ) -> "Participant":
        """Somebody takes part: an employee, who may then fill in, or a person from outside by name. An employee who
        takes part already stays as before."""
        with self.changing_participants(by):
            if user and (there := self.participants.filter(user=user).first()):
                return there
            if not user and not name.strip():
                raise ValidationError({"name": _("Write who takes part.")})
            person = Participant(assessment=self, user=user, name=name.strip() or str(user))
            person.function = function.strip() or (user.job_title if user else "")
            person.save_by(by)
        return person

    def remove_participant(self, by: User, person: "Participant") -> None:
        """The person takes no part after all; history keeps that the person was named."""
        with self.changing_participants(by):
            person._history_user = by  # type: ignore[attr-defined]
            person.delete()

    @contextmanager
    def changing_participants(self, by: User) -> Iterator[None]:
        with transaction.atomic():
            self._lock()
            if not can(by, Act.ARRANGE, self):
                raise PermissionDenied
            self.demand_draft()
            yield

    # The decision, and after

    def ask(self, by: User) -> None:
        """Say that the draft is ready: the leaders of the unit are told that it waits for their decision.

        Raises PermissionDenied, and ValidationError that names what stands in the way.
        """
        if not can(by, Act.EDIT, self):
            raise PermissionDenied
        with self.changing(by):
            self.demand_draft()
            self._demand_no_stops()
            self.asked_at = clock.now()
        address, about = self.get_absolute_url(), f"risk:decide:{self.pk}:{self.version}"
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("A risk assessment waits for your decision")
        leaders = [leader for leader in self.unit.responsible_leaders() if leader != by]
        remind_all(Reminder(user=leader, about=about, subject=subject, url=address) for leader in leaders)

    def decide(
        self, by: User, *, shown: str | None = None, note: str = "", review_date: datetime.date | None = None
    ) -> Decision:
        """Draft → decided: the rows are locked, and what demands a measure becomes cases at once (S56). `shown` is the
        fingerprint of what the person read.

        Raises PermissionDenied; StaleVersion when somebody has changed it since; and ValidationError that names what
        stands in the way.
        """
        if not can(by, Act.DECIDE, self):
            raise PermissionDenied
        with self.changing(by):
            if not can(by, Act.DECIDE, self):
                raise PermissionDenied
            self.demand_draft()
            frozen = self.content()
            if shown is not None and shown != checksum_of(frozen):
                raise StaleVersion(self)
            rows = self._demand_no_stops()
            self._take_the_place_of_the_one_before(by)
            self.status, self.decided_at = self.Status.DECIDED, clock.now()
            self.review_date = self._checked_review(review_date)
            follow_up.open_cases(by, self, rows)
            decision = Decision.freeze(by, frozen, assessment=self, note=note.strip())
        return decision

    def _demand_no_stops(self) -> "list[Risk]":
        rows = list(self.rows.live())
        if stops := [check for check in checks.of(self, rows) if check.stops]:
            raise ValidationError([check.in_words for check in stops])
        return rows

    def _take_the_place_of_the_one_before(self, by: User) -> None:
        if before := self.versions().in_force().first():
            with before.changing(by):
                before.status = self.Status.REPLACED

    def _checked_review(self, day: datetime.date | None) -> datetime.date:
        chosen = day or self.review_date or in_a_year(clock.today())
        if chosen <= clock.today():
            raise ValidationError({"review_date": _("Choose a day after today.")})
        return chosen

    def end(self, by: User, *, reason: str, version: int | None = None) -> None:
        """The assessment is not needed any more: a draft is put away, one in force no longer holds."""
        act = Act.ARRANGE if self.is_draft else Act.DECIDE
        if not can(by, act, self):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason):
            if self.status not in (self.Status.DRAFT, self.Status.DECIDED):
                raise ValidationError(_("This version does not hold any more."))
            self.status, self.ended_reason = self.Status.ENDED, reason.strip()

    # Guards

    def demand_draft(self) -> None:
        """Raise ValidationError when the rows are locked."""
        if not self.is_draft:
            raise ValidationError(_("The assessment is decided and locked. Begin a new version to change it."))

    def demand_in_force(self) -> None:
        """Raise ValidationError unless this version is the one that holds."""
        if not self.is_in_force:
            raise ValidationError(_("This version of the assessment is not in force."))

    def _guard(self) -> None:
        if not uses.belong_together(self.use, self.sub_kind):
            raise ValidationError({"sub_kind": _("This sub-kind belongs to another use.")})

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=Assessment.objects.select_for_update(of=("self",)))


class Participant(VersionedModel):
    """Somebody who takes part in the assessment. An employee may fill in; the name stays as it was."""

    assessment = models.ForeignKey(
        Assessment, verbose_name=_lazy("risk assessment"), on_delete=models.PROTECT, related_name="participants"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="risk_participations",
    )
    name = models.CharField(_lazy("name"), max_length=200)
    function = models.CharField(_lazy("function"), max_length=120, blank=True)

    history = Records()

    class Meta:
        verbose_name = _lazy("participant")
        verbose_name_plural = _lazy("participants")
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["assessment", "user"], name="a_person_takes_part_once")]

    def __str__(self) -> str:
        return self.name


def in_a_year(day: datetime.date) -> datetime.date:
    """The same day next year; 28 February for a leap day."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)

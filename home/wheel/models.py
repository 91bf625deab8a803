"""What the wheel keeps itself: duties of the organisation's own, and the addresses people subscribe by."""

import datetime
import uuid
from collections.abc import Iterator
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import BigIntegerField, Case, F, OuterRef, Subquery, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from handbook.editions import months_after
from handbook.models import Document
from organisation import clock
from organisation.absence import Absence, stand_in
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.roles import Right
from organisation.tokens import checksum, new_token

DAYS_EARLY = 60  # how long before its day a duty may be ticked off


def may_plan(user: User, unit: Unit | None = None) -> bool:
    """Whether the person may put duties in the wheel of this unit, or of any when none is given: its
    leaders, and those who look after the system."""
    leads = user.has_right(Right.PLAN_UNIT, unit)
    return user.is_active and (leads or user.has_right(Right.MANAGE_SYSTEM, unit))


class WheelEntryQuerySet(models.QuerySet["WheelEntry"]):
    def with_doer(self) -> Self:
        """Each with `doer`, who must do it now: the person responsible, or the deputy while that person is away
        (G3). None where nobody is responsible, or the person has left."""
        away = Absence.objects.current().filter(person=OuterRef("responsible"), deputy__is_active=True)
        today = Coalesce(Subquery(away.values("deputy")[:1]), F("responsible"))
        return self.annotate(doer=Case(When(responsible__is_active=True, then=today), output_field=BigIntegerField()))


class WheelEntry(VersionedModel):
    """A duty that comes back: the budget, a fire drill, the management's review (ISO 9001 clause 9.3)."""

    class Repeats(models.TextChoices):
        YEARLY = "yearly", _("Every year")
        TERTIAL = "tertial", _("Every four months")
        QUARTER = "quarter", _("Every three months")
        NEVER = "never", _("Only once")

    MONTHS_BETWEEN = {Repeats.YEARLY: 12, Repeats.TERTIAL: 4, Repeats.QUARTER: 3}

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(_("what"), max_length=120)
    description = models.TextField(_("how"), max_length=2_000, blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="+")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("responsible"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="wheel_entries",
    )
    day = models.DateField(_("first time"))
    repeats = models.CharField(_("repeats"), max_length=10, choices=Repeats, default=Repeats.YEARLY)
    document = models.ForeignKey(
        Document, verbose_name=_("page"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    active = models.BooleanField(_("active"), default=True)
    made_at = models.DateTimeField(default=clock.now, editable=False)

    doer: int | None  # what `with_doer` adds

    history = Records()
    objects = WheelEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("duty in the annual wheel")
        verbose_name_plural = _("duties in the annual wheel")
        ordering = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("wheel_entry", args=[self.pk])

    @classmethod
    @transaction.atomic
    def add(cls, by: User, *, key: uuid.UUID | None = None, **facts: Any) -> "WheelEntry":
        """A new duty; the same `key` again gives the one already made. Raises PermissionDenied when `by`
        may not plan for the unit, and ValidationError on what can't be."""
        existing = cls.objects.filter(key=key).first() if key else None
        if existing is not None:
            return existing
        entry = cls(key=key or uuid.uuid4(), **facts)
        entry._demand(by)
        entry.full_clean()
        entry.save_by(by)
        return entry

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Raises PermissionDenied when `by` may not plan for both the unit it has and the one it gets,
        ValidationError on what can't be, StaleVersion when somebody else changed it meanwhile."""
        with self.changing(by, version=version):
            self._demand(by)
            for name, value in facts.items():
                setattr(self, name, value)
            self._demand(by)
            self.full_clean()

    def may_tick(self, user: User) -> bool:
        """The person responsible, who stands in for that person, and those who plan for the unit."""
        if not user.is_active:
            return False
        responsible = self.responsible
        mine = responsible is not None and (user == responsible or user == stand_in(responsible))
        return mine or may_plan(user, self.unit)

    @transaction.atomic
    def mark_done(self, by: User, *, day: datetime.date, note: str = "") -> "WheelCheck":
        """It was done for this day; saying so again changes nothing. Raises PermissionDenied when `by` may
        not, and ValidationError for a day it doesn't fall on or that is far ahead."""
        entry = WheelEntry.objects.select_for_update(of=("self",)).select_related("unit").get(pk=self.pk)
        if not entry.may_tick(by):
            raise PermissionDenied
        if not entry.active or not any(entry.dates(day, day)) or day > clock.today() + datetime.timedelta(DAYS_EARLY):
            raise ValidationError({"day": _("The duty can't be ticked off for this day.")})
        facts = {"by": by, "by_name": str(by), "note": note.strip()}
        return WheelCheck.objects.get_or_create(entry=entry, day=day, defaults=facts)[0]

    def waiting_day(self) -> datetime.date | None:
        """The first day that is not ticked off, from when it was put in the wheel until a little ahead."""
        last = clock.today() + datetime.timedelta(DAYS_EARLY)
        done = {check.day for check in self.checks.all()}
        days = (day for _place, day in self.dates(timezone.localdate(self.made_at), last))
        return next((day for day in days if day not in done), None) if self.active else None

    def _demand(self, by: User) -> None:
        if not may_plan(by, self.unit):
            raise PermissionDenied

    def clean(self) -> None:
        if self.responsible is not None and not self.responsible.is_active:
            raise ValidationError({"responsible": _("The person has left.")})

    def dates(self, first: datetime.date, last: datetime.date) -> Iterator[tuple[int, datetime.date]]:
        """The days it falls on in a period, each with its place in the row of all its days."""
        months = self.MONTHS_BETWEEN.get(self.Repeats(self.repeats))
        if months is None:
            if first <= self.day <= last:
                yield 0, self.day
            return
        place = max(0, ((first.year - self.day.year) * 12 + first.month - self.day.month) // months)
        while (day := months_after(self.day, place * months)) <= last:
            if day >= first:
                yield place, day
            place += 1


class WheelCheck(models.Model):
    """A duty was done for one of its days. Made by `WheelEntry.mark_done`."""

    append_only = True

    entry = models.ForeignKey(WheelEntry, verbose_name=_("duty"), on_delete=models.PROTECT, related_name="checks")
    day = models.DateField(_("day"))
    note = models.CharField(_("what was done"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("duty done")
        verbose_name_plural = _("duties done")
        ordering = ["-day"]
        constraints = [models.UniqueConstraint(fields=["entry", "day"], name="duty_done_once_for_a_day")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.day}"


class CalendarLink(models.Model):
    """The secret address by which one person's calendar fetches the wheel. Only a hash of it is kept."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_link")
    digest = models.CharField(max_length=64, blank=True)  # empty when revoked
    made_at = models.DateTimeField(default=clock.now)

    history = Records(excluded_fields=["digest"])

    class Meta:
        verbose_name = _("calendar subscription")
        verbose_name_plural = _("calendar subscriptions")
        constraints = [
            models.UniqueConstraint(fields=["digest"], condition=~models.Q(digest=""), name="one_owner_of_a_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}"

    @classmethod
    def renew(cls, user: User) -> str:
        """A new secret for the person, shown now and never again; the one before stops working."""
        token = new_token()
        cls._set(user, checksum(token))
        return token

    @classmethod
    def revoke(cls, user: User) -> None:
        """The person's address stops working."""
        cls._set(user, "")

    @classmethod
    @transaction.atomic
    def _set(cls, user: User, digest: str) -> None:
        link = cls.objects.select_for_update().filter(user=user).first() or cls(user=user)
        link.digest, link.made_at = digest, clock.now()
        link._history_user = user
        link.save()

    @classmethod
    def owner_of(cls, token: str) -> User | None:
        """Whose address it is; None when it is nobody's any more, or the person has left."""
        links = cls.objects.select_related("user__unit").filter(user__is_active=True)
        link = links.filter(digest=checksum(token)).first()
        return link.user if link else None

    @classmethod
    def active_for(cls, user: User) -> "CalendarLink | None":
        """The person's subscription while it works."""
        return cls.objects.filter(user=user).exclude(digest="").first()

"""Absence and deputies (G3): while a person is away, another has the person's rights and new tasks.

Why somebody is away is nobody's business here: the reason is never asked. Every rule about who may
stand in is in `Absence.clean`, so that forms say it beside the field; `Absence.begin` asks again under lock.
"""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from . import clock
from .history import Records, VersionedModel
from .reminders import remind
from .roles import Right, Role

if TYPE_CHECKING:
    from .models import User

# What a person holds in person: looking after accounts, looking over everybody's shoulder, and what was told in
# confidence.
NEVER_LENT = (Role.ADMINISTRATOR, Role.AUDITOR, Role.WHISTLEBLOWING_RECIPIENT)
LEADERS = (Role.UNIT_LEADER, Role.DEPUTY)


class AbsenceQuerySet(models.QuerySet["Absence"]):
    def standing(self) -> Self:
        """Not ended early."""
        return self.filter(ended_at__isnull=True)

    def current(self) -> Self:
        """Those that count today."""
        today = clock.today()
        return self.standing().filter(first_day__lte=today, last_day__gte=today)

    def not_over(self) -> Self:
        """Those that count today or later."""
        return self.standing().filter(last_day__gte=clock.today())

    def of(self, user: "User") -> Self:
        """The person's own, and those the person stands in for, the first to begin first."""
        mine = self.filter(Q(person=user) | Q(deputy=user))
        return mine.select_related("person", "deputy").order_by("first_day", "pk")

    def overlapping(self, first_day: datetime.date, last_day: datetime.date) -> Self:
        return self.standing().filter(first_day__lte=last_day, last_day__gte=first_day)

    def visible_to(self, user: "User") -> Self:
        """My own, those I stand in for, those of my people, and all for who manages the organisation."""
        if user.has_right(Right.MANAGE_ORGANISATION):
            return self
        mine = Q(person=user) | Q(deputy=user)
        for path in user.led_paths:
            mine |= Q(person__unit__path__startswith=path)
        return self.filter(mine)


class Absence(VersionedModel):
    """A person is away from and including one day to and including another, and who stands in."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("away"), on_delete=models.PROTECT, related_name="absences"
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("deputy"), on_delete=models.PROTECT, related_name="stands_in"
    )
    first_day = models.DateField(_lazy("first day"))
    last_day = models.DateField(_lazy("last day"))
    ended_at = models.DateTimeField(_lazy("ended early"), null=True, blank=True, editable=False)

    history = Records()
    objects = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("absence")
        verbose_name_plural = _lazy("absences")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=models.F("first_day")),
                name="absence_ends_after_it_begins",
                violation_error_message=_lazy("The last day can't be before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(deputy=models.F("person")),
                name="absence_deputy_is_another",
                violation_error_message=_lazy("Choose another person as deputy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} → {self.deputy} {self.first_day} – {self.last_day}"

    @property
    def is_current(self) -> bool:
        return self.ended_at is None and self.first_day <= clock.today() <= self.last_day

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None or self.last_day < clock.today()

    def clean(self) -> None:
        """Raise ValidationError, by field, when the days or the deputy can't work (G3)."""
        if self._state.adding and None not in (self.first_day, self.last_day, self.person_id, self.deputy_id):
            self._check_days()
            self._check_deputy()

    def _check_days(self) -> None:
        if self.first_day < clock.today():
            raise ValidationError({"first_day": _("An absence can't begin in the past.")})
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day can't be before the first.")})
        same_days = Absence.objects.overlapping(self.first_day, self.last_day)
        if other := same_days.filter(person=self.person_id).first():
            text = _("There is an absence in these days already: %(days)s.")
            raise ValidationError({"first_day": text % {"days": other.days}})
        if other := same_days.filter(deputy=self.person_id).select_related("person").first():
            text = _("In these days this person stands in for %(name)s, who must choose another deputy first.")
            raise ValidationError({"first_day": text % {"name": other.person}})

    def _check_deputy(self) -> None:
        if self.deputy_id == self.person_id:
            raise ValidationError({"deputy": _("Choose another person as deputy.")})
        if not self.deputy.is_active:
            raise ValidationError({"deputy": _("This person no longer has an account. Choose another.")})
        same_days = Absence.objects.overlapping(self.first_day, self.last_day)
        if other := same_days.filter(person=self.deputy_id).first():
            text = _("This person is away too: %(days)s. Choose another.")
            raise ValidationError({"deputy": text % {"days": other.days}})

    @property
    def days(self) -> str:
        """The period as it is written."""
        ends = (date_format(day, "SHORT_DATE_FORMAT") for day in (self.first_day, self.last_day))
        return "–".join(ends)

    @classmethod
    @transaction.atomic
    def begin(
        cls, by: "User", *, person: "User", deputy: "User", first_day: datetime.date, last_day: datetime.date
    ) -> "Absence":
        """Say that a person will be away and who stands in. The same again gives the one that is there.

        Raises PermissionDenied when `by` may not say it, or names themselves as somebody else's deputy: that
        would be taking the other's rights. Raises ValidationError, by field, for what `clean` refuses.
        """
        if not may_set(by, person) or (by != person and by == deputy):
            raise PermissionDenied
        people = get_user_model().objects.select_for_update().filter(pk__in=(person.pk, deputy.pk))
        list(people.order_by("pk"))  # two at once wait for each other here, and the second sees the first
        facts = {"person": person, "deputy": deputy, "first_day": first_day, "last_day": last_day}
        if same := cls.objects.standing().filter(**facts).first():
            return same
        absence = cls(**facts)
        absence.full_clean()
        absence.save_by(by)
        absence._tell(by)
        return absence

    def end(self, by: "User", *, version: int | None = None) -> None:
        """The person is back, or does not go: from now on nobody stands in. Kept, never deleted.

        Raises PermissionDenied, and ValidationError when it is over already.
        """
        if not may_set(by, self.person):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.is_over:
                raise ValidationError(_("This absence is over already."))
            self.ended_at = clock.now()

    def save(self, *args: Any, **kwargs: Any) -> None:
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.deputy.sync_groups()

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(_("An absence can't be deleted. End it instead."))

    def _tell(self, by: "User") -> None:
        """Tell the deputy, and the person when somebody else said it."""
        facts = {"name": self.person, "deputy": self.deputy, "days": self.days}
        subjects = {
            self.deputy: _("You stand in for %(name)s %(days)s") % facts,
            self.person: _("%(deputy)s stands in for you %(days)s") % facts,
        }
        for person, subject in subjects.items():
            if person != by:
                remind(person, f"absence:{self.pk}", subject, reverse("absences"))


def may_set(by: "User", person: "User") -> bool:
    """Whether `by` may say that the person is away: oneself, the leader of the person's unit or above,
    and who manages the organisation."""
    if not by.is_active:
        return False
    return (
        by == person or by.has_right(Right.MANAGE_ORGANISATION) or (person.unit is not None and by.leads(person.unit))
    )


def stand_ins(people: Iterable["User"]) -> dict["User", "User"]:
    """Each person with who has the person's new tasks today: the deputy while the person is away, else the
    person. A deputy who has left stands in for nobody, and the deputy of a deputy is not asked. One query.
    """
    asked = list(people)
    away = Absence.objects.current().filter(person__in=asked, deputy__is_active=True).select_related("deputy")
    deputies = {absence.person_id: absence.deputy for absence in away} if asked else {}
    return {person: deputies.get(person.pk, person) for person in asked}


def stand_in(user: "User") -> "User":
    """Who has the person's new tasks today."""
    return stand_ins([user])[user]


def in_place_of(asked: "User", given: "User") -> str:
    """ "Deputy for Kari Nordmann" when the task went to another than the one who was asked; else nothing."""
    return "" if asked == given else _("Deputy for %(name)s") % {"name": asked}

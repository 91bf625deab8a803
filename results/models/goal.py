"""A goal: what a unit wants to reach in some years, seen from a perspective (S65, S67)."""

import uuid
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from results.permissions import may_manage

from .perspective import Perspective


class GoalQuerySet(models.QuerySet["Goal"]):
    def in_year(self, year: int) -> Self:
        return self.filter(first_year__lte=year, last_year__gte=year)

    def for_list(self) -> Self:
        return self.select_related("perspective", "unit", "owner").order_by("perspective__place", "title", "pk")

    def above(self, unit: Unit) -> Self:
        """The goals of the units above, which a goal of the unit can serve."""
        return self.filter(unit__path__in=unit.lineage[:-1])


class Goal(VersionedModel):
    """What a unit wants to reach. Read by every employee."""

    perspective = models.ForeignKey(
        Perspective, verbose_name=_lazy("perspective"), on_delete=models.PROTECT, related_name="goals"
    )
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="goals")
    title = models.CharField(_lazy("goal"), max_length=160)
    why = models.TextField(_lazy("why"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("owner"), on_delete=models.PROTECT, related_name="goals_owned"
    )
    first_year = models.PositiveSmallIntegerField(_lazy("from year"))
    last_year = models.PositiveSmallIntegerField(_lazy("to and including year"))
    parent = models.ForeignKey(
        "self",
        verbose_name=_lazy("serves the goal"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="served_by",
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    history = Records()
    objects = GoalQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("goal")
        verbose_name_plural = _lazy("goals")
        ordering = ["perspective__place", "title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("results:goal", args=[self.pk])

    @property
    def years(self) -> str:
        """The years it holds for, as text."""
        return str(self.first_year) if self.first_year == self.last_year else f"{self.first_year}–{self.last_year}"

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, *, unit: Unit, key: uuid.UUID | None = None, **facts: Any) -> "Goal":
        """A new goal. The same `key` again gives the one already made. Raises PermissionDenied for who may not look after
        the goals of the unit, and ValidationError beside the fields that are at odds."""
        if not may_manage(by, unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        goal = cls(unit=unit, key=key or uuid.uuid4(), created_at=clock.now(), **facts)
        goal._guard()
        goal.save_by(by)
        return goal

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Raises PermissionDenied, StaleVersion, and ValidationError as `begin`. The unit stays."""
        if not may_manage(by, self.unit):
            raise PermissionDenied
        with self.changing(by, version=version):
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()

    def _guard(self) -> None:
        if self.last_year < self.first_year:
            raise ValidationError({"last_year": _("The goal ends before it begins.")})
        if self.parent and self.parent.unit.path not in self.unit.lineage[:-1]:
            raise ValidationError({"parent": _("Choose a goal of a unit above this one.")})

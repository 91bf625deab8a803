"""The perspectives of the scorecard: the sides of the work that are measured (S65)."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _lazy

from organisation.history import Records, VersionedModel


class PerspectiveQuerySet(models.QuerySet["Perspective"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Perspective(VersionedModel):
    """A side of the work, such as users or economy. Made inactive when it goes out of use."""

    name = models.CharField(_lazy("name"), max_length=60, unique=True)
    about = models.CharField(_lazy("what it asks"), max_length=300, blank=True)
    place = models.PositiveSmallIntegerField(_lazy("order"), default=100)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = PerspectiveQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("perspective")
        verbose_name_plural = _lazy("perspectives")
        ordering = ["place", "name"]

    def __str__(self) -> str:
        return self.name

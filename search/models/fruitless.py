"""What people searched for and nobody found (G14)."""

import datetime
from typing import Self

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from organisation import clock
from search.terms import LONGEST

KEPT = datetime.timedelta(days=365)  # after the last time somebody asked


class FruitlessSearchQuerySet(models.QuerySet["FruitlessSearch"]):
    def most_asked(self) -> Self:
        return self.order_by("-times", "-last_at", "pk")

    def forget_old(self) -> int:
        """Delete what nobody has asked for in a year; how many."""
        return self.filter(last_at__lt=clock.now() - KEPT).delete()[0]


class FruitlessSearch(models.Model):
    """Words somebody searched for in vain. Who it was is not kept."""

    query = models.CharField(_("search"), max_length=LONGEST, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"), default=clock.now)

    objects = FruitlessSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search without hits")
        verbose_name_plural = _("searches without hits")
        ordering = ["-times", "-last_at", "pk"]

    def __str__(self) -> str:
        return self.query

    @classmethod
    def count(cls, query: str) -> None:
        """One more who searched for this in vain."""
        if not cls.objects.filter(query=query).update(times=F("times") + 1, last_at=clock.now()):
            cls.objects.get_or_create(query=query)

"""The authorities that inspect the municipality: a register with what comes with the product (S41)."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.history import Records, VersionedModel


class AuthorityQuerySet(models.QuerySet["Authority"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Authority(VersionedModel):
    """One that may inspect, and what it usually looks into. Made inactive when it is gone, never deleted."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    fields = models.CharField(_("what it looks into"), max_length=300, blank=True)
    address = models.URLField(_("web address"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    history = Records()
    objects = AuthorityQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority")
        verbose_name_plural = _("authorities")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

"""The decision: the assessment word for word as it was decided, for ever (G23; ISO 31000, ISO 9001 clause 7.5.3)."""

import hashlib
import json
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock


def checksum(content: Any) -> str:
    """sha256 of the content written in one way only."""
    text = json.dumps(content, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Decision(models.Model):
    """What was decided: head, participants and rows as text and numbers. Never changed, guarded in the database."""

    append_only = True

    assessment = models.OneToOneField(
        "risk.Assessment", verbose_name=_("risk assessment"), on_delete=models.PROTECT, related_name="decision"
    )
    content = models.JSONField(_("as decided"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("checksum"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("name"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("decision on a risk assessment")
        verbose_name_plural = _("decisions on risk assessments")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.at:%Y-%m-%d}"

    @property
    def is_whole(self) -> bool:
        """Whether the content is what the checksum was made of."""
        return checksum(self.content) == self.sha256

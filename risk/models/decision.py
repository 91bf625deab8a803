"""The decision: the assessment word for word as it was decided, for ever (G23; ISO 31000, ISO 9001 clause 7.5.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.frozen import Frozen


class Decision(Frozen):
    """What was decided: head, participants and rows as text and numbers."""

    assessment = models.OneToOneField(
        "risk.Assessment", verbose_name=_("risk assessment"), on_delete=models.PROTECT, related_name="decision"
    )
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("decision on a risk assessment")
        verbose_name_plural = _("decisions on risk assessments")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.assessment_id} {self.at:%Y-%m-%d}"

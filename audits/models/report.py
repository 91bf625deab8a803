"""The report: the audit word for word as it was issued, for ever (ISO 9001 clauses 7.5.3 and 9.2.2 f)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.frozen import Frozen


class Report(Frozen):
    """What was reported: head, team, answers, evidence and findings as text."""

    audit = models.OneToOneField(
        "audits.Audit", verbose_name=_("audit"), on_delete=models.PROTECT, related_name="report"
    )

    class Meta:
        verbose_name = _("audit report")
        verbose_name_plural = _("audit reports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.at:%Y-%m-%d}"

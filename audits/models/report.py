"""The report: the audit word for word as it was issued, for ever (ISO 9001 clauses 7.5.3 and 9.2.2 f)."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock
from risk.models.decision import checksum

__all__ = ["Report", "checksum"]


class Report(models.Model):
    """What was reported: head, team, answers, evidence and findings as text. Never changed, guarded in the database."""

    append_only = True

    audit = models.OneToOneField(
        "audits.Audit", verbose_name=_("audit"), on_delete=models.PROTECT, related_name="report"
    )
    content = models.JSONField(_("as issued"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("checksum"), max_length=64)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("issued by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("audit report")
        verbose_name_plural = _("audit reports")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.audit_id} {self.at:%Y-%m-%d}"

    @property
    def is_whole(self) -> bool:
        """Whether the content is what the checksum was made of."""
        return checksum(self.content) == self.sha256

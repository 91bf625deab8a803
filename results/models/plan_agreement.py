"""The leader agreement: the unit plan word for word as leader and the leader's leader signed it, for ever (S68)."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock
from risk.models.decision import checksum


class PlanAgreement(models.Model):
    """What was signed, and by whom. Never changed, guarded in the database."""

    append_only = True

    plan = models.OneToOneField(
        "results.UnitPlan", verbose_name=_("unit plan"), on_delete=models.PROTECT, related_name="agreement"
    )
    content = models.JSONField(_("as signed"), encoder=DjangoJSONEncoder)
    sha256 = models.CharField(_("checksum"), max_length=64)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("leader"), on_delete=models.PROTECT, related_name="+"
    )
    leader_name = models.CharField(_("name"), max_length=200)
    leader_signed_at = models.DateTimeField(_("signed by the leader"))
    above = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("the leader's leader"), on_delete=models.PROTECT, related_name="+"
    )
    above_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("agreed"), default=clock.now)

    class Meta:
        verbose_name = _("leader agreement")
        verbose_name_plural = _("leader agreements")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.at:%Y-%m-%d}"

    @property
    def is_whole(self) -> bool:
        """Whether the content is what the checksum was made of."""
        return checksum(self.content) == self.sha256

"""The leader agreement: the unit plan word for word as leader and the leader's leader signed it, for ever (S68)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.frozen import Frozen


class PlanAgreement(Frozen):
    """What was signed: first by the leader, and then by the leader's leader, which froze it."""

    plan = models.OneToOneField(
        "results.UnitPlan", verbose_name=_("unit plan"), on_delete=models.PROTECT, related_name="agreement"
    )
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("leader"), on_delete=models.PROTECT, related_name="+"
    )
    leader_name = models.CharField(_("name"), max_length=200)
    leader_signed_at = models.DateTimeField(_("signed by the leader"))

    class Meta:
        verbose_name = _("leader agreement")
        verbose_name_plural = _("leader agreements")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.at:%Y-%m-%d}"

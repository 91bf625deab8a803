"""Who takes part in an audit, and why the person can be impartial (ISO 19011 clause 4, ISO 9001 clause 9.2.2 c)."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits import impartiality
from organisation.history import Records, VersionedModel
from organisation.models import User

from .audit import Audit


class Auditor(VersionedModel):
    """Somebody named on an audit: an employee, who then writes in it, or a person from outside by name."""

    audit = models.ForeignKey(Audit, verbose_name=_lazy("audit"), on_delete=models.PROTECT, related_name="team")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("person"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    name = models.CharField(_lazy("name"), max_length=200)
    function = models.CharField(_lazy("function"), max_length=120, blank=True)
    is_lead = models.BooleanField(_lazy("leads the audit"), default=False)
    warnings = models.JSONField(_lazy("what can be asked about impartiality"), default=list, blank=True, editable=False)
    reason = models.TextField(_lazy("why the person can be impartial"), blank=True)

    history = Records()

    class Meta:
        verbose_name = _lazy("auditor")
        verbose_name_plural = _lazy("auditors")
        ordering = ["-is_lead", "name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["audit", "user"], name="a_person_audits_once"),
            models.UniqueConstraint(fields=["audit"], condition=Q(is_lead=True), name="one_lead_auditor"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def name_lead(cls, by: User, audit: Audit, person: User, *, reason: str = "") -> "Auditor":
        """The person leads the audit; who led it before stays in the team. In the transaction of the caller.

        Raises ValidationError at `lead` for who is not impartial, and at `lead_reason` where a reason is lacking.
        """
        there = audit.team.filter(user=person).first()
        if there and there.is_lead and not reason.strip():
            return there
        member = there or cls(audit=audit, user=person, name=str(person), function=person.job_title)
        member._demand_impartial(reason or member.reason, "lead", "lead_reason")
        for before in audit.team.filter(is_lead=True).exclude(user=person):
            with before.changing(by):
                before.is_lead = False
        member.is_lead = True
        if there:
            member.version += 1
        member.save_by(by)
        return member

    @classmethod
    def join(
        cls, by: User, audit: Audit, *, user: User | None = None, name: str = "", function: str = "", reason: str = ""
    ) -> "Auditor":
        """Somebody joins the team. An employee who is in it already stays as before.

        Raises PermissionDenied, and ValidationError for who is not impartial, where a reason is lacking, and when
        nobody is named.
        """
        with audit.preparing(by):
            if user and (there := audit.team.filter(user=user).first()):
                return there
            if not user and not name.strip():
                raise ValidationError({"person": _("Write who takes part.")})
            member = cls(audit=audit, user=user, name=name.strip() or str(user))
            member.function = function.strip() or (user.job_title if user else "")
            member._demand_impartial(reason, "person", "reason")
            member.save_by(by)
        return member

    def leave(self, by: User) -> None:
        """The person takes no part after all; history keeps that the person was named. Raises PermissionDenied, and
        ValidationError for who leads: name another first."""
        with self.audit.preparing(by):
            if self.is_lead:
                raise ValidationError(_("Name another who leads the audit first."))
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

    def _demand_impartial(self, reason: str, person_field: str, reason_field: str) -> None:
        if not self.user:
            return
        found = impartiality.of(self.user, self.audit)
        if found.refusals:
            raise ValidationError({person_field: found.refusals})
        if found.warnings and not reason.strip():
            ask = _("Write why the person can still be impartial. It will stand in the report.")
            raise ValidationError({reason_field: [*found.warnings, ask]})
        self.warnings, self.reason = found.warnings, reason.strip() if found.warnings else ""

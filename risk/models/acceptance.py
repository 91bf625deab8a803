"""A risk that is accepted by a named person, with the reason and until when (G23)."""

import datetime
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User
from risk.permissions import Act, can

from .row import Risk

LONGEST_DAYS = 366


class AcceptanceQuerySet(models.QuerySet["Acceptance"]):
    def current(self) -> Self:
        """Not withdrawn, and not expired."""
        return self.filter(withdrawn_at=None, until__gte=clock.today())

    def standing(self) -> Self:
        """Not withdrawn: those that hold, and those that have expired and are to be looked at again."""
        return self.filter(withdrawn_at=None)


class Acceptance(VersionedModel):
    """The person knows the risk and lets it be, for a while. A breach of law can't be accepted."""

    risk = models.ForeignKey(Risk, verbose_name=_lazy("risk"), on_delete=models.PROTECT, related_name="acceptances")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("accepted by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_lazy("name"), max_length=200)
    score = models.PositiveSmallIntegerField(_lazy("risk that is accepted"))
    reason = models.TextField(_lazy("why it is accepted"))
    until = models.DateField(_lazy("until"))
    at = models.DateTimeField(_lazy("when"), default=clock.now, editable=False)
    withdrawn_at = models.DateTimeField(_lazy("withdrawn"), null=True, editable=False)

    history = Records()
    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("accepted risk")
        verbose_name_plural = _lazy("accepted risks")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["risk"], condition=models.Q(withdrawn_at=None), name="one_standing_acceptance_of_a_risk"
            )
        ]

    def __str__(self) -> str:
        return f"{self.risk_id} {self.by_name}"

    @property
    def expired(self) -> bool:
        return self.withdrawn_at is None and self.until < clock.today()

    @classmethod
    def give(
        cls, by: User, risk: Risk, *, reason: str, until: datetime.date, version: int | None = None
    ) -> "Acceptance":
        """Accept the risk as it is now, in place of an acceptance given before.

        Raises PermissionDenied, StaleVersion when the row was changed meanwhile, and ValidationError by field: without
        a reason, for a day that is not within a year, for a breach of law, and when the assessment is not in force.
        """
        with risk.changing(by, version=version):
            assessment = risk.assessment
            if not can(by, Act.ACCEPT, assessment):
                raise PermissionDenied
            assessment.demand_in_force()
            cls._check(risk, reason, until)
            for old in risk.acceptances.standing():
                old.end(by)
            facts = {"by_name": by.get_full_name(), "score": risk.score_now, "reason": reason.strip()}
            given = cls(risk=risk, by=by, until=until, at=clock.now(), **facts)
            given.save_by(by)
        return given

    @staticmethod
    def _check(risk: Risk, reason: str, until: datetime.date) -> None:
        if risk.law_breach:
            raise ValidationError(_("A breach of law can't be accepted. It must be put right."))
        errors = {}
        if not reason.strip():
            errors["reason"] = _("Write why the risk can be lived with.")
        today = clock.today()
        if not today < until <= today + datetime.timedelta(LONGEST_DAYS):
            errors["until"] = _("Choose a day after today, at most a year ahead.")
        if errors:
            raise ValidationError(errors)

    def withdraw(self, by: User, *, version: int | None = None) -> None:
        """The risk is not accepted any more."""
        if not can(by, Act.ACCEPT, self.risk.assessment):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.withdrawn_at:
                raise ValidationError(_("The acceptance is withdrawn already."))
            self.withdrawn_at = clock.now()

    def end(self, by: User) -> None:
        """Give way to a newer acceptance of the same risk."""
        with self.changing(by):
            self.withdrawn_at = clock.now()

"""The audit programme of a year (S47, ISO 9001 clause 9.2.2): which audits, and why."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.audit_permissions import may_decide_programme, may_keep_programme, programme_condition
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Reminder, Unit, User
from organisation.reminders import remind_all

FIRST_YEAR, LAST_YEAR = 2000, 2100


class ProgrammeQuerySet(models.QuerySet["Programme"]):
    def visible_to(self, user: User) -> Self:
        """The programmes the person may read."""
        return self.filter(programme_condition(user))


class Programme(VersionedModel):
    """One year's programme. Its rows are audits; they can also be added and cancelled after it is decided, and history
    tells so."""

    class Status(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        DECIDED = "decided", _lazy("Decided")

    year = models.PositiveSmallIntegerField(_lazy("year"), unique=True)
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    about = models.TextField(_lazy("what we want to know this year"), blank=True)
    proposed_at = models.DateTimeField(_lazy("sent to decision"), null=True, editable=False)
    decided_at = models.DateTimeField(_lazy("decided"), null=True, editable=False)
    decided_by_name = models.CharField(_lazy("decided by"), max_length=200, blank=True, editable=False)
    note = models.TextField(_lazy("note to the decision"), blank=True, editable=False)

    history = Records()
    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("audit programme")
        verbose_name_plural = _lazy("audit programmes")
        ordering = ["-year"]

    def __str__(self) -> str:
        return _("Audit programme %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("audits:programme", args=[self.year])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @classmethod
    def begin(cls, by: User, *, year: int, about: str = "") -> "Programme":
        """The programme of the year as a draft; the one that is there when it is begun already. Raises PermissionDenied,
        and ValidationError for a year outside 2000–2100."""
        if not may_keep_programme(by):
            raise PermissionDenied
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise ValidationError({"year": _("Write a year between 2000 and 2100.")})
        if there := cls.objects.filter(year=year).first():
            return there
        programme = cls(year=year, about=about.strip())
        programme.save_by(by)
        return programme

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change what is said about it. Raises PermissionDenied, StaleVersion."""
        if not may_keep_programme(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            self.about = facts["about"].strip()

    def propose(self, by: User) -> None:
        """Send the draft to the municipal director. Raises PermissionDenied, and ValidationError for one with no audits
        and one that is decided."""
        if not may_keep_programme(by):
            raise PermissionDenied
        with self.changing(by):
            self._demand_ready()
            self.proposed_at = clock.now()
        municipality = Unit.objects.municipality()
        leaders = municipality.responsible_leaders() if municipality else []
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("The audit programme for %(year)s waits for your decision") % {"year": self.year}
        about, address = f"audit-programme:{self.pk}:{self.version}", self.get_absolute_url()
        remind_all(Reminder(user=leader, about=about, subject=subject, url=address) for leader in leaders)

    def decide(self, by: User, *, version: int | None = None, note: str = "") -> None:
        """Draft → decided: open to all employees. Raises PermissionDenied, StaleVersion, and ValidationError as
        `propose`."""
        if not may_decide_programme(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            self._demand_ready()
            self.status, self.note = self.Status.DECIDED, note.strip()
            self.decided_at, self.decided_by_name = clock.now(), by.get_full_name()

    def _demand_ready(self) -> None:
        if not self.is_draft:
            raise ValidationError(_("The programme is decided already."))
        if not self.audits.exclude(status="cancelled").exists():
            raise ValidationError(_("Put at least one audit in the programme first."))

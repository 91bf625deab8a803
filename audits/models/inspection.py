"""The inspection: the state's, or the municipality's own control of itself (S40–S42; kommuneloven ch. 23, 24 and 30)."""

import datetime
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.control_permissions import Act, can, may_keep, visible_condition
from cases import permissions as case_permissions
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.reminders import remind

from .authority import Authority

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def visible_to(self, user: User) -> Self:
        """The inspections the person may read."""
        return self.filter(visible_condition(user))

    def under_way(self) -> Self:
        """Not closed by who inspects."""
        return self.exclude(status=Inspection.Status.CLOSED)

    def to_answer(self) -> Self:
        """With a report that waits for an answer by a deadline."""
        return self.filter(status=Inspection.Status.REPORTED, answer_deadline__isnull=False)

    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it, as owner or as involved."""
        involved = InvolvedUnit.objects.filter(unit__path__startswith=unit.path).values("inspection")
        return self.filter(Q(unit__path__startswith=unit.path) | Q(pk__in=involved))

    def for_list(self) -> Self:
        return self.select_related("unit", "responsible", "authority")


class Inspection(VersionedModel):
    """One inspection, from notice to closed. Each step is a method here."""

    class Kind(models.TextChoices):
        STATE = "state", _lazy("Inspection")
        MUNICIPAL = "municipal", _lazy("Municipal control")

    class Status(models.TextChoices):
        NOTICED = "noticed", _lazy("Notice received")
        VISITED = "visited", _lazy("Visited")
        REPORTED = "reported", _lazy("Report received")
        ANSWERED = "answered", _lazy("Answered")
        CLOSED = "closed", _lazy("Closed by who inspects")

    class Orderer(models.TextChoices):
        """Who ordered a municipal control (kommuneloven §§ 23-1, 23-2 and 24-2)."""

        COUNCIL = "council", _lazy("The municipal council")
        CONTROL_COMMITTEE = "control_committee", _lazy("The control committee")
        MUNICIPAL_AUDIT = "municipal_audit", _lazy("The municipal audit")

    class ControlType(models.TextChoices):
        """What sort of municipal control it is (kommuneloven §§ 23-3, 23-4 and 23-6)."""

        PERFORMANCE_AUDIT = "performance_audit", _lazy("Performance audit")
        OWNERSHIP = "ownership", _lazy("Ownership control")
        EXAMINATION = "examination", _lazy("Examination")

    kind = models.CharField(_lazy("kind"), max_length=10, choices=Kind, editable=False)
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.NOTICED, editable=False)
    title = models.CharField(_lazy("title"), max_length=120)
    scope = models.TextField(_lazy("what is inspected"), blank=True)
    authority = models.ForeignKey(
        Authority, verbose_name=_lazy("authority"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    orderer = models.CharField(_lazy("ordered by"), max_length=20, choices=Orderer, blank=True)
    control_type = models.CharField(_lazy("type of control"), max_length=20, choices=ControlType, blank=True)
    law = models.CharField(_lazy("law"), max_length=300, blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="inspections")
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("responsible with us"),
        on_delete=models.PROTECT,
        related_name="inspections_responsible_for",
    )
    contact = models.CharField(_lazy("contact there"), max_length=200, blank=True)
    their_reference = models.CharField(_lazy("case number there"), max_length=60, blank=True)
    archive_reference = models.CharField(_lazy("our archive number"), max_length=60, blank=True)
    notice_date = models.DateField(_lazy("notice received"))
    visit_from = models.DateField(_lazy("visit from"), null=True, blank=True)
    visit_to = models.DateField(_lazy("visit to"), null=True, blank=True)
    report_date = models.DateField(_lazy("report dated"), null=True, blank=True)
    answer_deadline = models.DateField(_lazy("answer by"), null=True, blank=True)
    answer = models.TextField(_lazy("our answer"), blank=True)
    answer_date = models.DateField(_lazy("answer sent"), null=True, blank=True)
    closed_date = models.DateField(_lazy("closed by who inspects"), null=True, blank=True)
    closing_note = models.TextField(_lazy("what was said when it was closed"), blank=True)
    council_date = models.DateField(_lazy("treated by the council"), null=True, blank=True)
    council_resolution = models.TextField(_lazy("what the council decided"), blank=True)
    council_report_back = models.DateField(_lazy("to be reported back to the council by"), null=True, blank=True)
    restricted = models.BooleanField(
        _lazy("restricted"),
        default=False,
        help_text=_lazy("Only for who is responsible, and leaders and auditors. Its cases are sealed."),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("inspection")
        verbose_name_plural = _lazy("inspections")
        ordering = ["-notice_date", "-pk"]
        indexes = [
            models.Index(fields=["kind", "status"], name="inspection_kind"),
            models.Index(fields=["unit", "status"], name="inspection_unit"),
            models.Index(fields=["answer_deadline"], name="inspection_due", condition=Q(status="reported")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=(Q(kind="state", authority__isnull=False) | (Q(kind="municipal") & ~Q(orderer=""))),
                name="inspection_by_whom",
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:inspection", args=[self.kind, self.pk])

    # What is known of it

    @property
    def by_whom(self) -> "StrOrPromise":
        """Who inspects, or who ordered the control."""
        return self.authority.name if self.authority else self.get_orderer_display()

    @property
    def is_municipal(self) -> bool:
        return self.kind == self.Kind.MUNICIPAL

    @property
    def has_report(self) -> bool:
        return self.status not in (self.Status.NOTICED, self.Status.VISITED)

    @property
    def awaits_answer(self) -> bool:
        return self.status == self.Status.REPORTED and self.answer_deadline is not None

    @property
    def is_late(self) -> bool:
        """Whether the answer should have been sent."""
        return self.awaits_answer and self.answer_deadline is not None and self.answer_deadline < clock.today()

    @property
    def is_closed(self) -> bool:
        return self.status == self.Status.CLOSED

    def units(self) -> list[Unit]:
        """The unit that owns it, and the others that are involved. One query."""
        involved = self.involvements.select_related("unit").order_by("unit__path")
        return [self.unit, *(involvement.unit for involvement in involved)]

    # From notice to closed

    @classmethod
    @transaction.atomic
    def register(
        cls, by: User, *, unit: Unit, key: uuid.UUID | None = None, involved: Iterable[Unit] = (), **facts: Any
    ) -> "Inspection":
        """A notice of an inspection has come. The same `key` again gives the one already registered.

        Raises PermissionDenied for who does not keep inspections of the unit, and ValidationError by field.
        """
        if not may_keep(by, unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        facts.setdefault("responsible", by)
        facts.setdefault("notice_date", clock.today())
        inspection = cls(unit=unit, key=key or uuid.uuid4(), created_at=clock.now(), **facts)
        inspection._guard()
        inspection.save_by(by)
        inspection._involve(by, involved)
        inspection._tell_responsible(by)
        return inspection

    def change(
        self, by: User, *, version: int | None = None, involved: Iterable[Unit] | None = None, **facts: Any
    ) -> None:
        """Change what is known of it. Made restricted, its open cases are sealed.

        Raises PermissionDenied, StaleVersion, and ValidationError by field as `register`, and when a case must be sealed
        by somebody else first.
        """
        self._demand(by, Act.KEEP)
        if "unit" in facts and facts["unit"] != self.unit and not may_keep(by, facts["unit"]):
            raise ValidationError({"unit": _("Choose a unit whose inspections you keep.")})
        with self.changing(by, version=version):
            was_restricted, was_responsible = self.restricted, self.responsible_id
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()
            if involved is not None:
                self._involve(by, involved)
            if self.restricted and not was_restricted:
                self._seal_cases(by)
        if self.responsible_id != was_responsible:
            self._tell_responsible(by)

    def record_visit(
        self, by: User, *, first: datetime.date, last: datetime.date | None = None, version: int | None = None
    ) -> None:
        """They have been here. Raises PermissionDenied, StaleVersion, and ValidationError by field."""
        self._demand(by, Act.KEEP)
        with self.changing(by, version=version):
            self._demand_status(_("The visit is recorded already."), self.Status.NOTICED)
            self.visit_from, self.visit_to = first, last or first
            self._guard()
            self.status = self.Status.VISITED

    def record_report(
        self,
        by: User,
        *,
        report_date: datetime.date,
        answer_deadline: datetime.date | None = None,
        version: int | None = None,
    ) -> None:
        """The report is here: it is open to all unless restricted, and each finding becomes a case (S23).

        Raises PermissionDenied, StaleVersion, and ValidationError by field.
        """
        self._demand(by, Act.KEEP)
        with self.changing(by, version=version):
            self._demand_status(_("The report is registered already."), self.Status.NOTICED, self.Status.VISITED)
            self.report_date, self.answer_deadline = report_date, answer_deadline
            self._guard()
            findings = list(self.findings.select_related("unit", "page"))
            if findings and answer_deadline is None:
                raise ValidationError({"answer_deadline": _("Write when the findings must be answered.")})
            self.status = self.Status.REPORTED
            for finding in findings:
                finding.inspection = self
                finding.open_case(by)

    def move_deadline(self, by: User, *, deadline: datetime.date, reason: str, version: int | None = None) -> None:
        """The authority has given another deadline. Raises PermissionDenied, StaleVersion, and ValidationError by field."""
        self._demand(by, Act.KEEP)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason.strip()):
            self._demand_status(_("No answer is waited for."), self.Status.REPORTED)
            self.answer_deadline = deadline
            self._guard()

    def write_answer(self, by: User, *, text: str, day: datetime.date, version: int | None = None) -> None:
        """Our answer is sent. What is still open is no hindrance, but every breach of law must have its case.

        Raises PermissionDenied, StaleVersion, and ValidationError by field.
        """
        self._demand(by, Act.KEEP)
        with self.changing(by, version=version):
            self._demand_status(_("There is no report that waits for an answer."), self.Status.REPORTED)
            if not text.strip():
                raise ValidationError({"text": _("Write what was answered, or what the letter says in short.")})
            if self.report_date and day < self.report_date:
                raise ValidationError({"day": _("The answer can't be sent before the report is dated.")})
            if lacking := [finding for finding in self.findings.filter(case=None) if finding.is_law_breach]:
                names = ", ".join(finding.name for finding in lacking)
                raise ValidationError(_("These breaches of law have no case yet: %(findings)s.") % {"findings": names})
            self.answer, self.answer_date, self.status = text.strip(), day, self.Status.ANSWERED

    def take_up_again(
        self, by: User, *, reason: str, answer_deadline: datetime.date | None = None, version: int | None = None
    ) -> None:
        """The authority wants another answer, or takes the inspection up again. Raises as the others."""
        self._demand(by, Act.KEEP)
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason.strip()):
            message = _("It is neither answered nor closed.")
            self._demand_status(message, self.Status.ANSWERED, self.Status.CLOSED)
            self.status, self.closed_date = self.Status.REPORTED, None
            self.answer_deadline = answer_deadline
            self._guard()

    def close(self, by: User, *, day: datetime.date, note: str = "", version: int | None = None) -> None:
        """The authority has closed it; its cases go on. One with findings is answered first. Raises as the others."""
        self._demand(by, Act.KEEP)
        with self.changing(by, version=version):
            message = _("It can be closed when the report is registered.")
            self._demand_status(message, self.Status.REPORTED, self.Status.ANSWERED)
            if self.status == self.Status.REPORTED and self.findings.exists():
                raise ValidationError(_("There are findings. Register the answer first."))
            if self.report_date and day < self.report_date:
                raise ValidationError({"day": _("It can't be closed before the report is dated.")})
            self.closed_date, self.closing_note, self.status = day, note.strip(), self.Status.CLOSED

    def record_council(
        self,
        by: User,
        *,
        day: datetime.date,
        resolution: str,
        report_back: datetime.date | None = None,
        version: int | None = None,
    ) -> None:
        """The council has treated the report of a municipal control (kommuneloven § 23-5). Raises as the others."""
        self._demand(by, Act.KEEP)
        if not resolution.strip():
            raise ValidationError({"resolution": _("Write what was decided.")})
        with self.changing(by, version=version):
            if not (self.is_municipal and self.has_report):
                raise ValidationError(_("Only the report of a municipal control goes to the council."))
            if report_back and report_back < day:
                raise ValidationError({"report_back": _("Choose a day after the meeting.")})
            self.council_date, self.council_resolution = day, resolution.strip()
            self.council_report_back = report_back

    # Guards

    def _demand(self, by: User, act: Act) -> None:
        if not can(by, act, self):
            raise PermissionDenied

    def _demand_status(self, message: str, *allowed: "Inspection.Status") -> None:
        if self.status not in allowed:
            raise ValidationError(message)

    def _guard(self) -> None:
        """Raise ValidationError by field for what can't be true together."""
        wrong: dict[str, str] = {}
        if not self.is_municipal and self.authority is None:
            wrong["authority"] = _("Choose who inspects.")
        if self.is_municipal and not self.orderer:
            wrong["orderer"] = _("Choose who ordered the control.")
        if self.visit_from and self.visit_to and self.visit_to < self.visit_from:
            wrong["visit_to"] = _("The visit can't end before it begins.")
        if self.report_date and self.report_date < self.notice_date:
            wrong["report_date"] = _("The report can't be dated before the notice.")
        if self.report_date and self.answer_deadline and self.answer_deadline < self.report_date:
            wrong["answer_deadline"] = _("The answer can't be due before the report is dated.")
        if wrong:
            raise ValidationError(wrong)

    def _involve(self, by: User, units: Iterable[Unit]) -> None:
        wanted = {unit.pk: unit for unit in units if unit.pk != self.unit_id}
        for involvement in self.involvements.exclude(unit__in=wanted):
            involvement._history_user = by  # type: ignore[attr-defined]
            involvement.delete()
        there = set(self.involvements.values_list("unit", flat=True))
        for pk, unit in wanted.items():
            if pk not in there:
                InvolvedUnit(inspection=self, unit=unit).save_by(by)

    def _seal_cases(self, by: User) -> None:
        cases = [finding.case for finding in self.findings.exclude(case=None).select_related("case__unit")]
        open_ones = [case for case in cases if case and not case.sealed]
        others = [case for case in open_ones if not case_permissions.can(by, case_permissions.Act.SEAL, case)]
        if others:
            names = ", ".join(str(case) for case in others)
            raise ValidationError(
                {
                    "restricted": _("These cases must be sealed by those who handle them first: %(cases)s.")
                    % {"cases": names}
                }
            )
        for case in open_ones:
            case.seal(by, sealed=True, reason=_("The inspection is restricted."))

    def _tell_responsible(self, by: User) -> None:
        if self.responsible == by:
            return
        with translation.override(settings.LANGUAGE_CODE):
            words = _("You are responsible for the inspection “%(title)s”") % {"title": self.title}
            subject = _("You are responsible for a restricted inspection") if self.restricted else words
        remind(self.responsible, f"inspection:{self.pk}:responsible:{self.version}", subject, self.get_absolute_url())


class InvolvedUnit(VersionedModel):
    """Another unit than the owner that is inspected too."""

    inspection = models.ForeignKey(
        Inspection, verbose_name=_lazy("inspection"), on_delete=models.PROTECT, related_name="involvements"
    )
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="+")

    history = Records()

    class Meta:
        verbose_name = _lazy("unit involved")
        verbose_name_plural = _lazy("units involved")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["inspection", "unit"], name="a_unit_is_involved_once")]

    def __str__(self) -> str:
        return str(self.unit)

"""The audit, from planned to closed (S47, S48; ISO 19011, ISO 9001 clause 9.2)."""

import calendar
import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.dates import MONTHS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits import impartiality
from audits.audit_permissions import (
    ISSUED,
    Act,
    can,
    may_plan,
    taking_part_condition,
    visible_condition,
    work_condition,
)
from handbook.models import Standard
from organisation import clock
from organisation.frozen import checksum_of
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Reminder, Unit, User
from organisation.reminders import remind_all

from .audit_template import AuditTemplate
from .programme import Programme
from .report import Report

if TYPE_CHECKING:
    from wagtail.models import Page

    from .auditor import Auditor

HEAD = ("title", "kind", "body", "unit", "page", "year", "month", "standard", "objective", "scope", "criteria")
NEEDED_FOR_NOTICE = {
    "starts_on": _lazy("Set the first day."),
    "ends_on": _lazy("Set the last day."),
    "scope": _lazy("Write what is audited, and what is not."),
    "criteria": _lazy("Write what it is measured against."),
}


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: User) -> Self:
        """The audits the person may read."""
        return self.filter(visible_condition(user))

    def work_visible_to(self, user: User) -> Self:
        """The audits whose questions, answers and findings the person may read."""
        return self.filter(work_condition(user))

    def taken_part_in_by(self, user: User) -> Self:
        return self.filter(taking_part_condition(user))

    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it."""
        return self.filter(unit__path__startswith=unit.path)

    def standing(self) -> Self:
        """Not cancelled."""
        return self.exclude(status=Audit.Status.CANCELLED)

    def issued(self) -> Self:
        """With a report."""
        return self.filter(status__in=ISSUED)

    def late(self) -> Self:
        """Whose last day, or month, is past without a report: the same rule as `Audit.is_late`."""
        today = clock.today()
        past_month = Q(year__lt=today.year) | Q(year=today.year, month__lt=today.month)
        past = Q(ends_on__lt=today) | Q(ends_on=None) & past_month
        return self.standing().exclude(status__in=ISSUED).filter(past)

    def for_list(self) -> Self:
        return self.select_related("unit", "standard", "programme").prefetch_related("team__user")


class Audit(VersionedModel):
    """One audit of a unit, or of a process that a unit owns. What is found stands as written once the report is issued."""

    class Kind(models.TextChoices):
        INTERNAL = "internal", _lazy("Internal audit")
        CERTIFICATION = "certification", _lazy("By the certification body")
        OTHER = "other", _lazy("By an owner or another outside")

    class Status(models.TextChoices):
        PLANNED = "planned", _lazy("Planned")
        NOTIFIED = "notified", _lazy("Noticed")
        IN_FIELD = "in_field", _lazy("Under way")
        REPORTED = "reported", _lazy("Reported")
        CLOSED = "closed", _lazy("Closed")
        CANCELLED = "cancelled", _lazy("Cancelled")

    wagtail_reference_index_ignore = True

    kind = models.CharField(_lazy("kind"), max_length=15, choices=Kind, default=Kind.INTERNAL)
    body = models.CharField(_lazy("who audits from outside"), max_length=120, blank=True)
    title = models.CharField(_lazy("title"), max_length=120)
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.PLANNED, editable=False)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("audited unit"), on_delete=models.PROTECT, related_name="audits")
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("process audited"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    page_label = models.CharField(_lazy("process audited"), max_length=300, blank=True, editable=False)
    programme = models.ForeignKey(
        Programme,
        verbose_name=_lazy("programme"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audits",
    )
    reasons = models.JSONField(_lazy("why it was proposed"), default=list, blank=True, editable=False)
    points = models.PositiveSmallIntegerField(_lazy("points"), null=True, blank=True, editable=False)
    year = models.PositiveSmallIntegerField(_lazy("year"))
    month = models.PositiveSmallIntegerField(_lazy("month"), null=True, blank=True)
    standard = models.ForeignKey(
        Standard,
        verbose_name=_lazy("standard or law"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    objective = models.TextField(_lazy("objective"), blank=True)
    scope = models.TextField(_lazy("what is audited, and what is not"), blank=True)
    criteria = models.TextField(_lazy("what it is measured against"), blank=True)
    starts_on = models.DateField(_lazy("first day"), null=True, blank=True)
    ends_on = models.DateField(_lazy("last day"), null=True, blank=True)
    template = models.ForeignKey(
        AuditTemplate, verbose_name=_lazy("template"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    restricted = models.BooleanField(
        _lazy("restricted"),
        default=False,
        help_text=_lazy("Only for those who take part, those who plan audits, and leaders and auditors of the unit."),
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    notified_at = models.DateTimeField(_lazy("noticed"), null=True, editable=False)
    started_at = models.DateTimeField(_lazy("begun"), null=True, editable=False)
    summary = models.TextField(_lazy("summary and conclusion"), blank=True)
    closing_meeting = models.DateField(_lazy("closing meeting"), null=True, blank=True)
    closing_note = models.TextField(_lazy("what was said in the closing meeting"), blank=True)
    reported_at = models.DateTimeField(_lazy("report issued"), null=True, editable=False)
    closed_at = models.DateTimeField(_lazy("closed"), null=True, editable=False)
    verified_by_name = models.CharField(_lazy("verified by"), max_length=200, blank=True, editable=False)
    verification = models.TextField(_lazy("how it was verified"), blank=True, editable=False)
    cancel_reason = models.TextField(_lazy("why it was cancelled"), blank=True, editable=False)

    history = Records()
    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("audit")
        verbose_name_plural = _lazy("audits")
        ordering = ["-year", "month", "title", "pk"]
        indexes = [models.Index(fields=["unit", "status"], name="audit_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__isnull=True) | Q(month__range=(1, 12)), name="audit_month_of_the_year"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=models.F("starts_on")),
                name="audit_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:audit", args=[self.pk])

    @property
    def is_issued(self) -> bool:
        return self.status in ISSUED

    @property
    def is_over(self) -> bool:
        return self.status in (self.Status.CLOSED, self.Status.CANCELLED)

    @property
    def is_planned(self) -> bool:
        return self.status == self.Status.PLANNED

    @property
    def in_field(self) -> bool:
        return self.status == self.Status.IN_FIELD

    @property
    def lead(self) -> "Auditor | None":
        """Who leads it. No query when the team is prefetched."""
        return next((member for member in self.team.all() if member.is_lead), None)

    @property
    def month_name(self) -> str:
        return str(MONTHS[self.month]).capitalize() if self.month else ""

    @property
    def when(self) -> str:
        """The days, or the month while there are none."""
        if self.starts_on and self.ends_on:
            first, last = (formats.date_format(day, "SHORT_DATE_FORMAT") for day in (self.starts_on, self.ends_on))
            return first if first == last else f"{first}–{last}"
        return f"{self.month_name} {self.year}".strip()

    @property
    def planned_day(self) -> datetime.date | None:
        """The first day, else the last day of the month; None while it has no month."""
        if self.starts_on or not self.month:
            return self.starts_on
        return datetime.date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    @property
    def is_late(self) -> bool:
        """Whether its last day, or its month, is past without a report."""
        today = clock.today()
        if self.is_issued or self.is_over:
            return False
        if self.ends_on:
            return self.ends_on < today
        return (self.year, self.month or 12) < (today.year, today.month)

    @property
    def added_afterwards(self) -> bool:
        """Whether it came into the programme after that was decided."""
        decided = self.programme.decided_at if self.programme else None
        return decided is not None and self.created_at > decided

    # From nothing to a noticed plan

    @classmethod
    @transaction.atomic
    def plan(
        cls,
        by: User,
        *,
        unit: Unit,
        key: uuid.UUID | None = None,
        lead: User | None = None,
        lead_reason: str = "",
        page: "Page | None" = None,
        **facts: Any,
    ) -> "Audit":
        """A planned audit, in a programme or by itself. The same `key` again gives the one already made.

        Raises PermissionDenied for who may not plan audits of the unit; ValidationError, by field, for what can't be,
        such as a lead auditor who is not impartial.
        """
        if not may_plan(by, unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        facts.setdefault("year", clock.today().year)
        audit = cls(unit=unit, key=key or uuid.uuid4(), created_at=clock.now(), **facts)
        audit._tie_to(page)
        audit._guard()
        audit.save_by(by)
        if lead:
            audit.team.model.name_lead(by, audit, lead, reason=lead_reason)
        return audit

    def change(
        self,
        by: User,
        *,
        version: int | None = None,
        lead: User | None = None,
        lead_reason: str = "",
        page: "Page | None" = None,
        **facts: Any,
    ) -> None:
        """Change the head and who leads. Raises PermissionDenied, StaleVersion, and ValidationError by field."""
        if not can(by, Act.PREPARE, self):
            raise PermissionDenied
        if "unit" in facts and facts["unit"] != self.unit and not may_plan(by, facts["unit"]):
            raise ValidationError({"unit": _("Choose a unit whose audits you plan.")})
        with self.changing(by, version=version):
            self.demand_not_issued()
            for name, value in facts.items():
                setattr(self, name, value)
            self._tie_to(page)
            self._guard()
            if lead:
                self.team.model.name_lead(by, self, lead, reason=lead_reason)

    def _tie_to(self, page: "Page | None") -> None:
        document = page.document if page else None
        self.page = page
        self.page_document_id = document.document_id if document else ""
        self.page_label = str(document) if document else ""

    def _guard(self) -> None:
        errors: dict[str, str] = {}
        if self.kind != self.Kind.INTERNAL and not self.body.strip():
            errors["body"] = _("Write who audits.")
        if self.starts_on and self.ends_on and self.ends_on < self.starts_on:
            errors["ends_on"] = _("The last day can't be before the first.")
        if self.programme and self.programme.year != self.year:
            errors["year"] = _("The programme is for %(year)s.") % {"year": self.programme.year}
        if errors:
            raise ValidationError(errors)

    def notify(self, by: User, *, version: int | None = None) -> None:
        """Planned → noticed: the leaders of the audited unit and the team are told, with days, scope and criteria (S47).
        Noticed again after a change of plan, they are told again.

        Raises PermissionDenied, StaleVersion, and ValidationError that names what is missing.
        """
        if not can(by, Act.PREPARE, self):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.status not in (self.Status.PLANNED, self.Status.NOTIFIED):
                raise ValidationError(_("The audit has begun already."))
            missing = [str(text) for name, text in NEEDED_FOR_NOTICE.items() if not getattr(self, name)]
            if not self.lead:
                missing.append(_("Name who leads the audit."))
            if missing:
                raise ValidationError(missing)
            self.status, self.notified_at = self.Status.NOTIFIED, clock.now()
        self._tell(by)

    def _tell(self, by: User) -> None:
        members = [member.user for member in self.team.select_related("user") if member.user]
        with translation.override(settings.LANGUAGE_CODE):
            to_unit = _("Your unit will be audited %(when)s") % {"when": self.when}
            to_team = _("You audit %(unit)s %(when)s") % {"unit": self.unit, "when": self.when}
        subjects = dict.fromkeys(self.unit.responsible_leaders(), to_unit) | dict.fromkeys(members, to_team)
        about, address = f"audit-notice:{self.pk}:{self.version}", self.get_absolute_url()
        remind_all(
            Reminder(user=person, about=about, subject=subject, url=address)
            for person, subject in subjects.items()
            if person != by
        )

    def cancel(self, by: User, *, reason: str, version: int | None = None) -> None:
        """It is not carried out after all. Raises PermissionDenied, StaleVersion, and ValidationError without a reason
        and once the report is issued."""
        if not can(by, Act.PLAN, self):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason.strip()):
            self.demand_not_issued()
            self.status, self.cancel_reason = self.Status.CANCELLED, reason.strip()

    # In the field

    def start(self, by: User, *, version: int | None = None) -> None:
        """Noticed → under way. Whether the auditors are impartial is asked again, for things may have changed.

        Raises PermissionDenied, StaleVersion, and ValidationError that names what stands in the way.
        """
        if not can(by, Act.WRITE, self):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.status != self.Status.NOTIFIED:
                raise ValidationError(_("Send the notice to the unit first."))
            if stops := impartiality.stops(self):
                raise ValidationError(stops)
            self.status, self.started_at = self.Status.IN_FIELD, clock.now()

    @contextmanager
    def preparing(self, by: User) -> Iterator[Self]:
        """Lock the audit while its questions or team are changed in the block. Raises PermissionDenied, and
        ValidationError once the report is issued."""
        with self._locked(by, Act.PREPARE):
            yield self

    @contextmanager
    def working(self, by: User) -> Iterator[Self]:
        """Lock the audit while answers, evidence or findings are written. Raises PermissionDenied, and ValidationError
        unless the audit is under way."""
        with self._locked(by, Act.WRITE):
            self.demand_in_field()
            yield self

    @contextmanager
    def _locked(self, by: User, act: Act) -> Iterator[Self]:
        with transaction.atomic():
            self._lock()
            if not can(by, act, self):
                raise PermissionDenied
            self.demand_not_issued()
            yield self

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=Audit.objects.select_for_update(of=("self",)))

    def summarise(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Write the summary and what was said in the closing meeting. Raises PermissionDenied, StaleVersion, and
        ValidationError unless the audit is under way."""
        if not can(by, Act.WRITE, self):
            raise PermissionDenied
        with self.changing(by, version=version):
            self.demand_in_field()
            self.summary, self.closing_note = facts["summary"].strip(), facts["closing_note"].strip()
            self.closing_meeting = facts["closing_meeting"]

    # The report, and after

    def issue(self, by: User, content: dict[str, Any], *, shown: str | None = None) -> Report:
        """Under way → reported: the content is frozen with a checksum, and every finding becomes a case at the unit
        (S23). `content` is what `report_content.of` says now, `shown` the checksum of what the person read.

        Raises PermissionDenied unless the person leads the audit; StaleVersion when something has changed since it was
        read; ValidationError that names what stands in the way.
        """
        if not can(by, Act.ISSUE, self):
            raise PermissionDenied
        with self.changing(by):
            self.demand_in_field()
            if shown is not None and shown != checksum_of(content):
                raise StaleVersion(self)
            findings = list(self.findings.select_related("audit__unit", "page", "requirement__standard"))
            if stops := [*self._lacks(), *(text for finding in findings for text in finding.lacks())]:
                raise ValidationError(stops)
            self.status, self.reported_at = self.Status.REPORTED, clock.now()
            for finding in findings:
                finding.follow_up(by)
            report = Report.freeze(by, content, audit=self)
        return report

    def _lacks(self) -> list[str]:
        lacks = []
        if not self.summary:
            lacks.append(_("Write the summary and conclusion."))
        if not self.closing_meeting:
            lacks.append(_("Set the day of the closing meeting."))
        return lacks

    def stops(self) -> list[str]:
        """What stands in the way of the report now, in words."""
        return [*self._lacks(), *(text for finding in self.findings.all() for text in finding.lacks())]

    def close(self, by: User, *, note: str, version: int | None = None) -> None:
        """Reported → closed: an auditor has verified that every nonconformity is put right.

        Raises PermissionDenied, StaleVersion, and ValidationError while a case of a nonconformity is open or nobody has
        written how it was verified.
        """
        if not can(by, Act.WRITE, self):
            raise PermissionDenied
        if not note.strip():
            raise ValidationError({"note": _("Write how you have verified it.")})
        with self.changing(by, version=version):
            if self.status != self.Status.REPORTED:
                raise ValidationError(_("Only an audit with an issued report can be closed."))
            if still_open := [finding.case for finding in self.findings.nonconformities() if finding.is_open]:
                references = ", ".join(str(case) for case in still_open)
                raise ValidationError(
                    _("These cases must be closed first: %(references)s.") % {"references": references}
                )
            self.status, self.closed_at = self.Status.CLOSED, clock.now()
            self.verified_by_name, self.verification = by.get_full_name(), note.strip()

    # Guards

    def demand_not_issued(self) -> None:
        """Raise ValidationError when the report stands, and when the audit is cancelled."""
        if self.is_issued:
            raise ValidationError(_("The report is issued, and stands as it is."))
        if self.status == self.Status.CANCELLED:
            raise ValidationError(_("The audit is cancelled."))

    def demand_in_field(self) -> None:
        """Raise ValidationError unless the audit is under way."""
        self.demand_not_issued()
        if not self.in_field:
            raise ValidationError(_("Begin the audit first."))

    @property
    def reported_on(self) -> Any:
        return timezone.localdate(self.reported_at) if self.reported_at else None

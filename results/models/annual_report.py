"""The yearly report to the council on internal control and the results of state inspections (kommuneloven § 25-2)."""

import uuid
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from results.periods import Length, Period
from results.review_permissions import may_issue_yearly_report, may_read_yearly_drafts, may_write_yearly_report

TEXTS = ("introduction", "assessment")


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    def visible_to(self, user: User) -> Self:
        """Those that are issued; the drafts too for those who follow the results of the municipality."""
        if not user.is_active:
            return self.none()
        municipality = Unit.objects.municipality()
        reads_all = municipality is not None and may_read_yearly_drafts(user, municipality)
        return self if reads_all else self.filter(status=AnnualReport.Status.ISSUED)


class AnnualReport(VersionedModel):
    """The report of one year. Its figures live while it is a draft; issued, it is frozen."""

    class Status(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        ISSUED = "issued", _lazy("Issued")

    year = models.PositiveSmallIntegerField(_lazy("year"), unique=True)
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    introduction = models.TextField(_lazy("introduction"), blank=True)
    assessment = models.TextField(_lazy("the municipal director's assessment"), blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    issued_at = models.DateTimeField(_lazy("issued"), null=True, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("yearly report")
        verbose_name_plural = _lazy("yearly reports")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="yearly_report_of_a_year"),
        ]

    def __str__(self) -> str:
        return _("Report on internal control %(year)s") % {"year": self.year}

    def get_absolute_url(self) -> str:
        return reverse("results:annual_report", args=[self.year])

    @property
    def period(self) -> Period:
        return Period.of(Length.YEAR, self.year)

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, municipality: Unit, *, year: int) -> "AnnualReport":
        """The draft of the year, or the report that is there already. Raises PermissionDenied, and ValidationError for a year
        that is still to come."""
        if not may_write_yearly_report(by, municipality):
            raise PermissionDenied
        if existing := cls.objects.filter(year=year).first():
            return existing
        if year > clock.today().year:
            raise ValidationError({"year": _("Choose this year or one before it.")})
        report = cls(year=year, created_at=clock.now())
        report.save_by(by)
        return report

    def write(self, by: User, municipality: Unit, *, version: int | None = None, **texts: Any) -> None:
        """Change the texts of the draft. Raises PermissionDenied, StaleVersion, and ValidationError once it is issued."""
        if not may_write_yearly_report(by, municipality):
            raise PermissionDenied
        with self.changing(by, version=version):
            self.demand_draft()
            for name in texts.keys() & set(TEXTS):
                setattr(self, name, texts[name].strip())

    def demand_issuer(self, by: User, municipality: Unit) -> None:
        """Raise PermissionDenied unless the person may issue it."""
        if not may_issue_yearly_report(by, municipality):
            raise PermissionDenied

    def demand_draft(self) -> None:
        """Raise ValidationError when it is issued."""
        if not self.is_draft:
            raise ValidationError(_("The report is issued and stands as it is."))

    def demand_ready(self) -> None:
        """Raise ValidationError when it is issued, or lacks the director's assessment."""
        self.demand_draft()
        if not self.assessment:
            raise ValidationError(_("Write the municipal director's assessment before the report is issued."))

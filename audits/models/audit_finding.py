"""A finding of an audit, in five grades (S48, S70): written, checked, reported, and followed up in a case (S23)."""

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.audit_permissions import Act, can, work_condition
from cases.models import Case
from handbook.models import Requirement
from organisation import clock
from organisation.history import Records
from organisation.models import Unit, User

from .audit import Audit
from .audit_question import AuditQuestion, Evidence
from .finding import Finding, FindingQuerySet

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise
    from wagtail.models import Page


class Grade(models.TextChoices):
    """How serious it is."""

    MAJOR = "major", _lazy("Major nonconformity")
    MINOR = "minor", _lazy("Minor nonconformity")
    OBSERVATION = "observation", _lazy("Observation")
    OPPORTUNITY = "opportunity", _lazy("Opportunity for improvement")
    GOOD = "good", _lazy("Good practice")


NONCONFORMITIES = (Grade.MAJOR, Grade.MINOR)
CASE_KINDS = {Grade.OPPORTUNITY: Case.Kind.IMPROVEMENT, Grade.GOOD: Case.Kind.POSITIVE}
DAYS = {Grade.MAJOR: 30, Grade.MINOR: 90, Grade.OBSERVATION: 180}  # to put it right


class AuditFindingQuerySet(FindingQuerySet):
    def visible_to(self, user: User) -> Self:
        """The findings of the audits whose work the person may read."""
        return self.filter(work_condition(user, "audit__"))

    def nonconformities(self) -> Self:
        return self.filter(grade__in=NONCONFORMITIES)

    def reported(self) -> Self:
        """Those that stand in an issued report."""
        return self.filter(audit__reported_at__isnull=False)

    def in_unit(self, unit: Unit) -> Self:
        """Of audits of the unit and the units below it."""
        return self.filter(audit__unit__path__startswith=unit.path)

    def for_list(self) -> Self:
        return self.select_related("audit__unit", "requirement__standard", "case")


class AuditFinding(Finding):
    """A finding. Its words stand as written once the report is issued."""

    wagtail_reference_index_ignore = True
    SERIOUS = frozenset({Grade.MAJOR.value})
    NOTHING_TO_MEND = frozenset({Grade.GOOD.value})

    audit = models.ForeignKey(Audit, verbose_name=_lazy("audit"), on_delete=models.PROTECT, related_name="findings")
    question = models.ForeignKey(
        AuditQuestion,
        verbose_name=_lazy("question"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="findings",
    )
    grade = models.CharField(_lazy("grade"), max_length=12, choices=Grade)
    requirement = models.ForeignKey(
        Requirement,
        verbose_name=_lazy("requirement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="audit_findings",
    )

    history = Records()
    objects = AuditFindingQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("audit finding")
        verbose_name_plural = _lazy("audit findings")
        ordering = ["audit", "pk"]
        indexes = [models.Index(fields=["grade"], name="audit_finding_grade")]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="audit_finding_has_words"),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('audits:audit', args=[self.audit_id])}#funn-{self.pk}"

    @property
    def is_nonconformity(self) -> bool:
        return self.grade in NONCONFORMITIES

    @property
    def is_open(self) -> bool:
        return self.case is not None and self.case.status in Case.OPEN

    @property
    def case_kind(self) -> str:
        return CASE_KINDS.get(Grade(self.grade), Case.Kind.AUDIT_FINDING)

    @property
    def origin_label(self) -> "StrOrPromise":
        return _("Audit: %(title)s") % {"title": self.audit}

    @property
    def measured_against(self) -> str:
        """The requirement and what else it is measured against, in words."""
        return "; ".join(filter(None, (str(self.requirement or ""), self.basis)))

    @property
    def found_in(self) -> Audit:
        return self.audit

    @property
    def found_at(self) -> Unit:
        return self.audit.unit

    @property
    def reported_on(self) -> datetime.date | None:
        return timezone.localdate(self.audit.reported_at) if self.audit.reported_at else None

    def readable_by(self, user: User) -> bool:
        return can(user, Act.SEE_WORK, self.audit)

    @classmethod
    def write(
        cls, by: User, audit: Audit, *, question: AuditQuestion | None = None, page: "Page | None" = None, **facts: Any
    ) -> "AuditFinding":
        """A new finding. Raises PermissionDenied, and ValidationError without words and unless the audit is under way."""
        with audit.working(by):
            if question and (there := audit.findings.filter(question=question, words=facts["words"].strip()).first()):
                return there
            finding = cls(audit=audit, question=question, created_at=clock.now())
            finding._set(page=page, **facts)
            finding.save_by(by)
        return finding

    def change(self, by: User, *, version: int | None = None, page: "Page | None" = None, **facts: Any) -> None:
        """Change it before the report. Raises PermissionDenied, StaleVersion, ValidationError as `write`."""
        with self.audit.working(by), self.changing(by, version=version):
            self._set(page=page, **facts)

    def _set(self, *, words: str, grade: str, page: "Page | None", basis: str = "", requirement: Any = None) -> None:
        if not words.strip():
            raise ValidationError({"words": _("Write the finding.")})
        self.words, self.grade, self.basis, self.requirement = words.strip(), grade, basis.strip(), requirement
        document = page.document if page else None
        self.page = page
        self.page_document_id = document.document_id if document else ""
        self.page_label = str(document) if document else ""

    def withdraw(self, by: User) -> None:
        """It was no finding after all; history keeps it. Raises PermissionDenied, and ValidationError unless the audit is
        under way."""
        with self.audit.working(by):
            for evidence in self.evidence.all():
                evidence.remove(by)
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

    def all_evidence(self) -> models.QuerySet[Evidence]:
        """What it rests on: its own evidence, and that of its question."""
        return Evidence.objects.of(self)

    def lacks(self) -> list[str]:
        """What it lacks to stand in a report, in words: a nonconformity has evidence and something it is measured
        against (ISO 19011 clause 6.4.8)."""
        if not self.is_nonconformity:
            return []
        found = []
        if not self.measured_against:
            found.append(_("“%(finding)s” lacks what it is measured against.") % {"finding": self.title})
        if not self.all_evidence().exists():
            found.append(_("“%(finding)s” lacks evidence.") % {"finding": self.title})
        return found

    @property
    def deadline(self) -> datetime.date | None:
        """When its case is due, from today."""
        days = DAYS.get(Grade(self.grade))
        return clock.today() + datetime.timedelta(days) if days else None

    def follow_up(self, by: User) -> Case:
        """The case at the audited unit. Only `Audit.issue` calls it, in its transaction."""
        audit = self.audit
        return self._open_case(by, unit=audit.unit, grade=self.grade, deadline=self.deadline, sealed=audit.restricted)

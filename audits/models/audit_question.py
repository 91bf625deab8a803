"""What is asked in an audit, what was answered, and what it rests on (S48, S64)."""

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from handbook.models import Requirement
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User

from .audit import Audit

if TYPE_CHECKING:
    from .audit_finding import AuditFinding

MOST_QUESTIONS = 200


class AuditQuestionQuerySet(models.QuerySet["AuditQuestion"]):
    def for_list(self) -> Self:
        return self.select_related("requirement__standard", "answered_by", "verifies__audit").prefetch_related(
            "evidence", "findings"
        )


class AuditQuestion(VersionedModel):
    """One question with its answer. Two who answer at once don't overwrite each other: the second gets both texts."""

    class Source(models.TextChoices):
        REQUIREMENT = "requirement", _lazy("Requirement")
        PAGE = "page", _lazy("Procedure")
        TEMPLATE = "template", _lazy("Template")
        FINDING = "finding", _lazy("Earlier finding")
        RISK = "risk", _lazy("Risk")
        FREE = "free", _lazy("Own question")

    class Result(models.TextChoices):
        CONFORMS = "conforms", _lazy("Conforms")
        PARTLY = "partly", _lazy("Partly")
        NOT = "not", _lazy("Does not conform")
        NOT_RELEVANT = "not_relevant", _lazy("Not relevant")

    wagtail_reference_index_ignore = True

    audit = models.ForeignKey(Audit, verbose_name=_lazy("audit"), on_delete=models.PROTECT, related_name="questions")
    place = models.PositiveSmallIntegerField(_lazy("place"), editable=False)
    text = models.CharField(_lazy("question"), max_length=500)
    look_for = models.CharField(_lazy("what to look for"), max_length=500, blank=True)
    source = models.CharField(_lazy("comes from"), max_length=12, choices=Source, default=Source.FREE, editable=False)
    source_label = models.CharField(_lazy("source"), max_length=300, blank=True, editable=False)
    requirement = models.ForeignKey(
        Requirement,
        verbose_name=_lazy("requirement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    verifies = models.ForeignKey(
        "audits.AuditFinding",
        verbose_name=_lazy("earlier finding to verify"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="verified_in",
    )
    result = models.CharField(_lazy("answer"), max_length=15, choices=Result, blank=True)
    note = models.TextField(_lazy("note"), blank=True)
    answered_at = models.DateTimeField(_lazy("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("answered by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )

    history = Records()
    objects = AuditQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("question of an audit")
        verbose_name_plural = _lazy("questions of audits")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """Where it is answered."""
        return reverse("audits:answer", args=[self.audit_id, self.pk])

    @classmethod
    def add(cls, by: User, audit: Audit, rows: Iterable[dict[str, Any]]) -> int:
        """Put questions at the end of the list; how many. One that is there already, by its words, is left out.

        Raises PermissionDenied, and ValidationError for one with no words, for too many, and once the report is issued.
        """
        with audit.preparing(by):
            there = set(audit.questions.values_list("text", flat=True))
            place = audit.questions.aggregate(last=Max("place"))["last"] or 0
            added = 0
            for row in rows:
                text = row["text"].strip()
                if not text:
                    raise ValidationError({"text": _("Write the question.")})
                if text in there:
                    continue
                there.add(text)
                if len(there) > MOST_QUESTIONS:
                    raise ValidationError(_("An audit has at most %(number)s questions.") % {"number": MOST_QUESTIONS})
                place, added = place + 1, added + 1
                cls(audit=audit, place=place, **{**row, "text": text}).save_by(by)
        return added

    def reword(self, by: User, *, version: int | None = None, text: str, look_for: str = "") -> None:
        """Change the words. Raises PermissionDenied, StaleVersion, and ValidationError for one that is answered."""
        with self.audit.preparing(by), self.changing(by, version=version):
            if self.result:
                raise ValidationError({"text": _("The question is answered. Write a new one instead.")})
            self.text, self.look_for = text.strip(), look_for.strip()

    def move(self, by: User, *, up: bool) -> None:
        """Change place with the one before or after; nothing at the end of the list. Raises PermissionDenied."""
        with self.audit.preparing(by):
            side, order = ("lt", "-place") if up else ("gt", "place")
            other = self.audit.questions.filter(**{f"place__{side}": self.place}).order_by(order).first()
            if other:
                mine, theirs = self.place, other.place
                with self.changing(by):
                    self.place = theirs
                with other.changing(by):
                    other.place = mine

    def remove(self, by: User) -> None:
        """Take it out of the list; history keeps it. Raises PermissionDenied, and ValidationError for one that is
        answered or has evidence or a finding."""
        with self.audit.preparing(by):
            if self.result or self.evidence.exists() or self.findings.exists():
                raise ValidationError(_("The question is in use. Answer “Not relevant” instead."))
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

    def answer(self, by: User, *, version: int | None = None, result: str, note: str = "") -> None:
        """Write the answer. Raises PermissionDenied, StaleVersion when somebody else has answered meanwhile, and
        ValidationError unless the audit is under way."""
        with self.audit.working(by), self.changing(by, version=version):
            self.result, self.note = result, note.strip()
            self.answered_at, self.answered_by = clock.now(), by


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def of(self, finding: "AuditFinding") -> Self:
        """What a finding rests on: its own evidence, and that of the question it came from."""
        own = Q(finding=finding)
        return self.filter(own | Q(question=finding.question_id) if finding.question_id else own)


class Evidence(VersionedModel):
    """What an answer or a finding rests on: who said it, which document, what was seen, and of how many."""

    class Kind(models.TextChoices):
        INTERVIEW = "interview", _lazy("Interview")
        DOCUMENT = "document", _lazy("Document")
        OBSERVATION = "observation", _lazy("Observation")

    audit = models.ForeignKey(Audit, verbose_name=_lazy("audit"), on_delete=models.PROTECT, related_name="evidence")
    question = models.ForeignKey(
        AuditQuestion, verbose_name=_lazy("question"), on_delete=models.PROTECT, null=True, related_name="evidence"
    )
    finding = models.ForeignKey(
        "audits.AuditFinding",
        verbose_name=_lazy("finding"),
        on_delete=models.PROTECT,
        null=True,
        related_name="evidence",
    )
    kind = models.CharField(_lazy("kind"), max_length=12, choices=Kind)
    source = models.CharField(_lazy("who, which document, or where"), max_length=200)
    seen = models.TextField(_lazy("what was said, read or seen"))
    conforming = models.PositiveSmallIntegerField(_lazy("as it should be"), null=True, blank=True)
    sample = models.PositiveSmallIntegerField(_lazy("sample"), null=True, blank=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    written_at = models.DateTimeField(default=clock.now, editable=False)
    written_by_name = models.CharField(_lazy("written by"), max_length=200, editable=False)

    history = Records()
    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("evidence")
        verbose_name_plural = _lazy("evidence")
        ordering = ["written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question__isnull=False) | Q(finding__isnull=False), name="evidence_belongs_somewhere"
            ),
            models.CheckConstraint(
                condition=Q(conforming__isnull=True) | Q(sample__isnull=True) | Q(conforming__lte=models.F("sample")),
                name="evidence_n_of_m",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.source}"

    @property
    def share(self) -> str:
        """ "3 of 5", or nothing."""
        if self.sample is None:
            return ""
        return _("%(n)s of %(m)s as it should be") % {"n": self.conforming or 0, "m": self.sample}

    @classmethod
    def add(
        cls,
        by: User,
        *,
        question: AuditQuestion | None = None,
        finding: "AuditFinding | None" = None,
        key: uuid.UUID | None = None,
        **facts: Any,
    ) -> "Evidence":
        """Write evidence to a question or a finding. The same `key` again gives the one already made.

        Raises PermissionDenied, and ValidationError by field.
        """
        belongs_to = question or finding
        if belongs_to is None:
            raise ValidationError(_("Evidence belongs to a question or a finding."))
        with belongs_to.audit.working(by) as audit:
            if key and (existing := cls.objects.filter(key=key, audit=audit).first()):
                return existing
            made = cls(audit=audit, question=question, finding=finding, key=key or uuid.uuid4(), **facts)
            made.written_at, made.written_by_name = clock.now(), by.get_full_name()
            made._guard()
            made.save_by(by)
        return made

    def _guard(self) -> None:
        if (self.conforming is None) != (self.sample is None):
            raise ValidationError({"sample": _("Write both numbers: how many of how many.")})
        if self.conforming is not None and self.sample is not None and self.conforming > self.sample:
            raise ValidationError({"conforming": _("This can't be more than the sample.")})

    def remove(self, by: User) -> None:
        """Take it away; history keeps it. Raises PermissionDenied, and ValidationError unless under way."""
        with self.audit.working(by):
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

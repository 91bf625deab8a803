"""The requirement register: what standards and laws ask of us, and which documents answer it (G9, S17).

The titles are our own short words; the text of a standard is its publisher's and is never copied here.
A finding of an audit points at `Requirement`.
"""

import re
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from handbook.permissions import Act, can
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User
from organisation.roles import Right

from .document import Document

NUMBER_WIDTH = 5


def clause_order(clause: str) -> str:
    """A key that sorts clauses as people count: 7.10 after 7.9, A.5.9 before A.5.10."""
    return re.sub(r"\d+", lambda found: found[0].zfill(NUMBER_WIDTH), clause.lower())


def clause_slug(clause: str) -> str:
    """The clause in an address: "7.5.3", "a.5.9", "25-1-a" for "§ 25-1 a"."""
    return re.sub(r"[^\w.-]+|\.(?!\w)", "-", clause.lower()).strip("-").replace("--", "-")


def is_under(clause: str, above: str) -> bool:
    """Whether a clause lies below another: 7.5.3 is under 7.5 and 7, not under 7.50."""
    return clause != above and clause.startswith(above) and not clause[len(above)].isalnum()


def manages(user: User) -> bool:
    """Whether the person looks after the register."""
    return user.has_right(Right.MANAGE_SYSTEM)


def may_map(user: User, document: Document) -> bool:
    """Whether the person may say what the document answers: those who write it, and who look after the register."""
    if manages(user):
        return True
    return document.page is not None and can(user, Act.WRITE, document.page.specific)


class StandardQuerySet(models.QuerySet["Standard"]):
    def active(self) -> Self:
        return self.filter(active=True)


class Standard(VersionedModel):
    """A standard, a law or a set of requirements of our own. Made inactive when it no longer applies."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("Standard")
        LAW = "law", _("Law or regulation")
        OWN = "own", _("Own requirement")

    code = models.CharField(_("code"), max_length=80, unique=True, help_text=_("What people call it: ISO 9001:2015."))
    slug = models.SlugField(_("address"), max_length=80, unique=True, help_text=_("Short and lasting: iso-9001."))
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.STANDARD)
    issue = models.CharField(_("version or date"), max_length=60, blank=True)
    url = models.URLField(_("read more"), blank=True)
    active = models.BooleanField(_("active"), default=True)

    history = Records()
    objects = StandardQuerySet.as_manager()

    class Meta:
        verbose_name = _("standard or law")
        verbose_name_plural = _("standards and laws")
        ordering = ["-kind", "code"]

    def __str__(self) -> str:
        return self.code

    def get_absolute_url(self) -> str:
        return reverse("handbook:matrix", args=[self.slug])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Standards are made inactive, not deleted: mappings, plans and findings point at them."""
        raise ValidationError(_("A standard can't be deleted. Make it inactive instead."))


class Requirement(VersionedModel):
    """One clause. A heading asks nothing by itself; the clauses below it do."""

    standard = models.ForeignKey(
        Standard, verbose_name=_("standard or law"), on_delete=models.PROTECT, related_name="requirements"
    )
    clause = models.CharField(_("clause"), max_length=40)
    slug = models.CharField(max_length=60, editable=False)
    order = models.CharField(max_length=240, editable=False)
    title = models.CharField(_("what it asks for"), max_length=200, help_text=_("In our own words, never the text."))
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="children"
    )
    is_heading = models.BooleanField(_("only a heading"), default=False)
    applicable = models.BooleanField(_("applies to us"), default=True)
    reason = models.TextField(_("why it does not apply"), blank=True)

    history = Records(excluded_fields=["slug", "order", "parent"])

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["standard", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["standard", "clause"],
                name="one_requirement_per_clause",
                violation_error_message=_("The clause is in the register already."),
            ),
            models.UniqueConstraint(fields=["standard", "slug"], name="one_requirement_per_address"),
            models.CheckConstraint(
                condition=Q(applicable=True) | ~Q(reason=""),
                name="what_does_not_apply_has_a_reason",
                violation_error_message=_("Write why the requirement does not apply."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standard} {self.clause}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:requirement", args=[self.standard.slug, self.slug])

    def clean(self) -> None:
        """Refuse a clause that is there already, at its field."""
        same = Requirement.objects.filter(standard_id=self.standard_id, slug=clause_slug(self.clause))
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"clause": _("The clause is in the register already.")})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with what follows from the clause: sort key, address, and the nearest clause above."""
        others = list(self.standard.requirements.exclude(pk=self.pk).only("pk", "clause", "parent_id"))
        self.take_place(others)
        with transaction.atomic():
            super().save(*args, **kwargs)
            below = [
                other.pk
                for other in others
                if is_under(other.clause, self.clause) and other.parent_id == self.parent_id
            ]
            if below:
                Requirement.objects.filter(pk__in=below).update(parent=self)

    def take_place(self, others: Iterable["Requirement"]) -> None:
        """Set sort key, address and the nearest clause above, of the others of the standard."""
        self.order, self.slug = clause_order(self.clause), clause_slug(self.clause)
        above = [other for other in others if is_under(self.clause, other.clause)]
        self.parent = max(above, key=lambda other: len(other.clause), default=None)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise ValidationError(_("A requirement can't be deleted. Say that it does not apply instead."))

    def set_applicability(self, by: User, *, applicable: bool, reason: str = "", version: int | None = None) -> None:
        """Say whether it applies to us (statement of applicability, ISO 27001 clause 6.1.3 d).

        Raises PermissionDenied for those who don't look after the register, ValidationError without a
        reason, StaleVersion.
        """
        if not manages(by):
            raise PermissionDenied
        with self.changing(by, version=version, reason=reason):
            if self.is_heading:
                raise ValidationError({"applicable": _("This is only a heading.")})
            if not applicable and not reason.strip():
                raise ValidationError({"reason": _("Write why the requirement does not apply.")})
            self.applicable, self.reason = applicable, "" if applicable else reason.strip()


class CoverageQuerySet(models.QuerySet["Coverage"]):
    def current(self) -> Self:
        return self.filter(ended_at__isnull=True)


class Coverage(VersionedModel):
    """A document answers a requirement. When the mapping ends the row stays: it once was so."""

    requirement = models.ForeignKey(
        Requirement, verbose_name=_("requirement"), on_delete=models.PROTECT, related_name="coverages"
    )
    document = models.ForeignKey(Document, verbose_name=_("page"), on_delete=models.PROTECT, related_name="coverages")
    note = models.CharField(_("how the page answers it"), max_length=300, blank=True)
    linked_at = models.DateTimeField(_("mapped"), default=clock.now, editable=False)
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("mapped by"),
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ended by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )

    history = Records()
    objects = CoverageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mapping")
        verbose_name_plural = _("mappings")
        ordering = ["-linked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["requirement", "document"],
                condition=Q(ended_at__isnull=True),
                name="a_page_answers_a_requirement_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement} – {self.document}"

    @classmethod
    def link(cls, by: User, requirement: Requirement, document: Document, note: str = "") -> "Coverage":
        """Say that the document answers the requirement.

        Raises PermissionDenied for those who neither write the page nor look after the register, and
        ValidationError for a heading, for what does not apply, for a page that is not in force and for
        a mapping that is there already.
        """
        if not may_map(by, document):
            raise PermissionDenied
        with transaction.atomic():
            requirement = Requirement.objects.select_for_update(of=("self",)).get(pk=requirement.pk)
            if requirement.is_heading:
                raise ValidationError({"requirement": _("This is only a heading. Choose a clause below it.")})
            if not requirement.applicable:
                raise ValidationError({"requirement": _("The requirement does not apply to us.")})
            if document.edition_in_force() is None:
                raise ValidationError({"document": _("The page is not in force, and can't answer a requirement.")})
            if cls.objects.current().filter(requirement=requirement, document=document).exists():
                raise ValidationError({"document": _("The page is mapped to the requirement already.")})
            coverage = cls(requirement=requirement, document=document, note=note.strip(), linked_by=by)
            coverage.save_by(by)
        return coverage

    def describe(self, by: User, *, note: str, version: int | None = None) -> None:
        """Change how the page answers it. Raises PermissionDenied, ValidationError, StaleVersion."""
        self._demand(by)
        with self.changing(by, version=version):
            self._must_be_current()
            self.note = note.strip()

    def end(self, by: User, *, version: int | None = None) -> None:
        """The page no longer answers it. Raises PermissionDenied, ValidationError, StaleVersion."""
        self._demand(by)
        with self.changing(by, version=version):
            self._must_be_current()
            self.ended_at, self.ended_by = clock.now(), by

    def _demand(self, by: User) -> None:
        if not may_map(by, self.document):
            raise PermissionDenied

    def _must_be_current(self) -> None:
        if self.ended_at is not None:
            raise ValidationError(_("The mapping is removed already."))

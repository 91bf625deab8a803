"""Editions: what was in force, word for word, for ever (G4; ISO 9001 clause 7.5.3)."""

import datetime
import hashlib
import json
from collections.abc import Iterator
from typing import Any, Self

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from handbook.terms import Kind
from organisation.models import Unit

from .approval import Approval
from .document import Document

CHECKED_FIELDS = (
    "major",
    "minor",
    "is_major",
    "document_code",
    "number",
    "title",
    "kind",
    "summary",
    "content",
    "html",
    "text",
    "change_note",
    "author_name",
    "approver_name",
    "approver_capacity",
    "approved_at",
    "valid_from",
    "owner_unit_name",
    "review_date",
    "previous_sha256",
)


CHECKED_FIELDS_OF_APPROVAL = (
    "fingerprint",
    "content",
    "change_kind",
    "change_note",
    "author_names",
    "requested_by_name",
    "approver_name",
    "capacity",
    "hearing",
    "comment",
    "last_contribution",
    "approved_at",
    "valid_from",
)


def checksum(edition: "Edition") -> str:
    """SHA-256 over a canonical JSON (sorted keys, UTF-8, times in UTC) of all that the edition says, of the approval
    it rests on, and of who had written until then and when.

    Reproducible by anybody with the rows: keys of people and units are left out, their names are in.
    """
    said = {name: getattr(edition, name) for name in CHECKED_FIELDS}
    if approval := edition.approval:
        said["approval"] = {name: getattr(approval, name) for name in CHECKED_FIELDS_OF_APPROVAL}
        wrote = [row for row in edition.document.contributions.all() if row.pk <= approval.last_contribution]
        said["written"] = [(row.user_name, row.at) for row in sorted(wrote, key=lambda row: row.pk)]
    said = _in_utc(said)
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _in_utc(value: Any) -> Any:
    """The same with its times written alike, whichever time zone they were read in."""
    if isinstance(value, datetime.datetime):
        return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    if isinstance(value, dict):
        return {name: _in_utc(item) for name, item in value.items()}
    return [_in_utc(item) for item in value] if isinstance(value, list | tuple) else value


class EditionQuerySet(models.QuerySet["Edition"]):
    def latest_of_each(self) -> Self:
        """The newest edition of every document."""
        newer = Edition.objects.filter(document=OuterRef("document")).filter(
            Q(major__gt=OuterRef("major")) | Q(major=OuterRef("major"), minor__gt=OuterRef("minor"))
        )
        return self.filter(~Exists(newer))

    def in_force(self) -> Self:
        """The editions people work by: newest of documents whose page is published."""
        return self.latest_of_each().filter(document__page__live=True)

    def under(self, page: Page) -> Self:
        """The editions of a page and of the pages below it."""
        return self.filter(document__page__path__startswith=page.path)

    def newest_first(self) -> Self:
        return self.order_by("-major", "-minor")

    def labelled(self, label: str) -> Self:
        """The edition with the label "4" or "4.1"; nothing when it isn't a label."""
        major, _dot, minor = label.partition(".")
        if not major.isdecimal() or (minor and not minor.isdecimal()) or len(label) > 12:
            return self.none()
        return self.filter(major=int(major), minor=int(minor or 0))


class Edition(models.Model):
    """One published state of a document. Rows are added, never changed: the database refuses."""

    append_only = True
    LARGE = ("content", "html", "text")  # what lists leave in the database

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="editions"
    )
    major = models.PositiveIntegerField(_("version"))
    minor = models.PositiveIntegerField(_("editorial number"), default=0)
    is_major = models.BooleanField(_("substantial change"))
    document_code = models.CharField(_("document id"), max_length=20)
    number = models.CharField(_("number"), max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=255)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    content = models.JSONField(_("content"))
    html = models.TextField(_("as shown"))
    text = models.TextField(_("as text"))
    change_note = models.TextField(_("what changed and why"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("author"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="editions_written",
    )
    author_name = models.CharField(_("author's name"), max_length=200, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("approver"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="editions_approved",
    )
    approver_name = models.CharField(_("approver's name"), max_length=200, blank=True)
    approver_capacity = models.CharField(_("approved in the capacity of"), max_length=300, blank=True)
    approval = models.OneToOneField(
        Approval, verbose_name=_("approval"), on_delete=models.PROTECT, null=True, blank=True, related_name="edition"
    )
    approved_at = models.DateTimeField(_("approved"))
    valid_from = models.DateField(_("valid from"))
    owner_unit = models.ForeignKey(Unit, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="editions")
    owner_unit_name = models.CharField(_("owner's name"), max_length=120)
    review_date = models.DateField(_("next review"), null=True, blank=True)
    sha256 = models.CharField(_("checksum"), max_length=64)
    previous_sha256 = models.CharField(_("checksum of the edition before"), max_length=64, blank=True)

    objects = EditionQuerySet.as_manager()

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        ordering = ["-approved_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "major", "minor"], name="one_edition_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.document_code} {self.label}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row with its checksum. Raises TypeError on a row that is already there."""
        if not self._state.adding:
            raise TypeError("An edition is never changed")
        self.sha256 = checksum(self)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """This very edition, for ever."""
        return reverse("handbook:edition", args=[self.document_code, self.label])

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("An edition is never deleted")

    @property
    def label(self) -> str:
        """The number people say: "4", or "4.1" after an editorial change."""
        return f"{self.major}.{self.minor}" if self.minor else str(self.major)

    @property
    def change_kind(self) -> str:
        return _("substantial") if self.is_major else _("editorial")

    @property
    def toc(self) -> list[tuple[str, str]]:
        """The headings: (anchor, heading)."""
        return [(anchor, heading) for anchor, heading in self.content.get("toc", [])]

    @property
    def checklists(self) -> dict[int, dict[str, Any]]:
        """The checklists of the body by their place in it: {"title", "items"}."""
        return dict(self._blocks("checklist"))

    @property
    def quiz(self) -> dict[str, Any] | None:
        """The questions that make the page a lesson: {"audience", "minutes", "questions"}; None without."""
        return next((value for _place, value in self._blocks("quiz")), None)

    def _blocks(self, block_type: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """(place, value) of the blocks of a type. The rows of lists as they are, without Wagtail's wrapping."""
        for place, block in enumerate(self.content.get("body", [])):
            if block["type"] == block_type:
                yield place, _unwrapped(block["value"])

    @property
    def applies_to_name(self) -> str:
        """The unit the document is for; empty when it is for the whole municipality."""
        return (self.content.get("applies_to") or {}).get("name", "")

    @property
    def valid_to(self) -> datetime.date | None:
        """When the next edition took over; None for the newest. One query."""
        newer = Q(major__gt=self.major) | Q(major=self.major, minor__gt=self.minor)
        following = Edition.objects.filter(newer, document=self.document).order_by("major", "minor").first()
        return following.valid_from if following else None

    def is_intact(self) -> bool:
        """Whether the row still says what it said when it was frozen."""
        return self.sha256 == checksum(self)


def _unwrapped(value: Any) -> Any:
    """A block's value with the items of its lists in place of {"type": "item", "value": …}."""
    if isinstance(value, dict):
        if value.keys() == {"type", "value"} and value["type"] == "item":
            return _unwrapped(value["value"])
        return {key: _unwrapped(item) for key, item in value.items()}
    return [_unwrapped(item) for item in value] if isinstance(value, list) else value

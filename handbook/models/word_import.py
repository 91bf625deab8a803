"""Word files taken into the handbook: which file became which page, and what was said about it (G10)."""

from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

from handbook.blocks import BodyBlock
from organisation import clock
from organisation.models import Unit

from .kept_file import private_storage


class WordImport(models.Model):
    """One import: by whom, for which unit and below which page."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, verbose_name=_("process owner"), on_delete=models.PROTECT, related_name="+")
    under = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("below"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    started_at = models.DateTimeField(_("started"), default=clock.now)

    class Meta:
        verbose_name = _("Word import")
        verbose_name_plural = _("Word imports")
        ordering = ["-started_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.by} {self.started_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("word_import", args=[self.pk])

    @property
    def is_finished(self) -> bool:
        return not self.files.filter(state=ImportedFile.State.WAITING).exists()


class Reported:
    """What is said about a file that was read: `report` holds it, `state` how it went."""

    state: str
    report: dict[str, Any]

    @property
    def state_label(self) -> str:
        return str(ImportedFile.State(self.state).label)

    @property
    def remarks(self) -> list[dict[str, str]]:
        return self.report.get("remarks", [])

    @property
    def simplified(self) -> list[dict[str, str]]:
        return [remark for remark in self.remarks if remark["level"] == "simplified"]

    @property
    def left_out(self) -> list[dict[str, str]]:
        return [remark for remark in self.remarks if remark["level"] == "left_out"]

    @property
    def taken(self) -> list[str]:
        """The blocks that were made, in words: "Text: 4"."""
        names = {name: child.label for name, child in BodyBlock().child_blocks.items()}
        return [f"{names.get(kind, kind)}: {number}" for kind, number in self.report.get("blocks", {}).items()]


class ImportedFileQuerySet(models.QuerySet["ImportedFile"]):
    def taken_under(self, page: Page) -> Self:
        """The files that became drafts below a page, the newest first."""
        taken = (ImportedFile.State.NEW, ImportedFile.State.CHANGED)
        return self.filter(batch__under=page, state__in=taken, page__isnull=False).order_by("-pk")


class ImportedFile(Reported, models.Model):
    """One file of one import. The rows of a source, import by import, are its history."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        NEW = "new", _("New draft")
        CHANGED = "changed", _("New content in the draft")
        SAME = "same", _("Nothing new")
        REFUSED = "refused", _("Not imported")

    batch = models.ForeignKey(WordImport, verbose_name=_("import"), on_delete=models.CASCADE, related_name="files")
    source = models.CharField(_("file"), max_length=500)
    sha256 = models.CharField(_("checksum"), max_length=64, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.TextField(_("reason"), blank=True)
    title = models.CharField(_("title"), max_length=255, blank=True)
    report = models.JSONField(_("report"), default=dict, blank=True)
    page = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("page"), on_delete=models.SET_NULL, null=True, related_name="imported_files"
    )
    revision = models.ForeignKey(
        Revision, verbose_name=_("draft"), on_delete=models.SET_NULL, null=True, related_name="+"
    )
    imported_at = models.DateTimeField(_("imported"), null=True, blank=True)
    upload = models.FileField(_("uploaded file"), storage=private_storage, upload_to="word", blank=True)

    objects = ImportedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["batch", "pk"]
        indexes = [models.Index(fields=["source"]), models.Index(fields=["sha256"])]

    def __str__(self) -> str:
        return self.source

    @transaction.atomic
    def finish(self, state: "State", **facts: Any) -> None:
        """Say how it went. The uploaded copy is not needed any more."""
        for name, value in {**facts, "state": state, "imported_at": clock.now()}.items():
            setattr(self, name, value)
        upload, self.upload = self.upload, ""
        self.save()
        if upload:
            transaction.on_commit(lambda: upload.storage.delete(upload.name))

"""Copies of attachments, kept for ever beside the editions that refer to them (G4)."""

import hashlib
from typing import Any

from django.core.files.base import File
from django.core.files.storage import storages
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .document import Document


def private_storage() -> Any:
    """Files that are served by a view only. A function, so that migrations name no storage."""
    return storages["private"]


def sha256_of(file: File) -> str:
    """The checksum of a stored file; empty when it is gone."""
    try:
        with file.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def place_of(kept: "KeptFile", filename: str) -> str:
    return f"handbook/{kept.document.document_id}/{kept.sha256}"


class KeptFile(models.Model):
    """A file as it was when an edition was frozen. Replacing or deleting the attachment in the
    admin changes nothing here; the same content is kept once for each document."""

    append_only = True

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="kept_files"
    )
    sha256 = models.CharField(_("checksum"), max_length=64)
    filename = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size"))
    file = models.FileField(_("file"), storage=private_storage, upload_to=place_of)

    class Meta:
        verbose_name = _("kept file")
        verbose_name_plural = _("kept files")
        constraints = [models.UniqueConstraint(fields=["document", "sha256"], name="one_copy_of_a_content")]

    def __str__(self) -> str:
        return f"{self.document.document_id} {self.filename}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:attachment", args=[self.document.document_id, self.sha256])

    @property
    def picture_url(self) -> str:
        """Where the copy is shown on a page, when it is a picture."""
        return reverse("handbook:kept_picture", args=[self.document.document_id, self.sha256])

    def is_intact(self) -> bool:
        """Whether the file is there, with the bytes it had."""
        return sha256_of(self.file) == self.sha256

    @classmethod
    def keep(cls, document: Document, file: File, filename: str) -> "KeptFile":
        """The copy of this content for this document; made if it is not there."""
        with file.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
            kept = cls.objects.filter(document=document, sha256=sha256).first()
            if kept is None:
                content.seek(0)
                kept = cls(document=document, sha256=sha256, filename=filename, size=file.size)
                kept.file.save(filename, File(content), save=True)
        return kept

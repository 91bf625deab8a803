"""Photos and files of a case: private storage, random names, served only by a view that asks."""

import os
import uuid

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.history import Records


def private_storage() -> Storage:
    return storages["private"]


def random_name(instance: "Attachment", filename: str) -> str:
    """A name that tells nothing and can't be guessed."""
    return f"cases/{uuid.uuid4().hex}"


class Attachment(models.Model):
    """A file of a case, checked and cleaned by `cases.uploads` before it gets here."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="attachments")
    file = models.FileField(_("file"), storage=private_storage, upload_to=random_name)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)

    history = Records()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.pk}"

    def forget_time(self) -> None:
        """Date the stored file by the day it came, where the storage keeps files of the machine."""
        if isinstance(self.file.storage, FileSystemStorage):
            seconds = self.uploaded_at.timestamp()
            os.utime(self.file.path, (seconds, seconds))

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")

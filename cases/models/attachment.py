"""Photos and files of a case: private storage, random names, served only by a view that asks."""

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.history import Records

if TYPE_CHECKING:
    from cases.uploads import CleanFile


def private_storage() -> Storage:
    return storages["private"]


def random_name(instance: "PrivateFile", filename: str) -> str:
    """A name that tells nothing and can't be guessed."""
    return f"{instance.folder}/{uuid.uuid4().hex}"


class PrivateFile(models.Model):
    """A file that `cases.uploads` has checked and cleaned, kept in `folder` of the private storage."""

    folder: ClassVar[str]

    file = models.FileField(_("file"), storage=private_storage, upload_to=random_name)
    name = models.CharField(_("name"), max_length=120)
    content_type = models.CharField(_("type"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("checksum"), max_length=64)

    class Meta:
        abstract = True

    @classmethod
    def holding(cls, file: "CleanFile", **fields: Any) -> Self:
        """A row with the file in the storage, not saved yet."""
        row = cls(name=file.name, content_type=file.content_type, size=len(file.content), sha256=file.sha256, **fields)
        row.file.save(file.name, ContentFile(file.content), save=False)
        return row

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")


class Attachment(PrivateFile):
    """A file of a case."""

    folder = "cases"

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="attachments")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)

    history = Records()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["uploaded_at", "pk"]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.pk}"

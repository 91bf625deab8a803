"""The text of files, read once for each content (G14)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FileText(models.Model):
    """What a file says, by the checksum of its content. `was_read` is false for one that could not be read: it is not
    tried again."""

    sha256 = models.CharField(_("checksum"), max_length=64, unique=True)
    text = models.TextField(_("text"), blank=True)
    was_read = models.BooleanField(_("could be read"), default=True)

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")

    def __str__(self) -> str:
        return self.sha256

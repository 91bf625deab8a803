"""Reviews that left the document as it was (G7; ISO 9001 clause 7.5.2 c)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock

from .document import Document
from .edition import Edition


class ReviewExtension(models.Model):
    """Somebody looked through the edition in force and found that it holds until another date. The
    edition still says what it said; the document carries the date that counts. Made by `reviews.extend`."""

    append_only = True

    document = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="extensions"
    )
    edition = models.ForeignKey(Edition, verbose_name=_("edition"), on_delete=models.PROTECT, related_name="extensions")
    old_date = models.DateField(_("review date before"))
    new_date = models.DateField(_("new review date"))
    reason = models.TextField(_("what was checked"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name=_("by"), on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(_("name"), max_length=200)
    at = models.DateTimeField(_("when"), default=clock.now)

    class Meta:
        verbose_name = _("extended review")
        verbose_name_plural = _("extended reviews")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "edition", "old_date"], name="one_extension_of_a_date"),
            models.CheckConstraint(condition=models.Q(new_date__gt=models.F("old_date")), name="extension_is_later"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} {self.new_date}"

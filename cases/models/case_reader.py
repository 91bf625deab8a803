"""Who is let in to a sealed case (G18)."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.history import Records


class CaseReader(models.Model):
    """A named person who may read a sealed case beside its handlers and reporter."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="readers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=clock.now)

    history = Records()

    class Meta:
        verbose_name = _("reader of a sealed case")
        verbose_name_plural = _("readers of sealed cases")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_reader_per_case")]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.user}"

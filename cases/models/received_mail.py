"""Which letters by e-mail are taken in (S27): what was in them is with the intake or the case, not here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock


class ReceivedMail(models.Model):
    """One letter from the mailbox, once. `source` is a checksum of its Message-ID, or of the whole when it has none."""

    class Outcome(models.TextChoices):
        INTAKE = "intake", _("To be registered")
        ANSWER = "answer", _("Put on its case")
        BOUNCE = "bounce", _("Tells that a letter came back")
        AUTOMATIC = "automatic", _("Automatic answer, left out")
        OWN = "own", _("Our own letter, left out")

    source = models.CharField(max_length=80, unique=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    received_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return f"{self.source} {self.outcome}"

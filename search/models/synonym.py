"""Words that mean the same, as the editors say (G14)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation.history import Records, VersionedModel


class Synonym(VersionedModel):
    """Words and phrases that mean the same; whoever asks for one of them also finds the others."""

    words = models.TextField(_("words that mean the same"), help_text=_("One word or phrase on each line."))

    history = Records()

    class Meta:
        verbose_name = _("synonyms")
        verbose_name_plural = _("synonyms")
        ordering = ["words"]

    def __str__(self) -> str:
        return ", ".join(self.phrases)

    def clean(self) -> None:
        self.words = "\n".join(self.phrases)
        if len(self.phrases) < 2:
            raise ValidationError({"words": _("Write at least two, each on its own line.")})

    @property
    def phrases(self) -> list[str]:
        """Each once, in the order they were written."""
        return list(dict.fromkeys(" ".join(line.split()) for line in self.words.splitlines() if line.strip()))

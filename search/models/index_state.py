"""With which words the index was made (G14)."""

from django.db import models

from organisation import clock


class IndexState(models.Model):
    """One row: the version of the analysis the whole index was last made with, and when."""

    words_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "index state"

    def __str__(self) -> str:
        return f"{self.words_version} {self.made_at}"

    @classmethod
    def made(cls, words_version: int) -> None:
        """The whole index was made now, with this version of the analysis."""
        cls.objects.update_or_create(pk=1, defaults={"words_version": words_version, "made_at": clock.now()})

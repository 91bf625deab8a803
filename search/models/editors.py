"""What the editors do for those who search: words that mean the same, hits that come first, and what nobody found."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.history import Records
from search.words import stems

LONGEST_QUERY = 200


class Synonym(models.Model):
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
        if len(self.phrases) < 2:
            raise ValidationError({"words": _("Write at least two, each on its own line.")})

    @property
    def phrases(self) -> list[str]:
        return [line.strip() for line in self.words.splitlines() if line.strip()]


class Pin(models.Model):
    """A hit the editors have chosen to come first for a search."""

    query = models.CharField(
        _("search"),
        max_length=LONGEST_QUERY,
        help_text=_("The words people search for; their endings and order do not count."),
    )
    key = models.CharField(
        _("hit"), max_length=60, help_text=_("The key of its entry in the index: it stays when the index is made anew.")
    )
    stems = models.CharField(max_length=LONGEST_QUERY, editable=False, db_index=True)

    history = Records()

    class Meta:
        verbose_name = _("pinned hit")
        verbose_name_plural = _("pinned hits")
        ordering = ["query", "pk"]

    def __str__(self) -> str:
        return self.query

    def save(self, *args, **kwargs) -> None:
        self.stems = key_of(self.query)
        super().save(*args, **kwargs)


def key_of(query: str) -> str:
    """A query whatever the endings and the order of its words."""
    return " ".join(sorted(set(stems(query))))[:LONGEST_QUERY]


class FruitlessSearchQuerySet(models.QuerySet["FruitlessSearch"]):
    def most_asked(self) -> Self:
        return self.order_by("-times", "-last_at")


class FruitlessSearch(models.Model):
    """Words somebody searched for and nobody found; who it was is not kept."""

    query = models.CharField(_("search"), max_length=LONGEST_QUERY, unique=True)
    times = models.PositiveIntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"), default=clock.now)

    objects = FruitlessSearchQuerySet.as_manager()

    class Meta:
        verbose_name = _("search without hits")
        verbose_name_plural = _("searches without hits")

    def __str__(self) -> str:
        return self.query

    @classmethod
    def count(cls, query: str) -> None:
        """One more who searched for this in vain."""
        query = " ".join(query.lower().split())[:LONGEST_QUERY]
        again = cls.objects.filter(query=query).update(times=F("times") + 1, last_at=clock.now())
        if not again:
            cls.objects.get_or_create(query=query)

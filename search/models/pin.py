"""Hits that the editors have chosen to come first (G14)."""

from typing import Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation.history import Records
from organisation.models import User
from organisation.roles import Right
from search.terms import LONGEST
from search.words import stems

from .entry import Entry


def may_pin(user: User) -> bool:
    """Those who write the handbook choose what comes first in it."""
    return user.is_active and user.has_right(Right.WRITE_HANDBOOK)


def key_of(query: str) -> str:
    """A query whatever the endings and the order of its words."""
    return " ".join(sorted(set(stems(query))))[:LONGEST]


class PinQuerySet(models.QuerySet["Pin"]):
    def of(self, query: str) -> Self:
        """Those chosen for a query, whatever the endings and the order of its words."""
        return self.filter(stems=key_of(query))


class Pin(models.Model):
    """A hit chosen to come first for a search. `key` is that of its entry in the index, which is the same when the
    index is made anew."""

    query = models.CharField(
        _lazy("search"), max_length=LONGEST, help_text=_lazy("The endings and the order of the words do not count.")
    )
    stems = models.CharField(max_length=LONGEST, editable=False, db_index=True)
    key = models.CharField(_lazy("hit"), max_length=60)
    title = models.CharField(_lazy("title"), max_length=300)

    history = Records()
    objects = PinQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("pinned hit")
        verbose_name_plural = _lazy("pinned hits")
        ordering = ["query", "pk"]
        constraints = [models.UniqueConstraint(fields=["stems", "key"], name="one_pin_of_a_hit")]

    def __str__(self) -> str:
        return f"{self.query}: {self.title}"

    @classmethod
    @transaction.atomic
    def put(cls, by: User, query: str, key: str) -> "Pin":
        """Let this hit come first when somebody searches for this. Again changes nothing.

        Raises PermissionDenied for those who do not write the handbook, and ValidationError when the search has no
        words, or the hit is not one that everybody may read.
        """
        if not may_pin(by):
            raise PermissionDenied
        entry = Entry.objects.open_to_all().filter(key=key).first()
        if entry is None or not key_of(query):
            raise ValidationError(_("Only a document in force can be pinned, and only for a search with words."))
        if existing := cls.objects.of(query).filter(key=key).first():
            return existing
        pin = cls(query=query, stems=key_of(query), key=key, title=entry.title)
        pin._history_user = by
        pin.save()
        return pin

    @transaction.atomic
    def take_away(self, by: User) -> None:
        """Let it come where its words put it. Raises PermissionDenied for those who do not write the handbook."""
        if not may_pin(by):
            raise PermissionDenied
        self._history_user = by
        self.delete()

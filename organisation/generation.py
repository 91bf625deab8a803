"""Whether what all readers share has changed: a token that is new with every change of it.

What is the same for all readers – the tree of the handbook, who owns and leads what, what is asked in a form – is made
once and remembered by the token. The token is read with the person, in the query every request makes, and is changed in
the transaction of the change: so every node shows a publication, a move or a new name on its very next request, and no
node tells another anything.

A change adds a row, so that two who change something never wait for each other. The token is the newest row's own, which
is never used twice, and how many rows there are: a transaction that ends late counts, though its row is not the newest,
and what was remembered inside one that was rolled back is never met again.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import CharField
from django.db.models.expressions import RawSQL
from django.db.models.signals import post_delete, post_save

NOW = """(
    SELECT COUNT(*) || COALESCE((SELECT token FROM organisation_generation ORDER BY id DESC LIMIT 1), '')
    FROM organisation_generation
)"""


def new_token() -> str:
    return uuid.uuid4().hex


class GenerationQuerySet(models.QuerySet["Generation"]):
    def token(self) -> RawSQL:
        """The token now, as an expression for a query on anything; "0" before the first change. Written by hand: it is
        in the query of every request, and composing it took longer than asking it."""
        return RawSQL(NOW, [], output_field=CharField())  # noqa: S611  (no parameters)

    def forget_old(self) -> int:
        """Keep nothing but one new row, so that the token is new too; how many went."""
        with transaction.atomic():
            gone, _each = self.all().delete()
            self.create()
        return gone


class Generation(models.Model):
    """One change of what all readers share."""

    token = models.CharField(max_length=32, default=new_token)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        verbose_name = "generation"

    def __str__(self) -> str:
        return self.token

    @classmethod
    def change(cls, *args: Any, **kwargs: Any) -> None:
        """Something that all readers share is changed in this transaction. A receiver of signals too."""
        cls.objects.create()


def shared_by_all(model: type[models.Model], but: Iterable[str] = ()) -> None:
    """Every change of a row of this model changes what all readers share, unless only the fields `but` are saved."""
    nothing_new = frozenset(but)

    def changed(update_fields: frozenset[str] | None = None, **kwargs: Any) -> None:
        if update_fields is None or not set(update_fields) <= nothing_new:
            Generation.change()

    name = f"generation.{model._meta.label_lower}"
    post_save.connect(changed, sender=model, weak=False, dispatch_uid=name)
    post_delete.connect(changed, sender=model, weak=False, dispatch_uid=name)

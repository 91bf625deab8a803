"""The database's own full-text search. Two engines with one interface; what comes first is decided the same on both."""

from typing import Any, Protocol

from django.db import connection
from django.db.models import Expression
from django.db.models.expressions import Combinable

from search.terms import Term

from . import postgres, sqlite


class Engine(Protocol):
    """What a database must be able to answer."""

    def set_up(self) -> None:
        """Make the full-text index beside the table of entries, when it is missing."""

    def matches(self, terms: tuple[Term, ...], *, every: bool) -> Expression:
        """A condition on entries: every word, or some word, is found."""

    def points(self, term: Term) -> Combinable:
        """How good the best place is where the word is found."""


def engine() -> Engine:
    """That of the database in use."""
    return postgres if connection.vendor == "postgresql" else sqlite


def set_up(**kwargs: Any) -> None:
    """Receiver of `post_migrate`: the index is there after every migration."""
    if "search_entry" in connection.introspection.table_names():
        engine().set_up()

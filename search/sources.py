"""Where what can be found comes from. Each app says what it has: one `Source` for each kind of thing.

The index knows nothing of the apps; they know how to write a `Found` and who may read it.
"""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from organisation.models import Unit, User

# The status of what is found by its name only: a worker has not read it yet, or there is no text in it to read.
WAITING, UNREADABLE = "waiting", "unreadable"


@dataclass(frozen=True)
class Found:
    """One thing as it is found and shown. `owner_id` is the key that `visible_condition` asks about; `number` and
    `reference` are what people know it by; `headings` count more than `text`. Texts are plain text, masked where
    some of those who may find it may not read all (S30)."""

    key: str
    owner_id: int
    url: str
    title: str
    reference: str = ""
    number: str = ""
    context: str = ""
    summary: str = ""
    headings: str = ""
    text: str = ""
    chapter: str = ""
    unit: "Unit | None" = None
    type: str = ""
    status: str = ""
    dated: datetime.date | None = None
    also_known_as: tuple[str, ...] = field(default=())


class Source:
    """A kind of thing that can be found.

    `watched`: model → what of `owners` a changed row of it concerns; the index is renewed in the transaction that
    saves the row. `watched_fields`: the fields of it that matter, when a save of only others is nothing to the index.
    """

    name: str
    label: Any
    worth: float = 1.0  # beside other sources, when the words fit as well
    open_to_all: bool = False  # whether everybody with an account may read it: then misspelt words are put right by it
    watched: ClassVar[dict[type[models.Model], Callable[[Any], Iterable[int]]]]
    watched_fields: ClassVar[dict[type[models.Model], frozenset[str]]] = {}

    def visible_condition(self, user: "User") -> Q:
        """Which entries of this source the person may read, as a condition on Entry: all, for everybody with an account,
        of what is open to all; none of anything else, unless the source says which."""
        return Q() if self.open_to_all and user.is_active else Q(pk__in=[])

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterable[Found]:
        """What there is to find in these owners, or in all; nothing of those that are gone."""
        raise NotImplementedError

    def named(self, user: "User", text: str) -> str | None:
        """The address of the one thing that bears this number, id or reference, when the person may know of it."""
        return None

    def chapter_label(self, code: str) -> str:
        """A chapter in words; empty when it is none of the source's."""
        return ""

    def names_somebody(self, text: str) -> bool:
        """Whether a word of the text is the name of somebody known to the source, so that the text is not kept."""
        return False

    def type_label(self, code: str) -> str:
        """A type in words."""
        return code

    def status_label(self, code: str) -> str:
        """A status in words."""
        return code


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make the things of a source findable. Called once, when the app is ready."""
    _sources[source.name] = source


def all_sources() -> list[Source]:
    return list(_sources.values())


def source(name: str) -> Source:
    """Raises KeyError when no app has registered it."""
    return _sources[name]

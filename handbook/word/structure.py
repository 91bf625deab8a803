"""What is read from a Word file, before it becomes blocks: plain items and remarks."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

from .rich import Paragraph

WORD = re.compile(r"\w+")


class Level(StrEnum):
    """How much a remark matters."""

    SIMPLIFIED = "simplified"
    LEFT_OUT = "left_out"


@dataclass(frozen=True)
class Remark:
    """Something that is not in the draft as it was in Word, with the words of the file that it is about."""

    level: Level
    what: str
    where: str = ""
    words: str = ""

    @property
    def text(self) -> str:
        """As it is told: what it accounts for is always shown."""
        words = " ".join(self.words.split())
        return _("%(what)s: “%(words)s”") % {"what": self.what, "words": words} if words else self.what


@dataclass
class Text:
    """A paragraph. `style` is "title", "subtitle", "caption", "heading" with its level, or ""."""

    paragraph: Paragraph
    style: str = ""
    level: int = 0
    role: str = ""  # our own style: what the paragraph is in a block that we wrote

    @property
    def words(self) -> str:
        return " ".join(self.paragraph.text.split())


@dataclass
class Picture:
    """A picture, with its text for those who don't see it, and the mark of ours it may carry."""

    content: bytes
    name: str
    alt: str = ""
    mark: str = ""


@dataclass
class Table:
    """Rows of cells; a cell is a list of items."""

    rows: "list[list[list[Item]]]" = field(default_factory=list)
    has_header: bool = False


@dataclass
class Group:
    """Items inside a content control that we wrote: `mark` says which block they are."""

    mark: str
    items: "list[Item]" = field(default_factory=list)


Item = Text | Picture | Table | Group


@dataclass
class Reading:
    """Everything taken from one file."""

    items: list[Item] = field(default_factory=list)
    notes: list[list[Paragraph]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    words: Counter[str] = field(default_factory=Counter)

    def simplify(self, what: str, where: str = "", words: str = "") -> None:
        self.remarks.append(Remark(Level.SIMPLIFIED, what, where, words))

    def leave_out(self, what: str, where: str = "", words: str = "") -> None:
        self.remarks.append(Remark(Level.LEFT_OUT, what, where, words))


def words_of(texts: Iterable[str]) -> "Counter[str]":
    """How often each word is there."""
    return Counter(word for text in texts for word in WORD.findall(unicodedata.normalize("NFKC", text).lower()))


def texts_of(items: Iterable[Item]) -> Iterator[Text]:
    """Every paragraph of the items, those in tables too."""
    for item in items:
        if isinstance(item, Text):
            yield item
        elif isinstance(item, Group):
            yield from texts_of(item.items)
        elif isinstance(item, Table):
            for row in item.rows:
                for cell in row:
                    yield from texts_of(cell)

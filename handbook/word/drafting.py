"""What one Word file becomes: title, summary and body of a draft, with everything worth remarking on."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from . import rich
from .structure import Reading, Remark, words_of


@dataclass
class Draft:
    """The content of a page to be. `body` is what Wagtail's `to_python` takes: blocks with their
    values, lists as plain lists (items without an id are only read so)."""

    title: str
    summary: str = ""
    body: list[dict[str, Any]] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    spoken_for: list[str] = field(default_factory=list)  # words that have another form in the draft

    def check(self, reading: Reading) -> None:
        """Compare every word of the file with the words taken or remarked on; what is missing becomes
        a remark. Nothing is lost in silence (G10)."""
        taken: Counter[str] = words_of([self.title, self.summary, *strings(self.body), *self.spoken_for])
        taken += words_of(remark.words for remark in reading.remarks)
        missing = reading.words - taken
        if missing:
            reading.leave_out(_("Words that were not taken"), words=", ".join(missing))


def strings(value: Any) -> Iterator[str]:
    """Every text in a stored body, without markup."""
    if isinstance(value, dict):
        for key, item in value.items():
            if key not in ("type", "id"):
                yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)
    elif isinstance(value, str):
        yield rich.plain(value) if "<" in value else value

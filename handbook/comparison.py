"""Two texts compared word by word, for people who never saw a diff (G5). Pure: no database, no HTML."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

WORDS = re.compile(r"\s+|[^\W_]+|.", re.UNICODE)
CONTEXT_LINES = 1
ALIKE = 0.45


class Change(StrEnum):
    """What happened to a stretch of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Part:
    """A stretch of words with one fate."""

    change: Change
    text: str


@dataclass(frozen=True)
class Line:
    """A line of the text: wholly same, added or removed, or changed inside."""

    parts: tuple[Part, ...]

    @property
    def changed(self) -> bool:
        return any(part.change != Change.SAME for part in self.parts)

    @property
    def text(self) -> str:
        return "".join(part.text for part in self.parts)


@dataclass(frozen=True)
class Stretch:
    """Lines in a row. A folded stretch is unchanged and shown only when asked for."""

    lines: tuple[Line, ...]
    folded: bool


def compare(older: str, newer: str) -> list[Stretch]:
    """The newer text with what was removed and added since the older, unchanged stretches folded."""
    return fold(compare_lines(older.splitlines(), newer.splitlines()))


def compare_lines(older: Sequence[str], newer: Sequence[str]) -> list[Line]:
    """Lines first, then words inside the lines that resemble each other."""
    lines: list[Line] = []
    matcher = SequenceMatcher(a=older, b=newer, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            lines += [_whole(Change.SAME, text) for text in older[a:b]]
        else:
            lines += _replaced(older[a:b], newer[c:d])
    return lines


def compare_words(older: str, newer: str) -> tuple[Part, ...]:
    """The words of one line; a space between two changed words changes with them."""
    before, after = WORDS.findall(older), WORDS.findall(newer)
    parts: list[Part] = []
    for tag, a, b, c, d in _calm(SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes(), before):
        if tag == "equal":
            parts.append(Part(Change.SAME, "".join(before[a:b])))
            continue
        if b > a:
            parts.append(Part(Change.REMOVED, "".join(before[a:b])))
        if d > c:
            parts.append(Part(Change.ADDED, "".join(after[c:d])))
    return tuple(parts)


def fold(lines: Sequence[Line]) -> list[Stretch]:
    """Group lines; unchanged ones further than a line from a change are folded."""
    near = {
        place + step
        for place, line in enumerate(lines)
        if line.changed
        for step in range(-CONTEXT_LINES, CONTEXT_LINES + 1)
    }
    stretches: list[Stretch] = []
    for place, line in enumerate(lines):
        folded = place not in near
        if stretches and stretches[-1].folded == folded:
            stretches[-1] = Stretch((*stretches[-1].lines, line), folded)
        else:
            stretches.append(Stretch((line,), folded))
    return stretches


def count_changes(stretches: Sequence[Stretch]) -> int:
    """How many lines differ."""
    return sum(line.changed for stretch in stretches for line in stretch.lines)


def _whole(change: Change, text: str) -> Line:
    return Line((Part(change, text),))


def _replaced(older: Sequence[str], newer: Sequence[str]) -> list[Line]:
    """Pair each new line with the most similar old one still ahead, keeping both in order."""
    lines: list[Line] = []
    place = 0
    for text in newer:
        match = _most_alike(text, older, place)
        if match is None:
            lines.append(_whole(Change.ADDED, text))
            continue
        lines += [_whole(Change.REMOVED, old) for old in older[place:match]]
        lines.append(Line(compare_words(older[match], text)))
        place = match + 1
    return lines + [_whole(Change.REMOVED, old) for old in older[place:]]


def _most_alike(text: str, older: Sequence[str], start: int) -> int | None:
    """The place of the old line that shares most words with the text; None when none shares enough."""
    words = WORDS.findall(text.lower())
    scored = [
        (SequenceMatcher(a=WORDS.findall(old.lower()), b=words, autojunk=False).ratio(), -place)
        for place, old in enumerate(older[start:], start)
    ]
    best = max(scored, default=(0.0, 0))
    return -best[1] if best[0] >= ALIKE else None


def _calm(
    opcodes: Sequence[tuple[str, int, int, int, int]], before: Sequence[str]
) -> list[tuple[str, int, int, int, int]]:
    """Join changes with nothing but a space between them, so "to dager" becomes "samme dag" in one
    go and not word by word."""
    calm: list[tuple[str, int, int, int, int]] = []
    for place, (tag, a, b, c, d) in enumerate(opcodes):
        last = place == len(opcodes) - 1
        if tag == "equal" and calm and not last and not "".join(before[a:b]).strip():
            tag = "replace"
        if calm and tag != "equal" and calm[-1][0] != "equal":
            calm[-1] = ("replace", calm[-1][1], b, calm[-1][3], d)
        else:
            calm.append((tag, a, b, c, d))
    return calm

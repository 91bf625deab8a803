"""Two texts compared word by word, for people who never saw a diff (G5). Pure: no database, no HTML."""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

WORDS = re.compile(r"\s+|[^\W_]+|.", re.UNICODE)
TOKENS = re.compile(r"(?:[^\W_]+|\S)\s*|\s+")
BARE_WORDS = re.compile(r"[^\W_]+")
CONTEXT_LINES = 1
ALIKE = 0.5


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
    """The words of one line. A word is compared with the space after it, so that "to dager" becomes "samme dag"
    in one change and not word by word; the space at the end of a change is outside it."""
    before, after = TOKENS.findall(older), TOKENS.findall(newer)
    matcher = SequenceMatcher(None, [token.strip() for token in before], [token.strip() for token in after])
    parts: list[Part] = []
    space = ""
    for tag, a, b, c, d in matcher.get_opcodes():
        removed, added = "".join(before[a:b]), "".join(after[c:d])
        if tag == "equal":
            parts.append(Part(Change.SAME, space + max(removed, added, key=len)))
            continue
        if removed:
            parts.append(Part(Change.REMOVED, removed.rstrip()))
        if added:
            parts.append(Part(Change.ADDED, added.rstrip()))
        space = " " if (added or removed)[-1].isspace() else ""
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
    """Lines that resemble each other are compared by words; the others are removed and added whole."""
    lines: list[Line] = []
    a = c = 0
    for old, new in [*_pairs(older, newer), (len(older), len(newer))]:
        lines += [_whole(Change.REMOVED, text) for text in older[a:old]]
        lines += [_whole(Change.ADDED, text) for text in newer[c:new]]
        if old < len(older):
            lines.append(Line(compare_words(older[old], newer[new])))
        a, c = old + 1, new + 1
    return lines


def _pairs(older: Sequence[str], newer: Sequence[str]) -> list[tuple[int, int]]:
    """The old and new lines that belong together, in the order of both: those that share most words in all.

    The heaviest chain of pairs: `ends` holds the old lines where the best chains so far end, each heavier than
    the one before it.
    """
    ends: list[int] = []
    chains: list[tuple[float, tuple[int, int], Any]] = []
    for new, old, share in _alike(older, newer):
        place = bisect_left(ends, old)
        before = chains[place - 1] if place else None
        weight = share + (before[0] if before else 0)
        lighter = place
        while lighter < len(ends) and chains[lighter][0] <= weight:
            lighter += 1
        if lighter > place or place == len(ends) or ends[place] > old:
            ends[place:lighter], chains[place:lighter] = [old], [(weight, (old, new), before)]
    chain = chains[-1] if chains else None
    pairs = []
    while chain:
        pairs.append(chain[1])
        chain = chain[2]
    return pairs[::-1]


def _alike(older: Sequence[str], newer: Sequence[str]) -> Iterable[tuple[int, int, float]]:
    """(new, old, the share of their words that is the same) for the lines that resemble each other: by new line,
    the last old one first."""
    counts = [Counter(BARE_WORDS.findall(text.lower())) for text in older]
    having: dict[str, list[int]] = defaultdict(list)
    for old, words in enumerate(counts):
        for word in words:
            having[word].append(old)
    for new, text in enumerate(newer):
        words = Counter(BARE_WORDS.findall(text.lower()))
        shared: Counter[int] = Counter()
        for word, times in words.items():
            for old in having.get(word, ()):
                shared[old] += min(times, counts[old][word])
        for old in sorted(shared, reverse=True):
            share = 2 * shared[old] / (words.total() + counts[old].total())
            if share >= ALIKE:
                yield new, old, share

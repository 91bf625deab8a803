"""Two editions of 20 pages compared: edited in nearly every line, with nothing in common, and in one paragraph each."""

import random
import time
from collections.abc import Iterator
from itertools import cycle

from handbook import comparison
from tests.bench.figures import Figure

WORDS = 10_000  # on 20 pages
COMMON = ["og", "i", "det", "som", "skal", "til", "for", "på", "er", "av"]
KINDS = (6, 20, 60, 90, 12)  # words in a heading, a list item, paragraphs, a table row
LIMIT = 1.0


def measure() -> Iterator[Figure]:
    chance = random.Random(1)
    older = text(chance)
    pairs = {
        "edited in nearly every line": (older, edited(chance, older)),
        "another text altogether": (older, text(chance)),
        "a single paragraph, another altogether": (text(chance).replace("\n", " "), text(chance).replace("\n", " ")),
    }
    for name, (before, after) in pairs.items():
        started = time.process_time()
        comparison.compare(before, after)
        yield Figure(f"20 pages compared: {name}", time.process_time() - started, "s", LIMIT)


def text(chance: random.Random) -> str:
    """Ten thousand words in lines of several lengths, every fourth a common one, as in ordinary language."""
    lines, count = [], 0
    for length in cycle(KINDS):
        if count >= WORDS:
            return "\n".join(lines)
        words = [word(chance) for _ in range(length)]
        lines.append(" | ".join(" ".join(words[n::4]) for n in range(4)) if length == KINDS[-1] else " ".join(words))
        count += length


def edited(chance: random.Random, older: str) -> str:
    """Every sixth word is another, every tenth line is gone, and every tenth is new."""
    lines = []
    for number, line in enumerate(older.splitlines()):
        if number % 10 == 5:
            lines.append(" ".join(word(chance) for _ in range(20)))
        if number % 10:
            lines.append(" ".join(word(chance) if chance.random() < 1 / 6 else same for same in line.split(" ")))
    return "\n".join(lines)


def word(chance: random.Random) -> str:
    return chance.choice(COMMON) if chance.random() < 0.25 else f"ord{chance.randrange(3000)}"

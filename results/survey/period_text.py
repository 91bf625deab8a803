"""Periods as people write them in files: "2026", "2. tertial 2026", "T2 2026", "1. halvår 2026", "mai 2026", "05.2026"."""

import re

from results.periods import Length, Period

MONTHS = ("jan", "feb", "mar", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "des")
ENGLISH = {"may": 5, "oct": 10, "dec": 12}
PART = re.compile(r"(?:(\d)\.?\s*(tertial|halvår|halvar|half)|([th])\s*(\d))\s*[ ,/-]*(\d{4})", re.IGNORECASE)
YEAR_FIRST = re.compile(r"(\d{4})\s*[ ,/-]*(?:(\d)\.?\s*(tertial|halvår|halvar|half)|([th])\s*(\d))", re.IGNORECASE)
NAMED = re.compile(r"([a-zæøå]{3})[a-zæøå]*\.?\s+(\d{4})", re.IGNORECASE)
NUMBERED = re.compile(r"(\d{1,2})[./](\d{4})|(\d{4})[./](\d{1,2})")


def read_period(text: str) -> Period | None:
    """The period the text names; None when it names none."""
    text = text.strip().removesuffix(".0")
    try:
        return Period.read(text) or _part(text) or _month(text)
    except ValueError:
        return None


def _part(text: str) -> Period | None:
    if found := PART.fullmatch(text):
        number, word, letter, other, year = found.groups()
    elif found := YEAR_FIRST.fullmatch(text):
        year, number, word, letter, other = found.groups()
    else:
        return None
    length = Length.TERTIAL if (word or letter).lower().startswith("t") else Length.HALF
    return Period.of(length, int(year), int(number or other))


def _month(text: str) -> Period | None:
    if found := NAMED.fullmatch(text):
        name = found[1].lower()
        number = MONTHS.index(name) + 1 if name in MONTHS else ENGLISH.get(name, 0)
        return Period.of(Length.MONTH, int(found[2]), number)
    if found := NUMBERED.fullmatch(text):
        month, year = (found[1], found[2]) if found[1] else (found[4], found[3])
        return Period.of(Length.MONTH, int(year), int(month))
    return None

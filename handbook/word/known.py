"""Sections that the handbook has a block of its own for, known by what their headings are called."""

import re

from . import ours
from .cells import cell_text, recognised
from .structure import Item, Table, Text

Rows = list[dict[str, str]]

TYPED_NUMBER = re.compile(r"^\s*\d+(?:\.\d+)*[.)]?\s+")
# What the headings are called in the procedures that municipalities have, and the block they lead to.
KNOWN = {
    "purpose": {"formål", "hensikt", "formål og hensikt", "purpose"},
    "scope": {"omfang", "virkeområde", "omfang og virkeområde", "gyldighetsområde", "gjelder for", "scope"},
    "references": {"referanser", "henvisninger", "lover og forskrifter", "kilder", "lovverk", "hjemmel", "references"},
    "definitions": {"definisjoner", "begreper", "definisjoner og begreper", "ord og uttrykk", "definitions"},
}
TERM = re.compile(r"^(?P<term>.{1,120}?)\s*(?::|\s[–—-]\s)\s*(?P<meaning>.+)$", re.DOTALL)
TITLE_LENGTH, TERM_LENGTH = 200, 120


def heading_words(text: str) -> str:
    """A heading as it is recognised: without a typed number, a colon and capitals."""
    return TYPED_NUMBER.sub("", text).strip(" :.").casefold()


def kinds_called(words: str) -> list[str]:
    """The blocks that a heading with these words may lead to."""
    labels = ours.labels()
    return [kind for kind, names in KNOWN.items() if words in names or words == labels[kind].casefold()]


def references(items: list[Item]) -> tuple[Rows, list[str]]:
    """Each paragraph is a source; nothing when one of them is more than a title and an address."""
    rows = []
    for item in items:
        if not isinstance(item, Text) or item.style == "heading":
            return [], []
        links = {segment.link for segment in item.paragraph.segments if segment.link}
        if len(item.words) > TITLE_LENGTH or len(links) > 1 or any(not link.startswith("http") for link in links):
            return [], []
        rows.append({"title": item.words, "note": "", "url": next(iter(links), "")})
    return rows, []


def definitions(items: list[Item]) -> tuple[Rows, list[str]]:
    """Rows, and the headings above them: from a table of two columns, or from paragraphs such as
    "Avvik: noe som ikke er som avtalt"."""
    heads: list[str] = []
    if len(items) == 1 and isinstance(items[0], Table) and all(len(row) == 2 for row in items[0].rows):
        rows = items[0].rows
        if recognised(rows[0]) or items[0].has_header:
            heads = [cell_text(cell) for cell in rows[0]]
            rows = rows[1:]
        pairs = [(cell_text(term), cell_text(meaning)) for term, meaning in rows]
    else:
        matches = [TERM.match(item.words) for item in items if isinstance(item, Text)]
        if len(matches) != len(items) or None in matches:
            return [], []
        pairs = [(match["term"], match["meaning"]) for match in matches if match]
    if any(len(term) > TERM_LENGTH or not term for term, _meaning in pairs):
        return [], []
    return [{"term": term, "meaning": meaning} for term, meaning in pairs], heads

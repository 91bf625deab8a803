"""What is shown of a hit: the words that were found are marked, whatever their endings (G14). Pure."""

import re

from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from search import words
from search.terms import Query

LENGTH = 220  # letters of a text that are shown around the first good place
BEFORE = 60  # of them before the first word that was found
LOOKED_AT = 60_000  # letters
ENOUGH_TO_LOOK = 3  # letters a word must share with what was asked, somewhere in it, to be looked at


def marked(text: str, query: Query) -> SafeString:
    """The text with what was found in <mark>, escaped."""
    pieces, after = [], 0
    for first, last in _found_in(text, query):
        pieces += [conditional_escape(text[after:first]), mark(text[first:last])]
        after = last
    pieces.append(conditional_escape(text[after:]))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def mark(word: str) -> SafeString:
    return mark_safe(f"<mark>{conditional_escape(word)}</mark>")  # noqa: S308  (escaped here)


def snippet(text: str, query: Query) -> SafeString:
    """The stretch of the text where most different words of the query stand, marked; its beginning when none does."""
    text = " ".join(text[:LOOKED_AT].split())
    first = _best_place(text, query)
    start = text.rfind(" ", 0, max(0, first - BEFORE)) + 1 if first > BEFORE else 0
    end = start + LENGTH
    if end < len(text):
        end = text.rfind(" ", start, end) if " " in text[start:end] else end
    shown = marked(text[start:end], query)
    return format_html_join("", "{}", (("… " if start else "",), (shown,), (" …" if end < len(text) else "",)))


def holds(text: str, query: Query) -> bool:
    """Whether some of what was asked stands in the text."""
    return bool(_found_in(text, query))


def _best_place(text: str, query: Query) -> int:
    found = [(first, words.stem(text[first:last].lower())) for first, last in _found_in(text, query)]
    best, most = 0, 0
    for place, (first, _stem) in enumerate(found):
        near = {stem for other, stem in found[place : place + 12] if other < first + LENGTH - BEFORE}
        if len(near) > most:
            best, most = first, len(near)
    return best


def _found_in(text: str, query: Query) -> list[tuple[int, int]]:
    """Where the words are that were found: (first, last) of each."""
    wanted: set[str] = set()
    beginnings: set[str] = set()
    for term in query.terms:
        for form in term.forms:
            (beginnings if form.beginning else wanted).update(form.stems)
    letters = {stem[:ENOUGH_TO_LOOK] for stem in (*wanted, *beginnings) if not stem.startswith("nr")}
    letters |= {words.fold(some) for some in letters}
    if not letters:
        return []
    candidates = re.compile(rf"\w*(?:{'|'.join(map(re.escape, sorted(letters)))})\w*", re.IGNORECASE)
    found = []
    for match in candidates.finditer(text):
        word = match[0].lower()
        stem = words.stem(word)
        forms = {stem, words.fold(stem), *(words.stem(part) for part in words.parts(word))}
        if forms & wanted or stem.startswith(tuple(beginnings)) or word.startswith(tuple(beginnings)):
            found.append(match.span())
    return found

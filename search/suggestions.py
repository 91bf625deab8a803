"""What is proposed while one types: titles, the best first (G14)."""

from typing import Any

from organisation.models import User
from search import corrections, synonyms
from search.models import Entry
from search.sources import source
from search.terms import Query, parse

SHOWN = 6
LOOKED_AT = 40
SHORTEST = 3  # letters; shorter beginnings fit too much
MOST_PUT_RIGHT = 3  # words; each that is unknown costs two queries
NEEDED = ("source", "type", "url", "reference", "title", "dated")


def of(user: User, text: str) -> list[Entry]:
    """The things the person may read whose title or number has every word of the text, words that begin so or mean the
    same; when there are none, those that have the words that were meant."""
    if len(text) < SHORTEST:
        return []
    means_the_same = synonyms.by_stem()
    query = parse(text, means_the_same)
    found = _entitled(user, query)
    if found or len(query.terms) > MOST_PUT_RIGHT or not (meant := corrections.corrected(query)):
        return found
    return _entitled(user, parse(meant, means_the_same))


def _entitled(user: User, query: Query) -> list[Any]:
    if not query:
        return []
    found = Entry.objects.visible_to(user).with_all_words(query).best_places_first(query)
    likely: list[Any] = list(found.only(*NEEDED)[:LOOKED_AT])
    in_title = [entry for entry in likely if entry.points]
    return sorted(in_title, key=lambda entry: -entry.points * source(entry.source).worth)[:SHOWN]

"""What is proposed while one types: titles, the best first (G14)."""

from typing import Any

from organisation.models import User
from search.models import Entry
from search.sources import source
from search.terms import parse

SHOWN = 6
LOOKED_AT = 40
SHORTEST = 3  # letters; shorter beginnings fit too much


def of(user: User, text: str) -> list[Entry]:
    """The things the person may read whose title or number has every word of the text, or words that begin so."""
    query = parse(text)
    if len(text) < SHORTEST or not query:
        return []
    found = Entry.objects.visible_to(user).with_all_words(query).best_places_first(query)
    best: list[Any] = list(found.only(*NEEDED)[:LOOKED_AT])
    in_title = [entry for entry in best if entry.points]
    return sorted(in_title, key=lambda entry: -entry.points * source(entry.source).worth)[:SHOWN]


NEEDED = ("source", "type", "url", "reference", "title", "dated")

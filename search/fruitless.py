"""What is kept of a search that nobody got an answer to (G14): words, never who asked, never what names a person."""

import re

from django.db.models import Q
from django.db.models.functions import Lower

from organisation.models import User
from search import words
from search.models import FruitlessSearch
from search.searching import Results
from search.sources import all_sources

NAME = re.compile(r"[A-ZÆØÅ][a-zæøå]+(?:[ -][A-ZÆØÅ][a-zæøå]+)+")  # two words or more that begin with capitals


def note(results: Results) -> None:
    """Tell the editors what was searched for in vain. A search with a number or an address in it, written as a name
    is, or with the name of an employee or of an inhabitant we know, is not kept: it may be about a person (S30)."""
    if not results.query or results.total and not results.only_some_words and not results.corrected_from:
        return
    if not _names_somebody(results.typed):
        FruitlessSearch.count(results.typed.lower())


def _names_somebody(text: str) -> bool:
    if "@" in text or any(char.isdigit() for char in text) or NAME.search(text):
        return True
    found = words.words(text)
    named = User.objects.annotate(first=Lower("first_name"), last=Lower("last_name"))
    if named.filter(Q(first__in=found) | Q(last__in=found)).exists():
        return True
    return any(source.names_somebody(text) for source in all_sources())

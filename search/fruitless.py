"""What is kept of a search that nobody got an answer to (G14): words, never who asked, never what names a person."""

from django.db.models import Q
from django.db.models.functions import Lower

from organisation.models import User
from search import words
from search.models import FruitlessSearch
from search.searching import Results


def note(results: Results) -> None:
    """Tell the editors what was searched for in vain. A search with a number, an address or the name of an employee
    in it is not kept: it may be about a person (S30)."""
    text = " ".join(results.typed.lower().split())
    if not results.query or results.total and not results.only_some_words and not results.corrected_from:
        return
    if not _names_somebody(text):
        FruitlessSearch.count(text)


def _names_somebody(text: str) -> bool:
    if "@" in text or any(char.isdigit() for char in text):
        return True
    found = words.words(text)
    named = User.objects.annotate(first=Lower("first_name"), last=Lower("last_name"))
    return named.filter(Q(first__in=found) | Q(last__in=found)).exists()

"""What means the same: everyday words for what is written, and what the editors have added."""

from functools import cache

from search.models import Synonym
from search.words import everyday, stems_of_phrase


def by_stem() -> dict[str, list[str]]:
    """Stems of a word or a phrase, with spaces between → the words and phrases that mean the same. One query."""
    same = {said: list(meant) for said, meant in _everyday().items()}
    for group in Synonym.objects.all():
        for phrase in group.phrases:
            if said := " ".join(stems_of_phrase(phrase)):
                same.setdefault(said, []).extend(other for other in group.phrases if other != phrase)
    return same


@cache
def _everyday() -> dict[str, tuple[str, ...]]:
    """Those that come with the program, whatever the editors write."""
    same: dict[str, tuple[str, ...]] = {}
    for said, meant in everyday():
        key = " ".join(stems_of_phrase(said))
        same[key] = (*same.get(key, ()), *(other for other in meant if other not in same.get(key, ())))
    return same

"""What the editors say means the same, by the stem of each word."""

from search.models import Synonym
from search.words import stems


def by_stem() -> dict[str, list[str]]:
    """Stem of a word → the words and phrases that mean the same. One query."""
    same: dict[str, list[str]] = {}
    for group in Synonym.objects.all():
        for phrase in group.phrases:
            said = stems(phrase)
            if len(said) == 1:
                same.setdefault(said[0], []).extend(other for other in group.phrases if other != phrase)
    return same

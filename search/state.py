"""Whether the index is in step with what it is about (G14)."""

from search import words
from search.models import Entry, IndexState
from search.sources import WAITING


def is_stale() -> bool:
    """Whether it was made with another version of the analysis, so that hits may be missing until it is made anew."""
    made_with = IndexState.objects.filter(pk=1).values_list("words_version", flat=True).first()
    return made_with != words.VERSION


def waiting() -> int:
    """How many things are found by their names only, because a worker has not read their text yet."""
    return Entry.objects.filter(status=WAITING).count()

"""The word that was meant by one that is misspelt: the nearest of the handbook's own (G14)."""

from django.db.models import Q
from django.db.models.functions import Length
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search import words
from search.models import Word
from search.terms import Query

SHORTEST = 4  # letters; shorter words are near too many others
LONG = 7  # letters; from here on two mistakes may be made, before it one


def corrected(query: Query) -> str | None:
    """The query with its misspelt words as they were meant. None when there is nothing to mend."""
    meant = {term.word: _meant(term.word) for term in query.terms if not _is_known(term.word)}
    if not any(meant.values()):
        return None
    return " ".join(meant.get(word) or word for word in words.words(query.text))


def _is_known(word: str) -> bool:
    stem = words.stem(word)
    return Word.objects.filter(Q(stem=stem) | Q(word__startswith=word) | Q(stem__startswith=stem)).exists()


def _meant(word: str) -> str | None:
    """The nearest word of the handbook; None when none is near. A word nearly always begins right, or has its two
    first letters the wrong way round."""
    if len(word) < SHORTEST or not word.isalpha():
        return None
    most = 2 if len(word) >= LONG else 1
    near = Word.objects.annotate(letters=Length("word")).filter(
        Q(word__startswith=word[0]) | Q(word__startswith=word[1]),
        letters__gte=len(word) - most,
        letters__lte=len(word) + most,
    )
    found = process.extractOne(
        word, sorted(near.values_list("word", flat=True)), scorer=OSA.distance, score_cutoff=most
    )
    return found[0] if found else None

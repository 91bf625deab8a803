"""Norwegian words as the index knows them (G14). Pure functions, the same for what is written and what is asked.

A word becomes its stem: without endings, without what only makes a noun of a verb ("melding" is "melde"), with
irregular and nynorsk forms as their common bokmål form. The parts of a compound are found beside it, and so is
the word without æ, ø and å, for those who write on a keyboard that lacks them.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import snowballstemmer

VERSION = 1  # goes up when the same text would give other words: the index must then be made anew
DATA = Path(__file__).parent / "data"
LONGEST = 40  # letters of a word that are looked at
SHORTEST_PART = 3
SURE_PART = 5  # letters of a known part, for what stands beside it to be a part though it is not known
SHORTEST_STEM = 3

WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\d+(?:\.\d+)+")
VOWEL = re.compile(r"[aeiouyæøå]")
# A stem's own last letters that come and go with its ending: "middel" and "midler", "hjem" and "hjemmet".
SILENT_E = re.compile(r"(?<=\w)([bdfgkmnpstv])\1?e([lr])$")
DOUBLED = re.compile(r"([bdfgklmnprst])\1$")
BEFORE_L = re.compile(r"([bdfgkmnpstv])\1(?=[lr]$)")
MADE_A_NOUN = re.compile(r"(?<=\w{4})(?:ing|else|asjon)$")
SUBSTITUTES = (("æ", "a"), ("ae", "a"), ("ø", "o"), ("oe", "o"), ("å", "a"), ("aa", "a"))


def _read(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _pairs(name: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in _read(name))


COMMON = frozenset(" ".join(_read("common.txt")).split())
FORMS = _pairs("forms.txt")  # irregular and nynorsk forms → the common form
BEGINNINGS = tuple(_pairs("beginnings.txt").items())  # nynorsk beginnings of words → bokmål


def words(text: str) -> list[str]:
    """The words of a text in small letters, numbers such as "4.2.1" as one word, in the order they stand."""
    text = text.lower()
    text = NUMBER.sub(lambda number: number_word(number[0]), text)
    return [word[:LONGEST] for word in WORD.findall(text)]


def number_word(number: str) -> str:
    """The number of a page as a word that nothing breaks up: "4.2.1" is "nr4x2x1"."""
    return "nr" + number.strip(".").replace(".", "x")


def telling(found: list[str]) -> list[str]:
    """Without the words every text has; all of them when there are no others."""
    return [word for word in found if word not in COMMON] or found


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What the word has in common with its other forms: "legemidler" and "legemiddelet", "melder" and "meldingen"."""
    word = _in_bokmal(word)
    if not word.isalpha() or len(word) <= SHORTEST_STEM:
        return word
    word = _without_endings(word)
    if len(noun := MADE_A_NOUN.sub("", word)) > SHORTEST_STEM:
        word = _without_endings(noun)
    word = SILENT_E.sub(r"\1\2", word)
    word = BEFORE_L.sub(r"\1", word)
    return DOUBLED.sub(r"\1", word)


def _in_bokmal(word: str) -> str:
    if word in FORMS:
        return FORMS[word]
    for nynorsk, bokmal in BEGINNINGS:
        if word.startswith(nynorsk):
            return bokmal + word[len(nynorsk) :]
    return word


def _without_endings(word: str) -> str:
    """The stemmer takes one ending at a time: "brukere" becomes "bruker", and that "bruk"."""
    stemmer = snowballstemmer.stemmer("norwegian")  # keeps the word it works on: not shared between threads
    for _turn in range(3):
        shorter = stemmer.stemWord(word)
        if shorter == word or len(shorter) < SHORTEST_STEM:
            break
        word = shorter
    return word


def fold(word: str) -> str:
    """The word without æ, ø and å, and without what is written in their place: "sykefravær" and "sykefravaer"."""
    for letters, plain in SUBSTITUTES:
        word = word.replace(letters, plain)
    return word


@lru_cache(maxsize=50_000)
def parts(word: str) -> tuple[str, ...]:
    """The parts of a compound, as they are written: "avviksmelding" is "avvik" and "melding". Nothing for a word
    that is not one, as far as is known."""
    word = _in_bokmal(word)
    if not word.isalpha() or len(word) < 2 * SHORTEST_PART:
        return ()
    found = _known_parts(word) or _half_known_parts(word)
    return tuple(dict.fromkeys(found))


PARTS = frozenset(" ".join(_read("parts.txt")).split())
STEMS_OF_PARTS = frozenset(stem(part) for part in PARTS)


def _places(word: str) -> Iterator[tuple[str, str]]:
    """Every way to part a word, the longest first part first; an s or e between the two is left out."""
    for place in range(len(word) - SHORTEST_PART, SHORTEST_PART - 1, -1):
        first, last = word[:place], word[place:]
        yield first, last
        if first[-1] in "se" and len(first) > SHORTEST_PART:
            yield first[:-1], last


def _known_parts(word: str) -> list[str]:
    for first, last in _places(word):
        if first not in PARTS:
            continue
        if stem(last) in STEMS_OF_PARTS:
            return [*_known_parts(first), first, last, *_known_parts(last)]
        if deeper := _known_parts(last):
            return [*_known_parts(first), first, last, *deeper]
    return []


def _half_known_parts(word: str) -> list[str]:
    for first, last in _places(word):
        if len(first) < SURE_PART - 1 or len(last) < SURE_PART - 1 or not (VOWEL.search(first) and VOWEL.search(last)):
            continue
        if first in PARTS and len(first) >= SURE_PART:
            return [first, last]
        if stem(last) in STEMS_OF_PARTS and len(last) >= SURE_PART:
            return [first, last]
    return []


def stems(text: str) -> list[str]:
    """The stems of the words that tell something, in the order they stand."""
    return [stem(word) for word in words(text) if word not in COMMON]


def beside(text: str) -> list[str]:
    """What the words of a text are found by beside their own stems: the parts of compounds, and the same without æ, ø
    and å."""
    found: dict[str, None] = {}
    for word in dict.fromkeys(words(text)):
        if word in COMMON:
            continue
        own = stem(word)
        for part in (own, *(stem(part) for part in parts(word))):
            found.update((form, None) for form in (part, fold(part)) if form != own and form not in COMMON)
    return list(found)

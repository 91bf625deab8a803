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
OF_SEVERAL = re.compile(r"(?<=\w{3})er(?:ne|e)s?$")  # "brukerne" and "brukere", as "bruker"
AFTER_A_VOWEL = re.compile(
    r"^([bcdfghjklmnpqrstvwxz]+(?:ei|øy|[aeioøuyåæ]))(?:en|ene)s?$"
)  # "veien", which is too short
PARTICIPLE = re.compile(r"(?<=\w{3}[gklmnpsv])t$")  # "godkjent" and "aktivt"
SUBSTITUTES = (("æ", "a"), ("ae", "a"), ("ø", "o"), ("oe", "o"), ("å", "a"), ("aa", "a"))


def _read(name: str) -> Iterator[str]:
    for line in (DATA / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


def _pairs(name: str) -> dict[str, str]:
    return dict(line.split(" ", 1) for line in _read(name))


COMMON = frozenset(" ".join(_read("common.txt")).split())
LIGHT = frozenset(" ".join(_read("light.txt")).split())
FORMS = _pairs("forms.txt")  # irregular and nynorsk forms → the common form
WHOLE = re.compile(  # what stays whole, with an ending after it
    rf"^({'|'.join(sorted(' '.join(_read('stems.txt')).split(), key=len, reverse=True))})"
    r"(?:e?[nrt]?|ene?|ne|es|te|a|ar|ane|ing(?:a|en|er|ene)?|else(?:n|r|ne)?|t?e?nde)s?$"
)
NYNORSK = _pairs("nynorsk.txt")  # stretches of a word → bokmål; with ^ where a word begins, $ where it ends
IN_NYNORSK = re.compile("|".join(sorted(NYNORSK, key=len, reverse=True)))
NO_PARTS = frozenset(" ".join(_read("no_parts.txt")).split())


def everyday() -> Iterator[tuple[str, list[str]]]:
    """What people say, and what it is called where it is written."""
    for line in _read("everyday.txt"):
        said, _colon, meant = line.partition(": ")
        yield said, meant.split(", ")


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
    if whole := WHOLE.match(word):
        return whole[1]
    if not word.isalpha() or len(word) <= SHORTEST_STEM:
        return word
    word = _without_endings(word)
    if len(noun := MADE_A_NOUN.sub("", word)) > SHORTEST_STEM:
        word = _without_endings(noun)
    word = SILENT_E.sub(r"\1\2", word)
    word = BEFORE_L.sub(r"\1", word)
    word = PARTICIPLE.sub("", word)
    return DOUBLED.sub(r"\1", word)


def _in_bokmal(word: str) -> str:
    if word in FORMS:
        return FORMS[word]
    return IN_NYNORSK.sub(_bokmal, word)


def _bokmal(stretch: re.Match[str]) -> str:
    at_start, at_end = "^" + stretch[0], stretch[0] + "$"
    for written in (at_start, at_end, stretch[0]):
        if written in NYNORSK:
            return NYNORSK[written]
    return stretch[0]


def _without_endings(word: str) -> str:
    """The stemmer takes one ending at a time: "brukere" becomes "bruker", and that "bruk"."""
    word = AFTER_A_VOWEL.sub(r"\1", OF_SEVERAL.sub("er", word))
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
        if first not in PARTS or last in NO_PARTS:
            continue
        if _is_part(last):
            return [*_known_parts(first), first, last, *_known_parts(last)]
        if deeper := _known_parts(last):
            return [*_known_parts(first), first, last, *deeper]
    return []


def _is_part(word: str) -> bool:
    return word in PARTS or (len(word) > SHORTEST_PART and stem(word) in STEMS_OF_PARTS)


def _half_known_parts(word: str) -> list[str]:
    """A long known part and what stands before or after it, unless the word is a known one with an ending."""
    if stem(word) in STEMS_OF_PARTS:
        return []
    for first, last in reversed(list(_places(word))):
        if len(first) >= SURE_PART - 1 and VOWEL.search(first) and first not in NO_PARTS and _is_sure_part(last):
            return [first, last]
    for first, last in _places(word):
        if (
            len(last) >= SURE_PART - 1
            and VOWEL.search(last)
            and last not in NO_PARTS
            and first in PARTS
            and len(first) >= SURE_PART
        ):
            return [first, last]
    return []


def _is_sure_part(word: str) -> bool:
    return (
        word in PARTS and len(word) >= SURE_PART or (len(known := stem(word)) >= SURE_PART and known in STEMS_OF_PARTS)
    )


def stems(text: str) -> list[str]:
    """The stems of the words that tell something, in the order they stand."""
    return [stem(word) for word in words(text) if word not in COMMON]


def stems_of_phrase(text: str) -> list[str]:
    """The stems of a phrase that means something as a whole, though all its words may be common: "si fra"."""
    return [stem(word) for word in telling(words(text))]


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
        if (plain := stem(fold(word))) != own:
            found[plain] = None
    return list(found)

"""What was asked, word by word, with every form each word may be found in. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from search import words

MOST_WORDS = 8
LONGEST = 200
SHORTEST_BEGINNING = 3  # letters that are enough to look for words that begin so
SHORTEST_STEM = 5  # letters of a stem to look for words that begin so: "mob" of "mobbing" is not "mobil"


@dataclass(frozen=True)
class Form:
    """One form of a word: stems that stand in this order, words that begin with the letters, or stems that all stand
    somewhere in the same text (`apart`), as the parts of a compound do."""

    stems: tuple[str, ...]
    beginning: bool = False
    apart: bool = False


@dataclass(frozen=True)
class Term:
    """One word of a query: as typed, its stem, and the forms it is found in, the best first. `is_light`: it tells
    little beside the others."""

    word: str
    stem: str
    forms: tuple[Form, ...]
    is_light: bool = False


@dataclass(frozen=True)
class Query:
    """What was asked."""

    text: str
    terms: tuple[Term, ...] = field(default=())

    @property
    def needed(self) -> tuple[Term, ...]:
        """The words that must be found: not the light ones, unless there are no others."""
        return tuple(term for term in self.terms if not term.is_light) or self.terms

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(term.stem for term in self.terms)

    def __bool__(self) -> bool:
        return bool(self.terms)


def clean(text: str) -> str:
    """The text with single spaces, without control characters, cut to what is sensible."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[: LONGEST * 2]).split())[:LONGEST]


def parse(text: str, synonyms: Mapping[str, Iterable[str]] | None = None) -> Query:
    """The query of a text. `synonyms`: stems of a word or phrase, with spaces between → phrases that mean the same.
    No terms when the text holds no words."""
    text = clean(text)
    asked = list(dict.fromkeys(_telling(words.words(text))[:MOST_WORDS]))
    meant = _meant({words.stem(word) for word in asked}, synonyms or {})
    joined = _joined(asked)
    return Query(text, tuple(_term(word, meant.get(words.stem(word), ()), joined.get(word, ())) for word in asked))


def _telling(asked: list[str]) -> list[str]:
    """Without what tells nothing, single letters too, as long as something is left."""
    telling = words.telling(asked)
    return [word for word in telling if len(word) > 1 or word.isdecimal()] or telling


def _meant(stems: set[str], synonyms: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Stem → what means the same as a word or phrase it stands in; all the words of the phrase must be asked for."""
    meant: dict[str, list[str]] = {}
    for said, others in synonyms.items():
        if stems.issuperset(parts := said.split()):
            for part in parts:
                meant.setdefault(part, []).extend(others)
    return meant


def _joined(asked: list[str]) -> dict[str, list[str]]:
    """Word → what it is when written together with the word beside it: "lege middel" for "legemiddel"."""
    joined: dict[str, list[str]] = {}
    for first, last in pairwise(asked):
        if first.isalpha() and last.isalpha():
            for word in (first, last):
                joined.setdefault(word, []).append(words.stem(first + last))
    return joined


def _term(word: str, means_the_same: Iterable[str], joined: Iterable[str]) -> Term:
    stem = words.stem(word)
    forms = [Form((stem,)), *_folded(word, stem)]
    if word not in words.COMMON:
        forms += [Form((beginning,), beginning=True) for beginning in _beginnings(word, stem)]
    forms += [Form((whole,)) for whole in joined]
    for phrase in means_the_same:
        if meant := tuple(words.stems(phrase)):
            forms.append(Form(meant))
    if word not in words.PARTS and len(parts := _smallest_parts(word)) > 1:
        forms.append(Form(parts, apart=True))
    return Term(word, stem, tuple(dict.fromkeys(forms)), is_light=word in words.LIGHT)


def _folded(word: str, stem: str) -> Iterator[Form]:
    """The word without æ, ø and å; endings are taken off before and after, for they are known with their letters."""
    if (folded := words.fold(stem)) != stem or words.fold(word) != word:
        yield Form((folded,))
        yield Form((words.stem(words.fold(word)),))


def _beginnings(word: str, stem: str) -> Iterator[str]:
    if len(word) >= SHORTEST_BEGINNING:
        yield word
    if len(stem) >= SHORTEST_STEM:
        yield stem


def _smallest_parts(word: str) -> tuple[str, ...]:
    """The stems of the parts that are not themselves parted."""
    found = words.parts(word)
    return tuple(dict.fromkeys(words.stem(part) for part in found if not words.parts(part)))

"""What was asked, word by word, with every form each word may be found in. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from search import words

MOST_WORDS = 8
LONGEST = 200
SHORTEST_BEGINNING = 3  # letters that are enough to look for words that begin so


@dataclass(frozen=True)
class Form:
    """One form of a word: stems that stand in this order, or words that begin with the letters."""

    stems: tuple[str, ...]
    beginning: bool = False


@dataclass(frozen=True)
class Term:
    """One word of a query: as typed, its stem, and the forms it is found in, the best first."""

    word: str
    stem: str
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Query:
    """What was asked."""

    text: str
    terms: tuple[Term, ...] = field(default=())

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(term.stem for term in self.terms)

    def __bool__(self) -> bool:
        return bool(self.terms)


def clean(text: str) -> str:
    """The text with single spaces, without control characters, cut to what is sensible."""
    return " ".join("".join(char if char.isprintable() else " " for char in text[: LONGEST * 2]).split())[:LONGEST]


def parse(text: str, synonyms: Mapping[str, Iterable[str]] | None = None) -> Query:
    """The query of a text. `synonyms`: stem → phrases that mean the same. No terms when the text holds no words."""
    text = clean(text)
    found = words.telling(words.words(text))[:MOST_WORDS]
    return Query(text, tuple(_term(word, (synonyms or {}).get(words.stem(word), ())) for word in dict.fromkeys(found)))


def _term(word: str, means_the_same: Iterable[str]) -> Term:
    stem = words.stem(word)
    forms = [Form((stem,))]
    if (folded := words.fold(stem)) != stem or _has_substitutes(word):
        forms.append(Form((folded,)))
    if len(word) >= SHORTEST_BEGINNING:
        forms += [Form((beginning,), beginning=True) for beginning in dict.fromkeys((word, stem))]
    for phrase in means_the_same:
        if meant := tuple(words.stems(phrase)):
            forms.append(Form(meant))
    return Term(word, stem, tuple(dict.fromkeys(forms)))


def _has_substitutes(word: str) -> bool:
    return words.fold(word) != word

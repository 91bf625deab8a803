"""How well a thing answers what was asked: the same numbers whichever database found it (G14). Pure.

Title before number before headings before body; words that stand together before all words before some.
"""

import math

from search.models import Entry
from search.terms import Form, Query, Term

WORTH_OF_PLACE = (
    ("title_words", 10.0),
    ("title_parts", 6.0),
    ("heading_words", 3.5),
    ("body_words", 1.0),
    ("body_parts", 0.7),
)
BEGINNING, MEANT_THE_SAME, APART = 0.7, 0.8, 0.5  # of what the word itself is worth
LIGHT = 0.3  # of what another word counts
TOGETHER = (("title_words", 8.0), ("heading_words", 3.0), ("body_words", 2.0))
WHOLE_TITLE = 6.0  # when the title is nothing but what was asked
OWN_NUMBER = 20.0  # when it is its own number that was asked for, not that of what it lies below
OFTEN = 0.4  # for each doubling of how often the word stands in the body, up to
MOST_OFTEN = 1.6


def score(entry: Entry, query: Query) -> float:
    """0 when no word is found; else higher the better it fits. What part of the words is found counts twice."""
    asked = found = worth = 0.0
    for term in query.terms:
        weight = LIGHT if term.is_light else 1.0
        asked += weight
        if worth_here := _worth_of(term, entry):
            found += weight
            worth += weight * worth_here
    if not found:
        return 0.0
    return (worth + _together(entry, query)) * (found / asked) ** 2


def _worth_of(term: Term, entry: Entry) -> float:
    worth, form = max(((_worth_of_form(term, form, entry), form) for form in term.forms), key=lambda pair: pair[0])
    if not worth:
        return 0.0
    if term.stem.startswith("nr") and entry.title_parts.find(" nr") == entry.title_parts.find(f" {term.stem} "):
        worth += OWN_NUMBER
    return worth + min(MOST_OFTEN, OFTEN * math.log2(1 + entry.body_words.count(_wanted(form))))


def _worth_of_form(term: Term, form: Form, entry: Entry) -> float:
    if form.apart:
        return _worth_apart(form, entry)
    wanted = _wanted(form)
    for place, worth in WORTH_OF_PLACE:
        if wanted in getattr(entry, place):
            return worth * _nearness(term, form)
    return 0.0


def _wanted(form: Form) -> str:
    """How a form stands among the words of an entry."""
    return " " + " ".join(form.stems) + ("" if form.beginning else " ")


def _worth_apart(form: Form, entry: Entry) -> float:
    """What the parts of a compound are worth: on average, and nothing when one is missing."""
    worth = [
        next((worth for place, worth in WORTH_OF_PLACE if f" {stem} " in getattr(entry, place)), 0.0)
        for stem in form.stems
    ]
    return APART * sum(worth) / len(worth) if all(worth) else 0.0


def _nearness(term: Term, form: Form) -> float:
    if form.beginning:
        return BEGINNING
    return 1.0 if form is term.forms[0] or form.stems[0][:2] == term.stem[:2] else MEANT_THE_SAME


def _together(entry: Entry, query: Query) -> float:
    phrase = f" {' '.join(query.stems)} "
    if entry.title_words == phrase:
        return WHOLE_TITLE + TOGETHER[0][1]
    if len(query.terms) == 1:
        return 0.0
    return next((worth for place, worth in TOGETHER if phrase in getattr(entry, place)), 0.0)

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
BEGINNING, MEANT_THE_SAME = 0.7, 0.6  # of what the word itself is worth
TOGETHER = (("title_words", 8.0), ("heading_words", 3.0), ("body_words", 2.0))
WHOLE_TITLE = 6.0  # when the title is nothing but what was asked
OFTEN = 0.4  # for each doubling of how often the word stands in the body, up to
MOST_OFTEN = 1.6


def score(entry: Entry, query: Query) -> float:
    """0 when no word is found; else higher the better it fits. What part of the words is found counts twice."""
    worth = [_worth_of(term, entry) for term in query.terms]
    found = sum(1 for one in worth if one)
    if not found:
        return 0.0
    return (sum(worth) + _together(entry, query)) * (found / len(worth)) ** 2


def _worth_of(term: Term, entry: Entry) -> float:
    best = max(_worth_of_form(term, form, entry) for form in term.forms)
    if not best:
        return 0.0
    times = entry.body_words.count(f" {term.stem} ")
    return best + min(MOST_OFTEN, OFTEN * math.log2(1 + times))


def _worth_of_form(term: Term, form: Form, entry: Entry) -> float:
    wanted = " " + " ".join(form.stems) + ("" if form.beginning else " ")
    for place, worth in WORTH_OF_PLACE:
        if wanted in getattr(entry, place):
            return worth * _nearness(term, form)
    return 0.0


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

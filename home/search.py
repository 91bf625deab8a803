"""Search over documents in force and cases (G14): a number or a reference leads straight to the thing.

Plain substring search for now; the same functions will ask an index when the register is large.
"""

import re
from dataclasses import dataclass

from django.db.models import Case as Choose
from django.db.models import IntegerField, Q, QuerySet, Value, When

from cases.models import Case
from cases.register import reading_of_visible
from handbook import supplements
from handbook.models import Document, Edition
from organisation.folding import holds
from organisation.models import User

MAX_LENGTH = 200
MAX_WORDS = 8
CASES_SHOWN = 10
CASES_LOOKED_AT = 60
DOCUMENT_ID = re.compile(r"[A-Z]{2,4}-\d{4,}", re.IGNORECASE)
NUMBER = re.compile(r"\d(?:\.\d{1,3}){0,5}")
REFERENCE = re.compile(r"\d{4}-\d{5,}")


@dataclass(frozen=True)
class CaseHit:
    """A case and the texts this person may read of it."""

    case: Case
    title: str
    description: str


def clean(query: str) -> str:
    """The query with single spaces, cut to what is sensible."""
    return " ".join(query[:MAX_LENGTH].split()[:MAX_WORDS])


def straight_to(user: User, query: str) -> str | None:
    """The address of the one thing that bears this document id, number or reference; None when it is
    not the name of anything the person may see."""
    found: Document | Case | None = None
    if REFERENCE.fullmatch(query):
        found = Case.objects.visible_to(user).filter(reference=query).first()
    elif DOCUMENT_ID.fullmatch(query):
        found = Document.objects.filter(document_id=query.upper()).first()
    elif NUMBER.fullmatch(query):
        found = Document.objects.filter(number=query, page__live=True).first()
    return found.get_absolute_url() if found else None


def documents(query: str) -> QuerySet[Edition]:
    """Editions in force that hold every word: hits in the title first, then summary, then text."""
    everywhere, title, summary = Q(), Q(), Q()
    for word in query.split():
        in_title = holds("title", word) | Q(number__startswith=word)
        in_summary = in_title | holds("summary", word)
        title &= in_title
        summary &= in_summary
        everywhere &= in_summary | holds("text", word)
    rank = Choose(
        When(title, then=Value(0)), When(summary, then=Value(1)), default=Value(2), output_field=IntegerField()
    )
    found = Edition.objects.in_force().filter(everywhere).annotate(rank=rank)
    found = supplements.with_common_title(found)
    return found.select_related("document").defer("content", "html").order_by("rank", "document__page__path")


def cases(user: User, query: str) -> list[CaseHit]:
    """Cases the person may read that hold every word in what he may read of them: searching for a
    name must not tell which masked cases it is in (S30)."""
    found = Case.objects.visible_to(user).search(query, user)
    hits = [_as_read(user, case) for case in found.for_list()[:CASES_LOOKED_AT]]
    return [hit for hit in hits if _still_holds(hit, query)][: CASES_SHOWN + 1]


def _as_read(user: User, case: Case) -> CaseHit:
    reading = reading_of_visible(case, user)
    return CaseHit(case, reading.text(case.title), reading.text(case.description))


def _still_holds(hit: CaseHit, query: str) -> bool:
    text = (
        f"{hit.case.reference} {hit.case.external_system} {hit.case.external_id} {hit.title} {hit.description}".lower()
    )
    return all(word.lower() in text for word in query.split())

"""Cases that are like another one or like a text being typed: so that people see before sending
that it is known, and handlers see that it returns. Ordinary cases only; sealed ones are nowhere."""

from django.db.models import Case as CaseWhen
from django.db.models import Value, When
from django.db.models.functions import Left

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.permissions import whole_condition
from cases.reading import Reading
from cases.stems import stems
from organisation.models import User

NEWEST = 2_000  # looked through; keeps the cost the same however large the register grows
LOOKED_AT = 300  # characters of what was written
CLOSEST = 20  # read as the person reads them, before the first are shown
SHOWN = 4
ENOUGH = 2  # points: each shared word, the same page and the same category are one


def similar_to(case: Case, user: User) -> list[Reading]:
    """Other ordinary cases that share words, page or category with this one."""
    others = Case.objects.exclude(pk=case.pk)
    words = stems(f"{case.title} {case.description}")
    return _closest(others, words, user, page_id=case.page_id, category_id=case.category_id)


def similar_to_text(text: str, user: User, page_id: int | None = None) -> list[Reading]:
    """Ordinary cases that share words with the text, or a word and the page it is reported from."""
    words = stems(text)
    return _closest(Case.objects.all(), words, user, page_id=page_id) if len(words) >= ENOUGH else []


def _closest(
    cases: CaseQuerySet, words: set[str], user: User, page_id: int | None = None, category_id: int | None = None
) -> list[Reading]:
    """Ordinary cases by the words of their titles; of those the person reads whole also by what was written first in
    them: what a mask hides is not found. Two queries."""
    begins = CaseWhen(When(whole_condition(user), then=Left("description", LOOKED_AT)), default=Value(""))
    candidates = (
        cases.visible_to(user)
        .filter(sealed=False)
        .exclude(status=Case.Status.REJECTED)
        .order_by("-received_at", "-pk")
        .values_list("pk", "title", begins, "page_id", "category_id")[:NEWEST]
    )
    points: dict[int, int] = {}
    tied: dict[int, int] = {}
    for pk, title, text, page, category in candidates:
        tied[pk] = bool(page_id and page == page_id) + bool(category_id and category == category_id)
        shared = len(words & stems(f"{title} {text}")) + tied[pk]
        if shared >= ENOUGH:
            points[pk] = shared
    best = sorted(points, key=lambda pk: -points[pk])[:CLOSEST]
    found = Case.objects.for_list().in_bulk(best)
    readings = [Reading(user, found[pk]) for pk in best]
    return [reading for reading in readings if _still_alike(reading, words, tied[reading.case.pk])][:SHOWN]


def _still_alike(reading: Reading, words: set[str], tied: int) -> bool:
    """Whether it is alike by what the person reads of it too, and not by a name that is hidden."""
    return reading.whole or len(words & stems(reading.text(reading.case.title))) + tied >= ENOUGH

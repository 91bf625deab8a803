"""Cases that are like another one or like a text being typed: so that people see before sending
that it is known, and handlers see that it returns. Ordinary cases only; sealed ones are nowhere."""

from collections.abc import Iterable

from cases.models import Case
from cases.reading import Reading
from cases.stems import stems
from organisation.models import User

NEWEST = 2_000  # looked through; keeps the cost the same however large the register grows
SHOWN = 4
ENOUGH = 2  # points; a shared word is one, the same page two


def similar_to(case: Case, user: User) -> list[Reading]:
    """Other ordinary cases that share words, page or category with this one."""
    others = Case.objects.exclude(pk=case.pk)
    return _closest(others, stems(f"{case.title} {case.description}"), user, page_id=case.page_id)


def similar_to_text(text: str, user: User) -> list[Reading]:
    """Ordinary cases that share words with the text."""
    words = stems(text)
    return _closest(Case.objects.all(), words, user) if len(words) >= ENOUGH else []


def _closest(cases: Iterable, words: set[str], user: User, page_id: int | None = None) -> list[Reading]:
    candidates = (
        cases.visible_to(user)  # type: ignore[attr-defined]
        .filter(sealed=False)
        .exclude(status=Case.Status.REJECTED)
        .order_by("-received_at", "-pk")
        .values_list("pk", "title", "page_id")[:NEWEST]
    )
    points = {}
    for pk, title, page in candidates:
        shared = len(words & stems(title)) + (1 if page_id and page == page_id else 0)
        if shared >= ENOUGH:
            points[pk] = shared
    best = sorted(points, key=lambda pk: -points[pk])[:SHOWN]
    found = Case.objects.for_list().in_bulk(best)
    return [Reading(user, found[pk]) for pk in best]

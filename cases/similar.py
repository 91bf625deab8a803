"""Cases that are like another one or like a text being typed: so that people see before sending
that it is known, and handlers see that it returns. Ordinary cases only; sealed ones are nowhere."""

from dataclasses import dataclass, field

from django.db.models import Case as CaseWhen
from django.db.models import Value, When
from django.db.models.functions import Left
from wagtail.models import Page

from cases.models import Case
from cases.models.case_queryset import CaseQuerySet
from cases.permissions import known_condition, whole_condition
from cases.reading import Reading
from cases.stems import stems
from organisation.models import Unit, User

NEWEST = 2_000  # looked through; keeps the cost the same however large the register grows
LOOKED_AT = 300  # characters of what was written
CLOSEST = 20  # read as the person reads them, before the first are shown
SHOWN = 4
ENOUGH = 2  # points: each shared word, the same page and the same category are one


@dataclass(frozen=True)
class Proposal:
    """The unit a case seems to belong to, with the grounds: earlier cases it had, a page it owns, or its own name."""

    unit: Unit
    cases: list[Case] = field(default_factory=list)
    page: Page | None = None


def similar_to(case: Case, user: User) -> list[Reading]:
    """Other ordinary cases that share words, page or category with this one."""
    others = Case.objects.exclude(pk=case.pk)
    words = stems(f"{case.title} {case.description}")
    return _closest(others, words, user, page_id=case.page_id, category_id=case.category_id)


def similar_to_text(text: str, user: User, page_id: int | None = None) -> list[Reading]:
    """Ordinary cases that share words with the text, or a word and the page it is reported from."""
    words = stems(text)
    return _closest(Case.objects.all(), words, user, page_id=page_id) if len(words) >= ENOUGH else []


def unit_for(case: Case, similar: list[Reading]) -> Proposal | None:
    """The unit that has had most of the similar cases that are sorted, when they are several; else the one that owns
    the page whose title is most alike, or whose name the text speaks of. None when nothing points anywhere."""
    had: dict[int, list[Case]] = {}
    for reading in similar:
        if not reading.case.needs_triage:
            had.setdefault(reading.case.unit_id, []).append(reading.case)
    cases = max(had.values(), key=len, default=[])
    if len(cases) > 1:
        return Proposal(cases[0].unit, cases)
    words = stems(f"{case.title} {case.description}")
    if by_page := _owner_of_page_like(words):
        return by_page
    named = [(len(words & stems(unit.name)), unit) for unit in Unit.objects.active() if not unit.is_root()]
    points, unit = max(named, key=lambda pair: pair[0], default=(0, None))
    return Proposal(unit) if unit and points else None


def _owner_of_page_like(words: set[str]) -> Proposal | None:
    titles = Page.objects.live().filter(document__isnull=False).values_list("pk", "title")
    points, pk = max(((len(words & stems(title)), pk) for pk, title in titles), default=(0, 0))
    if points < ENOUGH:
        return None
    page = Page.objects.select_related("document").get(pk=pk)
    edition = page.document.edition_in_force()
    return Proposal(edition.owner_unit, page=page) if edition else None


def _closest(
    cases: CaseQuerySet, words: set[str], user: User, page_id: int | None = None, category_id: int | None = None
) -> list[Reading]:
    """Ordinary cases by the words of their titles; of those the person reads whole, the reporter's name and all, also
    by what was written first in them: what a mask hides is not found. Two queries."""
    read = whole_condition(user) & known_condition(user)
    begins = CaseWhen(When(read, then=Left("description", LOOKED_AT)), default=Value(""))
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

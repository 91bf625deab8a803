"""Cases that are like another one or like a text being typed: so that people see before sending
that it is known, and handlers see that it returns. Ordinary cases only; sealed ones are nowhere."""

import re
from dataclasses import dataclass, field

from django.db.models import Case as CaseWhen
from django.db.models import Value, When
from django.db.models.functions import Left
from wagtail.models import Page

from cases.models import Case
from cases.models.case import CaseQuerySet
from cases.permissions import whole_condition
from cases.reading import Reading
from organisation.models import Unit, User

NEWEST = 2_000  # looked through; keeps the cost the same however large the register grows
SHOWN = 4
LOOKED_AT = 300  # characters of what was written
STEM = 6
ENOUGH = 2  # points; a shared word is one, the same page two
COMMON = frozenset(
    """
alle andre bare ble blir blitt burde dette denne disse eller etter flere fordi fått gjør gjøre gjorde hadde hele
hvis hvor hvorfor ikke ingen inne kunne langt mange måtte noen også over samme siden skal skulle slik tatt uten
under være vært veldig ville
    """.split()  # noqa: SIM905  # a text to read, not forty strings
)


def stems(text: str) -> set[str]:
    """The beginnings of the words that say something: Norwegian endings and compounds fall away."""
    words = re.findall(r"[a-zæøåéü]{4,}", text.lower())
    return {word[:STEM] for word in words if word not in COMMON}


@dataclass(frozen=True)
class Proposal:
    """The unit a case seems to belong to, with the grounds: earlier cases it had, a page it owns, or its own name."""

    unit: Unit
    cases: list[Case] = field(default_factory=list)
    page: Page | None = None


def similar_to(case: Case, user: User) -> list[Reading]:
    """Other ordinary cases that share words, page or category with this one."""
    others = Case.objects.exclude(pk=case.pk)
    return _closest(others, stems(f"{case.title} {case.description}"), user, page_id=case.page_id)


def similar_to_text(text: str, user: User) -> list[Reading]:
    """Ordinary cases that share words with the text."""
    words = stems(text)
    return _closest(Case.objects.all(), words, user) if len(words) >= ENOUGH else []


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


def _closest(cases: CaseQuerySet, words: set[str], user: User, page_id: int | None = None) -> list[Reading]:
    """Ordinary cases by the words of their titles; of those the person reads whole also by what was written first in
    them: what a mask hides is not found."""
    begins = CaseWhen(When(whole_condition(user), then=Left("description", LOOKED_AT)), default=Value(""))
    candidates = (
        cases.visible_to(user)
        .filter(sealed=False)
        .exclude(status=Case.Status.REJECTED)
        .order_by("-received_at", "-pk")
        .values_list("pk", "title", begins, "page_id")[:NEWEST]
    )
    points: dict[int, int] = {}
    for pk, title, text, page in candidates:
        shared = len(words & stems(f"{title} {text}")) + (1 if page_id and page == page_id else 0)
        if shared >= ENOUGH:
            points[pk] = shared
    best = sorted(points, key=lambda pk: -points[pk])[:SHOWN]
    found = Case.objects.for_list().in_bulk(best)
    return [Reading(user, found[pk]) for pk in best]

"""Who must confirm what, by when, and who is told (G8).

Everything that lists more than one document or person comes from `requirements`: six queries for any number of
people and documents. The box on a page asks for one person and one document, in one or two.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from django.core.cache import cache
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Lag
from django.utils import timezone

from handbook import comparison
from handbook.models import Confirmation, Document, Edition, ReadingDuty
from handbook.models.confirmation import ReadingDutyQuerySet
from organisation import clock
from organisation.models import RoleAssignment, User

SECONDS_TO_REMEMBER_A_DIFFERENCE = 24 * 3600
Move = tuple[datetime.date, str]


@dataclass(frozen=True)
class Requirement:
    """One person must confirm one document."""

    person: User
    edition: Edition
    deadline: datetime.date
    confirmed_at: datetime.datetime | None
    is_overdue: bool


@dataclass(frozen=True)
class Standing:
    """How one person stands to one edition: what the box on the page says."""

    edition: Edition
    deadline: datetime.date | None
    confirmed_label: str
    confirmed_at: datetime.datetime | None
    stretches: list[comparison.Stretch]

    @property
    def is_overdue(self) -> bool:
        return self.deadline is not None and self.deadline < clock.today()


def standing(user: User, document: Document, edition: Edition) -> Standing | None:
    """How the person stands to the edition in force; None when no duty is for the person.

    One query; a second while it is not confirmed, and a third the first time a difference is worked out.
    """
    asked = ReadingDuty.objects.active().filter(document=document).with_reader(user)
    duties = [duty for duty in asked if duty.concerns(duty.home or "", user.roles_held())]
    if not duties:
        return None
    last = duties[0]
    label = f"{last.confirmed_major}.{last.confirmed_minor}" if last.confirmed_minor else str(last.confirmed_major)
    if last.confirmed_major == edition.major:
        return Standing(edition, None, label, last.confirmed_at, [])
    moves = moves_of(User.objects.filter(pk=user.pk)).get(user.pk, [])
    began = _major_since(edition)
    deadline = min(_deadline(duty, began, _came(duty, moves)) for duty in duties)
    if last.confirmed_edition is None:
        return Standing(edition, deadline, "", None, [])
    return Standing(edition, deadline, label, None, difference(last.confirmed_edition, edition))


def difference(earlier_id: int, edition: Edition) -> list[comparison.Stretch]:
    """What changed since an earlier edition. Editions never change, so it is worked out once a day."""

    def compare() -> list[comparison.Stretch]:
        earlier: Edition = Edition.objects.only("text").get(pk=earlier_id)
        return comparison.compare(earlier.text, edition.text)

    key = f"difference:{earlier_id}:{edition.pk}"
    return cache.get_or_set(key, compare, SECONDS_TO_REMEMBER_A_DIFFERENCE) or []


def waiting_for(user: User) -> list[Requirement]:
    """What the person must confirm and has not, soonest first."""
    if not user.is_active:
        return []
    duties = ReadingDuty.objects.within_reach_of(user)
    wanted = requirements(duties, User.objects.filter(pk=user.pk))
    return sorted((r for r in wanted if r.confirmed_at is None), key=lambda r: (r.deadline, r.edition.number))


def requirements(duties: ReadingDutyQuerySet, people: "QuerySet[User]") -> Iterator[Requirement]:
    """Each of the active people with each document in force that an active duty asks for, document by document.

    Who is asked by several duties has the earliest of their deadlines. Six queries, one when nobody is asked.
    """
    asked = list(
        duties.active()
        .filter(document__page__live=True)
        .select_related("unit")
        .order_by("document__page__path", "document", "pk")
    )
    if not asked:
        return
    in_force = _editions_in_force(asked)
    roll = Roll(people, {duty.role for duty in asked})
    confirmed = roll.confirmations(in_force)
    today = clock.today()
    for document_id, group in groupby(asked, key=lambda duty: duty.document_id):
        edition = in_force.get(document_id)
        if edition is None:
            continue
        deadlines: dict[int, datetime.date] = {}
        for duty in group:
            for pk, arrived in roll.concerned(duty):
                deadline = _deadline(duty, edition.major_since, arrived)  # type: ignore[attr-defined]
                deadlines[pk] = min(deadline, deadlines.get(pk, deadline))
        for pk, deadline in deadlines.items():
            at = confirmed.get((pk, document_id))
            yield Requirement(roll.people[pk], edition, deadline, at, at is None and deadline < today)


class Roll:
    """Active people with where they work, which of some roles they hold, and since when."""

    def __init__(self, people: "QuerySet[User]", roles: Iterable[str]) -> None:
        self.query = people.filter(is_active=True)
        fields = (
            "username",
            "first_name",
            "last_name",
            "email",
            "is_active",
            "unit__name",
            "unit__path",
            "unit__depth",
        )
        found = self.query.select_related("unit").only(*fields)
        self.people = {person.pk: person for person in found}
        self.by_home: dict[str, list[int]] = defaultdict(list)
        for person in self.people.values():
            self.by_home[person.unit.path if person.unit else ""].append(person.pk)
        self.moves = moves_of(self.query)
        self.came: dict[tuple[int, str], datetime.date | None] = {}
        self.held: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self.held_since: dict[tuple[int, str], datetime.date | None] = {}
        held = RoleAssignment.objects.current().filter(role__in=roles, user__in=self.query)
        held = held.order_by(F("valid_from").asc(nulls_first=True))
        for pk, role, path, since in held.values_list("user", "role", "unit__path", "valid_from"):
            self.held[pk].append((role, path))
            self.held_since.setdefault((pk, role), since)

    def concerned(self, duty: ReadingDuty) -> Iterator[tuple[int, datetime.date | None]]:
        """The people the duty is for, each with the day it began to be."""
        if duty.role:
            for pk, held in self.held.items():
                if duty.concerns("", held):
                    yield pk, self.held_since.get((pk, duty.role)) or self._came(pk, "")
            return
        for home, people in self.by_home.items():
            if duty.concerns(home, ()):
                for pk in people:
                    yield pk, self._came(pk, duty.reach)

    def _came(self, pk: int, reach: str) -> datetime.date | None:
        """`came_within`, worked out once for each person and place."""
        if (pk, reach) not in self.came:
            self.came[pk, reach] = came_within(self.moves.get(pk, ()), reach)
        return self.came[pk, reach]

    def confirmations(self, in_force: dict[int, Edition]) -> dict[tuple[int, int], datetime.datetime]:
        """When each person confirmed each of the documents, as far as it still holds."""
        rows = Confirmation.objects.of_the_version_in_force().filter(user__in=self.query, document__in=in_force)
        return {(user, document): at for user, document, at in rows.values_list("user_id", "document_id", "at")}


def moves_of(people: "QuerySet[User]") -> dict[int, list[Move]]:
    """When each person came to each unit they have worked in, oldest first: (day, tree path). From the history
    of the accounts; the rows that tell of no move stay in the database."""
    past = User.history.model.objects.filter(id__in=people.values("pk"))  # type: ignore[attr-defined]
    order = ["history_date", "history_id"]
    before = past.annotate(before=Window(Lag("unit_id"), partition_by="id", order_by=order))
    moved = before.filter(Q(before__isnull=True) | ~Q(before=F("unit_id"))).order_by(*order)
    moves: dict[int, list[Move]] = defaultdict(list)
    for pk, moment, path in moved.values_list("id", "history_date", "unit__path"):
        moves[pk].append((timezone.localdate(moment), path or ""))
    return moves


def came_within(moves: Iterable[Move], reach: str) -> datetime.date | None:
    """The first day of the present, unbroken stay at the tree path or below it; None when it isn't known."""
    came = None
    for day, path in moves:
        came = (came or day) if path.startswith(reach) else None
    return came


def _came(duty: ReadingDuty, moves: list[Move]) -> datetime.date | None:
    """The day the duty began to be for a person, as `Roll.concerned` says it: when the role was given or, where
    that isn't known, when the account was made; else when the person came to the unit."""
    return duty.held_since or came_within(moves, "" if duty.role else duty.reach)


def _deadline(duty: ReadingDuty, began: datetime.date, arrived: datetime.date | None) -> datetime.date:
    """Counted from the day there was something to read, somebody to read it and a duty to do so."""
    return max(duty.since, began, arrived or began) + datetime.timedelta(duty.days)


def _major_since(edition: Edition) -> datetime.date:
    """When the substantial edition that this one belongs to came into force."""
    if not edition.minor:
        return edition.valid_from
    whole = Edition.objects.filter(document=edition.document_id, major=edition.major).order_by("minor")
    return whole.values_list("valid_from", flat=True)[0]


def _editions_in_force(asked: list[ReadingDuty]) -> dict[int, Edition]:
    """The edition in force of each document, with the day its substantial edition came."""
    whole = Edition.objects.filter(document=OuterRef("document"), major=OuterRef("major")).order_by("minor")
    rows = (
        Edition.objects.in_force()
        .filter(document__in={duty.document_id for duty in asked})
        .annotate(major_since=Subquery(whole.values("valid_from")[:1]))
        .select_related("document")
        .defer("html", "text", "content")
    )
    return {edition.document_id: edition for edition in rows}

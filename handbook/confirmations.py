"""Who must confirm what, by when, and who has (G8).

What is asked of many people comes from `asked`, document by document: six queries for any number of people and
documents. What is asked of one person, on a page or in a list, costs at most three.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
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
from organisation.remembering import remembered

SECONDS_TO_REMEMBER_A_DIFFERENCE = 24 * 3600
Move = tuple[datetime.date, str]


# One person


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


@dataclass(frozen=True)
class Waiting:
    """An edition the person must confirm, and by when."""

    edition: Edition
    deadline: datetime.date


def standing(user: User, document: Document, edition: Edition) -> Standing | None:
    """How the person stands to the edition in force; None when no duty is for the person.

    One query; a second while it is not confirmed, and a third the first time a difference is worked out.
    """
    duties = _duties_of(user, ReadingDuty.objects.filter(document=document))
    if not duties:
        return None
    last = duties[0]
    label = f"{last.confirmed_major}.{last.confirmed_minor}" if last.confirmed_minor else str(last.confirmed_major)
    if last.confirmed_major == edition.major:
        return Standing(edition, None, label, last.confirmed_at, [])
    deadline = _deadline_of(duties, _major_since(edition), _moves_of_one(user))
    if last.confirmed_edition is None:
        return Standing(edition, deadline, "", None, [])
    return Standing(edition, deadline, label, None, difference(last.confirmed_edition, edition))


def waiting_for(user: User) -> list[Waiting]:
    """What the person must confirm and has not, soonest first. One query when nobody asks for anything, else three."""
    duties = _duties_of(user, ReadingDuty.objects.within_reach_of(user).of_live_pages())
    in_force = _editions_in_force(duties)
    by_edition: dict[Edition, list[ReadingDuty]] = defaultdict(list)
    for duty in duties:
        edition = in_force.get(duty.document_id)
        if edition and duty.confirmed_major != edition.major:
            by_edition[edition].append(duty)
    moves = _moves_of_one(user) if by_edition else []
    waiting = [
        Waiting(edition, _deadline_of(those, edition.major_since, moves))  # type: ignore[attr-defined]
        for edition, those in by_edition.items()
    ]
    return sorted(waiting, key=lambda wanted: (wanted.deadline, wanted.edition.number))


def _duties_of(user: User, duties: ReadingDutyQuerySet) -> list[ReadingDuty]:
    """Those that are for the person."""
    return [duty for duty in duties.active().with_reader(user) if duty.is_for(user)]


def _moves_of_one(user: User) -> list[Move]:
    own = User.objects.filter(pk=user.pk)
    return remembered(user, "moves", user.pk, make=lambda: moves_of(own).get(user.pk, []))


def _deadline_of(duties: Iterable[ReadingDuty], began: datetime.date, moves: list[Move]) -> datetime.date:
    """The earliest of the deadlines. Counted, as by `Roll.came`, from when the role was given or, where that isn't
    known, when the account was made; else from when the person came to the unit."""
    return min(
        _deadline(duty, began, duty.held_since or came_within(moves, "" if duty.role else duty.reach))
        for duty in duties
    )


def difference(earlier_id: int, edition: Edition) -> list[comparison.Stretch]:
    """What changed since an earlier edition. Editions never change, so it is worked out once a day."""

    def compare() -> list[comparison.Stretch]:
        earlier: Edition = Edition.objects.only("text").get(pk=earlier_id)
        return comparison.compare(earlier.text, edition.text)

    key = f"difference:{earlier_id}:{edition.pk}"
    return cache.get_or_set(key, compare, SECONDS_TO_REMEMBER_A_DIFFERENCE) or []


# Many people


class Asked:
    """A document in force: who of some people must confirm it, who of them has, and by when the others must."""

    def __init__(self, edition: Edition, roll: "Roll", duties: Iterable[ReadingDuty], confirmed: set[int]) -> None:
        self.edition, self.roll = edition, roll
        self.parts = [(duty, roll.concerned(duty)) for duty in duties]
        self.people: set[int] = set().union(*(people for _duty, people in self.parts))
        self.confirmed = self.people & confirmed

    @property
    def waiting(self) -> set[int]:
        return self.people - self.confirmed

    @cached_property
    def late(self) -> set[int]:
        today = clock.today()
        return {pk for pk in self.waiting if self.deadline(pk) < today}

    def deadline(self, pk: int) -> datetime.date:
        """The earliest, for a person who is asked by several duties."""
        began = self.edition.major_since  # type: ignore[attr-defined]
        return min(_deadline(duty, began, self.roll.came(pk, duty)) for duty, people in self.parts if pk in people)

    def person(self, pk: int) -> User:
        return self.roll.people[pk]


def asked(duties: ReadingDutyQuerySet, people: "QuerySet[User]") -> Iterator[Asked]:
    """What the active duties ask of the active people, for each document in force, in the order of the handbook.
    Six queries, one when nobody is asked."""
    found = list(duties.active().of_live_pages().select_related("unit").order_by("document__page__path", "document"))
    in_force = _editions_in_force(found)
    if not in_force:
        return
    roll = Roll(people, {duty.role for duty in found if duty.role})
    confirmed = roll.confirmations(in_force)
    for document_id, group in groupby(found, key=lambda duty: duty.document_id):
        if edition := in_force.get(document_id):
            yield Asked(edition, roll, group, confirmed[document_id])


class Roll:
    """Active people with where they work, which of some roles they hold, and since when."""

    def __init__(self, people: "QuerySet[User]", roles: Iterable[str]) -> None:
        self.query = people.filter(is_active=True)
        names = ("username", "first_name", "last_name", "email", "is_active")
        found = self.query.select_related("unit").only(*names, "unit__name", "unit__path", "unit__depth")
        self.people = {person.pk: person for person in found}
        self.by_home: dict[str, set[int]] = defaultdict(set)
        for person in self.people.values():
            self.by_home[person.unit.path if person.unit else ""].add(person.pk)
        self.moves = moves_of(self.query)
        self.stays: dict[tuple[int, str], datetime.date | None] = {}
        self.held: dict[int, list[tuple[str, str]]] = defaultdict(list)
        self.held_since: dict[tuple[int, str], datetime.date | None] = {}
        held = RoleAssignment.objects.current().filter(role__in=roles, user__in=self.query)
        held = held.order_by(F("valid_from").asc(nulls_first=True))
        for pk, role, path, since in held.values_list("user", "role", "unit__path", "valid_from"):
            self.held[pk].append((role, path))
            self.held_since.setdefault((pk, role), since)

    def concerned(self, duty: ReadingDuty) -> set[int]:
        """The people the duty is for."""
        if duty.role:
            return {pk for pk, held in self.held.items() if duty.concerns("", held)}
        homes = (people for home, people in self.by_home.items() if duty.concerns(home, ()))
        return set().union(*homes)

    def came(self, pk: int, duty: ReadingDuty) -> datetime.date | None:
        """The day the duty began to be for a person it is for."""
        if not duty.role:
            return self._stay(pk, duty.reach)
        return self.held_since[pk, duty.role] or self._stay(pk, "")

    def _stay(self, pk: int, reach: str) -> datetime.date | None:
        """`came_within`, worked out once for each person and place."""
        if (pk, reach) not in self.stays:
            self.stays[pk, reach] = came_within(self.moves.get(pk, ()), reach)
        return self.stays[pk, reach]

    def confirmations(self, in_force: dict[int, Edition]) -> dict[int, set[int]]:
        """Who has confirmed each of the documents, as far as it still holds."""
        rows = Confirmation.objects.of_the_version_in_force().filter(user__in=self.query, document__in=in_force)
        confirmed: dict[int, set[int]] = defaultdict(set)
        for document, user in rows.values_list("document_id", "user_id"):
            confirmed[document].add(user)
        return confirmed


# Since when


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


def _deadline(duty: ReadingDuty, began: datetime.date, arrived: datetime.date | None) -> datetime.date:
    """Counted from the day there was something to read, somebody to read it and a duty to do so."""
    return max(duty.since, began, arrived or began) + datetime.timedelta(duty.days)


def _major_since(edition: Edition) -> datetime.date:
    """When the substantial edition that this one belongs to came into force."""
    if not edition.minor:
        return edition.valid_from
    whole = Edition.objects.filter(document=edition.document_id, major=edition.major).order_by("minor")
    return whole.values_list("valid_from", flat=True)[0]


def _editions_in_force(duties: list[ReadingDuty]) -> dict[int, Edition]:
    """The edition in force of each document asked for, with the day its substantial edition came."""
    if not duties:
        return {}
    whole = Edition.objects.filter(document=OuterRef("document"), major=OuterRef("major")).order_by("minor")
    rows = (
        Edition.objects.in_force()
        .filter(document__in={duty.document_id for duty in duties})
        .annotate(major_since=Subquery(whole.values("valid_from")[:1]))
        .select_related("document")
        .defer("html", "text", "content")
    )
    return {edition.document_id: edition for edition in rows}

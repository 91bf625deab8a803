"""What the service desk has to sort (S32): cases from outside, and what came in and is not a case yet, as one list."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Q, Value
from django.db.models.functions import Replace
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext

from cases.models import Case, Claim, Intake
from cases.models.case_queryset import CaseQuerySet
from cases.models.claim import key_of
from cases.permissions import Act, can
from organisation import clock
from organisation.models import User
from organisation.roles import Right
from organisation.working_days import after_working_days

LONGEST_TITLE = 90
FOUND = 20  # of one person's cases
PHONE_DIGITS = 8  # a Norwegian number without the country's


@dataclass(frozen=True)
class Waiting:
    """One thing to sort, and who is sorting it now, if anybody."""

    thing: Case | Intake
    held_by: User | None = None

    @property
    def key(self) -> str:
        return key_of(self.thing)

    @property
    def is_case(self) -> bool:
        return isinstance(self.thing, Case)

    @property
    def label(self) -> str:
        return self.thing.reference if isinstance(self.thing, Case) else self.thing.card_label

    @property
    def text(self) -> str:
        return self.thing.description if isinstance(self.thing, Case) else self.thing.text

    @property
    def title(self) -> str:
        """What it is about, in short. A card on paper says nothing until somebody has written it in."""
        if not self.thing.title and not self.text and self.channel == Case.Channel.CARD:
            return gettext("Not written in yet")
        return self.thing.title or Truncator(self.text).chars(LONGEST_TITLE)

    @property
    def kind(self) -> str:
        return self.thing.kind

    @property
    def kind_label(self) -> str:
        return self.thing.get_kind_display() if self.kind else ""

    @property
    def channel(self) -> str:
        return self.thing.channel

    @property
    def channel_label(self) -> str:
        return self.thing.get_channel_display()

    @property
    def received_at(self) -> datetime.datetime:
        return self.thing.received_at

    @property
    def age(self) -> str:
        """How long it has waited, in words."""
        return timesince(self.received_at, clock.now(), depth=1)

    @property
    def url(self) -> str:
        return self.thing.triage_url if isinstance(self.thing, Case) else self.thing.get_absolute_url()

    @property
    def is_answered(self) -> bool:
        return isinstance(self.thing, Case) and self.thing.answered_at is not None

    @property
    def answer_by(self) -> datetime.date:
        """The last day for the first answer to the reporter."""
        return after_working_days(timezone.localdate(self.received_at), settings.WORKING_DAYS_TO_ANSWER)

    @property
    def is_late(self) -> bool:
        return not self.is_answered and self.answer_by < clock.today()

    def fits(self, *, words: str = "", channel: str = "", kind: str = "", late: bool = False) -> bool:
        """Whether it is among what is asked for."""
        said = f"{self.label} {self.title} {self.text}".casefold()
        return (
            channel in ("", self.channel)
            and kind in ("", self.kind)
            and (self.is_late or not late)
            and all(word in said for word in words.casefold().split())
        )


@dataclass(frozen=True)
class Place:
    """Where in the queue something is, from 1, and what is before and after it."""

    number: int
    total: int
    previous: Waiting | None
    following: Waiting | None


def waiting(user: User) -> list[Waiting]:
    """Everything the person may sort, the oldest first. Three queries."""
    things: list[Case | Intake] = [*_cases_to_sort(user), *Intake.objects.visible_to(user).waiting()]
    holders = Claim.objects.holders()
    return [Waiting(thing, holders.get(key_of(thing))) for thing in sorted(things, key=lambda one: one.received_at)]


def _cases_to_sort(user: User) -> CaseQuerySet:
    return Case.objects.visible_to(user).open().filter(needs_triage=True)


def number_waiting(user: User) -> int:
    """How many things the person may sort; 0 without a query for those who sort nothing."""
    if not user.has_right(Right.TAKE_IN):
        return 0
    return _cases_to_sort(user).count() + Intake.objects.visible_to(user).waiting().count()


def unanswered(user: User) -> list[Waiting]:
    """Sorted cases from outside whose reporter waits for the first answer, the oldest first. One query."""
    cases = Case.objects.visible_to(user).from_outside().unanswered().filter(needs_triage=False)
    return [Waiting(case) for case in cases.for_list()]


def place_of(thing: Case | Intake, queue: list[Waiting]) -> Place | None:
    """None when it is not in the queue."""
    keys = [row.key for row in queue]
    if (key := key_of(thing)) not in keys:
        return None
    at = keys.index(key)
    before, after = queue[:at], queue[at + 1 :]
    return Place(at + 1, len(queue), before[-1] if before else None, after[0] if after else None)


def take_next(user: User) -> Waiting | None:
    """The oldest nobody else is sorting, taken by the person; None when there is none."""
    for row in waiting(user):
        if row.held_by in (None, user):
            try:
                Claim.take(user, row.thing)
            except ValidationError:  # somebody took it in this very moment
                continue
            return row
    return None


def cases_of(user: User, words: str) -> list[Case]:
    """Cases from outside of who has this e-mail, phone number or reference, of those the service desk may add to, the
    newest first. An anonymous reporter is not found by name or number."""
    words = words.strip()
    digits = "".join(filter(str.isdigit, words))
    condition = Q(reference=words)
    if "@" in words:
        condition |= Q(correspondent__anonymous=False, correspondent__email__iexact=words)
    elif len(digits) >= PHONE_DIGITS:
        condition |= Q(correspondent__anonymous=False, digits__endswith=digits[-PHONE_DIGITS:])
    without_spaces: Any = Replace(F("correspondent__phone"), Value(" "), Value(""))
    found = Case.objects.visible_to(user).from_outside().annotate(digits=without_spaces).filter(condition)
    return [case for case in found.for_list().order_by("-received_at", "-pk")[:FOUND] if can(user, Act.ADD, case)]


def fitting(rows: Iterable[Waiting], asked: dict[str, Any]) -> list[Waiting]:
    """The rows that fit the filters."""
    return [row for row in rows if row.fits(**asked)]

"""Which cases: what a person may read, is to do, and searches for."""

from typing import Self

from django.apps import apps
from django.db import models
from django.db.models import F, Q

from cases import masking
from cases.permissions import known_condition, visible_condition, whole_condition
from organisation import absence, clock
from organisation.folding import holds
from organisation.models import RoleAssignment, Unit, User, within
from organisation.roles import Right

from .case_counting import CountedCases
from .escalation import Level


class CaseQuerySet(CountedCases):
    def visible_to(self, user: User) -> Self:
        """The cases the person may read at all: ordinary ones, and the sealed ones of their own."""
        return self.filter(visible_condition(user))

    def open(self) -> Self:
        return self.filter(status__in=self.model.OPEN)

    def overdue(self) -> Self:
        return self.open().filter(deadline__lt=clock.today())

    def reported_by(self, user: User) -> Self:
        return self.filter(reporter=user)

    def handled_by(self, user: User) -> Self:
        return self.filter(handler=user)

    def waiting_for(self, user: User) -> Self:
        """Open cases the person handles, and received ones nobody handles yet in units they lead."""
        led = RoleAssignment.objects.held_by(user).filter(role__in=absence.LEADERS).values("unit")
        return self.open().filter(Q(handler=user) | Q(handler=None, unit__in=led))

    def raised_to(self, user: User) -> Self:
        """Open cases that are lifted to a level the person leads: the municipality, or the unit just above (G21)."""
        raised = Q(pk__in=[])
        for path in user.led_paths:
            just_below = Q(unit__path__startswith=path, unit__depth=len(path) // Unit.steplen + 1)
            raised |= Q(level=Level.ABOVE) & just_below
            if len(path) == Unit.steplen:
                raised |= Q(level=Level.DIRECTOR)
        return self.open().filter(raised)

    def to_archive(self, user: User) -> Self:
        """Ended cases this person may hand over, that were not since they ended, the first to end first (S35)."""
        handed = Q(handovers__closed_at=F("closed_at"))
        ended = self.filter(within(user.right_paths(Right.ARCHIVE_CASES), "unit__path"), status__in=self.model.ENDED)
        done = type(self)(self.model).filter(handed).values("pk")
        return ended.exclude(pk__in=done).order_by("closed_at", "pk")

    def from_outside(self) -> Self:
        return self.filter(correspondent__isnull=False)

    def unanswered(self) -> Self:
        """Open ones whose reporter has had no answer, the oldest first."""
        return self.open().filter(answered_at=None).order_by("received_at", "pk")

    def told_in_public(self) -> Self:
        """What became better because an inhabitant said so, and may be told (S31)."""
        closed = self.closed().filter(sealed=False, correspondent__may_tell_others=True)
        return closed.exclude(public_story="").order_by("-closed_at", "-pk")

    def lessons(self) -> Self:
        """Closed, ordinary cases with a lesson: the learning feed (S30)."""
        return self.closed().filter(sealed=False).exclude(lesson="").order_by("-closed_at")

    def search(self, words: str, user: User) -> Self:
        """Cases whose reference, title, description, number elsewhere or the system there holds every word.

        What a mask hides from the person is not found either: a search for a number, an address or
        the name of somebody in the case finds only cases the person reads whole (S30).
        """
        found, named, reported = self, Q(), Q()
        for word in words.split():
            found = found.filter(
                holds("title", word)
                | holds("description", word)
                | Q(reference__startswith=word)
                | Q(external_id__iexact=word)
                | Q(external_system__istartswith=word)
                | Q(pk__in=archived_as(word))
            )
            named |= _names_somebody(word)
            reported |= _is_called("reporter", word)
        whole = whole_condition(user) & (known_condition(user) | ~reported)
        return found.filter(whole if masking.hides_in(words) else whole | ~named)

    def for_list(self) -> Self:
        """With what a list row and its permission check need."""
        people = ("handler", "reporter", "correspondent")
        return self.select_related("unit", "place", "page_owner", "category", "duplicate_of", *people)


def archived_as(number: str) -> models.QuerySet:
    """The cases that have this number in the archive."""
    return apps.get_model("cases", "Handover").objects.filter(archive_number__iexact=number).values("case")


def _names_somebody(word: str) -> Q:
    outside = Q(correspondent__name__icontains=word)
    return outside | _is_called("reporter", word) | _is_called("handler", word)


def _is_called(person: str, word: str) -> Q:
    return Q(**{f"{person}__first_name__iexact": word}) | Q(**{f"{person}__last_name__iexact": word})

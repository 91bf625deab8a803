"""Closed cases told as short stories (S28, S30, S37, S38): the feed `/laering/`, and which are read most."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, Q, Sum
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from cases import masking
from cases.forms.stories import StoryFilters
from cases.models import Action, Case, StoryReading
from cases.models.case_queryset import CaseQuerySet
from cases.reading import Reading
from organisation import clock
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import User

DAYS_OF_MOST_READ = 90
MOST_READ_SHOWN = 5
READ_TODAY = "stories_read"  # in the session: the day, and the stories counted on it


class Retelling(Reading):
    """The case as it is told to all: with personal data hidden from everybody, so that a story can be shown and
    printed anywhere, and the handler sees what others see."""

    @property
    def whole(self) -> bool:  # type: ignore[override]
        return False

    def text(self, text: str) -> str:
        """The text with personal data hidden; of who is outside or anonymous, each part of the name."""
        parts_of_names = () if _may_be_quoted(self.case) else " ".join(self.case.names()).split()
        return masking.mask(text, {*self.case.names(), *parts_of_names})


@dataclass(frozen=True)
class Part:
    """A paragraph of a story; `title` is "" when the handler wrote the story as a whole."""

    title: str
    text: str


@dataclass(frozen=True)
class Story:
    """A case told to others."""

    reading: Retelling
    parts: list[Part]

    @property
    def case(self) -> Case:
        return self.reading.case

    @property
    def title(self) -> str:
        return self.reading.text(self.case.title)

    @property
    def lesson(self) -> str:
        return self.reading.text(self.case.lesson)


def parts(case: Case, actions: list[Action]) -> list[Part]:
    """What happened, why, what was done and whether it helped; the handler's own words when there are any.

    What somebody outside or an anonymous colleague wrote is never retold: the words can tell who it was (G18).
    """
    if case.story:
        return [Part("", case.story)]
    told = [
        Part(_("What happened"), case.description if _may_be_quoted(case) else ""),
        Part(_("Why"), case.root_cause),
        Part(_("What was done"), "\n".join(action.text for action in actions)),
        Part(_("Did it help?"), "\n".join([*map(_effect, filter(_is_evaluated, actions)), *_said_outside(case)])),
    ]
    return [part for part in told if part.text]


def _may_be_quoted(case: Case) -> bool:
    return not case.has_correspondent and case.anonymity == Case.Anonymity.NAMED


def _is_evaluated(action: Action) -> bool:
    return bool(action.effect)


def _said_outside(case: Case) -> list[str]:
    """What the person outside answered, without the words."""
    answer = case.correspondent.get_better_display() if case.has_correspondent else ""
    return [_("The person who reported it: %(answer)s.") % {"answer": answer}] if answer else []


def _effect(action: Action) -> str:
    return f"{action.get_effect_display()}. {action.effect_note}".strip()


def draft(case: Case) -> str:
    """The story made from the case with personal data hidden, for the handler to change before it is told."""
    told = parts(case, list(case.actions.live()))
    whole = "\n\n".join(f"{part.title}\n{part.text}" if part.title else part.text for part in told)
    return masking.mask(whole, case.names())


def told(cases: CaseQuerySet, user: User) -> list[Story]:
    """The cases as stories. Two queries."""
    live = Prefetch("actions", Action.objects.live(), to_attr="live_actions")
    found = cases.for_list().prefetch_related(live)
    return [story_of(case, user, case.live_actions) for case in found]  # type: ignore[attr-defined]


def story_of(case: Case, user: User, actions: list[Action]) -> Story:
    reading = Retelling(user, case)
    return Story(reading, [Part(part.title, reading.text(part.text)) for part in parts(case, actions)])


class Feed:
    """The stories a person asked for by a query string."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user, self.query = user, query
        self.form = StoryFilters(query)
        self.asked = self.form.asked()

    @property
    def is_filtered(self) -> bool:
        return bool(self.asked)

    @property
    def remembered(self) -> str:
        return filters_in(self.query)

    def cases(self) -> CaseQuerySet:
        """The highlighted ones are marked, not moved: the newest is first."""
        cases = Case.objects.visible_to(self.user).lessons()
        for name, value in self.asked.items():
            cases = getattr(self, f"_by_{name}")(cases, value)
        return cases

    def _by_words(self, cases: CaseQuerySet, words: str) -> CaseQuerySet:
        found = cases.search(words, self.user)
        learned = cases
        for word in words.split():
            learned = learned.filter(holds("lesson", word))
        return cases.filter(Q(pk__in=found.order_by().values("pk")) | Q(pk__in=learned.order_by().values("pk")))

    def _by_kind(self, cases: CaseQuerySet, kind: str) -> CaseQuerySet:
        return cases.filter(kind=kind)

    def _by_unit(self, cases: CaseQuerySet, unit: Any) -> CaseQuerySet:
        return cases.in_unit(unit)

    def _by_category(self, cases: CaseQuerySet, category: Any) -> CaseQuerySet:
        return cases.filter(category=category)

    def _by_chapter(self, cases: CaseQuerySet, number: str) -> CaseQuerySet:
        within = Q(page_label__startswith=f"{number} ") | Q(page_label__startswith=f"{number}.")
        return cases.filter(within | Q(page_document_id__iexact=number))

    def _by_audience(self, cases: CaseQuerySet, code: str) -> CaseQuerySet:
        return cases.filter(material_for__contains=code)

    def _by_highlighted(self, cases: CaseQuerySet, _yes: bool) -> CaseQuerySet:
        return cases.filter(highlighted=True)

    def _by_since(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.filter(closed_at__date__gte=day)

    def _by_until(self, cases: CaseQuerySet, day: datetime.date) -> CaseQuerySet:
        return cases.filter(closed_at__date__lte=day)


def most_read(user: User) -> list[Retelling]:
    """The stories read most in the last 90 days, of those still told. One query."""
    since = clock.today() - datetime.timedelta(DAYS_OF_MOST_READ)
    cases = Case.objects.visible_to(user).lessons().for_list()
    read = cases.filter(readings__day__gt=since).annotate(times=Sum("readings__times"))
    return [Retelling(user, case) for case in read.order_by("-times", "-closed_at")[:MOST_READ_SHOWN]]


def count_reading(request: HttpRequest, case: Case) -> None:
    """Count that the story is read: once for a session and day. Who read it is kept nowhere but in the person's own
    session, and only that day."""
    today = clock.today().isoformat()
    mark = request.session.get(READ_TODAY, {})
    counted = mark["cases"] if mark.get("day") == today else []
    if case.pk not in counted:
        StoryReading.count(case)
        request.session[READ_TODAY] = {"day": today, "cases": [*counted, case.pk]}

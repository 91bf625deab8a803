"""What the start page shows: greeting, model, the person's list, lessons and news."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.effect import effects_of
from cases.models import Action, Case
from cases.stories import Retelling
from handbook.models import Document, Edition
from home import waiting
from home.due import Due, ago
from organisation import clock
from organisation.models import User

TASKS_SHOWN = 5
LESSONS_SHOWN = 4
NEWS_SHOWN = 6
HANDBOOK_CHAPTER_DEPTH = 4


@dataclass(frozen=True)
class Lesson:
    """A closed case others can learn from."""

    case: Case
    title: str
    text: str
    outcome: Due


@dataclass(frozen=True)
class News:
    """An edition that is new in the handbook, and when it came."""

    edition: Edition
    when: str


def context(request: HttpRequest) -> dict[str, Any]:
    """Everything for the template. A fixed number of queries, whatever the amount of data."""
    user = request.user
    found = waiting.of(user)
    return {
        "greeting": greeting(user, timezone.localtime(clock.now())),
        "waiting": waiting_in_words(len(found)),
        "chapters": chapters(),
        "tasks": found[:TASKS_SHOWN],
        "more_tasks": max(0, len(found) - TASKS_SHOWN),
        "lessons": lessons(user),
        "news": news(),
    }


def greeting(user: User, now: datetime.datetime) -> str:
    """Good morning, day or evening, with the first name."""
    name = user.first_name or user.username
    if 5 <= now.hour < 10:
        return _("Good morning, %(name)s") % {"name": name}
    if 10 <= now.hour < 18:
        return _("Good day, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


def waiting_in_words(number: int) -> str:
    if not number:
        return _("Nothing waits for you. Is there something that could be better?")
    return ngettext("%(n)s thing waits for you.", "%(n)s things wait for you.", number) % {"n": number}


def chapters() -> dict[str, Document]:
    """The chapters by number, for the model. One query."""
    found = Document.objects.filter(page__depth=HANDBOOK_CHAPTER_DEPTH, page__live=True).select_related("page")
    return {f"chapter_{document.number}": document for document in found.exclude(number="")}


def lessons(user: User) -> list[Lesson]:
    """The newest closed cases with a lesson (S30), as they are told to all."""
    newest = Case.objects.lessons().values("pk")[:LESSONS_SHOWN]
    live = Prefetch("actions", Action.objects.live(), to_attr="live_actions")
    cases = (
        Case.objects.visible_to(user).filter(pk__in=newest).for_list().select_related("cause").prefetch_related(live)
    )
    return [
        Lesson(
            reading.case,
            reading.text(reading.case.title),
            reading.text(reading.case.lesson),
            outcome(effects_of(reading.case, reading.case.live_actions)),
        )
        for reading in (Retelling(user, case) for case in cases.order_by("-closed_at"))
    ]


def outcome(effects: set[str]) -> Due:
    """Whether it helped, as a tag."""
    if not effects:
        return Due(_("Closed"), "")
    if effects == {Action.Effect.EFFECTIVE}:
        return Due(_("Effect confirmed"), "ok")
    return Due(_("Partly effective"), "warn")


def news() -> list[News]:
    """The newest editions in force."""
    editions = Edition.objects.in_force().select_related("document").defer("content", "html", "text")
    today = clock.today()
    return [
        News(edition, ago(timezone.localdate(edition.approved_at), today))
        for edition in editions.order_by("-approved_at", "-pk")[:NEWS_SHOWN]
    ]

"""Who is told that something is to be confirmed, and when (G8). Run each day."""

import datetime
from collections import Counter
from collections.abc import Iterator

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handbook.confirmations import Asked, asked
from handbook.models import Edition, ReadingDuty
from organisation import clock
from organisation.models import User
from organisation.nearest import Nearest
from organisation.reminders import Reminder, remind_all
from organisation.roles import Role

ABOUT = "confirm:"
DAYS_BEFORE = 3
WEEKS_AFTER = 3


def remind_due() -> int:
    """Tell everybody who has something to confirm, and leaders of those who are late; returns how many were told.

    A person is told when the duty begins, three days before the deadline, on the day, and in each of the three
    weeks after; only the occasion it is now, and once. Run each day by `manage.py run_periodic`.
    """
    return remind_all(_due())


def _due() -> Iterator[Reminder]:
    leaders = Nearest(Role.UNIT_LEADER)
    for found in asked(ReadingDuty.objects.all(), User.objects.all()):
        yield from _to_readers(found)
        yield from _to_leaders(found, leaders)


def _to_readers(found: Asked) -> Iterator[Reminder]:
    url = reverse("handbook:confirm", args=[found.edition.document_code])
    for pk in sorted(found.waiting):
        deadline = found.deadline(pk)
        if when := occasion(deadline, clock.today()):
            subject = _subject(found.edition, deadline, when)
            yield Reminder(user=found.person(pk), about=_about(found.edition, when), subject=subject, url=url)


def occasion(deadline: datetime.date, today: datetime.date) -> str:
    """What a person is told of now: "new", "soon", "today", "late-1" to "late-3", or nothing any more."""
    left = (deadline - today).days
    if left > DAYS_BEFORE:
        return "new"
    if left > 0:
        return "soon"
    if left == 0:
        return "today"
    week = (-left - 1) // 7 + 1
    return f"late-{week}" if week <= WEEKS_AFTER else ""


def _to_leaders(found: Asked, leaders: Nearest) -> Iterator[Reminder]:
    """Each leader is told once of each version that somebody in the unit is late with: how many, not who."""
    people = [found.person(pk) for pk in found.late]
    numbers = Counter(leader for person in people if person.unit for leader in leaders.at(person.unit.path, but=person))
    url = reverse("handbook:confirmation_report", args=[found.edition.document_code])
    for leader, number in numbers.items():
        words = ngettext(
            "%(n)s person in your unit has not confirmed %(document)s",
            "%(n)s people in your unit have not confirmed %(document)s",
            number,
        ) % {"n": number, "document": found.edition.document}
        yield Reminder(user=leader, about=_about(found.edition, "leader"), subject=words, url=url)


def _about(edition: Edition, when: str) -> str:
    return f"{ABOUT}{edition.document_code}:{edition.major}:{when}"


def _subject(edition: Edition, deadline: datetime.date, when: str) -> str:
    names = {"document": edition.document, "day": date_format(deadline, "j. F")}
    if when.startswith("late"):
        text = _("Past the deadline: read and confirm %(document)s") % names
    elif when == "today":
        text = _("Last day to read and confirm %(document)s") % names
    else:
        text = _("Read and confirm %(document)s by %(day)s") % names
    return text

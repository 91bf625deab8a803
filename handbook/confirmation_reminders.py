"""Who is told that something is to be confirmed, and when (G8). Run each day."""

import datetime
from collections import defaultdict

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from handbook.confirmations import Requirement, requirements
from handbook.models import Edition, ReadingDuty
from organisation import clock
from organisation.models import RoleAssignment, Unit, User
from organisation.reminders import Reminder, remind
from organisation.roles import Role

ABOUT = "confirm:"
DAYS_BEFORE = 3
WEEKS_AFTER = 3
LONGEST_SUBJECT = 200


def remind_due() -> int:
    """Tell everybody who has something to confirm, and leaders of those who are late; returns how many were told.

    A person is told when the duty begins, three days before the deadline, on the day, and in each of the three
    weeks after; only the occasion it is now, and once. Run each day by `manage.py run_periodic`.
    """
    told = set(Reminder.objects.filter(about__startswith=ABOUT).values_list("user", "about"))
    late: list[Requirement] = []
    count = 0
    for wanted in requirements(ReadingDuty.objects.all(), User.objects.all()):
        if wanted.confirmed_at is not None:
            continue
        if wanted.is_overdue:
            late.append(wanted)
        when = occasion(wanted.deadline, clock.today())
        about = _about(wanted.edition, when)
        if when and (wanted.person.pk, about) not in told:
            count += remind(
                wanted.person,
                about,
                _subject(wanted, when),
                reverse("handbook:confirm", args=[wanted.edition.document_code]),
            )
    return count + _tell_leaders(late, told)


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


def _tell_leaders(late: list[Requirement], told: set[tuple[int, str]]) -> int:
    """Each leader is told once of each version that somebody in the unit is late with: how many, not who."""
    leaders = _leaders()
    numbers: dict[tuple[int, int], int] = defaultdict(int)
    people = {leader.pk: leader for holders in leaders.values() for leader in holders}
    editions = {wanted.edition.pk: wanted.edition for wanted in late}
    for wanted in late:
        for leader in _leaders_of(wanted.person, leaders):
            numbers[leader.pk, wanted.edition.pk] += 1
    count = 0
    for (leader_pk, edition_pk), number in numbers.items():
        edition = editions[edition_pk]
        about = _about(edition, "leader")
        if (leader_pk, about) not in told:
            words = ngettext(
                "%(n)s person in your unit has not confirmed %(document)s",
                "%(n)s people in your unit have not confirmed %(document)s",
                number,
            ) % {"n": number, "document": edition.document}
            url = reverse("handbook:confirmation_report", args=[edition.document_code])
            count += remind(people[leader_pk], about, words[:LONGEST_SUBJECT], url)
    return count


def _leaders() -> dict[str, list[User]]:
    """The active leaders of every unit that has any, by tree path. One query."""
    held = RoleAssignment.objects.current().filter(role=Role.UNIT_LEADER, user__is_active=True)
    leaders: dict[str, list[User]] = defaultdict(list)
    for assignment in held.select_related("user", "unit"):
        leaders[assignment.unit.path].append(assignment.user)
    return leaders


def _leaders_of(person: User, leaders: dict[str, list[User]]) -> list[User]:
    """The leaders of the nearest unit that has one who is not the person."""
    path = person.unit.path if person.unit else ""
    while path:
        others = [leader for leader in leaders.get(path, []) if leader.pk != person.pk]
        if others:
            return others
        path = path[: -Unit.steplen]
    return []


def _about(edition: Edition, when: str) -> str:
    return f"{ABOUT}{edition.document_code}:{edition.major}:{when}"


def _subject(wanted: Requirement, when: str) -> str:
    names = {"document": wanted.edition.document, "day": date_format(wanted.deadline, "j. F")}
    if when.startswith("late"):
        text = _("Past the deadline: read and confirm %(document)s") % names
    elif when == "today":
        text = _("Last day to read and confirm %(document)s") % names
    else:
        text = _("Read and confirm %(document)s by %(day)s") % names
    return text[:LONGEST_SUBJECT]

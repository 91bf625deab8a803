"""What people of the demo have done from the pages: signed checklists, and completed lessons, each at its time."""

import datetime
import uuid
import zlib
from collections import defaultdict
from typing import Any

from django.utils import timezone

from handbook import lessons
from handbook.models import ChecklistAnswer, Document, Edition, FilledChecklist
from organisation import clock
from organisation.models import RoleAssignment, Unit, User

from .organisation import read

FILE = "doing.toml"
KEYS = uuid.UUID("5d1f6a0e-7a53-4f0e-9c43-8a3f7d1c2b90")


def load_checklists() -> None:
    """Fill in and sign the checklists that are not signed yet. A no opens its deviation."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    for row in read(FILE)["checklist"]:
        by = User.objects.select_related("unit").get(username=row["by"])
        key = uuid.uuid5(KEYS, f"{row['by']} {row['number']} {row['ago']}")
        if FilledChecklist.objects.filter(key=key, by=by).exists():
            continue
        with clock.set_to(_moment(row["ago"], by.username)):
            edition = _edition_then(row["number"])
            place = next(place for place, found in edition.checklists.items() if found["title"] == row["title"])
            unit = units[row["unit"]]
            round_ = FilledChecklist.begin(by, edition, place, unit, key)
            round_.sign(by, _answers(round_, row), unit=unit, note=row.get("note", ""), version=round_.version)


def _edition_then(number: str) -> Edition:
    """The edition of a page that was in force on the day the clock shows."""
    editions = Document.objects.get(number=number, page__live=True).editions
    return editions.filter(valid_from__lte=clock.today()).newest_first().first()


def _answers(round_: FilledChecklist, row: dict[str, Any]) -> list[tuple[str, str]]:
    """A yes to every point the row says nothing about."""
    answers = [(ChecklistAnswer.YES.value, "")] * len(round_.points)
    for answer in (ChecklistAnswer.NO, ChecklistAnswer.NOT_RELEVANT):
        for number, note in row.get(answer.value, []):
            answers[number - 1] = (answer.value, note)
    return answers


def load_lessons() -> None:
    """Let the people a lesson is for complete it. Who has is drawn from the names, so it is the same every time."""
    roles = defaultdict(set)
    for username, role in RoleAssignment.objects.values_list("user__username", "role"):
        roles[username].add(role)
    people = User.objects.active().select_related("unit")
    for row in read(FILE)["lesson"]:
        document = Document.objects.get(number=row["number"], page__live=True)
        editions = [edition for edition in document.editions.newest_first().reverse() if edition.quiz]
        asked = [user for user in people if lessons.is_for(editions[-1], roles[user.username])]
        done = [user for user in asked if _drawn(f"{user.username}:{row['number']}") < row["share"]]
        for user in done:
            _complete(user, editions[0], until=editions[1].valid_from if len(editions) > 1 else clock.today())
            if len(editions) > 1 and _drawn(f"{user.username}:again") < row["again"]:
                _complete(user, editions[-1], until=clock.today())


def _complete(user: User, edition: Edition, until: datetime.date) -> None:
    """Answer every question right, on a day between the edition's first and `until`."""
    days = max(1, (until - edition.valid_from).days)
    day = edition.valid_from + datetime.timedelta(_drawn(f"{user.username}:{edition}", days))
    questions = (edition.quiz or {})["questions"]
    right = [next(place for place, option in enumerate(q["options"]) if option["right"]) for q in questions]
    with clock.set_to(_moment((timezone.localdate() - day).days, user.username)):
        lessons.complete(user, edition, lessons.mark(edition, right))


def _drawn(name: str, below: int = 100) -> int:
    return zlib.crc32(name.encode()) % below


def _moment(ago: int, username: str) -> datetime.datetime:
    """In working hours so many days ago, never in the future."""
    day = timezone.localdate() - datetime.timedelta(ago)
    time = datetime.time(8 + _drawn(username, 7), _drawn(username, 60))
    return min(timezone.make_aware(datetime.datetime.combine(day, time)), timezone.now())

"""The demo's inhabitants: what they have sent, in every state, and the service desk's ready answers."""

import datetime
import uuid
from typing import Any

from django.utils import timezone

from cases.models import AnswerTemplate, Case, Cause, Intake
from organisation import clock
from organisation.models import Unit, User

from .cases import NAMESPACE
from .organisation import read

NOON = datetime.time(12, 10)


def load_outside() -> None:
    """Templates, cases and letters; safe to run again."""
    data = read("outside.toml")
    for row in data["template"]:
        names = ("situation", "kind", "language")
        texts = {"text": row["text"].strip(), **{name: row[name] for name in names if name in row}}
        AnswerTemplate.objects.get_or_create(name=row["name"], defaults=texts)
    for row in data["case"]:
        _tell(row)
    for row in data["intake"]:
        facts = {
            "channel": Case.Channel.EMAIL,
            "unit": Unit.objects.get(depth=1),
            "received_at": _moment(row["ago"]),
            "email": "innbygger@example.no",
            "text": row["text"].strip(),
        }
        source = f"mail:{row['title']}"
        Intake.objects.get_or_create(source=source, defaults={**facts, "title": row["title"], "name": row["name"]})


def _moment(ago: int) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(timezone.localdate() - datetime.timedelta(ago), NOON))


def _tell(row: dict[str, Any]) -> None:
    key = uuid.uuid5(NAMESPACE, row["text"])
    if Case.objects.filter(key=key).exists():
        return
    desk = User.objects.get(username="servicetorg")
    with clock.set_to(_moment(row["ago"])):
        case = Case.take_in(
            channel=row["channel"],
            kind=row["kind"],
            title=row["title"],
            description=row["text"],
            unit=Unit.objects.get(depth=1),
            name=row["name"],
            email="innbygger@example.no" if row["name"] else "",
            may_tell_others=row["tell"],
            key=key,
        )
    if "unit" not in row:
        return
    unit = Unit.objects.get(code=row["unit"])
    leader = unit.responsible_leaders()[0]
    with clock.set_to(_moment(row["ago"] - 1)):
        case.triage(desk, unit=unit, kind=row["kind"], title=row["title"])
        level = None if row["kind"] == Case.Kind.POSITIVE else 2
        case.assess(leader, probability=level, consequence=level, answer=row["answer"])
    if "closed" not in row:
        return
    with clock.set_to(_moment(row["closed"])):
        if "root" in row:
            case.set_cause(leader, root_cause=row["root"], cause=Cause.objects.filter(active=True).first())
        case.close(
            leader,
            residual_probability=1,
            residual_consequence=1,
            answer=row["close_answer"],
            public_story=row["story"],
        )
    with clock.set_to(_moment(1)):
        case.correspondent.ask()
        case.correspondent.say_whether_better(row["better"])

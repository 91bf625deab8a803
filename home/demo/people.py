"""The demo's deputies, mandates and local supplements."""

import datetime
from typing import Any

from django.utils import timezone

from handbook import editions
from handbook.models import Delegation, SupplementPage
from organisation import clock
from organisation.absence import Absence
from organisation.models import Unit, User

from .handbook import HandbookLoader
from .organisation import read

FILE = "people.toml"


def _moment(days: int) -> datetime.datetime:
    """Nine in the morning so many days from now."""
    day = timezone.localdate() + datetime.timedelta(days)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))


def _user(username: str) -> User:
    return User.objects.select_related("unit").get(username=username)


def load_absences() -> None:
    """Say who is away, if nobody has said it."""
    for row in read(FILE)["absence"]:
        person = _user(row["person"])
        if Absence.objects.filter(person=person).exists():
            continue
        first, last = _moment(row["first"]), _moment(row["last"])
        days = {"first_day": timezone.localdate(first), "last_day": timezone.localdate(last)}
        with clock.set_to(min(first, timezone.now())):
            absence = Absence.begin(person, person=person, deputy=_user(row["deputy"]), **days)
        absence.deputy.sync_groups()


def load_delegations(handbook: HandbookLoader) -> None:
    """Give the mandates that are not given yet, each at its time."""
    for row in read(FILE)["delegation"]:
        giver = _user(row["from"])
        if Delegation.objects.filter(mandate=row["mandate"], from_person=giver).exists():
            continue
        with clock.set_to(_moment(row["first"])):
            delegation = Delegation.give(
                giver,
                mandate=row["mandate"],
                covers=row["covers"],
                kind=row["kind"],
                from_person=giver,
                to_person=_user(row["to"]),
                unit=handbook.units[row["unit"]],
                page=handbook.pages[row["page"]].page_ptr,
                first_day=clock.today(),
                last_day=timezone.localdate(_moment(row["last"])) if "last" in row else None,
            )
        if "withdrawn" in row:
            with clock.set_to(_moment(row["withdrawn"])):
                delegation.withdraw(giver, reason=row["reason"])


def load_supplements(handbook: HandbookLoader) -> None:
    """Write and approve the supplements that are not there yet, each at its time."""
    for row in read(FILE)["supplement"]:
        if not SupplementPage.objects.filter(title=row["title"]).exists():
            page = _write(row, handbook, handbook.units[row["unit"]])
            approver = _user(row["approver"])
            editions.publish(page, approver, note=row["note"], at=_moment(-row["ago"]), author=handbook.editor)


def _write(row: dict[str, Any], handbook: HandbookLoader, unit: Unit) -> SupplementPage:
    page = SupplementPage(
        title=row["title"],
        summary=row["summary"],
        owner_unit=unit,
        applies_to=unit,
        owner=handbook.editor,
        body=[handbook.block(item) for item in row["body"]],
        live=False,
    )
    parent = handbook.pages[row["page"]]
    parent.refresh_from_db()
    with clock.set_to(_moment(-row["ago"])):
        return parent.add_child(instance=page)

"""The demo's annual wheel, and some reviews that left a page as it was."""

import datetime
from typing import Any

from django.utils import timezone

from handbook import reviews
from handbook.models import Document
from home.wheel.models import WheelEntry
from organisation import clock
from organisation.models import Unit, User

from .organisation import read

YEAR = datetime.timedelta(365)


def load_wheel() -> None:
    """Make the duties and the reviews that are not there yet."""
    data = read("wheel.toml")
    people = {user.username: user for user in User.objects.select_related("unit")}
    documents = {document.number: document for document in Document.objects.in_force().select_related("page")}
    units = {unit.code: unit for unit in Unit.objects.all()}
    there = set(WheelEntry.objects.values_list("title", flat=True))
    for row in data["duty"]:
        if row["title"] not in there:
            document = documents.get(row.get("page", ""))
            _duty(people["kvalitet"], people[row["responsible"]], units[row["unit"]], document, row)
    for row in data["review"]:
        _review(documents[row["page"]], people[row["by"]], row)


def _duty(by: User, responsible: User, unit: Unit, document: Document | None, row: dict[str, Any]) -> None:
    """Put in a year ago, and ticked off on its days since, but not the last that the demo leaves late."""
    today = clock.today()
    with clock.set_to(clock.now() - YEAR):
        entry = WheelEntry.add(
            by,
            title=row["title"],
            description=row["description"],
            unit=unit,
            responsible=responsible,
            day=datetime.date.fromisoformat(f"{today.year - 1}-{row['date']}"),
            repeats=row.get("repeats", WheelEntry.Repeats.YEARLY),
            document=document,
        )
    for _place, day in entry.dates(today - YEAR, today - datetime.timedelta(row.get("leave", 0))):
        with clock.set_to(timezone.make_aware(datetime.datetime.combine(day, datetime.time(14)))):
            entry.mark_done(responsible, day=day)


def _review(document: Document, by: User, row: dict[str, Any]) -> None:
    """Extend once, on the day the demo says, when the edition in force is older than that."""
    moment = timezone.now() - datetime.timedelta(row["ago"])
    edition = document.latest_edition()
    if edition is None or edition.approved_at > moment or document.extensions.exists():
        return
    with clock.set_to(moment):
        until = reviews.latest_date(edition)
        if document.review_date and document.review_date < until:
            reviews.extend(document, by, until=until, reason=row["reason"])

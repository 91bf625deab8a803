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


def load_wheel() -> None:
    """Make the duties and the reviews that are not there yet."""
    data = read("wheel.toml")
    people = {user.username: user for user in User.objects.select_related("unit")}
    documents = {document.number: document for document in Document.objects.in_force().select_related("page")}
    units = {unit.code: unit for unit in Unit.objects.all()}
    there = set(WheelEntry.objects.values_list("title", flat=True))
    year = clock.today().year - 1
    for row in data["duty"]:
        if row["title"] not in there:
            WheelEntry.add(
                people["kvalitet"],
                title=row["title"],
                description=row["description"],
                unit=units[row["unit"]],
                responsible=people[row["responsible"]],
                day=datetime.date.fromisoformat(f"{year}-{row['date']}"),
                repeats=row.get("repeats", WheelEntry.Repeats.YEARLY),
                document=documents.get(row.get("page", "")),
            )
    for row in data["review"]:
        _review(documents[row["page"]], people[row["by"]], row)


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

"""Reading duties of the demo, and the confirmations people have given, each at its time."""

import datetime
import zlib
from typing import Any

from django.utils import timezone

from handbook.models import Confirmation, Document, Edition, ReadingDuty
from organisation import clock
from organisation.models import Unit, User

from .organisation import read

DAYS_TO_CONFIRM = 12


class ConfirmationLoader:
    """Reads confirmations.toml. Who confirms is drawn from the names, so it is the same every time."""

    def __init__(self) -> None:
        data = read("confirmations.toml")
        self.rows: list[dict[str, Any]] = data["duty"]
        self.decided: dict[str, dict[str, str]] = data["decided"]
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.filter(is_active=True).select_related("unit")}
        numbers = {row["number"] for row in self.rows}
        self.documents = {
            document.number: document
            for document in Document.objects.filter(number__in=numbers, page__live=True).select_related("page")
        }

    def load(self, row: dict[str, Any]) -> None:
        """One duty, and those who have confirmed because of it. Leaves alone what is there."""
        document = self.documents[row["number"]]
        unit = self.units.get(row.get("unit", ""))
        role = row.get("role", "")
        if ReadingDuty.objects.filter(document=document, unit=unit, role=role).exists():
            return
        with clock.set_to(self._days_ago(row["ago"])):
            by = self.people[row["by"]]
            duty = ReadingDuty.require(by, document, unit=unit, role=role, days=row["days"])
        majors = list(document.editions.filter(minor=0).order_by("-major")[:2])
        for edition, which in zip(majors, ("share", "before"), strict=False):
            if which in row:
                self._confirm(duty, edition, row[which], which, majors)

    def _confirm(self, duty: ReadingDuty, edition: Edition, share: int, which: str, majors: list[Edition]) -> None:
        begins = max(duty.since, edition.valid_from)
        ends = majors[0].valid_from if which == "before" else clock.today()
        room = max(1, min((ends - begins).days - 1, DAYS_TO_CONFIRM))
        for user in self.people.values():
            chance = zlib.crc32(f"{user.username}:{edition}".encode())
            if not duty.is_for(user) or not self._says_yes(user, edition, which, chance % 100, share):
                continue
            day = begins + datetime.timedelta(1 + chance // 100 % room)
            moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(8 + chance % 8, chance % 60)))
            with clock.set_to(min(moment, timezone.now())):
                Confirmation.give(user, duty.document, edition.label)

    def _says_yes(self, user: User, edition: Edition, which: str, drawn: int, share: int) -> bool:
        decided = self.decided.get(user.username, {}).get(edition.number)
        if decided:
            return decided in ("both", which)
        return drawn < share

    def _days_ago(self, days: int) -> datetime.datetime:
        day = timezone.localdate() - datetime.timedelta(days)
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time(8, 15)))

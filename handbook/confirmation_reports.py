"""Who has read and understood: shares for everybody, names for those who lead the people (G8).

That somebody has not confirmed is personal data: names are shown for the units where the reader of the report
holds FOLLOW_UP_PEOPLE, and to nobody else.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from handbook.confirmations import asked
from handbook.models import Document, Edition, ReadingDuty
from organisation import spreadsheets
from organisation.models import Unit, User
from organisation.roles import Right
from organisation.spreadsheets import Sheet

WIDTHS = (34, 34)
FEWEST_FOR_A_NUMBER = 5  # below this a number is almost a name


@dataclass
class Share:
    """How many of those asked have confirmed."""

    asked: int = 0
    confirmed: int = 0
    late: int = 0

    def add(self, asked: int, confirmed: int, late: int) -> None:
        self.asked += asked
        self.confirmed += confirmed
        self.late += late

    @property
    def waiting(self) -> int:
        return self.asked - self.confirmed

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means everybody."""
        return 100 * self.confirmed // self.asked if self.asked else 0


@dataclass
class UnitRow(Share):
    """The share of those who work in one unit; `unit` is None for those who belong to none."""

    unit: Unit | None = None
    small: bool = False

    @property
    def name(self) -> str:
        if self.small:
            return _("Small units together")
        return self.unit.name if self.unit else _("Without a unit")


@dataclass(frozen=True)
class Reader:
    """One person who is asked."""

    person: User
    deadline: datetime.date
    confirmed_at: datetime.datetime | None
    is_overdue: bool


@dataclass
class DocumentRow(Share):
    """The share of one document among the people looked at."""

    edition: Edition | None = None


@dataclass
class Report:
    """One document: the whole, each unit, and by name as far as the reader may see."""

    whole: Share = field(default_factory=Share)
    units: list[UnitRow] = field(default_factory=list)
    people: list[Reader] = field(default_factory=list)


def of_document(document: Document, reader: User, unit: Unit | None = None) -> Report:
    """Who has confirmed the document, in the unit and below it when one is given. The same number of queries for
    any number of people."""
    report = Report()
    rows: dict[int | None, UnitRow] = {}
    names = reader.right_paths(Right.FOLLOW_UP_PEOPLE)
    for found in asked(ReadingDuty.objects.filter(document=document), _people(unit)):
        times = _times(document)
        for pk in found.people:
            person, late = found.person(pk), pk in found.late
            row = rows.setdefault(person.unit_id, UnitRow(unit=person.unit))
            for share in (report.whole, row):
                share.add(1, pk in found.confirmed, late)
            if _within(person.unit, names):
                report.people.append(Reader(person, found.deadline(pk), times.get(pk), late))
    report.units = _without_small(sorted(rows.values(), key=lambda row: row.unit.path if row.unit else "~"), names)
    report.people.sort(key=lambda row: (row.deadline, row.person.last_name, row.person.first_name))
    return report


def _times(document: Document) -> dict[int, datetime.datetime]:
    """When each person confirmed what still holds."""
    return dict(document.confirmations.of_the_version_in_force().values_list("user", "at"))


def overview(unit: Unit) -> list[DocumentRow]:
    """Every document somebody in the unit or below it must confirm, the one most are late with first."""
    rows = [
        DocumentRow(len(found.people), len(found.confirmed), len(found.late), found.edition)
        for found in asked(ReadingDuty.objects.all(), _people(unit))
        if found.people
    ]
    return sorted(rows, key=lambda row: (-row.late, row.percent))


def shown(people: Sequence[Reader], which: str) -> list[Reader]:
    """Those who have not confirmed, of these the late ones, or those who have."""
    if which == "confirmed":
        return [wanted for wanted in people if wanted.confirmed_at is not None]
    if which == "late":
        return [wanted for wanted in people if wanted.is_overdue]
    return [wanted for wanted in people if wanted.confirmed_at is None]


def units_read(reader: User) -> list[Unit]:
    """The units whose names the person may see, in tree order; none for most people."""
    return list(Unit.objects.active().under(reader.right_paths(Right.FOLLOW_UP_PEOPLE)))


def workbook(report: Report) -> bytes:
    """The report as a spreadsheet: units, and people as far as the reader may see them."""
    numbers = [[row.name, row.asked, row.confirmed, row.waiting, row.late] for row in report.units]
    of_units = [_("Unit"), _("Asked"), _("Confirmed"), _("Not yet"), _("Past the deadline")]
    sheets = [Sheet(_("Units"), of_units, numbers, WIDTHS, "B2")]
    if report.people:
        of_people = [_("Person"), _("Unit"), _("Deadline"), _("Confirmed"), _("Past the deadline")]
        sheets.append(Sheet(_("People"), of_people, map(_cells, report.people), WIDTHS, "B2"))
    return spreadsheets.workbook(*sheets)


def _without_small(rows: list[UnitRow], names: Iterable[str]) -> list[UnitRow]:
    """The rows, with the units where few are asked as one, except those whose names the reader may see."""
    kept, small = [], UnitRow(small=True)
    for row in rows:
        if row.asked >= FEWEST_FOR_A_NUMBER or _within(row.unit, names):
            kept.append(row)
        else:
            small.add(row.asked, row.confirmed, row.late)
    return [*kept, small] if small.asked else kept


def _cells(wanted: Reader) -> list[Any]:
    home = wanted.person.unit
    confirmed: datetime.date | None = wanted.confirmed_at and timezone.localdate(wanted.confirmed_at)
    late = _("Yes") if wanted.is_overdue else ""
    return [str(wanted.person), home.name if home else "", wanted.deadline, confirmed, late]


def _people(unit: Unit | None) -> "QuerySet[User]":
    return User.objects.filter(unit__path__startswith=unit.path) if unit else User.objects.all()


def _within(home: Unit | None, paths: Iterable[str]) -> bool:
    """Whether the unit is at one of the tree paths or below it. Who belongs to no unit is the whole
    municipality's business."""
    path = home.path if home else ""
    return any(path.startswith(top) or (not path and len(top) == Unit.steplen) for top in paths)

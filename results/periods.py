"""Periods that figures are counted in: a month, a tertial (four months), a half year, a year, or days from–to (S59)."""

import calendar
import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisation import clock

EARLIEST, LATEST = 1990, 2100


class Length(StrEnum):
    """How long a period is; the value stands in addresses."""

    MONTH = "maned"
    TERTIAL = "tertial"
    HALF = "halvar"
    YEAR = "ar"
    DAYS = "dager"

    @property
    def months(self) -> int:
        """Months in a period of this length; 0 for days."""
        return {Length.MONTH: 1, Length.TERTIAL: 4, Length.HALF: 6, Length.YEAR: 12}.get(self, 0)


CODES = {
    Length.MONTH: re.compile(r"(\d{4})-(\d{2})"),
    Length.TERTIAL: re.compile(r"(\d{4})-[tT]([1-3])"),
    Length.HALF: re.compile(r"(\d{4})-[hH]([12])"),
    Length.YEAR: re.compile(r"(\d{4})()"),
}
DAYS = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, order=True)
class Period:
    """From the first to the last day, both counted in. Raises ValueError when it ends before it begins."""

    first: datetime.date
    last: datetime.date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    @classmethod
    def of(cls, length: Length, year: int, number: int = 1) -> "Period":
        """The `number`th period of this length in a year, counted from 1: `of(Length.TERTIAL, 2026, 2)`.

        Raises ValueError for a number the year doesn't have, a year outside 1990–2100, and `Length.DAYS`.
        """
        months = length.months
        if not months or not 1 <= number <= 12 // months or not EARLIEST <= year <= LATEST:
            raise ValueError("no such period")
        return _months(year, (number - 1) * months + 1, months)

    @classmethod
    def containing(cls, day: datetime.date, length: Length) -> "Period":
        """The period of this length that the day is in."""
        return cls.of(length, day.year, (day.month - 1) // length.months + 1)

    @classmethod
    def read(cls, code: str) -> "Period | None":
        """What an address says: "2026", "2026-T2", "2026-H1", "2026-05" or "2026-01-01..2026-06-30"; else None."""
        try:
            for length, pattern in CODES.items():
                if found := pattern.fullmatch(code):
                    return cls.of(length, int(found[1]), int(found[2] or 1))
            if found := DAYS.fullmatch(code):
                period = cls(datetime.date.fromisoformat(found[1]), datetime.date.fromisoformat(found[2]))
                return period if period.first.year >= EARLIEST and period.last.year <= LATEST else None
        except ValueError:
            return None
        return None

    @property
    def length(self) -> Length:
        for length in CODES:
            if self == Period.containing(self.first, length):
                return length
        return Length.DAYS

    @property
    def number(self) -> int:
        """Which of its kind in the year, from 1; 1 for days."""
        return (self.first.month - 1) // self.length.months + 1 if self.length.months else 1

    @property
    def code(self) -> str:
        """What `read` reads."""
        year, number = self.first.year, self.number
        codes = {
            Length.MONTH: f"{year}-{number:02}",
            Length.TERTIAL: f"{year}-T{number}",
            Length.HALF: f"{year}-H{number}",
            Length.YEAR: f"{year}",
        }
        return codes.get(self.length, f"{self.first}..{self.last}")

    def __str__(self) -> str:
        year, number = self.first.year, self.number
        match self.length:
            case Length.MONTH:
                return date_format(self.first, "F Y")
            case Length.TERTIAL:
                return _("%(number)s. tertial %(year)s") % {"number": number, "year": year}
            case Length.HALF:
                return _("%(number)s. half year %(year)s") % {"number": number, "year": year}
            case Length.YEAR:
                return str(year)
        return f"{date_format(self.first, 'j.n.Y')}–{date_format(self.last, 'j.n.Y')}"

    @property
    def short(self) -> str:
        """As short as an axis wants it."""
        match self.length:
            case Length.MONTH:
                return date_format(self.first, "N y")
            case Length.TERTIAL:
                return f"T{self.number} {self.first:%y}"
            case Length.HALF:
                return f"H{self.number} {self.first:%y}"
        return str(self)

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def is_over(self) -> bool:
        return self.last < clock.today()

    def previous(self) -> "Period":
        """The period of the same length right before."""
        return self.shifted(-1)

    def shifted(self, by: int) -> "Period":
        """The period of the same length so many periods later; earlier when negative."""
        months = self.length.months
        if not months:
            step = datetime.timedelta(self.days * by)
            return Period(self.first + step, self.last + step)
        place = self.first.year * 12 + self.first.month - 1 + by * months
        return _months(place // 12, place % 12 + 1, months)

    def a_year_before(self) -> "Period":
        """The same period the year before."""
        return Period(_year_back(self.first), _year_back(self.last, end=True))

    def parts(self, length: Length) -> list["Period"]:
        """The periods of this length from the one the first day is in to the one the last day is in."""
        return list(self._parts(length))

    def _parts(self, length: Length) -> Iterator["Period"]:
        part = Period.containing(self.first, length)
        while part.first <= self.last:
            yield part
            part = part.shifted(1)

    def overlaps(self, other: "Period") -> bool:
        return self.first <= other.last and other.first <= self.last


def _months(year: int, month: int, count: int) -> Period:
    last = month + count - 1
    return Period(datetime.date(year, month, 1), datetime.date(year, last, calendar.monthrange(year, last)[1]))


def _year_back(day: datetime.date, *, end: bool = False) -> datetime.date:
    year, (_weekday, longest) = day.year - 1, calendar.monthrange(day.year - 1, day.month)
    at_end = end and day.day == calendar.monthrange(day.year, day.month)[1]
    return datetime.date(year, day.month, longest if at_end else min(day.day, longest))

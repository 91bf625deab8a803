"""What is told of sealed cases: never a number that shows, alone or beside another, a group of fewer than five.

Told is only how many were received by a unit in a whole calendar year, rounded down to a multiple of five. A period of
days, a month or a year and a bit tell the year they end in, so that moving the period by a day, taking one period from
another or narrowing by kind, cause or page gives nothing away.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import Case
from organisation.models import Unit
from results.periods import Length, Period

FEWEST = 5


@dataclass(frozen=True)
class SealedBeside:
    """How many sealed cases there are besides: at least so many, 0 when they are fewer than five, also none."""

    at_least: int
    year: int

    def __str__(self) -> str:
        facts = {"number": self.at_least, "year": self.year}
        if not self.at_least:
            return _("Sealed cases are not counted here. In %(year)s there are fewer than five of them.") % facts
        return _("Sealed cases are not counted here. In %(year)s there are at least %(number)s of them.") % facts


def beside(unit: Unit | None, period: Period) -> SealedBeside:
    """Of the unit and those below it; None is the whole municipality. One query."""
    year = Period.of(Length.YEAR, period.last.year)
    sealed = Case.objects.filter(sealed=True, needs_triage=False).received_between(year.first, year.last)
    number = (sealed.in_unit(unit) if unit else sealed).count()
    return SealedBeside(number // FEWEST * FEWEST, year.first.year)

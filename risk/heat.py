"""Where the risk is: units against uses, with the highest risk now and how many are over 10 (line 3 of the issue)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Max, Q

from cases.risk import DEMANDS_MEASURE_ABOVE
from organisation.models import Unit, User
from risk.models import Risk
from risk.register import address_of_risks
from risk.uses import Use


@dataclass(frozen=True)
class Cell:
    """The risks of a unit and those below it, of one use or all. `highest` is None where there are none."""

    unit: Unit
    use: Use | None
    highest: int | None = None
    over: int = 0
    number: int = 0

    @property
    def address(self) -> str:
        """Where the risks are listed."""
        return address_of_risks(unit=self.unit.pk, use=self.use)


@dataclass(frozen=True)
class Line:
    """A unit with a cell for each use, and all of them together."""

    unit: Unit
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class _Figures:
    path: str
    use: str
    highest: int
    over: int
    number: int


class Heat:
    """The units with risks in force that the person may read. Two queries."""

    def __init__(self, user: User, unit: Unit | None = None) -> None:
        self.user, self.unit = user, unit
        self.uses = list(Use)

    @cached_property
    def lines(self) -> list[Line]:
        """In tree order; a unit counts those below it. Units with nothing are left out."""
        units = Unit.objects.under([self.unit.path]) if self.unit else Unit.objects.all()
        lines = (self._line(unit) for unit in units)
        return [line for line in lines if line.total.number]

    @cached_property
    def _figures(self) -> list[_Figures]:
        risks = Risk.objects.in_force().visible_to(self.user)
        if self.unit:
            risks = risks.in_unit(self.unit)
        grouped = risks.highest().order_by().values("assessment__unit__path", "assessment__use")
        rows = grouped.annotate(
            highest=Max("now"), over=Count("pk", filter=Q(now__gt=DEMANDS_MEASURE_ABOVE)), number=Count("pk")
        )
        names = ("assessment__unit__path", "assessment__use", "highest", "over", "number")
        return [_Figures(*row) for row in rows.values_list(*names)]

    def _line(self, unit: Unit) -> Line:
        below = [figures for figures in self._figures if figures.path.startswith(unit.path)]
        cells = [_cell(unit, use, (one for one in below if one.use == use)) for use in self.uses]
        return Line(unit, cells, _cell(unit, None, below))


def _cell(unit: Unit, use: Use | None, figures: Iterable[_Figures]) -> Cell:
    found = list(figures)
    highest = max((one.highest for one in found), default=None)
    return Cell(unit, use, highest, sum(one.over for one in found), sum(one.number for one in found))

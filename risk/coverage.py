"""Which units have this year's assessment of each use, and which lack it (line 7 of the issue; G23)."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from django.db import models
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.models import Unit, User
from organisation.nearest import Nearest
from organisation.roles import Role
from risk.models import Assessment
from risk.uses import Use


class State(models.TextChoices):
    """How a unit stands with one use in a year."""

    DECIDED = "decided", _("Decided")
    DRAFT = "draft", _("Draft")
    OLDER = "older", _("From an earlier year")
    LACKING = "lacking", _("Lacking")


@dataclass(frozen=True)
class Cell:
    """A unit and a use. `assessment` is what the state is seen from: the newest when there are several."""

    use: Use
    state: State
    assessment: Assessment | None = None


@dataclass(frozen=True)
class Line:
    """A unit, who leads it or the nearest unit above, and a cell for each use."""

    unit: Unit
    leader: User | None
    cells: list[Cell]

    @property
    def lacks_all(self) -> bool:
        return all(cell.state == State.LACKING for cell in self.cells)


class Coverage:
    """The units in use against the uses, for a year and a person: what the person may not read does not count, and a
    draft is read by few. Five queries."""

    def __init__(
        self, user: User, *, year: int | None = None, unit: Unit | None = None, kind: str = "", use: str = ""
    ) -> None:
        self.user, self.unit, self.kind = user, unit, kind
        self.year = year or clock.today().year
        self.uses = [Use(use)] if use else list(Use)

    @cached_property
    def lines(self) -> list[Line]:
        units = Unit.objects.active()
        units = units.under([self.unit.path]) if self.unit else units
        units = units.filter(kind=self.kind) if self.kind else units
        by_unit: dict[int, list[Assessment]] = {}
        for assessment in self._assessments():
            by_unit.setdefault(assessment.unit_id, []).append(assessment)
        leaders = Nearest(Role.UNIT_LEADER)
        return [
            Line(unit, next(iter(leaders.at(unit.path)), None), cells(by_unit.get(unit.pk, ()), self.year, self.uses))
            for unit in units
        ]

    def _assessments(self) -> Iterable[Assessment]:
        found = Assessment.objects.visible_to(self.user).exclude(status=Assessment.Status.ENDED)
        return found.filter(use__in=self.uses, year__lte=self.year).only(
            "unit", "use", "status", "year", "title", "number"
        )

    @property
    def totals(self) -> list[tuple[Use, int]]:
        """How many of the units have it, for each use."""
        columns = enumerate(self.uses)
        return [(use, sum(line.cells[n].state == State.DECIDED for line in self.lines)) for n, use in columns]

    @property
    def lacking_all(self) -> int:
        """How many of the units have nothing at all."""
        return sum(line.lacks_all for line in self.lines)


def cells(assessments: Iterable[Assessment], year: int, uses: Iterable[Use] = tuple(Use)) -> list[Cell]:
    """One unit's standing in each use: the year's own counts as decided also when a newer one has taken its place."""
    best: dict[str, Assessment] = {}
    for assessment in assessments:
        if _state(assessment, year) != State.LACKING:
            best[assessment.use] = max(
                best.get(assessment.use, assessment), assessment, key=lambda one: _rank(one, year)
            )
    return [_cell(use, best.get(use), year) for use in uses]


def _cell(use: Use, assessment: Assessment | None, year: int) -> Cell:
    return Cell(use, _state(assessment, year) if assessment else State.LACKING, assessment)


def _state(assessment: Assessment, year: int) -> State:
    if assessment.year == year:
        return State.DRAFT if assessment.is_draft else State.DECIDED
    return State.OLDER if assessment.year < year and assessment.is_in_force else State.LACKING


_BETTER = (State.LACKING, State.OLDER, State.DRAFT, State.DECIDED)


def _rank(assessment: Assessment, year: int) -> tuple[int, int, int]:
    return _BETTER.index(_state(assessment, year)), assessment.year, assessment.number

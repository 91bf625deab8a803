"""What a survey file would become: each value tied to an indicator, a unit and a period, with what is wrong (S66).

Nothing is saved here. What is not understood, not allowed or said twice is left out, and the report says so.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from organisation.models import Unit, User
from organisation.roles import Right
from results import numbers
from results.models.indicator import Indicator
from results.models.measurement import FEWEST_ANSWERS, Measurement
from results.periods import Period
from results.survey.names import core, folded
from results.survey.period_text import read_period

LEFT_OUT = "-"  # of a choice: what has this name is left out


@dataclass
class Row:
    """One value of the file. `problem`: why it can't be saved. `twice`: a value of the file that means the same counts
    instead. `replaces`: the measurement that is there. `chosen`: the person wants this one, of the two."""

    number: int
    line: int
    names: Mapping[str, str]
    unit: Unit | None = None
    indicator: Indicator | None = None
    period: Period | None = None
    value: Decimal | None = None
    answers: int | None = None
    problem: str = ""
    twice: bool = False
    replaces: Measurement | None = None
    chosen: bool = False

    @property
    def is_same(self) -> bool:
        """Whether what is there already says the same."""
        return self.replaces is not None and self.replaces.value == self.value

    @property
    def is_saved(self) -> bool:
        if self.problem or self.twice or self.is_same:
            return False
        return self.replaces is None or self.chosen

    @property
    def asks(self) -> bool:
        """Whether the person may choose between this one and another."""
        return not self.problem and not self.is_same and (self.twice or self.replaces is not None)

    @property
    def state(self) -> str:
        """What becomes of it, in words."""
        if self.problem:
            return self.problem
        if self.twice:
            return _("The same unit, indicator and period stands elsewhere in the file. The other value counts.")
        if self.is_same:
            return _("Is there already.")
        if self.replaces:
            words = _("Replaces %(value)s.") if self.chosen else _("%(value)s is there already, and is kept.")
            return words % {"value": self.replaces.in_words}
        return _("New")

    @property
    def in_words(self) -> str:
        return numbers.in_words(self.value, self.indicator.measure if self.indicator else "")


def may_import(user: User) -> bool:
    """Whether the person may read in a survey: those who look after goals somewhere, and owners of indicators."""
    if not user.is_active:
        return False
    return user.has_right(Right.MANAGE_RESULTS) or Indicator.objects.active().filter(owner=user).exists()


def offered(user: User) -> list[Indicator]:
    """The indicators that can be measured from a file, and that the person may measure somewhere. Two queries."""
    found = Indicator.objects.active().exclude(source=Indicator.Source.FIGURE).for_list()
    if user.has_right(Right.MANAGE_RESULTS):
        paths = user.right_paths(Right.MANAGE_RESULTS)
        return [one for one in found if one.owner_id == user.pk or _may_reach(one, paths)]
    return list(found.filter(owner=user))


def _may_reach(indicator: Indicator, paths: Iterable[str]) -> bool:
    """Whether a unit that measures it lies at or below one of the tree paths."""
    home = indicator.goal.unit.path
    return any(home.startswith(path) or (indicator.common and path[: -Unit.steplen] == home) for path in paths)


def rows(user: User, content: Mapping[str, Any], choices: Mapping[str, Any]) -> list[Row]:
    """Every value of the file with what becomes of it. A constant number of queries."""
    return Proposal(user, content, choices).rows


class Proposal:
    """The values of a file against the units, the indicators and what is measured already."""

    def __init__(self, user: User, content: Mapping[str, Any], choices: Mapping[str, Any]) -> None:
        self.user, self.entries, self.choices = user, content["entries"], choices
        self.indicators = offered(user)
        self.units = list(Unit.objects.active())
        self.used = set(choices.get("use", ()))

    @cached_property
    def rows(self) -> list[Row]:
        found = [self._row(number, entry) for number, entry in enumerate(self.entries, 1)]
        self._find_twice(found)
        self._find_there(found)
        return found

    def unit_called(self, text: str) -> Unit | None:
        """By choice, code, name, folded name, or name without the word for unit; None when none or several fit."""
        if chosen := self.choices.get("units", {}).get(text):
            return next((unit for unit in self.units if str(unit.pk) == str(chosen)), None)
        return self._units_by_name.get(text) or self._units_by_name.get(folded(text)) or self._by_core.get(core(text))

    @cached_property
    def _units_by_name(self) -> dict[str, Unit]:
        names = ((name, unit) for unit in self.units for name in {unit.code, unit.name, folded(unit.name)})
        return _unambiguous([*names, *((folded(unit.code), unit) for unit in self.units)])

    @cached_property
    def _by_core(self) -> dict[str, Unit]:
        return _unambiguous((core(unit.name), unit) for unit in self.units)

    def indicator_called(self, text: str, unit: Unit | None) -> Indicator | None:
        """By choice or folded name, of those the unit measures; None when none or several fit."""
        if chosen := self.choices.get("indicators", {}).get(text):
            return next((one for one in self.indicators if str(one.pk) == str(chosen)), None)
        fits = [one for one in self._by_name[folded(text)] if unit is None or one.is_measured_in(unit)]
        return fits[0] if len(fits) == 1 else None

    @cached_property
    def _by_name(self) -> dict[str, list[Indicator]]:
        found: dict[str, list[Indicator]] = defaultdict(list)
        for indicator in self.indicators:
            found[folded(indicator.name)].append(indicator)
        return found

    def _row(self, number: int, entry: Mapping[str, Any]) -> Row:
        row = Row(number, entry["line"], entry, chosen=number in self.used)
        row.unit = self.unit_called(entry["unit"])
        row.indicator = self.indicator_called(entry["indicator"], row.unit)
        row.period = read_period(entry["period"] or self.choices.get("period", ""))
        row.problem = self._problem(row)
        return row

    def _problem(self, row: Row) -> str:
        """The first thing that is wrong with it; empty when nothing is. Reads value and answers on the way."""
        names = row.names
        if LEFT_OUT in (
            self.choices.get("units", {}).get(names["unit"]),
            self.choices.get("indicators", {}).get(names["indicator"]),
        ):
            return _("Left out, as you chose.")
        if row.unit is None:
            return _("No unit is called “%(name)s”. Choose which it is below.") % {"name": names["unit"]}
        if row.indicator is None:
            return _("No indicator of the unit is called “%(name)s”. Choose which it is below.") % {
                "name": names["indicator"]
            }
        if row.period is None:
            if names["period"]:
                return _("“%(text)s” is not a period, such as 2026 or 2. tertial 2026.") % {"text": names["period"]}
            return _("The file says no period. Choose it below.")
        return self._problem_of_numbers(row) or self._problem_of_measuring(row)

    def _problem_of_numbers(self, row: Row) -> str:
        try:
            row.value = numbers.read_number(row.names["value"])
        except ValueError:
            return _("“%(text)s” is not a number.") % {"text": row.names["value"]}
        if not row.names["answers"]:
            return ""
        try:
            answers = numbers.read_number(row.names["answers"])
        except ValueError:
            return _("“%(text)s” is not a number of answers.") % {"text": row.names["answers"]}
        if answers < FEWEST_ANSWERS:
            return _("Fewer than %(fewest)s answers: left out, for it says too much of each.") % {
                "fewest": FEWEST_ANSWERS
            }
        row.answers = int(answers)
        return ""

    def _problem_of_measuring(self, row: Row) -> str:
        indicator, unit, period, value = row.indicator, row.unit, row.period, row.value
        if indicator is None or unit is None or period is None or value is None:
            return ""
        if not indicator.is_measured_in(unit):
            return _("%(unit)s does not measure this indicator.") % {"unit": unit}
        if not indicator.may_measure(self.user, unit):
            return _("You may not measure for %(unit)s.") % {"unit": unit}
        if not period.is_over:
            return _("%(period)s is not over yet.") % {"period": period}
        if period.length != indicator.length:
            return _("It is measured %(often)s, and %(period)s is a period of another length.") % {
                "often": str(indicator.get_frequency_display()).lower(),
                "period": period,
            }
        return indicator.out_of_range(value)

    def _find_twice(self, found: list[Row]) -> None:
        """Of values that mean the same, the chosen one counts, or else the first."""
        same: dict[Any, list[Row]] = defaultdict(list)
        for row in found:
            if not row.problem and row.indicator and row.unit:
                same[row.indicator.pk, row.unit.pk, row.period].append(row)
        for group in same.values():
            chosen = [row for row in group if row.chosen] or group
            for row in group:
                row.twice = row is not chosen[0]

    def _find_there(self, found: list[Row]) -> None:
        """What is measured already: the same period may be replaced, one that overlaps may not."""
        fine = [row for row in found if not row.problem and row.indicator and row.unit]
        where = Q(indicator__in={row.indicator for row in fine}, unit__in={row.unit for row in fine})
        there: dict[Any, list[Measurement]] = defaultdict(list)
        for measurement in Measurement.objects.filter(where) if fine else ():
            there[measurement.indicator_id, measurement.unit_id].append(measurement)
        for row in fine:
            if row.indicator is None or row.unit is None or row.period is None:
                continue
            for measurement in there[row.indicator.pk, row.unit.pk]:
                if measurement.period == row.period:
                    measurement.indicator, measurement.unit = row.indicator, row.unit
                    row.replaces = measurement
                elif measurement.period.overlaps(row.period):
                    words = {"period": row.period, "other": measurement.period}
                    row.problem = _("%(period)s overlaps with %(other)s, which is measured already.") % words


def _unambiguous(pairs: Iterable[tuple[str, Unit]]) -> dict[str, Unit]:
    """The names that mean one unit only."""
    found: dict[str, set[Unit]] = defaultdict(set)
    for name, unit in pairs:
        found[name].add(unit)
    return {name: next(iter(units)) for name, units in found.items() if len(units) == 1 and name}


def to_choose(found: Iterable[Row], choices: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """The names of units and of indicators that were not understood, or that the person has chosen the meaning of."""
    units = {row.names["unit"] for row in found if row.unit is None} | set(choices.get("units", {}))
    lacking = {row.names["indicator"] for row in found if row.unit is not None and row.indicator is None}
    return sorted(units), sorted(lacking | set(choices.get("indicators", {})))


def report(found: Iterable[Row]) -> dict[str, Any]:
    """What came of the file, to be kept: how many were saved, and each value that was not, with why."""
    found = list(found)
    left = [row for row in found if not row.is_saved]
    return {
        "saved": len([row for row in found if row.is_saved]),
        "left_out": [
            {"line": row.line, **{name: row.names[name] for name in ("unit", "indicator", "value")}, "why": row.state}
            for row in left
        ],
    }

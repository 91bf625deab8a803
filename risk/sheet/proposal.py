"""What a sheet that was read would become: every row with what its cells mean, what can't stand there, and what must be
put right before a decision."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import formats
from django.utils.translation import gettext as _

from risk import cells, checks
from risk.cells import Shape
from risk.models import Risk
from risk.sheet import people


@dataclass(frozen=True)
class ProposedCell:
    """A cell: the text as it stands and what it means. `error`: it can't be kept so. `notice`: it can, but the
    assessment can't be decided so."""

    name: str
    field: str
    address: str
    text: str
    value: Any
    error: str = ""
    notice: str = ""

    @property
    def label(self) -> str:
        """What the cell is called, to stand before what is in it."""
        return str(cells.CELLS[self.name].label)

    @property
    def message(self) -> str:
        """What to say at the cell, with its address in the sheet."""
        said = self.error or self.notice
        return f"{self.address}: {said}" if said else ""

    @property
    def is_text(self) -> bool:
        return cells.CELLS[self.name].shape == Shape.TEXT

    @property
    def shown(self) -> str:
        """The text to write in: as it is understood, else as it stands."""
        return self.text if self.error else cells.shown(self.name, self.value)

    @property
    def read(self) -> str:
        """The text to read."""
        return self.shown if self.error else in_words(self.name, self.value)


@dataclass(frozen=True)
class ProposedRow:
    """A row as it would be. `risk` is not saved."""

    place: int
    address: str
    key: str
    cells: dict[str, ProposedCell]
    remarks: list[str]
    is_left_out: bool
    risk: Risk

    @property
    def field(self) -> str:
        """The name of the box that leaves the row out."""
        return f"utelat-{self.place}"

    @property
    def errors(self) -> list[ProposedCell]:
        return [cell for cell in self.cells.values() if cell.error]

    @property
    def notices(self) -> list[ProposedCell]:
        return [cell for cell in self.cells.values() if cell.notice and not cell.error]

    @property
    def values(self) -> dict[str, Any]:
        """The cells of the row as they would be kept."""
        return {name: cell.value for name, cell in self.cells.items()}


def in_words(name: str, value: Any) -> str:
    """The value of a cell as a person reads it."""
    return formats.date_format(value) if isinstance(value, datetime.date) else cells.shown(name, value)


def rows(content: Mapping[str, Any]) -> list[ProposedRow]:
    """Every row of a sheet that was read. One query, for the people that are named."""
    named = people.find({row["cells"].get("responsible", "") for row in content["rows"]})
    return [_row(place, row, content["columns"], named) for place, row in enumerate(content["rows"], 1)]


def stops(proposed: Iterable[ProposedRow]) -> list[ProposedCell]:
    """The cells that must be put right, or their rows left out."""
    return [cell for row in proposed if not row.is_left_out for cell in row.errors]


def field_of(place: int, name: str) -> str:
    """What the cell is called in the form."""
    return f"celle-{place}-{name}"


def _row(place: int, row: Mapping[str, Any], columns: Mapping[str, Any], named: Mapping[str, list[Any]]) -> ProposedRow:
    letters = columns.get(row["sheet"], {})
    understood = {name: _understood(row, name, named) for name in cells.CELLS}
    risk = Risk(**{name: value for name, (value, _error) in understood.items()})
    notices = checks.of_row(risk)
    found = {
        name: ProposedCell(
            name=name,
            field=field_of(place, name),
            address=f"{row['sheet']}!{letters.get(name) or _letter_of_measures(letters)}{row['number']}",
            text=row["cells"].get(name, ""),
            value=value,
            error=error,
            notice=notices.get(name, ""),
        )
        for name, (value, error) in understood.items()
    }
    return ProposedRow(
        place=place,
        address=f"{row['sheet']}!{row['number']}",
        key=row["key"],
        cells=found,
        remarks=row["remarks"],
        is_left_out=bool(row.get("left_out")),
        risk=risk,
    )


def _letter_of_measures(letters: Mapping[str, str]) -> str:
    return letters.get("measures", "")


def _understood(row: Mapping[str, Any], name: str, named: Mapping[str, list[Any]]) -> tuple[Any, str]:
    text = row["cells"].get(name, "")
    nothing = cells.clean(name, "")
    if name in row["formulas"]:
        return nothing, _formula_message(name)
    if cells.CELLS[name].shape == Shape.PERSON:
        return _person(text, named)
    try:
        return cells.clean(name, text), ""
    except ValidationError as refused:
        return nothing, " ".join(refused.messages)


def _formula_message(name: str) -> str:
    if cells.CELLS[name].shape == Shape.SCORE:
        return _("A formula can't stand here. Write the number, from 1 to 5.")
    return _("A formula can't stand here. Write what it says.")


def _person(text: str, named: Mapping[str, list[Any]]) -> tuple[Any, str]:
    found = named.get(text, [])
    if not text or len(found) == 1:
        return (found[0] if found else None), ""
    return None, str(people.SEVERAL if found else people.UNKNOWN)


def corrected(content: dict[str, Any], texts: Mapping[str, str], left_out: Iterable[int]) -> Iterator[dict[str, Any]]:
    """The rows with what a person wrote in place of what stood in the sheet, by the names of the form's fields, and
    with the rows to leave out marked. A cell written anew holds no formula any more."""
    without = set(left_out)
    for place, row in enumerate(content["rows"], 1):
        own = {name: texts[field_of(place, name)] for name in cells.CELLS if field_of(place, name) in texts}
        changed = {name: text for name, text in own.items() if text != row["cells"].get(name, "")}
        yield {
            **row,
            "cells": {**row["cells"], **changed},
            "formulas": [name for name in row["formulas"] if name not in changed],
            "left_out": place in without,
        }

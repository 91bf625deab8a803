"""The rows of an assessment as the table that is shown: columns as in the sheet, and what stands in each cell."""

import datetime
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import prefetch_related_objects
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Case
from organisation.models import User
from risk import cells, follow_up, grid
from risk.follow_up import FollowUp
from risk.models import Acceptance, Assessment, Risk
from risk.templatetags.risk_tags import score

SCORE, RESIDUAL = "score", "residual"
COMPUTED = {
    SCORE: _lazy("Probability × consequence. Computed. Over 10 demands a measure: 10 does not, 12 does."),
    RESIDUAL: _lazy("Probability × consequence after the measures. Computed."),
}
SORTS = {
    cells.Shape.TEXT: _lazy("Text"),
    cells.Shape.SCORE: _lazy("Number 1–5"),
    cells.Shape.YES: _lazy("Yes or no"),
    cells.Shape.PERSON: _lazy("Name"),
    cells.Shape.DAY: _lazy("Date"),
    "product": _lazy("Computed"),
}


@dataclass(frozen=True)
class Column:
    """One column; `shape` is a cell's, or "product" when it is computed."""

    name: str
    shape: str
    label: str | Promise
    help: str | Promise
    group: str | Promise

    @property
    def sort(self) -> str | Promise:
        """What is written in it, in a word: the difference is never in the colour alone."""
        return SORTS[self.shape]


def _columns() -> list[Column]:
    columns = []
    for cell in cells.CELLS.values():
        columns.append(Column(cell.name, cell.shape.value, cell.label, cell.help, cell.group))
        if cell.name == "consequence":
            columns.append(Column(SCORE, "product", _lazy("Product"), COMPUTED[SCORE], cell.group))
    return [*columns, Column(RESIDUAL, "product", _lazy("Product after"), COMPUTED[RESIDUAL], cells.AFTER)]


COLUMNS = _columns()


def groups() -> list[tuple[str, int]]:
    """The headings above the columns, and how many columns each spans."""
    return [(str(group), len(list(columns))) for group, columns in groupby(COLUMNS, key=lambda column: column.group)]


@dataclass(frozen=True)
class Spot:
    """What stands in one cell: `text` as it is written, `day` when it is a date, `says` what to put right."""

    column: Column
    text: str = ""
    day: datetime.date | None = None
    says: str = ""


@dataclass(frozen=True)
class Line:
    """One row of the table."""

    row: Risk | None
    key: uuid.UUID | str
    spots: list[Spot]
    follow_up: FollowUp | None = None
    acceptance: Acceptance | None = None


def lines(user: User, assessment: Assessment, rows: list[Risk]) -> list[Line]:
    """The rows with all that is shown of them. Five queries, however many rows."""
    prefetch_related_objects(rows, "responsible", "case__actions", "acceptances")
    cases = [row.case_id for row in rows if row.case_id]
    readable = set(Case.objects.visible_to(user).filter(pk__in=cases).values_list("pk", flat=True)) if cases else set()
    says = grid.says(assessment, rows)
    products = Products()
    return [
        Line(
            row,
            row.key,
            spots(row, says.get(row.key, {}), products),
            follow_up.of(row) if row.case_id in readable else None,
            next((given for given in row.acceptances.all() if not given.withdrawn_at), None),
        )
        for row in rows
    ]


def empty_line() -> Line:
    """A row where nothing stands, to make new ones from."""
    return Line(None, "KEY", [Spot(column) for column in COLUMNS])


def spots(row: Risk, says: dict[str, str], products: "Products") -> list[Spot]:
    texts = {**cells.values(row), **products.of(row)}
    return [
        Spot(
            column,
            texts[column.name],
            row.deadline if column.shape == cells.Shape.DAY else None,
            says.get(column.name, ""),
        )
        for column in COLUMNS
    ]


class Products:
    """The computed cells of rows as HTML, the same score drawn once."""

    def __init__(self) -> None:
        self.drawn: dict[tuple[int | None, bool], SafeString] = {}

    def of(self, row: Risk) -> dict[str, str]:
        return {SCORE: self._draw(row.score, row.demands_measure), RESIDUAL: self._draw(row.residual_score, False)}

    def _draw(self, value: int | None, demands: bool) -> SafeString:
        if (value, demands) not in self.drawn:
            context = {**score(value), "demands": demands}
            self.drawn[value, demands] = render_to_string("risk/parts/product.html", context)
        return self.drawn[value, demands]


def as_data(rows: Iterable[Risk], says: grid.Says) -> list[dict[str, Any]]:
    """Rows as the grid in the browser takes them: what stands in the cells, and what the server computed of it."""
    products = Products()
    return [
        {
            "key": str(row.key),
            "version": row.version,
            "removed": row.removed_at is not None,
            "texts": cells.values(row),
            "products": products.of(row),
            "says": says.get(row.key, {}),
        }
        for row in rows
    ]

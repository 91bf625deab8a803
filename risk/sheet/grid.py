"""One tab as a grid of texts: merged cells, numbers, days and formulas made into what a person reads there."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from organisation.spreadsheets import CONTROL, FORMULA
from risk import cells
from risk.sheet.package import Unreadable

LAST_ROW, LAST_COLUMN = 2_000, 60  # what lies outside is told of and not read
MOST_TEXT = 3_000_000  # characters of a tab: a form of 200 rows has some 50,000
ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a workbook writes characters that XML can't hold


@dataclass(frozen=True)
class Cell:
    """What stands in a cell. `computed` is what a formula gave when the file was saved."""

    text: str = ""
    is_formula: bool = False
    computed: Any = None


NOTHING = Cell()


class Grid:
    """The cells of a tab by row and column, counted from 1."""

    def __init__(self, formulas: Worksheet, values: Worksheet) -> None:
        self.title = formulas.title
        self.rows = min(formulas.max_row or 0, LAST_ROW)
        self.columns = min(formulas.max_column or 0, LAST_COLUMN)
        self.is_cut = (formulas.max_row or 0) > LAST_ROW or (formulas.max_column or 0) > LAST_COLUMN
        self.hidden_rows = {row for row, kept in formulas.row_dimensions.items() if kept.hidden}
        self._cells = self._read(formulas, values)
        self._anchors = self._merged(formulas)

    # One string of a file can stand in every cell, so how large it is unpacked says too little.
    def _read(self, formulas: Worksheet, values: Worksheet) -> dict[tuple[int, int], Cell]:
        found, length = {}, 0
        area = {"max_row": self.rows, "max_col": self.columns}
        for line, computed in zip(formulas.iter_rows(**area), values.iter_rows(**area, values_only=True), strict=True):
            for cell, value in zip(line, computed, strict=True):
                if cell.value is not None:
                    is_formula = cell.data_type == "f"
                    text = _formula(cell.value) if is_formula else shown(cell.value)
                    length += len(text)
                    found[cell.row, cell.column] = Cell(text, is_formula, value)
            if length > MOST_TEXT:
                raise Unreadable(_("The file has more text than a form can hold, and is not read."))
        return found

    def _merged(self, sheet: Worksheet) -> dict[tuple[int, int], tuple[int, int]]:
        anchors = {}
        for area in sheet.merged_cells.ranges:
            for row in range(area.min_row, min(area.max_row, self.rows) + 1):
                for column in range(area.min_col, min(area.max_col, self.columns) + 1):
                    anchors[row, column] = (area.min_row, area.min_col)
        return anchors

    def at(self, row: int, column: int) -> Cell:
        """The cell as it stands, and for a merged one what stands over all of them."""
        return self._cells.get(self._anchors.get((row, column), (row, column)), NOTHING)

    def in_column(self, row: int, column: int) -> Cell:
        """The cell with what is merged down its own column, and not what is merged across from another one."""
        anchor = self._anchors.get((row, column), (row, column))
        return self._cells.get(anchor, NOTHING) if anchor[1] == column else NOTHING

    def is_merged_down(self, row: int, column: int) -> bool:
        """Whether the text of the cell stands in a row above."""
        return self._anchors.get((row, column), (row, column))[0] < row

    def spans(self, row: int, columns: set[int]) -> bool:
        """Whether one merged cell stands over all these columns of the row."""
        return len(columns) > 1 and len({self._anchors.get((row, column), (row, column)) for column in columns}) == 1

    def texts(self, row: int) -> list[str]:
        """Every text of the row once, from the left."""
        own = [self._cells.get((row, column), NOTHING).text for column in range(1, self.columns + 1)]
        return [text for text in own if text]

    def address(self, row: int, column: int) -> str:
        return f"{self.title}!{get_column_letter(column)}{row}"


def shown(value: Any) -> str:
    """A value as a person reads it: whole numbers without decimals, days as dates, and the text without the apostrophe
    that made it harmless."""
    match value:
        case bool():
            return cells.shown("law_breach", value) if value else "0"
        case float() if value.is_integer():
            return str(int(value))
        case float():
            return f"{value:.10g}".replace(".", ",")
        case datetime.datetime():
            return value.date().isoformat()
        case datetime.date():
            return value.isoformat()
    return tidy(str(value))


def tidy(text: str) -> str:
    """Hard line breaks kept; control characters and spaces at the ends gone."""
    text = ESCAPED.sub(lambda found: chr(int(found[1], 16)), text).replace("\r\n", "\n").replace("\r", "\n")
    text = "\n".join(line.rstrip() for line in CONTROL.sub("", text).strip().split("\n"))
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def _formula(value: Any) -> str:
    return str(getattr(value, "text", None) or value)

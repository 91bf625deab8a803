"""The sheet read: the table found by its headings wherever it lies, and every row as texts with their addresses.

Nothing is judged here and nothing is saved: what a cell may hold is asked of `risk.cells` later, so that a text that
can't stand in its cell is kept, shown and put right.
"""

import re
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from cases.risk import score
from risk import cells
from risk.sheet import layout, package
from risk.sheet.grid import Cell, Grid, tidy
from risk.sheet.head import Head, head_of
from risk.sheet.headings import BOTH_MEASURES, column_of

HEADINGS_WITHIN = 80  # rows from the top
HEADING_LINES = 3
MOST_ROWS = 1_000


@dataclass
class SheetRow:
    """One row as it stands. `formulas` are the cells that hold one; `remarks` what was seen beside the cells."""

    sheet: str
    number: int
    key: str
    cells: dict[str, str]
    formulas: list[str]
    remarks: list[str]


@dataclass
class Reading:
    """What was understood. `columns` are the letters of each tab's columns; `told` is how things were understood and
    `left_out` what was not, both in words; `memory` what stood there when we made the file, by the row's key, and
    `assessment` which one it was made from."""

    head: Head = field(default_factory=Head)
    rows: list[SheetRow] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    assessment: str = ""
    memory: dict[str, dict[str, str]] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """As plain values, to be kept."""
        return asdict(self)


@dataclass(frozen=True)
class Table:
    """Where the headings of a tab are: their last row and the columns by name."""

    top: int
    bottom: int
    columns: dict[str, int]
    unknown: dict[int, str]

    @property
    def cells(self) -> dict[str, int]:
        """The columns that hold cells of the row."""
        return {name: column for name, column in self.columns.items() if name in (*cells.CELLS, BOTH_MEASURES)}

    @property
    def is_ros(self) -> bool:
        names = self.columns.keys()
        return {"probability", "consequence"} <= names and bool({"threat", "aspect"} & names)


def read(content: bytes) -> Reading:
    """What the file says. Raises `package.Unreadable`, also when no tab has the table."""
    formulas, values = package.opened(content)
    found = Reading()
    _read_memory(formulas, found)
    for sheet in formulas.worksheets:
        if sheet.title != layout.MEMORY:
            visible = sheet.sheet_state == "visible"
            _read_tab(Grid(sheet, values[sheet.title]), found, visible=visible)
    if not found.columns:
        raise package.Unreadable(_nothing_found(formulas))
    return found


def _nothing_found(book: Workbook) -> str:
    tabs = ", ".join(sheet.title for sheet in book.worksheets if sheet.title != layout.MEMORY)
    return _(
        "We found no ROS table in the file (tabs: %(tabs)s). We look for a row of headings with threat, probability and "
        "consequence, such as “TRUSSELBESKRIVELSE”, “Sannsynlighet” and “Konsekvens”. Nothing is changed."
    ) % {"tabs": tabs}


def _read_tab(grid: Grid, found: Reading, *, visible: bool) -> None:
    table = find_table(grid)
    if table is None:
        if any(grid.texts(row) for row in range(1, grid.rows + 1)) and grid.title != str(layout.GUIDANCE):
            found.left_out.append(_("The tab “%(tab)s” has no ROS table.") % {"tab": grid.title})
        return
    if not visible:
        found.left_out.append(
            _("The tab “%(tab)s” is hidden. Show it and save the file to have it read.") % {"tab": grid.title}
        )
        return
    if not found.columns:
        found.head = head_of(grid, table.top)
    found.columns[grid.title] = {name: get_column_letter(column) for name, column in table.columns.items()}
    _tell_of_columns(grid, table, found)
    _read_rows(grid, table, found)


def find_table(grid: Grid) -> Table | None:
    """The headings with the most columns that we know, over one to three lines; the highest of equals. None when the
    table lacks what makes it one."""
    best: Table | None = None
    for bottom in range(1, min(grid.rows, HEADINGS_WITHIN) + 1):
        for lines in range(1, min(HEADING_LINES, bottom) + 1):
            table = _table(grid, bottom - lines + 1, bottom)
            if table.is_ros and (best is None or len(table.columns) > len(best.columns)):
                best = table
    return best


def _table(grid: Grid, top: int, bottom: int) -> Table:
    candidates: dict[str, list[int]] = {}
    unknown = {}
    for column in range(1, grid.columns + 1):
        texts = list(dict.fromkeys(grid.at(row, column).text for row in range(bottom, top - 1, -1)))
        if name := column_of(texts):
            candidates.setdefault(name, []).append(column)
        elif any(texts):
            unknown[column] = " ".join(text for text in reversed(texts) if text)
    columns = {name: _fullest(grid, bottom, places) for name, places in candidates.items()}
    for name in ("probability", "consequence"):
        if name in columns and grid.at(bottom, columns[name]).text.isdigit():
            return Table(top, bottom, {}, {})
    return Table(top, bottom, columns, unknown)


def _fullest(grid: Grid, bottom: int, places: list[int]) -> int:
    """Of several columns under the same words, the one that is used."""
    if len(places) == 1:
        return places[0]
    used = {
        column: sum(bool(grid.in_column(row, column).text) for row in range(bottom + 1, grid.rows + 1))
        for column in places
    }
    return max(places, key=lambda column: (used[column], -column))


def _tell_of_columns(grid: Grid, table: Table, found: Reading) -> None:
    if BOTH_MEASURES in table.columns:
        text = _("“%(tab)s” has one column of measures. They are put under preventive measures.")
        found.told.append(text % {"tab": grid.title})
    for column, heading in table.unknown.items():
        if any(grid.in_column(row, column).text for row in range(table.bottom + 1, grid.rows + 1)):
            text = _("The column “%(heading)s” (%(address)s) is not a part of the form.")
            address = grid.address(table.bottom, column)
            found.left_out.append(text % {"heading": " ".join(heading.split())[:80], "address": address})
    if grid.is_cut:
        found.left_out.append(_("“%(tab)s” is larger than we read.") % {"tab": grid.title})


def _read_rows(grid: Grid, table: Table, found: Reading) -> None:
    keys = Counter(row.key for row in found.rows)
    merged = set()
    for number in range(table.bottom + 1, grid.rows + 1):
        texts = {name: grid.in_column(number, column) for name, column in table.cells.items()}
        if not any(cell.text for cell in texts.values()):
            _tell_of_rest(grid, table, number, found)
            continue
        if grid.spans(number, set(table.cells.values())) or _repeats_headings(texts):
            text = _("Row %(row)s: “%(text)s” stands over the whole row and is read as a heading.")
            _note(found.left_out, text, grid, number, next(cell.text for cell in texts.values() if cell.text))
            continue
        if len(found.rows) == MOST_ROWS:
            found.left_out.append(_("More than %(most)s rows. The rest is not read.") % {"most": MOST_ROWS})
            return
        merged |= {
            name for name, column in table.cells.items() if grid.is_merged_down(number, column) and texts[name].text
        }
        row = _row(grid, table, number, texts)
        row.key = row.key if not keys[row.key] else ""
        keys[row.key] += 1
        found.rows.append(row)
        if number in grid.hidden_rows:
            row.remarks.append(_("The row is hidden in the sheet. It is read all the same."))
    if merged:
        text = _("“%(tab)s” has cells merged over several rows. Each row got the text.")
        found.told.append(text % {"tab": grid.title})


def _repeats_headings(texts: dict[str, Cell]) -> bool:
    """Whether the row says the headings once more, as on the next sheet of paper."""
    named = [column_of([cell.text]) == name for name, cell in texts.items() if cell.text and len(cell.text) < 120]
    return len(named) >= 3 and all(named)


def _tell_of_rest(grid: Grid, table: Table, number: int, found: Reading) -> None:
    known = set(table.columns.values())
    rest = [grid.in_column(number, column).text for column in range(1, grid.columns + 1) if column not in known]
    if text := " ".join(filter(None, rest)):
        _note(found.left_out, _("Row %(row)s: “%(text)s” stands outside the table."), grid, number, text)


def _note(notes: list[str], text: str, grid: Grid, number: int, what: str) -> None:
    notes.append(text % {"row": f"{grid.title}!{number}", "text": " ".join(what.split())[:120]})


def _row(grid: Grid, table: Table, number: int, texts: dict[str, Cell]) -> SheetRow:
    both = texts.pop(BOTH_MEASURES, None)
    if both and both.text:
        own = texts.get("preventive")
        joined = "\n".join(filter(None, (own.text if own else "", both.text)))
        texts["preventive"] = Cell(joined, both.is_formula or bool(own and own.is_formula))
    row = SheetRow(
        sheet=grid.title,
        number=number,
        key=_key(grid, table, number),
        cells={name: cell.text for name, cell in texts.items() if cell.text},
        formulas=[name for name, cell in texts.items() if cell.is_formula],
        remarks=[],
    )
    for product, factors in layout.PRODUCTS.items():
        if product in table.columns:
            cell = grid.in_column(number, table.columns[product])
            if remark := _product_remark(cell, *(row.cells.get(name, "") for name in factors)):
                row.remarks.append(remark)
    return row


def _product_remark(cell: Cell, first: str, second: str) -> str:
    """What to say when the sheet's own product is another than ours."""
    said = cell.computed if cell.is_formula else cell.text
    if not str(said or "").strip().isdigit() or not (first.isdigit() and second.isdigit()):
        return ""
    ours = score(int(first), int(second))
    if int(str(said)) == ours:
        return ""
    words = {"said": said, "first": first, "second": second, "ours": ours}
    return _("The sheet says %(said)s, but %(first)s × %(second)s is %(ours)s. We use %(ours)s.") % words


UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def _key(grid: Grid, table: Table, number: int) -> str:
    """The key that the row got from us, in the hidden column at the end."""
    for column in range(max(table.columns.values()) + 1, grid.columns + 1):
        if UUID.fullmatch(text := grid.in_column(number, column).text):
            return text
    return ""


def _read_memory(book: Workbook, found: Reading) -> None:
    """What stood there when the file was made, from the hidden tab."""
    if layout.MEMORY not in book.sheetnames:
        return
    lines = book[layout.MEMORY].iter_rows(max_row=MOST_ROWS + 1, max_col=len(cells.CELLS) + 1, values_only=True)
    mark, assessment, *_rest = next(lines, ("", ""))
    if mark != layout.MARK or not UUID.fullmatch(str(assessment)):
        return
    found.assessment = str(assessment)
    for key, *values in lines:
        if UUID.fullmatch(str(key)):
            texts = [tidy(str(value)[: cells.LONGEST]) if value is not None else "" for value in values]
            found.memory[str(key)] = dict(zip(cells.CELLS, texts, strict=False))

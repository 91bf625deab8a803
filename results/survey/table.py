"""A file as lines of text, whatever wrote it: .xlsx, or text with any usual separator, quotes and encoding.

It comes from anywhere, so it is believed in nothing: a workbook is opened as `risk.sheet.package` does, and what is too
large is refused.
"""

import csv
import datetime
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from risk.sheet import package

MAX_FILE = package.MAX_FILE
MOST_LINES, MOST_COLUMNS, CELL_LENGTH = 5_000, 200, 300
SEPARATORS = (";", ",", "\t", "|")
TRIED = 60  # lines looked at to find the separator
UTF16 = (b"\xff\xfe", b"\xfe\xff")
TOLD = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # how Excel lets a file name its own separator
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")

Lines = list[list[str]]


@dataclass(frozen=True)
class Table:
    """Lines of cells as trimmed text; `first` is the number of the first line in the file."""

    lines: Lines
    first: int = 1


def tables(content: bytes) -> list[Table]:
    """The sheets of a workbook, or the one table of a text file. Raises `package.Unreadable` with the reason."""
    if not content.strip():
        raise package.Unreadable(_("The file is empty."))
    if len(content) > MAX_FILE:
        raise package.Unreadable(_("The file is too large. The limit is 5 MB."))
    if content.startswith((package.ZIP, package.OLE)):
        return _sheets(content)
    return [_text_table(decoded(content))]


def decoded(content: bytes) -> str:
    """UTF-8 or UTF-16 by its mark, UTF-8 when it is that, else Windows' Western European. Raises Unreadable for what is
    no text."""
    try:
        if content.startswith(UTF16):
            return content.decode("utf-16")
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if "\0" in text:
        raise package.Unreadable(_("The file is neither a workbook (.xlsx) nor text with separators (.csv)."))
    return text


def _text_table(text: str) -> Table:
    told = TOLD.match(text)
    first = 2 if told else 1
    if told:
        text = text.partition("\n")[2]
        return Table(parted(text, told[1]), first)
    head = "\n".join(text.splitlines()[:TRIED])
    return Table(parted(text, max(SEPARATORS, key=lambda separator: _fit(head, separator))), first)


def _fit(text: str, separator: str) -> tuple[int, int]:
    """How well a separator fits: how many lines it parts into the same number of cells, at least two; then how many."""
    counts = Counter(len(line) for line in parted(text, separator) if len(line) > 1)
    if not counts:
        return (0, 0)
    cells, lines = max(counts.items(), key=lambda found: (found[1], found[0]))
    return lines, cells


def parted(text: str, separator: str) -> Lines:
    """The text parted at the separator, with quotes undone. Raises Unreadable when it can't be, or is too long."""
    lines: Lines = []
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            lines.append([_tidy(cell) for cell in cells[:MOST_COLUMNS]])
            if len(lines) > MOST_LINES:
                raise package.Unreadable(_("The file has more than %(most)s lines.") % {"most": MOST_LINES})
    except csv.Error as error:
        raise package.Unreadable(_("The file could not be parted into lines and columns.")) from error
    return lines


def _sheets(content: bytes) -> list[Table]:
    _formulas, values = package.opened(content)
    found = []
    try:
        for sheet in values.worksheets:
            if sheet.max_row > MOST_LINES:
                raise package.Unreadable(_("The file has more than %(most)s lines.") % {"most": MOST_LINES})
            rows = sheet.iter_rows(max_col=min(sheet.max_column, MOST_COLUMNS))
            found.append(Table([[_cell_text(cell) for cell in row] for row in rows]))
    except ValidationError:
        raise
    except package.BROKEN as error:
        raise package.Unreadable(_("The file is damaged.")) from error
    return found


def _cell_text(cell: Any) -> str:
    """What the cell shows: a share shown as percent is written as percent."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return _tidy(str(value))
    if isinstance(value, int | float) and "%" in (cell.number_format or ""):
        return f"{value * 100:.6g} %"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    return _tidy(str(value))


def _tidy(text: str) -> str:
    return " ".join(CONTROL.sub("", text).split())[:CELL_LENGTH]

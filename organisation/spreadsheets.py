"""Spreadsheets: how every register becomes one, with cells that can't act as formulas (design rule 7)."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_LENGTH = 32_000
FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(frozen=True)
class Sheet:
    """One sheet. `widths` are those of the first columns; what stands above and left of `freeze` stays in sight."""

    title: str
    headings: Sequence[str]
    rows: Iterable[Sequence[Any]]
    widths: Sequence[int] = ()
    freeze: str | None = None


def harmless(value: Any, *args: Any) -> Any:
    """Text that a spreadsheet would run as a formula gets an apostrophe before it; characters that no
    sheet can hold are taken out."""
    if not isinstance(value, str):
        return value
    value = CONTROL.sub("", value)[:CELL_LENGTH]
    return f"'{value}" if FORMULA.match(value) else value


def workbook(*sheets: Sheet) -> bytes:
    """The sheets as an .xlsx file."""
    book = Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(sheet.title), sheet)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def download(content: bytes, name: str) -> HttpResponse:
    """The answer that hands over a spreadsheet; kept by nobody on the way."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=CONTENT_TYPE, headers=headers)


def _write(target: Any, sheet: Sheet) -> None:
    target.freeze_panes = sheet.freeze
    for place, width in enumerate(sheet.widths, 1):
        target.column_dimensions[get_column_letter(place)].width = width
    target.append([_bold(target, heading) for heading in sheet.headings])
    for row in sheet.rows:
        target.append([harmless(value) for value in row])


def _bold(target: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(target, value=text)
    cell.font = Font(bold=True)
    return cell

"""Sheets as people have them: in the shape of the seed, wherever on the page, with or without what can be missing."""

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

HEAD = [
    "RISIKOVURDERING GENERELL HJEMMETJENESTEN",
    "Kvalitetsavdelingen mal 18.01.2012",
    "Kari Nordmann, avdelingsleder",
]
# (group, heading, cell): the headings of the seed.
HEADINGS = [
    ("ASPEKTER -FORHOLD OG KRAV", "Hva må vurderes?", "aspect"),
    (
        "TRUSSELBESKRIVELSE",
        "Hva kan skje, hva kan gå galt? Beskrivelse av trussel, årsak og virkning.",
        "threat",
    ),
    ("Gradering 1 - 5", "Sannsynlighet", "probability"),
    ("Gradering 1 - 5", "Konsekvens", "consequence"),
    ("Gradering 1 - 5", "Risiko", "product"),
    ("TILTAK\nRisiko > 10 eller ved lovbrudd", "Forebyggende", "preventive"),
    ("TILTAK\nRisiko > 10 eller ved lovbrudd", "Skadebegrensende", "limiting"),
]
ROWS = [
    {
        "aspect": "Alenearbeid",
        "threat": "Trusler på hjemmebesøk",
        "probability": 4,
        "consequence": 4,
        "preventive": "Gå to",
    },
    {"aspect": "Vei", "threat": "Fall på is\nom natten", "probability": 2, "consequence": 5, "limiting": "Brodder"},
    {
        "aspect": "Bil",
        "threat": "Kollisjon",
        "probability": 3,
        "consequence": 4,
        "preventive": "Kurs",
        "limiting": "Airbag",
    },
]


def sheet_file(
    rows: Sequence[dict[str, Any]] = ROWS,
    *,
    top: int = 1,
    left: int = 1,
    headings: Sequence[tuple[str, str, str]] = HEADINGS,
    merged: bool = True,
    tab: str = "ROS",
    also: Sequence[str] = (),
    head: Sequence[str] = HEAD,
) -> bytes:
    """The bytes of an .xlsx with the form `top` rows and `left` columns from the corner, and other tabs before it."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for title in also:
        book.create_sheet(title)["B2"] = "Husk å ringe"
    write(book.create_sheet(tab), rows, top=top, left=left, headings=headings, merged=merged, head=head)
    return content_of(book)


def write(
    sheet: Worksheet,
    rows: Sequence[dict[str, Any]],
    *,
    top: int = 1,
    left: int = 1,
    headings: Sequence[tuple[str, str, str]] = HEADINGS,
    merged: bool = True,
    head: Sequence[str] = HEAD,
) -> None:
    """The form into a tab. The product is a formula, as in the seed."""
    for line, text in enumerate(head):
        sheet.cell(top + line, left, text)
    first = top + len(head) + 1
    for place, (group, heading, _name) in enumerate(headings):
        if not merged or place == 0 or headings[place - 1][0] != group:
            sheet.cell(first, left + place, group)
        sheet.cell(first + 1, left + place, heading)
    if merged:
        _merge_groups(sheet, first, left, headings)
    columns = {name: left + place for place, (_group, _heading, name) in enumerate(headings)}
    for number, row in enumerate(rows, first + 2):
        for name, value in row.items():
            sheet.cell(number, columns[name], value)
        if "product" in columns and "product" not in row:
            cells = [sheet.cell(number, columns[name]).coordinate for name in ("probability", "consequence")]
            sheet.cell(number, columns["product"], f'=IF({cells[0]}="","",{cells[0]}*{cells[1]})')


def _merge_groups(sheet: Worksheet, row: int, left: int, headings: Sequence[tuple[str, str, str]]) -> None:
    start = 0
    for place in range(1, len(headings) + 1):
        if place == len(headings) or headings[place][0] != headings[start][0]:
            if place - start > 1:
                sheet.merge_cells(start_row=row, end_row=row, start_column=left + start, end_column=left + place - 1)
            start = place


def content_of(book: Workbook) -> bytes:
    """The file of a workbook."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()

"""No register's cell can act as a formula, and no text breaks the file (design rule 7)."""

import io

import pytest
from openpyxl import load_workbook

from organisation.spreadsheets import Sheet, harmless, workbook


@pytest.mark.parametrize("text", ["=1+1", "+47", "-1", "@SUM(A1)", "\t=1", "  =1+1", "\r=1"])
def test_what_could_run_is_text(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_what_no_sheet_can_hold_is_taken_out() -> None:
    content = workbook(Sheet("Ark", ["Tekst"], [["før\x00\x0better"], ["x" * 40_000]], widths=(30,), freeze="A2"))
    rows = list(load_workbook(io.BytesIO(content)).active.values)
    assert rows[:2] == [("Tekst",), ("føretter",)]
    assert len(rows[2][0]) == 32_000


@pytest.mark.parametrize("value", [None, 7, "Vanlig tekst", "2026-00412"])
def test_the_rest_is_as_it_was(value: object) -> None:
    assert harmless(value) == value

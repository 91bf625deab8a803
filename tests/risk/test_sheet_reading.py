"""The sheet is found wherever it lies and however its headings are written; what is no sheet is refused in words."""

import io
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from risk.sheet import reading
from risk.sheet.headings import column_of
from risk.sheet.package import MAX_FILE, MAX_XML, Unreadable
from tests.risk.sheets import HEADINGS, ROWS, content_of, sheet_file, write

AS_TEXT = [{name: str(value) for name, value in row.items()} for row in ROWS]


def cells_of(content):
    return [row.cells for row in reading.read(content).rows]


def test_the_seeds_own_shape_is_understood():
    found = reading.read(sheet_file())
    assert [row.cells for row in found.rows] == AS_TEXT
    assert found.head.title == "RISIKOVURDERING GENERELL HJEMMETJENESTEN"
    assert found.head.template == "Kvalitetsavdelingen mal 18.01.2012"
    assert found.head.who == "Kari Nordmann, avdelingsleder"
    assert (found.told, found.left_out) == ([], [])


@settings(max_examples=40, deadline=None)
@given(
    top=st.integers(1, 25),
    left=st.integers(1, 20),
    merged=st.booleans(),
    order=st.permutations(range(5)),
    also=st.lists(st.sampled_from(["Notater", "Veiledning 2", "Ark3"]), unique=True),
)
def test_shifted_merged_reordered_and_among_other_tabs(top, left, merged, order, also):
    groups = [HEADINGS[0:1], HEADINGS[1:2], HEADINGS[2:5], HEADINGS[5:6], HEADINGS[6:7]]
    headings = [heading for place in order for heading in groups[place]]
    content = sheet_file(top=top, left=left, merged=merged, headings=headings, also=also)
    found = reading.read(content)
    assert [row.cells for row in found.rows] == AS_TEXT
    assert len(found.left_out) == len(also), "each other tab is named with the reason"


def scrambled(text, change):
    return {
        "upper": text.upper,
        "spaced": lambda: f"  {text.replace(' ', '   ')} ",
        "broken": lambda: text.replace(" ", "-\n"),
    }[change]()


@pytest.mark.parametrize("change", ["upper", "spaced", "broken"])
def test_headings_however_they_are_written(change):
    headings = [(scrambled(group, change), scrambled(heading, change), name) for group, heading, name in HEADINGS]
    assert cells_of(sheet_file(headings=headings)) == AS_TEXT


@pytest.mark.parametrize(
    ("texts", "name"),
    [
        (["Sannsyn-\nlighet", "Gradering 1 - 5"], "probability"),
        (["S"], "probability"),
        (["K"], "consequence"),
        (["Risiko", "Gradering"], "product"),
        (["Risiko", "Etter tiltak"], "residual_product"),
        (["Sannsynlighet etter tiltak"], "residual_probability"),
        (["Konsekvens", "RESTRISIKO"], "residual_consequence"),
        (["Sannsynlighet før tiltak"], "probability"),
        (["Risiko > 10 eller ved lovbrudd: Forebyggende / skadebegrensende", "TILTAK"], "measures"),
        (["Forebyggende", "TILTAK Risiko > 10 eller ved lovbrudd: Forebyggende / skadebegrensende"], "preventive"),
        (["Beskrivelse av trussel, årsak og konsekvens"], "threat"),
        (["Ansvarlig for tiltak"], "responsible"),
        (["Frist"], "deadline"),
        (["Lovbrudd?"], "law_breach"),
        (["Uønsket hendelse"], "threat"),
        (["Kommentar"], ""),
        (["RISIKOVURDERING 2026"], ""),
        ([""], ""),
    ],
)
def test_what_a_heading_names(texts, name):
    assert column_of(texts) == name


def test_one_column_of_measures_becomes_preventive_and_is_told_of():
    headings = [
        *HEADINGS[:5],
        ("TILTAK", "Risiko > 10 eller ved lovbrudd: Forebyggende / skadebegrensende", "preventive"),
    ]
    rows = [{"threat": "Brann", "probability": 3, "consequence": 5, "preventive": "Øvelse"}]
    found = reading.read(sheet_file(rows, headings=headings))
    assert found.rows[0].cells["preventive"] == "Øvelse"
    assert len(found.told) == 1


def test_numbers_as_text_and_hard_line_breaks_and_harmless_text():
    rows = [{"threat": "En\r\nto_x000D_\n tre ", "aspect": "'=1+1", "probability": " 3 ", "consequence": 4.0}]
    assert cells_of(sheet_file(rows)) == [
        {"threat": "En\nto\n tre", "aspect": "=1+1", "probability": "3", "consequence": "4"}
    ]


def test_cells_merged_over_rows_are_in_each_of_them():
    book = Workbook()
    sheet = book.active
    write(sheet, ROWS)
    sheet["A8"].value = None
    sheet.merge_cells("A7:A8")
    found = reading.read(content_of(book))
    assert [row.cells["aspect"] for row in found.rows] == ["Alenearbeid", "Alenearbeid", "Bil"]
    assert len(found.told) == 1


def test_what_is_hidden_outside_or_repeated_is_told_of():
    book = Workbook()
    sheet = book.active
    write(sheet, ROWS)
    sheet.row_dimensions[8].hidden = True
    sheet["J6"], sheet["J7"] = "Kommentar", "Ring vaktmester"
    sheet["B12"] = "DRIFT"
    sheet.merge_cells("A12:G12")
    sheet["A12"] = "DRIFT"
    for column, (_group, heading, _name) in enumerate(HEADINGS, 1):
        sheet.cell(13, column, heading)
    sheet["K15"] = "Dato og underskrift"
    hidden = book.create_sheet("Gammel")
    write(hidden, ROWS)
    hidden.sheet_state = "hidden"
    found = reading.read(content_of(book))
    assert len(found.rows) == 3
    assert found.rows[1].remarks
    said = " | ".join(found.left_out)
    for what in ("Kommentar", "DRIFT", "Dato og underskrift", "Gammel"):
        assert what in said


def test_several_tabs_with_a_table_are_read_with_their_own_addresses():
    book = Workbook()
    book.active.title = "Dag"
    write(book.active, ROWS[:1])
    write(book.create_sheet("Natt"), ROWS[1:], top=4, left=3)
    assert [(row.sheet, row.number) for row in reading.read(content_of(book)).rows] == [
        ("Dag", 7),
        ("Natt", 10),
        ("Natt", 11),
    ]


def test_a_product_that_is_wrong_is_told_of():
    rows = [{**ROWS[0], "product": 12}, {**ROWS[1], "product": 10}]
    found = reading.read(sheet_file(rows))
    assert "16" in found.rows[0].remarks[0]
    assert found.rows[1].remarks == []


@pytest.mark.parametrize("formula", ["=1+2", "=A1"])
def test_formulas_are_kept_as_they_stand_and_marked(formula):
    rows = [{**ROWS[0], "probability": formula, "threat": formula}]
    row = reading.read(sheet_file(rows)).rows[0]
    assert row.cells["probability"] == row.cells["threat"] == formula
    assert sorted(row.formulas) == ["probability", "threat"]


# What is refused


def packed(**parts):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def with_part(name, content):
    target = io.BytesIO(sheet_file())
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def without_table():
    book = Workbook()
    book.active["A1"] = "Vaktliste"
    book.active["A3"], book.active["B3"] = "Navn", "Telefon"
    return content_of(book)


def one_long_text_in_every_cell():
    book = Workbook()
    for row in book.active.iter_rows(max_row=60, max_col=10):
        for cell in row:
            cell.value = "x" * 30_000
    return content_of(book)


REFUSED = {
    "endless text": one_long_text_in_every_cell(),
    "nothing": b"",
    "text": b"aspekt;trussel;sannsynlighet\n",
    "pdf": b"%PDF-1.7\n",
    "old excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "password": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "too large": b"PK\x03\x04" + b"\0" * MAX_FILE,
    "cut off": sheet_file()[:2_000],
    "another zip": packed(**{"word/document.xml": "<a/>"}),
    "macros": with_part("xl/vbaProject.bin", b"x"),
    "bomb": with_part("xl/worksheets/sheet9.xml", b" " * (MAX_XML + 1)),
    "entities": with_part("xl/extra.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
    "broken parts": packed(**{"xl/workbook.xml": "<a", "[Content_Types].xml": "<b"}),
    "something else": without_table(),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_no_sheet_is_refused_in_words(what):
    with pytest.raises(Unreadable) as refused:
        reading.read(REFUSED[what])
    assert refused.value.messages[0].endswith(".")


def test_what_we_look_for_is_said():
    with pytest.raises(Unreadable, match="TRUSSELBESKRIVELSE"):
        reading.read(without_table())

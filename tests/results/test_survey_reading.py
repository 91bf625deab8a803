"""Survey files are read whatever wrote them: separators, quotes, encodings, numbers, headings anywhere (S66)."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from results.periods import Period
from results.survey import reading
from results.survey.names import core, folded
from results.survey.period_text import read_period
from results.survey.reading import Entry
from risk.sheet.package import Unreadable

ROWS = [["Enhet", "Tilfredshet", "Antall svar"], ["Hjemmetjenesten", "4,6", "34"], ["IT; drift", "4,2", "12"]]
FOUND = [
    Entry(2, "Hjemmetjenesten", "Tilfredshet", "", "4,6", "34"),
    Entry(3, "IT; drift", "Tilfredshet", "", "4,2", "12"),
]


def written(rows, separator=";", encoding="utf-8", quoting=csv.QUOTE_MINIMAL, newline="\r\n"):
    target = io.StringIO()
    csv.writer(target, delimiter=separator, quoting=quoting, lineterminator=newline).writerows(rows)
    return target.getvalue().encode(encoding)


def workbook(rows, formats=()):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    for place, number_format in formats:
        book.active[place].number_format = number_format
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_separator_encoding_quotes_and_line_ends_make_no_difference(separator, encoding, quoting, newline):
    rows = [[cell.replace("Enhet", "Enhét") for cell in row] for row in ROWS]
    assert reading.read(written(rows, separator, encoding, quoting, newline)).entries == FOUND


def test_a_workbook_is_read_like_text():
    rows = [["Enhet", "Tilfredshet", "Antall svar"], ["Hjemmetjenesten", 4.6, 34], ["IT; drift", 4.2, 12]]
    found = reading.read(workbook(rows)).entries
    assert [(entry.unit, entry.value, entry.answers) for entry in found] == [
        ("Hjemmetjenesten", "4.6", "34"),
        ("IT; drift", "4.2", "12"),
    ]


def test_a_share_shown_as_percent_is_read_as_percent():
    rows = [["Enhet", "Enig"], ["IT", 0.875]]
    assert reading.read(workbook(rows, [("B2", "0.0%")])).entries[0].value == "87.5 %"


def test_the_separator_excel_tells_is_believed():
    content = b"sep=|\r\nEnhet|Score\r\nIT|4,6;1"
    assert reading.read(content).entries == [Entry(3, "IT", "Score", "", "4,6;1", "")]


def test_headings_are_found_below_a_title_and_said_again_below():
    rows = [["Brukerundersøkelsen 2025"], [], [], *ROWS, ["", ""], ROWS[0], ["Zone", "3,9", "9"]]
    found = reading.read(written(rows))
    assert [(entry.line, entry.unit) for entry in found.entries] == [
        (5, "Hjemmetjenesten"),
        (6, "IT; drift"),
        (9, "Zone"),
    ]
    assert found.empty == 1


def test_a_line_for_each_value_is_read_too():
    rows = [["Periode", "Avdeling", "Indikator", "Resultat", "n"], ["2025", "IT", "Tilfredshet", "4,6", "34"]]
    assert reading.read(written(rows)).entries == [Entry(2, "IT", "Tilfredshet", "2025", "4,6", "34")]


def test_columns_that_are_no_question_and_empty_cells_are_no_values():
    rows = [["Nr", "Enhet", "Ro", "Trygghet", "Kommentar"], ["1", "IT", "", "4", "Fint"]]
    assert [(entry.indicator, entry.value) for entry in reading.read(written(rows)).entries] == [("Trygghet", "4")]


def test_a_line_without_a_unit_is_told_of():
    found = reading.read(written([*ROWS, ["", "4,0", "12"]]))
    assert [line for line, _why in found.skipped] == [4]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"%PDF-1.7 abc",
        b"Score;Antall\n4,6;3",
        b"Enhet;Score\n",
        b"PK\x03\x04 not a workbook",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"Enhet;Score\0\nIT;4",
        b"\xff\xfe\x00",
        ("Enhet;Score\n" + "IT;4\n" * 5_001).encode(),
        b'Enhet;Score\n"' + b"x" * 200_000,
    ],
)
def test_what_can_not_be_read_is_refused_with_a_reason(content):
    with pytest.raises(Unreadable) as refused:
        reading.read(content)
    assert refused.value.messages[0]


CELL = st.text("abcæøå ,;|\t\"'0129=+-", max_size=20)
NAME = CELL.map(lambda text: f"Enhet {' '.join(text.split())}".strip())
VALUE = st.decimals(-1000, 1000, places=2).map(lambda value: f"{value:.2f}".replace(".", ","))


@given(st.lists(st.tuples(NAME, VALUE), min_size=1, max_size=20), st.sampled_from(";\t|"), st.booleans())
def test_whatever_is_written_is_read_back(rows, separator, quoted):
    quoting = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    content = written([["Enhet", "Tilfredshet"], *rows], separator, "utf-8", quoting)
    expected = [(" ".join(unit.split()), value) for unit, value in rows if [unit, value] != ["Enhet", "Tilfredshet"]]
    assert [(entry.unit, entry.value) for entry in reading.read(content).entries] == expected


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content):
    try:
        assert reading.read(content).entries
    except Unreadable as refused:
        assert refused.messages[0]


@given(st.text(max_size=300))
def test_any_text_below_headings_is_read_or_refused(text):
    try:
        assert reading.read(f"Enhet;Score\n{text}".encode("utf-8", "replace")).entries
    except Unreadable as refused:
        assert refused.messages[0]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2026", "2026"),
        ("2026.0", "2026"),
        ("2026-T2", "2026-T2"),
        ("2. tertial 2026", "2026-T2"),
        ("T3 2025", "2025-T3"),
        ("2025 T3", "2025-T3"),
        ("1. halvår 2026", "2026-H1"),
        ("h2 2026", "2026-H2"),
        ("mai 2026", "2026-05"),
        ("Des. 2025", "2025-12"),
        ("05.2026", "2026-05"),
        ("2026/11", "2026-11"),
    ],
)
def test_periods_are_read_as_people_write_them(text, code):
    assert read_period(text) == Period.read(code)


@pytest.mark.parametrize(
    "text", ["", "i fjor", "4. tertial 2026", "13.2026", "T0 2026", "2026-13", "99999", "mån 2026"]
)
def test_what_is_no_period_is_none(text):
    assert read_period(text) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_periods_and_names(text):
    assert read_period(text) is None or isinstance(read_period(text), Period)
    assert folded(core(text)) == core(text)


def test_names_are_the_same_however_they_are_written():
    assert folded("Hjemme-Tjenesten  Nord") == folded("hjemmetjenesten nord")
    assert core("RE Sykehjem") == core("Enhet sykehjem") == core("SYKEHJEM")
    assert folded("Sør-Øst") == folded("Sor Ost")

"""The statistics page, its spreadsheet and its pictures: the same for everybody, whatever the address says (S59–S61)."""

import datetime
import io
import xml.etree.ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cases.models import Cause
from organisation import clock
from results.periods import Length, Period
from results.statistics import board
from tests.results import generated
from tests.risk.test_sheet_libreoffice import calc, convert, folder  # noqa: F401  # fixtures

URL = "/resultater/statistikk/"


@pytest.fixture(autouse=True)
def now():
    with clock.set_to(generated.NOW):
        yield


@pytest.fixture
def cases(cast, units):
    generated.create(generated.cases(3, 60))


def figures_of(answer):
    return {figure.code: (figure.value, figure.before) for figure in answer.context["figures"]}


def test_this_year_so_far_against_the_same_time_last_year(login, cast, cases):
    view = login(cast.outsider).get(URL).context["view"]
    assert view.scope.period == Period(datetime.date(2026, 1, 1), datetime.date(2026, 11, 30))
    assert view.against == Period(datetime.date(2025, 1, 1), datetime.date(2025, 11, 30))
    assert view.length == Length.MONTH


def test_the_figures_are_the_same_for_everybody(login, cast, cases):
    seen = [figures_of(login(user).get(f"{URL}?periode=2026")) for user in (cast.outsider, cast.director, cast.auditor)]
    assert seen[0] == seen[1] == seen[2]


def test_nobody_outside_sees_it(client):
    answer = client.get(URL)
    assert answer.status_code == 302 and "/logg-inn/" in answer["Location"]


def test_without_a_single_case_it_says_what_to_do(login, cast):
    answer = login(cast.outsider).get(URL)
    assert b"/meld/" in answer.content and b'class="empty' in answer.content
    assert b"kpi--figures" not in answer.content


def test_a_period_with_nothing_in_it_shows_no_empty_drawing(login, cast, cases):
    answer = login(cast.outsider).get(f"{URL}?periode=1995")
    assert answer.status_code == 200
    assert b'<svg class="chart__drawing"' not in answer.content


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("periode=2026-T2", "2026-T2"),
        ("fra=2026-03-01&til=2026-03-31", "2026-03"),
        ("fra=2026-03-10", "2026-03-10..2026-11-30"),
        ("til=2025-06-30", "2025-H1"),
        ("periode=2026-T2&fra=2026-01-01&til=2026-01-31", "2026-01"),
        ("periode=2019-05", "2019-05"),
        # what is not understood is left out
        ("periode=2026-T4", "2026-01-01..2026-11-30"),
        ("periode=forrige", "2026-01-01..2026-11-30"),
        ("fra=2026-06-01&til=2026-05-01", "2026-01-01..2026-11-30"),
        ("fra=0001-01-01&til=0002-01-01", "2026-01-01..2026-11-30"),
        ("til=9999-12-31", "2026-01-01..2026-11-30"),
        ("fra=9999-12-31", "2026-01-01..2026-11-30"),
    ],
)
def test_which_period(login, cast, cases, query, code):
    answer = login(cast.outsider).get(f"{URL}?{query}")
    assert answer.status_code == 200
    assert answer.context["view"].scope.period.code == code


@pytest.mark.parametrize("query", ["fra=2026-06-01&til=2026-05-01", "periode=2026-T4", "mot=1066", "til=9999-12-31"])
def test_a_period_that_is_none_is_told_of_at_the_field(login, cast, cases, query):
    assert login(cast.outsider).get(f"{URL}?{query}").context["form"].errors


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("periode=2026-T2&mot=forrige", "2026-T1"),
        ("periode=2026-T2", "2025-T2"),
        ("periode=2026-T2&mot=2024", "2024"),
        ("periode=2026-T2&mot=tull", "2025-T2"),
    ],
)
def test_compared_with(login, cast, cases, query, code):
    assert login(cast.outsider).get(f"{URL}?{query}").context["view"].against.code == code


@pytest.mark.parametrize(
    "query",
    ["enhet=9999", "arsak=x", "kategori=-1", "kapittel=1", "kanal=due", "type=x", "per=uke", "side=" + "x" * 30],
)
def test_an_invalid_filter_is_left_out(login, cast, cases, query):
    client = login(cast.outsider)
    assert figures_of(client.get(f"{URL}?{query}")) == figures_of(client.get(f"{URL}?alle=1"))


def test_the_filters_are_remembered_and_forgotten(login, cast, cases):
    client = login(cast.outsider)
    client.get(f"{URL}?periode=2026-T1&type=deviation")
    assert client.get(URL)["Location"] == f"{URL}?periode=2026-T1&type=deviation"
    assert client.get(f"{URL}?alle=1").context["view"].scope.kind == ""


def test_the_same_queries_however_many_cases(login, cast, cases):
    client = login(cast.outsider)

    def asked():
        client.get(f"{URL}?periode=2026")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"{URL}?periode=2026")
        return len(queries)

    few = asked()
    generated.create(generated.cases(4, 200))
    assert asked() == few


# The spreadsheet


def test_the_spreadsheet_holds_every_chart_with_its_figures(login, cast, cases):
    answer = login(cast.outsider).get(f"{URL}eksport.xlsx?periode=2026")
    book = load_workbook(io.BytesIO(answer.content))
    view = login(cast.outsider).get(f"{URL}?periode=2026").context["view"]
    assert len(book.sheetnames) == len(board.CHARTS) + 1
    for sheet, shown in zip(book.worksheets[1:], board.shown(view), strict=True):
        rows = list(sheet.iter_rows(min_row=2, values_only=True))
        for row, expected in zip(rows, shown.chart.rows, strict=False):
            assert list(row[1 : len(expected.values) + 1]) == pytest.approx(expected.values, nan_ok=True)


def test_a_cause_named_as_a_formula_is_harmless_in_the_spreadsheet(login, cast, cases):
    Cause.objects.filter(code="rutine").update(name="=1+1")
    book = load_workbook(io.BytesIO(login(cast.outsider).get(f"{URL}eksport.xlsx?periode=2026").content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert any(cell.value == "'=1+1" for cell in cells)
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_libreoffice_opens_the_spreadsheet_with_the_same_figures(login, cast, cases, folder):  # noqa: F811
    content = login(cast.outsider).get(f"{URL}eksport.xlsx?periode=2026").content
    saved = convert(folder, content, "xlsx", name="statistikk.xlsx")
    mine, theirs = load_workbook(io.BytesIO(content)), load_workbook(saved, data_only=True)
    assert mine.sheetnames == theirs.sheetnames
    for name in mine.sheetnames:
        for row, other in zip(
            mine[name].iter_rows(values_only=True), theirs[name].iter_rows(values_only=True), strict=True
        ):
            numbers = [value for value in row if isinstance(value, int | float)]
            assert [value for value in other if isinstance(value, int | float)] == pytest.approx(numbers)


# The pictures


@pytest.mark.parametrize("code", list(board.CHARTS))
@pytest.mark.parametrize("period", ["2026", "1995"])
def test_every_chart_is_a_picture_that_stands_alone(login, cast, cases, code, period):
    answer = login(cast.outsider).get(f"{URL}{code}.svg?periode={period}")
    assert answer["Content-Type"].startswith("image/svg+xml")
    assert "attachment" in answer["Content-Disposition"]
    root = ET.fromstring(answer.content)
    svg = "{http://www.w3.org/2000/svg}"
    assert root.find(f"{svg}title").text and root.find(f"{svg}desc").text
    width, height = float(root.get("width")), float(root.get("height"))
    for rect in root.iter(f"{svg}rect"):
        if rect.get("width") != "100%":
            assert float(rect.get("width")) >= 0
            assert float(rect.get("x") or 0) + float(rect.get("width")) <= width
            assert float(rect.get("y") or 0) <= height
    assert b"http" not in answer.content.replace(b"http://www.w3.org/2000/svg", b"")
    assert b"<script" not in answer.content


def test_a_name_is_never_markup_in_a_picture(login, cast, cases):
    Cause.objects.filter(code="rutine").update(name="<script>x</script>&")
    answer = login(cast.outsider).get(f"{URL}arsaker.svg?periode=2026")
    assert b"<script" not in answer.content
    ET.fromstring(answer.content)


@pytest.mark.parametrize("code", ["finnes-ikke", "meldt2"])
def test_no_such_picture(login, cast, cases, code):
    assert login(cast.outsider).get(f"{URL}{code}.svg").status_code == 404


def test_it_is_found_among_the_overviews(login, cast):
    assert URL.encode() in login(cast.outsider).get("/oversikter/").content


def test_only_looked_at(login, cast):
    assert login(cast.director).post(URL).status_code == 405
    assert login(cast.director).post(f"{URL}eksport.xlsx").status_code == 405


def test_a_period_and_unit_named_in_the_heading(login, cast, units, cases):
    text = login(cast.outsider).get(f"{URL}?enhet={units.it.pk}&periode=2026-T1").content.decode()
    assert units.it.name in text

"""Sealed cases are in no figure, and what is told of them gives nobody away (G18)."""

import datetime
import io

import pytest
from openpyxl import load_workbook

from organisation import clock
from results.periods import Length, Period
from results.statistics import board, headline, sealed
from results.statistics.scope import Scope
from tests import factories
from tests.results import generated

URL = "/resultater/statistikk/"


@pytest.fixture(autouse=True)
def now(cast):
    with clock.set_to(generated.NOW):
        yield


def seal(number, day=1, month=6, year=2026, unit="home-care"):
    facts = [one | {
        "sealed": True, "needs_triage": False, "unit": unit,
        "received_at": datetime.datetime(year, month, day, 12, tzinfo=generated.OSLO),
    } for one in generated.cases(1, number)]  # fmt: skip
    generated.create(facts)


def told(unit=None, code="2026"):
    return sealed.beside(unit, Period.read(code)).at_least


@pytest.mark.parametrize(("number", "at_least"), [(0, 0), (1, 0), (4, 0), (5, 5), (9, 5), (10, 10), (14, 10)])
def test_rounded_down_to_five(number, at_least):
    seal(number)
    assert told() == at_least


def test_none_and_four_are_told_in_the_same_words(login, cast):
    factories.make_case(cast.reporter)
    none = str(sealed.beside(None, Period.read("2026")))
    seal(4)
    assert str(sealed.beside(None, Period.read("2026"))) == none


def test_moving_the_period_by_a_day_or_month_tells_the_same():
    for month in range(1, 12):
        seal(1, month=month)
    codes = ["2026", "2026-T1", "2026-T3", "2026-06", "2026-H1", "2026-01-01..2026-05-31", "2025-07-01..2026-06-02"]
    assert {told(code=code) for code in codes} == {10}


def test_two_years_are_never_told_together():
    seal(4, year=2025)
    seal(4, year=2026)
    assert told(code="2025-01-01..2026-12-31") == told(code="2025") == told(code="2026") == 0


def test_a_unit_tells_its_own_and_those_below(units):
    seal(5, unit="zone-north")
    seal(4, unit="it")
    assert (told(units.zone), told(units.home_care), told(units.it), told(units.municipality)) == (5, 5, 0, 5)


def test_no_figure_and_no_chart_counts_a_sealed_or_unsorted_case(cast, units):
    generated.create([one | {"needs_triage": False, "sealed": False} for one in generated.cases(2, 20)])
    scope = Scope(Period.read("2026"))
    view = board.View(scope, Period.read("2025"), Length.MONTH)

    def seen():
        figures = [(figure.value, figure.cases) for figure in headline.of(scope, view.against)]
        return figures, [(row.label, row.values) for shown in board.shown(view) for row in shown.chart.rows]

    before = seen()
    generated.create([one | {"sealed": True} for one in generated.cases(5, 30)])
    generated.create([one | {"needs_triage": True} for one in generated.cases(6, 30)])
    assert seen() == before


@pytest.mark.parametrize("query", ["type=deviation", "arsak={cause}", "lovbrudd=on", "kanal=ansatte", "side=FL-9001"])
def test_narrowed_down_nothing_is_told(login, cast, query):
    seal(7)
    cause = factories.make_cause()
    factories.make_case(cast.reporter)
    client = login(cast.director)
    assert client.get(f"{URL}?periode=2026").context["sealed"].at_least == 5
    assert client.get(f"{URL}?periode=2026&{query.format(cause=cause.pk)}").context["sealed"] is None


def test_the_spreadsheet_says_nothing_of_them(login, cast):
    factories.make_case(cast.reporter)
    seal(7)
    book = load_workbook(io.BytesIO(login(cast.director).get(f"{URL}eksport.xlsx?periode=2026").content))
    assert 7 not in [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]


def test_a_measure_of_a_sealed_case_makes_no_ordinary_case_a_recurrence():
    base = generated.cases(1, 1)[0] | {"needs_triage": False, "page": "FL-9001", "cause": "rutine", "actions": []}
    plan = {
        "set_after": datetime.timedelta(0), "days": 1, "done_after": datetime.timedelta(1), "effect": "effective",
        "evaluated_after": datetime.timedelta(1), "cancelled_after": None,
    }  # fmt: skip
    early = datetime.datetime(2026, 2, 1, tzinfo=generated.OSLO)
    late = datetime.datetime(2026, 5, 1, tzinfo=generated.OSLO)
    generated.create([
        base | {"sealed": True, "received_at": early, "actions": [plan]},
        base | {"sealed": False, "received_at": late},
    ])  # fmt: skip
    assert Scope(Period.read("2026")).received().recurring().count() == 0
    generated.create([base | {"sealed": False, "received_at": early, "actions": [plan]}])
    assert Scope(Period.read("2026")).received().recurring().count() == 1

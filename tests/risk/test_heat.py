"""Risk by area, and which units have this year's assessments (lines 3 and 7 of the issue)."""

import datetime
import io

import pytest
from openpyxl import load_workbook

from organisation import clock
from risk.coverage import Coverage, State
from risk.heat import Heat
from risk.uses import Use
from tests import factories

pytestmark = pytest.mark.django_db
SERIOUS = {"threat": "Strømmen blir borte", "probability": 4, "consequence": 5, "preventive": "Reservekraft"}
YEAR = datetime.timedelta(366)


def figures(user, **scope):
    """Unit, use → highest, over 10 and number, of the cells with something."""
    return {
        (line.unit.code, cell.use and cell.use.value): (cell.highest, cell.over, cell.number)
        for line in Heat(user, **scope).lines
        for cell in (line.total, *line.cells)
        if cell.number
    }


def state(coverage, code, use=Use.WORKING_ENVIRONMENT):
    line = next(line for line in coverage.lines if line.unit.code == code)
    return next(cell.state for cell in line.cells if cell.use == use)


def test_a_unit_counts_those_below_it(cast, units):
    factories.make_decided(cast.leader, SERIOUS, {"threat": "Glatt"}, unit=units.zone)
    factories.make_decided(cast.it_leader, {"threat": "Nettet er nede", "probability": 2, "consequence": 5})
    found = figures(cast.outsider)
    assert found["zone-north", "hms"] == found["home-care", "hms"] == found["home-care", None] == (20, 1, 2)
    assert found["it", "hms"] == (10, 0, 1)  # 10 is not over 10
    assert found["municipality", "hms"] == found["municipality", None] == (20, 1, 3)
    assert figures(cast.outsider, unit=units.it).keys() == {("it", None), ("it", "hms")}


def test_it_is_the_risk_now_that_counts(cast):
    row = factories.make_decided(cast.leader, {"threat": "Glatt", "probability": 2, "consequence": 5}).rows.get()
    row.confirm_residual(cast.leader, probability=1, consequence=3)
    assert figures(cast.outsider)["home-care", "hms"] == (3, 0, 1)


def test_restricted_ones_and_drafts_are_not_counted_for_others(cast):
    factories.make_decided(cast.leader, SERIOUS, restricted=True)
    factories.make_assessment(cast.leader, rows=2)
    assert figures(cast.outsider) == figures(cast.handler) == {}
    assert figures(cast.leader)["home-care", "hms"] == (20, 1, 1)


def test_a_cell_leads_to_its_risks(cast, login, units):
    factories.make_decided(cast.leader, SERIOUS, {"threat": "Glatt"}, unit=units.zone)
    factories.make_decided(cast.leader, {"threat": "Avvik"}, use=Use.PROJECT)
    client = login(cast.outsider)
    for line in client.get("/risiko/oversikt/").context["heat"].lines:
        for cell in (line.total, *line.cells):
            assert len(client.get(cell.address).context["page"]) == cell.number


def test_nothing_to_show_says_what_to_do(cast, login):
    assert login(cast.reporter).get("/risiko/oversikt/").context["heat"].lines == []


# This year's


def test_the_states_of_a_unit(cast, units):
    with clock.set_to(clock.now() - YEAR):
        factories.make_decided(cast.leader, use=Use.PROJECT)
    factories.make_decided(cast.leader)
    factories.make_assessment(cast.leader, use=Use.PLANNING)
    coverage = Coverage(cast.leader)
    assert state(coverage, "home-care") == State.DECIDED
    assert state(coverage, "home-care", Use.PROJECT) == State.OLDER
    assert state(coverage, "home-care", Use.PLANNING) == State.DRAFT
    assert state(coverage, "home-care", Use.SECURITY) == state(coverage, "zone-north") == State.LACKING
    assert state(Coverage(cast.leader, year=clock.today().year - 1), "home-care", Use.PROJECT) == State.DECIDED


def test_the_year_that_was_decided_counts_while_the_next_is_written(cast):
    factories.make_decided(cast.leader).revise(cast.leader)
    assert state(Coverage(cast.leader), "home-care") == State.DECIDED


def test_what_was_replaced_the_same_year_counts_and_what_was_ended_does_not(cast):
    assessment = factories.make_decided(cast.leader)
    assessment.revise(cast.leader).decide(cast.leader)
    assert state(Coverage(cast.outsider), "home-care") == State.DECIDED
    ended = factories.make_decided(cast.leader, use=Use.PROJECT)
    ended.end(cast.leader, reason="Prosjektet er stanset")
    assert state(Coverage(cast.outsider), "home-care", Use.PROJECT) == State.LACKING


def test_a_draft_and_a_restricted_one_are_lacking_for_those_who_may_not_read_them(cast):
    factories.make_assessment(cast.leader)
    factories.make_decided(cast.leader, use=Use.SECURITY, restricted=True)
    for use in (Use.WORKING_ENVIRONMENT, Use.SECURITY):
        assert state(Coverage(cast.outsider), "home-care", use) == State.LACKING
    assert state(Coverage(cast.auditor), "home-care", Use.SECURITY) == State.DECIDED


def test_who_leads_the_unit_or_the_nearest_above(cast):
    leaders = {line.unit.code: line.leader for line in Coverage(cast.outsider).lines}
    assert leaders["home-care"] == leaders["zone-north"] == cast.leader
    assert leaders["it"] == cast.it_leader


def test_units_and_uses_can_be_chosen(cast, units, login):
    coverage = Coverage(cast.outsider, unit=units.home_care, kind="department", use=Use.PROJECT)
    assert [line.unit for line in coverage.lines] == [units.zone]
    assert coverage.totals == [(Use.PROJECT, 0)]
    assert coverage.lacking_all == 1
    for query in ("ar=tull&enhet=x&bruk=y", "ar="):
        assert login(cast.outsider).get(f"/risiko/dekning/?{query}").context["coverage"].year == clock.today().year


def test_the_spreadsheet_says_the_same(cast, login):
    factories.make_decided(cast.leader)
    factories.make_decided(cast.leader, use=Use.SECURITY, restricted=True)
    answer = login(cast.outsider).get("/risiko/dekning/eksport.xlsx")
    rows = {row[0]: row for row in load_workbook(io.BytesIO(answer.content)).active.values}
    assert rows["Home care"][2] == cast.leader.get_full_name()
    assert len({*rows["Home care"][3:]}) == 2  # decided once, else lacking
    assert len({*rows["It"][3:]}) == 1


@pytest.mark.parametrize("address", ["/risiko/oversikt/?alle=1", "/risiko/dekning/?alle=1"])
def test_they_cost_the_same_however_many(cast, login, units, address, django_assert_max_num_queries):
    client = login(cast.director)
    factories.make_decided(cast.leader, SERIOUS)
    client.get(address)
    with django_assert_max_num_queries(15) as few:
        client.get(address)
    for number, use in enumerate(Use):
        factories.make_decided(cast.leader, SERIOUS, unit=units.zone, use=use, title=f"Analyse {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address)

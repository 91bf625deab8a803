"""A unit's own page (S80): the ten highest risks, the matrix, and what is late, as each person may see it."""

import datetime

import pytest

from organisation import clock
from risk.models import Acceptance
from risk.unit_risks import UnitRisks
from tests import factories

pytestmark = pytest.mark.django_db
SERIOUS = {"threat": "Strømmen blir borte", "probability": 4, "consequence": 5, "preventive": "Reservekraft"}
SECRET = {**SERIOUS, "threat": "Hemmelig adresse blir kjent", "probability": 5}
DAY = datetime.timedelta(1)


def standing(client, code="home-care"):
    return client.get(f"/risiko/enhet/{code}/").context["standing"]


def test_the_ten_highest_and_no_more(cast, login):
    rows = [{"threat": f"Trussel {p} {c}", "probability": p, "consequence": c} for p in (1, 2) for c in range(1, 6)]
    factories.make_decided(cast.leader, SERIOUS, {"threat": "Minst", "probability": 1, "consequence": 1}, *rows)
    found = [row.now for row in standing(login(cast.outsider)).highest]
    assert found == sorted(found, reverse=True)
    assert (len(found), found[0]) == (10, 20)


def test_a_breach_of_law_comes_before_others_of_the_same_score(cast, login):
    breach = {"threat": "Brudd", "law_breach": True, "preventive": "Følge loven"}
    factories.make_decided(cast.leader, {"threat": "Annet"}, breach)
    assert [row.threat for row in standing(login(cast.outsider)).highest] == ["Brudd", "Annet"]


def test_a_unit_has_those_below_it_and_the_municipality_has_all(cast, login, units):
    zone = factories.make_decided(cast.leader, SERIOUS, unit=units.zone)
    it = factories.make_decided(cast.it_leader, {"threat": "Nettet er nede"})
    client = login(cast.reporter)
    assert [row.assessment for row in standing(client).highest] == [zone]
    assert [row.assessment for row in standing(client, "it").highest] == [it]
    assert {row.assessment for row in standing(client, "municipality").highest} == {zone, it}


def test_drafts_and_replaced_versions_do_not_count(cast, login):
    first = factories.make_decided(cast.leader, {"threat": "Før"})
    second = first.revise(cast.leader)
    assert standing(login(cast.outsider)).number == 1
    second.decide(cast.leader)
    assert [row.assessment for row in standing(login(cast.outsider)).highest] == [second]


def test_restricted_ones_are_neither_shown_nor_counted_for_others(cast, login):
    factories.make_decided(cast.leader, SERIOUS)
    factories.make_decided(cast.leader, SECRET, restricted=True, title="Skjermet")
    other, leader = standing(login(cast.handler)), standing(login(cast.leader))
    assert (other.number, other.over, len(other.in_force), other.measures["open"]) == (1, 1, 1, 1)
    assert (leader.number, leader.over, len(leader.in_force), leader.measures["open"]) == (2, 2, 2, 2)
    assert "Hemmelig" not in login(cast.handler).get("/risiko/enhet/home-care/").content.decode()


def test_a_sealed_case_is_hidden_from_a_reader_of_the_restricted_assessment(cast, login):
    assessment = factories.make_decided(cast.leader, SECRET, restricted=True)
    case = assessment.rows.get().case
    html = login(cast.quality_manager).get("/risiko/enhet/home-care/").content.decode()
    assert "Hemmelig adresse" in html
    assert case.reference not in html
    assert case.reference in login(cast.leader).get("/risiko/enhet/home-care/").content.decode()


def test_the_matrix_counts_before_and_now_and_leads_to_the_risks(cast, login, units):
    assessment = factories.make_decided(cast.leader, {"threat": "Glatt"}, {"threat": "Mørkt"})
    assessment.rows.get(threat="Glatt").confirm_residual(cast.leader, probability=1, consequence=2)
    found = standing(login(cast.outsider))
    assert [(s.score, s.count) for s in found.assessed.taken] == [(4, 2)]
    assert [(s.score, s.count) for s in found.now.taken] == [(4, 1), (2, 1)]
    for square in (*found.assessed.taken, *found.now.taken):
        assert len(login(cast.outsider).get(square.address).context["page"]) == square.count
    assert found.number == 2


def test_what_is_late(cast, login):
    assessment = factories.make_decided(cast.leader, SERIOUS)
    assert (standing(login(cast.outsider)).late, standing(login(cast.outsider)).late_measures) == ([], [])
    with clock.set_to(clock.now() + 400 * DAY):
        found = standing(login(cast.outsider))
        assert found.late == [assessment]
        assert [reading.case for reading in found.late_measures] == [assessment.rows.get().case]
        assert found.measures == {"open": 1, "late": 1}


def test_which_uses_the_unit_itself_has_this_year(cast, login, units):
    factories.make_decided(cast.leader, unit=units.zone)
    assert {cell.state for cell in standing(login(cast.outsider)).this_year} == {"lacking"}
    assert [c.use for c in standing(login(cast.outsider), "zone-north").this_year if c.state == "decided"] == ["hms"]


def test_an_unknown_unit_is_not_found(cast, login):
    assert login(cast.leader).get("/risiko/enhet/finnes-ikke/").status_code == 404


def test_a_unit_without_risks_says_so(cast, login):
    answer = login(cast.reporter).get("/risiko/enhet/it/")
    assert answer.status_code == 200
    assert answer.context["standing"].highest == []


def test_the_municipality_costs_the_same_however_many(cast, login, django_assert_max_num_queries):
    client = login(cast.director)
    factories.make_decided(cast.leader, SERIOUS)
    client.get("/risiko/enhet/municipality/")
    with django_assert_max_num_queries(15) as few:
        client.get("/risiko/enhet/municipality/")
    for number in range(4):
        made = factories.make_decided(cast.it_leader, SERIOUS, {"threat": "Glatt"}, title=f"Analyse {number}")
        row = made.rows.get(threat="Glatt")
        Acceptance.give(cast.it_leader, row, reason="Ny vei kommer", until=clock.today() + 30 * DAY)
        made.revise(cast.it_leader)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/risiko/enhet/municipality/")


def test_it_is_what_the_person_may_read_that_counts(cast, units):
    factories.make_decided(cast.leader, SECRET, restricted=True)
    assert UnitRisks(cast.outsider, units.municipality).number == 0
    assert UnitRisks(cast.auditor, units.municipality).number == 1

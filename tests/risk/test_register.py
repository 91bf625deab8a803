"""The registers of assessments and risks: what each person sees, filtered, counted and exported."""

import datetime
import io

import pytest
from openpyxl import load_workbook

from organisation import clock
from risk.models import Acceptance, Assessment, Link
from risk.uses import SubKind, Use
from tests import factories

pytestmark = pytest.mark.django_db
SERIOUS = {"threat": "Strømmen blir borte", "probability": 4, "consequence": 5, "preventive": "Reservekraft"}
DAY = datetime.timedelta(1)


def shown(client, query=""):
    """The assessments in the list."""
    return list(client.get(f"/risiko/?{query or 'alle=1'}").context["page"])


def risks(client, query=""):
    return list(client.get(f"/risiko/risikoer/?{query or 'alle=1'}").context["page"])


@pytest.fixture
def decided(cast):
    return factories.make_decided(
        cast.leader, SERIOUS, {"threat": "Glatt gangvei"}, title="Beredskap i hjemmetjenesten"
    )


@pytest.fixture
def restricted(cast):
    row = {**SERIOUS, "threat": "Hemmelig adresse blir kjent", "consequence": 4}
    return factories.make_decided(cast.leader, row, title="Skjermet analyse", restricted=True)


# Who sees what


def test_a_decided_one_is_open_to_all_and_a_draft_to_those_who_work_with_it(cast, login, decided):
    draft = factories.make_assessment(cast.leader, title="Utkast til vern")
    assert shown(login(cast.outsider)) == [decided]
    assert shown(login(cast.leader)) == [draft, decided]
    assert shown(login(cast.handler)) == [decided]  # not the handler's own draft
    assert shown(login(cast.handler), "status=draft") == [draft]
    assert shown(login(cast.outsider), "status=draft") == []


def test_a_restricted_one_is_not_there_for_others(cast, login, decided, restricted):
    for who in (cast.outsider, cast.handler, cast.colleague):
        client = login(who)
        assert shown(client, "status=every") == [decided]
        assert shown(client, "skjermet=on") == shown(client, "q=hemmelig") == []
        assert [row.threat for row in risks(client)] == ["Strømmen blir borte", "Glatt gangvei"]
        assert "Skjermet analyse" not in client.get("/risiko/?alle=1").content.decode()
    assert shown(login(cast.leader), "skjermet=on") == [restricted]
    assert risks(login(cast.auditor), "q=hemmelig") == [restricted.rows.get()]


def test_who_takes_part_finds_the_draft(cast, login):
    draft = factories.make_assessment(cast.leader)
    draft.add_participant(cast.leader, user=cast.outsider)
    client = login(cast.outsider)
    assert shown(client) == shown(client, "mine=part") == [draft]
    assert shown(client, "mine=led") == []


def test_only_those_who_may_begin_are_offered_it(cast, login):
    assert login(cast.handler).get("/risiko/").context["may_begin"]
    assert not login(cast.reporter).get("/risiko/").context["may_begin"]


# Filters


def test_filters_narrow_down(cast, login, decided, units):
    it = factories.make_decided(
        cast.it_leader, title="Sky og nett", use=Use.SECURITY, sub_kind=SubKind.IT_SYSTEM, year=2024
    )
    client = login(cast.reporter)
    assert shown(client, "q=BEREDSKAP") == shown(client, "q=strømmen") == [decided]
    assert shown(client, "bruk=security") == shown(client, "underbruk=it_system") == shown(client, "ar=2024") == [it]
    assert shown(client, f"enhet={units.home_care.pk}") == [decided]
    assert shown(client, f"enhet={units.municipality.pk}&sorter=title") == [decided, it]
    assert shown(client, "sorter=risk") == [decided, it]
    assert shown(client, "q=finnesikke") == []


@pytest.mark.parametrize("query", ["ar=abc", "enhet=999999", "bruk=tull", "status=tull", "mine=x", "s=99", "ar=99999"])
def test_a_wrong_address_is_answered(login, cast, decided, query):
    assert login(cast.reporter).get(f"/risiko/?{query}").status_code == 200
    assert login(cast.reporter).get(f"/risiko/risikoer/?{query}&sannsynlighet=9&niva=blue").status_code == 200


def test_past_its_review(cast, login, decided):
    client = login(cast.reporter)
    assert shown(client, "forfalt=on") == []
    with clock.set_to(clock.now() + 400 * DAY):
        assert shown(client, "forfalt=on") == [decided]


def test_only_the_version_that_holds_unless_asked(cast, login, decided):
    new = decided.revise(cast.leader)
    new.decide(cast.leader)
    client = login(cast.reporter)
    assert shown(client) == [new]
    assert shown(client, "status=replaced") == [decided]
    assert set(shown(client, "status=every")) == {new, decided}


def test_the_filters_are_remembered(cast, login, decided):
    client = login(cast.reporter)
    client.get("/risiko/?bruk=security")
    assert client.get("/risiko/").url == "/risiko/?bruk=security"


# Figures


def test_the_figures_of_an_assessment(cast, login, decided):
    row = shown(login(cast.reporter))[0]
    assert (row.highest, row.demanding, row.under_way) == (20, 1, 1)


def test_a_sealed_case_is_not_counted_for_those_who_may_not_read_it(cast, login, decided):
    case = decided.rows.get(threat="Strømmen blir borte").case
    case.seal(cast.leader, sealed=True, reason="Helse.")
    assert shown(login(cast.reporter))[0].under_way == 0
    assert shown(login(cast.leader))[0].under_way == 1
    html = login(cast.reporter).get("/risiko/risikoer/").content.decode()
    assert case.reference not in html
    assert case.reference in login(cast.leader).get("/risiko/risikoer/").content.decode()


def test_the_spreadsheet_has_what_is_shown(cast, login, decided, restricted):
    answer = login(cast.outsider).get("/risiko/eksport.xlsx?sorter=title")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert [row[0] for row in rows[1:]] == ["Beredskap i hjemmetjenesten"]
    assert rows[1][10:13] == (20, 1, 1)


# Risks


def test_the_most_serious_risk_is_first(cast, login, decided):
    assert [(row.threat, row.now) for row in risks(login(cast.outsider))] == [
        ("Strømmen blir borte", 20),
        ("Glatt gangvei", 4),
    ]


def test_risks_by_square_by_level_and_by_unit(cast, login, decided, units):
    client = login(cast.outsider)
    serious, slippery = risks(client)
    assert risks(client, "sannsynlighet=4&konsekvens=5") == risks(client, "niva=red") == [serious]
    assert risks(client, "niva=green") == risks(client, "q=gangvei") == [slippery]
    assert risks(client, "niva=yellow") == risks(client, f"enhet={units.it.pk}") == risks(client, "lovbrudd=on") == []


def test_a_confirmed_risk_stands_where_it_is_now(cast, login, decided):
    row = decided.rows.get(threat="Glatt gangvei")
    row.confirm_residual(cast.leader, probability=1, consequence=2)
    client = login(cast.outsider)
    assert risks(client, "sannsynlighet=1&konsekvens=2") == [row]
    assert risks(client, "sannsynlighet=2&konsekvens=2") == []
    assert risks(client, "sannsynlighet=2&konsekvens=2&vurdert=before") == [row]


def test_the_risks_of_a_page(cast, login, decided, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor)
    row = decided.rows.get(threat="Glatt gangvei")
    Link.tie(cast.leader, row, page=page)
    client = login(cast.outsider)
    assert risks(client, f"side={page.document.document_id}") == [row]
    assert risks(client, "side=FL-9999") == []


def test_who_accepted_a_risk_stands_beside_it(cast, login, decided):
    row = decided.rows.get(threat="Glatt gangvei")
    Acceptance.give(cast.leader, row, reason="Ny vei kommer", until=clock.today() + 30 * DAY)
    assert cast.leader.get_full_name() in login(cast.outsider).get("/risiko/risikoer/").content.decode()


# What it costs


@pytest.mark.parametrize("address", ["/risiko/?alle=1", "/risiko/risikoer/?alle=1"])
def test_it_costs_the_same_with_many(cast, login, decided, address, django_assert_max_num_queries):
    client = login(cast.leader)
    client.get(address)
    with django_assert_max_num_queries(14) as few:
        client.get(address)
    for number in range(6):
        factories.make_decided(cast.leader, SERIOUS, title=f"Analyse {number}")
    assert Assessment.objects.count() == 7
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get(address)

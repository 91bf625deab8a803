"""The leader's page of a unit, and the municipal director's: what is red, what is due, what has changed (line 7)."""

import datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.models import Action, Case
from home.leading import red
from home.leading.comparison import compare
from home.leading.last_look import LastLook
from home.leading.whose import Whose
from organisation import clock
from tests import factories

pytestmark = pytest.mark.django_db
YESTERDAY = datetime.timedelta(-1)


def page(unit: Any) -> str:
    return f"/resultater/enhet/{unit.code}/"


def make_late(case: Case) -> Case:
    Case.objects.filter(pk=case.pk).update(deadline=clock.today() + YESTERDAY)
    return case


def late_case(cast: Any, **facts: Any) -> Case:
    return make_late(factories.make_case(cast.reporter, **facts))


def numbers(user: Any, unit: Any) -> dict[str, int]:
    return {group.code: group.number for group in red.groups(Whose(user, unit))}


@pytest.mark.parametrize("who", ["leader", "deputy", "director", "quality_manager", "auditor"])
def test_who_follows_the_unit_reads_its_page(cast, units, login, who):
    assert login(getattr(cast, who)).get(page(units.home_care)).status_code == 200


@pytest.mark.parametrize("who", ["reporter", "colleague", "outsider", "handler", "it_leader", "editor", "service_desk"])
def test_others_do_not(cast, units, login, who):
    assert login(getattr(cast, who)).get(page(units.home_care)).status_code == 403


def test_a_leader_does_not_read_the_page_of_the_unit_above(cast, units, login):
    assert login(cast.leader).get(page(units.municipality)).status_code == 403
    assert login(cast.leader).get(page(units.zone)).status_code == 200


def test_an_unknown_unit_is_not_found(cast, login):
    assert login(cast.director).get("/resultater/enhet/finnes-ikke/").status_code == 404


def test_results_lead_a_leader_to_the_unit_and_others_to_what_there_is(cast, units, login):
    assert login(cast.leader).get("/resultater/").url == page(units.home_care)
    assert login(cast.director).get("/resultater/").url == page(units.municipality)
    assert login(cast.leader).get("/resultater/?alt").status_code == 200
    assert login(cast.outsider).get("/resultater/").status_code == 200


def test_late_cases_and_measures_are_red_and_counted(cast, units):
    late_case(cast)
    case = factories.make_case_with_cause(cast.reporter, cast.handler)
    action = factories.make_action(case, cast.handler, cast.reporter)
    Action.objects.filter(pk=action.pk).update(deadline=clock.today() + YESTERDAY)
    found = numbers(cast.leader, units.home_care)
    assert found["late-cases"] == 1
    assert found["late-measures"] == 1
    assert "late-cases" not in numbers(cast.it_leader, units.it)


def test_every_red_figure_leads_to_as_many(cast, units, login):
    for _number in range(6):
        late_case(cast)
    case = factories.make_case_with_cause(cast.reporter, cast.handler)
    action = factories.make_action(case, cast.handler, cast.reporter)
    Action.objects.filter(pk=action.pk).update(deadline=clock.today() + YESTERDAY)
    Case.objects.filter(pk=case.pk).update(level=Case.Level.ABOVE)
    factories.make_decided(cast.leader, {"probability": 5, "consequence": 5, "preventive": "Vakt"})
    client = login(cast.leader)
    groups = {group.code: group for group in red.groups(Whose(cast.leader, units.home_care))}
    assert {"late-cases", "raised-cases", "late-measures", "high-risks"} <= groups.keys()
    for code in ("late-cases", "raised-cases", "late-measures", "high-risks"):
        shown = client.get(groups[code].url)
        assert shown.context["page"].paginator.count == groups[code].number, code


def test_a_measure_that_did_not_work_is_red_until_the_case_is_closed(cast, units):
    case = factories.make_case_with_cause(cast.reporter, cast.handler)
    action = factories.make_action(case, cast.handler, cast.reporter)
    action.complete(cast.reporter, note="Gjort.")
    assert "failed-measures" not in numbers(cast.leader, units.home_care)
    action.evaluate(cast.leader, effect=Action.Effect.NOT_EFFECTIVE, note="Skjedde igjen.")
    assert numbers(cast.leader, units.home_care)["failed-measures"] == 1


def test_an_accepted_risk_is_not_red(cast, units):
    assessment = factories.make_decided(cast.leader, {"probability": 4, "consequence": 4, "preventive": "Vakt"})
    assert numbers(cast.leader, units.home_care)["high-risks"] == 1
    risk = assessment.rows.get()
    from_now = clock.today() + datetime.timedelta(60)
    risk.acceptances.model.give(cast.leader, risk, reason="Venter på nytt bygg til sommeren.", until=from_now)
    assert "high-risks" not in numbers(cast.leader, units.home_care)


def test_a_sealed_case_of_another_is_no_figure(cast, units):
    case = late_case(cast)
    case.refresh_from_db()
    case.seal(cast.leader, sealed=True, reason="Personopplysninger.")
    assert numbers(cast.leader, units.home_care)["late-cases"] == 1
    assert "late-cases" not in numbers(cast.auditor, units.home_care)


def test_the_units_below_are_compared_the_worst_first(cast, units):
    late_case(cast)
    table = compare(Whose(cast.director, units.municipality))
    assert [row.unit for row in table.rows][0] == units.home_care
    assert table.rows[0].cells[0] == ("late-cases", 1)
    assert compare(Whose(cast.leader, units.zone)) is None


def test_since_last_time_counts_from_the_day_one_looked_before_today(cast, units, login):
    with time_machine.travel("2026-03-02 09:00", tick=False):
        first = login(cast.leader).get(page(units.home_care))
        assert first.context["since"].day == datetime.date(2026, 1, 31)
    with time_machine.travel("2026-03-09 09:00", tick=False):
        client = login(cast.leader)
        for _again in range(2):
            assert client.get(page(units.home_care)).context["since"].day == datetime.date(2026, 3, 2)
        assert client.get(page(units.home_care), {"dager": "7"}).context["since"].day == datetime.date(2026, 3, 2)
    assert LastLook.objects.get(user=cast.leader).on == datetime.date(2026, 3, 9)


@pytest.mark.parametrize("days", ["", "0", "8", "-7", "7000", "sju", "７"])
def test_an_odd_number_of_days_is_left_out(cast, units, login, days):
    answer = login(cast.leader).get(page(units.home_care), {"dager": days})
    assert answer.context["span"] is None


def test_what_has_happened_is_told_with_new_cases_counted(cast, units, login):
    case = late_case(cast)
    case.refresh_from_db()
    case.reject(cast.leader, reason="Meldt to ganger.")
    other = factories.make_story(cast.reporter, cast.handler)
    context = login(cast.leader).get(page(units.home_care)).context
    assert [change.url for change in context["changes"] if change.what == "Closed" or change.tone == "ok"] == [
        other.get_absolute_url()
    ]
    assert "2" in context["tallies"][0].text
    assert "1" in context["tallies"][1].text


def test_a_year_without_anything_red_says_so(cast, units, login):
    text = login(cast.it_leader).get(page(units.it)).content.decode()
    assert "kpi--red" not in text


def test_queries_do_not_grow_with_the_data(cast, units, login):
    client: Client = login(cast.director)
    late_case(cast)
    client.get(page(units.municipality))
    with CaptureQueriesContext(connection) as few:
        client.get(page(units.municipality))
    for number in range(12):
        late_case(cast, title=f"Sak {number}")
        row = {"probability": 5, "consequence": 4, "preventive": "Vakt"}
        factories.make_decided(cast.leader, row, title=f"ROS {number}")
    with CaptureQueriesContext(connection) as many:
        client.get(page(units.municipality))
    assert len(many) <= len(few) + 1  # risks need their case, of which there was none
    assert len(many) <= 110

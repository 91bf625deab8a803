"""Risk on Min side, in the annual wheel and among the overviews."""

import datetime

import pytest

from home import waiting
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from risk.models import Acceptance
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)
SERIOUS = {"threat": "Strømmen blir borte", "probability": 4, "consequence": 5, "preventive": "Reservekraft"}


def tasks(user):
    return [task.url for task in waiting.risks(user)]


def duties(user, **scope):
    today = clock.today()
    return gather(Scope(user, today, today + 400 * DAY, **scope), Kind.RISK)


# Min side


def test_a_draft_waits_for_those_who_write_it(cast, login):
    draft = factories.make_assessment(cast.leader, title="Beredskap")
    draft.add_participant(cast.leader, user=cast.outsider)
    assert tasks(cast.leader) == tasks(cast.outsider) == [draft.get_absolute_url()]
    assert tasks(cast.handler) == tasks(cast.director) == []
    assert draft.get_absolute_url() in login(cast.outsider).get("/min-side/").content.decode()


def test_a_draft_that_is_sent_waits_for_who_decides(cast):
    draft = factories.make_assessment(cast.handler, unit=cast.handler.unit, rows=1)
    assert tasks(cast.leader) == []
    draft.ask(cast.handler)
    assert tasks(cast.leader) == tasks(cast.deputy) == [draft.get_absolute_url()]
    assert waiting.risks(cast.leader)[0].title != waiting.risks(cast.handler)[0].title
    assert tasks(cast.director) == tasks(cast.it_leader) == tasks(cast.quality_manager) == []
    draft.decide(cast.leader)
    assert tasks(cast.leader) == []


def test_a_review_waits_when_it_is_near(cast):
    assessment = factories.make_decided(cast.leader)
    assert tasks(cast.leader) == []
    with clock.set_to(clock.now() + 340 * DAY):
        assert tasks(cast.leader) == [assessment.get_absolute_url()]
        assert waiting.risks(cast.leader)[0].deadline == assessment.review_date
        assert tasks(cast.deputy) == []


def test_what_is_left_waits_to_be_confirmed_when_the_measures_are_done(cast):
    row = factories.make_decided(cast.leader, SERIOUS).rows.get()
    assert tasks(cast.leader) == []
    type(row.case).objects.filter(pk=row.case_id).update(status="closed", closed_at=clock.now())
    assert tasks(cast.leader) == [row.get_absolute_url()]
    assert tasks(cast.handler) == []
    row.refresh_from_db()
    row.confirm_residual(cast.leader, probability=1, consequence=5)
    assert tasks(cast.leader) == []


def test_an_acceptance_waits_when_it_runs_out(cast):
    row = factories.make_decided(cast.leader).rows.get()
    Acceptance.give(cast.deputy, row, reason="Det går bra", until=clock.today() + 60 * DAY)
    assert tasks(cast.deputy) == []
    with clock.set_to(clock.now() + 40 * DAY):
        assert tasks(cast.deputy) == [row.get_absolute_url()]
        assert tasks(cast.leader) == []
    row.assessment.end(cast.leader, reason="Ferdig")
    with clock.set_to(clock.now() + 40 * DAY):
        assert tasks(cast.deputy) == []


def test_it_costs_three_queries_whatever_waits(cast, django_assert_max_num_queries):
    for number in range(5):
        factories.make_assessment(cast.leader, title=f"Utkast {number}")
    with django_assert_max_num_queries(3):
        assert len(tasks(cast.leader)) == 5


# The annual wheel


def test_a_review_stands_in_the_wheel_of_the_unit_and_of_who_leads_it(cast, units):
    assessment = factories.make_decided(cast.leader, title="Beredskap")
    for user in (cast.leader, cast.reporter):
        assert [duty.url for duty in duties(user)] == [assessment.get_absolute_url()]
    assert duties(cast.outsider) == []
    assert len(duties(cast.outsider, unit=units.home_care)) == 1


def test_a_restricted_one_a_draft_and_a_replaced_one_do_not(cast, units):
    factories.make_decided(cast.leader, restricted=True, title="Skjermet")
    factories.make_assessment(cast.leader, review_date=clock.today() + 30 * DAY)
    first = factories.make_decided(cast.leader, title="To versjoner")
    second = first.revise(cast.leader)
    second.decide(cast.leader)
    assert [duty.url for duty in duties(cast.leader, everything=True)] == [second.get_absolute_url()]


def test_the_overviews_lead_to_risk(cast, login):
    html = login(cast.reporter).get("/oversikter/").content.decode()
    for address in ("/risiko/", "/risiko/oversikt/", "/risiko/dekning/", "/risiko/verdier/"):
        assert f'href="{address}"' in html
    assert 'href="/oversikter/" aria-current="true"' in login(cast.reporter).get("/risiko/").content.decode()

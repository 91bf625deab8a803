"""Unit plans and leader agreements: who, what is frozen, and what becomes of the measures (S67, S68)."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from home import waiting
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder
from results import plan_printing, plan_progress, plan_waiting
from results.models import PlanAgreement, PlanMeasure, UnitPlan
from results.models.plan_measure import proposed
from tests import factories
from tests.results.scorecards import make_goal, make_indicator, november  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("november")
DAY = datetime.timedelta(1)


@pytest.fixture
def plan(cast, units):
    return make_plan(cast, units)


def make_plan(cast, units, year=2027):
    plan = UnitPlan.begin(cast.leader, unit=units.home_care, year=year)
    plan.change(cast.leader, priorities="Komme når vi har avtalt.")
    return plan


def add(cast, plan, **facts):
    facts.setdefault("text", "Lag faste ruter")
    facts.setdefault("responsible", cast.handler)
    facts.setdefault("deadline", clock.today() + 90 * DAY)
    return PlanMeasure.add(cast.leader, plan, **facts)


def agree(cast, plan):
    plan.sign(cast.leader)
    return plan.agree(cast.director)


def test_those_who_look_after_plans_of_the_unit_begin_one_and_only_one(cast, units, plan):
    for person in (cast.reporter, cast.handler, cast.it_leader, cast.auditor):
        with pytest.raises(PermissionDenied):
            UnitPlan.begin(person, unit=units.home_care, year=2027)
    assert UnitPlan.begin(cast.quality_manager, unit=units.home_care, year=2027) == plan
    assert plan.leader == cast.leader


def test_a_draft_is_read_by_those_who_follow_the_unit_and_an_agreed_one_by_all(cast, plan):
    def readers():
        people = (cast.leader, cast.deputy, cast.director, cast.auditor, cast.reporter, cast.it_leader)
        return [person.username for person in people if UnitPlan.objects.visible_to(person).exists()]

    assert readers() == ["leader", "deputy", "director", "auditor"]
    agree(cast, plan)
    assert readers() == ["leader", "deputy", "director", "auditor", "reporter", "it_leader"]


def test_both_leaders_sign_and_nobody_else(cast, plan):
    for person in (cast.deputy, cast.director, cast.quality_manager, cast.auditor):
        with pytest.raises(PermissionDenied):
            plan.sign(person)
    with pytest.raises(ValidationError):
        plan.agree(cast.director)
    plan.sign(cast.leader)
    assert Reminder.objects.filter(user=cast.director, about__startswith="plan:agree").count() == 1
    for person in (cast.leader, cast.deputy, cast.quality_manager, cast.it_leader, cast.auditor):
        with pytest.raises(PermissionDenied):
            plan.agree(person)
    made = plan.agree(cast.director)
    assert (plan.status, made.leader_name, made.by_name) == ("agreed", str(cast.leader), str(cast.director))
    with pytest.raises(PermissionDenied):
        plan.agree(cast.director)


def test_at_the_top_the_leaders_own_signature_is_the_agreement(cast, units):
    plan = UnitPlan.begin(cast.director, unit=units.municipality, year=2027)
    plan.change(cast.director, priorities="Alt.")
    plan.sign(cast.director)
    plan.refresh_from_db()
    assert plan.status == "agreed"


def test_what_is_changed_after_the_signature_must_be_signed_again(cast, plan):
    plan.sign(cast.leader)
    add(cast, plan)
    plan.refresh_from_db()
    assert plan.signed_at is None
    with pytest.raises(ValidationError, match="sign|skrive"):
        plan.agree(cast.director)


def test_one_signs_exactly_what_one_read(cast, plan):
    shown = plan.fingerprint()
    add(cast, plan)
    with pytest.raises(StaleVersion):
        plan.sign(cast.leader, shown=shown)
    plan.sign(cast.leader, shown=plan.fingerprint())
    with pytest.raises(StaleVersion):
        plan.agree(cast.director, shown=shown)


def test_a_goal_changed_after_the_signature_stops_the_agreement(cast, units, plan):
    goal = make_goal(cast.leader, units.home_care)
    plan.sign(cast.leader)
    goal.change(cast.leader, title="Et annet mål")
    with pytest.raises(ValidationError):
        plan.agree(cast.director)


def test_an_empty_plan_or_a_measure_that_lacks_something_is_not_signed(cast, units, plan):
    plan.change(cast.leader, priorities=" ")
    with pytest.raises(ValidationError):
        plan.sign(cast.leader)
    plan.change(cast.leader, priorities="Noe.")
    add(cast, plan, responsible=None)
    with pytest.raises(ValidationError, match="Lag faste ruter"):
        plan.sign(cast.leader)


def test_agreed_its_measures_become_cases_and_it_is_frozen(cast, units, plan):
    make_indicator(cast.leader, make_goal(cast.leader, units.home_care))
    measure = add(cast, plan)
    made = agree(cast, plan)
    measure.refresh_from_db()
    case = measure.case
    assert (case.kind, case.channel, case.origin, case.handler) == ("improvement", "indicator", measure, cast.leader)
    assert [(action.text, action.responsible) for action in case.actions.all()] == [("Lag faste ruter", cast.handler)]
    assert made.is_whole and made.content["indicators"][0]["target"].startswith("85")
    for change in (
        lambda: plan.change(cast.leader, priorities="Noe annet"),
        lambda: add(cast, plan),
        lambda: measure.remove(cast.leader),
        lambda: measure.change(cast.leader, text="Noe annet"),
    ):
        with pytest.raises(ValidationError):
            change()


def test_the_agreement_is_guarded_in_the_database(cast, plan):
    agree(cast, plan)
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanAgreement.objects.update(by_name="En annen")
    with pytest.raises(DatabaseError), transaction.atomic():
        PlanAgreement.objects.all().delete()


def test_sent_back_it_says_why_and_must_be_signed_again(cast, plan):
    with pytest.raises(ValidationError):
        plan.send_back(cast.director, reason="Ikke underskrevet ennå")
    plan.sign(cast.leader)
    with pytest.raises(PermissionDenied):
        plan.send_back(cast.deputy, reason="Nei")
    with pytest.raises(ValidationError):
        plan.send_back(cast.director, reason=" ")
    plan.send_back(cast.director, reason="Mer om sykefravær.")
    assert plan.signed_at is None
    assert plan.history.first().history_change_reason == "Mer om sykefravær."
    assert Reminder.objects.filter(user=cast.leader, about__startswith="plan:back").exists()


def test_a_new_version_takes_the_place_of_the_old_and_opens_no_case_twice(cast, plan):
    add(cast, plan)
    agree(cast, plan)
    with pytest.raises(PermissionDenied):
        plan.revise(cast.reporter)
    new = plan.revise(cast.leader)
    assert plan.revise(cast.leader) == new
    add(cast, new, text="Et tiltak til")
    agree(cast, new)
    plan.refresh_from_db()
    assert (plan.status, new.number, Case.objects.count()) == ("replaced", 2, 2)
    with pytest.raises(ValidationError):
        plan.revise(cast.leader)


def test_a_plan_of_a_year_that_is_agreed_is_not_begun_again(cast, units, plan):
    agree(cast, plan)
    with pytest.raises(ValidationError):
        UnitPlan.begin(cast.leader, unit=units.home_care, year=2027)


def test_next_year_begins_with_the_texts_and_what_is_not_finished(cast, units, plan):
    add(cast, plan, text="Ferdig tiltak")
    add(cast, plan, text="Åpent tiltak")
    agree(cast, plan)
    done = plan.measures.get(text="Ferdig tiltak").case
    done.reject(cast.leader, reason="Ikke aktuelt")
    new = UnitPlan.begin(cast.leader, unit=units.home_care, year=2028, copied=True)
    assert (new.priorities, [row.text for row in new.measures.all()]) == (plan.priorities, ["Åpent tiltak"])


def test_open_cases_are_proposed_and_taken_in_once(cast, units, plan):
    risk = factories.make_case(cast.reporter, kind=Case.Kind.ROS_MEASURE, title="Fall hos bruker 90112233")
    factories.make_case(cast.reporter, title="Et vanlig avvik")
    factories.make_case(cast.outsider, kind=Case.Kind.ROS_MEASURE, title="En annen enhets")
    sealed = factories.make_case(cast.reporter, kind=Case.Kind.ROS_MEASURE, title="Skjermet", sealed=True)
    assert list(proposed(cast.leader, plan)) == [risk]
    measure = PlanMeasure.take_in(cast.leader, plan, risk)
    assert PlanMeasure.take_in(cast.leader, plan, risk) == measure
    assert "90112233" not in measure.text
    assert list(proposed(cast.leader, plan)) == []
    with pytest.raises(ValidationError):
        PlanMeasure.take_in(cast.leader, plan, sealed)
    with pytest.raises(PermissionDenied):
        PlanMeasure.take_in(cast.it_leader, plan, risk)


def test_a_case_that_is_sealed_afterwards_says_nothing_in_the_plan(cast, login, plan):
    case = factories.make_case(cast.reporter, kind=Case.Kind.ROS_MEASURE, title="Zebra i kjelleren")
    PlanMeasure.take_in(cast.leader, plan, case)
    agree(cast, plan)
    Case.objects.get(pk=case.pk).seal(cast.leader, sealed=True, reason="Helse")
    assert "Zebra" in login(cast.leader).get(plan.get_absolute_url()).content.decode()
    page = login(cast.it_leader).get(plan.get_absolute_url()).content.decode()
    assert "Zebra" not in page and case.reference not in page


def test_progress_is_that_of_the_cases(cast, units, plan):
    for number in range(3):
        add(cast, plan, text=f"Tiltak {number}", deadline=clock.today() + number * 30 * DAY)
    agree(cast, plan)
    cases = [measure.case for measure in plan.measures.order_by("deadline")]
    with clock.set_to(clock.now() + 10 * DAY):
        for action in cases[1].actions.all():
            action.complete(cast.handler, note="Gjort")
            action.evaluate(cast.leader, effect="effective", note="Virker")
        cases[1].refresh_from_db()
        cases[1].close(cast.leader, residual_probability=1, residual_consequence=1)
        found = plan_progress.progress(plan_progress.rows(plan, cast.reporter))
        assert (found.done, found.late, found.total) == (1, 1, 3)
        (standing,) = plan_progress.of(units.municipality, 2027)
        assert (standing.plan, standing.progress) == (plan, found)
        cases[2].reject(cast.leader, reason="Ikke aktuelt")
        assert plan_progress.progress(plan_progress.rows(plan, cast.reporter)).total == 2


def test_a_measure_sent_twice_is_one_and_its_goal_is_of_the_unit_or_above(cast, units, plan):
    key = uuid.uuid4()
    assert add(cast, plan, key=key) == add(cast, plan, key=key)
    above = make_goal(cast.director, units.municipality)
    assert add(cast, plan, goal=above).goal == above
    with pytest.raises(ValidationError):
        add(cast, plan, goal=make_goal(cast.it_leader, units.it))
    with pytest.raises(ValidationError):
        add(cast, plan, deadline=clock.today() - DAY)


def test_it_waits_for_who_signs(cast, plan):
    def tasks(person):
        return [task.url for task in waiting.goals(person)]

    assert (tasks(cast.leader), tasks(cast.director)) == ([plan.get_absolute_url()], [])
    plan.sign(cast.leader)
    assert (tasks(cast.leader), tasks(cast.director)) == ([], [plan.get_absolute_url()])
    assert plan_waiting.to_agree(cast.deputy) == plan_waiting.to_agree(cast.it_leader) == []


def test_the_pages_of_a_plan_from_draft_to_agreed(cast, units, login):
    leader, director = login(cast.leader), login(cast.director)
    at = "/resultater/virksomhetsplan/"
    made = leader.post(f"{at}ny/", {"unit": units.home_care.pk, "year": 2027})
    plan = UnitPlan.objects.get()
    assert made.url == plan.get_absolute_url()
    texts = {
        "version": plan.version,
        "leader": "leader",
        "priorities": "Komme i tide.",
        "commitment": "",
        "support": "",
    }
    assert leader.post(f"{made.url}endre/", texts).status_code == 302
    assert leader.post(f"{made.url}endre/", texts).status_code == 409
    facts = {"text": "Ruter", "responsible": "handler", "deadline": "2027-03-01", "probability": 3, "consequence": 2}
    assert leader.post(f"{made.url}tiltak/ny/", facts).status_code == 302
    shown = leader.get(f"{made.url}underskriv/").context["form"].initial["shown"]
    leader.post(f"{made.url}underskriv/", {"shown": shown})
    assert director.post(f"{made.url}avtal/", {"shown": "0" * 64}).status_code == 409
    director.post(f"{made.url}avtal/", {"shown": shown})
    plan.refresh_from_db()
    assert plan.status == "agreed"
    assert shown in leader.get(f"{made.url}avtale/").content.decode()
    assert leader.get(f"{made.url}underskriv/").status_code == 403
    pdf = leader.get(f"{made.url}pdf/")
    assert pdf.content.startswith(b"%PDF")


def test_an_agreed_plan_says_who_signed_it(cast, login, plan):
    agree(cast, plan)
    page = login(cast.reporter).get(plan.get_absolute_url()).content.decode()
    assert f"{cast.leader} og {cast.director}" in page or f"{cast.leader} and {cast.director}" in page


def test_the_printout_has_both_signatures_and_the_checksum(cast, plan):
    add(cast, plan)
    assert str(cast.director) in str(plan_printing.printout(plan, reader=cast.leader))
    made = agree(cast, plan)
    plan.refresh_from_db()
    text = str(plan_printing.printout(UnitPlan.objects.get(pk=plan.pk), reader=cast.reporter))
    assert made.sha256 in text and "Lag faste ruter" in text


def test_the_queries_of_a_plan_do_not_grow_with_its_measures(cast, login, units, plan):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(plan.get_absolute_url()).status_code == 200
        return len(captured)

    client = login(cast.leader)
    add(cast, plan)
    agree(cast, plan)
    queries()
    first = queries()
    new = plan.revise(cast.leader)
    for number in range(6):
        add(cast, new, text=f"Tiltak {number}")
    agree(cast, new)
    plan = new
    assert queries() <= first + 1  # and the link to the version before

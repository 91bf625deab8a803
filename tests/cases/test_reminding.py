"""Reminders of deadlines in cases (G20): when, who, once, and never of what is done."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import reminding
from cases.models import Action, Case
from home import periodic
from organisation import clock
from organisation.absence import Absence
from organisation.mail import Mail
from organisation.reminders import Reminder, occasion
from tests import factories

pytestmark = pytest.mark.django_db


def in_days(number: int) -> datetime.date:
    return clock.today() + datetime.timedelta(number)


@pytest.fixture
def case(cast) -> Case:
    """A case whose own deadline is far away."""
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    case.assess(cast.leader, probability=2, consequence=2, handler=cast.handler, deadline=in_days(300))
    return case


def told() -> list[tuple[str, str]]:
    """Who was told of what, without numbers and days."""
    return [(row.user.username, row.about.split(":")[0]) for row in Reminder.objects.order_by("pk")]


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (8, ""), (7, "week"), (2, "week"), (1, "day"), (0, "day"), (-1, "late-1"), (-7, "late-1"), (-8, "late-2"),
        (-15, "late-3"), (-400, "late-58"),
    ],
)  # fmt: skip
def test_the_occasions(left, said):
    today = datetime.date(2026, 11, 30)
    assert occasion(today + datetime.timedelta(left), today) == said


def test_each_occasion_of_a_measure_is_told_once(case, cast):
    factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(10))
    numbers = []
    for day in range(32):
        with clock.set_to(clock.now() + datetime.timedelta(day)):
            numbers.append(reminding.remind_due() + reminding.remind_due())
    assert [day for day, number in enumerate(numbers) if number] == [3, 9, 11, 18, 25]
    assert set(told()) == {("colleague", "action")}
    assert max(numbers) == 1


def test_the_mail_says_reference_and_link_only(case, cast):
    factories.make_action(case, cast.leader, cast.colleague, text="Hemmelig tiltak", deadline=in_days(1))
    Mail.objects.all().delete()
    reminding.remind_due()
    mail = Mail.objects.get()
    assert case.reference in mail.subject and f"/saker/{case.reference}/" in mail.body
    assert "Hemmelig" not in mail.subject + mail.body and case.title not in mail.subject + mail.body


def test_a_new_deadline_is_a_new_occasion(case, cast):
    action = factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    reminding.remind_due()
    action.change(cast.leader, deadline=in_days(0))
    reminding.remind_due()
    assert told() == [("colleague", "action")] * 2


def test_nothing_is_said_of_what_is_done_dropped_or_ended(case, cast):
    dropped = factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    dropped.cancel(cast.leader, reason="Ikke nødvendig")
    done = factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    done.complete(cast.colleague, note="Ferdig")
    other = factories.make_case_with_cause(cast.reporter, cast.leader)
    factories.make_action(other, cast.leader, cast.colleague, deadline=in_days(1))
    other.reject(cast.leader, reason="Hører ikke hjemme her.")
    assert reminding.remind_due() == 0


def test_the_deputy_of_who_is_away_is_told(case, cast):
    factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    today = clock.today()
    Absence.begin(cast.colleague, person=cast.colleague, deputy=cast.outsider, first_day=today, last_day=today)
    before = set(Reminder.objects.values_list("pk", flat=True))
    reminding.remind_due()
    assert [row.user for row in Reminder.objects.exclude(pk__in=before)] == [cast.outsider]


def done_action(case, cast, **plan) -> Action:
    plan.setdefault("deadline", in_days(0))
    action = factories.make_action(case, cast.leader, plan.pop("responsible", cast.colleague), **plan)
    action.complete(action.responsible, note="Ferdig")
    return action


def test_the_effect_is_asked_of_the_evaluator_or_the_handler(case, cast):
    done_action(case, cast, evaluation_date=in_days(1), evaluator=cast.deputy)
    done_action(case, cast, evaluation_date=in_days(1))
    reminding.remind_due()
    assert told() == [("deputy", "evaluation"), ("handler", "evaluation")]


def test_the_effect_is_never_asked_of_who_did_it(case, cast):
    done_action(case, cast, evaluation_date=in_days(1), responsible=cast.handler)
    reminding.remind_due()
    assert sorted(told()) == [("deputy", "evaluation"), ("leader", "evaluation")]


def test_an_evaluated_effect_is_not_asked_for(case, cast):
    action = done_action(case, cast, evaluation_date=in_days(1))
    action.evaluate(cast.leader, effect=Action.Effect.EFFECTIVE, note="Stikkprøve")
    assert reminding.remind_due() == 0


def test_the_case_is_asked_of_its_handler_or_the_leaders(cast):
    factories.make_case(cast.reporter)
    handled = factories.make_assessed_case(cast.reporter, cast.leader)
    handled.set_handler(cast.leader, handler=cast.handler)
    with clock.set_to(clock.now() + datetime.timedelta(29)):
        reminding.remind_due()
    assert sorted(told()) == [("deputy", "case"), ("handler", "case"), ("leader", "case")]


def test_what_is_not_sorted_is_not_reminded_of(units):
    factories.make_outside_case(units.municipality)
    with clock.set_to(clock.now() + datetime.timedelta(40)):
        assert reminding.remind_due() == 0


def test_a_sealed_case_is_told_to_nobody_who_may_not_read_it(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader, sealed=True)
    case.assess(cast.leader, probability=2, consequence=2, handler=cast.leader, deadline=in_days(300))
    factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    today = clock.today()
    Absence.begin(cast.colleague, person=cast.colleague, deputy=cast.outsider, first_day=today, last_day=today)
    before = set(Reminder.objects.values_list("pk", flat=True))
    reminding.remind_due()
    assert [row.user for row in Reminder.objects.exclude(pk__in=before)] == [cast.colleague]


def test_questions_do_not_grow_with_the_measures(case, cast):
    def number(days: int) -> int:
        with CaptureQueriesContext(connection) as asked, clock.set_to(clock.now() + datetime.timedelta(days)):
            reminding.remind_due()
        return len(asked)

    for _number in range(2):
        factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    before = number(0)
    for _number in range(6):
        factories.make_action(case, cast.leader, cast.colleague, deadline=in_days(1))
    assert number(2) <= before


def test_it_is_among_the_periodic_jobs():
    assert ("deadlines in cases", reminding.remind_due) in periodic.JOBS

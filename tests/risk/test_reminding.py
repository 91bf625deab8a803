"""Reviews of assessments and acceptances that run out: who is told, when, and what the mail does not say."""

import datetime

import pytest

from organisation import clock
from organisation.models import Absence, Mail, Reminder, User
from risk.models import Acceptance, Link
from risk.reminding import occasion, remind_due
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


def told_after(days):
    with clock.set_to(clock.now() + days * DAY):
        remind_due()
    return list(Reminder.objects.filter(about__startswith="risk-").order_by("pk"))


@pytest.mark.parametrize(
    ("left", "expected"),
    [(31, ""), (30, "before"), (1, "before"), (0, "late0"), (-29, "late0"), (-30, "late1"), (-95, "late3")],
)
def test_when(left, expected):
    today = datetime.date(2026, 6, 1)
    assert occasion(today + left * DAY, today) == expected


def test_who_leads_it_is_told_once_each_time(cast):
    factories.make_decided(cast.leader, title="Beredskap")
    review = 365
    assert told_after(review - 40) == []
    assert [one.user for one in told_after(review - 20)] == [cast.leader]
    assert len(told_after(review - 10)) == 1
    assert len(told_after(review + 10)) == 2
    assert len(told_after(review + 40)) == 3
    assert "Beredskap" in Reminder.objects.first().subject


def test_a_mail_goes_out_and_says_no_more_than_the_title(cast):
    factories.make_decided(cast.leader, {"threat": "Trusselen"}, review_date=None, title="Beredskap")
    assessment = factories.make_assessment(cast.leader, rows=1, title="Om en uke")
    assessment.decide(cast.leader, review_date=clock.today() + 7 * DAY)
    assert remind_due() == 1
    mail = Mail.objects.get()
    assert assessment.get_absolute_url() in mail.body
    assert "Trussel" not in mail.body
    assert remind_due() == 0


def test_a_restricted_one_is_not_named_and_not_told_to_the_deputy(cast):
    factories.make_decided(cast.leader, title="Hemmelig sak", restricted=True)
    day = clock.today() + 350 * DAY
    Absence.begin(cast.leader, person=cast.leader, deputy=cast.colleague, first_day=day, last_day=day + 10 * DAY)
    (reminder,) = told_after(350)
    assert reminder.user == cast.leader
    assert "Hemmelig" not in reminder.subject + reminder.about


def test_the_deputy_is_told_while_the_leader_is_away(cast):
    factories.make_decided(cast.leader)
    day = clock.today() + 350 * DAY
    Absence.begin(cast.leader, person=cast.leader, deputy=cast.colleague, first_day=day, last_day=day + 10 * DAY)
    assert [one.user for one in told_after(350)] == [cast.colleague]


def test_the_leader_of_the_unit_is_told_when_who_led_it_has_left(cast):
    assessment = factories.make_assessment(cast.handler, rows=1)
    assessment.decide(cast.leader)
    User.objects.filter(pk=cast.handler.pk).update(is_active=False)
    assert [one.user for one in told_after(350)] == [cast.leader]


def test_drafts_replaced_and_ended_ones_are_not_reminded_of(cast):
    factories.make_assessment(cast.leader, rows=1)
    factories.make_decided(cast.leader, title="Ferdig").end(cast.leader, reason="Ferdig")
    assert told_after(400) == []


def test_who_accepted_a_risk_is_told_before_it_runs_out(cast):
    row = factories.make_decided(cast.leader, {"threat": "Hemmelig"}).rows.get()
    acceptance = Acceptance.give(cast.deputy, row, reason="Det går bra", until=clock.today() + 60 * DAY)
    assert told_after(20) == []
    (reminder,) = told_after(40)
    assert (reminder.user, "Hemmelig" in reminder.subject) == (cast.deputy, False)
    acceptance.withdraw(cast.leader)
    assert len(told_after(70)) == 1


def test_deviations_that_repeat_are_told_once_for_each_three(cast, handbook):
    page = factories.make_procedure(handbook, cast.editor, owner_unit=cast.leader.unit)
    row = factories.make_decided(cast.leader).rows.get()
    Link.tie(cast.leader, row, page=page)

    def told_when(number):
        for _time in range(number):
            factories.make_case(cast.reporter, page=page)
        return [one.user for one in told_after(0)]

    assert told_when(2) == []
    assert told_when(1) == [cast.leader]
    assert told_when(2) == [cast.leader]
    assert told_when(1) == [cast.leader] * 2


def test_deviations_that_are_considered_are_not_told(cast, handbook):
    page = factories.make_procedure(handbook, cast.editor, owner_unit=cast.leader.unit)
    row = factories.make_decided(cast.leader).rows.get()
    Link.tie(cast.leader, row, page=page)
    for _time in range(3):
        factories.make_case(cast.reporter, page=page)
    row.settle_repeats(cast.leader, reason="Samme hendelse")
    assert told_after(0) == []

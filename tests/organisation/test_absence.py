"""Deputies (G3): rights and new tasks follow the days of an absence, and nobody takes another's by themselves."""

import datetime

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from cases.models import Entry, Notice
from home import waiting
from organisation import absence, clock
from organisation.absence import Absence
from organisation.models import Reminder, RoleAssignment, User
from organisation.roles import Right
from tests import factories

DAY = datetime.timedelta(days=1)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def away(person: User, deputy: User, first: int = 0, last: int = 5, by: User | None = None) -> Absence:
    today = clock.today()
    return Absence.begin(
        by or person, person=person, deputy=deputy, first_day=today + first * DAY, last_day=today + last * DAY
    )


# Rights


def test_the_rights_come_and_go_with_the_days(cast, units):
    away(cast.leader, cast.outsider, 2, 3)
    now = clock.now()
    for days, has in ((0, False), (1, False), (2, True), (3, True), (4, False)):
        with time_machine.travel(now + days * DAY, tick=False):
            assert fresh(cast.outsider).has_right(Right.HANDLE_CASES, units.home_care) is has, days


def test_the_rights_cost_one_query_also_for_a_deputy(cast, units, django_assert_num_queries):
    away(cast.leader, cast.outsider)
    away(cast.quality_manager, cast.outsider)
    deputy = fresh(cast.outsider)
    with django_assert_num_queries(1):
        assert deputy.has_right(Right.HANDLE_CASES, units.home_care)
        assert deputy.has_right(Right.MANAGE_SYSTEM, units.municipality)


@pytest.mark.parametrize("who", ["administrator", "auditor"])
def test_what_is_held_in_person_is_never_lent(cast, who):
    away(getattr(cast, who), cast.outsider)
    assert fresh(cast.outsider)._held == []


def test_a_role_that_has_run_out_is_not_lent(cast, units):
    RoleAssignment.objects.filter(user=cast.leader).update(valid_to=clock.today() - DAY)
    away(cast.leader, cast.outsider)
    assert not fresh(cast.outsider).has_right(Right.HANDLE_CASES)


def test_nothing_is_lent_by_who_has_left(cast):
    away(cast.leader, cast.outsider)
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    assert not fresh(cast.outsider).has_right(Right.HANDLE_CASES)


def test_the_deputy_enters_the_admin_only_while_the_absence_lasts(cast, login):
    found = away(cast.process_owner, cast.outsider)
    assert login(fresh(cast.outsider)).get("/admin/").status_code == 200
    found.end(cast.process_owner)
    assert login(fresh(cast.outsider)).get("/admin/").status_code != 200


def test_history_names_who_acted_and_not_who_is_away(cast):
    case = factories.make_case(cast.reporter)
    away(cast.leader, cast.outsider)
    case.assess(fresh(cast.outsider), probability=2, consequence=2)
    assert case.entries.get(event=Entry.Event.ASSESSED).author == cast.outsider
    assert case.history.first().actor_label == cast.outsider.get_full_name()


# New tasks


def test_a_case_given_to_who_is_away_goes_to_the_deputy_and_says_so(cast):
    case = factories.make_case(cast.reporter)
    away(cast.handler, cast.deputy)
    case.set_handler(cast.leader, handler=cast.handler)
    assert case.handler == cast.deputy
    assert "Handler Testesen" in case.entries.get(kind=Entry.Kind.NOTE).text
    notice = Notice.objects.get(user=cast.deputy, kind=Notice.Kind.ASSIGNED)
    assert notice.stands_in_for == cast.handler
    assert not Notice.objects.filter(user=cast.handler, kind=Notice.Kind.ASSIGNED).exists()
    assert "Handler Testesen" in waiting.cases_waiting(fresh(cast.deputy))[0].about


def test_assessing_does_not_take_the_case_from_who_has_it(cast):
    case = factories.make_assessed_case(cast.reporter, cast.handler)
    away(cast.handler, cast.deputy)
    case.assess(cast.leader, probability=2, consequence=2)
    assert case.handler == cast.handler


def test_a_measure_goes_to_the_deputy_and_the_evaluator_is_replaced_too(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    away(cast.colleague, cast.deputy)
    away(cast.handler, cast.quality_manager)
    action = factories.make_action(case, cast.leader, cast.colleague, evaluator=cast.handler)
    assert (action.responsible, action.evaluator) == (cast.deputy, cast.quality_manager)
    assert "Colleague Testesen" in case.entries.get(kind=Entry.Kind.NOTE).text
    assert "Colleague Testesen" in waiting.measures(cast.deputy)[0][0].about


def test_changing_the_dates_of_a_measure_keeps_who_has_it(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.colleague)
    away(cast.colleague, cast.deputy)
    action.change(cast.leader, deadline=clock.today() + 3 * DAY)
    assert action.responsible == cast.colleague


def test_a_measure_can_not_reach_one_person_as_both_responsible_and_evaluator(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    away(cast.colleague, cast.handler)
    with pytest.raises(ValidationError) as refused:
        factories.make_action(case, cast.leader, cast.colleague, evaluator=cast.handler)
    assert "evaluator" in refused.value.message_dict


def test_a_new_case_waits_for_the_deputy_of_the_leader(cast):
    away(cast.leader, cast.outsider)
    case = factories.make_case(cast.reporter)
    assert Notice.objects.get(user=cast.outsider, case=case).stands_in_for == cast.leader
    assert case.reference in waiting.cases_waiting(fresh(cast.outsider))[0].title
    assert "Leader Testesen" in waiting.cases_waiting(fresh(cast.outsider))[0].about


def test_who_is_asked_as_well_is_told_once_as_themselves(cast):
    away(cast.leader, cast.deputy)
    case = factories.make_case(cast.reporter)
    assert Notice.objects.get(user=cast.deputy, case=case).stands_in_for is None


def test_that_somebody_is_away_is_not_told_to_every_reader_of_the_case(cast, login):
    case = factories.make_case(cast.reporter)
    away(cast.handler, cast.deputy)
    case.set_handler(cast.leader, handler=cast.handler)
    assert "Handler Testesen" in login(cast.leader).get(case.get_absolute_url()).content.decode()
    for reader in (cast.reporter, cast.outsider):
        assert "Handler Testesen" not in login(reader).get(case.get_absolute_url()).content.decode()


def test_messages_are_no_tasks_and_reach_the_person(cast):
    case = factories.make_case(cast.reporter)
    away(cast.reporter, cast.outsider)
    case.say(cast.leader, "Takk, vi ser på det.")
    assert Notice.objects.filter(user=cast.reporter, kind=Notice.Kind.MESSAGE).exists()
    assert not Notice.objects.filter(user=cast.outsider, case=case).exists()


def test_a_deputy_who_has_left_leaves_the_task_with_the_person(cast):
    away(cast.handler, cast.deputy)
    User.objects.filter(pk=cast.deputy.pk).update(is_active=False)
    assert absence.stand_in(cast.handler) == cast.handler


# Who may say it


@pytest.mark.parametrize("who", ["outsider", "colleague", "it_leader", "process_owner", "auditor", "quality_manager"])
def test_nobody_names_a_deputy_for_somebody_else(cast, who):
    with pytest.raises(PermissionDenied):
        away(cast.reporter, cast.handler, by=getattr(cast, who))
    assert not Absence.objects.exists()


@pytest.mark.parametrize("who", ["leader", "deputy", "director", "administrator"])
def test_leaders_and_administrators_say_it_for_their_people(cast, who):
    found = away(cast.reporter, cast.handler, by=getattr(cast, who))
    assert found.history.first().actor_label == getattr(cast, who).get_full_name()
    assert Reminder.objects.filter(user=cast.reporter, about=f"absence:{found.pk}").exists()


def test_a_leader_can_not_take_the_rights_of_somebody_by_naming_themselves(cast):
    with pytest.raises(PermissionDenied):
        away(cast.process_owner, cast.it_leader, by=cast.it_leader)


def test_the_outsider_neither_sees_nor_ends_it(cast, login):
    found = away(cast.leader, cast.deputy)
    client = login(cast.outsider)
    assert client.post(f"/fravaer/{found.pk}/avslutt/").status_code == 404
    assert "Leader Testesen" not in client.get("/fravaer/").content.decode()
    with pytest.raises(PermissionDenied):
        found.end(cast.outsider)


def test_the_deputy_sees_it_but_does_not_end_it(cast, login):
    found = away(cast.handler, cast.colleague)
    assert login(cast.colleague).post(f"/fravaer/{found.pk}/avslutt/").status_code == 403
    assert Absence.objects.current().exists()


def test_an_outsider_gets_no_field_for_another_person_and_a_forged_one_is_ignored(cast, login):
    today = clock.today()
    days = {"first_day": today.isoformat(), "last_day": today.isoformat()}
    login(cast.outsider).post("/fravaer/nytt/", {"person": "leader", "deputy": "it_leader", **days})
    assert Absence.objects.get().person == cast.outsider


# What can't work


def refusal(*args: object, **kwargs: object) -> dict[str, list[str]]:
    with pytest.raises(ValidationError) as refused:
        away(*args, **kwargs)  # type: ignore[arg-type]
    return refused.value.message_dict


def test_a_start_in_the_past_is_refused_at_the_field(cast):
    assert "first_day" in refusal(cast.leader, cast.deputy, -1, 2)


def test_an_end_before_the_start_is_refused_at_the_field(cast):
    assert "last_day" in refusal(cast.leader, cast.deputy, 3, 2)


def test_overlapping_days_are_refused_at_the_field(cast):
    away(cast.leader, cast.deputy, 2, 4)
    assert "first_day" in refusal(cast.leader, cast.handler, 4, 8)


def test_one_can_not_be_ones_own_deputy(cast):
    assert "deputy" in refusal(cast.leader, cast.leader)


def test_a_deputy_without_account_is_refused(cast):
    cast.deputy.is_active = False
    cast.deputy.save()
    assert "deputy" in refusal(cast.leader, cast.deputy)


def test_a_deputy_who_is_away_is_refused(cast):
    away(cast.deputy, cast.handler, 3, 9)
    assert "deputy" in refusal(cast.leader, cast.deputy, 0, 3)


def test_who_stands_in_can_not_go_away_in_these_days(cast):
    away(cast.leader, cast.deputy, 0, 3)
    assert "first_day" in refusal(cast.deputy, cast.handler, 2, 5)


def test_the_database_refuses_the_impossible_too(cast):
    today = clock.today()
    for facts in (
        {"deputy": cast.deputy, "first_day": today, "last_day": today - DAY},
        {"deputy": cast.leader, "first_day": today, "last_day": today},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Absence.objects.create(person=cast.leader, **facts)


def test_the_form_says_it_beside_the_field_and_keeps_what_was_typed(cast, login):
    away(cast.leader, cast.deputy)
    today = clock.today().isoformat()
    answer = login(cast.leader).post(
        "/fravaer/nytt/", {"person": "leader", "deputy": "handler", "first_day": today, "last_day": today}
    )
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"first_day"}
    assert 'value="handler"' in answer.content.decode()


def test_a_double_click_makes_one(cast):
    assert away(cast.leader, cast.deputy) == away(cast.leader, cast.deputy)
    assert Absence.objects.count() == 1


def test_ending_is_kept_and_opens_the_days_again(cast, login):
    found = away(cast.leader, cast.deputy)
    assert login(cast.leader).get(f"/fravaer/{found.pk}/avslutt/").status_code == 200
    login(cast.leader).post(f"/fravaer/{found.pk}/avslutt/")
    found.refresh_from_db()
    assert found.ended_at is not None and found.history.count() == 2
    with pytest.raises(ValidationError):
        found.end(cast.leader)
    with pytest.raises(ValidationError):
        found.delete()
    away(cast.leader, cast.handler)


def test_the_list_costs_the_same_with_many(cast, login, django_assert_max_num_queries):
    client = login(cast.leader)
    for number in range(0, 40, 2):
        away(cast.leader, cast.deputy, number, number + 1)
    with django_assert_max_num_queries(10):
        assert client.get("/fravaer/").status_code == 200


def test_my_page_says_who_stands_in(cast, login):
    away(cast.leader, cast.deputy)
    assert "Deputy Testesen" in login(cast.leader).get("/min-side/").content.decode()
    assert "Leader Testesen" in login(cast.deputy).get("/min-side/").content.decode()

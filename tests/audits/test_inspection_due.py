"""What is due in inspections and self-checks: reminders, what waits for a person, the annual wheel, and the summary."""

import datetime

import pytest
from django.core.management import call_command

from audits import authority_register, inspection_summary
from audits.inspection_reminding import remind_due
from audits.models import Authority, Inspection
from cases.models import Case
from home import overviews, waiting
from home.periodic import JOBS
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from organisation.models import Absence, Mail, Reminder, User
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


def told_after(days):
    with clock.set_to(clock.now() + days * DAY):
        remind_due()
    found = Reminder.objects.exclude(about__contains="sent").exclude(about__contains="responsible")
    return list(found.filter(about__regex="^(inspection|self-check):").order_by("pk"))


def test_an_answer_is_reminded_of_before_and_after_its_day(cast):
    factories.make_reported(cast.leader, days=20)
    assert told_after(10) == []
    assert [len(told_after(days)) for days in (14, 15, 19, 21, 22, 28)] == [1, 1, 2, 3, 3, 4]
    assert {reminder.user for reminder in Reminder.objects.filter(about__contains="answer_deadline")} == {cast.leader}


def test_answered_nobody_is_reminded(cast):
    inspection = factories.make_reported(cast.leader, days=3)
    inspection.write_answer(cast.leader, text="Svar", day=clock.today())
    assert told_after(30) == []


def test_the_mail_says_where_and_nothing_of_the_findings(cast):
    inspection = factories.make_reported(cast.leader, {"words": "Hemmelig funn"}, days=3)
    assert remind_due() == 1
    mail = Mail.objects.get(subject__contains="Vold og trusler")
    assert inspection.get_absolute_url() in mail.body and "Hemmelig" not in mail.body


def test_a_restricted_one_is_not_named_and_not_told_to_the_deputy(cast):
    factories.make_reported(cast.leader, days=3, title="Hemmelig tilsyn", restricted=True)
    today = clock.today()
    Absence.begin(cast.leader, person=cast.leader, deputy=cast.colleague, first_day=today, last_day=today + 9 * DAY)
    (reminder,) = told_after(1)
    assert reminder.user == cast.leader and "Hemmelig" not in reminder.subject + reminder.about


def test_who_stands_in_and_who_leads_when_the_responsible_is_gone(cast):
    inspection = factories.make_reported(cast.leader, days=3, responsible=cast.handler)
    today = clock.today()
    Absence.begin(cast.handler, person=cast.handler, deputy=cast.colleague, first_day=today, last_day=today + DAY)
    assert [reminder.user for reminder in told_after(0)] == [cast.colleague]
    User.objects.filter(pk=cast.handler.pk).update(is_active=False)
    assert told_after(10)[-1].user == cast.leader
    assert inspection.responsible == cast.handler


def test_a_visit_and_the_councils_day_are_reminded_of(cast):
    today = clock.today()
    factories.make_inspection(cast.leader, title="Besøk", visit_from=today + 5 * DAY)
    control = factories.make_inspection(cast.quality_manager, kind="municipal", title="Revisjon")
    control.record_report(cast.quality_manager, report_date=today)
    control.record_council(cast.quality_manager, day=today, resolution="Vedtak", report_back=today + 6 * DAY)
    assert {(reminder.user, reminder.url) for reminder in told_after(0)} == {
        (cast.leader, Inspection.objects.get(title="Besøk").get_absolute_url()),
        (cast.quality_manager, control.get_absolute_url()),
    }


def test_leaders_are_reminded_until_they_have_signed(cast, units):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care, days=10)
    assert told_after(1) == []
    assert {reminder.user for reminder in told_after(5)} == {cast.leader, cast.deputy}
    assert len(told_after(12)) == 4
    with clock.set_to(clock.now() + 12 * DAY):
        factories.answer_sheet(sheet, cast.leader, "yes", "yes")
        sheet.sign(cast.leader)
    assert len(told_after(30)) == 4


def test_a_closed_round_reminds_nobody(cast, units):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care, days=3)
    sheet.check_of.close(cast.quality_manager, conclusion="Nok svar")
    assert told_after(5) == []


def test_it_runs_by_the_clock():
    assert dict(JOBS)["inspections and self-checks"] is remind_due


def test_what_waits_for_a_person(cast, units):
    today = clock.today()
    inspection = factories.make_reported(cast.leader, days=9, their_reference="2026/1")
    factories.make_inspection(cast.leader, title="Besøk", visit_from=today + 5 * DAY)
    factories.make_inspection(cast.leader, title="Langt fram", visit_from=today + 50 * DAY)
    sheet = factories.make_sheet(cast.quality_manager, units.home_care, days=4)
    tasks = waiting.controls(cast.leader)
    assert {task.url for task in tasks} == {
        inspection.get_absolute_url(),
        Inspection.objects.get(title="Besøk").get_absolute_url(),
        sheet.get_absolute_url(),
    }
    assert {task.deadline for task in tasks} == {today + 9 * DAY, today + 5 * DAY, today + 4 * DAY}
    assert [task.url for task in waiting.controls(cast.deputy)] == [sheet.get_absolute_url()]
    assert waiting.controls(cast.reporter) == waiting.controls(cast.it_leader) == []


def test_the_wheel_has_them_as_far_as_they_may_be_read(cast, units):
    today = clock.today()
    factories.make_reported(cast.leader, title="Åpent", days=9)
    factories.make_reported(cast.leader, title="Skjermet", days=9, restricted=True)
    factories.make_inspection(cast.leader, title="Varslet", visit_from=today + DAY)
    sheet = factories.make_sheet(cast.quality_manager, units.home_care, days=4)

    def duties(user):
        return gather(Scope(user, today, today + 30 * DAY, everything=True), Kind.INSPECTION)

    of_leader = duties(cast.leader)
    assert [duty.date for duty in of_leader] == [today + DAY, today + 4 * DAY, today + 9 * DAY]
    assert [duty.url for duty in duties(cast.outsider)] == [Inspection.objects.get(title="Åpent").get_absolute_url()]
    assert not any("Skjermet" in duty.title for duty in of_leader)
    assert not any("Varslet" in duty.outside or "Internkontroll" in duty.outside for duty in of_leader)
    assert {duty.done for duty in of_leader} == {False, None}
    factories.answer_sheet(sheet, cast.leader, "yes", "yes")
    sheet.sign(cast.leader)
    assert next(duty for duty in duties(cast.leader) if duty.date == today + 4 * DAY).done


def test_the_overviews_lead_to_the_three_kinds(cast):
    urls = {overview.url for group in overviews.groups(cast.reporter) for overview in group.overviews}
    assert urls >= {"/revisjoner/tilsyn/", "/revisjoner/egenkontroll/", "/revisjoner/internkontroll/"}


def test_the_summary_counts_as_a_slow_count_does(cast, units):
    today = clock.today()
    factories.make_reported(cast.leader, {}, {"grade": "remark"}, title="Åpent", days=3)
    factories.make_reported(cast.leader, {}, title="Skjermet", restricted=True)
    factories.make_reported(cast.it_leader, {}, title="En annens")
    factories.make_inspection(cast.leader, title="Gammelt", notice_date=today - 400 * DAY)
    factories.make_inspection(cast.leader, kind="municipal")
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    factories.answer_sheet(sheet, cast.leader, "no", "yes")
    sheet.sign(cast.leader)
    factories.make_sheet(cast.quality_manager, units.zone)
    summary = inspection_summary.of(units.home_care, today - 10 * DAY, today)
    assert (summary.state.number, summary.municipal.number, summary.restricted) == (2, 1, 2)
    assert summary.state.findings == {"law_breach": 2, "remark": 1}
    assert (summary.state.found, summary.state.law_breaches, summary.municipal.found) == (3, 2, 0)
    cases = [case for case in Case.objects.filter(kind="inspection_finding") if case.unit == units.home_care]
    assert summary.open_cases == sum(case.is_open for case in cases) == 3
    assert (summary.asked, summary.signed, summary.failed) == (2, 1, 1)
    (row,) = summary.rows
    assert (row.title, row.date, row.who, row.findings, row.open_cases) == ("Åpent", today, "Arbeidstilsynet", 2, 2)
    assert (row.answer_by, row.answered) == (today + 3 * DAY, None)
    assert (summary.state.answers_due, summary.state.answers_late) == (2, 0)
    with clock.set_to(clock.now() + 5 * DAY):
        later = inspection_summary.of(units.home_care, today, today)
    assert (later.state.answers_late, later.late_cases) == (1, 2)
    whole = inspection_summary.of(units.municipality, today - 10 * DAY, today)
    assert whole.state.number == 3 and {row.title for row in whole.rows} == {"Åpent", "En annens"}


def test_a_draft_of_a_finding_is_not_counted(cast, units):
    inspection = factories.make_inspection(cast.leader)
    factories.make_inspection_finding(inspection, cast.leader)
    summary = inspection_summary.of(units.home_care, clock.today() - 10 * DAY, clock.today())
    assert (summary.state.number, summary.state.found) == (1, 0)


def test_a_closed_self_check_is_named_and_one_under_way_is_not(cast, units):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    factories.answer_sheet(sheet, cast.leader, "no", "yes")
    sheet.sign(cast.leader)
    day = clock.today()
    assert inspection_summary.of(units.home_care, day, day).checks == []
    sheet.check_of.close(cast.quality_manager, conclusion="En sak å følge opp.")
    (row,) = inspection_summary.of(units.home_care, day, day).checks
    assert (row.title, row.asked, row.signed, row.failed) == (sheet.check_of.title, 1, 1, 1)


@pytest.mark.parametrize("number", [1, 5])
def test_the_summary_takes_a_fixed_number_of_queries(cast, units, number, django_assert_num_queries):
    for _time in range(number):
        factories.make_reported(cast.leader)
    with django_assert_num_queries(9):
        inspection_summary.of(units.municipality, clock.today(), clock.today())


def test_authorities_come_with_the_product_and_what_is_there_is_left_alone():
    Authority.objects.create(name="Arbeidstilsynet", fields="Vårt eget")
    for _time in range(2):
        call_command("load_authorities", verbosity=0)
    assert Authority.objects.count() == len(authority_register.authorities())
    assert Authority.objects.get(name="Arbeidstilsynet").fields == "Vårt eget"


@pytest.mark.parametrize(("who", "opens"), [("quality_manager", True), ("administrator", True), ("editor", False)])
def test_the_register_of_authorities_in_the_admin(cast, login, who, opens):
    status = login(getattr(cast, who)).get("/admin/audits/authority/").status_code
    assert (status == 200) is opens


def test_the_register_of_inspections_in_the_admin_shows_only_what_may_be_read(cast, login):
    hidden = factories.make_inspection(cast.it_leader, title="Skjult")
    factories.RoleAssignment.objects.create(user=cast.leader, unit=cast.leader.unit, role="quality_editor")
    client = login(User.objects.get(pk=cast.leader.pk))
    assert "Skjult" not in client.get("/admin/audits/inspection/").content.decode()
    assert client.get(f"/admin/audits/inspection/inspect/{hidden.pk}/").status_code in (302, 403, 404)
    manager = login(cast.quality_manager)
    assert "Skjult" in manager.get("/admin/audits/inspection/").content.decode()

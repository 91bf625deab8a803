"""A round of self-checks: questions, sending, answering, signing, opening again, closing, and what is refused."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits import self_check_result
from audits.models import CheckQuestion, SelfCheck, SheetAnswer
from cases.models import Case
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


@pytest.fixture
def sheet(cast, units):
    return factories.make_sheet(cast.quality_manager, units.home_care)


def test_the_units_are_asked_once_and_their_leaders_told(cast, units):
    check = factories.make_self_check(cast.quality_manager)
    deadline = clock.today() + 9 * DAY
    assert len(check.send(cast.quality_manager, units=[units.home_care], deadline=deadline)) == 1
    assert check.send(cast.quality_manager, units=[units.home_care, units.it], deadline=deadline)[0].unit == units.it
    told = Reminder.objects.filter(about__startswith="self-check:").values_list("user__username", flat=True)
    assert sorted(told) == ["deputy", "it_leader", "leader"]


@pytest.mark.parametrize(("units_", "days", "field"), [([], 5, "units"), (["it"], -1, "deadline")])
def test_what_can_not_be_sent_is_refused(cast, units, units_, days, field):
    check = factories.make_self_check(cast.quality_manager)
    asked = [getattr(units, name) for name in units_]
    with pytest.raises(ValidationError) as error:
        check.send(cast.quality_manager, units=asked, deadline=clock.today() + days * DAY)
    assert set(error.value.message_dict) == {field}
    check.refresh_from_db()
    assert check.is_draft


def test_without_questions_nothing_is_sent(cast, units):
    check = factories.make_self_check(cast.quality_manager, questions=0)
    with pytest.raises(ValidationError):
        check.send(cast.quality_manager, units=[units.it], deadline=clock.today())


def test_a_leader_asks_only_own_units(cast, units):
    check = factories.make_self_check(cast.leader)
    with pytest.raises(ValidationError) as error:
        check.send(cast.leader, units=[units.it], deadline=clock.today())
    assert set(error.value.message_dict) == {"units"}
    check.send(cast.leader, units=[units.zone], deadline=clock.today())


def test_sent_questions_stand(cast, sheet):
    check, question = sheet.check_of, sheet.check_of.questions.first()
    for attempt in (
        lambda: CheckQuestion.add(cast.quality_manager, check, text="Ny?"),
        lambda: question.change(cast.quality_manager, text="Annet?"),
        lambda: question.remove(cast.quality_manager),
        lambda: check.change(cast.quality_manager, title="Annet"),
        lambda: check.change(cast.quality_manager, deadline=None),
    ):
        with pytest.raises(ValidationError):
            attempt()
    check.change(cast.quality_manager, deadline=clock.today() + 30 * DAY)


def test_answers_are_saved_half_and_gone_on_with(cast, sheet):
    first, second = sheet.check_of.questions.all()
    sheet.save_answers(cast.leader, {first.pk: {"value": "yes", "comment": "", "evidence": "Liste"}})
    assert sheet.lacking() == [second] and sheet.begun_at
    with pytest.raises(ValidationError, match=str(second)):
        sheet.sign(cast.leader)
    sheet.save_answers(cast.deputy, {second.pk: {"value": "yes", "comment": "", "evidence": ""}})
    assert sheet.lacking() == []
    assert SheetAnswer.history.filter(value="yes").count() == 2


def test_an_answer_that_is_as_before_leaves_no_line_of_history(cast, sheet):
    for _time in range(2):
        factories.answer_sheet(sheet, cast.leader, "yes", "yes")
    assert SheetAnswer.history.count() == 2


def test_signing_makes_a_deviation_of_each_no(cast, units, sheet):
    factories.answer_sheet(sheet, cast.leader, "no", "partly")
    (case,) = sheet.sign(cast.leader)
    assert (case.kind, case.unit, case.reporter) == (Case.Kind.DEVIATION, units.home_care, cast.leader)
    assert (case.channel, case.origin.question.place) == (Case.Channel.CONTROL, 1)
    assert sheet.signed_name == cast.leader.get_full_name()


def test_it_is_signed_once(cast, sheet):
    factories.answer_sheet(sheet, cast.leader, "yes", "yes")
    sheet.sign(cast.leader)
    for attempt in (
        lambda: sheet.sign(cast.leader),
        lambda: factories.answer_sheet(sheet, cast.leader, "no"),
    ):
        with pytest.raises(ValidationError):
            attempt()


def test_all_but_yes_needs_a_comment(cast, sheet):
    factories.answer_sheet(sheet, cast.leader, "no", "yes", comment="")
    with pytest.raises(ValidationError):
        sheet.sign(cast.leader)
    assert not Case.objects.exists()


@pytest.mark.parametrize("who", ["reporter", "handler", "outsider", "it_leader", "auditor", "quality_manager"])
def test_only_who_leads_the_unit_answers(cast, sheet, who):
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        factories.answer_sheet(sheet, person, "yes", "yes")
    factories.answer_sheet(sheet, cast.leader, "yes", "yes")
    with pytest.raises(PermissionDenied):
        sheet.sign(person)


@pytest.mark.parametrize("who", ["reporter", "outsider", "leader", "it_leader", "auditor"])
def test_only_who_keeps_it_sends_closes_and_opens_again(cast, units, sheet, who):
    person, check = getattr(cast, who), sheet.check_of
    factories.answer_sheet(sheet, cast.leader, "yes", "yes")
    sheet.sign(cast.leader)
    for attempt in (
        lambda: check.send(person, units=[units.it], deadline=clock.today()),
        lambda: check.close(person, conclusion="Bra"),
        lambda: check.copy(person, year=2030),
        lambda: check.change(person, about="Annet"),
        lambda: sheet.reopen(person, reason="Feil"),
        lambda: factories.make_self_check(person, unit=check.unit),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_opened_again_with_a_reason_no_second_case_comes_of_the_same_no(cast, sheet):
    factories.answer_sheet(sheet, cast.leader, "no", "yes")
    sheet.sign(cast.leader)
    with pytest.raises(ValidationError):
        sheet.reopen(cast.quality_manager, reason=" ")
    sheet.reopen(cast.quality_manager, reason="Spørsmål 2 var misforstått")
    factories.answer_sheet(sheet, cast.leader, "no", "no")
    assert len(sheet.sign(cast.leader)) == 1
    assert Case.objects.count() == 2
    assert Reminder.objects.filter(about__contains="reopened").count() == 2
    with pytest.raises(ValidationError):
        sheet.check_of.close(cast.quality_manager, conclusion=" ")


def test_closed_no_more_is_taken(cast, sheet):
    check = sheet.check_of
    check.close(cast.quality_manager, conclusion="Det virker")
    for attempt in (
        lambda: factories.answer_sheet(sheet, cast.leader, "yes"),
        lambda: check.close(cast.quality_manager, conclusion="Igjen"),
        lambda: check.send(cast.quality_manager, units=[sheet.unit], deadline=clock.today()),
        lambda: check.change(cast.quality_manager, deadline=clock.today()),
    ):
        with pytest.raises(ValidationError):
            attempt()


def test_a_stale_save_is_refused(cast, sheet):
    shown = sheet.version
    factories.answer_sheet(sheet, cast.deputy, "yes")
    with pytest.raises(StaleVersion):
        sheet.save_answers(cast.leader, {}, version=shown)


def test_last_years_is_copied_once(cast, handbook):
    check = factories.make_self_check(cast.quality_manager, questions=0)
    page = factories.make_procedure(handbook, cast.editor)
    control = factories.make_control()
    CheckQuestion.add(cast.quality_manager, check, text="Virker det?", document=page.document, control=control)
    new = check.copy(cast.quality_manager, year=2030)
    again = check.copy(cast.quality_manager, year=2030, key=new.key)
    (question,) = new.questions.all()
    assert (new.year, new.status, again) == (2030, SelfCheck.Status.DRAFT, new)
    assert (question.text, question.page_document_id, question.control) == (
        "Virker det?",
        page.document.document_id,
        control,
    )


def test_the_result_counts_what_is_signed(cast, units):
    check = factories.make_self_check(cast.quality_manager)
    sheets = check.send(cast.quality_manager, units=[units.home_care, units.it, units.zone], deadline=clock.today())
    for sheet, by, values in zip(
        sheets, (cast.leader, cast.it_leader), (("yes", "no"), ("yes", "partly")), strict=False
    ):
        factories.answer_sheet(sheet, by, *values)
        sheet.sign(by)
    factories.answer_sheet(sheets[2], cast.leader, "no", "no")
    shown = self_check_result.sheets_of(check, cast.quality_manager)
    first, second = self_check_result.by_question(check.questions.all(), shown)
    assert (first.counts["yes"], first.failed, first.remarks) == (2, 0, [])
    assert (second.counts["no"], second.counts["partly"]) == (1, 1)
    assert {answer.sheet.unit for answer in second.remarks} == {units.home_care, units.it}


def test_a_leader_sees_own_sheet_until_it_is_closed(cast, units):
    check = factories.make_self_check(cast.quality_manager)
    check.send(cast.quality_manager, units=[units.home_care, units.it], deadline=clock.today())
    assert [sheet.unit for sheet in self_check_result.sheets_of(check, cast.leader)] == [units.home_care]
    check.close(cast.quality_manager, conclusion="Bra")
    assert len(self_check_result.sheets_of(check, cast.outsider)) == 2

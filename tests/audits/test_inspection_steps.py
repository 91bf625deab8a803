"""The road of an inspection, from notice to closed: each step, what it refuses, and what becomes of the findings."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from audits.models import Inspection, InspectionFile, InspectionFinding
from cases.models import Case
from cases.uploads import CleanFile
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder, User
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)
Status = Inspection.Status


def refused(error) -> set[str]:
    return set(error.value.message_dict) if hasattr(error.value, "error_dict") else {"__all__"}


def test_the_whole_road(cast):
    today = clock.today()
    inspection = factories.make_inspection(cast.leader, notice_date=today - 30 * DAY)
    assert inspection.status == Status.NOTICED
    inspection.record_visit(cast.leader, first=today - 20 * DAY)
    assert (inspection.status, inspection.visit_to) == (Status.VISITED, today - 20 * DAY)
    factories.make_inspection_finding(inspection, cast.leader)
    inspection.record_report(cast.leader, report_date=today - 5 * DAY, answer_deadline=today + 10 * DAY)
    assert inspection.status == Status.REPORTED and inspection.awaits_answer
    inspection.write_answer(cast.leader, text="Vi kartlegger nå.", day=today)
    assert inspection.status == Status.ANSWERED
    inspection.close(cast.leader, day=today, note="Godtatt")
    assert inspection.is_closed
    assert [row.status for row in inspection.history.order_by("pk")][-1] == Status.CLOSED
    assert inspection.history.order_by("pk").last().actor_label == cast.leader.get_full_name()


def test_the_report_can_come_without_a_visit_and_without_findings(cast):
    inspection = factories.make_inspection(cast.leader)
    inspection.record_report(cast.leader, report_date=clock.today())
    inspection.close(cast.leader, day=clock.today())
    assert inspection.is_closed
    assert not Case.objects.exists()


def test_a_finding_becomes_a_case_at_its_unit_when_the_report_is_registered(cast, units, handbook):
    page = factories.make_procedure(handbook, cast.editor)
    inspection = factories.make_inspection(cast.leader, involved=[units.zone])
    finding = factories.make_inspection_finding(
        inspection, cast.leader, unit=units.zone, basis="aml. § 4-3", document=page.document, number="2"
    )
    assert not Case.objects.exists()
    deadline = clock.today() + 10 * DAY
    inspection.record_report(cast.leader, report_date=clock.today(), answer_deadline=deadline)
    finding.refresh_from_db()
    case = finding.case
    assert (case.kind, case.unit, case.deadline) == (Case.Kind.INSPECTION_FINDING, units.zone, deadline)
    assert (case.law_breach, case.status, case.sealed) == (True, Case.Status.RECEIVED, False)
    assert case.origin == finding and case.page_document_id == page.document.document_id
    assert "aml. § 4-3" in case.description
    assert case.demands_measure


@pytest.mark.parametrize(
    ("grade", "breach"),
    [("law_breach", True), ("order", True), ("deviation", True), ("remark", False)],
)
def test_what_is_a_breach_of_law(cast, grade, breach):
    inspection = factories.make_reported(cast.leader, {"grade": grade})
    assert inspection.findings.get().case.law_breach is breach


def test_an_order_keeps_its_own_deadline(cast):
    own = clock.today() + 3 * DAY
    inspection = factories.make_reported(cast.leader, {"grade": "order", "deadline": own})
    assert inspection.findings.get().case.deadline == own


def test_a_finding_that_comes_after_the_report_is_a_case_at_once(cast):
    inspection = factories.make_reported(cast.leader)
    assert factories.make_inspection_finding(inspection, cast.leader, grade="remark").case.is_open


def test_the_cases_of_a_restricted_one_are_sealed(cast):
    inspection = factories.make_reported(cast.leader, restricted=True)
    case = inspection.findings.get().case
    assert case.sealed
    assert not Case.objects.visible_to(cast.outsider).filter(pk=case.pk).exists()


def test_made_restricted_later_its_open_cases_are_sealed(cast):
    inspection = factories.make_reported(cast.leader)
    inspection.change(cast.leader, restricted=True)
    assert inspection.findings.get().case.sealed


def test_made_restricted_by_one_who_may_not_seal_the_case_nothing_is_changed(cast, units):
    inspection = factories.make_reported(cast.director, {"unit": units.it}, unit=units.home_care, involved=[units.it])
    with pytest.raises(ValidationError) as error:
        inspection.change(cast.leader, restricted=True)
    assert refused(error) == {"restricted"}
    inspection.refresh_from_db()
    assert not inspection.restricted


def test_a_finding_is_corrected_and_taken_away_before_it_is_a_case_only(cast):
    inspection = factories.make_inspection(cast.leader)
    first, second = (factories.make_inspection_finding(inspection, cast.leader) for _time in range(2))
    first.change(cast.leader, words="Rettet", grade="remark", unit=inspection.unit)
    removed = second.pk
    second.remove(cast.leader)
    assert [finding.words for finding in inspection.findings.all()] == ["Rettet"]
    gone = InspectionFinding.history.get(id=removed, history_type="-")
    assert gone.actor_label == cast.leader.get_full_name()
    inspection.record_report(cast.leader, report_date=clock.today(), answer_deadline=clock.today())
    first.refresh_from_db()
    for attempt in (lambda: first.change(cast.leader, words="Omskrevet"), lambda: first.remove(cast.leader)):
        with pytest.raises(ValidationError):
            attempt()
    first.refresh_from_db()
    assert first.words == "Rettet"


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"words": "  "}, "words"), ({"grade": "recommendation"}, "grade"), ({"unit": "it"}, "unit")],
)
def test_a_finding_that_can_not_be_is_refused(cast, units, facts, field):
    inspection = factories.make_inspection(cast.leader)
    if facts.get("unit"):
        facts = {"unit": units.it}
    with pytest.raises(ValidationError) as error:
        factories.make_inspection_finding(inspection, cast.leader, **facts)
    assert refused(error) == {field}
    assert not inspection.findings.exists()


def test_a_report_with_findings_needs_a_deadline(cast):
    inspection = factories.make_inspection(cast.leader)
    factories.make_inspection_finding(inspection, cast.leader)
    with pytest.raises(ValidationError) as error:
        inspection.record_report(cast.leader, report_date=clock.today())
    assert refused(error) == {"answer_deadline"}
    assert not Case.objects.exists()


def test_days_that_can_not_be_true_together_are_refused(cast):
    today = clock.today()
    inspection = factories.make_inspection(cast.leader, notice_date=today)
    for attempt, field in (
        (lambda: inspection.record_visit(cast.leader, first=today, last=today - DAY), "visit_to"),
        (lambda: inspection.record_report(cast.leader, report_date=today - DAY), "report_date"),
        (
            lambda: inspection.record_report(cast.leader, report_date=today, answer_deadline=today - DAY),
            "answer_deadline",
        ),
    ):
        with pytest.raises(ValidationError) as error:
            attempt()
        assert refused(error) == {field}
        inspection.refresh_from_db()
        assert inspection.status == Status.NOTICED


def test_who_inspects_must_be_said(cast):
    for facts in ({"authority": None}, {"kind": "municipal", "orderer": ""}):
        with pytest.raises(ValidationError):
            factories.make_inspection(cast.leader, **facts)


def test_no_step_is_taken_twice_or_out_of_order(cast):
    today = clock.today()
    inspection = factories.make_inspection(cast.leader)
    early = (
        lambda: inspection.write_answer(cast.leader, text="Svar", day=today),
        lambda: inspection.close(cast.leader, day=today),
        lambda: inspection.take_up_again(cast.leader, reason="Nytt brev"),
        lambda: inspection.move_deadline(cast.leader, deadline=today, reason="Utsatt"),
        lambda: inspection.record_council(cast.leader, day=today, resolution="Vedtak"),
    )
    for attempt in early:
        with pytest.raises(ValidationError):
            attempt()
    inspection.record_visit(cast.leader, first=today)
    with pytest.raises(ValidationError):
        inspection.record_visit(cast.leader, first=today)
    inspection.record_report(cast.leader, report_date=today)
    with pytest.raises(ValidationError):
        inspection.record_report(cast.leader, report_date=today)
    inspection.close(cast.leader, day=today)
    with pytest.raises(ValidationError):
        factories.make_inspection_finding(inspection, cast.leader)


def test_open_points_are_no_hindrance_to_answering_but_a_breach_without_a_case_is(cast):
    inspection = factories.make_reported(cast.leader)
    assert inspection.findings.get().case.is_open
    InspectionFinding.objects.update(case=None)
    with pytest.raises(ValidationError, match="1"):
        inspection.write_answer(cast.leader, text="Svar", day=clock.today())
    InspectionFinding.objects.update(grade="remark")
    inspection.write_answer(cast.leader, text="Svar", day=clock.today())
    assert inspection.status == Status.ANSWERED


def test_with_findings_it_is_answered_before_it_is_closed(cast):
    inspection = factories.make_reported(cast.leader)
    with pytest.raises(ValidationError):
        inspection.close(cast.leader, day=clock.today())


def test_the_authority_wants_another_answer(cast):
    inspection = factories.make_reported(cast.leader)
    inspection.write_answer(cast.leader, text="Svar", day=clock.today())
    deadline = clock.today() + 9 * DAY
    inspection.take_up_again(cast.leader, reason="Mangler plan", answer_deadline=deadline)
    assert (inspection.status, inspection.answer_deadline) == (Status.REPORTED, deadline)
    assert inspection.history.order_by("pk").last().history_change_reason == "Mangler plan"
    with pytest.raises(ValidationError):
        inspection.move_deadline(cast.leader, deadline=deadline, reason=" ")


def test_the_council_treats_municipal_controls_only(cast):
    control = factories.make_inspection(cast.quality_manager, kind="municipal")
    with pytest.raises(ValidationError):
        control.record_council(cast.quality_manager, day=clock.today(), resolution="Vedtak")
    control.record_report(cast.quality_manager, report_date=clock.today())
    back = clock.today() + 90 * DAY
    control.record_council(cast.quality_manager, day=clock.today(), resolution="Vedtak", report_back=back)
    assert (control.council_resolution, control.council_report_back) == ("Vedtak", back)
    with pytest.raises(ValidationError) as error:
        control.record_council(cast.quality_manager, day=back, resolution="Vedtak", report_back=clock.today())
    assert refused(error) == {"report_back"}


@pytest.mark.parametrize("who", ["outsider", "reporter", "it_leader", "auditor", "editor"])
def test_others_take_no_step(cast, who):
    person, today = getattr(cast, who), clock.today()
    inspection = factories.make_inspection(cast.leader)
    finding = factories.make_inspection_finding(inspection, cast.leader)
    for attempt in (
        lambda: factories.make_inspection(person, unit=inspection.unit),
        lambda: inspection.change(person, title="Annet"),
        lambda: inspection.record_visit(person, first=today),
        lambda: inspection.record_report(person, report_date=today, answer_deadline=today),
        lambda: inspection.write_answer(person, text="Svar", day=today),
        lambda: inspection.close(person, day=today),
        lambda: InspectionFile.keep(person, inspection, [], "report"),
        lambda: factories.make_inspection_finding(inspection, person),
        lambda: finding.change(person, words="Annet"),
        lambda: finding.remove(person),
    ):
        with pytest.raises(PermissionDenied):
            attempt()
    inspection.refresh_from_db()
    assert (inspection.title, inspection.findings.count()) == ("Vold og trusler", 1)


def test_who_is_responsible_takes_the_steps_and_is_told(cast):
    inspection = factories.make_inspection(cast.leader, responsible=cast.reporter)
    inspection.record_visit(cast.reporter, first=clock.today())
    reminder = Reminder.objects.get(about__startswith=f"inspection:{inspection.pk}:responsible")
    assert reminder.user == cast.reporter and "Vold og trusler" in reminder.subject


def test_the_name_of_a_restricted_one_is_in_no_letter(cast):
    factories.make_inspection(cast.leader, responsible=cast.reporter, restricted=True)
    assert "Vold" not in Reminder.objects.get().subject


def test_a_stale_version_is_refused(cast):
    inspection = factories.make_inspection(cast.leader)
    shown = inspection.version
    inspection.change(cast.deputy, title="Nytt navn")
    with pytest.raises(StaleVersion):
        inspection.record_visit(cast.leader, first=clock.today(), version=shown)
    assert Inspection.objects.get().status == Status.NOTICED


def test_the_same_form_twice_registers_one(cast):
    inspection = factories.make_inspection(cast.leader)
    again = factories.make_inspection(cast.leader, key=inspection.key)
    assert again == inspection and Inspection.objects.count() == 1


def test_it_is_not_moved_to_a_unit_one_does_not_keep(cast, units):
    inspection = factories.make_inspection(cast.leader)
    with pytest.raises(ValidationError) as error:
        inspection.change(cast.leader, unit=units.it)
    assert refused(error) == {"unit"}


def test_units_involved_are_kept_with_history(cast, units):
    inspection = factories.make_inspection(cast.leader, involved=[units.zone, units.it, units.home_care])
    assert inspection.units() == [units.home_care, units.zone, units.it]
    inspection.change(cast.leader, involved=[units.it])
    assert inspection.units() == [units.home_care, units.it]
    gone = inspection.involvements.model.history.filter(history_type="-").get()
    assert gone.actor_label == cast.leader.get_full_name()


def test_files_are_kept_by_a_random_name(cast):
    inspection = factories.make_inspection(cast.leader)
    (row,) = InspectionFile.keep(cast.leader, inspection, [CleanFile("rapport.txt", "text/plain", b"hei")], "report")
    assert row.name == "rapport.txt" and "rapport" not in row.file.name
    assert row.history.get().actor_label == cast.leader.get_full_name()


def test_somebody_deactivated_is_no_keeper(cast):
    inspection = factories.make_inspection(cast.leader)
    User.objects.filter(pk=cast.leader.pk).update(is_active=False)
    with pytest.raises(PermissionDenied):
        inspection.change(User.objects.get(pk=cast.leader.pk), title="Annet")

"""The rule of the sheet (S54, S56): over 10, or breach of law, demands a measure and becomes a case at once."""

import datetime
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.models import Action, Case
from organisation import clock
from organisation.history import StaleVersion
from risk.models import Assessment, Risk
from tests import factories

EVERYTHING = list(product(range(1, 6), range(1, 6), (False, True)))


def test_all_scores_and_both_answers(cast):
    assessment = factories.make_assessment(cast.leader)
    for probability, consequence, law_breach in EVERYTHING:
        factories.make_risk(
            assessment,
            cast.leader,
            threat=f"Trussel {probability} {consequence} {law_breach}",
            probability=probability,
            consequence=consequence,
            law_breach=law_breach,
            preventive="Gå to sammen",
        )
    assessment.decide(cast.leader)
    for row in assessment.rows.all():
        assert (row.case is not None) == (row.probability * row.consequence > 10 or row.law_breach), row
    assert Case.objects.count() == sum(p * c > 10 or law for p, c, law in EVERYTHING)


@pytest.mark.parametrize(("probability", "consequence", "law_breach"), [(2, 5, True), (3, 4, False), (5, 5, True)])
def test_without_a_measure_it_is_not_decided(cast, probability, consequence, law_breach):
    assessment = factories.make_assessment(cast.leader)
    row = {"probability": probability, "consequence": consequence, "law_breach": law_breach}
    factories.make_risk(assessment, cast.leader, **row)
    with pytest.raises(ValidationError) as refused:
        assessment.decide(cast.leader)
    assert "1" in refused.value.messages[0]
    assessment.refresh_from_db()
    assert assessment.is_draft
    assert not Case.objects.exists()


def test_ten_demands_nothing(cast):
    assessment = factories.make_decided(cast.leader, {"probability": 2, "consequence": 5})
    assert assessment.rows.get().case is None


def test_the_case_is_what_the_row_says(cast):
    row = {
        "threat": "Nøkler til medisinskap kommer bort",
        "probability": 3,
        "consequence": 5,
        "preventive": "Kodelås på skapet",
        "limiting": "Sperre skapet straks",
        "responsible": cast.handler,
    }
    assessment = factories.make_decided(cast.leader, row)
    case = assessment.rows.get().case
    assert (case.kind, case.channel, case.status) == ("ros_measure", "ros", "in_progress")
    assert (case.unit, case.handler, case.reporter) == (cast.leader.unit, cast.leader, cast.leader)
    assert (case.title, case.score, case.origin) == ("Nøkler til medisinskap kommer bort", 15, assessment.rows.get())
    assert [(action.kind, action.text, action.responsible) for action in case.actions.order_by("pk")] == [
        (Action.Kind.PREVENTIVE, "Kodelås på skapet", cast.handler),
        (Action.Kind.LIMITING, "Sperre skapet straks", cast.handler),
    ]


def test_a_restricted_assessment_opens_sealed_cases(cast):
    row = {"probability": 5, "consequence": 4, "preventive": "Øve"}
    case = factories.make_decided(cast.leader, row, restricted=True).rows.get().case
    assert case.sealed
    assert not Case.objects.visible_to(cast.outsider).exists()


def test_only_who_may_decide_decides(cast):
    assessment = factories.make_assessment(cast.leader, rows=1)
    for person in (cast.handler, cast.reporter, cast.quality_manager, cast.auditor, cast.it_leader):
        with pytest.raises(PermissionDenied):
            assessment.decide(person)


def test_what_was_changed_after_it_was_read_is_not_decided(cast):
    assessment = factories.make_assessment(cast.leader, rows=1)
    shown = assessment.fingerprint()
    assessment.rows.get().write(cast.deputy, consequence=5)
    with pytest.raises(StaleVersion):
        assessment.decide(cast.leader, shown=shown)


def test_a_decided_row_is_locked(cast):
    assessment = factories.make_decided(cast.leader)
    row = assessment.rows.get()
    for change in (
        lambda: row.write(cast.leader, threat="Noe annet"),
        lambda: row.remove(cast.leader),
        lambda: row.duplicate(cast.leader),
        lambda: Risk.add(cast.leader, assessment, threat="En til"),
        lambda: assessment.change(cast.leader, title="Ny tittel"),
    ):
        with pytest.raises(ValidationError):
            change()


def test_a_new_version_takes_the_place_of_the_one_before(cast):
    first = factories.make_decided(cast.leader, {"probability": 4, "consequence": 4, "preventive": "Gå to sammen"})
    case = first.rows.get().case
    second = first.revise(cast.deputy)
    assert first.revise(cast.deputy) == second
    assert (second.number, second.line, second.rows.get().key) == (2, first.line, first.rows.get().key)
    second.decide(cast.leader)
    first.refresh_from_db()
    assert (first.status, second.status) == (Assessment.Status.REPLACED, Assessment.Status.DECIDED)
    assert second.rows.get().case == case, "an open case goes on, and no other is opened"
    assert Case.objects.count() == 1
    assert "16" in case.entries.filter(kind="message").get().text, "and is told how the risk is assessed now"


def test_a_case_that_was_moved_out_of_reach_does_not_stop_the_decision(cast, units):
    row = {"probability": 4, "consequence": 4, "preventive": "Gå to sammen"}
    first = factories.make_decided(cast.leader, row, restricted=True)
    case = first.rows.get().case
    case.reassign(cast.leader, unit=units.it, reason="IT eier dette")
    type(case).objects.filter(pk=case.pk).update(reporter=cast.it_leader)
    case.actions.update(responsible=cast.it_leader)
    first.revise(cast.leader).decide(cast.leader)
    assert not case.entries.filter(kind="message").exists()


def test_the_decision_is_frozen_word_for_word(cast):
    assessment = factories.make_decided(cast.leader, {"threat": "Strømmen blir borte"})
    decision = assessment.decision
    assert decision.is_whole
    assert decision.by_name == cast.leader.get_full_name()
    assert decision.content["rows"][0]["threat"] == "Strømmen blir borte"


def test_the_lines_of_a_cell_are_parts_of_one_measure(cast):
    row = {"probability": 3, "consequence": 5, "preventive": " Kodelås på skapet\n\nNy rutine \n", "limiting": "\n"}
    case = factories.make_decided(cast.leader, row).rows.get().case
    assert [action.text for action in case.actions.all()] == ["Kodelås på skapet; Ny rutine"]


@pytest.mark.parametrize(
    ("row", "days"),
    [
        ({"probability": 4, "consequence": 3}, 90),
        ({"probability": 3, "consequence": 5}, 30),
        ({"probability": 3, "consequence": 5, "law_breach": True}, 14),
        ({"probability": 4, "consequence": 3, "deadline": clock.today() + datetime.timedelta(200)}, 200),
    ],
)
def test_the_case_lasts_as_long_as_its_measures(cast, row, days):
    """The rules of escalation don't shorten what was decided with the risk in view."""
    case = factories.make_decided(cast.leader, {**row, "preventive": "Gå to sammen"}).rows.get().case
    last = clock.today() + datetime.timedelta(days)
    assert (case.deadline, case.actions.get().deadline) == (last, last)

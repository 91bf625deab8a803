"""The road of a case through the domain methods: states, gates, people, notices (S36, G19)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.models import Action, Case, Entry, Notice
from organisation import clock
from tests import factories


def told(user, kind):
    return Notice.objects.filter(user=user, kind=kind).exists()


def test_a_deviation_goes_to_the_leaders_where_it_happened(cast, units):
    case = factories.make_case(cast.reporter)
    assert case.status == Case.Status.RECEIVED
    assert case.unit == units.home_care
    assert told(cast.leader, Notice.Kind.NEW_CASE)
    assert told(cast.deputy, Notice.Kind.NEW_CASE)
    assert not told(cast.it_leader, Notice.Kind.NEW_CASE)


def test_a_proposal_about_a_page_goes_to_the_unit_that_owns_it(cast, units, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=units.it)
    case = factories.make_case(cast.reporter, kind=Case.Kind.IMPROVEMENT, page=page)
    assert case.unit == units.it
    assert (case.edition_label, case.page_document_id) == ("1", page.document.document_id)
    assert told(cast.it_leader, Notice.Kind.NEW_CASE)


def test_references_follow_each_other(cast):
    first, second = factories.make_case(cast.reporter), factories.make_case(cast.reporter)
    year, number = first.reference.split("-")
    assert second.reference == f"{year}-{int(number) + 1:05d}"


def test_the_same_key_gives_the_same_case(cast):
    first = factories.make_case(cast.reporter)
    again = factories.make_case(cast.reporter, key=first.key)
    assert again == first
    assert Case.objects.count() == 1


def test_corrective_measures_wait_for_the_root_cause_but_immediate_ones_do_not(cast):
    case = factories.make_assessed_case(cast.reporter, cast.leader)
    with pytest.raises(ValidationError):
        factories.make_action(case, cast.leader, cast.handler)
    factories.make_action(case, cast.leader, cast.handler, kind=Action.Kind.IMMEDIATE)
    case.refresh_from_db()
    assert case.status == Case.Status.IN_PROGRESS


def test_the_whole_road(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.handler)
    action.complete(cast.handler, note="Ferdig")
    case.refresh_from_db()
    assert case.status == Case.Status.AWAITING_EVALUATION
    action.evaluate(cast.leader, effect=Action.Effect.EFFECTIVE, note="Stikkprøve uten feil")
    case.close(cast.leader, residual_probability=1, residual_consequence=4, lesson="Sjekk sluttdato")
    assert case.status == Case.Status.CLOSED
    assert told(cast.reporter, Notice.Kind.CLOSED)
    events = list(case.entries.filter(kind=Entry.Kind.EVENT).values_list("event", flat=True))
    assert events == [
        "received",
        "assessed",
        "cause_set",
        "action_added",
        "action_done",
        "all_done",
        "action_evaluated",
        "closed",
    ]


@pytest.mark.parametrize(
    ("case_of", "field"),
    [
        (lambda cast: factories.make_case(cast.reporter), "__all__"),
        (lambda cast: factories.make_assessed_case(cast.reporter, cast.leader), "root_cause"),
        (lambda cast: factories.make_case_with_cause(cast.reporter, cast.leader), "actions"),
    ],
    ids=["not assessed", "no root cause", "no measure though over ten"],
)
def test_closing_is_refused_while_a_gate_is_shut(cast, case_of, field):
    case = case_of(cast)
    before = case.status
    with pytest.raises(ValidationError) as caught:
        case.close(cast.leader, residual_probability=1, residual_consequence=1)
    assert field in caught.value.message_dict
    assert Case.objects.get(pk=case.pk).status == before


def test_closing_waits_for_done_evaluated_and_residual_risk(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.handler)
    with pytest.raises(ValidationError, match="ikke utført|not done"):
        case.close(cast.leader, residual_probability=1, residual_consequence=1)
    action.complete(cast.handler, note="Ferdig")
    with pytest.raises(ValidationError) as caught:
        case.close(cast.leader)
    assert {"actions", "residual_probability"} <= set(caught.value.message_dict)


def test_a_page_needs_its_outcome(cast, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor)
    case = factories.make_assessed_case(cast.reporter, cast.leader, probability=1, consequence=1, page=page)
    case.set_cause(cast.leader, root_cause="Uklart", cause=factories.make_cause())
    with pytest.raises(ValidationError) as caught:
        case.close(cast.leader)
    assert {"page_outcome", "page_outcome_note"} == set(caught.value.message_dict)
    case.close(cast.leader, page_outcome=Case.PageOutcome.UNCHANGED, page_outcome_note="Dekker dette alt.")


def test_nobody_evaluates_the_own_work(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.leader)
    action.complete(cast.leader, note="Ferdig")
    with pytest.raises(PermissionDenied):
        action.evaluate(cast.leader, effect=Action.Effect.EFFECTIVE, note="Bra")
    action.evaluate(cast.deputy, effect=Action.Effect.EFFECTIVE, note="Kontrollert")


def test_not_effective_sends_the_case_back_and_shuts_the_gate(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.handler)
    action.complete(cast.handler, note="Ferdig")
    action.evaluate(cast.leader, effect=Action.Effect.NOT_EFFECTIVE, note="Skjedde igjen")
    case.refresh_from_db()
    assert case.status == Case.Status.IN_PROGRESS
    with pytest.raises(ValidationError):
        case.close(cast.leader, residual_probability=1, residual_consequence=1)


@pytest.mark.parametrize(
    "name", ["reporter", "colleague", "outsider", "it_leader", "auditor", "service_desk", "editor"]
)
def test_others_can_move_nothing(cast, name):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    action = factories.make_action(case, cast.leader, cast.handler)
    user = getattr(cast, name)
    for attempt in (
        lambda: case.assess(user, probability=1, consequence=1),
        lambda: case.set_cause(user, root_cause="x", cause=factories.make_cause()),
        lambda: factories.make_action(case, user, cast.handler),
        lambda: action.change(user, text="x"),
        lambda: action.cancel(user, reason="x"),
        lambda: action.complete(user, note="x"),
        lambda: action.evaluate(user, effect="effective", note="x"),
        lambda: case.close(user),
        lambda: case.reject(user, reason="x"),
        lambda: case.reopen(user, reason="x"),
        lambda: case.seal(user, sealed=True, reason="x"),
        lambda: case.set_handler(user, handler=user),
        lambda: case.give_access(user, person=user, reason="x"),
        lambda: case.say(user, "x", internal=True),
    ):
        with pytest.raises(PermissionDenied):
            attempt()


def test_sending_on_needs_a_reason_and_another_unit(cast, units):
    case = factories.make_case(cast.reporter)
    with pytest.raises(ValidationError):
        case.reassign(cast.leader, unit=units.it, reason=" ")
    with pytest.raises(ValidationError):
        case.reassign(cast.leader, unit=units.home_care, reason="Feil sted")
    case.reassign(cast.leader, unit=units.it, reason="Gjelder tilgang")
    assert told(cast.it_leader, Notice.Kind.NEW_CASE)


@pytest.mark.parametrize("end", ["reject", "duplicate", "take_over"])
def test_other_endings_tell_the_reporter_why_and_can_be_undone(cast, end):
    case = factories.make_case(cast.reporter)
    if end == "reject":
        case.reject(cast.leader, reason="Hører til naboen")
    elif end == "duplicate":
        case.mark_duplicate(cast.leader, of=factories.make_case(cast.reporter))
    else:
        case.take_over(cast.leader, system="Gerica", external_id="A-1")
    assert told(cast.reporter, Notice.Kind.CLOSED)
    assert not case.is_open
    case.reopen(cast.leader, reason="Likevel vår")
    assert case.status == Case.Status.RECEIVED


def test_a_case_is_not_a_duplicate_of_itself(cast):
    case = factories.make_case(cast.reporter)
    with pytest.raises(ValidationError):
        case.mark_duplicate(cast.leader, of=case)


def test_an_ended_case_cannot_be_moved(cast):
    case = factories.make_case(cast.reporter)
    case.reject(cast.leader, reason="Nei")
    with pytest.raises(ValidationError):
        case.assess(cast.leader, probability=1, consequence=1)


def test_a_plan_must_be_possible(cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader)
    today = clock.today()
    with pytest.raises(ValidationError):
        factories.make_action(
            case, cast.leader, cast.handler, deadline=today, evaluation_date=today - datetime.timedelta(1)
        )
    with pytest.raises(ValidationError):
        factories.make_action(case, cast.leader, cast.handler, evaluator=cast.handler)


def test_serious_cases_reach_the_director(cast):
    factories.make_assessed_case(cast.reporter, cast.leader, probability=3, consequence=5)
    assert told(cast.director, Notice.Kind.ESCALATED)


def test_mail_holds_reference_and_link_and_never_the_content(cast, mailoutbox, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        case = factories.make_case(cast.reporter, description="Hemmelig tekst om bruker")
    mail = next(mail for mail in mailoutbox if mail.to == [cast.leader.email])
    assert case.reference in mail.subject
    assert case.get_absolute_url() in mail.body
    assert "Hemmelig" not in mail.body + mail.subject

"""The steps of a case over HTTP (S36, G19–G21): each at its address, with its gates, for those who may."""

import datetime

import pytest
from django.urls import reverse

from cases.models import Case
from organisation import clock
from tests import factories

PLAN = {"kind": "corrective", "text": "Steng tilganger", "responsible": "colleague", "deadline": "2030-01-31"}


def url(name, record, *args):
    return reverse(f"cases:{name}", args=[record.reference, *args])


def post(client, name, case, *args, version=None, **data):
    return client.post(url(name, case, *args), {"version": version or case.version, **data})


@pytest.fixture
def case(cast):
    return factories.make_case(cast.reporter)


@pytest.fixture
def assessed(cast):
    return factories.make_assessed_case(cast.reporter, cast.leader)


@pytest.fixture
def with_cause(cast):
    return factories.make_case_with_cause(cast.reporter, cast.leader)


@pytest.fixture
def with_action(cast, with_cause):
    action = factories.make_action(with_cause, cast.leader, cast.colleague)
    action.case.refresh_from_db()
    return action


def fresh(record):
    return type(record).objects.get(pk=record.pk)


# The road


def test_assess_sets_risk_handler_and_answers(login, cast, case):
    data = {
        "probability": "4",
        "consequence": "5",
        "handler": cast.handler.pk,
        "deadline": "2030-01-31",
        "answer": "Takk!",
    }
    answer = post(login(cast.leader), "assess", case, **data)
    assert answer.url == case.get_absolute_url()
    case = fresh(case)
    assert (case.status, case.score, case.handler, case.level) == ("assessed", 20, cast.handler, "director")
    assert case.entries.filter(kind="message", text="Takk!").exists()


@pytest.mark.parametrize(
    "wrong", [{"probability": ""}, {"consequence": "6"}, {"handler": "99999"}, {"deadline": "i morgen"}]
)
def test_assess_refuses_what_is_wrong_and_keeps_the_rest(login, cast, case, wrong):
    data = {
        "probability": "4",
        "consequence": "5",
        "handler": cast.leader.pk,
        "deadline": "2030-01-31",
        "answer": "Takk for meldingen!",
    }
    answer = post(login(cast.leader), "assess", case, **{**data, **wrong})
    assert answer.status_code == 200
    assert set(wrong) <= set(answer.context["form"].errors)
    assert "Takk for meldingen!" in answer.content.decode()
    assert fresh(case).status == "received"


def test_a_person_without_the_right_cannot_be_made_handler(login, cast, case):
    answer = post(login(cast.leader), "set_handler", case, handler=cast.outsider.pk)
    assert "handler" in answer.context["form"].errors
    post(login(cast.leader), "set_handler", case, handler=cast.handler.pk)
    assert fresh(case).handler == cast.handler


def test_root_cause_with_five_whys(login, cast, assessed):
    cause = factories.make_cause()
    post(login(cast.leader), "set_cause", assessed, why_1="Fordi", why_3="Derfor", root_cause="Uklart", cause=cause.pk)
    assert (fresh(assessed).whys, fresh(assessed).cause) == (["Fordi", "Derfor"], cause)


def test_root_cause_needs_words_and_a_code(login, cast, assessed):
    answer = post(login(cast.leader), "set_cause", assessed, why_1="Fordi det var slik", root_cause=" ", cause="")
    assert {"root_cause", "cause"} <= set(answer.context["form"].errors)
    assert "Fordi det var slik" in answer.content.decode()


def test_no_measure_before_the_root_cause_but_an_immediate_one(login, cast, assessed):
    answer = post(login(cast.leader), "add_action", assessed, **PLAN)
    assert answer.context["form"].non_field_errors()
    assert not assessed.actions.exists()
    post(login(cast.leader), "add_action", assessed, **{**PLAN, "kind": "immediate"})
    assert assessed.actions.get().kind == "immediate"


@pytest.mark.parametrize(
    "named", ["colleague", "colleague@example.test", "Colleague Testesen", "Colleague Testesen (colleague)"]
)
def test_the_responsible_is_named_in_any_usual_way(login, cast, with_cause, named):
    post(login(cast.leader), "add_action", with_cause, **{**PLAN, "responsible": named})
    assert with_cause.actions.get().responsible == cast.colleague


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("responsible", "Ingen Slik"),
        ("responsible", ""),
        ("deadline", ""),
        ("text", ""),
        ("cost", "-1"),
        ("evaluation_date", "2029-01-01"),
        ("evaluator", "colleague"),
    ],
)
def test_a_plan_that_cannot_work_is_refused_beside_the_field(login, cast, with_cause, field, value):
    answer = post(login(cast.leader), "add_action", with_cause, **{**PLAN, field: value})
    assert field in answer.context["form"].errors
    assert not with_cause.actions.exists()


def test_the_responsible_reports_it_done_and_the_case_awaits_evaluation(login, cast, with_action):
    case = with_action.case
    post(login(cast.colleague), "complete_action", case, with_action.pk, version=with_action.version, note="Gjort.")
    assert fresh(case).status == "awaiting_evaluation"


def test_done_needs_a_note(login, cast, with_action):
    answer = post(
        login(cast.colleague),
        "complete_action",
        with_action.case,
        with_action.pk,
        version=with_action.version,
        note=" ",
    )
    assert "note" in answer.context["form"].errors
    assert fresh(with_action).done_at is None


def test_the_effect_is_evaluated_by_another_person(login, cast, with_action):
    with_action.complete(cast.colleague, note="Gjort.")
    data = {"version": fresh(with_action).version, "effect": "effective", "note": "Stikkprøve."}
    assert post(login(cast.colleague), "evaluate_action", with_action.case, with_action.pk, **data).status_code == 403
    post(login(cast.leader), "evaluate_action", with_action.case, with_action.pk, **data)
    assert fresh(with_action).effect == "effective"


def test_who_did_the_measure_does_not_evaluate_it_though_a_leader(login, cast, with_cause):
    action = factories.make_action(with_cause, cast.leader, cast.leader)
    action.complete(cast.leader, note="Gjort.")
    assert login(cast.leader).get(url("evaluate_action", with_cause, action.pk)).status_code == 403


def test_not_effective_sends_the_case_back(login, cast, with_action):
    with_action.complete(cast.colleague, note="Gjort.")
    data = {"version": fresh(with_action).version, "effect": "not_effective", "note": "Skjedde igjen."}
    post(login(cast.leader), "evaluate_action", with_action.case, with_action.pk, **data)
    assert fresh(with_action.case).status == "in_progress"


def test_a_measure_is_changed_and_dropped_with_a_reason(login, cast, with_action):
    case, client = with_action.case, login(cast.leader)
    plan = {**PLAN, "text": "Steng alle tilganger", "evaluation_date": "2030-06-01"}
    post(client, "change_action", case, with_action.pk, version=with_action.version, **plan)
    assert fresh(with_action).text == "Steng alle tilganger"
    version = fresh(with_action).version
    assert post(client, "cancel_action", case, with_action.pk, version=version, reason="").context["form"].errors
    post(client, "cancel_action", case, with_action.pk, version=version, reason="Løst på annen måte.")
    assert fresh(with_action).cancelled_at


def test_a_measure_of_another_case_is_not_found(login, cast, with_action):
    other = factories.make_case(cast.reporter)
    assert login(cast.leader).get(url("complete_action", other, with_action.pk)).status_code == 404


def test_closing_names_every_gate_that_is_shut(login, cast, with_action):
    answer = post(login(cast.leader), "close", with_action.case, lesson="Sjekk lista hver uke.")
    errors = answer.context["form"].errors
    assert "residual_probability" in errors or errors["__all__"]
    assert len(errors.get("__all__", [])) >= 2
    assert "Sjekk lista hver uke." in answer.content.decode()
    assert fresh(with_action.case).status == "in_progress"


def test_the_whole_road_to_closed(login, cast, with_action):
    with_action.complete(cast.colleague, note="Gjort.")
    fresh(with_action).evaluate(cast.leader, effect="effective", note="Stikkprøve.")
    case = fresh(with_action.case)
    data = {
        "residual_probability": "2",
        "residual_consequence": "4",
        "lesson": "Sjekk lista.",
        "answer": "Nå er det bedre.",
    }
    post(login(cast.leader), "close", case, **data)
    assert (fresh(case).status, fresh(case).residual_score) == ("closed", 8)
    page = login(cast.colleague).get(case.get_absolute_url()).content.decode()
    assert "Sjekk lista." in page


def test_closing_a_case_from_a_page_asks_about_the_page(login, cast, handbook):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=cast.it_leader.unit)
    case = factories.make_assessed_case(cast.reporter, cast.leader, page=page, probability=1, consequence=2)
    case.set_cause(cast.leader, root_cause="Uklart.", cause=factories.make_cause())
    data = {"residual_probability": "1", "residual_consequence": "1"}
    answer = post(login(cast.leader), "close", case, **data)
    assert {"page_outcome", "page_outcome_note"} <= set(answer.context["form"].errors)
    post(login(cast.leader), "close", case, **data, page_outcome="unchanged", page_outcome_note="Rutinen er riktig.")
    assert fresh(case).status == "closed"


def test_an_effect_that_did_not_last_opens_a_closed_case_again(login, cast, with_action):
    with_action.complete(cast.colleague, note="Gjort.")
    fresh(with_action).evaluate(cast.leader, effect="effective", note="Stikkprøve.")
    case = fresh(with_action.case)
    case.close(cast.leader, residual_probability=2, residual_consequence=2)
    data = {"version": fresh(with_action).version, "effect": "not_effective", "note": "Skjedde igjen."}
    post(login(cast.leader), "evaluate_action", case, with_action.pk, **data)
    assert (fresh(case).status, fresh(case).closed_at) == ("in_progress", None)


@pytest.mark.parametrize("name", ["complete_action", "change_action", "cancel_action", "evaluate_action"])
def test_measures_of_a_rejected_case_are_not_touched(login, cast, with_action, name):
    case = fresh(with_action.case)
    case.reject(cast.leader, reason="Feil register.")
    data = {**PLAN, "note": "x", "reason": "x", "effect": "effective", "evaluation_date": "2030-06-01"}
    answer = post(login(cast.leader), name, case, with_action.pk, version=with_action.version, **data)
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors()
    assert fresh(with_action).version == with_action.version


# Other ways out, and back


def test_reject_and_reopen_with_reasons(login, cast, case):
    client = login(cast.leader)
    assert "reason" in post(client, "reject", case, reason="  ").context["form"].errors
    post(client, "reject", case, reason="Hører til et annet register.")
    case = fresh(case)
    assert case.status == "rejected"
    post(client, "reopen", case, reason="Det gjorde det ikke.")
    assert fresh(case).status == "received"


def test_a_duplicate_points_to_a_case_one_may_read(login, cast, case):
    other = factories.make_case(cast.reporter)
    sealed = factories.make_case(cast.reporter, sealed=True)
    client = login(cast.leader)
    for wrong in ("2001-00001", sealed.reference, case.reference):
        answer = post(client, "duplicate", case, duplicate_of=wrong)
        assert "duplicate_of" in answer.context["form"].errors
    post(client, "duplicate", case, duplicate_of=other.reference)
    assert fresh(case).duplicate_of == other


def test_taken_over_is_found_by_its_number_there(login, cast, case):
    post(login(cast.leader), "take_over", case, system="Gerica", external_id="A-20331", reason="")
    assert fresh(case).status == "taken_over"
    page = login(cast.colleague).get("/saker/", {"q": "A-20331"})
    assert case.reference in page.content.decode()


def test_sent_to_another_unit_with_a_reason(login, cast, case, units):
    client = login(cast.leader)
    assert "unit" in post(client, "reassign", case, unit=case.unit_id, reason="Hm").context["form"].errors
    assert "reason" in post(client, "reassign", case, unit=units.it.pk, reason="").context["form"].errors
    post(client, "reassign", case, unit=units.it.pk, reason="Gjelder IT.")
    assert (fresh(case).unit, fresh(case).handler) == (units.it, None)
    assert cast.it_leader.notices.filter(case=case, kind="new_case").exists()


def test_the_service_desk_sends_on_but_does_not_assess(login, cast, case, units):
    client = login(cast.service_desk)
    assert client.get(url("assess", case)).status_code == 403
    post(client, "reassign", case, unit=units.it.pk, reason="Gjelder IT.")
    assert fresh(case).unit == units.it


def test_sealing_takes_the_case_away_from_others_and_from_a_handler_without_the_right(login, cast, case):
    answer = post(login(cast.handler), "seal", case, reason="Helseopplysninger.")
    assert fresh(case).sealed
    assert answer.url == reverse("cases:register")
    for name in ("handler", "colleague", "quality_manager"):
        assert login(getattr(cast, name)).get(case.get_absolute_url()).status_code == 404
    assert login(cast.leader).get(case.get_absolute_url()).status_code == 200


def test_a_named_person_gets_access_to_a_sealed_case(login, cast):
    case = factories.make_case(cast.reporter, sealed=True)
    post(login(cast.leader), "give_access", case, person="outsider", reason="Trenger det.")
    assert login(cast.outsider).get(case.get_absolute_url()).status_code == 200
    assert login(cast.outsider).get(url("assess", case)).status_code == 403


def test_correct_the_title_but_never_what_was_written(login, cast, case):
    written = case.description
    answer = post(login(cast.leader), "correct", case, title="")
    assert "title" in answer.context["form"].errors
    post(login(cast.leader), "correct", case, title="Ny tittel", law_breach="on", description="Forfalsket")
    case = fresh(case)
    assert (case.title, case.law_breach, case.description) == ("Ny tittel", True, written)


def test_everybody_speaks_but_notes_are_internal(login, cast, case):
    post(login(cast.colleague), "say", case, text="Det skjedde hos oss også.")
    post(login(cast.colleague), "say", case, text="Later som om.", internal="on")
    post(login(cast.leader), "say", case, text="Hemmelig notat.", internal="on")
    assert case.entries.get(text="Later som om.").kind == "message"
    assert "Hemmelig notat." in login(cast.leader).get(case.get_absolute_url()).content.decode()
    page = login(cast.colleague).get(case.get_absolute_url()).content.decode()
    assert "Det skjedde hos oss også." in page
    assert "Hemmelig notat." not in page


def test_an_empty_message_and_an_auditors_message_are_refused(login, cast, case):
    assert post(login(cast.colleague), "say", case, text="  ").context["form"].errors
    assert post(login(cast.auditor), "say", case, text="Jeg bestemmer.").status_code == 403
    assert not case.entries.filter(kind="message").exists()


# Who must not

HANDLING = [
    "assess",
    "set_cause",
    "add_action",
    "close",
    "reject",
    "duplicate",
    "take_over",
    "reopen",
    "set_handler",
    "correct",
    "seal",
    "give_access",
]


@pytest.mark.parametrize("name", [*HANDLING, "reassign"])
@pytest.mark.parametrize(
    "who", ["reporter", "colleague", "outsider", "it_leader", "process_owner", "editor", "auditor", "administrator"]
)
def test_others_take_no_step(login, cast, case, name, who):
    client = login(getattr(cast, who))
    assert client.get(url(name, case)).status_code == 403
    assert post(client, name, case, reason="Fordi jeg vil").status_code == 403
    assert fresh(case).version == case.version


@pytest.mark.parametrize("name", [*HANDLING, "reassign", "say", "attach", "detail", "history", "receipt"])
def test_a_sealed_case_is_not_there_for_others(login, cast, name):
    case = factories.make_case(cast.reporter, sealed=True)
    for person in (cast.colleague, cast.outsider, cast.quality_manager, cast.service_desk):
        assert login(person).get(url(name, case)).status_code == 404
        assert login(person).post(url(name, case), {"version": 1}).status_code in (404, 405)


@pytest.mark.parametrize("name", ["complete_action", "change_action", "cancel_action", "evaluate_action"])
def test_others_touch_no_measure(login, cast, with_action, name):
    client = login(cast.outsider)
    assert client.get(url(name, with_action.case, with_action.pk)).status_code == 403
    assert client.post(url(name, with_action.case, with_action.pk), {"version": 1, "note": "x"}).status_code == 403


def test_an_unknown_reference_is_not_found(login, cast):
    huge = "9" * 30
    for path in (
        f"/saker/2001-00001/tiltak/{huge}/ferdig/",
        f"/saker/{huge}/",
        "/saker/2001-00001/",
        "/saker/2001-00001/vurder/",
        "/saker/%27/",
        "/saker/2001-00001/vedlegg/1/",
    ):
        assert login(cast.leader).get(path).status_code == 404


def test_an_ended_case_is_not_changed(login, cast, case):
    case.reject(cast.leader, reason="Hører ikke til.")
    answer = post(login(cast.leader), "correct", case, title="Ny tittel")
    assert answer.context["form"].non_field_errors()
    assert fresh(case).title != "Ny tittel"


@pytest.mark.parametrize("name", ["read_notices", "save_view"])
def test_get_is_refused_where_something_changes(login, cast, name):
    assert login(cast.leader).get(reverse(f"cases:{name}")).status_code == 405


# Stale


def test_a_stale_save_gets_409_with_both_texts_and_the_form_on_the_new_version(login, cast, assessed):
    client, seen = login(cast.leader), assessed.version
    factories.make_category()
    fresh(assessed).correct(cast.deputy, title="Nestlederens tittel", category=None, law_breach=False)
    answer = post(client, "correct", assessed, version=seen, title="Lederens tittel")
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Nestlederens tittel" in page and "Lederens tittel" in page and cast.deputy.get_full_name() in page
    assert fresh(assessed).title == "Nestlederens tittel"
    new = answer.context["form"]["version"].value()
    post(client, "correct", assessed, version=new, title="Lederens tittel")
    assert fresh(assessed).title == "Lederens tittel"


def test_a_stale_measure_gets_409(login, cast, with_action):
    seen = with_action.version
    later = clock.today() + datetime.timedelta(30)
    fresh(with_action).change(cast.deputy, deadline=later)
    answer = post(login(cast.leader), "change_action", with_action.case, with_action.pk, version=seen, **PLAN)
    assert answer.status_code == 409
    assert fresh(with_action).deadline == later


def test_a_form_without_version_changes_nothing(login, cast, case):
    answer = login(cast.leader).post(url("reject", case), {"reason": "Uten versjon"})
    assert answer.status_code == 200
    assert fresh(case).status == Case.Status.RECEIVED


# History


def test_the_full_history_says_who_what_from_to_and_why(login, cast, case):
    case.assess(cast.leader, probability=4, consequence=4)
    case.seal(cast.leader, sealed=True, reason="Helseopplysninger.")
    page = login(cast.leader).get(url("history", case)).content.decode()
    assert cast.leader.get_full_name() in page
    assert "Helseopplysninger." in page
    assert "4" in page


@pytest.mark.parametrize("who", ["reporter", "colleague", "outsider", "process_owner", "administrator", "service_desk"])
def test_the_full_history_is_for_those_with_the_right(login, cast, case, who):
    assert login(getattr(cast, who)).get(url("history", case)).status_code == 403


def test_an_auditor_reads_the_history_and_changes_nothing(login, cast, case):
    assert login(cast.auditor).get(url("history", case)).status_code == 200

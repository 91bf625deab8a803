"""Escalation rules as data (G21): each condition and its limit, what follows, and sealed cases."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader

from cases.models import Case, Entry, EscalationRule, Notice
from cases.models.escalation import keep_deadlines
from organisation import clock
from tests import factories

pytestmark = pytest.mark.django_db

DIRECTOR = Case.Level.DIRECTOR


def rule(**facts) -> EscalationRule:
    """The only rule there is."""
    EscalationRule.objects.update(active=False)
    facts.setdefault("name", "Regelen")
    facts.setdefault("level", DIRECTOR)
    made = EscalationRule(**facts)
    made.full_clean()
    made.save()
    return made


def assessed(cast, probability, consequence, **facts) -> Case:
    case = factories.make_case(cast.reporter, law_breach=facts.get("law_breach", False))
    case.assess(cast.leader, probability=probability, consequence=consequence, **facts)
    return case


def told(user) -> int:
    return Notice.objects.filter(user=user, kind=Notice.Kind.ESCALATED).count()


# The rules of a new installation: what was decided before rules were data


@pytest.mark.parametrize(
    ("probability", "consequence", "law", "level"),
    [
        (3, 5, False, "director"),  # 15
        (3, 4, False, "unit"),  # 12
        (1, 4, True, "director"),
        (3, 3, True, "unit"),
        (5, 3, False, "director"),
        (2, 5, False, "unit"),
    ],
)
def test_what_reaches_the_municipal_director_at_first(cast, probability, consequence, law, level):
    case = assessed(cast, probability, consequence, law_breach=law)
    assert case.level == level
    assert told(cast.director) == (level == "director")


@pytest.mark.parametrize(
    ("facts", "days"),
    [({}, 30), ({"consequence": 5}, 30), ({"law_breach": True}, 30), ({"law_breach": True, "consequence": 4}, 14)],
)
def test_the_first_deadline(cast, facts, days):
    case = factories.make_case(cast.reporter, **facts)
    assert case.deadline == clock.today() + datetime.timedelta(days)
    assert case.level == Case.Level.UNIT


def test_the_first_rules_are_made_once_and_never_over_those_there_are():
    number = EscalationRule.objects.count()
    EscalationRule.objects.update(active=False)
    EscalationRule.objects.make_defaults()
    assert EscalationRule.objects.count() == number == 4
    assert not EscalationRule.objects.active().exists()


# An installation that was there before rules were data: its `migrate` makes them


@pytest.fixture(scope="module")
def as_migrated():
    """The models as the migrations know them."""
    return MigrationLoader(None).project_state().apps


def test_an_organisation_that_is_there_keeps_its_deadlines(cast, as_migrated):
    made = dict(EscalationRule.objects.values_list("name", "deadline_days"))
    EscalationRule.objects.all().delete()
    keep_deadlines(as_migrated, None)
    assert dict(EscalationRule.objects.values_list("name", "deadline_days")) == made
    assert [rule.history.count() for rule in EscalationRule.objects.all()] == [1] * 4
    case = factories.make_case(cast.reporter, law_breach=True, consequence=4)
    assert case.deadline == clock.today() + datetime.timedelta(14)


def test_rules_that_were_switched_off_are_not_made_again(as_migrated):
    EscalationRule.objects.update(active=False)
    keep_deadlines(as_migrated, None)
    assert EscalationRule.objects.count() == 4
    assert not EscalationRule.objects.active().exists()


def test_an_empty_database_gets_no_rules_from_migrate(as_migrated, monkeypatch):
    EscalationRule.objects.all().delete()
    units = as_migrated.get_model("organisation", "Unit").objects
    monkeypatch.setattr(units, "exists", lambda: False)
    keep_deadlines(as_migrated, None)
    assert not EscalationRule.objects.exists()


def test_migrate_has_the_step():
    migrations = MigrationLoader(None).disk_migrations
    steps = [step for (app, _name), found in migrations.items() if app == "cases" for step in found.operations]
    assert keep_deadlines in [step.code for step in steps if isinstance(step, RunPython)]


# Each condition


@pytest.mark.parametrize(
    ("condition", "facts", "holds"),
    [
        ({"score_from": 12}, (3, 4), True),
        ({"score_from": 13}, (3, 4), False),
        ({"consequence_from": 4}, (1, 4), True),
        ({"consequence_from": 5}, (1, 4), False),
        ({"law_breach": True}, (1, 1), False),
        ({"kind": "deviation"}, (1, 1), True),
        ({"kind": "improvement"}, (1, 1), False),
        ({"assessed": True}, (1, 1), True),
        ({"score_from": 4, "consequence_from": 5}, (2, 4), False),  # both must hold
    ],
)
def test_a_condition_and_its_limit(cast, condition, facts, holds):
    rule(**condition)
    assert (assessed(cast, *facts).level == DIRECTOR) is holds


def test_breach_of_law(cast):
    rule(law_breach=True)
    assert factories.make_case(cast.reporter, law_breach=True).level == DIRECTOR


def test_category(cast):
    category = factories.make_category()
    rule(category=category)
    assert factories.make_case(cast.reporter).level == Case.Level.UNIT
    assert factories.make_case(cast.reporter, category=category).level == DIRECTOR


def test_what_the_reporter_says_is_not_enough_for_a_rule_that_waits(cast):
    rule(consequence_from=4, assessed=True)
    assert factories.make_case(cast.reporter, consequence=5).level == Case.Level.UNIT


def test_several_units_with_the_same_category_and_words(cast, units):
    rule(units_from=3, within_days=30)
    category = factories.make_category()
    facts = {"category": category, "description": "Nøkkelskapet mangler lås og alarm."}
    first = factories.make_case(cast.reporter, place=units.home_care, **facts)
    factories.make_case(cast.reporter, place=units.home_care, **facts)  # the same unit again counts once
    second = factories.make_case(cast.reporter, place=units.zone, **facts)
    assert (first.level, second.level) == ("unit", "unit")
    third = factories.make_case(cast.reporter, place=units.it, **facts)
    assert third.level == DIRECTOR
    text = third.entries.get(event=Entry.Event.ESCALATED).text
    assert " 3 " in text and second.reference not in text  # the other may be sealed later


@pytest.mark.parametrize(
    "other", [{"description": "Noe helt annet om mat."}, {"category": None}, {"status": "rejected"}, {"old": True}]
)
def test_what_is_not_the_same_is_not_counted(cast, units, other):
    rule(units_from=2, within_days=30)
    facts = {"category": factories.make_category(), "description": "Nøkkelskapet mangler lås og alarm."}
    with clock.set_to(clock.now() - datetime.timedelta(31 if other.pop("old", False) else 1)):
        status = other.pop("status", "")
        before = factories.make_case(cast.reporter, place=units.zone, **{**facts, **other})
        if status:
            before.reject(cast.leader, reason="Hører ikke hjemme her.")
    assert factories.make_case(cast.reporter, place=units.home_care, **facts).level == Case.Level.UNIT


@pytest.fixture
def page(cast, units, handbook):
    return factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=units.it)


def with_cause(cast, page, code="rutine-mangler", **facts) -> Case:
    case = factories.make_case(cast.reporter, page=page, **facts)
    case.assess(cast.leader, probability=1, consequence=1)
    case.set_cause(cast.leader, root_cause="Ingen vet hvem.", cause=factories.make_cause(code))
    return case


def test_the_same_cause_on_the_same_page_again(cast, page):
    rule(repeats_from=3, within_days=30, tell="page_owner", level="above")
    assert [with_cause(cast, page).level for _time in range(3)] == ["unit", "unit", "above"]
    assert told(cast.it_leader) == 1
    assert told(cast.director) == 1  # leads the unit above


def test_another_cause_is_no_repetition(cast, page):
    rule(repeats_from=2, within_days=30)
    with_cause(cast, page)
    assert with_cause(cast, page, code="opplaering").level == Case.Level.UNIT


# What follows


def test_two_rules_at_once_give_the_higher_level_and_the_sooner_deadline(cast):
    rule(name="Høy", score_from=10, deadline_days=20)
    EscalationRule.objects.create(name="Over", consequence_from=4, level="above", deadline_days=5, highlight=True)
    case = assessed(cast, 3, 4)
    assert (case.level, case.highlighted) == (DIRECTOR, True)
    assert case.deadline == clock.today() + datetime.timedelta(5)
    texts = list(case.entries.filter(event=Entry.Event.ESCALATED).values_list("text", flat=True))
    assert [text.split(":")[0] for text in texts] == ["Høy", "Over"]


def test_the_log_says_which_rule_and_why(cast):
    rule(name="Fra 12", score_from=12)
    case = assessed(cast, 3, 4)
    assert case.entries.get(event=Entry.Event.ESCALATED).text.startswith("Fra 12: ")
    assert "12" in case.escalations.get().why


def test_a_rule_lifts_a_case_once(cast):
    rule(score_from=12)
    case = assessed(cast, 3, 4)
    case.assess(cast.leader, probability=4, consequence=4)
    assert case.escalations.count() == told(cast.director) == 1


def test_no_rule_lowers_a_level(cast):
    rule(score_from=12)
    case = assessed(cast, 3, 4)
    EscalationRule.objects.create(name="Lav", level="above")
    case.assess(cast.leader, probability=1, consequence=1)
    assert case.level == DIRECTOR


def test_a_deadline_the_handler_chooses_stands(cast):
    rule(score_from=1, deadline_days=5)
    case = factories.make_case(cast.reporter)
    chosen = clock.today() + datetime.timedelta(40)
    case.assess(cast.leader, probability=3, consequence=4, deadline=chosen)
    assert case.deadline == chosen


def test_an_inactive_rule_does_nothing(cast):
    rule(score_from=1, active=False)
    assert assessed(cast, 5, 5).level == Case.Level.UNIT


def test_a_case_from_outside_is_lifted_when_it_is_sorted(cast, units):
    rule(law_breach=True)
    case = factories.make_outside_case(units.municipality, law_breach=True)
    assert case.level == Case.Level.UNIT
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp")
    assert case.level == DIRECTOR
    assert told(cast.director) == 1


# Sealed cases


def test_a_sealed_case_is_told_only_to_those_who_may_read_it(cast):
    rule(law_breach=True, tell="quality")
    factories.make_case(cast.reporter, law_breach=True, sealed=True)
    assert told(cast.director) == 1  # reads sealed cases everywhere
    assert told(cast.quality_manager) == 0


def test_a_sealed_case_is_never_counted_for_another(cast, page):
    rule(repeats_from=2, within_days=30)
    with_cause(cast, page, sealed=True)
    assert with_cause(cast, page).level == Case.Level.UNIT


# The register of rules and the lists


@pytest.mark.parametrize(
    "facts",
    [
        {"level": "unit"},  # does nothing
        {"units_from": 3},  # within how long?
        {"within_days": 30},
        {"units_from": 1, "within_days": 30},
        {"score_from": 26},
        {"consequence_from": 6},
        {"deadline_days": 0},
        {"name": "Regelen " * 40},
    ],
)
def test_a_rule_that_cannot_work_is_refused(facts):
    with pytest.raises(ValidationError):
        rule(**facts)


@pytest.mark.parametrize(("who", "opens"), [("quality_manager", True), ("editor", False), ("process_owner", False)])
def test_who_looks_after_the_rules(cast, login, who, opens):
    status = login(getattr(cast, who)).get("/admin/cases/escalationrule/create/").status_code
    assert (status == 200) is opens


def test_a_change_of_a_rule_is_in_its_history(cast, login):
    made = rule(score_from=12)
    fields = {"name": "Regelen", "active": "on", "score_from": "10", "level": "director", "tell": ""}
    answer = login(cast.quality_manager).post(f"/admin/cases/escalationrule/edit/{made.pk}/", fields)
    assert answer.status_code == 302
    assert [row.score_from for row in made.history.all()] == [10, 12]
    assert made.history.first().actor_label == cast.quality_manager.get_full_name()


def test_the_municipal_director_finds_them_on_my_page(cast, login):
    rule(score_from=12)
    case, other = assessed(cast, 3, 4), assessed(cast, 1, 1)
    page = login(cast.director).get("/min-side/").content.decode().split('id="raised"')[1].split("</section>")[0]
    assert case.reference in page and other.reference not in page
    assert "niva=director" in page
    assert 'id="raised"' not in login(cast.leader).get("/min-side/").content.decode()


def test_the_leader_above_finds_those_of_the_units_just_below(cast, units):
    rule(score_from=12, level="above")
    case = factories.make_case(cast.reporter, place=units.zone)
    case.assess(cast.leader, probability=3, consequence=4)
    assert list(Case.objects.raised_to(cast.leader)) == [case]
    assert not Case.objects.raised_to(cast.director).exists()
    assert told(cast.director) == 0

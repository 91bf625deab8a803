"""Goals, indicators and measurements: who may, what is refused, and what is kept."""

import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases.models import Case
from organisation import clock
from organisation.history import StaleVersion
from results.colours import Colour
from results.models import Frequency, Indicator, Measurement
from results.periods import Period
from tests.results.scorecards import make_goal, make_indicator, measure, november  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("november")


@pytest.fixture
def goal(cast, units):
    return make_goal(cast.leader, units.home_care)


@pytest.fixture
def indicator(cast, goal):
    return make_indicator(cast.leader, goal, owner=cast.reporter)


def test_only_those_who_look_after_the_goals_of_a_unit_make_them(cast, units):
    for person in (cast.reporter, cast.handler, cast.it_leader, cast.auditor, cast.outsider):
        with pytest.raises(PermissionDenied):
            make_goal(person, units.home_care)
    for person in (cast.leader, cast.deputy, cast.quality_manager, cast.director):
        assert make_goal(person, units.home_care, title=f"Mål {person}").owner == person


def test_a_goal_serves_a_goal_of_a_unit_above_and_no_other(cast, units, goal):
    above = make_goal(cast.director, units.municipality, title="Gode tjenester")
    goal.change(cast.leader, parent=above)
    aside = make_goal(cast.it_leader, units.it, title="Stabile systemer")
    with pytest.raises(ValidationError) as refused:
        goal.change(cast.leader, parent=aside)
    assert "parent" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        goal.change(cast.leader, parent=None, last_year=2020)
    assert "last_year" in refused.value.message_dict


def test_a_form_sent_twice_makes_one_goal_and_one_indicator(cast, units):
    key = uuid.uuid4()
    goal = make_goal(cast.leader, units.home_care, key=key)
    assert make_goal(cast.leader, units.home_care, key=key) == goal
    assert make_indicator(cast.leader, goal, key=key) == make_indicator(cast.leader, goal, key=key)


def test_the_owner_measures_and_others_do_not(cast, units, indicator):
    for person in (cast.colleague, cast.auditor, cast.it_leader, cast.handler):
        with pytest.raises(PermissionDenied):
            measure(person, indicator, units.home_care, "2026-T1", 81)
    made = measure(cast.reporter, indicator, units.home_care, "2026-T1", 81, note=" Vårens måling. ")
    assert (made.colour, made.note, made.by_name) == (Colour.GREEN, "Vårens måling.", str(cast.reporter))


def test_a_person_who_has_left_measures_nothing(cast, units, indicator):
    cast.reporter.is_active = False
    with pytest.raises(PermissionDenied):
        measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)


@pytest.mark.parametrize(
    ("code", "value", "facts", "field"),
    [
        ("2026-T3", 81, {}, "period"),
        ("2026", 81, {}, "period"),
        ("2026-H1", 81, {}, "period"),
        ("2026-T2", 101, {}, "value"),
        ("2026-T2", -1, {}, "value"),
        ("2026-T2", 81, {"answers": 4}, "answers"),
    ],
)
def test_what_can_not_be_measured_is_refused(cast, units, goal, code, value, facts, field):
    indicator = make_indicator(cast.leader, goal, lowest=Decimal(0), highest=Decimal(100))
    with pytest.raises(ValidationError) as refused:
        measure(cast.leader, indicator, units.home_care, code, value, **facts)
    assert field in refused.value.message_dict
    assert not Measurement.objects.exists()


def test_a_period_is_measured_once(cast, units, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)
    with pytest.raises(ValidationError, match="Correct that one|Rett den"):
        measure(cast.reporter, indicator, units.home_care, "2026-T1", 82)


def test_periods_never_overlap_when_it_is_measured_more_often_than_before(cast, units, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)
    indicator.change(cast.leader, frequency=Frequency.MONTH)
    with pytest.raises(ValidationError, match="overlaps|overlapper"):
        measure(cast.reporter, indicator, units.home_care, "2026-04", 81)
    assert measure(cast.reporter, indicator, units.home_care, "2026-05", 81).period.code == "2026-05"


def test_a_unit_that_does_not_measure_it_is_refused(cast, units, indicator):
    with pytest.raises(ValidationError) as refused:
        measure(cast.reporter, indicator, units.zone, "2026-T1", 81)
    assert "unit" in refused.value.message_dict


def test_a_common_indicator_is_measured_by_the_unit_and_those_right_below(cast, units):
    goal = make_goal(cast.director, units.municipality)
    common = make_indicator(cast.director, goal, common=True)
    assert set(common.units()) == {units.municipality, units.home_care, units.it}
    assert measure(cast.leader, common, units.home_care, "2026-T1", 81)
    with pytest.raises(PermissionDenied):
        measure(cast.leader, common, units.it, "2026-T1", 81)
    with pytest.raises(PermissionDenied):
        measure(cast.leader, common, units.municipality, "2026-T1", 81)


def test_out_of_use_it_is_not_measured(cast, units, indicator):
    indicator.change(cast.leader, active=False)
    with pytest.raises(ValidationError, match="out of use|ikke lenger i bruk"):
        measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)


def test_a_correction_says_why_and_the_first_value_is_kept_in_history(cast, units, indicator):
    made = measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)
    with pytest.raises(ValidationError) as refused:
        made.correct(cast.reporter, value=Decimal(18), reason=" ")
    assert "reason" in refused.value.message_dict
    made.correct(cast.reporter, value=Decimal(75), reason="Regnet om", version=1)
    with pytest.raises(StaleVersion):
        made.correct(cast.reporter, value=Decimal(74), reason="En gang til", version=1)
    with pytest.raises(PermissionDenied):
        made.correct(cast.colleague, value=Decimal(74), reason="Nei")
    newest, first = made.history.order_by("-history_id")
    assert (first.value, newest.value, newest.history_change_reason) == (81, 75, "Regnet om")


def test_new_limits_leave_the_colours_of_earlier_years(cast, units, indicator):
    earlier = measure(cast.reporter, indicator, units.home_care, "2025-T3", 81)
    now = measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)
    indicator.change(cast.leader, target=Decimal(95), green=Decimal(90), yellow=Decimal(85))
    earlier, now = Measurement.objects.get(pk=earlier.pk), Measurement.objects.get(pk=now.pk)
    assert (earlier.colour, now.colour) == (Colour.GREEN, Colour.RED)


def test_a_year_can_have_limits_of_its_own(cast, units, indicator):
    made = measure(cast.reporter, indicator, units.home_care, "2026-T1", 81)
    limits = {"target": Decimal(95), "green": Decimal(90), "yellow": Decimal(82)}
    with pytest.raises(PermissionDenied):
        indicator.set_target(cast.reporter, 2026, **limits)
    indicator.set_target(cast.leader, 2026, **limits)
    assert Measurement.objects.get(pk=made.pk).colour == Colour.RED
    with pytest.raises(ValidationError):
        indicator.set_target(cast.leader, 2026, **{**limits, "yellow": Decimal(91)})


def test_an_indicator_at_odds_with_itself_is_refused(cast, goal):
    for facts, field in (
        ({"green": 60}, "yellow"),
        ({"source": Indicator.Source.FIGURE}, "figure"),
        ({"source": Indicator.Source.FIGURE, "figure": "page_known"}, "page"),
        ({"lowest": Decimal(90), "highest": Decimal(100)}, "target"),
        ({"lowest": Decimal(100), "highest": Decimal(0)}, "highest"),
    ):
        with pytest.raises(ValidationError) as refused:
            make_indicator(cast.leader, goal, **facts)
        assert field in refused.value.message_dict


# When it is red


def red(cast, units, indicator, code="2026-T2"):
    return measure(cast.reporter, indicator, units.home_care, code, 55)


def test_a_red_one_is_asked_about_and_others_are_not(cast, units, indicator):
    assert red(cast, units, indicator).is_to_settle
    assert not measure(cast.reporter, indicator, units.home_care, "2026-T1", 75).is_to_settle


def test_who_handles_cases_opens_an_assessed_case(cast, units, indicator):
    made = red(cast, units, indicator)
    case = made.open_case(
        cast.leader,
        title="Brukerne er mindre fornøyde",
        description="Falt til 55 %.",
        probability=3,
        consequence=3,
        handler=cast.handler,
        deadline=clock.today(),
        measure="Ring de ti som klaget",
        version=made.version,
    )
    assert (case.kind, case.channel, case.origin) == (Case.Kind.DEVIATION, Case.Channel.INDICATOR, made)
    assert (case.handler, case.deadline, case.status) == (cast.handler, clock.today(), Case.Status.IN_PROGRESS)
    assert [action.text for action in case.actions.all()] == ["Ring de ti som klaget"]
    assert not made.is_to_settle


def test_from_an_owner_who_handles_no_cases_it_is_received_at_the_unit(cast, units, indicator):
    case = red(cast, units, indicator).open_case(cast.reporter, title="Mindre fornøyde", description="Falt.")
    assert (case.status, case.unit, case.reporter) == (Case.Status.RECEIVED, units.home_care, cast.reporter)


def test_no_case_takes_a_reason_that_is_kept(cast, units, indicator):
    made = red(cast, units, indicator)
    with pytest.raises(ValidationError):
        made.accept(cast.reporter, reason="  ")
    made.accept(cast.reporter, reason="Bare seks svarte.")
    assert (made.no_case_reason, made.is_to_settle) == ("Bare seks svarte.", False)
    with pytest.raises(ValidationError, match="already|allerede"):
        made.open_case(cast.leader, title="For sent", description="x", probability=2, consequence=2)
    assert not Case.objects.exists()


def test_others_settle_nothing_and_what_is_not_red_has_nothing_to_settle(cast, units, indicator):
    made = red(cast, units, indicator)
    for person in (cast.colleague, cast.auditor, cast.it_leader):
        with pytest.raises(PermissionDenied):
            made.accept(person, reason="Nei")
    with pytest.raises(StaleVersion):
        made.accept(cast.reporter, reason="Gammel side", version=99)
    green = measure(cast.reporter, indicator, units.home_care, "2026-T1", 90)
    with pytest.raises(ValidationError, match="not red|ikke rød"):
        green.accept(cast.reporter, reason="Nei")


def test_a_new_red_one_belongs_to_the_case_that_is_open(cast, units, indicator):
    case = red(cast, units, indicator, "2026-T1").open_case(cast.reporter, title="Falt", description="Falt.")
    again = red(cast, units, indicator, "2026-T2")
    assert (again.case, again.is_to_settle) == (case, False)


def test_when_the_case_has_ended_a_new_red_one_is_asked_about(cast, units, indicator):
    case = red(cast, units, indicator, "2026-T1").open_case(cast.reporter, title="Falt", description="Falt.")
    case.reject(cast.leader, reason="Meldt to ganger.")
    assert red(cast, units, indicator, "2026-T2").is_to_settle


def test_a_correction_asks_again(cast, units, indicator):
    made = red(cast, units, indicator)
    made.accept(cast.reporter, reason="Få svar.")
    made.correct(cast.reporter, value=Decimal(40), reason="Flere svar kom inn")
    assert made.is_to_settle


def test_the_period_of_an_indicator_is_the_newest_that_is_over(indicator):
    assert indicator.expected(clock.today()) == Period.read("2026-T2")

"""Every figure of the statistics against a slow, obvious calculation on made-up cases (S59–S61)."""

import datetime
from dataclasses import replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.models import Case, Cause
from organisation import clock
from organisation.models import Unit, User
from results.periods import Length, Period
from results.statistics import breakdown, culture, effect, headline, trend
from results.statistics.scope import Scope
from tests.results import generated
from tests.results.generated import Slowly, day, rank, tally

PERIODS = ["2026", "2026-T1", "2026-H2", "2026-04", "2026-10", "2025-01-15..2026-11-30", "2026-12"]
TRIED = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
made_up = given(
    many=st.builds(generated.cases, st.integers(0, 999), st.sampled_from([0, 1, 40, 40, 40])),
    code=st.sampled_from(PERIODS),
    unit=st.sampled_from([None, "municipality", "home-care", "zone-north"]),
)


@pytest.fixture(autouse=True)
def stage(cast, units):
    """The organisation is there, and it is noon on 30 November 2026."""
    with clock.set_to(generated.NOW):
        yield


def example(many, code, unit):
    """The scope, and the slow way of counting it."""
    generated.create(many)
    chosen = Unit.objects.get(code=unit) if unit else None
    return Scope(Period.read(code), chosen), Slowly(chosen)


class Undone:
    """What an example writes is gone when it is over."""

    def __enter__(self):
        self.block = transaction.atomic()
        self.block.__enter__()

    def __exit__(self, *error):
        transaction.set_rollback(True)
        self.block.__exit__(*error)


@TRIED
@made_up
def test_headline_figures(many, code, unit):
    with Undone():
        scope, slowly = example(many, code, unit)
        against = scope.period.previous()
        figures = headline.of(scope, against)
        for period, read in ((scope.period, "value"), (against, "before")):
            expected = headline_slowly(slowly, scope.unit, period)
            assert {figure.code: getattr(figure, read) for figure in figures} == pytest.approx(expected)


def headline_slowly(slowly, unit, period):
    when = min(period.last, day(generated.NOW))
    received, closed, answered = slowly.received(period), slowly.closed(period), slowly.answered(period)
    to_close = slowly.took(closed, lambda case: case.closed_at)
    to_answer = slowly.took(answered, slowly.first_answer)
    evaluated = slowly.evaluated(period)
    worked = [action for action in evaluated if action.effect == "effective"]
    reports = [case for case in received if case.channel in ("page", "form")]
    people = [p for p in User.objects.select_related("unit") if p.is_active and p.unit]
    people = [p for p in people if not unit or p.unit.path.startswith(unit.path)]
    days = (max(period.first, when) - period.first).days + 1
    return {
        "received": len(received),
        "closed": len(closed),
        "open": len(slowly.open_on(when)),
        "overdue": len(slowly.overdue_on(when)),
        "answer_median": rank(to_answer, 50),
        "answer_p90": rank(to_answer, 90),
        "close_median": rank(to_close, 50),
        "close_p90": rank(to_close, 90),
        "late_measures": len(slowly.late_on(when)),
        "confirmed_effect": len(worked) / len(evaluated) * 100 if evaluated else None,
        "improvements": sum(case.kind == Case.Kind.IMPROVEMENT for case in received),
        "praise": sum(case.kind == Case.Kind.POSITIVE for case in received),
        "recurring": sum(slowly.repeated(period).values()),
        "reports_per_employee": len(reports) / len(people) / days * 365.25
        if period.first <= day(generated.NOW) and people
        else None,
    }


@TRIED
@made_up
def test_part_by_part(many, code, unit):
    with Undone():
        scope, slowly = example(many, code, unit)
        for length in trend.LENGTHS:
            parts = trend.development(scope, length)
            late = trend.late(scope, length)
            closing, answering = trend.days_to_close(scope, length), trend.days_to_first_answer(scope, length)
            assert parts[0].period.first == scope.period.first
            assert parts[-1].period.last == scope.so_far.last
            for part, was_late, closings, answers in zip(parts, late, closing, answering, strict=True):
                period = part.period
                received = tally(case.kind for case in slowly.received(period))
                assert part.all_received == sum(received.values())
                for kind in Case.REPORTABLE:
                    assert part.received[kind] == received.get(kind, 0)
                assert part.closed == len(slowly.closed(period))
                assert part.open == len(slowly.open_on(period.last))
                assert was_late == len(slowly.overdue_on(period.last))
                to_close = slowly.took(slowly.closed(period), lambda case: case.closed_at)
                to_answer = slowly.took(slowly.answered(period), slowly.first_answer)
                assert (closings.median, closings.p90) == (rank(to_close, 50), rank(to_close, 90))
                assert (answers.median, answers.p90) == (rank(to_answer, 50), rank(to_answer, 90))


@TRIED
@made_up
def test_divided_by_cause_category_channel_page_and_unit(many, code, unit):
    with Undone():
        scope, slowly = example(many, code, unit)
        received = slowly.received(scope.period)
        for divide, key in (
            (breakdown.by_cause, lambda case: case.cause_id),
            (breakdown.by_category, lambda case: case.category_id),
            (breakdown.by_channel, lambda case: case.channel),
            (breakdown.by_page, lambda case: case.page_document_id),
            (breakdown.by_unit, lambda case: below(case, scope.unit)),
        ):
            found = divide(scope)
            expected = tally(key(case) for case in received)
            none = expected.pop(None, 0) + expected.pop("", 0)
            assert {portion.key: portion.number for portion in found.portions} == expected
            assert (found.rest.number if found.rest else 0) == none
            numbers = [portion.number for portion in found.portions]
            assert numbers == sorted(numbers, reverse=True)


def below(case, unit):
    """The unit right below the chosen one that the case belongs to, or the chosen one itself."""
    top = unit or Unit.objects.municipality()
    return Unit.objects.get(path=case.unit.path[: len(top.path) + Unit.steplen]).pk


@TRIED
@made_up
def test_reports_for_each_employee_by_unit(many, code, unit):
    with Undone():
        scope, slowly = example(many, code, unit)
        reports = [case for case in slowly.received(scope.so_far) if case.channel in ("page", "form")]
        names = tally(Unit.objects.get(pk=below(case, scope.unit)).name for case in reports)
        lines = culture.reporting_by_unit(scope)
        assert {line.label: line.number for line in lines if line.number} == names
        assert sum(line.employees for line in lines) == culture.reporting(scope).employees


@TRIED
@made_up
def test_effects_and_what_happened_again(many, code, unit):
    with Undone():
        scope, slowly = example(many, code, unit)
        evaluated = slowly.evaluated(scope.period)
        found = effect.effects(scope)
        assert found.numbers == tally(action.effect for action in evaluated)
        assert {portion.key: portion.number for portion in effect.repeated(scope)} == slowly.repeated(scope.period)


@TRIED
@made_up
def test_before_and_after_a_measure(many, code, unit):
    with Undone():
        scope, slowly = example(many, code, unit)
        for one in [Cause.objects.filter(code="rutine").first(), None]:
            narrowed = replace(scope, cause=one) if one else replace(scope, page="FL-9001")
            of_it = [
                case for case in slowly.cases if (case.cause == one if one else case.page_document_id == "FL-9001")
            ]
            done = [
                action
                for case in of_it
                for action in case.actions.all()
                if action.done_at and scope.period.first <= day(action.done_at) <= scope.period.last
            ]
            found = effect.before_after(narrowed)
            assert len(found) == min(len(done), effect.MOST_MEASURES)
            for line in found:
                when = day(line.action.done_at)
                days = [(day(case.received_at) - when).days for case in of_it]
                assert line.before.number == sum(-182 <= number < 0 for number in days)
                passed = (day(generated.NOW) - when).days
                if passed < effect.SHORTEST:
                    assert line.after is None
                else:
                    assert line.after.number == sum(0 < number <= min(182, passed) for number in days)
                    assert line.after.period.days == min(182, passed)


def test_nothing_before_and_after_without_a_cause_or_page():
    assert effect.before_after(Scope(Period.read("2026"))) == []


def test_last_minutes_of_a_month_belong_to_it(cast, units):
    late = datetime.datetime(2026, 5, 31, 23, 30, tzinfo=generated.OSLO)  # still May here, June nowhere; 21:30 in UTC
    early = datetime.datetime(2026, 6, 1, 0, 30, tzinfo=generated.OSLO)  # June here, May in UTC
    base = {
        "kind": "deviation", "unit": "it", "cause": None, "category": None, "channel": "page", "page": "",
        "sealed": False, "needs_triage": False, "law_breach": False, "outside": False, "assessed_after": None,
        "answered_after": None, "closed_after": None, "ended_as": "closed", "deadline_days": None, "actions": [],
    }  # fmt: skip
    generated.create([base | {"received_at": late}, base | {"received_at": early}])
    assert [
        part.all_received for part in trend.development(Scope(Period.read("2026-05-01..2026-06-30")), Length.MONTH)
    ] == [1, 1]

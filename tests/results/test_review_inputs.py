"""The inputs of a review, held against a slow and obvious calculation on generated data; what is never counted; and that the
work doesn't grow with the data."""

import datetime
import json
import random
import zoneinfo

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Action, Case
from organisation import clock
from organisation.models import RoleAssignment
from organisation.roles import Role
from results.inputs import (
    BUILDERS,
    changes,
    controls,
    deviations,
    earlier,
    gather,
    headline,
    improvements,
    inhabitants,
    providers,
    resources,
    risks,
)
from results.inputs.section import Figure, Section
from results.periods import Length, Period
from results.statistics import headline as statistics
from results.statistics.scope import Scope
from tests import factories

OSLO = zoneinfo.ZoneInfo("Europe/Oslo")
PERIOD = Period.of(Length.TERTIAL, 2025, 2)
BEFORE = Period.of(Length.TERTIAL, 2025, 1)


def value(section, place):
    return section.figures[place].value


def by_label(section):
    return [(figure.value, figure.before) for figure in section.figures]


def moment(rnd):
    """Any moment of 2025 and a little before, often near a midnight that ends or begins a period."""
    if rnd.random() < 0.3:
        day = rnd.choice([PERIOD.first, PERIOD.last, BEFORE.first, BEFORE.last])
        time = rnd.choice([datetime.time(0, 0), datetime.time(0, 30), datetime.time(23, 59, 59)])
        return datetime.datetime.combine(day, time, OSLO)
    return datetime.datetime(2024, 11, 1, tzinfo=OSLO) + datetime.timedelta(hours=rnd.randrange(24 * 400))


def generate(cast, units, seed, number=60):
    """Cases and measures of all sorts at home care, its zone and IT."""
    rnd = random.Random(seed)
    causes = [factories.make_cause("rutine-mangler"), None]
    for place in range(number):
        received = moment(rnd)
        ended = rnd.random() < 0.6
        unit = rnd.choice([units.home_care, units.zone, units.it])
        case = Case(
            reference=f"T-{seed}-{place}",
            kind=rnd.choice(Case.Kind.values),
            status=rnd.choice([*Case.ENDED]) if ended else rnd.choice([*Case.OPEN]),
            title="Sak",
            description="Beskrevet",
            unit=unit,
            place=unit,
            reporter=cast.reporter,
            received_at=received,
            closed_at=received + datetime.timedelta(hours=rnd.randrange(1, 4000)) if ended else None,
            deadline=rnd.choice([None, received.date() + datetime.timedelta(rnd.randrange(1, 90))]),
            sealed=rnd.random() < 0.15,
            law_breach=rnd.random() < 0.2,
            cause=rnd.choice(causes),
            lesson=rnd.choice(["", "Vi lærte noe."]),
            external_system=rnd.choice(["", "Helpdesk"]),
        )
        case.save_by(cast.reporter)
        for _number in range(rnd.randrange(3)):
            made = received + datetime.timedelta(1)
            done = rnd.choice([None, made + datetime.timedelta(rnd.randrange(100))])
            evaluated = done and rnd.choice([None, done + datetime.timedelta(rnd.randrange(60))])
            Action(
                case=case,
                text="Tiltak",
                responsible=cast.deputy,
                deadline=made.date() + datetime.timedelta(rnd.randrange(60)),
                evaluation_date=made.date() + datetime.timedelta(160),
                created_at=made,
                done_at=done,
                done_by=cast.deputy if done else None,
                effect=rnd.choice(Action.Effect.values) if evaluated else "",
                evaluated_at=evaluated,
                evaluated_by=cast.leader if evaluated else None,
                hours=rnd.choice([None, 2, 7.5]),
                cost=rnd.choice([None, 1000]),
                cancelled_at=made if rnd.random() < 0.1 else None,
            ).save_by(cast.leader)


class Obvious:
    """The same figures, one row at a time."""

    def __init__(self, unit):
        own = [case for case in Case.objects.all() if case.unit.path.startswith(unit.path) and not case.sealed]
        self.cases = own
        self.actions = [one for case in own for one in case.actions.all() if one.cancelled_at is None]

    @staticmethod
    def during(at, period):
        return at is not None and period.first <= at.astimezone(OSLO).date() <= period.last

    def number(self, at, period, **facts):
        return sum(
            self.during(getattr(case, at), period) and all(getattr(case, name) == fact for name, fact in facts.items())
            for case in self.cases
        )

    def days(self, period, **facts):
        found = sorted(
            (case.closed_at - case.received_at).days
            for case in self.cases
            if case.status == "closed"
            and self.during(case.closed_at, period)
            and all(getattr(case, name) == fact for name, fact in facts.items())
        )
        return found[(len(found) - 1) // 2] if found else None

    def is_open_after(self, case, period):
        came = case.received_at.astimezone(OSLO).date() <= period.last
        return came and (case.closed_at is None or case.closed_at.astimezone(OSLO).date() > period.last)

    def open_after(self, period, **facts):
        return sum(
            self.is_open_after(case, period) and all(getattr(case, name) == fact for name, fact in facts.items())
            for case in self.cases
        )

    def late_after(self, period, **facts):
        return sum(
            self.is_open_after(case, period)
            and case.deadline is not None
            and case.deadline < period.last
            and all(getattr(case, name) == fact for name, fact in facts.items())
            for case in self.cases
        )

    def late_measures(self, period):
        return sum(
            one.created_at.astimezone(OSLO).date() <= period.last
            and one.deadline < period.last
            and (one.done_at is None or one.done_at.astimezone(OSLO).date() > period.last)
            for one in self.actions
        )

    def effect(self, period):
        found = [one for one in self.actions if self.during(one.evaluated_at, period)]
        return round(100 * sum(one.effect == "effective" for one in found) / len(found)) if found else None


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("place", ["municipality", "home_care", "it"])
def test_figures_are_those_of_a_slow_and_obvious_calculation(cast, units, seed, place):
    generate(cast, units, seed)
    unit = getattr(units, place)
    slow = Obvious(unit)
    short = headline.build(unit, PERIOD)
    assert by_label(short) == [
        (slow.number("received_at", PERIOD), slow.number("received_at", BEFORE)),
        (slow.days(PERIOD), slow.days(BEFORE)),
        (slow.late_measures(PERIOD), slow.late_measures(BEFORE)),
        (slow.effect(PERIOD), slow.effect(BEFORE)),
    ]
    months = [Period.containing(PERIOD.last, Length.MONTH).shifted(-step) for step in range(8)][::-1]
    development, by_cause = short.drawings
    assert development.series[0][1] == [slow.number("received_at", month) for month in months]
    assert development.series[1][1] == [slow.number("closed_at", month) for month in months]
    with_cause = [case for case in slow.cases if case.cause and slow.during(case.received_at, PERIOD)]
    assert sum(by_cause.series[0][1]) == len(with_cause)
    kind = {"kind": "deviation"}
    closed = {**kind, "status": "closed"}
    assert by_label(deviations.build(unit, PERIOD)) == [
        (slow.number("received_at", PERIOD, **kind), slow.number("received_at", BEFORE, **kind)),
        (
            slow.number("received_at", PERIOD, **kind, law_breach=True),
            slow.number("received_at", BEFORE, **kind, law_breach=True),
        ),
        (slow.number("closed_at", PERIOD, **closed), slow.number("closed_at", BEFORE, **closed)),
        (slow.days(PERIOD, **kind), slow.days(BEFORE, **kind)),
        (slow.open_after(PERIOD, **kind), slow.open_after(BEFORE, **kind)),
        (slow.late_after(PERIOD, **kind), slow.late_after(BEFORE, **kind)),
    ]
    done = [one for one in slow.actions if slow.during(one.done_at, PERIOD)]
    spent = by_label(resources.build(unit, PERIOD))
    assert spent[1][0] == len(done)
    assert (spent[2][0] or 0) == sum(float(one.hours or 0) for one in done)
    assert (spent[3][0] or 0) == sum(float(one.cost or 0) for one in done)
    improved = by_label(improvements.build(unit, PERIOD))
    assert improved[0][0] == slow.number("received_at", PERIOD, kind="improvement")
    assert improved[4][0] == slow.number("closed_at", PERIOD, status="closed", lesson="Vi lærte noe.")
    kinds = ("inspection_finding", "audit_finding")
    followed = [figure.value for figure in controls.build(unit, PERIOD).figures]
    assert (followed or [0, 0]) == [
        sum(slow.open_after(PERIOD, kind=kind) for kind in kinds),
        sum(slow.late_after(PERIOD, kind=kind) for kind in kinds),
    ]
    taken = providers.build(unit, PERIOD)
    if taken.figures:
        assert value(taken, 0) == slow.number("closed_at", PERIOD, status="taken_over")


@pytest.mark.parametrize("place", ["municipality", "home_care"])
def test_the_review_says_what_the_statistics_say(cast, units, place):
    generate(cast, units, 11)
    unit = getattr(units, place)
    told = statistics.figures(unit, PERIOD)
    effect = {figure: round(figure.value) for figure in [told.confirmed_effect] if figure.value is not None}
    figures = headline.build(unit, PERIOD).figures
    assert [figure.value for figure in figures] == [
        told.received.value,
        told.close_median.value,
        told.late_measures.value,
        effect.get(told.confirmed_effect),
    ]
    assert [figure.url for figure in figures] == [
        told.received.address,
        told.close_median.address,
        told.late_measures.address,
        told.confirmed_effect.address,
    ]
    of_deviations = statistics.of(Scope(PERIOD, unit, kind="deviation"), BEFORE)
    found = deviations.build(unit, PERIOD).figures
    same = [of_deviations.received, of_deviations.closed, of_deviations.close_median]
    same += [of_deviations.open, of_deviations.overdue]
    shown = [figure for place, figure in enumerate(found) if place != 1]
    assert [(one.value, one.before, one.url) for one in shown] == [(one.value, one.before, one.address) for one in same]


def test_what_waits_to_be_sorted_is_in_no_figure(cast, units):
    year = Period.containing(clock.today(), Length.YEAR)
    factories.make_outside_case(units.municipality)
    assert value(headline.build(units.municipality, year), 0) == 0
    assert value(inhabitants.build(units.municipality, year), 0) == 0


def test_a_sealed_case_is_in_no_figure(cast, units):
    before = [section.as_data() for section in gather(units.home_care, Period.containing(clock.today(), Length.YEAR))]
    case = factories.make_case(cast.reporter)
    case.seal(cast.leader, sealed=True, reason="Helse.")
    after = [section.as_data() for section in gather(units.home_care, Period.containing(clock.today(), Length.YEAR))]
    assert before == after


def test_a_period_that_is_not_over_is_counted_until_now(cast, units):
    year = Period.containing(clock.today(), Length.YEAR)
    factories.make_case(cast.reporter)
    assert value(headline.build(units.home_care, year), 0) == 1
    assert value(deviations.build(units.home_care, year), 4) == 1


def test_what_inhabitants_say(cast, units):
    case = factories.make_outside_case(units.municipality)
    case.triage(cast.service_desk, unit=units.home_care, kind="improvement", title="Mer benk")
    case.assess(cast.leader, probability=1, consequence=1, answer="Takk, vi setter opp en benk.")
    case.close(cast.leader)
    case.correspondent.say_whether_better("yes")
    section = inhabitants.build(units.municipality, Period.containing(clock.today(), Length.YEAR))
    assert value(section, 0) == 1
    assert value(section, 4) == 100


def test_a_restricted_assessment_is_not_told(cast, units):
    factories.make_decided(cast.leader, {"probability": 5, "consequence": 5, "preventive": "Lås"}, restricted=True)
    year = Period.containing(clock.today(), Length.YEAR)
    assert risks.build(units.home_care, year).figures == []
    assert value(changes.build(units.home_care, year), 3) == 0


def test_risks_of_an_assessment_in_force(cast, units):
    factories.make_decided(
        cast.leader, {"probability": 5, "consequence": 5, "preventive": "Lås"}, {"probability": 2, "consequence": 3}
    )
    section = risks.build(units.municipality, Period.containing(clock.today(), Length.YEAR))
    assert [figure.value for figure in section.figures[:3]] == [2, 1, 1]
    assert section.drawings[0].series[1][1] == [1, 1, 0]
    assert section.tables[0].rows[0][3].text == "25"


def test_a_unit_without_a_leader_is_named(cast, units):
    RoleAssignment.objects.get(unit=units.home_care, role=Role.UNIT_LEADER).delete()
    section = resources.build(units.home_care, PERIOD)
    assert [[cell.text for cell in row] for row in section.tables[0].rows] == [[units.home_care.name]]


def test_a_new_leader_is_a_change(cast, units):
    RoleAssignment.objects.create(user=cast.reporter, unit=units.zone, role=Role.UNIT_LEADER)
    section = changes.build(units.home_care, Period.containing(clock.today(), Length.YEAR))
    rows = [row for table in section.tables for row in table.rows]
    assert any(str(cast.reporter) in row[0].text for row in rows)


def test_earlier_decisions_with_how_it_goes(cast, units):
    review = factories.make_closed_review(cast.leader, {"text": "Ny rutine"})
    section = earlier.build(units.home_care, Period.of(Length.TERTIAL, 2026, 1))
    (row,) = section.tables[0].rows
    assert row[0].text == "Ny rutine"
    assert row[3].text == review.decisions.get().case.reference
    assert earlier.build(units.it, Period.of(Length.TERTIAL, 2026, 1)).is_empty


def test_every_input_can_be_frozen_and_shown_again(cast, units):
    generate(cast, units, 4)
    for section in gather(units.municipality, PERIOD):
        data = json.loads(json.dumps(section.as_data(), cls=DjangoJSONEncoder))
        assert Section.of(data) == section
        for drawing in section.drawings:
            assert len(drawing.chart.rows) == len(drawing.labels)


def test_the_work_does_not_grow_with_the_data(cast, units):
    year = Period.containing(clock.today(), Length.YEAR)

    def queries(build):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            build(units.municipality, year)
        return len(captured)

    def more(number):
        generate(cast, units, number, number=5)
        factories.make_decided(cast.leader, {"probability": 3, "consequence": 3}, title=f"ROS {number}")
        factories.make_outside_case(units.home_care)
        story = factories.make_story(cast.reporter, cast.leader)
        assert story.lesson

    factories.make_closed_review(cast.leader, {"raised": True})
    more(5)
    few = {build.__module__: queries(build) for build in BUILDERS}
    factories.make_closed_review(cast.it_leader, {"raised": True}, {})
    for number in range(6, 9):
        more(number)
    assert {build.__module__: queries(build) for build in BUILDERS} == few
    assert sum(few.values()) <= 80


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        (Figure("x", 124, before=105), "+18 %"),
        (Figure("x", 3, before=1), "+2"),
        (Figure("x", 1, before=3), "−2"),
        (Figure("x", 0, before=0), "uendret"),
        (Figure("x", 91, "%", before=85), "+6 prosentpoeng"),
        (Figure("x", 5), ""),
        (Figure("x", None, before=5), ""),
    ],
)
def test_how_a_figure_moved(figure, change):
    if change == "uendret":
        assert figure.change
    elif "prosentpoeng" in change:
        assert figure.change.startswith("+6 ")
    else:
        assert figure.change == change

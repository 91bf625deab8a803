"""The consistency checks (G23): what stops the decision, what is only held up, and that a form in order has none."""

import datetime

import pytest

from organisation import clock
from risk import checks
from risk.models import Acceptance
from tests import factories

GOOD = {"threat": "Fall på isen", "probability": 4, "consequence": 4, "preventive": "Strø"}
YESTERDAY = datetime.timedelta(-1)


def found(assessment):
    return [(check.cell, check.stops) for check in checks.of(assessment, list(assessment.rows.live()))]


@pytest.mark.parametrize(
    ("change", "cell"),
    [
        ({"threat": " "}, "threat"),
        ({"probability": None}, "probability"),
        ({"consequence": None}, "consequence"),
        ({"preventive": ""}, "preventive"),
        ({"probability": 2, "consequence": 2, "law_breach": True, "preventive": ""}, "preventive"),
        ({"residual_probability": 2}, "residual_consequence"),
        ({"residual_consequence": 2}, "residual_probability"),
        ({"residual_probability": 5, "residual_consequence": 4}, "residual_probability"),
        (
            {"probability": 2, "preventive": "", "residual_probability": 1, "residual_consequence": 2},
            "preventive",
        ),
        ({"deadline": clock.today() + YESTERDAY}, "deadline"),
    ],
)
def test_what_stops_a_draft(cast, change, cell):
    assessment = factories.make_assessment(cast.leader)
    factories.make_risk(assessment, cast.leader, **{**GOOD, **change})
    assert found(assessment) == [(cell, True)]


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"residual_probability": 4, "residual_consequence": 4},
        {"preventive": "", "limiting": "Ringe 113"},
        {"probability": 2, "consequence": 5, "preventive": ""},
        {"deadline": clock.today()},
    ],
)
def test_what_is_in_order(cast, change):
    assessment = factories.make_assessment(cast.leader)
    factories.make_risk(assessment, cast.leader, **{**GOOD, **change})
    assert found(assessment) == []


def test_a_form_without_rows(cast):
    assessment = factories.make_assessment(cast.leader)
    assert found(assessment) == [("", True)]


def test_the_same_threat_twice_is_held_up(cast):
    assessment = factories.make_assessment(cast.leader)
    for _time in range(2):
        factories.make_risk(assessment, cast.leader, **GOOD)
    assert found(assessment) == [("threat", False), ("threat", False)]


def test_a_removed_row_is_not_asked(cast):
    assessment = factories.make_assessment(cast.leader, rows=1)
    factories.make_risk(assessment, cast.leader, threat="").remove(cast.leader)
    assert found(assessment) == []


def test_where_it_is_said(cast):
    assessment = factories.make_assessment(cast.leader, rows=1)
    factories.make_risk(assessment, cast.leader, probability=None)
    (check,) = checks.of(assessment, list(assessment.rows.live()))
    assert check.where == "Rad 2, Sannsynlighet"


class TestInForce:
    @pytest.fixture
    def assessment(self, cast):
        return factories.make_decided(cast.leader, GOOD)

    def test_nothing_at_first(self, assessment):
        assert found(assessment) == []

    def test_a_late_measure(self, assessment):
        with clock.set_to(clock.now() + datetime.timedelta(100)):
            assert ("deadline", False) in found(assessment)

    def test_a_late_review(self, assessment):
        with clock.set_to(clock.now() + datetime.timedelta(400)):
            assert ("", False) in found(assessment)

    def test_finished_measures_without_a_confirmed_residual(self, cast, assessment):
        case = assessment.rows.get().case
        action = case.actions.get()
        action.complete(cast.leader, note="Strødd")
        action.evaluate(cast.deputy, effect="effective", note="Ingen fall")
        case.close(cast.leader, residual_probability=2, residual_consequence=4)
        assert found(assessment) == [("residual_probability", False)]
        assessment.rows.get().confirm_residual(cast.leader, probability=2, consequence=4)
        assert found(assessment) == []

    def test_an_expired_acceptance(self, cast, assessment):
        until = clock.today() + datetime.timedelta(10)
        Acceptance.give(cast.leader, assessment.rows.get(), reason="Ventes", until=until)
        assert found(assessment) == []
        with clock.set_to(clock.now() + datetime.timedelta(11)):
            assert found(assessment) == [("", False)]


def test_the_same_number_of_queries_for_any_number_of_rows(cast, django_assert_max_num_queries):
    assessment = factories.make_decided(cast.leader, *[{"threat": f"Trussel {n}"} for n in range(12)])
    rows = list(assessment.rows.live().select_related("case").prefetch_related("acceptances"))
    for row in rows:
        row.assessment = assessment
    with django_assert_max_num_queries(0):
        checks.of(assessment, rows)

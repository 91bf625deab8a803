"""What is done and confirmed in one version is not to be done or confirmed again in the next (S57, G23)."""

import pytest
from django.core.exceptions import ValidationError

from cases.models import Action, Case
from risk import checks, follow_up
from risk.models import Assessment, Risk
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def finished(cast) -> Risk:
    """A row in force whose case is closed, with a residual risk of 2 × 4."""
    row = {"probability": 4, "consequence": 4, "preventive": "Gå to sammen", "responsible": cast.handler}
    row |= {"residual_probability": 2, "residual_consequence": 4}
    risk = factories.make_decided(cast.leader, row).rows.get()
    action = risk.case.actions.get()
    action.complete(cast.handler, note="Vi går to")
    action.evaluate(cast.leader, effect=Action.Effect.EFFECTIVE, note="Ingen trusler siden")
    risk.case.refresh_from_db()
    risk.case.close(cast.leader, residual_probability=2, residual_consequence=4)
    return Risk.objects.select_related("assessment", "case").get(pk=risk.pk)


def next_version(row: Risk, by) -> Assessment:
    revised = row.assessment.revise(by)
    revised.decide(by)
    return revised


def test_what_is_confirmed_is_the_risk_to_begin_from_and_asks_for_nothing(cast, finished):
    finished.confirm_residual(cast.leader, probability=2, consequence=4)
    revised = next_version(finished, cast.leader)
    row = revised.rows.get()
    assert (row.score, row.case, follow_up.of(row)) == (8, None, None)
    assert [check.text for check in checks.of(revised, [row])] == []


def test_what_is_not_confirmed_is_followed_into_the_next_version(cast, finished):
    finished.assessment.revise(cast.leader).rows.get().write(cast.leader, probability=2)
    row = next_version(finished, cast.leader).rows.get()
    assert (row.case, follow_up.of(row).proposal) == (finished.case, (2, 4))
    row.confirm_residual(cast.leader, probability=2, consequence=4)


def test_a_risk_that_rises_again_opens_a_case_of_its_own(cast, finished):
    finished.confirm_residual(cast.leader, probability=2, consequence=4)
    finished.assessment.revise(cast.leader).rows.get().write(cast.leader, probability=3, preventive="Alarm")
    row = next_version(finished, cast.leader).rows.get()
    assert row.case != finished.case
    assert Case.objects.count() == 2


def test_a_risk_that_has_risen_again_is_not_decided_without_a_new_measure(cast, finished):
    finished.confirm_residual(cast.leader, probability=2, consequence=4)
    revised = finished.assessment.revise(cast.leader)
    revised.rows.get().write(cast.leader, probability=5)
    with pytest.raises(ValidationError):
        revised.decide(cast.leader)

"""Who may read a review: the database condition and the rule for one agree, for every person, in every state."""

import pytest

from cases.models import Case
from results.models import AnnualReport, Review
from results.review_permissions import Act, can
from tests import factories
from tests.conftest import CAST

OPEN = set(CAST)
FOLLOWERS = {"leader", "deputy", "quality_manager", "auditor", "director"}


def readers(cast, review):
    """The people of the cast who read it, by the rule and by the condition."""
    by_rule = {name for name in CAST if can(getattr(cast, name), Act.READ, review)}
    by_condition = {name for name in CAST if Review.objects.visible_to(getattr(cast, name)).filter(pk=review.pk)}
    assert by_rule == by_condition
    return by_rule


def test_while_it_is_prepared_and_held(cast):
    review = factories.make_review(cast.leader)
    review.add_participant(cast.leader, user=cast.reporter)
    assert readers(cast, review) == FOLLOWERS | {"reporter"}
    review = factories.make_meeting(cast.it_leader)
    assert readers(cast, review) == {"it_leader", "quality_manager", "auditor", "director"}


def test_closed_minutes_are_open_to_all(cast):
    assert readers(cast, factories.make_closed_review(cast.leader)) == OPEN


def test_restricted_minutes_are_not(cast):
    review = factories.make_closed_review(cast.leader, restricted=True, chair=cast.handler)
    assert readers(cast, review) == FOLLOWERS | {"handler"}


def test_who_has_left_reads_nothing(cast):
    review = factories.make_closed_review(cast.leader)
    cast.reporter.is_active = False
    cast.reporter.save()
    assert not can(cast.reporter, Act.READ, review)
    assert not Review.objects.visible_to(cast.reporter).exists()


@pytest.mark.parametrize("step", ["", "pdf/", "historikk/", "endre/", "del/c4/", "mote/", "lukk/", "avlys/"])
def test_for_others_it_is_nowhere(cast, login, step):
    review = factories.make_review(cast.leader)
    assert login(cast.outsider).get(f"{review.get_absolute_url()}{step}").status_code == 404


def test_the_cases_of_a_restricted_review_are_sealed(cast, login):
    review = factories.make_closed_review(cast.leader, {"text": "Zebrabeslutning"}, restricted=True)
    case = review.decisions.get().case
    assert case.sealed
    assert not Case.objects.visible_to(cast.outsider).filter(pk=case.pk).exists()
    page = login(cast.auditor).get(review.get_absolute_url()).content.decode()
    assert case.reference not in page


def test_what_a_restricted_review_decided_is_told_in_no_open_one(cast, login):
    factories.make_closed_review(
        cast.leader,
        {"text": "Zebrabeslutning"},
        restricted=True,
        first=factories.datetime.date(2025, 1, 1),
        last=factories.datetime.date(2025, 4, 30),
    )
    review = factories.make_review(cast.leader)
    review.add_participant(cast.leader, user=cast.reporter)
    for step in ("", "pdf/", "del/a/"):
        answer = login(cast.reporter).get(f"{review.get_absolute_url()}{step}")
        assert answer.status_code == 200
        assert "Zebrabeslutning" not in answer.content.decode(errors="ignore")
    assert "Zebrabeslutning" in login(cast.leader).get(review.get_absolute_url()).content.decode()


def test_a_draft_of_the_yearly_report_is_for_those_who_follow_the_municipality(cast, units):
    AnnualReport.begin(cast.director, units.municipality, year=2025)
    readers = {name for name in CAST if AnnualReport.objects.visible_to(getattr(cast, name)).exists()}
    assert readers == {"director", "quality_manager", "auditor"}

"""How a risk has gone over time, and what has changed since the version before."""

import datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template

from organisation import clock
from risk.models import Risk
from risk.score_history import HIGHEST, history_of
from risk.since_last import since_last
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


@pytest.fixture
def versions(cast):
    """Two versions: the first decided two years ago and lowered a year later, the second now."""
    now = clock.now()
    with clock.set_to(now - 730 * DAY):
        rows = [{"threat": f"Trussel {n}", "probability": 2, "consequence": 5} for n in range(3)]
        first = factories.make_decided(cast.leader, *rows)
    with clock.set_to(now - 365 * DAY):
        first.rows.get(threat="Trussel 0").confirm_residual(cast.leader, probability=1, consequence=5)
    second = first.revise(cast.leader)
    second.rows.get(threat="Trussel 1").write(cast.leader, probability=1)
    second.rows.get(threat="Trussel 2").remove(cast.leader)
    Risk.add(cast.leader, second, threat="Ny trussel", probability=3, consequence=3)
    return SimpleNamespace(first=first, second=second)


def points(row, user):
    return [point.score for point in history_of(row, user).points]


def test_a_risk_has_a_point_for_each_decision_and_confirmation(cast, versions):
    row = versions.second.rows.get(threat="Trussel 0")
    assert points(row, cast.leader) == [10, 5]
    versions.second.decide(cast.leader)
    assert points(row, cast.leader) == [10, 5, 5]
    assert points(versions.first.rows.get(threat="Trussel 1"), cast.outsider) == [10, 5]


def test_what_was_confirmed_twice_has_both(cast, versions):
    row = versions.first.rows.get(threat="Trussel 0")
    row.confirm_residual(cast.leader, probability=1, consequence=2)
    assert points(row, cast.outsider) == [10, 5, 2]


def test_a_version_the_reader_may_not_read_has_no_point(cast, versions):
    versions.second.change(cast.leader, restricted=True)
    versions.second.decide(cast.leader)
    row = versions.second.rows.get(threat="Trussel 1")
    assert points(row, cast.outsider) == [10]
    assert points(row, cast.leader) == [10, 5]


def test_a_draft_alone_has_no_history(cast, rf):
    row = factories.make_risk(factories.make_assessment(cast.leader), cast.leader)
    assert points(row, cast.leader) == []
    assert "<table" not in shown(rf, cast.leader, row)


def shown(rf, user, row):
    request = rf.get("/")
    request.user = user
    return Template("{% load risk_tags %}{% score_history row %}").render(Context({"request": request, "row": row}))


def test_the_line_stays_in_the_picture_and_the_table_says_the_same(cast, versions, rf):
    row = versions.first.rows.get(threat="Trussel 0")
    history = history_of(row, cast.leader)
    for mark in history.marks:
        assert history.left <= mark.x <= history.right
        assert history.ceiling <= mark.y <= history.floor
    assert history.marks[0].y < history.marks[1].y  # lower risk, lower in the picture
    assert history.marks[0].point.score <= HIGHEST
    html = shown(rf, cast.leader, row)
    assert html.count("<circle") == html.count("<tr>") - 1 == 2


def test_new_gone_up_and_down_since_the_version_before(cast, versions):
    versions.second.rows.get(threat="Trussel 0").write(cast.leader, probability=2)
    changes = since_last(versions.second, cast.leader)
    assert [row.threat for row in changes.new] == ["Ny trussel"]
    assert [row.threat for row in changes.gone] == ["Trussel 2"]
    assert [(one.risk.threat, one.before, one.after) for one in changes.higher] == [("Trussel 0", 5, 10)]
    assert [(one.risk.threat, one.before, one.after) for one in changes.lower] == [("Trussel 1", 10, 5)]
    assert changes.unchanged == 0


def test_a_first_version_has_nothing_before_it(cast, versions, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert since_last(versions.first, cast.leader) is None


def test_an_earlier_version_that_is_restricted_is_not_compared_for_others(cast):
    first = factories.make_decided(cast.leader, {"threat": "Hemmelig"}, restricted=True)
    second = first.revise(cast.leader)
    second.change(cast.leader, restricted=False)
    second.decide(cast.leader)
    assert since_last(second, cast.outsider) is None
    assert since_last(second, cast.leader).earlier == first


def test_it_costs_the_same_for_any_number_of_rows(cast, versions, django_assert_max_num_queries):
    for _n in range(10):
        factories.make_risk(versions.second, cast.leader)
    with django_assert_max_num_queries(4):
        since_last(versions.second, cast.leader)
    row = versions.second.rows.first()
    with django_assert_max_num_queries(4):
        history_of(row, cast.leader)

"""What audits, inspections, goals, reviews and plans give the leader's page: red, compared, and changed since last time."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits import audit_follow_up, audit_summary
from audits.models import Audit, AuditFinding, Inspection
from cases.models import Case
from home.leading import red
from home.leading.changes import Since
from home.leading.comparison import compare
from home.leading.whose import Whose
from organisation import clock
from tests import factories
from tests.results.scorecards import make_goal, make_indicator, measure, november  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("november")
DAY = datetime.timedelta(1)
SECRET = "Varsel om en ansatt"


def groups(user: Any, unit: Any) -> dict[str, red.Group]:
    return {group.code: group for group in red.groups(Whose(user, unit))}


def red_indicator(cast, unit, **facts):
    indicator = make_indicator(cast.leader, make_goal(cast.leader, unit, **facts))
    measure(cast.leader, indicator, unit, "2026-T1", 90)
    return measure(cast.leader, indicator, unit, "2026-T2", 40)


def everything_red(cast, units):
    """One or more of each new kind of red at home care."""
    today = clock.today()
    red_indicator(cast, units.home_care)
    red_indicator(cast, units.home_care, title="Et annet mål")
    factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major", "minor", "major")
    audit = factories.make_audit(cast.quality_manager, units.home_care, cast.auditor, title="Sen")
    audit.notify(cast.quality_manager)
    Audit.objects.filter(pk=audit.pk).update(starts_on=today - 3 * DAY, ends_on=today - 3 * DAY)
    for kind in Inspection.Kind:
        inspection = factories.make_reported(cast.leader, {}, {"grade": "remark"}, kind=kind)
        Inspection.objects.filter(pk=inspection.pk).update(answer_deadline=today - DAY)
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    sheet.check_of.__class__.objects.filter(pk=sheet.check_of_id).update(deadline=today - DAY)
    plan = factories.make_action_plan(cast.leader, items=2)
    plan.decide(cast.leader)
    Case.objects.filter(pk__in=plan.items.values("case")).update(deadline=today - DAY)
    review = factories.make_closed_review(cast.leader, {})
    Case.objects.filter(pk=review.decisions.get().case_id).update(deadline=today - DAY)


NEW = {
    "red-indicators": 2,
    "audit-findings": 2,
    "inspection-findings": 1,
    "control-findings": 1,
    "late-answers": 1,
    "late-control-answers": 1,
    "late-self-checks": 1,
    "late-audits": 1,
    "late-decisions": 1,
    "late-action-plans": 1,
    "lacking-plans": 1,
}


def shown(answer) -> int:
    """How many the page a group leads to shows."""
    context = answer.context
    if "totals" in context:
        return context["totals"]["red"] + len(context["red_below"])
    if "lacking" in context:
        return len(context["lacking"])
    if "gjennomgang" in answer.request["PATH_INFO"]:
        return len(context["selection"].rows)
    return context["page"].paginator.count


@pytest.mark.parametrize("place", ["home_care", "municipality"])
def test_every_red_figure_leads_to_as_many(cast, units, login, place):
    everything_red(cast, units)
    unit = getattr(units, place)
    found = groups(cast.director, unit)
    assert {code: found[code].number for code in NEW} == NEW
    client = login(cast.director)
    for code, group in found.items():
        assert shown(client.get(group.url)) == group.number, code


def test_nothing_of_it_is_red_where_all_is_well(cast, units):
    factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "minor", "good")
    factories.make_reported(cast.it_leader, {"grade": "remark"})
    factories.make_audit(cast.quality_manager, units.it, cast.auditor)
    factories.make_sheet(cast.quality_manager, units.it)
    assert groups(cast.it_leader, units.it) == {}


def test_good_practice_is_never_late_whatever_deadline_its_case_got(cast, units):
    audit = factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "good", "observation")
    good, observation = audit.findings.order_by("grade")
    Case.objects.filter(pk__in=[good.case_id, observation.case_id]).update(deadline=clock.today() - DAY)
    assert groups(cast.it_leader, units.it)["audit-findings"].number == 1
    assert list(AuditFinding.objects.late()) == list(AuditFinding.objects.urgent()) == [observation]
    year = clock.today().year
    summary = audit_summary.of(units.it, datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    assert (summary.open, summary.late) == (2, 1)
    followed = audit_follow_up.of(audit.findings.for_list(), cast.it_leader)
    assert {row.finding: row.late for row in followed} == {good: False, observation: True}


@pytest.mark.parametrize(
    ("day", "red"), [("2026-01-01", False), ("2026-02-28", False), ("2026-03-01", True), ("2026-12-31", True)]
)
def test_a_unit_has_until_the_end_of_february_to_agree_on_its_plan(cast, units, day, red):
    with clock.set_to(datetime.datetime.fromisoformat(f"{day}T12:00Z")):
        assert ("lacking-plans" in groups(cast.leader, units.home_care)) is red


def test_a_leap_year_has_a_day_more(cast, units):
    with clock.set_to(datetime.datetime.fromisoformat("2028-02-29T12:00Z")):
        assert "lacking-plans" not in groups(cast.leader, units.home_care)


def test_what_a_leader_may_not_read_is_not_counted(cast, units):
    factories.make_reported(cast.quality_manager, {"words": SECRET}, unit=units.it, title=SECRET, restricted=True)
    late = factories.make_reported(cast.it_leader, {}, title=SECRET, restricted=True)
    Inspection.objects.filter(pk=late.pk).update(answer_deadline=clock.today() - DAY)
    assert {"inspection-findings", "late-answers"} <= groups(cast.it_leader, units.it).keys()
    assert groups(cast.it_leader, units.it)["inspection-findings"].number == 2
    assert groups(cast.colleague, units.it).keys() & {"inspection-findings", "late-answers"} == set()


def test_a_unit_must_hold_a_review_in_time(cast, units):
    assert groups(cast.leader, units.home_care)["lacking-reviews"].number == 1
    factories.make_review(cast.leader)
    assert "lacking-reviews" not in groups(cast.leader, units.home_care)


def test_a_finding_whose_case_is_closed_is_not_red(cast, units):
    audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major")
    assert groups(cast.leader, units.home_care)["audit-findings"].number == 1
    factories.put_right(audit.findings.get().case, cast.leader)
    assert "audit-findings" not in groups(cast.leader, units.home_care)


def test_the_units_are_compared_by_it(cast, units):
    everything_red(cast, units)
    table = compare(Whose(cast.director, units.municipality))
    cells = dict(table.rows[0].cells)
    assert table.rows[0].unit == units.home_care
    assert (cells["red-indicators"], cells["audit-findings"], cells["inspection-findings"]) == (2, 2, 1)
    assert dict(table.rows[1].cells)["red-indicators"] == 0


def test_what_has_changed_is_told(cast, units):
    everything_red(cast, units)
    told = {change.url: change for change in Since(cast.leader, units.home_care, clock.today() - DAY).told()}
    audit = Audit.objects.issued().get()
    assert told[audit.get_absolute_url()].title == audit.title
    assert all(one.get_absolute_url() in told for one in Inspection.objects.all())
    reds = [change for url, change in told.items() if "/indikator/" in url]
    assert len(reds) == 2 and all(change.tone == "bad" for change in reds)
    assert any("/gjennomgang/" in url for url in told)
    assert not Since(cast.leader, units.home_care, clock.today() + DAY).told()


def test_an_indicator_that_was_red_before_has_not_turned(cast, units):
    indicator = make_indicator(cast.leader, make_goal(cast.leader, units.home_care))
    measure(cast.leader, indicator, units.home_care, "2026-T1", 30)
    with clock.set_to(clock.now() + 2 * DAY):
        measure(cast.leader, indicator, units.home_care, "2026-T2", 40)
        assert Since(cast.leader, units.home_care, clock.today()).told() == []


def test_a_restricted_report_is_told_only_to_those_who_may_read_it(cast, units):
    factories.make_reported(cast.leader, {}, title=SECRET, restricted=True)
    since = clock.today() - DAY
    assert SECRET in [change.title for change in Since(cast.leader, units.home_care, since).told()]
    assert SECRET not in [change.title for change in Since(cast.it_leader, units.municipality, since).told()]


def test_closed_cases_lead_to_those_closed_since(cast, units, login):
    with clock.set_to(clock.now() - 60 * DAY):
        factories.make_story(cast.reporter, cast.leader)
    factories.make_story(cast.reporter, cast.leader)
    since = Since(cast.leader, units.home_care, clock.today() - 7 * DAY)
    tally = since.tallies()[1]
    assert tally.text.startswith("1 ")
    assert login(cast.leader).get(tally.url).context["page"].paginator.count == 1


def test_the_headline_figures_stand_first_and_lead_to_their_cases(cast, units, login):
    for _number in range(3):
        factories.make_case(cast.reporter)
    client = login(cast.leader)
    figures = client.get(f"/resultater/enhet/{units.home_care.code}/").context["figures"]
    assert [figure.code for figure in figures] == [
        "received",
        "close_median",
        "confirmed_effect",
        "reports_per_employee",
    ]
    assert figures[0].value == 3
    assert client.get(figures[0].address).context["page"].paginator.count == 3


def test_queries_do_not_grow_with_the_data(cast, units, login):
    client = login(cast.director)
    page = f"/resultater/enhet/{units.municipality.code}/"

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        return len(captured)

    everything_red(cast, units)
    queries()
    few = queries()
    red_indicator(cast, units.home_care, title="Tredje")
    for number in range(4):
        factories.make_reported(cast.leader, {}, {}, title=f"Tilsyn {number}")
        factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major", title=f"R {number}")
        plan = factories.make_action_plan(cast.leader, items=2, title=f"Plan {number}")
        plan.decide(cast.leader)
        Case.objects.filter(pk__in=plan.items.values("case")).update(deadline=clock.today() - DAY)
    assert queries() == few
    assert few <= 125

"""What the areas give the review and the yearly report: scorecard, plans, inspections, audits, self-checks and maturity, each
held against a slow count; and that what is restricted is in no frozen content."""

import datetime
import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Audit, AuditFinding, InspectionFinding
from organisation import clock
from results import annual_reports
from results.inputs import controls, gather, goals, maturity
from results.models import AnnualReport, UnitPlan
from results.periods import Length, Period
from tests import factories
from tests.results.scorecards import make_goal, make_indicator, measure, november  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("november")
YEAR = Period.of(Length.YEAR, 2026)
DAY = datetime.timedelta(1)
SECRET = "Hemmelig varsel om en ansatt"


def values(section):
    return [figure.value for figure in section.figures]


def cells(section, place):
    return [[cell.text for cell in row] for row in section.tables[place].rows]


def agreed_plan(cast, units, *texts):
    plan = UnitPlan.begin(cast.leader, unit=units.home_care, year=2026)
    plan.change(cast.leader, priorities="Komme når vi har avtalt.")
    for text in texts:
        plan.measures.model.add(
            cast.leader, plan, text=text, responsible=cast.handler, deadline=clock.today() + 20 * DAY
        )
    plan.sign(cast.leader)
    plan.agree(cast.director)
    return plan


def test_the_scorecard_is_told_line_by_line(cast, units):
    goal = make_goal(cast.leader, units.home_care)
    for name, value in (("Rød", 60), ("Grønn", 90), ("Gul", 75), ("Uten måling", None)):
        indicator = make_indicator(cast.leader, goal, name=name)
        if value is not None:
            measure(cast.leader, indicator, units.home_care, "2026-T2", value)
    section = goals.build(units.home_care, Period.of(Length.TERTIAL, 2026, 2))
    assert values(section)[:3] == [1, 1, 1]
    told = {row[0]: row[2] for row in cells(section, 0)}
    assert told.keys() == {"Rød", "Grønn", "Gul", "Uten måling"}
    assert told["Rød"].startswith("60") and told["Uten måling"] == "–"
    red = next(row[0] for row in section.tables[0].rows if row[0].text == "Rød")
    assert red.url == f"/resultater/indikator/{indicator.pk - 3}/?enhet={units.home_care.pk}"


def test_what_is_red_below_is_named_with_its_unit_and_is_not_the_units_own(cast, units):
    indicator = make_indicator(cast.leader, make_goal(cast.leader, units.home_care))
    measure(cast.leader, indicator, units.home_care, "2026-T2", 40)
    section = goals.build(units.municipality, YEAR)
    assert values(section) == [1]
    assert cells(section, 0)[0][:2] == ["Brukertilfredshet", units.home_care.name]
    assert goals.build(units.it, YEAR).is_empty


def test_unit_plans_and_action_plans_are_told_with_what_is_late(cast, units):
    agreed_plan(cast, units, "Lag faste ruter")
    plan = factories.make_action_plan(cast.leader, items=2)
    plan.decide(cast.leader)
    for item in plan.items.select_related("case"):
        item.case.__class__.objects.filter(pk=item.case_id).update(deadline=clock.today() - DAY)
    with clock.set_to(clock.now() + 1 * DAY):
        section = goals.build(units.municipality, YEAR)
    assert [figure.value for figure in section.figures if figure.url] == [1, 1]
    assert [row[3] for row in cells(section, -1)] == ["2"]


@pytest.mark.parametrize("place", ["municipality", "home_care", "it"])
def test_inspections_and_audits_are_those_of_a_slow_count(cast, units, place):
    factories.make_reported(cast.leader, {}, {"grade": "remark"}, title="Åpent tilsyn")
    factories.make_reported(cast.leader, {"grade": "order"}, title=SECRET, restricted=True)
    factories.make_reported(cast.it_leader, {}, title="Tilsyn hos IT")
    factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major", "observation")
    factories.make_audit(cast.quality_manager, units.it, cast.auditor, title="Ikke holdt")
    unit = getattr(units, place)
    section = controls.build(unit, YEAR)
    found = [one for one in InspectionFinding.objects.all() if one.unit.path.startswith(unit.path)]
    audits = [one for one in Audit.objects.all() if one.unit.path.startswith(unit.path)]
    graded = [one for one in AuditFinding.objects.all() if one.audit.unit.path.startswith(unit.path)]
    assert values(section)[:3] == [
        len({one.inspection_id for one in found}),
        len(found),
        sum(one.grade in ("law_breach", "order", "deviation") for one in found),
    ]
    assert values(section)[5:8] == [
        sum(one.reported_at is not None for one in audits),
        sum(one.reported_at is None for one in audits),
        sum(one.grade in ("major", "minor") for one in graded),
    ]
    by_grade = {row[0].text: int(row[2].text) for row in section.tables[-1].rows}
    assert sum(by_grade.values()) == len(found) + len(graded)


def test_nothing_restricted_is_named_in_what_is_frozen(cast, units):
    factories.make_reported(cast.leader, {"words": SECRET}, title=SECRET, restricted=True)
    factories.make_inspection(cast.leader, title=SECRET)
    factories.make_reported_audit(
        cast.quality_manager, units.home_care, cast.auditor, "major", title=SECRET, restricted=True
    )
    factories.make_audit(cast.quality_manager, units.home_care, cast.auditor, title=SECRET)
    factories.make_self_check(cast.quality_manager, title=SECRET)
    sections = [section.as_data() for section in gather(units.municipality, YEAR)]
    report = annual_reports.content_of(AnnualReport(year=2026), units.municipality)
    for content in (sections, report):
        assert SECRET not in json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False)


def test_self_checks_are_counted_and_named_when_they_are_closed(cast, units):
    sheet = factories.make_sheet(cast.quality_manager, units.home_care)
    factories.answer_sheet(sheet, cast.leader, "no", "yes")
    sheet.sign(cast.leader)
    factories.make_sheet(cast.quality_manager, units.it)
    section = controls.build(units.municipality, YEAR)
    assert values(section)[:3] == [2, 1, 1]
    assert section.tables == []
    sheet.check_of.close(cast.quality_manager, conclusion="Én sak.")
    assert cells(controls.build(units.municipality, YEAR), 0)[0][2:] == ["1", "1", "1"]


def test_maturity_is_the_average_of_the_units(cast, units):
    area = factories.make_maturity_area()
    factories.make_maturity(cast.leader, unit=units.home_care, area=area, year=2026, now=2, ambition=4)
    factories.make_maturity(cast.it_leader, unit=units.it, area=area, year=2026, now=4, ambition=4)
    section = maturity.build(units.municipality, YEAR)
    assert values(section)[:3] == [3, None, 2]
    assert section.drawings[0].series[0][1] == [3]
    assert section.drawings[0].series[1][1] == [4]
    assert maturity.build(units.municipality, Period.of(Length.YEAR, 2024)).is_empty
    assert section.letter == ""


def test_the_yearly_report_tells_internal_control_and_then_the_states_inspections_by_who_inspected(cast, units):
    factories.make_reported(cast.leader, {}, title="Arbeidsmiljø")
    factories.make_reported(cast.it_leader, {}, title="Personvern", authority=factories.make_authority("Datatilsynet"))
    factories.make_reported(
        cast.leader, {}, kind="municipal", orderer="control_committee", title="Kontrollutvalget spør"
    )
    factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "minor")
    content = annual_reports.content_of(AnnualReport(year=2026), units.municipality)
    sections = {data["code"]: data for data in content["sections"]}
    codes = list(sections)
    assert codes.index("internkontroll") < codes.index("m") < codes.index("tilsyn")
    rows = [[cell["text"] for cell in row] for row in sections["tilsyn"]["tables"][0]["rows"]]
    assert [row[:2] for row in rows] == [["Arbeidsmiljø", "Arbeidstilsynet"], ["Personvern", "Datatilsynet"]]
    assert sections["tilsyn"]["figures"][0]["value"] == 2
    assert "Kontrollutvalget spør" not in json.dumps(sections["tilsyn"], ensure_ascii=False, cls=DjangoJSONEncoder)
    assert "Kontrollutvalget spør" in json.dumps(sections["egenkontroll"], ensure_ascii=False, cls=DjangoJSONEncoder)


def test_the_work_does_not_grow_with_the_data(cast, units):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            for build in (goals.build, controls.build, maturity.build, controls.state_inspections):
                build(units.municipality, YEAR)
        return len(captured)

    def more(number):
        indicator = make_indicator(cast.leader, make_goal(cast.leader, units.home_care, title=f"Mål {number}"))
        measure(cast.leader, indicator, units.home_care, "2026-T2", 40)
        plan = factories.make_action_plan(cast.leader, items=2, title=f"Plan {number}")
        plan.decide(cast.leader)
        factories.make_reported(cast.leader, {}, {}, title=f"Tilsyn {number}")
        factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major", title=f"R {number}")
        sheet = factories.make_sheet(cast.quality_manager, units.home_care)
        factories.answer_sheet(sheet, cast.leader, "no", "yes")
        sheet.sign(cast.leader)
        sheet.check_of.close(cast.quality_manager, conclusion="Greit.")
        area = factories.make_maturity_area(f"omrade-{number}")
        factories.make_maturity(cast.leader, unit=units.home_care, area=area, year=2026, now=2, ambition=4)

    agreed_plan(cast, units, "Ruter")
    more(1)
    few = queries()
    for number in range(2, 5):
        more(number)
    assert queries() == few

"""The scorecard: what it shows of a unit and a period, its pages, tasks and reminders."""

import datetime
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cases.models import Action, Case
from handbook.models import Confirmation
from home import waiting
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from organisation.models import Reminder
from results import figures, measuring, perspective_register, scorecard
from results.colours import Colour
from results.models import Frequency, Indicator, Measurement, Perspective
from results.periods import Period
from tests import factories
from tests.results.scorecards import make_goal, make_indicator, measure, november  # noqa: F401  # a fixture
from tests.risk.test_sheet_libreoffice import calc, convert, folder  # noqa: F401  # fixtures

pytestmark = pytest.mark.usefixtures("november")
T1, T2, T3, YEAR = (Period.read(code) for code in ("2026-T1", "2026-T2", "2026-T3", "2026"))
CARD = "/resultater/mal/"


@pytest.fixture
def goal(cast, units):
    return make_goal(cast.leader, units.home_care)


@pytest.fixture
def indicator(cast, goal):
    return make_indicator(cast.leader, goal, owner=cast.reporter)


def line(unit, period, reader=None):
    (found,) = scorecard.of(unit, period, reader)
    return found


def test_a_line_says_actual_target_colour_and_change(cast, units, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T1", 72)
    measure(cast.reporter, indicator, units.home_care, "2026-T2", 81)
    now = line(units.home_care, T2)
    assert (now.value, now.limits.target, now.colour, now.change, now.is_better) == (81, 85, Colour.GREEN, 9, True)
    before = line(units.home_care, T1)
    assert (before.value, before.colour, before.change) == (72, Colour.YELLOW, None)


def test_for_a_lower_is_better_indicator_more_is_worse(cast, units, goal):
    lower = make_indicator(cast.leader, goal, direction="lower", target=5, green=6, yellow=8)
    measure(cast.leader, lower, units.home_care, "2026-T1", 5)
    measure(cast.leader, lower, units.home_care, "2026-T2", 9)
    assert (line(units.home_care, T2).is_better, line(units.home_care, T2).colour) == (False, Colour.RED)


def test_a_period_shows_the_newest_measuring_period_that_was_over(cast, units, goal):
    yearly = make_indicator(cast.leader, goal, frequency=Frequency.YEAR)
    measure(cast.leader, yearly, units.home_care, "2025", 81)
    assert line(units.home_care, T2).period == Period.read("2025")
    assert line(units.home_care, YEAR).value == 81  # 2026 is not over


def test_what_is_not_measured_is_shown_with_who_and_by_when(cast, units, goal):
    with clock.set_to(clock.now() - datetime.timedelta(400)):
        make_indicator(cast.leader, goal, owner=cast.reporter)
    missing = line(units.home_care, T3)
    assert (missing.colour, missing.responsible, missing.due) == (
        Colour.UNKNOWN,
        cast.reporter,
        datetime.date(2026, 9, 21),
    )
    assert missing.is_missing and missing.is_late


def test_before_the_indicator_was_made_nothing_is_missing(units, indicator):
    assert not line(units.home_care, T2).is_missing


def test_a_common_indicator_is_on_the_card_of_each_unit_and_its_leader_answers_for_it(cast, units):
    common = make_indicator(cast.director, make_goal(cast.director, units.municipality), common=True)
    assert {(row.unit.code, row.responsible) for row in scorecard.compare(common, T2)} == {
        ("municipality", cast.director),
        ("home-care", cast.leader),
        ("it", cast.it_leader),
    }
    assert line(units.home_care, T2).indicator == common
    assert scorecard.of(units.zone, T2) == []


def test_goals_of_other_years_are_not_on_the_card(cast, units, goal, indicator):
    goal.change(cast.leader, last_year=2025)
    assert scorecard.of(units.home_care, T2) == []
    assert scorecard.of(units.home_care, Period.read("2025"))


def test_red_is_what_is_red_now_in_the_unit_and_below(cast, units, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T1", 50)
    assert scorecard.red(units.municipality) == []
    measure(cast.reporter, indicator, units.home_care, "2026-T2", 50)
    assert [row.indicator for row in scorecard.red(units.municipality)] == [indicator]
    assert scorecard.red(units.it) == []


def test_a_case_is_on_the_card_for_those_who_may_read_it(cast, units, indicator):
    made = measure(cast.reporter, indicator, units.home_care, "2026-T2", 50)
    case = made.open_case(cast.reporter, title="Falt", description="Falt.")
    assert line(units.home_care, T2, cast.it_leader).case == case
    Case.objects.get(pk=case.pk).seal(cast.leader, sealed=True, reason="Helse")
    assert line(units.home_care, T2, cast.it_leader).case is None
    assert line(units.home_care, T2, cast.leader).case == case


def test_the_queries_do_not_grow_with_indicators_and_units(cast, units, goal, indicator):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            scorecard.red(units.municipality, cast.leader)
        return len(captured)

    measure(cast.reporter, indicator, units.home_care, "2026-T2", 50)
    first = queries()
    common = make_goal(cast.director, units.municipality)
    for number in range(5):
        made = make_indicator(cast.director, common, name=f"Nr. {number}", common=True)
        measure(cast.director, made, units.municipality, "2026-T2", 50)
    assert queries() == first


# Pages


def test_every_employee_reads_the_card_and_only_some_change_it(cast, units, login, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T2", 50)
    address = f"{CARD}?enhet={units.home_care.pk}&periode=2026-T2"
    for person in (cast.outsider, cast.auditor, cast.leader):
        page = login(person).get(address).content.decode()
        assert "Brukertilfredshet" in page and "50" in page
        assert (f"{CARD}ny/" in page) == (person == cast.leader)


def test_only_red_can_be_shown_and_an_address_that_says_nonsense_shows_the_rest(cast, units, login, goal, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T2", 90)
    client, address = login(cast.outsider), f"{CARD}?enhet={units.home_care.pk}&periode=2026-T2"
    assert indicator.get_absolute_url() in client.get(address).content.decode()
    assert indicator.get_absolute_url() not in client.get(f"{address}&rode=on").content.decode()
    for nonsense in ("?periode=2026-T9", "?enhet=99999", "?periode=x&enhet=x", "?periode=" + "9" * 500):
        assert client.get(f"{CARD}{nonsense}").status_code == 200


def test_the_spreadsheet_says_the_same_as_numbers(cast, units, login, indicator):
    measure(cast.reporter, indicator, units.home_care, "2026-T2", "81.5")
    answer = login(cast.outsider).get(f"{CARD}eksport.xlsx?enhet={units.home_care.pk}&periode=2026-T2")
    _heads, row = load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True)
    assert (row[2], row[5], row[6]) == ("Brukertilfredshet", 81.5, 85)


def test_libreoffice_opens_the_spreadsheet_with_the_same_figures(cast, units, login, goal, indicator, folder):  # noqa: F811
    falling = make_indicator(
        cast.leader, goal, name="Fall", owner=cast.reporter, direction="lower", target=0, green=2, yellow=4
    )
    measure(cast.reporter, indicator, units.home_care, "2026-T1", "72.25")
    measure(cast.reporter, indicator, units.home_care, "2026-T2", "81.5")
    measure(cast.reporter, falling, units.home_care, "2026-T2", "-0.75")
    content = login(cast.outsider).get(f"{CARD}eksport.xlsx?enhet={units.home_care.pk}&periode=2026-T2").content
    saved = convert(folder, content, "xlsx", name="malkort.xlsx")
    shown = [list(load_workbook(file).active.iter_rows(values_only=True)) for file in (io.BytesIO(content), saved)]
    assert shown[0] == shown[1]
    assert {(row[2], row[5], row[11]) for row in shown[1][1:]} == {
        ("Brukertilfredshet", 81.5, 9.25),
        ("Fall", -0.75, None),
    }


def test_a_value_is_measured_on_the_page_with_a_decimal_comma(cast, units, login, indicator):
    client, at = login(cast.reporter), f"/resultater/indikator/{indicator.pk}/mal/home-care/"
    wrong = client.post(at, {"period": "2026-T2", "value": "ca. 80", "note": "Skrevet"})
    assert wrong.context["form"].errors["value"] and "Skrevet" in wrong.content.decode()
    assert client.post(at, {"period": "2026-T3", "value": "80"}).context["form"].errors["period"]
    assert client.post(at, {"period": "2026-T2", "value": "81,5 %"}).status_code == 302
    assert Measurement.objects.get().value == Decimal("81.5")
    assert client.get(f"/resultater/indikator/{indicator.pk}/mal/it/").status_code == 404
    assert login(cast.colleague).get(at).status_code == 403


def test_a_red_value_leads_straight_to_what_comes_of_it(cast, units, login, indicator):
    client = login(cast.reporter)
    answer = client.post(f"/resultater/indikator/{indicator.pk}/mal/home-care/", {"period": "2026-T2", "value": "40"})
    made = Measurement.objects.get()
    assert answer.url == f"/resultater/maling/{made.pk}/rod/"
    facts = {"version": made.version, "title": "Falt", "description": "Mye."}
    assert login(cast.colleague).post(answer.url, facts).status_code == 403
    assert client.post(answer.url, {**facts, "title": ""}).context["form"].errors["title"]
    client.post(answer.url, facts)
    case = Case.objects.get()
    assert case.origin == made
    assert client.get(answer.url).status_code == 404
    page = login(cast.outsider).get(indicator.get_absolute_url() + f"?enhet={units.home_care.pk}").content.decode()
    assert case.reference in page
    assert indicator.name in login(cast.outsider).get(case.get_absolute_url()).content.decode()


def test_a_leader_assesses_the_case_at_once(cast, units, login, indicator):
    made = measure(cast.reporter, indicator, units.home_care, "2026-T2", 40)
    facts = {"version": made.version, "title": "Falt", "description": "Mye.", "handler": "handler", "probability": 3}
    facts |= {"consequence": 3, "deadline": "2026-12-20", "measure": "Ring dem"}
    client, at = login(cast.leader), f"/resultater/maling/{made.pk}/rod/"
    assert client.post(at, {**facts, "deadline": "2026-01-01"}).context["form"].errors["deadline"]
    assert client.post(at, {**facts, "probability": ""}).context["form"].errors["probability"]
    client.post(at, facts)
    assert Case.objects.get().actions.get().kind == Action.Kind.IMMEDIATE


def test_a_stale_correction_shows_both_values(cast, units, login, indicator):
    made = measure(cast.reporter, indicator, units.home_care, "2026-T2", 81)
    made.correct(cast.leader, value=Decimal(82), reason="Regnet om")
    at = f"/resultater/maling/{made.pk}/rett/"
    answer = login(cast.reporter).post(at, {"version": 1, "value": "83", "reason": "Feil"})
    assert answer.status_code == 409
    assert "82" in answer.content.decode() and "83" in answer.content.decode()


def test_goals_and_indicators_are_made_on_the_pages(cast, units, login):
    perspective_register.load()
    client = login(cast.leader)
    facts = {"unit": units.home_care.pk, "perspective": Perspective.objects.first().pk, "title": "Trygge hjem"}
    facts |= {"owner": "leader", "first_year": 2026, "last_year": 2028}
    assert client.post(f"{CARD}ny/", {**facts, "unit": units.it.pk}).context["form"].errors["unit"]
    at = client.post(f"{CARD}ny/", facts).url
    told = {"name": "Fall", "how": "Antall fall.", "source": "hand", "direction": "lower", "target": "4", "green": "5"}
    told |= {"yellow": "4,5", "frequency": "tertial", "owner": "leader"}
    assert client.post(f"{at}indikator/ny/", told).context["form"].errors["yellow"]
    client.post(f"{at}indikator/ny/", {**told, "yellow": "7,5"})
    indicator = Indicator.objects.get()
    assert (indicator.yellow, indicator.goal.unit) == (Decimal("7.5"), units.home_care)
    assert login(cast.it_leader).get(f"{at}endre/").status_code == 403
    assert login(cast.auditor).get(f"{at}indikator/ny/").status_code == 403


# Figures the system knows, and the clock


def test_measures_in_time_are_those_done_by_their_deadline(cast, units):
    with clock.set_to(datetime.datetime(2026, 5, 4, 9, tzinfo=datetime.UTC)):
        case = factories.make_case_with_cause(cast.reporter, cast.leader)
        first, _second = (
            factories.make_action(case, cast.leader, cast.handler, deadline=datetime.date(2026, 6, day))
            for day in (10, 11)
        )
        factories.make_action(case, cast.leader, cast.handler, deadline=datetime.date(2026, 9, 1))
    with clock.set_to(datetime.datetime(2026, 6, 10, 21, tzinfo=datetime.UTC)):
        first.complete(cast.handler, note="Gjort")
    assert figures.measures_in_time(units.home_care, T2).value == 50
    assert figures.measures_in_time(units.it, T2).value is None
    Case.objects.filter(pk=case.pk).get().seal(cast.leader, sealed=True, reason="Helse")
    assert figures.measures_in_time(units.home_care, T2).value is None


def test_days_and_deviations_are_counted_by_the_calendar_of_the_municipality(cast, units):
    late_evening = datetime.datetime(2026, 4, 30, 22, 30, tzinfo=datetime.UTC)  # 00.30 on 1 May in Norway
    with clock.set_to(late_evening):
        factories.make_case(cast.reporter)
    people = units.home_care.people.count()
    assert figures.deviations_per_employee(units.home_care, T2).value == round(Decimal(1) / people, 2)
    assert figures.deviations_per_employee(units.home_care, T1).value == 0


def test_the_ethics_indicator_counts_who_has_confirmed_the_page_in_force(cast, units, handbook):
    with clock.set_to(clock.now() - datetime.timedelta(200)):
        page = factories.make_procedure(handbook, cast.editor, title="Etikk")
        edition = page.document.edition_in_force()
        Confirmation.objects.create(user=cast.reporter, document=page.document, edition=edition, at=clock.now())
    people = units.home_care.people.count()
    assert figures.page_known(units.home_care, T2, page).value == round(Decimal(100) / people, 1)
    assert figures.page_known(units.home_care, T1, page).value == 0
    assert figures.page_known(units.it, T2, page).value == 0


def test_figures_are_counted_once_when_their_period_is_over(cast, units):
    goal = make_goal(cast.director, units.municipality)
    with clock.set_to(clock.now() - datetime.timedelta(300)):
        made = make_indicator(cast.director, goal, source="figure", figure="deviations", common=True)
        factories.make_case(cast.reporter)
    assert measuring.count_due() == 3
    assert measuring.count_due() == 0
    assert set(made.measurements.values_list("first", "source", "by_name")) == {
        (datetime.date(2026, 5, 1), "figure", "")
    }


def test_counting_again_corrects_with_a_reason_and_takes_the_right(cast, units, login):
    goal = make_goal(cast.leader, units.home_care)
    made = make_indicator(cast.leader, goal, source="figure", figure="deviations")
    at = f"/resultater/indikator/{made.pk}/beregn/home-care/"
    assert login(cast.colleague).post(at).status_code == 403
    login(cast.leader).post(at)
    with clock.set_to(datetime.datetime(2026, 6, 1, 9, tzinfo=datetime.UTC)):
        factories.make_case(cast.reporter)
    login(cast.leader).post(at)
    row = made.measurements.get()
    assert row.value > 0 and row.history.count() == 2
    assert row.history.first().history_change_reason


def test_who_measures_is_reminded_and_has_a_task(cast, units, goal):
    with clock.set_to(clock.now() - datetime.timedelta(400)):
        indicator = make_indicator(cast.leader, goal, owner=cast.reporter)
    assert measuring.remind_due() == 1
    assert measuring.remind_due() == 0
    assert Reminder.objects.get().user == cast.reporter
    (task,) = waiting.goals(cast.reporter)
    assert indicator.get_absolute_url() in task.url and task.deadline == datetime.date(2026, 9, 21)
    assert waiting.goals(cast.colleague) == []
    measure(cast.reporter, indicator, units.home_care, "2026-T2", 81)
    assert waiting.goals(cast.reporter) == []


def test_a_red_one_is_a_task_until_it_is_settled(cast, units, indicator):
    made = measure(cast.reporter, indicator, units.home_care, "2026-T2", 50)
    assert len(waiting.goals(cast.reporter)) == 1
    assert measuring.remind_due() == 1
    made.accept(cast.reporter, reason="Få svar")
    assert waiting.goals(cast.reporter) == []


def test_measuring_is_in_the_wheel_until_it_is_done(cast, units, indicator):
    with clock.set_to(clock.now() + datetime.timedelta(60)):
        scope = Scope(cast.leader, datetime.date(2027, 1, 1), datetime.date(2027, 12, 31), unit=units.home_care)
        duties = gather(scope, Kind.INDICATOR)
        assert [duty.date.isoformat() for duty in duties] == ["2027-01-21", "2027-05-21", "2027-09-21"]
        measure(cast.reporter, indicator, units.home_care, "2026-T3", 81)
        assert [duty.done for duty in gather(scope, Kind.INDICATOR)] == [True, False, False]
        other = Scope(cast.it_leader, scope.first, scope.last, unit=units.it)
        assert gather(other, Kind.INDICATOR) == []


def test_the_perspectives_of_the_product_come_once_and_keep_what_was_changed(db):
    perspective_register.load()
    count = Perspective.objects.count()
    Perspective.objects.filter(place=1).update(about="Noe annet")
    assert (perspective_register.load(), Perspective.objects.count()) == (0, count)
    assert Perspective.objects.get(place=1).about == "Noe annet"


def test_values_below_nought_are_drawn_from_a_line_at_nought(cast, units, login):
    goal = make_goal(cast.director, units.municipality)
    common = make_indicator(cast.director, goal, common=True, direction="lower", target=0, green=1, yellow=3)
    measure(cast.director, common, units.municipality, "2026-T2", "-1.5")
    for address in (common.get_absolute_url(), f"{CARD}sammenlign/?indikator={common.pk}&periode=2026-T2"):
        page = login(cast.director).get(address).content.decode()
        assert "\u22121,5" in page and "<rect" in page and "chart__nought" in page

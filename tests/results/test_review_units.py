"""The units' reviews rolled up into that of the municipality, the overview of who has held one, and who is to hold one."""

import datetime
import io

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from home import waiting
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from organisation.models import Unit
from results import review_duties
from results.inputs import units as roll_up
from results.models import Review
from results.periods import Period
from tests import factories

YEAR = Period(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))


def rows(section, place):
    return [[cell.text for cell in row] for row in section.tables[place].rows]


def test_held_or_not_with_the_frozen_figures_side_by_side(cast, units):
    other = factories.make_unit("nursing-home", parent=units.municipality)
    with clock.set_to(datetime.datetime(2025, 10, 1, 12, tzinfo=datetime.UTC)):
        factories.make_case(cast.reporter)
    review = factories.make_closed_review(cast.leader)
    with clock.set_to(datetime.datetime(2025, 10, 2, 12, tzinfo=datetime.UTC)):
        factories.make_case(cast.reporter)
    section = roll_up.build(units.municipality, YEAR)
    assert [figure.value for figure in section.figures] == [1, 0, 1]
    by_unit = {row[0]: row for row in rows(section, 0)}
    assert by_unit[units.home_care.name][2] == "1"
    assert by_unit[other.name][2:] == ["–"] * 4
    assert rows(section, 1) == [[other.name]]
    assert section.tables[0].rows[0][0].url == review.get_absolute_url()
    assert section.drawings[0].series[0][1] == [1]


def test_what_units_lift_up(cast, units):
    review = factories.make_meeting(cast.leader)
    review.comment(cast.leader, "d", text="Vi mangler nattevakter.", raised=True)
    review.comment(cast.leader, "c4", text="Bare for oss.")
    factories.make_decision(cast.leader, review, text="Felles bakvakt", raised=True)
    factories.make_decision(cast.leader, review, text="Egen sak")
    assert len(roll_up.build(units.municipality, YEAR).tables) == 1  # nothing is lifted before it is closed
    factories.go_through(cast.leader, review)
    review.conclude(cast.leader, "Bra.")
    factories.meetings.close(cast.leader, review)
    lifted = rows(roll_up.build(units.municipality, YEAR), -1)
    assert [row[1] for row in lifted] == ["Vi mangler nattevakter.", "Felles bakvakt"]


def test_a_restricted_review_is_held_and_tells_nothing(cast, units):
    factories.make_closed_review(cast.leader, {"text": "Zebra", "raised": True}, restricted=True)
    section = roll_up.build(units.municipality, YEAR)
    assert section.figures[0].value == 1
    assert "Zebra" not in str(section.as_data())
    assert rows(section, 0)[0][2:] == []


def test_a_unit_without_result_units_below_has_none(units):
    assert roll_up.build(units.home_care, YEAR) is None


def test_the_municipal_review_goes_through_them_too(cast, login):
    review = factories.make_meeting(cast.director, unit=cast.director.unit, first=YEAR.first, last=YEAR.last)
    page = login(cast.director).get(f"{review.get_absolute_url()}del/u/")
    assert page.status_code == 200
    assert "raised" not in page.context["form"].fields  # nothing is above the municipality


class TestOverview:
    def test_who_has_held_and_who_lacks(self, cast, units, login):
        factories.make_closed_review(cast.leader, {}, {})
        answer = login(cast.outsider).get(reverse("results:reviews"))
        selection = answer.context["selection"]
        assert (selection.held, selection.under_way, selection.lacking) == (1, 0, 1)
        row = next(row for row in selection.rows if row.unit == units.home_care)
        assert (row.readable, row.decisions, row.open_decisions) == (True, 2, 2)

    def test_a_review_under_way_is_known_and_can_not_be_opened(self, cast, login):
        review = factories.make_review(cast.leader, meeting_date=clock.today(), title="Zebratittel")
        answer = login(cast.outsider).get(reverse("results:reviews"))
        assert answer.context["selection"].under_way == 1
        assert review.get_absolute_url() not in answer.content.decode()
        assert "Zebratittel" not in answer.content.decode()

    def test_filters(self, cast, units, login):
        factories.make_closed_review(cast.leader)
        client = login(cast.leader)
        for query, expected in (("vis=mangler", [units.municipality]), ("vis=holdt", [units.home_care])):
            answer = client.get(f"{reverse('results:reviews')}?{query}")
            assert [row.unit for row in answer.context["selection"].rows] == expected
        answer = client.get(f"{reverse('results:reviews')}?ar=2019&vis=tull")
        assert answer.context["selection"].lacking == 2

    def test_as_a_spreadsheet(self, cast, units, login):
        factories.make_closed_review(cast.leader, {})
        answer = login(cast.leader).get(f"{reverse('results:reviews_export')}?vis=holdt")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        lines = list(sheet.iter_rows(values_only=True))
        assert len(lines) == 2
        assert lines[1][0] == units.home_care.name
        assert lines[1][5:] == (1, 1)

    def test_the_work_does_not_grow(self, cast, units, login):
        client = login(cast.director)
        address = f"{reverse('results:reviews')}?alle=1"
        factories.make_closed_review(cast.leader, {})
        client.get(address)
        with CaptureQueriesContext(connection) as few:
            client.get(address)
        for place in range(3):
            unit = factories.make_unit(f"unit-{place}", parent=Unit.objects.get(pk=units.municipality.pk))
            factories.make_closed_review(cast.director, {}, {}, unit=unit)
        with CaptureQueriesContext(connection) as many:
            client.get(address)
        assert len(many) == len(few)


class TestDuty:
    def test_a_year_after_the_last_one(self, cast, units):
        factories.make_closed_review(cast.leader, meeting_date=datetime.date(2024, 2, 29))
        by_unit = {duty.unit: duty for duty in review_duties.of(review_duties.units())}
        assert by_unit[units.home_care].by == datetime.date(2025, 2, 28)
        assert by_unit[units.home_care].is_late
        assert by_unit[units.municipality].by == datetime.date(clock.today().year, 12, 31)
        assert units.it not in by_unit

    def test_in_the_wheel(self, cast, units):
        year = clock.today().year
        factories.make_review(cast.leader)
        factories.make_review(cast.director)
        scope = Scope(cast.leader, datetime.date(year, 1, 1), datetime.date(year, 12, 31))
        duties = gather(scope, Kind.MANAGEMENT)
        assert {duty.unit for duty in duties} == {units.municipality, units.home_care}
        own = Scope(cast.leader, scope.first, scope.last, unit=units.zone)
        assert gather(own, Kind.MANAGEMENT) == []
        assert gather(Scope(cast.it_leader, scope.first, scope.last), Kind.MANAGEMENT)[0].unit == units.municipality

    def test_waits_for_the_leader(self, cast, units):
        factories.make_closed_review(cast.leader, meeting_date=clock.today() - datetime.timedelta(330))
        address = f"{reverse('results:review_begin')}?enhet={units.home_care.pk}"
        assert address in [task.url for task in waiting.of(cast.leader)]
        assert address not in [task.url for task in waiting.of(cast.handler)]
        review = factories.make_review(
            cast.leader, first=datetime.date(2026, 1, 1), last=datetime.date(2026, 4, 30), chair=cast.deputy
        )
        assert address not in [task.url for task in waiting.of(cast.leader)]
        assert review.get_absolute_url() in [task.url for task in waiting.of(cast.deputy)]
        assert review.get_absolute_url() not in [task.url for task in waiting.of(cast.outsider)]

    def test_not_long_before(self, cast, units):
        factories.make_closed_review(cast.leader, meeting_date=clock.today())
        assert not [task for task in waiting.of(cast.leader) if "enhet" in task.url]
        assert Review.objects.count() == 1

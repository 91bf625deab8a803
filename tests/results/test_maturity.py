"""Maturity of internal control (S45): who assesses, what is refused, what is shown, and what a gap becomes."""

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from cases.models import Case
from organisation import clock
from organisation.history import StaleVersion
from results import area_register, maturity
from results.models import MaturityArea, MaturityScore
from tests import factories

pytestmark = pytest.mark.django_db
YEAR = clock.today().year
NEXT = datetime.date(YEAR + 1, 6, 30)


@pytest.fixture
def areas() -> list[MaturityArea]:
    call_command("load_maturity_areas", verbosity=0)
    return list(MaturityArea.objects.all())


def sent(area: MaturityArea, **facts: Any) -> dict[str, Any]:
    """What the form sends for one area."""
    facts = {
        "now": 2,
        "ambition": 4,
        "reached_by": NEXT.isoformat(),
        "evidence": "Sett i revisjonen",
        "version": "",
    } | facts
    return {f"p{area.pk}-{name}": value for name, value in facts.items()}


def assess(by: Any, area: MaturityArea, **facts: Any) -> MaturityScore:
    return factories.make_maturity(by, area=area, **facts)


class TestTheAreasThatComeWithTheProduct:
    def test_every_one_has_five_levels_in_words(self, areas: list[MaturityArea]) -> None:
        assert len(areas) == len(area_register.areas()) >= 10
        for area in areas:
            texts = {text for _number, _name, text in area.levels}
            assert len(texts) == 5
            assert all(texts)

    def test_twice_is_once_and_what_was_written_here_stays(self, areas: list[MaturityArea]) -> None:
        MaturityArea.objects.filter(pk=areas[0].pk).update(level_1="Vårt eget ord")
        assert area_register.load() == 0
        assert MaturityArea.objects.get(pk=areas[0].pk).level_1 == "Vårt eget ord"


class TestAssessing:
    def test_a_leader_fills_in_some_areas_and_the_rest_is_left(self, cast: Any, areas: Any, login: Any) -> None:
        data = {**sent(areas[0]), **sent(areas[1], now=3, ambition=3, reached_by="")}
        answer = login(cast.leader).post(f"/resultater/modenhet/home-care/vurder/?ar={YEAR}", data)
        assert answer.status_code == 302
        first, second = MaturityScore.objects.order_by("area__place")
        assert (first.now, first.ambition, first.reached_by, first.gap) == (2, 4, NEXT, 2)
        assert (second.now, second.gap, second.assessed_by) == (3, 0, cast.leader)
        assert first.history.get().actor_label == cast.leader.get_full_name()

    def test_what_is_left_as_it_was_gets_no_new_version(self, cast: Any, areas: Any, login: Any) -> None:
        score = assess(cast.leader, areas[0])
        data = {**sent(areas[0], version=1), **sent(areas[1])}
        login(cast.leader).post("/resultater/modenhet/home-care/vurder/", data)
        score.refresh_from_db()
        assert (score.version, MaturityScore.objects.count()) == (1, 2)

    def test_a_change_keeps_what_was_said_before(self, cast: Any, areas: Any) -> None:
        score = assess(cast.leader, areas[0], now=2)
        assess(cast.deputy, areas[0], now=3, version=1)
        score.refresh_from_db()
        assert (score.now, score.assessed_by) == (3, cast.deputy)
        assert [row.now for row in score.history.all()] == [3, 2]

    @pytest.mark.parametrize("who", ["reporter", "handler", "outsider", "it_leader", "auditor", "editor"])
    def test_others_do_not(self, cast: Any, areas: Any, login: Any, who: str) -> None:
        user = getattr(cast, who)
        client = login(user)
        assert client.post("/resultater/modenhet/home-care/vurder/", sent(areas[0])).status_code == 403
        assert "/vurder/" not in client.get("/resultater/modenhet/home-care/").content.decode()
        with pytest.raises(PermissionDenied):
            assess(user, areas[0], unit=cast.leader.unit)
        assert not MaturityScore.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"ambition": 1}, "ambition"),
            ({"reached_by": ""}, "reached_by"),
            ({"reached_by": f"{YEAR - 1}-12-31"}, "reached_by"),
            ({"evidence": "  "}, "evidence"),
            ({"now": 6}, "now"),
            ({"now": "", "evidence": "Noe annet"}, "now"),
            ({"reached_by": "i fjor"}, "reached_by"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
        self, cast: Any, areas: Any, login: Any, facts: dict[str, Any], field: str
    ) -> None:
        data = {**sent(areas[0], evidence="Dette skrev jeg"), **sent(areas[1], **facts)}
        answer = login(cast.leader).post("/resultater/modenhet/home-care/vurder/", data)
        wrong = [line for line in answer.context["lines"] if line.form.errors]
        assert [(line.thing, *line.form.errors) for line in wrong] == [(areas[1], field)]
        assert "Dette skrev jeg" in answer.content.decode()
        assert not MaturityScore.objects.exists()

    def test_a_stale_form_gets_both_texts_and_saves_nothing(self, cast: Any, areas: Any, login: Any) -> None:
        score = assess(cast.leader, areas[0])
        assess(cast.deputy, areas[0], now=3, evidence="Nestlederens ord", version=1)
        data = {**sent(areas[0], now=1, evidence="Mine ord", version=1), **sent(areas[1])}
        client = login(cast.leader)
        answer = client.post("/resultater/modenhet/home-care/vurder/", data)
        html = answer.content.decode()
        assert answer.status_code == 409
        assert "Mine ord" in html
        assert "Nestlederens ord" in html
        score.refresh_from_db()
        assert (score.now, MaturityScore.objects.count()) == (3, 1)
        again = {**data, f"p{areas[0].pk}-version": 2}
        assert client.post("/resultater/modenhet/home-care/vurder/", again).status_code == 302
        score.refresh_from_db()
        assert score.now == 1

    def test_two_people_take_different_areas_at_once(self, cast: Any, areas: Any, login: Any) -> None:
        assess(cast.leader, areas[0])
        assess(cast.deputy, areas[0], now=3, version=1)
        data = {**sent(areas[0], version=1), **sent(areas[1])}
        answer = login(cast.leader).post("/resultater/modenhet/home-care/vurder/", data)
        assert answer.status_code == 302
        assert MaturityScore.objects.get(area=areas[0]).now == 3
        assert MaturityScore.objects.filter(area=areas[1]).exists()

    def test_who_saw_nothing_does_not_write_over_what_came_meanwhile(self, cast: Any, areas: Any) -> None:
        assess(cast.leader, areas[0])
        with pytest.raises(StaleVersion):
            assess(cast.deputy, areas[0], now=5, ambition=5)

    def test_the_database_keeps_one_a_year_and_the_scale(self, cast: Any, areas: Any) -> None:
        score = assess(cast.leader, areas[0])
        for facts in ({"now": 6}, {"ambition": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                MaturityScore.objects.filter(pk=score.pk).update(**facts)


class TestTheGap:
    PLAN = {"measure": "Sett av tid hver uke", "probability": 3, "consequence": 4}

    def test_it_opens_a_case_that_is_shown_ever_after(self, cast: Any, areas: Any, login: Any) -> None:
        score = assess(cast.leader, areas[0])
        form = {**self.PLAN, "responsible": "colleague", "deadline": NEXT.isoformat(), "version": 1}
        address = f"/resultater/modenhet/home-care/{score.pk}/sak/"
        assert login(cast.leader).post(address, form).status_code == 302
        case = Case.objects.get()
        score.refresh_from_db()
        assert (score.case, case.unit, case.kind, case.channel) == (
            case,
            cast.leader.unit,
            Case.Kind.IMPROVEMENT,
            Case.Channel.INDICATOR,
        )
        assert (case.score, case.actions.get().responsible) == (12, cast.colleague)
        html = login(cast.reporter).get("/resultater/modenhet/home-care/").content.decode()
        assert case.reference in html
        page = login(cast.reporter).get(case.get_absolute_url()).content.decode()
        assert f'href="{score.get_absolute_url()}"' in page.replace("&amp;", "&")

    def test_never_twice_and_never_without_a_gap(self, cast: Any, areas: Any) -> None:
        score, reached = (
            assess(cast.leader, areas[0]),
            assess(cast.leader, areas[1], now=3, ambition=3, reached_by=None),
        )
        facts = {**self.PLAN, "responsible": cast.colleague, "deadline": NEXT}
        with pytest.raises(ValidationError):
            reached.follow_up(cast.leader, **facts)
        with pytest.raises(ValidationError):
            score.follow_up(cast.leader, **{**facts, "deadline": clock.today() - datetime.timedelta(1)})
        score.follow_up(cast.leader, **facts)
        with pytest.raises(ValidationError):
            score.follow_up(cast.leader, **facts)
        assert Case.objects.count() == 1

    @pytest.mark.parametrize("who", ["reporter", "handler", "it_leader", "auditor"])
    def test_others_open_none(self, cast: Any, areas: Any, login: Any, who: str) -> None:
        score = assess(cast.leader, areas[0])
        client = login(getattr(cast, who))
        assert client.get(f"/resultater/modenhet/home-care/{score.pk}/sak/").status_code == 403
        with pytest.raises(PermissionDenied):
            score.follow_up(getattr(cast, who), **self.PLAN, responsible=cast.colleague, deadline=NEXT)
        assert "/sak/" not in client.get("/resultater/modenhet/home-care/").content.decode()

    def test_an_address_of_another_unit_is_not_there(self, cast: Any, areas: Any, login: Any) -> None:
        score = assess(cast.leader, areas[0])
        assert login(cast.director).get(f"/resultater/modenhet/it/{score.pk}/sak/").status_code == 404


class TestShowing:
    def test_the_municipality_is_the_average_and_the_largest_gap_comes_first(
        self, cast: Any, units: Any, areas: Any
    ) -> None:
        assess(cast.leader, areas[0], now=1, ambition=4)
        assess(cast.it_leader, areas[0], now=4, ambition=5)
        assess(cast.it_leader, areas[1], now=3, ambition=5)
        found = maturity.of(units.municipality, YEAR)
        assert (found.areas[0].now, found.areas[0].ambition, found.areas[0].units) == (2.5, 4.5, 2)
        assert [score.gap for score in found.gaps] == [3, 2, 1]
        assert (found.units, found.now, found.before) == (2, 2.67, None)
        below = maturity.of(units.home_care, YEAR)
        assert (below.units, below.now, len(below.gaps)) == (1, 1, 1)
        assert maturity.of(units.zone, YEAR).now is None

    def test_the_year_before_stands_beside(self, cast: Any, units: Any, areas: Any, login: Any) -> None:
        assess(cast.leader, areas[0], year=YEAR - 1, now=1, ambition=2)
        assess(cast.leader, areas[0], now=3, ambition=3, reached_by=None)
        assert maturity.of(units.home_care, YEAR).areas[0].before == 1
        (line, *_rest) = maturity.lines(units.home_care, YEAR)
        assert (line.before.now, line.change) == (1, 2)
        assert maturity.history(units.home_care).years == [YEAR - 1, YEAR]
        html = login(cast.reporter).get(f"/resultater/modenhet/home-care/?ar={YEAR - 1}").content.decode()
        assert areas[0].level_1 in html
        assert areas[0].level_3 not in html

    @pytest.mark.parametrize("year", ["", "abc", "12", "99999", "1989", "2101", "²⁰²⁶"])
    def test_a_year_that_makes_no_sense_is_this_year(self, cast: Any, areas: Any, login: Any, year: str) -> None:
        assert login(cast.reporter).get("/resultater/modenhet/home-care/", {"ar": year}).context["year"] == YEAR

    def test_an_area_out_of_use_is_shown_where_it_was_used(self, cast: Any, units: Any, areas: Any) -> None:
        assess(cast.leader, areas[0], year=YEAR - 1)
        MaturityArea.objects.filter(pk=areas[0].pk).update(active=False)
        assert areas[0] in [line.area for line in maturity.lines(units.home_care, YEAR - 1)]
        assert areas[0] not in [line.area for line in maturity.lines(units.home_care, YEAR)]

    def test_a_gap_past_its_day_is_late(self, cast: Any, units: Any, areas: Any) -> None:
        with clock.set_to(clock.now() - datetime.timedelta(400)):
            year = clock.today().year
            assess(cast.leader, areas[0], year=year, reached_by=clock.today() + datetime.timedelta(30))
        (gap,) = maturity.of(units.home_care, year).late
        assert gap.is_late

    def test_the_sheet_holds_every_score(self, cast: Any, areas: Any, login: Any) -> None:
        assess(cast.leader, areas[0], evidence="=1+1")
        answer = login(cast.reporter).get("/resultater/modenhet/eksport.xlsx")
        every, across = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
        rows = list(every.iter_rows(values_only=True))
        assert rows[1][1:6] == (areas[0].name, YEAR, 2, 4, 2)
        assert rows[1][7] == "'=1+1"
        assert across["B2"].value == 2

    def test_the_number_of_queries_does_not_grow(
        self, cast: Any, units: Any, areas: Any, django_assert_num_queries: Any
    ) -> None:
        assess(cast.leader, areas[0])
        for unit_by in (cast.leader, cast.it_leader, cast.director):
            for area in areas[1:]:
                assess(unit_by, area)
        with django_assert_num_queries(3):
            maturity.table(units.municipality, YEAR)
        with django_assert_num_queries(3):
            maturity.of(units.municipality, YEAR)

    @pytest.mark.parametrize(
        ("level", "colour"), [(None, ""), (1, "red"), (2.4, "red"), (2.5, "yellow"), (3.5, "green")]
    )
    def test_the_colour_is_of_the_nearest_level(self, level: float | None, colour: str) -> None:
        assert maturity.colour(level) == colour

    def test_everybody_reads_the_history(self, cast: Any, areas: Any, login: Any) -> None:
        assess(cast.leader, areas[0])
        html = login(cast.outsider).get("/resultater/modenhet/home-care/historikk/").content.decode()
        assert areas[0].name in html
        assert login(cast.outsider).get("/resultater/modenhet/ukjent/").status_code == 404

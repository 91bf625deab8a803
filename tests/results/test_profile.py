"""Profile analyses (S74): values and what is left out, and years beside each other."""

import io
import random
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from organisation.history import StaleVersion
from results import profile
from results.models import ProfileAnalysis, ProfileElement, ProfileScore
from results.models.profile import Entry
from tests import factories

pytestmark = pytest.mark.django_db
HEAD = {"title": "Etikkprofil", "about": "", "lowest": "1", "highest": "6", "elements": "Verdier\n\nVarsling\nVerdier"}
NORWEGIAN, ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "nb"}, {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture
def analysis(cast: Any) -> ProfileAnalysis:
    """2008 and 2013; one element left out in 2013."""
    made = factories.make_profile(cast.leader)
    factories.enter_profile(cast.leader, made, 2008, 3, 2, 4)
    factories.enter_profile(cast.leader, made, 2013, 5, "Gransking pågikk", 4.5)
    return made


class TestMaking:
    def test_a_leader_makes_one_with_its_elements_once_each(self, cast: Any, login: Any) -> None:
        answer = login(cast.leader).post("/resultater/profil/ny/", {**HEAD, "unit": cast.leader.unit_id})
        made = ProfileAnalysis.objects.get()
        assert answer.headers["Location"] == made.get_absolute_url()
        assert [element.name for element in made.elements.all()] == ["Verdier", "Varsling"]

    @pytest.mark.parametrize("who", ["reporter", "handler", "auditor", "editor", "outsider"])
    def test_others_do_not(self, cast: Any, login: Any, analysis: ProfileAnalysis, who: str) -> None:
        user = getattr(cast, who)
        client = login(user)
        address = analysis.get_absolute_url()
        for step in ("endre/", "verdier/", "element/ny/"):
            assert client.post(address + step, {}).status_code == 403
        assert client.post("/resultater/profil/ny/", HEAD).status_code == 403
        for change in (
            lambda: ProfileAnalysis.begin(user, title="X", unit=cast.leader.unit, lowest=1, highest=2),
            lambda: analysis.change(user, title="X"),
            lambda: ProfileElement.add(user, analysis, name="X"),
            lambda: analysis.elements.first().change(user, name="X"),
            lambda: analysis.enter(user, 2014, []),
        ):
            with pytest.raises(PermissionDenied):
                change()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"title": ""}, "title"),
            ({"highest": "1"}, "highest"),
            ({"lowest": "en"}, "lowest"),
            ({"elements": "x" * 121}, "elements"),
            ({"unit": ""}, "unit"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, cast: Any, login: Any, facts: dict[str, str], field: str) -> None:
        answer = login(cast.leader).post("/resultater/profil/ny/", {**HEAD, "unit": cast.leader.unit_id, **facts})
        assert answer.context["form"].errors.keys() == {field}
        assert not ProfileAnalysis.objects.exists()

    def test_a_unit_has_one_of_a_title(self, cast: Any, analysis: ProfileAnalysis) -> None:
        with pytest.raises(ValidationError) as refused:
            factories.make_profile(cast.leader)
        assert refused.value.message_dict.keys() == {"title"}

    def test_a_scale_that_shuts_out_values_is_refused(self, cast: Any, analysis: ProfileAnalysis) -> None:
        with pytest.raises(ValidationError):
            analysis.change(cast.leader, highest=Decimal(4))
        analysis.refresh_from_db()
        assert analysis.highest == 6

    def test_an_element_goes_out_and_what_was_scored_stays(
        self, cast: Any, login: Any, analysis: ProfileAnalysis
    ) -> None:
        element = analysis.elements.get(name="Varsling")
        address = f"{analysis.get_absolute_url()}element/{element.pk}/"
        form = {"name": "Varsling", "about": "", "place": "", "first_year": "2008", "last_year": "2012", "version": 1}
        refused = login(cast.leader).post(address, form)
        assert refused.context["form"].errors.keys() == {"last_year"}
        assert login(cast.leader).post(address, {**form, "last_year": "2013"}).status_code == 302
        element.refresh_from_db()
        assert not element.is_in(2014)
        assert [line.element.name for line in profile.compare(analysis, [2014]).lines] == ["Verdier", "Innkjøp"]
        assert login(cast.leader).get(f"/resultater/profil/{analysis.pk + 1}/element/{element.pk}/").status_code == 404


class TestTheValues:
    def test_some_are_put_in_with_comma_and_the_rest_later(
        self, cast: Any, login: Any, analysis: ProfileAnalysis
    ) -> None:
        first, second, _third = analysis.elements.all()
        data = {f"p{first.pk}-value": "4,5", f"p{second.pk}-reason": "Ikke spurt"}
        answer = login(cast.leader).post(f"{analysis.get_absolute_url()}verdier/?ar=2020", data, **NORWEGIAN)
        assert answer.status_code == 302
        scores = ProfileScore.objects.filter(year=2020)
        assert [(score.value, score.reason, score.left_out) for score in scores] == [
            (Decimal("4.50"), "", False),
            (None, "Ikke spurt", True),
        ]

    @pytest.mark.parametrize(
        "facts", [{"value": "7"}, {"value": "0"}, {"value": "3", "reason": "Begge"}, {"value": "fem"}]
    )
    def test_all_or_nothing(self, cast: Any, login: Any, analysis: ProfileAnalysis, facts: dict[str, str]) -> None:
        first, second, _third = analysis.elements.all()
        data = {f"p{first.pk}-value": "4", **{f"p{second.pk}-{name}": value for name, value in facts.items()}}
        answer = login(cast.leader).post(f"{analysis.get_absolute_url()}verdier/?ar=2020", data)
        assert [line.thing for line in answer.context["errors"]] == [second]
        assert not ProfileScore.objects.filter(year=2020).exists()

    def test_a_value_taken_away_must_be_explained(self, cast: Any, login: Any, analysis: ProfileAnalysis) -> None:
        first = analysis.elements.all()[0]
        data = {f"p{first.pk}-value": "", f"p{first.pk}-version": 1}
        answer = login(cast.leader).post(f"{analysis.get_absolute_url()}verdier/?ar=2008", data)
        assert len(answer.context["errors"]) == 1

    def test_a_stale_value_is_refused_with_both(self, cast: Any, login: Any, analysis: ProfileAnalysis) -> None:
        first = analysis.elements.all()[0]
        analysis.enter(cast.deputy, 2008, [Entry(first, Decimal(2), version=1)])
        data = {f"p{first.pk}-value": "6", f"p{first.pk}-version": 1}
        answer = login(cast.leader).post(f"{analysis.get_absolute_url()}verdier/?ar=2008", data)
        assert answer.status_code == 409
        assert ProfileScore.objects.get(element=first, year=2008).value == 2
        with pytest.raises(StaleVersion):
            analysis.enter(cast.leader, 2008, [Entry(first, Decimal(6))])

    def test_an_element_is_not_scored_in_a_year_it_is_not_in(self, cast: Any, analysis: ProfileAnalysis) -> None:
        late = ProfileElement.add(cast.leader, analysis, name="Ny", first_year=2020)
        with pytest.raises(ValidationError):
            analysis.enter(cast.leader, 2013, [Entry(late, Decimal(3))])

    def test_the_database_wants_a_value_or_a_reason(self, analysis: ProfileAnalysis) -> None:
        for facts in ({"reason": "Begge"}, {"value": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                ProfileScore.objects.filter(year=2008).update(**facts)


class TestTheComparison:
    def test_only_what_both_years_have_counts(self, analysis: ProfileAnalysis) -> None:
        found = profile.compare(analysis, [2008, 2013])
        assert found.averages == [3.5, 4.75]
        assert [line.element.name for line in found.left_out] == ["Varsling"]
        assert [row.marked for row in found.chart.rows] == [False, True, False]
        assert [row.change for row in found.chart.rows] == [2, None, 0.5]

    def test_it_is_said_on_the_page(self, cast: Any, login: Any, analysis: ProfileAnalysis) -> None:
        html = login(cast.outsider).get(f"{analysis.get_absolute_url()}?ar=2008&ar=2013", **ENGLISH).content.decode()
        assert "Gransking pågikk" in html
        assert "Only the 2 elements of 3 that have a value in every year count." in html

    @pytest.mark.parametrize(
        ("asked", "years"),
        [([], [2008, 2013]), (["2008"], [2008]), (["2013", "2008"], [2008, 2013]), (["1999", "x", "²"], [2008, 2013])],
    )
    def test_the_years_asked_for(self, analysis: ProfileAnalysis, asked: list[str], years: list[int]) -> None:
        assert profile.years_asked(analysis, asked) == years

    def test_the_sheet_and_the_drawing_say_the_same(self, cast: Any, login: Any, analysis: ProfileAnalysis) -> None:
        client = login(cast.outsider)
        sheet = openpyxl.load_workbook(
            io.BytesIO(client.get(f"{analysis.get_absolute_url()}eksport.xlsx").content)
        ).active
        rows = list(sheet.iter_rows(values_only=True))
        assert rows[1][:4] == ("Verdier", 3, 5, 2)
        assert rows[2][:4] == ("Varsling *", 2, None, None)
        assert rows[-1][1:4] == (3.5, 4.75, 1.25)
        answer = client.get(f"{analysis.get_absolute_url()}figur.svg")
        texts = "".join(ElementTree.fromstring(answer.content).itertext())
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert "attachment" in answer.headers["Content-Disposition"]
        assert "Varsling *" in texts

    def test_a_name_is_never_markup(self, cast: Any, login: Any) -> None:
        evil = "<script>alert(1)</script>&"
        made = factories.make_profile(cast.leader, (evil,), title=evil)
        factories.enter_profile(cast.leader, made, 2008, 3)
        content = login(cast.outsider).get(f"{made.get_absolute_url()}figur.svg").content
        assert b"<script" not in content
        assert evil in "".join(ElementTree.fromstring(content).itertext())

    @given(seed=st.integers(0, 10_000))
    def test_the_average_is_what_a_slow_count_says(self, seed: int) -> None:
        chance = random.Random(seed)
        analysis = ProfileAnalysis(title="X", lowest=Decimal(0), highest=Decimal(100))
        lines = []
        for _number in range(chance.randint(0, 8)):
            scores = [
                ProfileScore(year=year, value=Decimal(chance.randint(0, 100))) if chance.random() < 0.7 else None
                for year in (2008, 2013)
            ]
            lines.append(profile.Line(ProfileElement(name="E"), scores))
        found = profile.Comparison(analysis, [2008, 2013], lines)
        both = [(float(a.value), float(b.value)) for line in lines for a, b in [line.scores] if a and b]
        slow = [round(sum(pair[k] for pair in both) / len(both), 2) for k in (0, 1)] if both else [None, None]
        assert found.averages == slow

    def test_the_number_of_queries_does_not_grow(
        self, cast: Any, analysis: ProfileAnalysis, django_assert_num_queries: Any
    ) -> None:
        many = factories.make_profile(cast.leader, tuple(f"Element {n}" for n in range(30)), title="Stor")
        factories.enter_profile(cast.leader, many, 2008, *[3] * 30)
        with django_assert_num_queries(2):
            assert len(profile.compare(many, [2008]).chart.rows) == 30

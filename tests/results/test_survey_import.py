"""A survey file by way of its preview: names, duplicates, and nothing saved before it is confirmed (S66)."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from organisation import clock
from results.models import Frequency, Indicator, Measurement, SurveyImport
from results.survey import proposal, reading
from tests.results.scorecards import make_goal, make_indicator, measure, november  # noqa: F401  # a fixture

pytestmark = pytest.mark.usefixtures("november")
UPLOAD = "/resultater/indikator/les-inn/"


@pytest.fixture
def indicator(cast, units):
    goal = make_goal(cast.director, units.municipality)
    facts = {"source": Indicator.Source.SURVEY, "frequency": Frequency.YEAR, "common": True, "measure": "poeng"}
    facts |= {"target": 5, "green": 4, "yellow": 3, "lowest": Decimal(1), "highest": Decimal(6)}
    return make_indicator(cast.director, goal, name="Tilfredshet", owner=cast.quality_manager, **facts)


def read(by, *lines, heading="Enhet;Tilfredshet;Antall svar", period="2025"):
    content = reading.read("\n".join([heading, *lines]).encode())
    return SurveyImport.keep(by, name="svar.csv", content=content.as_data(), period=period)


def rows(survey):
    return proposal.rows(survey.by, survey.content, survey.choices)


def test_nothing_is_saved_before_it_is_confirmed_and_then_once(cast, units, indicator):
    survey = read(cast.quality_manager, "Home care;4,6;34", "IT;3,9;12")
    assert not Measurement.objects.exists()
    report = survey.confirm(cast.quality_manager)
    assert survey.confirm(cast.quality_manager) == report
    found = Measurement.objects.order_by("unit__path").values_list("unit__code", "value", "answers", "source")
    assert list(found) == [("home-care", Decimal("4.6"), 34, "survey"), ("it", Decimal("3.9"), 12, "survey")]
    assert "svar.csv" in Measurement.objects.first().note


@pytest.mark.parametrize("name", ["home-care", "Home care", "HOME-CARE", "Homecare", "RE Home care", "Enhet Home-Care"])
def test_a_unit_is_known_by_code_name_and_how_the_name_is_written(cast, indicator, name):
    (row,) = rows(read(cast.quality_manager, f"{name};4,6;34"))
    assert (row.unit.code, row.problem) == ("home-care", "")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Nowhere;4,6;34", "Nowhere"),
        ("Home care;ca. 4;34", "ca. 4"),
        ("Home care;7;34", "highest"),
        ("Home care;0;34", "lowest"),
        ("Home care;4,6;4", "5 answers"),
        ("Home care;4,6;mange", "mange"),
        ("Zone north;4,6;34", "No indicator of the unit"),
    ],
)
def test_what_can_not_be_saved_is_left_out_and_said(cast, indicator, line, words):
    survey = read(cast.quality_manager, line, "IT;4;20")
    bad, good = rows(survey)
    with translation.override("en"):
        assert words in rows(survey)[0].problem
    assert (bad.is_saved, good.is_saved) == (False, True)
    report = survey.confirm(cast.quality_manager)
    assert (report["saved"], [row["line"] for row in report["left_out"]]) == (1, [2])


def test_a_period_that_is_not_over_of_another_length_or_not_said_is_left_out(cast, indicator):
    assert rows(read(cast.quality_manager, "IT;4;20", period="2026"))[0].problem
    assert rows(read(cast.quality_manager, "IT;4;20", period="2025-T3"))[0].problem
    assert rows(read(cast.quality_manager, "IT;4;20", period=""))[0].problem
    lines = ("2024;IT;4;20", "i fjor;IT;4;20")
    with_period = read(cast.quality_manager, *lines, heading="År;Enhet;Tilfredshet;Antall", period="")
    assert [bool(row.problem) for row in rows(with_period)] == [False, True]


def test_an_unknown_unit_is_chosen_by_hand_or_left_out(cast, units, indicator):
    survey = read(cast.quality_manager, "Pleie og omsorg;4,6;34", "Alle;4,2;300")
    survey.choose(
        cast.quality_manager,
        {"period": "2025", "units": {"Pleie og omsorg": str(units.home_care.pk), "Alle": proposal.LEFT_OUT}},
    )
    first, second = rows(survey)
    assert (first.unit, first.is_saved, second.is_saved) == (units.home_care, True, False)


def test_an_unknown_indicator_is_chosen_by_hand(cast, units, indicator):
    survey = read(cast.quality_manager, "IT;4,6", heading="Enhet;Sp. 14")
    assert rows(survey)[0].indicator is None
    survey.choose(cast.quality_manager, {"period": "2025", "indicators": {"Sp. 14": str(indicator.pk)}})
    assert rows(survey)[0].is_saved


def test_twice_in_the_file_the_first_counts_unless_the_other_is_chosen(cast, indicator):
    survey = read(cast.quality_manager, "IT;4,6;34", "it;3,1;34")
    assert [row.is_saved for row in rows(survey)] == [True, False]
    survey.choose(cast.quality_manager, {"period": "2025", "use": [2]})
    assert [row.is_saved for row in rows(survey)] == [False, True]
    survey.confirm(cast.quality_manager)
    assert Measurement.objects.get().value == Decimal("3.1")


def test_what_is_there_is_kept_unless_it_is_replaced_and_then_history_keeps_it(cast, units, indicator):
    there = measure(cast.director, indicator, units.it, "2025", "3.0")
    survey = read(cast.quality_manager, "IT;4,6;34", "Home care;4;20")
    assert [row.is_saved for row in rows(survey)] == [False, True]
    survey.choose(cast.quality_manager, {"period": "2025", "use": [1]})
    survey.confirm(cast.quality_manager)
    there.refresh_from_db()
    assert (there.value, there.history.count(), there.source) == (Decimal("4.6"), 2, "survey")


def test_the_same_value_again_changes_nothing(cast, units, indicator):
    measure(cast.director, indicator, units.it, "2025", "4.6")
    survey = read(cast.quality_manager, "IT;4,60;34")
    with pytest.raises(ValidationError):
        survey.confirm(cast.quality_manager)
    assert rows(survey)[0].is_same


def test_overlapping_periods_are_left_out(cast, units, indicator):
    measure(cast.director, indicator, units.it, "2025", "4.6")
    indicator.change(cast.director, frequency=Frequency.TERTIAL)
    survey = read(cast.quality_manager, "IT;4,6;34", period="2025-T2")
    assert rows(survey)[0].problem


def test_who_may_not_measure_for_a_unit_saves_nothing_there(cast, indicator):
    survey = read(cast.leader, "IT;4,6;34", "Home care;4;20")
    assert [row.is_saved for row in rows(survey)] == [False, True]
    survey.confirm(cast.leader)
    assert Measurement.objects.get().unit.code == "home-care"


def test_a_file_is_its_readers_own(cast, login, indicator):
    survey = read(cast.quality_manager, "IT;4,6;34")
    for act in (survey.confirm, survey.discard, lambda by: survey.choose(by, {})):
        with pytest.raises(PermissionDenied):
            act(cast.leader)
    assert login(cast.leader).get(survey.get_absolute_url()).status_code == 404
    assert login(cast.reporter).get(UPLOAD).status_code == 403
    with pytest.raises(PermissionDenied):
        SurveyImport.keep(cast.reporter, name="x", content={"entries": []})


def test_all_or_nothing_when_somebody_measures_meanwhile(cast, units, indicator, monkeypatch):
    survey = read(cast.quality_manager, "Home care;4;20", "IT;4,6;34")
    real = proposal.rows

    def late(*args):
        found = real(*args)
        measure(cast.director, indicator, units.it, "2025", "3.0")
        return found

    monkeypatch.setattr(proposal, "rows", late)
    with pytest.raises(ValidationError):
        survey.confirm(cast.quality_manager)
    assert not Measurement.objects.filter(unit=units.home_care).exists()
    survey.refresh_from_db()
    assert survey.saved_at is None


def test_the_queries_do_not_grow_with_the_file(cast, units, indicator):
    def queries(lines):
        survey = read(cast.quality_manager, *lines)
        with CaptureQueriesContext(connection) as captured:
            rows(survey)
        return len(captured)

    assert queries(["IT;4,6;34"]) == queries(["IT;4,6;34", "Home care;4;20", "Nowhere;4;20"] * 30)


def test_old_files_that_nothing_came_of_are_forgotten(cast, indicator):
    read(cast.quality_manager, "IT;4,6;34")
    kept = read(cast.quality_manager, "Home care;4,6;34")
    kept.confirm(cast.quality_manager)
    with clock.set_to(clock.now() + datetime.timedelta(20)):
        assert SurveyImport.objects.forget_old() == 1
    assert SurveyImport.objects.get() == kept


# On the pages


def upload(client, content, name="svar.csv", **more):
    file = SimpleUploadedFile(name, content)
    return client.post(UPLOAD, {"file": file, "key": uuid.uuid4(), "period": "2025", **more})


def test_from_file_to_measurements_on_the_pages(cast, units, login, indicator):
    client = login(cast.quality_manager)
    answer = upload(client, "Enhet;Tilfredshet;Antall svar\nHome care;4,6;34\nPleie;4;20".encode("cp1252"))
    page = client.get(answer.url).content.decode()
    assert "Home care" in page and "Pleie" in page
    chosen = {"period": "2025", "units-0": str(units.it.pk)}
    assert client.post(answer.url, {**chosen, "oppdater": ""}).url == answer.url
    assert not Measurement.objects.exists()
    client.post(answer.url, {**chosen, "lagre": ""})
    assert set(Measurement.objects.values_list("unit__code", flat=True)) == {"home-care", "it"}
    assert client.get(answer.url).status_code == 200
    client.post(answer.url, {**chosen, "lagre": ""})
    assert Measurement.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "content"),
    [("svar.pdf", b"x"), ("svar.csv", b""), ("svar.xlsx", b"PK\x03\x04"), ("svar.csv", b"a;b\n1;2")],
)
def test_a_file_that_can_not_be_read_is_refused_beside_the_field(cast, login, indicator, name, content):
    answer = upload(login(cast.quality_manager), content, name)
    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not SurveyImport.objects.exists()


def test_put_away_nothing_is_left(cast, login, indicator):
    survey = read(cast.quality_manager, "IT;4,6;34")
    login(cast.quality_manager).post(f"{survey.get_absolute_url()}forkast/")
    assert not SurveyImport.objects.exists()

"""The demo's risk assessments: what they point at is there, and their stories are told once through the domain methods."""

from typing import Any

import pytest

from home.demo import risks
from home.demo.organisation import FOLDER, read
from risk import repeats, template_register
from risk.models import Acceptance, Assessment, Link, Risk, Subject
from risk.uses import Use
from tests import factories

pytestmark = pytest.mark.django_db
DATA = read("risks.toml")
TEMPLATES = {row["name"]: row for row in template_register.templates()}
ROWS = [
    (assessment["title"], row)
    for assessment in DATA["assessment"]
    for row in (*assessment["rows"], *assessment.get("again", {}).get("rows", []))
]


def test_what_the_rows_point_at_is_there():
    pages = {
        row["number"] for path in (FOLDER / "handbook").glob("*.toml") for row in read(f"handbook/{path.name}")["page"]
    }
    controls = {code for code, *_words in template_register.controls()}
    people = {row["username"] for row in read("organisation.toml")["person"]}
    for title, row in ROWS:
        assert pages.issuperset(row.get("pages", [])), title
        assert controls.issuperset(row.get("controls", [])), title
        assert row.get("responsible", "leder") in people, title
        assert len(row["now"]) == 2 and len(row.get("after", (1, 1))) == 2, title


def test_a_row_of_a_template_is_one_it_has():
    for assessment in DATA["assessment"]:
        places = [row["of"] for row in assessment["rows"] if "of" in row]
        assert set(places) <= set(range(1, len(TEMPLATES[assessment["template"]]["rows"]) + 1)), assessment["title"]
        assert len(set(places)) == len(places), assessment["title"]


def test_a_story_goes_on_until_today_and_not_further():
    for assessment in DATA["assessment"]:
        for row in assessment["rows"]:
            days = [row[step] for step in ("started", "done", "evaluated", "closed", "confirmed") if step in row]
            assert days == sorted(days), row
            assert max(days, default=0) <= assessment.get("ago", 0), row


def test_every_use_is_shown():
    assert {TEMPLATES[row["template"]]["use"] for row in DATA["assessment"]} == set(Use.values)


@pytest.fixture
def told(cast: Any, handbook: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A story as in the demo, in the unit of the cast."""
    done = {"done": 10, "evaluated": 20, "closed": 22, "confirmed": 25, "note": "Gjort", "found": "Det virker"}
    page = factories.make_procedure(handbook, cast.process_owner)
    tied = {"pages": [page.document.number], "controls": ["HMS-02"]}
    story = {
        "title": "Hjemmebesøk",
        "template": "Vold, trusler og alenearbeid",
        "unit": "home-care",
        "leader": "leader",
        "subject": "Biler",
        "ago": 60,
        "participants": [["reporter", "Verneombud"], ["Torunn Eikrem", "Bedriftshelsetjenesten"]],
        "rows": [
            {"of": 1, "now": [4, 4], "after": [2, 4], "responsible": "handler", **tied, **done},
            {"of": 3, "now": [3, 3], "accepted": {"after": 5, "days": 30, "reason": "Vi følger med"}},
            {"threat": "Egen rad", "now": [2, 2]},
        ],
        "again": {
            "ago": 20,
            "rows": [{"row": 2, "now": [2, 3]}],
            "new": [
                {
                    "threat": "Ny rad",
                    "now": [4, 3],
                    "preventive": "Noe",
                    "limiting": "Mer",
                    "started": 5,
                    "note": "I gang",
                }
            ],
        },
    }
    draft = {**story, "title": "Utkast", "begun": 4, "rows": [{"of": 2, "now": [3, 0]}]}
    del draft["again"], draft["ago"]
    subject = ["environmental_aspect", "Biler", "60 biler", "home-care", "leader", 2]
    found = {"subject": [subject], "assessment": [draft, story]}
    monkeypatch.setattr(risks, "read", lambda name: found)
    return found


def load() -> list[bool]:
    loader = risks.RiskLoader()
    return [loader.load(row) for row in loader.assessments()]


def test_a_story_is_told_once(told):
    assert load() == [True, True]
    assert load() == [False, False]
    assert Subject.objects.count() == 1
    assert Assessment.objects.count() == 3


def test_what_was_done_is_in_the_next_version(told, cast):
    load()
    old, new = Assessment.objects.filter(title="Hjemmebesøk").order_by("number")
    assert (old.status, new.status) == ("replaced", "decided")
    assert (old.decision.at < new.decision.at, new.decision.by) == (True, cast.leader)
    confirmed = old.rows.live().get(case__isnull=False)
    assert (confirmed.case.status, confirmed.residual_score) == ("closed", 8)
    assert [row.score for row in new.rows.live()] == [8, 6, 4, 12]
    assert new.rows.live().last().case.status == "in_progress"
    assert [person.name for person in new.participants.all()] == ["Reporter Testesen", "Torunn Eikrem"]


def test_ties_and_acceptances_are_those_told(told):
    load()
    assert Link.objects.filter(risk__assessment__number=1).count() == 2
    assert Acceptance.objects.get().expired
    assert not repeats.proposals(Risk.objects.in_force())


def test_a_draft_keeps_what_is_not_set_yet(told):
    load()
    row = Assessment.objects.get(title="Utkast").rows.live().get()
    assert (row.probability, row.consequence) == (3, None)


def test_a_story_about_a_page_that_is_not_there_stops_the_load_and_leaves_nothing(told):
    told["assessment"][1]["rows"][0]["pages"] = ["9.9.9"]
    with pytest.raises(KeyError):
        load()
    assert not Assessment.objects.filter(title="Hjemmebesøk").exists()


def test_a_measure_missing_where_one_is_demanded_stops_the_load(told):
    told["assessment"][1]["rows"][2]["now"] = [5, 5]
    with pytest.raises(Exception, match="3"):
        load()
    assert not Assessment.objects.filter(title="Hjemmebesøk").exists()

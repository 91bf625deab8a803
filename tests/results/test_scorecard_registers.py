"""The register of perspectives, and what the demo's scorecard points at."""

import pytest

from home.demo.organisation import FOLDER, read
from results import perspective_register
from results.figures import FIGURES
from results.models import Perspective

pytestmark = pytest.mark.django_db
DATA = read("scorecard.toml")
INDICATORS = [indicator for goal in DATA["goal"] for indicator in goal["indicator"]]


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("quality_manager", True),
        ("administrator", True),
        ("leader", False),
        ("auditor", False),
        ("editor", False),
        ("approver", False),
    ],
)
def test_those_who_look_after_registers_change_the_perspectives(cast, login, who, may):
    client = login(getattr(cast, who))
    for address in ("", "create/"):
        assert (client.get(f"/admin/results/perspective/{address}").status_code == 200) is may


def test_a_perspective_changed_on_an_old_page_is_refused(cast, login):
    perspective_register.load()
    perspective = Perspective.objects.first()
    client, at = login(cast.quality_manager), f"/admin/results/perspective/edit/{perspective.pk}/"
    form = {"name": "Innbyggere", "about": "", "place": 1, "active": "on"}
    assert client.post(at, {**form, "shown_version": 1}).status_code == 302
    assert client.post(at, {**form, "name": "Foreldet", "shown_version": 1}).status_code == 200
    perspective.refresh_from_db()
    assert perspective.name == "Innbyggere"
    assert perspective.history.first().actor_label == str(cast.quality_manager)


def test_what_the_demo_points_at_is_there():
    people = {row["username"] for row in read("organisation.toml")["person"]}
    units = {row["code"] for row in read("organisation.toml")["unit"]}
    pages = {
        row["number"] for path in (FOLDER / "handbook").glob("*.toml") for row in read(f"handbook/{path.name}")["page"]
    }
    perspective_register.load()
    goals = {goal["title"] for goal in DATA["goal"]}
    assert {goal["perspective"] for goal in DATA["goal"]} == set(Perspective.objects.values_list("name", flat=True))
    assert {goal["unit"] for goal in DATA["goal"]} | {DATA["plan"]["unit"]} <= units
    assert {row["owner"] for row in [*DATA["goal"], *INDICATORS]} <= people
    assert {row["responsible"] for row in DATA["plan"]["measures"]} | {DATA["survey"]["by"]} <= people
    assert {row["figure"] for row in INDICATORS if "figure" in row} <= set(FIGURES)
    assert {row["page"] for row in INDICATORS if "page" in row} <= pages
    assert {row["goal"] for row in DATA["plan"]["measures"] if "goal" in row} <= goals
    assert DATA["survey"]["indicator"] in {row["name"] for row in INDICATORS}
    assert 12 <= len(INDICATORS) <= 15

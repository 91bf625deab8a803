"""The demo's maturity, profile, plan, memberships and roll-out: what it names is there, and it shows what it should."""

from home.demo.organisation import read
from results import area_register

PLANS, ORGANISATION = read("plans.toml"), read("organisation.toml")
UNITS = {row["code"] for row in ORGANISATION["unit"]}
PEOPLE = {row["username"] for row in ORGANISATION["person"]}
AREAS = {row["code"] for row in area_register.areas()}


def test_every_unit_and_person_is_in_the_demo():
    lists = ("maturity", "maturity_case", "profile", "action_plan", "network")
    rows = [row for name in lists for row in PLANS[name]]
    assert {row["unit"] for row in rows} <= UNITS
    named = {row[role] for row in rows for role in ("by", "owner", "contact", "responsible") if role in row}
    named |= {item[2] for plan in PLANS["action_plan"] for item in plan["items"]}
    for rollout in PLANS["rollout"]:
        assert set(rollout["done"]) <= set(rollout["units"]) <= UNITS
        named |= {by for ticks in rollout["done"].values() for _step, _days, by, _note in ticks}
    assert named <= PEOPLE


def test_maturity_names_areas_of_the_product_on_the_scale():
    for row in PLANS["maturity"]:
        for code, *levels, ambition, _months, evidence in row["areas"]:
            assert code in AREAS
            assert len(levels) == 3
            assert {*levels, ambition} <= {1, 2, 3, 4, 5}
            assert evidence


def test_the_profile_has_elements_left_out_in_each_of_the_old_years():
    [profile] = PLANS["profile"]
    for place, _year in enumerate(profile["years"]):
        reasons = [values[place] for _name, _about, _first, *values in profile["elements"]]
        assert any(isinstance(value, str) and value for value in reasons)


def test_the_roll_out_is_of_a_plan_in_the_demo():
    titles = {plan["title"] for plan in read("requirements.toml")["plan"]}
    assert {rollout["plan"] for rollout in PLANS["rollout"]} <= titles

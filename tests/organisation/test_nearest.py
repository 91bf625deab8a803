"""Whoever holds a role nearest to a unit, and the deputy while that person is away."""

import datetime
from types import SimpleNamespace

from organisation import clock
from organisation.models import Absence, RoleAssignment
from organisation.nearest import Nearest
from organisation.roles import Role
from tests.conftest import Units


def test_the_nearest_holder_is_found_and_nobody_elses(cast: SimpleNamespace, units: Units) -> None:
    leaders = Nearest(Role.UNIT_LEADER)
    assert leaders.at(units.zone.path) == leaders.at(units.home_care.path) == [cast.leader]
    assert leaders.at(units.home_care.path, but=cast.leader) == [cast.director]
    assert leaders.at(units.municipality.path, but=cast.director) == []
    assert leaders.at("") == []
    assert Nearest(Role.SERVICE_DESK).everybody() == [cast.service_desk]


def test_who_is_away_is_replaced_and_who_has_left_is_left_out(cast: SimpleNamespace, units: Units) -> None:
    days = {"first_day": clock.today(), "last_day": clock.today() + datetime.timedelta(3)}
    Absence.begin(cast.leader, person=cast.leader, deputy=cast.deputy, **days)
    assert Nearest(Role.UNIT_LEADER, Role.DEPUTY).at(units.home_care.path) == [cast.deputy]
    cast.it_leader.is_active = False
    cast.it_leader.save()
    assert Nearest(Role.UNIT_LEADER).at(units.it.path) == [cast.director]


def test_a_role_that_has_ended_does_not_count(cast: SimpleNamespace, units: Units) -> None:
    ended = clock.today() - datetime.timedelta(1)
    RoleAssignment.objects.filter(user=cast.leader).update(valid_to=ended)
    assert Nearest(Role.UNIT_LEADER).at(units.home_care.path) == [cast.director]


def test_it_costs_two_queries_for_any_number_of_units(
    cast: SimpleNamespace, units: Units, django_assert_num_queries
) -> None:
    with django_assert_num_queries(2):
        leaders = Nearest(Role.UNIT_LEADER)
        for unit in vars(units).values():
            leaders.at(unit.path)

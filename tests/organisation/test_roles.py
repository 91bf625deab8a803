"""Roles are bound to a unit; rights flow down the tree, never up (G1)."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from organisation import clock
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import RIGHTS, Right, Role, enters_admin


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_right_counts_at_the_unit_and_below(cast, units):
    assert cast.leader.has_right(Right.HANDLE_CASES, units.home_care)
    assert cast.leader.has_right(Right.HANDLE_CASES, units.zone)


def test_right_never_flows_up_or_sideways(cast, units):
    assert not cast.leader.has_right(Right.HANDLE_CASES, units.municipality)
    assert not cast.leader.has_right(Right.HANDLE_CASES, units.it)


def test_an_employee_has_no_right(cast):
    assert not any(cast.reporter.has_right(right) for right in Right)


def test_superuser_gives_nothing_in_our_own_rules(cast, units):
    cast.outsider.is_superuser = True
    cast.outsider.save()
    assert not fresh(cast.outsider).has_right(Right.READ_SEALED_CASES, units.home_care)


def test_an_inactive_user_has_no_right(cast, units):
    cast.leader.is_active = False
    cast.leader.save()
    assert not fresh(cast.leader).has_right(Right.HANDLE_CASES, units.home_care)


@pytest.mark.parametrize(
    ("starts", "ends", "counts"), [(None, None, True), (-1, 1, True), (0, 0, True), (1, 2, False), (-2, -1, False)]
)
def test_a_role_counts_only_in_its_period(cast, units, starts, ends, counts):
    today = clock.today()
    RoleAssignment.objects.create(
        user=cast.outsider,
        unit=units.home_care,
        role=Role.DEPUTY,
        valid_from=None if starts is None else today + datetime.timedelta(starts),
        valid_to=None if ends is None else today + datetime.timedelta(ends),
    )
    assert fresh(cast.outsider).has_right(Right.HANDLE_CASES, units.home_care) is counts


def test_a_period_must_end_after_it_begins(cast, units):
    today = clock.today()
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleAssignment.objects.create(
            user=cast.outsider,
            unit=units.it,
            role=Role.DEPUTY,
            valid_from=today,
            valid_to=today - datetime.timedelta(1),
        )


def test_the_auditor_can_change_nothing():
    changing = {Right.HANDLE_CASES, Right.ROUTE_CASES, Right.WRITE_HANDBOOK, Right.APPROVE_HANDBOOK}
    changing |= {Right.MANAGE_REGISTERS, Right.MANAGE_ORGANISATION, Right.TAKE_IN}
    assert not RIGHTS[Role.AUDITOR] & changing


def test_every_role_is_in_the_table():
    assert set(RIGHTS) == set(Role)


def test_groups_follow_the_roles(cast, units):
    assignment = RoleAssignment.objects.create(user=cast.outsider, unit=units.municipality, role=Role.QUALITY_EDITOR)
    assert fresh(cast.outsider).has_perm("wagtailadmin.access_admin")
    assignment.delete()
    assert not fresh(cast.outsider).has_perm("wagtailadmin.access_admin")


def test_sync_roles_can_run_twice_and_mends_what_was_changed_by_hand(cast):
    cast.reporter.groups.add(cast.editor.groups.get())
    call_command("sync_roles", verbosity=0)
    call_command("sync_roles", verbosity=0)
    assert not fresh(cast.reporter).has_perm("wagtailadmin.access_admin")
    assert fresh(cast.editor).has_perm("wagtailadmin.access_admin")


@pytest.mark.parametrize("role", Role)
def test_only_those_with_work_there_enter_the_admin(cast, role):
    holders = User.objects.filter(assignments__role=role)
    assert all(user.has_perm("wagtailadmin.access_admin") == enters_admin(role) for user in holders)


def test_the_responsible_leader_is_found_upwards_in_one_query(cast, units, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert units.zone.responsible_leaders() == [cast.deputy, cast.leader]


def test_who_has_left_or_leads_no_longer_is_not_a_responsible_leader(cast, units):
    cast.deputy.is_active = False
    cast.deputy.save()
    RoleAssignment.objects.filter(user=cast.leader).update(valid_to=timezone.localdate() - datetime.timedelta(1))
    assert not {cast.deputy, cast.leader} & set(units.zone.responsible_leaders())


def test_units_and_users_are_never_deleted(cast, units):
    with pytest.raises(ValidationError):
        units.zone.delete()
    with pytest.raises(ValidationError):
        cast.outsider.delete()
    assert Unit.objects.filter(pk=units.zone.pk).exists()

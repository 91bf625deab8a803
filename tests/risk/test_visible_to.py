"""`can(…, Act.READ, …)` and `visible_to()` are the same rule, for every role and every sort of assessment."""

from itertools import product

import pytest

from organisation.models import RoleAssignment
from organisation.roles import Role
from risk.models import Assessment, Link, Risk
from risk.permissions import Act, can
from tests import factories


def make_every_sort(cast):
    """Of two units: drafts, decided, replaced and ended ones, restricted and not, with and without a participant."""
    for leader, restricted, takes_part in product((cast.leader, cast.it_leader), (False, True), (False, True)):
        for steps in ((), ("decide",), ("decide", "revise"), ("end",)):
            assessment = factories.make_assessment(leader, rows=1, restricted=restricted)
            if takes_part:
                assessment.add_participant(leader, user=cast.colleague)
            for step in steps:
                take(step, assessment, leader)


def take(step, assessment, leader):
    if step == "decide":
        assessment.decide(leader)
    elif step == "revise":
        assessment.revise(leader).decide(leader)
    else:
        assessment.end(leader, reason="Slutt")


def test_the_rule_and_the_condition_agree(cast):
    make_every_sort(cast)
    everything = list(Assessment.objects.for_list())
    assert {one.status for one in everything} == set(Assessment.Status.values)
    for person in vars(cast).values():
        visible = set(Assessment.objects.visible_to(person))
        assert visible == {one for one in everything if can(person, Act.READ, one)}, person.username
        rows = Risk.objects.visible_to(person).select_related("assessment")
        assert {row.assessment for row in rows} == visible, person.username


@pytest.mark.parametrize("role", Role)
def test_each_role_alone(cast, units, role):
    """A person with nothing but the role, at the municipality: agrees too, and does only what the role gives."""
    make_every_sort(cast)
    person = factories.make_user("alene", units.it, first_name="Alene")
    RoleAssignment.objects.create(user=person, unit=units.municipality, role=role)
    everything = list(Assessment.objects.for_list())
    assert set(Assessment.objects.visible_to(person)) == {one for one in everything if can(person, Act.READ, one)}
    decides = {can(person, Act.DECIDE, one) for one in everything}
    assert decides == {role in (Role.UNIT_LEADER, Role.DEPUTY)}


def test_who_may_not_read_may_do_nothing(cast):
    make_every_sort(cast)
    for person in vars(cast).values():
        for one in Assessment.objects.exclude(pk__in=Assessment.objects.visible_to(person).values("pk")).for_list():
            assert not any(can(person, act, one) for act in Act), (person.username, one)


def test_somebody_deactivated_reads_nothing(cast):
    make_every_sort(cast)
    cast.leader.is_active = False
    assert not Assessment.objects.visible_to(cast.leader)
    assert not any(can(cast.leader, act, Assessment.objects.first()) for act in Act)


def test_links_follow_their_assessment(cast, handbook):
    page = factories.make_procedure(handbook, cast.editor)
    for restricted in (False, True):
        row = factories.make_decided(cast.leader, restricted=restricted).rows.get()
        Link.tie(cast.leader, row, page=page)
    assert Link.objects.visible_to(cast.leader).count() == 2
    assert Link.objects.visible_to(cast.outsider).count() == 1

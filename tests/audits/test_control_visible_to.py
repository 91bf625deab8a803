"""`can` and `visible_to` are the same rule, for every role and every sort of inspection and self-check."""

from itertools import product

import pytest

from audits.control_permissions import Act, can
from audits.models import Inspection, SelfCheck, Sheet
from audits.self_check_permissions import reads, reads_sheet
from organisation import clock
from organisation.models import RoleAssignment
from organisation.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


def make_every_sort(cast, units):
    """Of two units, both kinds, restricted and not, alone and with another unit, in each state."""
    for by, kind, restricted, involved in product(
        (cast.leader, cast.it_leader), Inspection.Kind, (False, True), ((), (units.zone,))
    ):
        for steps in range(4):
            one = factories.make_inspection(
                by, kind=kind, restricted=restricted, involved=involved, responsible=cast.colleague
            )
            if steps > 0:
                one.record_visit(by, first=clock.today())
            if steps > 1:
                one.record_report(by, report_date=clock.today())
            if steps > 2:
                one.close(by, day=clock.today())


def agree(person):
    everything = list(Inspection.objects.for_list())
    visible = set(Inspection.objects.visible_to(person))
    assert visible == {one for one in everything if can(person, Act.READ, one)}, person.username
    for one in everything:
        if one not in visible:
            assert not any(can(person, act, one) for act in Act), (person.username, one.pk)
    return visible


def test_the_rule_and_the_condition_agree(cast, units):
    make_every_sort(cast, units)
    for person in vars(cast).values():
        agree(person)
    open_to_all = agree(cast.outsider)
    assert all(not one.restricted and one.has_report for one in open_to_all)
    assert len(open_to_all) == Inspection.objects.filter(restricted=False, status__in=("reported", "closed")).count()


@pytest.mark.parametrize("role", Role)
def test_each_role_alone(cast, units, role):
    make_every_sort(cast, units)
    person = factories.make_user("alene", units.it, first_name="Alene")
    RoleAssignment.objects.create(user=person, unit=units.municipality, role=role)
    visible = agree(person)
    changes = {can(person, act, one) for act in (Act.KEEP, Act.SHOW) for one in visible}
    assert changes == {role in (Role.UNIT_LEADER, Role.DEPUTY, Role.QUALITY_MANAGER)}


def test_who_controls_the_municipality_reads_all_its_controls_and_changes_nothing(cast, units):
    make_every_sort(cast, units)
    person = factories.make_user("kontroll", units.municipality, Role.CONTROL_BODY)
    visible = agree(person)
    assert {one.pk for one in visible if one.is_municipal} == set(
        Inspection.objects.filter(kind="municipal").values_list("pk", flat=True)
    )
    assert not [one for one in visible if not one.is_municipal and (one.restricted or not one.has_report)]
    assert not any(can(person, act, one) for act in (Act.KEEP, Act.SHOW) for one in visible)


def test_a_leader_of_a_unit_that_is_involved_reads_it_and_changes_nothing(cast, units):
    inspection = factories.make_inspection(cast.it_leader, restricted=True, involved=[units.zone])
    assert can(cast.leader, Act.READ, inspection)
    assert not can(cast.leader, Act.KEEP, inspection)
    assert not can(cast.reporter, Act.READ, inspection)


def test_somebody_deactivated_reads_nothing(cast, units):
    make_every_sort(cast, units)
    cast.director.is_active = False
    assert not Inspection.objects.visible_to(cast.director)
    assert not SelfCheck.objects.visible_to(cast.director)
    assert not any(can(cast.director, act, one) for act in Act for one in Inspection.objects.all())


def test_self_checks_and_sheets_agree_too(cast, units):
    factories.make_self_check(cast.leader)
    for unit in (units.zone, units.home_care):
        factories.make_sheet(cast.leader, unit)
    factories.make_sheet(cast.quality_manager, units.it)
    closed = factories.make_sheet(cast.quality_manager, units.it).check_of
    closed.close(cast.quality_manager, conclusion="Bra")
    for person in vars(cast).values():
        checks = {one for one in SelfCheck.objects.select_related("unit") if reads(person, one)}
        assert set(SelfCheck.objects.visible_to(person)) == checks, person.username
        sheets = {one for one in Sheet.objects.select_related("unit", "check_of__unit") if reads_sheet(person, one)}
        assert set(Sheet.objects.visible_to(person)) == sheets, person.username
    assert set(SelfCheck.objects.visible_to(cast.outsider)) == {closed}
    assert len(SelfCheck.objects.visible_to(cast.it_leader)) == 2

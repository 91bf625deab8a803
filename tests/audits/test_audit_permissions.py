"""`can` and the conditions are the same rules, for every role and every state of an audit."""

from itertools import product

import pytest

from audits.audit_permissions import Act, can, may_read_programme
from audits.models import Audit, AuditFinding, Auditor, Programme
from organisation.models import RoleAssignment
from organisation.roles import Role
from tests import factories


def make_every_sort(cast, units):
    """Of two units: planned, noticed, under way, reported and cancelled ones, restricted and not."""
    planner, lead = cast.quality_manager, cast.auditor
    for unit, restricted in product((units.home_care, units.it), (False, True)):
        facts = {"restricted": restricted}
        factories.make_audit(planner, unit, lead, **facts)
        factories.make_audit(planner, unit, lead, **facts).notify(planner)
        factories.make_finding(factories.make_begun_audit(planner, unit, lead, **facts), lead)
        factories.make_reported_audit(planner, unit, lead, "minor", **facts)
        factories.make_audit(planner, unit, lead, **facts).cancel(planner, reason="Utgår")


def agree(person):
    everything = list(Audit.objects.for_list())
    readable = {one for one in everything if can(person, Act.READ, one)}
    work = {one for one in everything if can(person, Act.SEE_WORK, one)}
    assert set(Audit.objects.visible_to(person)) == readable, person.username
    assert set(Audit.objects.work_visible_to(person)) == work, person.username
    assert {finding.audit for finding in AuditFinding.objects.visible_to(person).select_related("audit")} <= work
    assert work <= readable
    return readable, work


def test_the_rules_and_the_conditions_agree(cast, units):
    make_every_sort(cast, units)
    for person in vars(cast).values():
        agree(person)


@pytest.mark.parametrize("role", Role)
def test_each_role_alone(cast, units, role):
    make_every_sort(cast, units)
    person = factories.make_user("alene", units.it, first_name="Alene")
    RoleAssignment.objects.create(user=person, unit=units.municipality, role=role)
    agree(person)


def test_an_employee_reads_issued_reports_that_are_not_restricted(cast, units):
    make_every_sort(cast, units)
    readable, work = agree(cast.colleague)
    assert {(one.status, one.restricted) for one in readable} == {("reported", False)}
    assert readable == work


def test_the_units_leader_reads_from_the_notice_and_the_work_from_the_report(cast, units):
    make_every_sort(cast, units)
    readable, work = agree(cast.leader)
    own = {one for one in readable if one.unit == units.home_care}
    assert {one.status for one in own} == {"notified", "in_field", "reported", "cancelled"}
    assert {one.status for one in work} == {"reported"}


def test_who_reads_all_writes_nowhere(cast, units):
    factories.make_begun_audit(cast.quality_manager, units.home_care, cast.outsider)
    audit = Audit.objects.get()
    assert can(cast.auditor, Act.SEE_WORK, audit)
    for act in (Act.WRITE, Act.PREPARE, Act.ISSUE, Act.PLAN):
        assert not can(cast.auditor, act, audit)


def test_who_is_named_writes_in_that_one_whatever_the_role(cast, units):
    mine = factories.make_begun_audit(cast.quality_manager, units.home_care, cast.auditor)
    other = factories.make_begun_audit(cast.quality_manager, units.home_care, cast.outsider)
    assert can(cast.auditor, Act.WRITE, mine)
    assert can(cast.auditor, Act.ISSUE, mine)
    assert can(cast.outsider, Act.WRITE, other)
    assert not can(cast.outsider, Act.READ, mine)


def test_who_takes_part_without_leading_does_not_issue(cast, units):
    audit = factories.make_audit(cast.quality_manager, units.home_care, cast.auditor)
    Auditor.join(cast.quality_manager, audit, user=cast.outsider)
    assert can(cast.outsider, Act.WRITE, audit)
    assert not can(cast.outsider, Act.ISSUE, audit)


def test_somebody_deactivated_reads_nothing(cast, units):
    make_every_sort(cast, units)
    cast.auditor.is_active = False
    assert not Audit.objects.visible_to(cast.auditor)
    assert not Audit.objects.work_visible_to(cast.auditor)
    assert not any(can(cast.auditor, act, one) for act in Act for one in Audit.objects.for_list())


def test_programmes(cast, units):
    for year in (2026, 2027):
        Programme.begin(cast.quality_manager, year=year)
    decided = Programme.objects.get(year=2026)
    factories.make_audit(cast.quality_manager, units.home_care, cast.auditor, programme=decided, year=2026)
    decided.decide(cast.director)
    for person in vars(cast).values():
        readable = {one for one in Programme.objects.all() if may_read_programme(person, one)}
        assert set(Programme.objects.visible_to(person)) == readable
        drafts = person in (cast.quality_manager, cast.director, cast.auditor)
        assert len(readable) == (2 if drafts else 1), person.username

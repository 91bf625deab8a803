"""In what capacity a person approves a page, and who can (S2, S3, G3).

Three ways, and no chain of them: the role at the unit that owns the page or above it, a mandate from
somebody who still holds that role, and standing in for a holder who is away.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from organisation.absence import LEADERS, stand_in
from organisation.models import Absence, RoleAssignment, Unit, User
from organisation.roles import RIGHTS, Right, Role

if TYPE_CHECKING:
    from handbook.models import ControlledPage
    from handbook.models.delegation import DelegationQuerySet

APPROVE = Right.APPROVE_HANDBOOK


def _roles(right: Right) -> list[Role]:
    return [role for role, rights in RIGHTS.items() if right in rights]


def _approving_roles(page: "ControlledPage") -> Q:
    """The roles that approve the page, as a condition on RoleAssignment: those with the right at the owner or
    above; for a unit's supplement also the leaders of the unit it is for."""
    roles = Q(role__in=_roles(APPROVE), unit__path__in=page.owner_unit.lineage)
    if page.is_supplement and page.applies_to:
        roles |= Q(role__in=_roles(Right.APPROVE_SUPPLEMENTS), unit__path__in=page.applies_to.lineage)
    return roles


def capacity(user: User, page: "ControlledPage") -> str | None:
    """In what capacity the person approves the page, in words to keep; None when the person may not. At most
    three queries, and one for the page's unit."""
    if not user.is_active or not page.owner_unit_id:
        return None
    held = RoleAssignment.objects.held_by(user).filter(_approving_roles(page)).select_related("user", "unit")
    roles = sorted(held, key=lambda role: (role.user_id != user.pk, -len(role.unit.path)))
    if roles and roles[0].user_id == user.pk:
        return _in_own_right(roles[0])
    if mandate := next(iter(_counting(_mandates(page).filter(to_person=user))), None):
        facts = {"name": mandate.from_person, "mandate": mandate.mandate}
        return _("By mandate from %(name)s (%(mandate)s)") % facts
    return _("Deputy for %(name)s") % {"name": roles[0].user} if roles else None


def _in_own_right(role: RoleAssignment) -> str:
    if role.role in _roles(APPROVE):
        return _("Process owner for %(unit)s") % {"unit": role.unit}
    return _("Leader of %(unit)s") % {"unit": role.unit}


def approves_somewhere(user: User) -> bool:
    """Whether there may be anything at all for the person to approve. No query with a role that approves
    (roles are read once a request), one without."""
    if user.has_right(APPROVE) or user.has_right(Right.APPROVE_SUPPLEMENTS):
        return True
    delegations = apps.get_model("handbook", "Delegation").objects.in_force()
    return delegations.filter(kind="approve", to_person=user).exists()


def approvers(page: "ControlledPage") -> list[User]:
    """Everybody who can approve the page today, by name: holders, those with a mandate, and the deputies of
    holders who are away. Four queries at most."""
    roles = RoleAssignment.objects.current().filter(_approving_roles(page), user__is_active=True)
    holders = {role.user for role in roles.select_related("user")}
    away = Absence.objects.current().filter(person__in=holders, deputy__is_active=True).select_related("deputy")
    deputies = {absence.deputy for absence in away}
    named = _mandates(page).filter(to_person__is_active=True).select_related("to_person")
    people = holders | deputies | {mandate.to_person for mandate in _counting(named)}
    return sorted(people, key=lambda person: (person.last_name, person.first_name, person.pk))


def asked(page: "ControlledPage") -> list[User]:
    """Who is told that something waits for approval: the process owners nearest to the page's unit, or who
    stands in for them, and those with a mandate. All of `approvers` may approve; not all need to hear of it."""
    reaching = RoleAssignment.objects.current().filter(role=Role.PROCESS_OWNER, user__is_active=True)
    roles = reaching.filter(unit__path__in=page.owner_unit.lineage).select_related("user", "unit")
    ordered = sorted(roles, key=lambda role: -len(role.unit.path))
    nearest = [stand_in(role.user) for role in ordered if role.unit_id == ordered[0].unit_id]
    named = _mandates(page).filter(to_person__is_active=True).select_related("to_person")
    return list(dict.fromkeys([*nearest, *(mandate.to_person for mandate in _counting(named))]))


def _mandates(page: "ControlledPage") -> "DelegationQuerySet":
    """Mandates to approve that reach the page's owner."""
    delegations = apps.get_model("handbook", "Delegation").objects.in_force()
    reaching = delegations.filter(kind="approve", unit__path__in=page.owner_unit.lineage)
    return reaching.select_related("from_person", "unit").order_by("-unit__path", "pk")


def _counting(delegations: QuerySet[Any]) -> list[Any]:
    """Those given by somebody who still holds the right at the unit, in person. One query more when there are any."""
    found = list(delegations)
    if not found:
        return []
    givers = {mandate.from_person_id for mandate in found}
    held = RoleAssignment.objects.current().filter(user__in=givers, user__is_active=True, role__in=_roles(APPROVE))
    places = list(held.values_list("user", "unit__path"))
    return [
        mandate
        for mandate in found
        if any(user == mandate.from_person_id and mandate.unit.path.startswith(path) for user, path in places)
    ]


def may_delegate(person: User, kind: str, unit: Unit) -> bool:
    """Whether the person holds in person, by a role at the unit or above, what a mandate of this kind gives:
    approving documents takes the right to approve, the rest takes leading the unit. What one has by mandate or
    as a deputy can't be given on."""
    roles = _roles(APPROVE) if kind == "approve" else LEADERS
    held = RoleAssignment.objects.current().filter(user=person, user__is_active=True, role__in=roles)
    return held.filter(unit__path__in=unit.lineage).exists()

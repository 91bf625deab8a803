"""Who can be asked to do something with a case."""

from django.db.models import Q, QuerySet

from cases.models import Case
from organisation.models import RoleAssignment, User, within
from organisation.roles import RIGHTS, Right

SUGGESTIONS = 200


def handlers_of(case: Case) -> QuerySet[User]:
    """Those with the right to handle cases at the unit or above it, and the handler there is."""
    roles = [role for role, rights in RIGHTS.items() if Right.HANDLE_CASES in rights]
    held = RoleAssignment.objects.current().filter(unit__path__in=case.unit.lineage, role__in=roles).values("user")
    return User.objects.active().filter(Q(pk__in=held) | Q(pk=case.handler_id)).select_related("unit")


def near(case: Case) -> QuerySet[User]:
    """People of the units the case is about: suggestions when somebody is to be named."""
    units = {unit.path for unit in (case.unit, case.place, case.page_owner) if unit}
    return User.objects.active().filter(within(units, "unit__path"))[:SUGGESTIONS]

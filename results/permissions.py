"""Who may look after goals, figures and plans, and who reads the leader's page. Rights flow down the unit tree."""

from organisation.models import Unit, UnitQuerySet, User
from organisation.roles import Right


def may_manage(user: User, unit: Unit) -> bool:
    """Whether the person looks after goals, indicators, maturity and plans of the unit."""
    return user.is_active and user.has_right(Right.MANAGE_RESULTS, unit)


def units_to_manage(user: User) -> UnitQuerySet:
    """The units in use whose goals, indicators, maturity and plans the person looks after."""
    return Unit.objects.active().under(user.right_paths(Right.MANAGE_RESULTS))


def may_follow(user: User, unit: Unit) -> bool:
    """Whether the person reads the leader's page of the unit."""
    return user.is_active and user.has_right(Right.READ_RESULTS, unit)


def units_to_follow(user: User) -> UnitQuerySet:
    """The units in use whose leader's page the person reads."""
    return Unit.objects.active().under(user.right_paths(Right.READ_RESULTS))

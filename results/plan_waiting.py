"""Unit plans that wait for a person: to write and sign, or to agree on (S67, S68)."""

from organisation.absence import LEADERS
from organisation.models import User, within
from organisation.nearest import Nearest
from results.models import UnitPlan


def to_sign(user: User) -> list[UnitPlan]:
    """The drafts of the person's own leader agreements that the person has not signed. One query."""
    return list(UnitPlan.objects.drafts().filter(leader=user, signed_at=None).for_list().order_by("year", "pk"))


def to_agree(user: User) -> list[UnitPlan]:
    """What the leaders below have signed, and the person is one of those who sign for the level above. Three queries, none
    for who leads nothing."""
    if not user.led_paths:
        return []
    below = UnitPlan.objects.drafts().exclude(signed_at=None).filter(within(user.led_paths, "unit__path"))
    signed = list(below.for_list().order_by("signed_at"))
    nearest = Nearest(*LEADERS) if signed else None
    return [plan for plan in signed if user in plan.leaders_above(nearest)]

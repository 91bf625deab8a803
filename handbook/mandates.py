"""In what capacity somebody may approve a page (G6, S3): as process owner. None: not at all."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from organisation.models import User
from organisation.roles import Right, Role

if TYPE_CHECKING:
    from handbook.models import ControlledPage


def capacity(user: User, page: "ControlledPage") -> str | None:
    """The capacity in words, as it is kept with the approval; None when the person may not approve."""
    if not user.is_active or not page.owner_unit_id:
        return None
    if user.has_right(Right.APPROVE_HANDBOOK, page.owner_unit):
        return _("Process owner for %(unit)s") % {"unit": page.owner_unit}
    return None


def approvers(page: "ControlledPage") -> list[User]:
    """The process owners nearest to the page's unit: who is reminded when something waits for approval."""
    unit = page.owner_unit
    for place in [unit, *reversed(unit.get_ancestors())]:
        people = list(place.holders(Role.PROCESS_OWNER))
        if people:
            return people
    return []

"""Who reads a self-check, and who answers for a unit. `visible_condition` and `sheet_condition` are the same rules as
`reads` and `reads_sheet`, as database conditions; a test holds them together."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from audits.control_permissions import may_keep
from organisation.models import User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from audits.models import SelfCheck, Sheet

CLOSED, DRAFT = "closed", "draft"  # of SelfCheck.Status


def keeps(user: User, check: "SelfCheck") -> bool:
    """Whether the person writes, sends, follows and closes it."""
    return may_keep(user, check.unit)


def reads(user: User, check: "SelfCheck") -> bool:
    """A closed one is open to all. One under way is for those with the right at the unit that sends it, and those with the
    right at a unit that is asked; a draft only for those who keep it and those who read what is unfinished there."""
    if not user.is_active:
        return False
    if check.status == CLOSED or user.has_right(Right.READ_CONTROLS, check.unit):
        return True
    asked = check.sheets.select_related("unit")
    return check.status != DRAFT and any(user.has_right(Right.READ_CONTROLS, sheet.unit) for sheet in asked)


def reads_sheet(user: User, sheet: "Sheet") -> bool:
    """What one unit has answered."""
    if not user.is_active:
        return False
    check = sheet.check_of
    if check.status == CLOSED or user.has_right(Right.READ_CONTROLS, check.unit):
        return True
    return check.status != DRAFT and user.has_right(Right.READ_CONTROLS, sheet.unit)


def answers(user: User, sheet: "Sheet") -> bool:
    """Whether the person answers for the unit and signs: who leads it, or leads above it."""
    return user.is_active and user.leads(sheet.unit)


def visible_condition(user: User) -> Q:
    """The self-checks the person may read, as a condition on SelfCheck."""
    if not user.is_active:
        return Q(pk__in=[])
    paths = user.right_paths(Right.READ_CONTROLS)
    asked = apps.get_model("audits", "Sheet").objects.filter(within(paths, "unit__path")).values("check_of")
    return Q(status=CLOSED) | within(paths, "unit__path") | (~Q(status=DRAFT) & Q(pk__in=asked))


def sheet_condition(user: User) -> Q:
    """The sheets the person may read, as a condition on Sheet."""
    if not user.is_active:
        return Q(pk__in=[])
    paths = user.right_paths(Right.READ_CONTROLS)
    under_way = ~Q(check_of__status=DRAFT) & within(paths, "unit__path")
    return Q(check_of__status=CLOSED) | within(paths, "check_of__unit__path") | under_way

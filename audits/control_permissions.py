"""Who may do what with an inspection. `visible_condition` is the same rule as `can(…, Act.READ, …)`, as a database
condition; a test holds the two together."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from organisation.models import Unit, UnitQuerySet, User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from audits.models import Inspection

UNFINISHED = ("noticed", "visited")  # of Inspection.Status: the report is not here
MUNICIPAL = "municipal"  # of Inspection.Kind


class Act(StrEnum):
    """What can be done with an inspection."""

    READ = "read"
    KEEP = "keep"
    SHOW = "show"


def may_keep(user: User, unit: Unit | None = None) -> bool:
    """Whether the person keeps inspections and self-checks of the unit, or of any unit at all."""
    return user.is_active and user.has_right(Right.KEEP_CONTROLS, unit)


def units_to_keep(user: User) -> UnitQuerySet:
    """The units in use whose inspections and self-checks the person keeps."""
    return Unit.objects.active().under(user.right_paths(Right.KEEP_CONTROLS))


def can(user: User, act: Act, inspection: "Inspection") -> bool:
    """Whether the person may do it. What the state of the inspection demands is another matter: the model says that."""
    return user.is_active and _RULES[act](user, inspection)


def _reads(user: User, inspection: "Inspection") -> bool:
    """With a report, and not restricted, it is open to all. Before that, and restricted: who is responsible for it, those
    with the right at a unit that is inspected, and of a municipal control those who control the municipality."""
    if not inspection.restricted and inspection.status not in UNFINISHED:
        return True
    if user.pk == inspection.responsible_id or user.has_right(Right.READ_CONTROLS, inspection.unit):
        return True
    if inspection.kind == MUNICIPAL and user.has_right(Right.READ_MUNICIPAL_CONTROL, inspection.unit):
        return True
    involved = inspection.involvements.select_related("unit")
    return any(user.has_right(Right.READ_CONTROLS, involvement.unit) for involvement in involved)


def _keeps(user: User, inspection: "Inspection") -> bool:
    """Those who keep inspections at the unit, and who is responsible for this one."""
    return user.pk == inspection.responsible_id or user.has_right(Right.KEEP_CONTROLS, inspection.unit)


def _shows(user: User, inspection: "Inspection") -> bool:
    """Those who keep inspections at the unit decide what an inspector from outside is shown."""
    return user.has_right(Right.KEEP_CONTROLS, inspection.unit)


_RULES = {Act.READ: _reads, Act.KEEP: _keeps, Act.SHOW: _shows}


def visible_condition(user: User, inspection: str = "") -> Q:
    """The inspections the person may read, as a condition on Inspection, or on what has one: `inspection` is then
    "inspection__"."""
    if not user.is_active:
        return Q(pk__in=[])
    reads = user.right_paths(Right.READ_CONTROLS)
    involved = apps.get_model("audits", "InvolvedUnit").objects.filter(within(reads, "unit__path")).values("inspection")
    controls = within(user.right_paths(Right.READ_MUNICIPAL_CONTROL), f"{inspection}unit__path")
    return (
        (Q(**{f"{inspection}restricted": False}) & ~Q(**{f"{inspection}status__in": UNFINISHED}))
        | Q(**{f"{inspection}responsible": user})
        | within(reads, f"{inspection}unit__path")
        | (Q(**{f"{inspection}kind": MUNICIPAL}) & controls)
        | Q(**{f"{inspection}pk__in": involved})
    )

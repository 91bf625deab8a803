"""Who may do what with a risk assessment. `visible_condition` is the same rule as `can(…, Act.READ, …)`, as a
database condition; a test holds the two together."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from organisation.models import Unit, UnitQuerySet, User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from risk.models import Assessment

DRAFT = "draft"  # of Assessment.Status


class Act(StrEnum):
    """What can be done with an assessment."""

    READ = "read"
    EDIT = "edit"
    ARRANGE = "arrange"
    DECIDE = "decide"
    FOLLOW_UP = "follow_up"
    ACCEPT = "accept"


def may_begin(user: User, unit: Unit | None = None) -> bool:
    """Whether the person may begin an assessment of the unit, or of any unit at all."""
    return user.is_active and user.has_right(Right.WRITE_RISKS, unit)


def units_to_begin_in(user: User) -> UnitQuerySet:
    """The units in use where the person may begin an assessment."""
    return Unit.objects.active().under(user.right_paths(Right.WRITE_RISKS))


def can(user: User, act: Act, assessment: "Assessment") -> bool:
    """Whether the person may do it. What the state of the assessment demands is another matter: the model says that."""
    return user.is_active and _RULES[act](user, assessment)


def _takes_part(user: User, assessment: "Assessment") -> bool:
    return user.pk == assessment.leader_id or assessment.participants.filter(user=user).exists()


def _reads(user: User, assessment: "Assessment") -> bool:
    """A decided one that is not restricted is open to all. A draft is read by those who take part and those who work
    with risk at the unit; a restricted one by those who take part and those with the right to read such."""
    if user.has_right(Right.READ_RESTRICTED_RISKS, assessment.unit):
        return True
    is_open = assessment.status != DRAFT or user.has_right(Right.WRITE_RISKS, assessment.unit)
    return (is_open and not assessment.restricted) or _takes_part(user, assessment)


def _edits(user: User, assessment: "Assessment") -> bool:
    """Those who take part, and those who work with risk at the unit, of what they may read."""
    works = user.has_right(Right.WRITE_RISKS, assessment.unit) and _reads(user, assessment)
    return works or _takes_part(user, assessment)


def _arranges(user: User, assessment: "Assessment") -> bool:
    """Who leads it, and those who work with risk at the unit: the head of the form, participants, a new version."""
    works = user.has_right(Right.WRITE_RISKS, assessment.unit) and _reads(user, assessment)
    return works or user.pk == assessment.leader_id


def _decides(user: User, assessment: "Assessment") -> bool:
    return user.has_right(Right.DECIDE_RISKS, assessment.unit)


_RULES = {
    Act.READ: _reads,
    Act.EDIT: _edits,
    Act.ARRANGE: _arranges,
    Act.DECIDE: _decides,
    Act.FOLLOW_UP: _arranges,
    Act.ACCEPT: _decides,
}


def visible_condition(user: User, assessment: str = "") -> Q:
    """The assessments the person may read, as a condition on Assessment, or on what has one: `assessment` is then
    "assessment__"."""
    if not user.is_active:
        return Q(pk__in=[])
    works = within(user.right_paths(Right.WRITE_RISKS), f"{assessment}unit__path")
    open_ones = Q(**{f"{assessment}restricted": False}) & (~Q(**{f"{assessment}status": DRAFT}) | works)
    return (
        open_ones
        | within(user.right_paths(Right.READ_RESTRICTED_RISKS), f"{assessment}unit__path")
        | taking_part_condition(user, assessment)
    )


def taking_part_condition(user: User, assessment: str = "") -> Q:
    """The assessments the person leads or takes part in, as a condition like `visible_condition`."""
    taking_part = apps.get_model("risk", "Participant").objects.filter(user=user).values("assessment")
    return Q(**{f"{assessment}leader": user}) | Q(**{f"{assessment}pk__in": taking_part})

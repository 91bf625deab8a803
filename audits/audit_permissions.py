"""Who may do what with an audit. `visible_condition` is the same rule as `can(…, Act.READ, …)` and `work_condition` the
same as `can(…, Act.SEE_WORK, …)`, as database conditions; a test holds them together."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from organisation.models import Unit, UnitQuerySet, User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from audits.models import Audit, Programme

PLANNED = "planned"  # of Audit.Status
ISSUED = ("reported", "closed")  # of Audit.Status: the report is there
DECIDED = "decided"  # of Programme.Status


class Act(StrEnum):
    """What can be done with an audit."""

    READ = "read"
    SEE_WORK = "see_work"
    PLAN = "plan"
    PREPARE = "prepare"
    WRITE = "write"
    ISSUE = "issue"


def may_plan(user: User, unit: Unit | None = None) -> bool:
    """Whether the person may plan audits of the unit, or of any unit at all."""
    return user.is_active and user.has_right(Right.PLAN_AUDITS, unit)


def units_to_plan(user: User) -> UnitQuerySet:
    """The units in use whose audits the person plans."""
    return Unit.objects.active().under(user.right_paths(Right.PLAN_AUDITS))


def can(user: User, act: Act, audit: "Audit") -> bool:
    """Whether the person may do it. What the state of the audit demands is another matter: the model says that."""
    return user.is_active and _RULES[act](user, audit)


def _takes_part(user: User, audit: "Audit") -> bool:
    """Whoever is named on the audit writes in it, whatever other roles the person has."""
    return any(member.user_id == user.pk for member in audit.team.all())


def _leads_audit(user: User, audit: "Audit") -> bool:
    return any(member.user_id == user.pk and member.is_lead for member in audit.team.all())


def _plans(user: User, audit: "Audit") -> bool:
    return user.has_right(Right.PLAN_AUDITS, audit.unit)


def _oversees(user: User, audit: "Audit") -> bool:
    """Those who take part or plan, and those who read unfinished audits without leading the unit: who is audited does
    not read the auditors' notes before the report."""
    reads = user.has_right(Right.READ_CONTROLS, audit.unit) and not user.leads(audit.unit)
    return reads or _plans(user, audit) or _takes_part(user, audit)


def _reads(user: User, audit: "Audit") -> bool:
    """The issued report of one that is not restricted is open to all. The unit's own leaders read from the notice."""
    if audit.status in ISSUED and not audit.restricted:
        return True
    noticed = audit.status != PLANNED and user.has_right(Right.READ_CONTROLS, audit.unit)
    return noticed or _oversees(user, audit)


def _sees_work(user: User, audit: "Audit") -> bool:
    """Questions, answers, evidence and findings."""
    return _oversees(user, audit) or (audit.status in ISSUED and _reads(user, audit))


def _prepares(user: User, audit: "Audit") -> bool:
    """The head, the team and the questions: those who plan, and those who take part."""
    return _plans(user, audit) or _takes_part(user, audit)


_RULES = {
    Act.READ: _reads,
    Act.SEE_WORK: _sees_work,
    Act.PLAN: _plans,
    Act.PREPARE: _prepares,
    Act.WRITE: _takes_part,
    Act.ISSUE: _leads_audit,
}


def _overseen(user: User, audit: str) -> Q:
    reads = within(user.right_paths(Right.READ_CONTROLS), f"{audit}unit__path")
    led = within(user.led_paths, f"{audit}unit__path")
    plans = within(user.right_paths(Right.PLAN_AUDITS), f"{audit}unit__path")
    return (reads & ~led) | plans | taking_part_condition(user, audit)


def visible_condition(user: User, audit: str = "") -> Q:
    """The audits the person may read, as a condition on Audit, or on what has one: `audit` is then "audit__"."""
    if not user.is_active:
        return Q(pk__in=[])
    reads = within(user.right_paths(Right.READ_CONTROLS), f"{audit}unit__path")
    noticed = reads & ~Q(**{f"{audit}status": PLANNED})
    open_ones = Q(**{f"{audit}status__in": ISSUED, f"{audit}restricted": False})
    return open_ones | noticed | _overseen(user, audit)


def work_condition(user: User, audit: str = "") -> Q:
    """The audits whose questions, answers and findings the person may read, as a condition like `visible_condition`."""
    if not user.is_active:
        return Q(pk__in=[])
    issued = Q(**{f"{audit}status__in": ISSUED}) & visible_condition(user, audit)
    return issued | _overseen(user, audit)


def taking_part_condition(user: User, audit: str = "") -> Q:
    """The audits the person is named on, as a condition like `visible_condition`."""
    named = apps.get_model("audits", "Auditor").objects.filter(user=user).values("audit")
    return Q(**{f"{audit}pk__in": named})


# The programme of a year is the whole municipality's: the rights are held at the root of the tree.


def _at_the_root(user: User, right: Right) -> bool:
    return user.is_active and any(len(path) == Unit.steplen for path in user.right_paths(right))


def may_keep_programme(user: User) -> bool:
    """Whether the person makes the audit programme."""
    return _at_the_root(user, Right.PLAN_AUDITS)


def may_decide_programme(user: User) -> bool:
    """Whether the person decides the audit programme: the municipal director."""
    return _at_the_root(user, Right.HOLD_REVIEWS)


def may_read_programme(user: User, programme: "Programme") -> bool:
    """A decided programme is open to all employees; a draft to those who make, decide or oversee it."""
    return user.is_active and (programme.status == DECIDED or _reads_drafts(user))


def programme_condition(user: User) -> Q:
    """The same rule as `may_read_programme`."""
    if not user.is_active:
        return Q(pk__in=[])
    return Q() if _reads_drafts(user) else Q(status=DECIDED)


def _reads_drafts(user: User) -> bool:
    rights = (Right.PLAN_AUDITS, Right.HOLD_REVIEWS, Right.READ_CONTROLS)
    return any(_at_the_root(user, right) for right in rights)

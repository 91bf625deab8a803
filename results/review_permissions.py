"""Who may do what with a management review. `visible_condition` is the same rule as `can(…, Act.READ, …)`, as a database
condition; a test holds the two together."""

from enum import StrEnum
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Q

from organisation.models import Unit, UnitQuerySet, User, within
from organisation.roles import Right

if TYPE_CHECKING:
    from results.models import Review

CLOSED = "closed"  # of Review.Status


class Act(StrEnum):
    """What can be done with a review."""

    READ = "read"
    COMMENT = "comment"
    ARRANGE = "arrange"
    HOLD = "hold"


def may_begin(user: User, unit: Unit | None = None) -> bool:
    """Whether the person may prepare a review of the unit, or of any unit at all."""
    return user.is_active and user.has_right(Right.PREPARE_REVIEWS, unit)


def units_to_review(user: User) -> UnitQuerySet:
    """The units in use that the person may prepare a review of."""
    return Unit.objects.active().under(user.right_paths(Right.PREPARE_REVIEWS))


def can(user: User, act: Act, review: "Review") -> bool:
    """Whether the person may do it. What the state of the review demands is another matter: the model says that."""
    return user.is_active and _RULES[act](user, review)


def _takes_part(user: User, review: "Review") -> bool:
    return user.pk == review.chair_id or review.participants.filter(user=user).exists()


def _reads(user: User, review: "Review") -> bool:
    """Closed minutes are open to all employees. Before that, and when it is restricted, it is read by those who follow the
    unit's results and those who take part."""
    if review.status == CLOSED and not review.restricted:
        return True
    return user.has_right(Right.READ_RESULTS, review.unit) or _takes_part(user, review)


def _arranges(user: User, review: "Review") -> bool:
    return user.has_right(Right.PREPARE_REVIEWS, review.unit)


def _comments(user: User, review: "Review") -> bool:
    return _arranges(user, review) or _takes_part(user, review)


def _holds(user: User, review: "Review") -> bool:
    return user.has_right(Right.HOLD_REVIEWS, review.unit)


_RULES = {Act.READ: _reads, Act.COMMENT: _comments, Act.ARRANGE: _arranges, Act.HOLD: _holds}


def visible_condition(user: User, review: str = "") -> Q:
    """The reviews the person may read, as a condition on Review, or on what has one: `review` is then "review__"."""
    if not user.is_active:
        return Q(pk__in=[])
    taking_part = apps.get_model("results", "ReviewParticipant").objects.filter(user=user).values("review")
    return (
        Q(**{f"{review}status": CLOSED, f"{review}restricted": False})
        | within(user.right_paths(Right.READ_RESULTS), f"{review}unit__path")
        | Q(**{f"{review}chair": user})
        | Q(**{f"{review}pk__in": taking_part})
    )


def may_write_yearly_report(user: User, municipality: Unit) -> bool:
    """Whether the person writes the yearly report to the council."""
    return user.is_active and user.has_right(Right.PREPARE_REVIEWS, municipality)


def may_issue_yearly_report(user: User, municipality: Unit) -> bool:
    """Whether the person issues the yearly report: the municipal director (kommuneloven § 25-2)."""
    return user.is_active and user.has_right(Right.HOLD_REVIEWS, municipality)


def may_read_yearly_drafts(user: User, municipality: Unit) -> bool:
    """Whether the person reads a report that is not issued yet."""
    return user.is_active and user.has_right(Right.READ_RESULTS, municipality)

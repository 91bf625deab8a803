"""What waits for a person in the risk assessments: for *Min side* and the start page."""

import datetime

from django.db.models import F, Q

from cases.models import Case
from organisation import clock
from organisation.absence import LEADERS
from organisation.models import RoleAssignment, User
from organisation.roles import Right
from risk.models import Acceptance, Assessment, Risk
from risk.models.assessment import AssessmentQuerySet
from risk.models.row import RiskQuerySet
from risk.permissions import taking_part_condition, visible_condition

SOON = datetime.timedelta(30)


def assessments(user: User) -> AssessmentQuerySet:
    """The drafts the person leads or takes part in, those that are sent to the person as leader of the unit to be
    decided, and what the person leads and must review soon. One query."""
    near = Q(status=Assessment.Status.DECIDED, leader=user, review_date__lte=clock.today() + SOON)
    led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
    asked = Q(asked_at__isnull=False, unit__in=led)
    drafts = Q(status=Assessment.Status.DRAFT) & (taking_part_condition(user) | asked)
    return Assessment.objects.filter(near | drafts).select_related("unit").order_by("review_date", "title", "pk")


def is_to_decide(user: User, assessment: Assessment) -> bool:
    """Whether the draft is sent to be decided, and the person is one who may."""
    return assessment.asked_at is not None and user.has_right(Right.DECIDE_RISKS, assessment.unit)


def residuals(user: User) -> RiskQuerySet:
    """The risks of assessments the person leads whose measures were finished since the decision, and where nobody has
    confirmed what is left. One query."""
    finished = Q(case__status=Case.Status.CLOSED, case__closed_at__gt=F("assessment__decided_at"))
    led = Risk.objects.in_force().filter(finished, assessment__leader=user, residual_confirmed_at=None)
    return led.select_related("assessment").order_by("case__closed_at", "pk")


def acceptances(user: User) -> list[Acceptance]:
    """What the person has accepted that runs out soon or has run out, the oldest first. One query; none for those who
    may accept nothing, and so can do nothing about it."""
    if not user.has_right(Right.DECIDE_RISKS):
        return []
    soon = Acceptance.objects.standing().filter(by=user, until__lte=clock.today() + SOON)
    holds = Q(risk__assessment__status=Assessment.Status.DECIDED)
    readable = soon.filter(holds, visible_condition(user, "risk__assessment__"))
    return list(readable.select_related("risk__assessment").order_by("until", "pk"))

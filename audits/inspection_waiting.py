"""What waits for a person in inspections and self-checks: for *Min side* and the start page."""

import datetime

from django.db.models import Q, QuerySet

from audits.models import Inspection, Sheet
from organisation import clock
from organisation.absence import LEADERS
from organisation.models import RoleAssignment, User

SOON = datetime.timedelta(30)


def answers(user: User) -> QuerySet[Inspection]:
    """The reports that wait for an answer, of inspections the person is responsible for. One query."""
    return Inspection.objects.to_answer().filter(responsible=user).order_by("answer_deadline", "pk")


def visits(user: User) -> QuerySet[Inspection]:
    """The visits that come soon, of inspections the person is responsible for. One query."""
    today = clock.today()
    near = Inspection.objects.filter(status=Inspection.Status.NOTICED, visit_from__range=(today, today + SOON))
    return near.filter(responsible=user).order_by("visit_from", "pk")


def reports_back(user: User) -> QuerySet[Inspection]:
    """What must soon be reported back to the council, of controls the person is responsible for. One query."""
    soon = Q(council_report_back__lte=clock.today() + SOON)
    return Inspection.objects.under_way().filter(soon, responsible=user).order_by("council_report_back", "pk")


def sheets(user: User) -> QuerySet[Sheet]:
    """The self-checks the person answers for a unit, as its leader or deputy. One query."""
    led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
    waiting = Sheet.objects.unsigned().filter(unit__in=led).select_related("unit", "check_of")
    return waiting.order_by("check_of__deadline", "pk")

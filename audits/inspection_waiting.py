"""What waits for a person in inspections and self-checks: for *Min side* and the start page."""

import datetime

from django.db.models import Q, QuerySet

from audits.models import Inspection, Sheet
from organisation import clock
from organisation.absence import LEADERS
from organisation.models import RoleAssignment, User

SOON = datetime.timedelta(30)


def inspections(user: User) -> QuerySet[Inspection]:
    """The inspections the person is responsible for, and must do something about: a report waits for an answer, they come
    soon, or the council wants to hear soon. One query."""
    today = clock.today()
    soon = today + SOON
    waiting = Q(status=Inspection.Status.REPORTED, answer_deadline__isnull=False)
    visit = Q(status=Inspection.Status.NOTICED, visit_from__range=(today, soon))
    council = Q(council_report_back__lte=soon)
    return Inspection.objects.under_way().filter(waiting | visit | council, responsible=user).order_by("pk")


def sheets(user: User) -> QuerySet[Sheet]:
    """The self-checks the person answers for a unit, as its leader or deputy. One query; none for who leads
    nothing."""
    if not user.led_paths:
        return Sheet.objects.none()
    led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
    waiting = Sheet.objects.unsigned().filter(unit__in=led).select_related("unit", "check_of")
    return waiting.order_by("check_of__deadline", "pk")

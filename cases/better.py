"""Did it get better? Asked of the reporter outside some weeks after the case was closed (S31)."""

import datetime

from django.conf import settings

from cases.models import Correspondent
from organisation import clock


def ask_due() -> int:
    """Ask those it is time to ask (a job by the clock); how many."""
    closed_before = clock.now() - datetime.timedelta(weeks=settings.EFFECT_ASKED_AFTER_WEEKS)
    people = list(Correspondent.objects.to_ask(closed_before).select_related("case"))
    for person in people:
        person.ask()
    return len(people)

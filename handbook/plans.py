"""Introduction plans as a list: how far each has come, what waits for a person, and reminding in time."""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import formats, translation
from django.utils.translation import gettext as _

from handbook.models.introduction import IntroductionPlan, PlanStep
from organisation import clock
from organisation.absence import stand_ins
from organisation.models import User
from organisation.reminders import Reminder, remind_all

DAYS_BEFORE = 7


def with_progress() -> "QuerySet[IntroductionPlan]":
    """Every plan with `step_count`, `done_count` and `late_count`. One query."""
    late = Q(steps__done_at__isnull=True, steps__deadline__lt=clock.today())
    return IntroductionPlan.objects.select_related("standard", "unit", "owner").annotate(
        step_count=Count("steps"),
        done_count=Count("steps", filter=Q(steps__done_at__isnull=False)),
        late_count=Count("steps", filter=late),
    )


def waiting_for(user: User) -> "QuerySet[PlanStep]":
    """The steps the person owns and has not done, in plans that are under way."""
    return PlanStep.objects.waiting().filter(owner=user).select_related("plan").order_by("deadline")


def remind_due() -> int:
    """Remind each step owner, or who stands in for them, once a week before the deadline and once when it has
    passed. Idempotent: a new deadline is a new occasion. How many were told."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(_due())


def _due() -> Iterator[Reminder]:
    today = clock.today()
    due = PlanStep.objects.waiting().filter(deadline__lte=today + datetime.timedelta(DAYS_BEFORE))
    steps = list(due.select_related("plan", "owner").order_by("pk"))
    deputies = stand_ins({step.owner for step in steps})
    for step in steps:
        late = step.deadline < today
        text = _("Past its deadline: %(step)s") if late else _("Due %(day)s: %(step)s")
        day = formats.date_format(step.deadline, "SHORT_DATE_FORMAT")
        about = f"plan-step:{step.pk}:{step.deadline.isoformat()}:{'late' if late else 'soon'}"
        subject = text % {"step": step.text, "day": day}
        yield Reminder(user=deputies[step.owner], about=about, subject=subject, url=step.get_absolute_url())

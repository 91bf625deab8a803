"""What the service desk has to sort (S32): cases from outside, and what came in and is not a case yet, as one list."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from cases.models import Case, Intake
from organisation import clock
from organisation.models import User
from organisation.working_days import after_working_days

WORKING_DAYS_TO_ANSWER = 5


@dataclass(frozen=True)
class Waiting:
    """One thing to sort."""

    title: str
    label: str
    kind: str
    channel: str
    channel_label: str
    received_at: datetime.datetime
    url: str

    @property
    def answer_by(self) -> datetime.date:
        return after_working_days(timezone.localdate(self.received_at), WORKING_DAYS_TO_ANSWER)

    @property
    def is_late(self) -> bool:
        return self.answer_by < clock.today()


def waiting(user: User) -> list[Waiting]:
    """Everything the person may sort, the oldest first. Two queries."""
    cases = Case.objects.visible_to(user).open().filter(needs_triage=True)
    found = [
        Waiting(
            case.title,
            case.reference,
            case.get_kind_display(),
            case.channel,
            case.get_channel_display(),
            case.received_at,
            reverse("cases:triage", args=[case.reference]),
        )
        for case in cases
    ]
    found += [
        Waiting(
            intake.title or Truncator(intake.text).chars(90),
            "",
            intake.get_kind_display() if intake.kind else "",
            intake.channel,
            intake.get_channel_display(),
            intake.received_at,
            reverse("cases:intake", args=[intake.pk]),
        )
        for intake in Intake.objects.visible_to(user).waiting()
    ]
    return sorted(found, key=lambda row: row.received_at)

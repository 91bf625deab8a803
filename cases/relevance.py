"""Is a closed case relevant for other units (S30)? What they answered, as one person may read it, and who is reminded."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Case, Inquiry
from cases.reading import Reading
from organisation import clock
from organisation.absence import LEADERS
from organisation.nearest import Nearest
from organisation.reminders import DAYS_BEFORE, Reminder, occasion, remind_all

TONES = {Inquiry.Outcome.RELEVANT: "info", Inquiry.Outcome.DONE: "ok"}


@dataclass(frozen=True)
class Answer:
    """A unit's line: what it answered, whether the person may answer for it, and its own case when the person may
    read that."""

    inquiry: Inquiry
    text: str
    may_answer: bool
    own_case: Case | None

    @property
    def tone(self) -> str:
        return TONES.get(Inquiry.Outcome(self.inquiry.outcome), "")


@dataclass(frozen=True)
class Asked:
    """The units that were asked the same thing at the same time."""

    question: str
    deadline: datetime.date
    answers: list[Answer]

    @property
    def answered(self) -> int:
        return sum(1 for answer in self.answers if answer.inquiry.outcome)


def asked(reading: Reading) -> list[Asked]:
    """All that was asked about the case, the newest first. Nothing of a case that is not told. Two queries at most."""
    case, user = reading.case, reading.user
    if not case.is_story:
        return []
    inquiries = list(case.inquiries.select_related("unit"))
    own_cases = {inquiry.own_case_id for inquiry in inquiries} - {None}
    shown = Case.objects.visible_to(user).in_bulk(own_cases) if own_cases else {}
    rounds = groupby(inquiries, key=lambda inquiry: (inquiry.asked_at, inquiry.question, inquiry.deadline))
    return [
        Asked(reading.text(question), deadline, [_answer(inquiry, reading, shown) for inquiry in group])
        for (_at, question, deadline), group in rounds
    ]


def _answer(inquiry: Inquiry, reading: Reading, shown: dict[int, Case]) -> Answer:
    inquiry.case = reading.case
    own_case = shown.get(inquiry.own_case_id or 0)
    return Answer(inquiry, reading.text(inquiry.answer_text), inquiry.may_answer(reading.user), own_case)


def remind_due() -> int:
    """Remind the leaders of units that have not answered, or their deputies: a week before the deadline, the day
    before, the day after, and then each week. How many were told. For `manage.py run_periodic`: safe to run again."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(_reminders())


def _reminders() -> Iterator[Reminder]:
    today = clock.today()
    near = Inquiry.objects.of_stories().unanswered().filter(deadline__lte=today + datetime.timedelta(DAYS_BEFORE))
    leaders = Nearest(*LEADERS)
    for inquiry in near.select_related("case", "unit").order_by("pk"):
        subject = _("Is case %(reference)s relevant for %(unit)s? Answer by %(day)s") % {
            "reference": inquiry.case.reference,
            "unit": inquiry.unit,
            "day": date_format(inquiry.deadline, "j. F Y"),
        }
        about = f"inquiry:{inquiry.pk}:{occasion(inquiry.deadline, today)}"
        for person in leaders.at(inquiry.unit.path):
            yield Reminder(user=person, about=about, subject=subject, url=inquiry.get_absolute_url())

"""Reminding of reviews of assessments, of acceptances that run out (G23), and of deviations that repeat on a page a risk
is tied to (G24). Mail says nothing of what is restricted."""

import datetime
from collections.abc import Iterator
from itertools import chain

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from organisation import clock
from organisation.absence import stand_ins
from organisation.models import Reminder, User
from organisation.nearest import Nearest
from organisation.reminders import remind_all
from organisation.roles import Role
from risk import repeats
from risk.models import Acceptance, Assessment, Link, Risk

DAYS_BEFORE = DAYS_BETWEEN = 30


def occasion(day: datetime.date, today: datetime.date) -> str:
    """Which reminder it is time for: a month before, on the day, and then once for each thirty days. Empty before."""
    left = (day - today).days
    if left > DAYS_BEFORE:
        return ""
    return "before" if left > 0 else f"late{-left // DAYS_BETWEEN}"


def remind_due() -> int:
    """Tell who leads an assessment that its review is near or late, or that deviations speak for a higher probability,
    and who accepted a risk that it runs out; how many were told. For `manage.py run_periodic`; safe to run any number of times."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(chain(_of_reviews(), _of_acceptances(), _of_repeats()))


def _of_reviews() -> Iterator[Reminder]:
    today = clock.today()
    due = list(Assessment.objects.to_review(today + datetime.timedelta(DAYS_BEFORE)).for_list())
    deputies, leaders = stand_ins({assessment.leader for assessment in due}), Nearest(Role.UNIT_LEADER)
    for assessment in due:
        day = assessment.review_date
        if day is None:
            continue
        about = f"risk-review:{assessment.line}:{assessment.number}:{day}:{occasion(day, today)}"
        for person in _who_reviews(assessment, deputies, leaders):
            url = assessment.get_absolute_url()
            yield Reminder(user=person, about=about, subject=_subject(assessment, day), url=url)


def _who_reviews(assessment: Assessment, deputies: dict[User, User], leaders: Nearest) -> list[User]:
    """Who leads it, or stands in while that person is away; who leads the unit when that person has left. A restricted
    one is not told to a deputy, who may not read it."""
    if not assessment.leader.is_active:
        return leaders.at(assessment.unit.path)
    return [assessment.leader if assessment.restricted else deputies[assessment.leader]]


def _subject(assessment: Assessment, day: datetime.date) -> str:
    if assessment.restricted:
        return _("Review a restricted risk assessment by %(date)s") % {"date": _in_words(day)}
    words = {"title": assessment.title, "date": _in_words(day)}
    if assessment.review_is_late:
        return _("The risk assessment “%(title)s” should have been reviewed by %(date)s") % words
    return _("Review the risk assessment “%(title)s” by %(date)s") % words


def _of_acceptances() -> Iterator[Reminder]:
    today = clock.today()
    soon = Acceptance.objects.standing().filter(until__lte=today + datetime.timedelta(DAYS_BEFORE))
    holding = soon.filter(risk__assessment__status=Assessment.Status.DECIDED)
    for acceptance in holding.select_related("by", "risk__assessment").order_by("until", "pk"):
        yield Reminder(
            user=acceptance.by,
            about=f"risk-acceptance:{acceptance.pk}:{occasion(acceptance.until, today)}",
            subject=_("A risk you have accepted must be looked at again by %(date)s")
            % {"date": _in_words(acceptance.until)},
            url=acceptance.risk.get_absolute_url(),
        )


def _of_repeats() -> Iterator[Reminder]:
    """Once when there are enough of them, and again for each time as many have come."""
    tied = Link.objects.exclude(page_document_id="").values("risk")
    rows = Risk.objects.in_force().filter(pk__in=tied).select_related("assessment__leader")
    for proposal in repeats.proposals(rows).values():
        risk, times = proposal.risk, len(proposal.cases) // repeats.TIMES
        settled = risk.repeats_settled_at.isoformat() if risk.repeats_settled_at else ""
        yield Reminder(
            user=risk.assessment.leader,
            about=f"risk-repeats:{risk.key}:{settled}:{times}",
            subject=_("Deviations repeat: look at the probability of a risk"),
            url=risk.get_absolute_url(),
        )


def _in_words(day: datetime.date) -> str:
    return date_format(day, "j. F Y")

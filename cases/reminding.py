"""Who is reminded of a deadline in a case, and when (G20). Run each day.

A week before, the day before, the day after, and then each week until it is done. The mail says the reference and
where, never the content (S27).
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cases.models import Action, Case
from cases.permissions import Act, can
from organisation import clock
from organisation.absence import LEADERS, stand_ins
from organisation.models import User
from organisation.nearest import Nearest
from organisation.reminders import DAYS_BEFORE, Reminder, occasion, remind_all


@dataclass(frozen=True)
class Due:
    """Something in a case that is near its day or past it: what it is called before and after, and whom it asks."""

    name: str
    case: Case
    day: datetime.date
    before: str
    after: str
    asked: User | None
    but: User | None = None  # who must not do it
    place: str = ""


def remind_due() -> int:
    """Tell everybody who has a deadline in a case that is near or past; returns how many were told. For
    `manage.py run_periodic`: safe to run any number of times, and a day that was missed is made good."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(_reminders())


def _reminders() -> Iterator[Reminder]:
    found = [*_measures(), *_evaluations(), *_cases()]
    leaders, today = Nearest(*LEADERS), clock.today()
    deputies = stand_ins({due.asked for due in found if due.asked})
    for due in found:
        when = occasion(due.day, today)
        text = due.after if when.startswith("late") else due.before
        subject = text % {"reference": due.case.reference, "day": date_format(due.day, "j. F Y")}
        for person in _people(due, deputies, leaders):
            yield Reminder(
                user=person,
                about=f"{due.name}:{due.day}:{when}",
                subject=subject,
                url=due.case.get_absolute_url() + due.place,
            )


def _people(due: Due, deputies: dict[User, User], leaders: Nearest) -> list[User]:
    """Who is asked, or the deputy of who is away; the leaders when nobody is asked. Of a sealed case only those who
    may read it: others would learn that it is there."""
    people = [deputies[due.asked]] if due.asked else leaders.at(due.case.unit.path, but=due.but)
    if not due.case.sealed:
        return people
    return [person for person in {*people, *filter(None, [due.asked])} if can(person, Act.READ, due.case)]


def _near(rows: Any, field: str) -> Any:
    return rows.filter(**{f"{field}__lte": clock.today() + datetime.timedelta(DAYS_BEFORE)})


def _measures() -> Iterator[Due]:
    rows = Action.objects.due().filter(case__status__in=Case.OPEN)
    for action in _near(rows, "deadline").select_related("case__unit", "responsible"):
        yield Due(
            name=f"action:{action.pk}",
            case=action.case,
            day=action.deadline,
            before=_("%(reference)s: your measure is due %(day)s"),
            after=_("%(reference)s: your measure was due %(day)s"),
            asked=action.responsible,
            place="#tiltak",
        )


def _evaluations() -> Iterator[Due]:
    """The effect is evaluated by whom the measure names, else by the handler, and never by who did it (S39)."""
    rows = Action.objects.to_evaluate().filter(case__status__in=Case.OPEN)
    near = _near(rows, "evaluation_date")
    for action in near.select_related("case__unit", "case__handler", "evaluator", "responsible"):
        asked = action.evaluator or action.case.handler
        did_it = asked is not None and asked.pk in (action.done_by_id, action.responsible_id)
        yield Due(
            name=f"evaluation:{action.pk}",
            case=action.case,
            day=action.evaluation_date,
            before=_("%(reference)s: evaluate the effect of a measure by %(day)s"),
            after=_("%(reference)s: the effect of a measure should have been evaluated by %(day)s"),
            asked=None if did_it else asked,
            but=action.responsible,
            place="#tiltak",
        )


def _cases() -> Iterator[Due]:
    """Open cases, for the handler, and the leader until there is one. What is not sorted has its own queue (S32)."""
    rows = Case.objects.open().filter(needs_triage=False)
    for case in _near(rows, "deadline").select_related("unit", "handler"):
        yield Due(
            name=f"case:{case.pk}",
            case=case,
            day=case.deadline,
            before=_("%(reference)s: the case is due %(day)s"),
            after=_("%(reference)s: the case was due %(day)s"),
            asked=case.handler,
        )

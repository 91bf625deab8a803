"""Reminding of answers to authorities, of visits, of what the council wants back, and of self-checks that are not signed.
Mail says nothing of what is restricted."""

import datetime
from collections.abc import Iterable, Iterator
from itertools import chain

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from audits.models import Inspection, Sheet
from organisation import clock
from organisation.absence import stand_ins
from organisation.models import Reminder, User
from organisation.nearest import Nearest
from organisation.reminders import DAYS_BEFORE, occasion, remind_all
from organisation.roles import Role


def remind_due() -> int:
    """Tell who must answer, be visited, report back or sign that the day is near or past; how many were told. For
    `manage.py run_periodic`; safe to run any number of times."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(chain(_of_answers(), _of_visits(), _of_councils(), _of_sheets()))


def _of_answers() -> Iterator[Reminder]:
    due = Inspection.objects.to_answer().filter(answer_deadline__lte=_soon())
    yield from _of_inspections(due, "answer_deadline", _("Answer “%(title)s” by %(day)s"))


def _of_visits() -> Iterator[Reminder]:
    """Before it only: a visit that has been is nobody's to make."""
    near = Inspection.objects.filter(status=Inspection.Status.NOTICED, visit_from__range=(clock.today(), _soon()))
    yield from _of_inspections(near, "visit_from", _("They come because of “%(title)s” on %(day)s"))


def _of_councils() -> Iterator[Reminder]:
    due = Inspection.objects.under_way().filter(council_report_back__lte=_soon())
    yield from _of_inspections(due, "council_report_back", _("Report back to the council on “%(title)s” by %(day)s"))


def _of_inspections(inspections: Iterable[Inspection], field: str, words: str) -> Iterator[Reminder]:
    rows = list(inspections.select_related("responsible", "unit").order_by(field, "pk"))  # type: ignore[attr-defined]
    deputies = stand_ins({row.responsible for row in rows}) if rows else {}
    leaders = Nearest(Role.UNIT_LEADER) if rows else None
    for row in rows:
        day: datetime.date = getattr(row, field)
        title = row.title if row.has_report and not row.restricted else _("an inspection")
        subject = words % {"title": title, "day": date_format(day, "j. F Y")}
        about = f"inspection:{row.pk}:{field}:{day}:{occasion(day, clock.today())}"
        for person in _who(row, deputies, leaders):
            yield Reminder(user=person, about=about, subject=subject, url=row.get_absolute_url())


def _who(inspection: Inspection, deputies: dict[User, User], leaders: Nearest | None) -> list[User]:
    """Who is responsible, or stands in; who leads the unit when that person has left. A restricted one is not told to a
    deputy, who may not read it."""
    if not inspection.responsible.is_active:
        return leaders.at(inspection.unit.path) if leaders else []
    return [inspection.responsible if inspection.restricted else deputies[inspection.responsible]]


def _of_sheets() -> Iterator[Reminder]:
    waiting = Sheet.objects.unsigned().filter(check_of__deadline__lte=_soon()).select_related("unit", "check_of")
    rows = list(waiting.order_by("check_of__deadline", "pk"))
    leaders = Nearest(Role.UNIT_LEADER, Role.DEPUTY) if rows else None
    for sheet in rows:
        day = sheet.check_of.deadline
        if day is None or leaders is None:
            continue
        subject = _("A self-check is to be signed by %(day)s") % {"day": date_format(day, "j. F Y")}
        about = f"self-check:{sheet.pk}:{day}:{occasion(day, clock.today())}"
        for person in leaders.at(sheet.unit.path):
            yield Reminder(user=person, about=about, subject=subject, url=sheet.get_absolute_url())


def _soon() -> datetime.date:
    return clock.today() + datetime.timedelta(DAYS_BEFORE)

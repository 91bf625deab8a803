"""Whose turn it is to do the organisation's own duties, and reminding them (G13, G3)."""

import datetime
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Q
from django.utils import formats, translation
from django.utils.translation import gettext as _

from home.wheel.models import WheelEntry, WheelEntryQuerySet
from organisation import clock
from organisation.absence import LEADERS
from organisation.models import Reminder, User, within
from organisation.nearest import Nearest
from organisation.reminders import remind_all

DAYS_BEFORE = 14
Turn = tuple[WheelEntry, datetime.date]


def waiting_for(user: User) -> list[Turn]:
    """The duties the person must do soon or should have done, with the day: one's own, those of whom one stands in
    for, and those of nobody where one leads. Two queries; two more where nobody is responsible."""
    mine = Q(doer=user.pk) | (Q(doer=None) & within(user.led_paths, "unit__path"))
    turns = _near(WheelEntry.objects.with_doer().filter(mine))
    leaders = _leaders(turns)
    return [(entry, day) for entry, day in turns if entry.doer == user.pk or user in leaders.get(entry.pk, ())]


def remind_due() -> int:
    """Tell each who must do it a fortnight before the day, and once when the day has passed. Returns how many were
    told; for `manage.py run_periodic`."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(_reminders())


def _reminders() -> Iterator[Reminder]:
    turns = _near(WheelEntry.objects.with_doer())
    people = User.objects.in_bulk({entry.doer for entry, _day in turns if entry.doer})
    leaders = _leaders(turns)
    for entry, day in turns:
        late = day < clock.today()
        text = _("Past its deadline: %(step)s") if late else _("Due %(day)s: %(step)s")
        subject = text % {"step": entry.title, "day": formats.date_format(day, "SHORT_DATE_FORMAT")}
        about = f"wheel:{entry.pk}:{day.isoformat()}:{'late' if late else 'soon'}"
        for person in [people[entry.doer]] if entry.doer else leaders[entry.pk]:
            yield Reminder(user=person, about=about, subject=subject, url=entry.get_absolute_url())


def _near(entries: WheelEntryQuerySet) -> list[Turn]:
    """The entries in use whose first day that is not ticked off is near or past, the first day first."""
    last = clock.today() + datetime.timedelta(DAYS_BEFORE)
    rows = entries.filter(active=True).select_related("unit", "responsible").prefetch_related("checks")
    turns = [(entry, day) for entry in rows if (day := entry.waiting_day()) and day <= last]
    return sorted(turns, key=lambda turn: turn[1])


def _leaders(turns: list[Turn]) -> dict[int, list[User]]:
    """Who leads where nobody is responsible, for each such entry."""
    free = [entry for entry, _day in turns if entry.doer is None]
    if not free:
        return {}
    nearest = Nearest(*LEADERS)
    return {entry.pk: nearest.at(entry.unit.path) for entry in free}

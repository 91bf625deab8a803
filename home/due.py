"""When something is due, said as people say it. Pure functions."""

import datetime
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DAYS_SOON = 7


@dataclass(frozen=True)
class Due:
    """The words and the tone of a tag."""

    text: str
    tone: str


def due(deadline: datetime.date | None, today: datetime.date) -> Due:
    """Late and today are bad, within a week is a warning, later is calm."""
    if deadline is None:
        return Due(_("No deadline"), "")
    days = (deadline - today).days
    if days < 0:
        return Due(ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}, "bad")
    if days == 0:
        return Due(_("Today"), "bad")
    if days == 1:
        return Due(_("Tomorrow"), "warn")
    return Due(_on(deadline, today), "warn" if days <= DAYS_SOON else "")


def ago(day: datetime.date, today: datetime.date) -> str:
    """Today, yesterday, or the date; the year only when it is another."""
    days = (today - day).days
    if days == 0:
        return _("today")
    if days == 1:
        return _("yesterday")
    return _on(day, today)


def _on(day: datetime.date, today: datetime.date) -> str:
    return date_format(day, "j. b" if day.year == today.year else "j. b Y")

"""Duties as an iCalendar (RFC 5545, RFC 7986) that any calendar program can subscribe to."""

import datetime
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from home.wheel.duties import Duty

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//Felles//Annual wheel//NO"
HOURS_BETWEEN = 12


def calendar(duties: Iterable[Duty], name: str) -> bytes:
    """All-day events. They say what kind of duty it is and where to read more, never what a case holds.
    The same duties give the same bytes, so that a client can be told that nothing is new."""
    feed = Calendar()
    feed.add("prodid", PRODUCT)
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("name", name)
    feed.add("x-wr-calname", name)
    feed.add("x-published-ttl", f"PT{HOURS_BETWEEN}H")
    feed.add("refresh-interval", datetime.timedelta(hours=HOURS_BETWEEN), parameters={"VALUE": "DURATION"})
    for duty in duties:
        feed.add_component(_event(duty))
    return bytes(feed.to_ical())


def _event(duty: Duty) -> Event:
    event = Event()
    address = settings.BASE_URL + duty.url
    event.add("uid", f"{duty.uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("dtstamp", duty.changed.astimezone(datetime.UTC))
    event.add("last-modified", duty.changed.astimezone(datetime.UTC))
    event.add("dtstart", duty.date)
    event.add("dtend", duty.date + datetime.timedelta(1))
    event.add("summary", (_("Done: %(title)s") if duty.done else "%(title)s") % {"title": _one_line(duty.outside)})
    event.add("description", f"{duty.unit}\n{address}")
    event.add("categories", [str(duty.kind.label)])
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    return event


def _one_line(text: str) -> str:
    return " ".join(text.split())

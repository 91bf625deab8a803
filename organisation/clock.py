"""The time by which domain methods date what they do.

Ordinarily now. The demo data is built through the same methods as everything else, so it needs to
say "this happened three years ago": `with clock.set_to(moment): case.assess(...)`.
"""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.utils import timezone

_moment: ContextVar[datetime.datetime | None] = ContextVar("moment", default=None)


def now() -> datetime.datetime:
    """The current moment, aware, in UTC."""
    return _moment.get() or timezone.now()


def today() -> datetime.date:
    """The current date in the municipality's time zone."""
    return timezone.localdate(now())


def midnight() -> datetime.datetime:
    """When today began in the municipality: the moment of what is dated by the day only."""
    return start_of(today())


def start_of(day: datetime.date) -> datetime.datetime:
    """When the day began in the municipality."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()), timezone.get_default_timezone())


def end_of(day: datetime.date) -> datetime.datetime:
    """When the day was over in the municipality: the first moment that is not in it."""
    return start_of(day + datetime.timedelta(1))


@contextmanager
def set_to(moment: datetime.datetime) -> Iterator[None]:
    """Let `now()` answer `moment` inside the block: for the demo data, and for what somebody anonymous does, which
    is dated by the day only."""
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def is_live() -> bool:
    """False while `set_to` rules: what is told about the past is not mailed to anybody."""
    return _moment.get() is None

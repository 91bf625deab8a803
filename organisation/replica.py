"""Reading from a copy of the database, without seeing anything older than what was there when the request came.

PostgreSQL's replicas lag, mostly by milliseconds. Before a view reads from the replica, it is asked whether it has
replayed all that the primary had when the request began; what it says is then as fresh as the primary's own answer:
one's own writes, others' writes, and rights that were taken away. When it has not caught up, or is down, the primary
answers instead: slower, never wrong.

Session and person are read from the primary, and so is everything after the first write of a request.
"""

import logging
import time
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, InterfaceError, OperationalError, connections
from django.http import HttpRequest, HttpResponse

ALIAS = "replica"
PATIENCE = 0.05  # seconds a request waits for the replica to catch up
PAUSE = 0.005  # seconds between asking
LEFT_ALONE = 10.0  # seconds until a replica that was down is asked again
SAFE_METHODS = frozenset({"GET", "HEAD"})

log = logging.getLogger(__name__)
_reading: ContextVar[bool] = ContextVar("reading_from_replica", default=False)


class Router:
    """Django's database router: reads go to the replica inside a view that says so, everything else to the primary."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return ALIAS if _reading.get() else DEFAULT_DB_ALIAS

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """After a write the rest of the request reads what was written."""
        _reading.set(False)
        return DEFAULT_DB_ALIAS

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        """A record read from the replica is the same record."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """The replica gets its tables from the primary."""
        return db == DEFAULT_DB_ALIAS


class Replica:
    """The copy, and whether it may be asked."""

    def __init__(self) -> None:
        self.left_alone_until = 0.0

    @property
    def exists(self) -> bool:
        return ALIAS in settings.DATABASES

    def may_be_asked(self) -> bool:
        """Whether it is there, up, and has replayed what the primary has now. Waits at most `PATIENCE`."""
        if not self.exists or time.monotonic() < self.left_alone_until:
            return False
        try:
            wanted = _ask(DEFAULT_DB_ALIAS, "SELECT pg_current_wal_flush_lsn()")
            give_up = time.monotonic() + PATIENCE
            while not _ask(ALIAS, "SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", wanted):
                if time.monotonic() > give_up:
                    return False
                time.sleep(PAUSE)
        except (OperationalError, InterfaceError) as error:
            self.went_down(error)
            return False
        return True

    def went_down(self, error: Exception) -> None:
        """Leave it alone for a while; the log says so."""
        self.left_alone_until = time.monotonic() + LEFT_ALONE
        log.warning("The replica does not answer, the primary does its work: %s", error)


replica = Replica()


def _ask(alias: str, statement: str, *parameters: Any) -> Any:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchone()[0]


def reads_from_replica(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view that reads much and writes little: it reads from the replica when that is there and has caught up. A
    replica that goes down under way costs time, not the answer: the view is asked again, of the primary."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method not in SAFE_METHODS or not replica.may_be_asked():
            return view(request, *args, **kwargs)
        reading = _reading.set(True)
        try:
            return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            replica.went_down(error)
        finally:
            _reading.reset(reading)
        return view(request, *args, **kwargs)

    return answer

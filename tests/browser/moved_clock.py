"""Settings of gunicorn for a server whose clock begins at START_OF_CLOCK and goes on from there: next year, today."""

import datetime
import os
from typing import Any

import time_machine

timeout = 0  # the workers' heartbeat is dated by the clock that is moved


def post_fork(server: Any, worker: Any) -> None:
    """Move the clock of the worker."""
    time_machine.travel(datetime.datetime.fromisoformat(os.environ["START_OF_CLOCK"]), tick=True).start()

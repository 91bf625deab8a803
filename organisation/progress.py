"""A progress bar for commands that take their time."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from django.core.management.base import OutputWrapper

Row = TypeVar("Row")
WIDTH = 30


def track(stdout: OutputWrapper | Any, label: str, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield each row; on a terminal the bar grows, elsewhere one line is written at the end."""
    total = len(rows)
    shown = -1
    for number, row in enumerate(rows, 1):
        yield row
        percent = number * 100 // total
        if stdout.isatty() and percent != shown:
            shown = percent
            bar = "█" * (percent * WIDTH // 100)
            stdout.write(f"\r{label:<12} {bar:<{WIDTH}} {percent:3d} %", ending="")
            stdout.flush()
    if stdout.isatty() and total:
        stdout.write("")
    stdout.write(f"{label}: {total}")

"""A record's history as people read it: who changed what, when, from what, to what, and why (G22)."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

# Keys and bookkeeping, and what the line itself says: when, by whom and why.
NOT_SHOWN = frozenset(
    [
        "id",
        "version",
        "key",
        "file",
        "case",
        "path",
        "depth",
        "numchild",
        "created_at",
        "page_document_id",
        "page_owner",
        "assessed_at",
        "answered_at",
        "closed_at",
        "done_at",
        "done_by",
        "evaluated_at",
        "evaluated_by",
        "cancelled_at",
        "cancel_reason",
        "taken_away_by",
        "taken_away_reason",
    ]
)


Part = tuple[models.QuerySet[Any], Callable[[Any], str]]


@dataclass(frozen=True)
class Change:
    """One field of one record, as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Revision:
    """One row of history, told as what it changed."""

    at: datetime.datetime
    who: str
    why: str
    record: str
    created: bool
    changes: list[Change]


def revisions(rows: models.QuerySet[Any], record: str = "") -> list[Revision]:
    """What the history rows of one record tell, the newest first. `record` names it in a mixed list."""
    return list(told(rows.order_by("history_date", "history_id"), record))[::-1]


def told(rows: Iterable[Any], record: str) -> Iterator[Revision]:
    """What the history rows of one record tell, from the oldest, in the order they come."""
    before = None
    for row in rows:
        changes: list[Change] = _differences(before, row) if before else []
        removed = row.history_type == "-"
        if changes or before is None or removed:
            why = row.history_change_reason or (_("Removed") if removed else "")
            who = row.actor_label or _("The system")
            yield Revision(row.history_date, who, why, record, before is None, changes)
        before = row


def merged(found: list[Revision], parts: Iterable[Part]) -> list[Revision]:
    """The revisions of a record with those of what belongs to it, the newest first. A part is the history of one sort of
    record, and what a record is called by its last row. One query for each part."""
    everything = [*found, *(revision for history, name in parts for revision in _of_several(history, name))]
    return sorted(everything, key=lambda revision: revision.at, reverse=True)


def _of_several(history: models.QuerySet[Any], name: Callable[[Any], str]) -> Iterator[Revision]:
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in history.order_by("history_date", "history_id"):
        by_record[row.id].append(row)
    for lines in by_record.values():
        yield from told(lines, name(lines[-1]))


def _differences(before: Any, after: Any) -> list[Change]:
    return [
        Change(str(field.verbose_name).capitalize(), shown(before, field), shown(after, field))
        for field in after.tracked_fields
        if field.name not in NOT_SHOWN and getattr(before, field.attname) != getattr(after, field.attname)
    ]


def shown(row: Any, field: Any) -> str:
    """The value of a field in words."""
    if field.choices:
        return str(getattr(row, f"get_{field.name}_display")())
    return in_words(getattr(row, field.name))


def in_words(value: Any) -> str:
    """A value as a person would write it; "–" for nothing."""
    if value is None or value == "" or value == []:
        return "–"
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime.datetime):
        return formats.date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    return " → ".join(map(str, value)) if isinstance(value, list) else str(value)


def changes_since(record: models.Model, version: int) -> list[Revision]:
    """What others have done to the record after this version of it, the oldest first."""
    rows = record.history.filter(version__gte=version)  # type: ignore[attr-defined]
    return [revision for revision in reversed(revisions(rows)) if not revision.created]

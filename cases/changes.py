"""The full history of a case in words (G22): who changed what, when, from what, to what, and why."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from cases.models import Case

# Keys, and what the line itself says: when it was, by whom and why.
NOT_SHOWN = frozenset(
    {
        "id",
        "version",
        "key",
        "file",
        "case",
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
    }
)


@dataclass(frozen=True)
class Change:
    """One field of one record."""

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


def history_of(case: Case) -> list[Revision]:
    """Everything that happened to the case and its measures, newest first."""
    revisions = list(_revisions(case.history.all(), _("The case")))
    for action in case.actions.all():
        revisions += _revisions(action.history.all(), _("Measure: %(text)s") % {"text": action.text})
    return sorted(revisions, key=lambda revision: revision.at, reverse=True)


def changes_since(record: models.Model, version: int) -> list[Revision]:
    """What others have done to the record after this version of it."""
    rows = record.history.filter(version__gte=version)  # type: ignore[attr-defined]
    return [revision for revision in _revisions(rows, "") if not revision.created]


def _revisions(rows: models.QuerySet, record: str) -> Iterable[Revision]:
    before = None
    for row in rows.order_by("history_date", "history_id"):
        changes: list[Change] = _differences(before, row) if before else []
        if changes or before is None:
            yield Revision(
                row.history_date, row.actor_label, row.history_change_reason or "", record, before is None, changes
            )
        before = row


def _differences(before: Any, after: Any) -> list[Change]:
    fields = [field for field in after.tracked_fields if field.name not in NOT_SHOWN]
    return [
        Change(str(field.verbose_name).capitalize(), shown(before, field), shown(after, field))
        for field in fields
        if getattr(before, field.attname) != getattr(after, field.attname)
    ]


def shown(row: Any, field: models.Field) -> str:
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

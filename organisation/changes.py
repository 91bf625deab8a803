"""Reading a record's history as people read it: who changed what, from, to, when and why (G22)."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

HIDDEN_FIELDS = frozenset({"version", "path", "depth", "numchild", "key"})


@dataclass(frozen=True)
class FieldChange:
    """One field of one change; texts as shown."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One row of history."""

    moment: datetime.datetime
    actor: str
    kind: str
    reason: str
    fields: list[FieldChange]


def changes(record: models.Model) -> list[Change]:
    """The history of a record, the newest first. Queries: one for the rows, and one for each kind
    of record a changed key points at."""
    rows = list(record.history.all().order_by("-history_date", "-history_id"))  # type: ignore[attr-defined]
    return [_change(row, older) for row, older in zip(rows, [*rows[1:], None], strict=True)]


def _change(row: Any, older: Any) -> Change:
    kinds = {"+": _("Created"), "~": _("Changed"), "-": _("Deleted")}
    return Change(
        moment=row.history_date,
        actor=row.actor_label or _("The system"),
        kind=kinds[row.history_type],
        reason=row.history_change_reason or "",
        fields=_differences(row, older) if older and row.history_type == "~" else [],
    )


def _differences(row: Any, older: Any) -> list[FieldChange]:
    found = []
    for field in row.tracked_fields:
        before, after = getattr(older, field.attname), getattr(row, field.attname)
        if before != after and field.name not in HIDDEN_FIELDS:
            label = str(field.verbose_name).capitalize()
            found.append(FieldChange(label, shown(field, before), shown(field, after)))
    return found


def shown(field: Any, value: Any) -> str:
    """A value of a field as text."""
    if value in (None, "", []):
        return "–"
    if field.is_relation:
        related = field.related_model._default_manager.filter(pk=value).first()
        return str(related) if related else str(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime.datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, datetime.date):
        return date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, list):
        return " · ".join(str(item) for item in value)
    return str(value)

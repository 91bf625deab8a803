"""The full history of an audit in words (G22)."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.models import Audit, AuditFinding, Auditor, AuditQuestion, Evidence
from organisation.changes import Revision, revisions, told


def history_of(audit: Audit) -> list[Revision]:
    """Everything that happened to the audit, its team, questions, evidence and findings, the newest first. One query for
    each sort of record, however many there are."""
    found = revisions(audit.history.all(), _("The audit"))
    parts: list[tuple[models.QuerySet[Any], Callable[[Any], str]]] = [
        (Auditor.history.filter(audit_id=audit.pk), lambda row: row.name),
        (AuditQuestion.history.filter(audit_id=audit.pk), lambda row: _short(row.text)),
        (Evidence.history.filter(audit_id=audit.pk), lambda row: _("Evidence: %(source)s") % {"source": row.source}),
        (
            AuditFinding.history.filter(audit_id=audit.pk),
            lambda row: _("Finding: %(words)s") % {"words": _short(row.words)},
        ),
    ]
    for history, name in parts:
        found += _of_several(history, name)
    return sorted(found, key=lambda revision: revision.at, reverse=True)


def _of_several(history: models.QuerySet[Any], name: Callable[[Any], str]) -> Iterator[Revision]:
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in history.order_by("history_date", "history_id"):
        by_record[row.id].append(row)
    for lines in by_record.values():
        yield from told(lines, name(lines[-1]))


def _short(text: str) -> str:
    return Truncator(text).chars(80)

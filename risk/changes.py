"""The full history of an assessment in words (G22)."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from organisation.changes import Revision, revisions, told
from risk.models import Acceptance, Assessment, Link, Participant, Risk


def history_of(assessment: Assessment) -> list[Revision]:
    """Everything that happened to the assessment, its rows, participants, links and acceptances, the newest first. One
    query for each sort of record, however many there are."""
    found = revisions(assessment.history.all(), _("The form"))
    rows = Risk.history.filter(assessment_id=assessment.pk)
    parts: list[tuple[models.QuerySet[Any], Any]] = [
        (rows, lambda row: _("Risk: %(threat)s") % {"threat": _short(row.threat or row.aspect)}),
        (Participant.history.filter(assessment_id=assessment.pk), lambda row: row.name),
        (Link.history.filter(risk_id__in=rows.values("id")), lambda row: _short(row.page_label) or _("Link of a risk")),
        (
            Acceptance.history.filter(risk_id__in=rows.values("id")),
            lambda row: _("Acceptance by %(name)s") % {"name": row.by_name},
        ),
    ]
    for history, name in parts:
        found += _of_several(history, name)
    return sorted(found, key=lambda revision: revision.at, reverse=True)


def _of_several(history: models.QuerySet[Any], name: Any) -> Iterator[Revision]:
    by_record: dict[int, list[Any]] = defaultdict(list)
    for row in history.order_by("history_date", "history_id"):
        by_record[row.id].append(row)
    for lines in by_record.values():
        yield from told(lines, name(lines[-1]))


def _short(text: str) -> str:
    return Truncator(text).chars(80)

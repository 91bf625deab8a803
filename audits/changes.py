"""What happened to an inspection or a self-check, in words: its head and all that belongs to it (G22)."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import models
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.models import (
    CheckQuestion,
    Inspection,
    InspectionFile,
    InspectionFinding,
    InspectorAccess,
    InvolvedUnit,
    SelfCheck,
    Sheet,
)
from organisation.changes import Revision, revisions, told

Part = tuple[models.QuerySet[Any], Callable[[Any], str]]


def of_inspection(inspection: Inspection) -> list[Revision]:
    """The newest first. One query for each sort of record, however many there are."""
    of = {"inspection_id": inspection.pk}
    return _merged(
        revisions(inspection.history.all(), _("The inspection")),
        [
            (
                InspectionFinding.history.filter(**of),
                lambda row: _("Finding: %(words)s") % {"words": _short(row.words)},
            ),
            (InvolvedUnit.history.filter(**of).select_related("unit"), lambda row: _("Unit involved")),
            (InspectionFile.history.filter(**of), lambda row: _("File: %(name)s") % {"name": row.name}),
            (InspectorAccess.history.filter(**of), lambda row: _("Access for %(name)s") % {"name": row.name}),
        ],
    )


def of_self_check(check: SelfCheck) -> list[Revision]:
    """The newest first, without what the units have answered."""
    of = {"check_of_id": check.pk}
    return _merged(
        revisions(check.history.all(), _("The self-check")),
        [
            (CheckQuestion.history.filter(**of), lambda row: _("Question: %(text)s") % {"text": _short(row.text)}),
            (Sheet.history.filter(**of).select_related("unit"), lambda row: str(row.unit)),
        ],
    )


def _merged(found: list[Revision], parts: list[Part]) -> list[Revision]:
    for history, name in parts:
        by_record: dict[int, list[Any]] = defaultdict(list)
        for row in history.order_by("history_date", "history_id"):
            by_record[row.id].append(row)
        for lines in by_record.values():
            found += told(lines, name(lines[-1]))
    return sorted(found, key=lambda revision: revision.at, reverse=True)


def _short(text: str) -> str:
    return Truncator(text).chars(80)

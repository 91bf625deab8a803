"""What happened to an inspection, a self-check or an audit, in words: its head and all that belongs to it (G22)."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from audits.models import (
    Audit,
    AuditFinding,
    Auditor,
    AuditQuestion,
    CheckQuestion,
    Evidence,
    Inspection,
    InspectionFile,
    InspectionFinding,
    InspectorAccess,
    InvolvedUnit,
    SelfCheck,
    Sheet,
)
from organisation.changes import Revision, merged, revisions


def of_inspection(inspection: Inspection) -> list[Revision]:
    """The newest first. One query for each sort of record, however many there are."""
    of = {"inspection_id": inspection.pk}
    return merged(
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
    return merged(
        revisions(check.history.all(), _("The self-check")),
        [
            (CheckQuestion.history.filter(**of), lambda row: _("Question: %(text)s") % {"text": _short(row.text)}),
            (Sheet.history.filter(**of).select_related("unit"), lambda row: str(row.unit)),
        ],
    )


def of_audit(audit: Audit) -> list[Revision]:
    """The newest first, with the team, questions, evidence and findings."""
    of = {"audit_id": audit.pk}
    return merged(
        revisions(audit.history.all(), _("The audit")),
        [
            (Auditor.history.filter(**of), lambda row: row.name),
            (AuditQuestion.history.filter(**of), lambda row: _short(row.text)),
            (Evidence.history.filter(**of), lambda row: _("Evidence: %(source)s") % {"source": row.source}),
            (AuditFinding.history.filter(**of), lambda row: _("Finding: %(words)s") % {"words": _short(row.words)}),
        ],
    )


def _short(text: str) -> str:
    return Truncator(text).chars(80)

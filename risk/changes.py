"""The full history of an assessment in words (G22)."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _

from organisation.changes import Revision, merged, revisions
from risk.models import Acceptance, Assessment, Link, Participant, Risk


def history_of(assessment: Assessment) -> list[Revision]:
    """Everything that happened to the assessment, its rows, participants, links and acceptances, the newest first. One
    query for each sort of record, however many there are."""
    of = {"assessment_id": assessment.pk}
    rows = Risk.history.filter(**of)
    of_rows = {"risk_id__in": rows.values("id")}
    return merged(
        revisions(assessment.history.all(), _("The form")),
        [
            (rows, lambda row: _("Risk: %(threat)s") % {"threat": _short(row.threat or row.aspect)}),
            (Participant.history.filter(**of), lambda row: row.name),
            (Link.history.filter(**of_rows), lambda row: _short(row.page_label) or _("Link of a risk")),
            (Acceptance.history.filter(**of_rows), lambda row: _("Acceptance by %(name)s") % {"name": row.by_name}),
        ],
    )


def _short(text: str) -> str:
    return Truncator(text).chars(80)

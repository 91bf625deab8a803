"""The full history of a case in words (G22)."""

from django.db import models
from django.utils.translation import gettext as _

from cases.models import Case
from organisation.changes import Revision, revisions


def history_of(case: Case) -> list[Revision]:
    """Everything that happened to the case and its measures, newest first."""
    found = revisions(case.history.all(), _("The case"))
    for action in case.actions.all():
        found += revisions(action.history.all(), _("Measure: %(text)s") % {"text": action.text})
    return sorted(found, key=lambda revision: revision.at, reverse=True)


def changes_since(record: models.Model, version: int) -> list[Revision]:
    """What others have done to the record after this version of it, the oldest first."""
    rows = record.history.filter(version__gte=version)  # type: ignore[attr-defined]
    return [revision for revision in reversed(revisions(rows)) if not revision.created]

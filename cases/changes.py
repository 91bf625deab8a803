"""The full history of a case in words (G22)."""

from django.utils.translation import gettext as _

from cases.models import Case
from organisation.changes import Revision, revisions


def history_of(case: Case) -> list[Revision]:
    """Everything that happened to the case and its measures, newest first."""
    found = revisions(case.history.all(), _("The case"))
    for action in case.actions.all():
        found += revisions(action.history.all(), _("Measure: %(text)s") % {"text": action.text})
    return sorted(found, key=lambda revision: revision.at, reverse=True)

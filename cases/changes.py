"""The full history of a case in words (G22)."""

from django.utils.translation import gettext as _

from cases.models import Case
from organisation.changes import Change, Revision, in_words, revisions


def history_of(case: Case) -> list[Revision]:
    """Everything that happened to the case and its measures, newest first."""
    found = revisions(case.history.all(), _("The case"))
    for action in case.actions.all():
        found += revisions(action.history.all(), _("Measure: %(text)s") % {"text": action.text})
    return sorted(found + _answered(case), key=lambda revision: revision.at, reverse=True)


def _answered(case: Case) -> list[Revision]:
    """The answers to the extra questions, with the questions as they were asked."""
    answers = list(case.answers.all())
    if not answers:
        return []
    changes = [Change(answer.text, in_words(""), answer.words) for answer in answers]
    first = answers[0]
    return [Revision(first.given_at, first.given_by_label, "", _("Answers to extra questions"), True, changes)]

"""The full history of a case in words (G22)."""

from dataclasses import replace

from django.utils.translation import gettext as _

from cases.models import Case
from cases.reading import Reading
from organisation.changes import Change, Revision, in_words, revisions


def history_of(reading: Reading) -> list[Revision]:
    """Everything that happened to the case and its measures, newest first, as the person may read it."""
    case = reading.case
    found = revisions(case.history.all(), _("The case"))
    for action in case.actions.all():
        found += revisions(action.history.all(), _("Measure: %(text)s") % {"text": action.text})
    newest_first = sorted(found + _answered(case), key=lambda one: one.at, reverse=True)
    return [as_read(revision, reading) for revision in newest_first]


def as_read(revision: Revision, reading: Reading) -> Revision:
    """A line of the history without the name of a reporter who is anonymous to the person."""
    changes = [
        replace(change, before=reading.text(change.before), after=reading.text(change.after))
        for change in revision.changes
    ]
    return replace(revision, who=reading.name(revision.who), why=reading.text(revision.why), changes=changes)


def _answered(case: Case) -> list[Revision]:
    """The answers to the extra questions, with the questions as they were asked."""
    answers = list(case.answers.all())
    if not answers:
        return []
    changes = [Change(answer.text, in_words(""), answer.words) for answer in answers]
    first = answers[0]
    return [Revision(first.given_at, first.given_by_label, "", _("Answers to extra questions"), True, changes)]

"""Where a case stands, in the words of somebody who does not work here (S31)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import Case

STATES = [Case.Status.RECEIVED, Case.Status.ASSESSED, Case.Status.IN_PROGRESS, Case.Status.CLOSED]


@dataclass(frozen=True)
class Step:
    label: str
    state: str  # "done", "current" or ""


def public_road(case: Case) -> list[Step]:
    """Received, looked at, being mended, finished. What has no measures goes straight to the end."""
    if case.status == Case.Status.DUPLICATE and case.duplicate_of and not case.duplicate_of.sealed:
        return public_road(case.duplicate_of)
    labels = [_("Received"), _("We have looked at it"), _("We are doing something about it"), _("Finished")]
    if case.status in Case.ENDED:
        return [Step(label, "done") for label in labels]
    at = 2 if case.status == Case.Status.AWAITING_EVALUATION else STATES.index(Case.Status(case.status))
    at = 0 if case.needs_triage and not _was_sorted(case) else at
    return [Step(label, "done" if n < at else "current" if n == at else "") for n, label in enumerate(labels)]


def state_in_words(case: Case) -> str:
    """What happens now, and who does it."""
    if case.needs_triage and not _was_sorted(case):
        return _("We have received your case and are finding the right unit.")
    words = {
        Case.Status.RECEIVED: _("The case is with %(unit)s, who will look at it."),
        Case.Status.ASSESSED: _("%(unit)s has looked at the case and is working with it."),
        Case.Status.IN_PROGRESS: _("%(unit)s has decided what to do, and is doing it."),
        Case.Status.AWAITING_EVALUATION: _(
            "%(unit)s has done something about it, and is finding out whether it helped."
        ),
        Case.Status.CLOSED: _("%(unit)s has finished the case."),
        Case.Status.REJECTED: _("%(unit)s has ended the case without doing more with it."),
        Case.Status.DUPLICATE: _("%(unit)s is already working with the same thing, and follows it up there."),
        Case.Status.TAKEN_OVER: _("%(unit)s has sent the case on to those who can do something about it."),
    }
    said = words[Case.Status(case.status)] % {"unit": case.place if case.needs_triage else case.unit}
    main = case.duplicate_of if case.status == Case.Status.DUPLICATE else None
    return f"{said} {state_in_words(main)}" if main and not main.sealed else said


def _was_sorted(case: Case) -> bool:
    """Whether a unit has had it. One that is sent back is, to the person outside, still where it was: finding another
    unit is our own business."""
    return case.place_id != case.unit_id

"""The one thing to do next with a case, for the person who looks at it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from cases import gates
from cases.models import Action, Case
from cases.permissions import Act, can
from organisation.models import User


@dataclass(frozen=True)
class NextStep:
    """What to do, and the button that leads there; no button when the person only waits."""

    text: str
    button: str = ""
    url: str = ""


def next_step(case: Case, user: User, actions: list[Action]) -> NextStep | None:
    """The next step, or None when there is none for this person."""
    if not case.is_open:
        return None
    if step := _of_my_action(case, user, actions):
        return step
    if can(user, Act.HANDLE, case):
        return _of_handler(case, user, actions)
    return _of_reporter(case) if user.pk == case.reporter_id else None


def _to(name: str, case: Case, *args: int) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *args])


def _of_my_action(case: Case, user: User, actions: list[Action]) -> NextStep | None:
    mine = next((action for action in actions if _is_due(action) and action.responsible_id == user.pk), None)
    if not mine:
        return None
    text = _("You are responsible for the measure “%(text)s”. Tell what was done when it is finished.")
    return NextStep(text % {"text": mine.text}, _("Report as done"), _to("complete_action", case, mine.pk))


def _is_due(action: Action) -> bool:
    return not action.done_at and not action.cancelled_at


def _of_handler(case: Case, user: User, actions: list[Action]) -> NextStep:
    live = [action for action in actions if not action.cancelled_at]
    if case.needs_triage:
        return NextStep(
            _("Find out what it is and which unit can do something about it."), _("Sort the case"), _to("triage", case)
        )
    if case.status == Case.Status.RECEIVED:
        return NextStep(
            _("Say how serious it is, who handles it, and answer the reporter."),
            _("Assess the case"),
            _to("assess", case),
        )
    if not gates.to_measures(case).open:
        return NextStep(
            _("Find the root cause, so that the measures hit what is wrong."),
            _("Find the root cause"),
            _to("set_cause", case),
        )
    if case.demands_measure and not live:
        return NextStep(
            _("The risk is over 10 or the law is broken: set at least one measure."),
            _("New measure"),
            _to("add_action", case),
        )
    return _of_measures(case, user, live)


def _of_measures(case: Case, user: User, live: list[Action]) -> NextStep:
    due = next((action for action in live if _is_due(action)), None)
    if due:
        return NextStep(
            _("The measure “%(text)s” is to be done by %(who)s.") % {"text": due.text, "who": due.responsible},
            _("Report as done"),
            _to("complete_action", case, due.pk),
        )
    waiting = [action for action in live if not action.effect]
    if mine := next((action for action in waiting if action.may_evaluate(user)), None):
        text = _("Find out whether the measure “%(text)s” worked.") % {"text": mine.text}
        return NextStep(text, _("Evaluate the effect"), _to("evaluate_action", case, mine.pk))
    if waiting:
        return NextStep(_("Another person than the one who did the measure must evaluate the effect."))
    evaluated = [(action.evaluated_at, action.effect) for action in live if action.evaluated_at]
    if evaluated and max(evaluated)[1] == Action.Effect.NOT_EFFECTIVE:
        return NextStep(_("The last measure did not work. Set a new one."), _("New measure"), _to("add_action", case))
    return NextStep(
        _("Everything is done. Close the case and tell others what you learned."),
        _("Close the case"),
        _to("close", case),
    )


def _of_reporter(case: Case) -> NextStep:
    if case.status == Case.Status.RECEIVED:
        text = _("The case is with the leader of %(unit)s. You are told when it is assessed.")
    else:
        text = _("%(unit)s works with the case. You are told when something happens.")
    return NextStep(text % {"unit": case.unit})

"""The gates of a case (S36, G19): what must be in place before measures and before closing.

Each gate says whether it is open and, when shut, what to do; the same list is shown to the handler
as a checklist and enforced by `Case.close`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from cases.models import Case


@dataclass(frozen=True)
class Gate:
    """A demand: `field` is the form field the message belongs to, "__all__" when there is none."""

    field: str
    label: str
    message: str
    open: bool


def refusal(shut: Iterable[Gate]) -> ValidationError:
    """The error that names every gate that is shut, beside the field each belongs to."""
    messages: dict[str, list[str]] = {}
    for gate in shut:
        messages.setdefault(gate.field, []).append(gate.message)
    return ValidationError(messages)


def to_measures(case: "Case") -> Gate:
    """A deviation or finding needs its root cause before corrective and preventive measures.
    Immediate measures limit the damage and wait for nothing (ISO 9001 clause 10.2.1 a)."""
    return Gate(
        "__all__",
        _("Root cause is found"),
        _("Find the root cause first: five whys and a cause. Only immediate measures can be set before that."),
        case.kind not in case.NEEDS_CAUSE or bool(case.root_cause and case.cause_id),
    )


def to_close(case: "Case") -> list[Gate]:
    """Everything that must be in place before the case is closed, in the order of the work."""
    actions = list(case.actions.live())
    gates = [
        Gate("__all__", _("The case is assessed"), _("Assess the case first."), case.assessed_at is not None),
    ]
    if case.kind in case.NEEDS_CAUSE:
        gates.append(
            Gate(
                "root_cause",
                _("Root cause is found"),
                _("Find the root cause before you close: five whys and a cause."),
                bool(case.root_cause and case.cause_id),
            )
        )
    if case.demands_measure:
        gates.append(
            Gate(
                "actions",
                _("At least one measure is set"),
                _("The risk is over 10 or the law is broken: set at least one measure."),
                bool(actions),
            )
        )
    if case.has_correspondent:
        gates.append(
            Gate(
                "answer",
                _("The reporter has had an answer"),
                _("Everyone who reports gets an answer: write one here."),
                case.answered_at is not None,
            )
        )
    if actions:
        gates += _of_actions(case, actions)
    if case.page_id and case.kind in (case.Kind.DEVIATION, case.Kind.IMPROVEMENT):
        gates += _of_page(case)
    return gates


def _of_actions(case: "Case", actions: list) -> list[Gate]:
    gates = [
        Gate(
            "actions",
            _("Every measure is done"),
            _("There are measures that are not done. Finish them or cancel them with a reason."),
            all(action.done_at for action in actions),
        ),
        Gate(
            "actions",
            _("The effect is evaluated by another person"),
            _("Every measure needs an effect evaluation by another person than the one who did it."),
            all(action.effect for action in actions),
        ),
    ]
    evaluated = [action for action in actions if action.effect]
    if evaluated:
        last = max(evaluated, key=lambda action: action.evaluated_at)
        gates.append(
            Gate(
                "actions",
                _("The measures worked"),
                _("The last measure did not work. Set a new one."),
                last.effect != last.Effect.NOT_EFFECTIVE,
            )
        )
    if case.score is not None:
        gates.append(
            Gate(
                "residual_probability",
                _("Residual risk is scored"),
                _("Score the risk that is left: probability and consequence from 1 to 5."),
                case.residual_score is not None,
            )
        )
    return gates


def _of_page(case: "Case") -> list[Gate]:
    return [
        Gate(
            "page_outcome",
            _("It is decided whether the page changes"),
            _("Say whether the page is changed or needs no change."),
            bool(case.page_outcome),
        ),
        Gate(
            "page_outcome_note",
            _("What changed in the page, or why not, is written"),
            _("Write what was changed and in which version, or why no change is needed."),
            bool(case.page_outcome_note),
        ),
    ]

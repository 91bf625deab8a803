"""Did it help? What counts is the evaluation of each measure, and what the person outside answered when asked (S31)."""

from collections.abc import Iterable

from cases.models import Action, Case, Correspondent

SAID = {
    Correspondent.Better.YES: Action.Effect.EFFECTIVE,
    Correspondent.Better.PARTLY: Action.Effect.PARTLY,
    Correspondent.Better.NO: Action.Effect.NOT_EFFECTIVE,
}


def effects_of(case: Case, actions: Iterable[Action]) -> set[str]:
    """All that was said of the effect; empty when nobody has said anything yet."""
    evaluated = {action.effect for action in actions if action.effect}
    answer = case.correspondent.better if case.has_correspondent else ""
    return evaluated | ({SAID[Correspondent.Better(answer)]} if answer else set())

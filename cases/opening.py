"""Cases that follow something up (S23, S24, S25): a risk that demands a measure, later a finding or a decision.

They are assessed already when they come, and their measures are set at once; from then on they are cases like any other.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models, transaction

from cases.models import Action, Case
from cases.models.series import Series
from organisation.models import Unit, User


@dataclass(frozen=True)
class Measure:
    """A measure that is set when the case is opened."""

    kind: str
    text: str
    responsible: User
    deadline: datetime.date


@transaction.atomic
def open_case(
    by: User,
    *,
    origin: models.Model,
    kind: str,
    channel: str,
    unit: Unit,
    title: str,
    description: str,
    probability: int | None,
    consequence: int | None,
    law_breach: bool,
    handler: User,
    measures: Iterable[Measure],
    deadline: datetime.date | None = None,
    sealed: bool = False,
) -> Case:
    """A case at the unit with its assessment and its measures. `origin` is what it follows up, shown on the case to
    those who may read that. Without a `deadline` it is that of the last measure: it was chosen with the risk in view, so the rules of
    escalation don't shorten it.

    Raises PermissionDenied unless the person handles cases at the unit.
    """
    measures = list(measures)
    case = Case._numbered(
        Series.locked(),
        None,
        title,
        description,
        kind=kind,
        channel=channel,
        place=unit,
        unit=unit,
        reporter=by,
        origin=origin,
        sealed=sealed,
    )
    case._begin(by)
    case.assess(
        by,
        probability=probability,
        consequence=consequence,
        law_breach=law_breach,
        handler=handler,
        deadline=deadline or max((measure.deadline for measure in measures), default=None),
    )
    for measure in measures:
        Action.add(
            by,
            case,
            kind=measure.kind,
            text=measure.text,
            responsible=measure.responsible,
            deadline=measure.deadline,
        )
    return case

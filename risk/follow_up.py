"""From a row to a case in Dialogen and back (S24, S54, S56, S57): what demands a measure becomes a case when the
assessment is decided, and what becomes of it is seen in the row."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from cases import opening
from cases.models import Action, Case
from cases.permissions import Act, can
from organisation import clock
from organisation.models import User

if TYPE_CHECKING:
    from risk.models import Assessment, Risk

SERIOUS = 15
DAYS_WHEN_LAW_IS_BROKEN, DAYS_WHEN_SERIOUS, DAYS_ELSE = 14, 30, 90


def open_cases(by: User, assessment: "Assessment", rows: "Iterable[Risk]") -> list[Case]:
    """A case for each row that demands a measure and has none that is open; an open one is told how the risk is assessed
    now. For `Assessment.decide`."""
    opened = []
    for row in rows:
        if row.case and row.case.is_open:
            _tell(by, assessment, row, row.case)
        elif row.demands_measure:
            opened.append(_open(by, assessment, row))
    return opened


def _tell(by: User, assessment: "Assessment", row: "Risk", case: Case) -> None:
    """A message in the case that goes on from the version before, when the person may write there."""
    if not can(by, Act.COMMENT, case):
        return
    text = _("Version %(number)s of the risk assessment is decided: probability %(p)s × consequence %(c)s = %(score)s.")
    facts = {"number": assessment.number, "p": row.probability, "c": row.consequence, "score": row.score}
    measures = "\n".join(_on_one_line(cell) for cell in (row.preventive, row.limiting) if cell.strip())
    told = _("Measures in the assessment now:") if measures else ""
    case.say(by, "\n".join(part for part in (text % facts, told, measures) if part))


def deadline(row: "Risk") -> datetime.date:
    """When the measure is to be done: as the row says, else 14 days for a breach of law, 30 from a risk of 15, else 90."""
    if row.deadline:
        return row.deadline
    serious = (row.score or 0) >= SERIOUS
    days = DAYS_WHEN_LAW_IS_BROKEN if row.law_breach else DAYS_WHEN_SERIOUS if serious else DAYS_ELSE
    return clock.today() + datetime.timedelta(days)


def _open(by: User, assessment: "Assessment", row: "Risk") -> Case:
    responsible = row.responsible or assessment.leader
    measures = [
        opening.Measure(kind, text, responsible, deadline(row))
        for kind, cell in ((Action.Kind.PREVENTIVE, row.preventive), (Action.Kind.LIMITING, row.limiting))
        if (text := _on_one_line(cell))
    ]
    case = opening.open_case(
        by,
        origin=row,
        kind=Case.Kind.ROS_MEASURE,
        channel=Case.Channel.ROS,
        unit=assessment.unit,
        title=_title(row),
        description=_description(assessment, row),
        probability=row.probability,
        consequence=row.consequence,
        law_breach=row.law_breach,
        handler=assessment.leader,
        sealed=assessment.restricted,
        measures=measures,
    )
    with row.changing(by):
        row.case = case
    return case


def _on_one_line(cell: str) -> str:
    """A measure is read in lists, logs and letters, where the lines of the cell would run together."""
    return "; ".join(line.strip() for line in cell.splitlines() if line.strip())


def _title(row: "Risk") -> str:
    first = " ".join(row.threat.split())
    return first if len(first) <= 90 else f"{first[:89].rstrip()}…"


def _description(assessment: "Assessment", row: "Risk") -> str:
    lines = [
        _("From the risk assessment “%(title)s”.") % {"title": assessment.title},
        _("Aspect: %(text)s") % {"text": row.aspect.strip()} if row.aspect.strip() else "",
        _("Threat: %(text)s") % {"text": row.threat.strip()},
    ]
    return "\n\n".join(line for line in lines if line)


@dataclass(frozen=True)
class FollowUp:
    """How it goes with the case of a row. `proposal` is the residual probability and consequence that the finished
    measures give; None while they are not finished, when nothing is known, and when it is confirmed."""

    case: Case
    deadline: datetime.date | None
    late: bool
    effect: str
    proposal: tuple[int, int] | None


def of(row: "Risk") -> FollowUp | None:
    """How it goes with the row's case, for a row with `case__actions` prefetched; None without a case."""
    if row.case is None:
        return None
    actions = [action for action in row.case.actions.all() if not action.cancelled_at]
    due = [action.deadline for action in actions if not action.done_at]
    effects = {action.effect for action in actions}
    worst = next((effect for effect in _WORST_FIRST if effect in effects), None)
    return FollowUp(
        case=row.case,
        deadline=min(due, default=row.case.deadline),
        late=any(action.is_overdue for action in actions) or row.case.is_overdue,
        effect=str(worst.label) if worst else "",
        proposal=_proposal(row, row.case),
    )


_WORST_FIRST = [Action.Effect.NOT_EFFECTIVE, Action.Effect.PARTLY, Action.Effect.EFFECTIVE]


def _proposal(row: "Risk", case: Case) -> tuple[int, int] | None:
    if case.status != Case.Status.CLOSED or row.residual_confirmed_at:
        return None
    for source in (case, row):
        if source.residual_probability and source.residual_consequence:
            return source.residual_probability, source.residual_consequence
    return None

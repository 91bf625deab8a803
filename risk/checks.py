"""What is not right with an assessment (G23): what stops the decision, and what should be looked at.

The same list is shown on the assessment and asked by `Assessment.decide`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from organisation import clock
from risk import content
from risk.cells import CELLS

if TYPE_CHECKING:
    from risk.models import Assessment, Risk


@dataclass(frozen=True)
class Check:
    """Something to put right. `row` is its number in the form, 0 for the form itself; `cell` is "" when it is about
    no single cell. `stops`: it can't be decided like this."""

    row: int
    cell: str
    text: str
    stops: bool
    risk: "Risk | None" = None

    @property
    def where(self) -> str:
        """The row and the cell it is about: "Row 4, Probability"; "" when it is about the form."""
        if not self.row:
            return ""
        row = _("Row %(row)s") % {"row": self.row}
        return f"{row}, {CELLS[self.cell].label}" if self.cell else row

    @property
    def in_words(self) -> str:
        """The text with where it is."""
        return f"{self.where}: {self.text}" if self.row else self.text


def of(assessment: "Assessment", rows: "Iterable[Risk]") -> list[Check]:
    """The checks of an assessment with these rows, what stops it first. Two queries at most, for acceptances and cases,
    when they are not fetched already."""
    rows = list(rows)
    found = [*_of_form(assessment, rows)]
    alike = Counter(content.alike(row) for row in rows if row.threat.strip())
    for number, row in enumerate(rows, 1):
        texts = _of_draft(row) if assessment.is_draft else _of_row_in_force(row)
        found += [Check(number, cell, text, stops, row) for cell, text, stops in (*texts, *_of_any(row, alike))]
    return sorted(found, key=lambda check: (not check.stops, check.row))


def of_row(row: "Risk") -> dict[str, str]:
    """What to say at each cell of one row of a draft."""
    return {cell: text for cell, text, _stops in _of_draft(row) if cell}


Found = Iterator[tuple[str, str, bool]]


def _of_form(assessment: "Assessment", rows: "list[Risk]") -> Iterator[Check]:
    if assessment.is_draft and not rows:
        yield Check(0, "", _("There are no rows yet."), stops=True)
    if assessment.review_is_late:
        yield Check(0, "", _("The assessment should have been reviewed. Begin a new version."), stops=False)


def _of_draft(row: "Risk") -> Found:
    if not row.threat.strip():
        yield "threat", _("Write what can happen."), True
    for name in ("probability", "consequence"):
        if getattr(row, name) is None:
            yield name, _("Set a number from 1 to 5."), True
    if row.demands_measure and not (row.preventive.strip() or row.limiting.strip()):
        why = _("Breach of law demands a measure.") if row.law_breach else _("Risk over 10 demands a measure.")
        yield "preventive", why, True
    if (row.residual_probability is None) != (row.residual_consequence is None):
        missing = "residual_probability" if row.residual_probability is None else "residual_consequence"
        yield missing, _("Set both numbers after measures, or none."), True
    if row.residual_score is None or row.score is None:
        return
    if row.residual_score > row.score:
        text = _("The risk after measures (%(after)s) is higher than before (%(before)s).")
        yield "residual_probability", text % {"after": row.residual_score, "before": row.score}, True
    elif row.residual_score < row.score and not (row.preventive.strip() or row.limiting.strip()):
        text = _("The risk is lower after measures, but no measure is written.")
        yield "preventive", text, True


def _of_row_in_force(row: "Risk") -> Found:
    case = row.case
    if case and case.is_overdue:
        yield "deadline", _("The measure is past its deadline."), False
    if case and not case.is_open and row.residual_confirmed_at is None:
        yield "residual_probability", _("The measures are finished. Confirm the risk that is left."), False
    for acceptance in row.acceptances.all():
        if acceptance.expired:
            text = _("The acceptance by %(name)s has expired. Accept again, or do something about it.")
            yield "", text % {"name": acceptance.by_name}, False


def _of_any(row: "Risk", alike: Counter[str]) -> Found:
    if row.threat.strip() and alike[content.alike(row)] > 1:
        yield "threat", _("Two rows have the same threat."), False
    if row.deadline and row.deadline < clock.today() and row.assessment.is_draft:
        yield "deadline", _("The deadline is past. Choose a later day."), True

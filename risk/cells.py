"""The cells of a row, as in the sheet (S50–S54): what each is called, what may stand in it, and how it is said when
something else does. The grid, the form of one row and the import all read and write cells here."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.risk import LEVELS
from organisation.fields import PersonField, date_field, person_label

LONGEST = 2_000  # characters of a text cell
SHORT = 300  # characters; the sheet asks people to write shortly
NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


class Shape(StrEnum):
    """What sort of cell it is: text on white, numbers in a box of their own, as the sheet has white and orange."""

    TEXT = "text"
    SCORE = "score"
    YES = "yes"
    PERSON = "person"
    DAY = "day"


@dataclass(frozen=True)
class Cell:
    """One column. `group` is the heading above it in the sheet."""

    name: str
    shape: Shape
    label: str | Promise
    help: str | Promise
    group: str | Promise


ASPECT = _lazy("Aspects – conditions and requirements")
THREAT = _lazy("Description of threat")
GRADING = _lazy("Grading 1–5")
MEASURES = _lazy("Measures – risk over 10, or breach of law")
AFTER = _lazy("After measures")
FOLLOW_UP = _lazy("Follow-up")

CELLS: dict[str, Cell] = {
    cell.name: cell
    for cell in (
        Cell(
            "aspect",
            Shape.TEXT,
            _lazy("What must be assessed?"),
            _lazy("The activity, the condition or the requirement that the row is about."),
            ASPECT,
        ),
        Cell(
            "threat",
            Shape.TEXT,
            _lazy("What can happen?"),
            _lazy("What can happen or go wrong, why, and what it leads to. Write shortly."),
            THREAT,
        ),
        Cell(
            "probability",
            Shape.SCORE,
            _lazy("Probability"),
            _lazy("1 hardly ever, 2 seldom, 3 now and then, 4 often, 5 very often."),
            GRADING,
        ),
        Cell(
            "consequence",
            Shape.SCORE,
            _lazy("Consequence"),
            _lazy("1 harmless, 2 small, 3 serious, 4 very serious, 5 disastrous."),
            GRADING,
        ),
        Cell(
            "law_breach",
            Shape.YES,
            _lazy("Breach of law"),
            _lazy("Does it break a law or a regulation? Then a measure is demanded whatever the risk."),
            GRADING,
        ),
        Cell(
            "preventive",
            Shape.TEXT,
            _lazy("Preventive"),
            _lazy("What makes it less likely to happen."),
            MEASURES,
        ),
        Cell(
            "limiting",
            Shape.TEXT,
            _lazy("Damage-limiting"),
            _lazy("What makes the damage smaller if it happens."),
            MEASURES,
        ),
        Cell(
            "responsible",
            Shape.PERSON,
            _lazy("Responsible"),
            _lazy("Who carries out the measure. Empty: who leads the assessment."),
            MEASURES,
        ),
        Cell(
            "deadline",
            Shape.DAY,
            _lazy("Deadline"),
            _lazy("When it must be done. Empty: 14 days for breach of law, 30 for risk from 15, else 90."),
            MEASURES,
        ),
        Cell(
            "residual_probability",
            Shape.SCORE,
            _lazy("Probability after"),
            _lazy("How likely you expect it to be when the measures are done."),
            AFTER,
        ),
        Cell(
            "residual_consequence",
            Shape.SCORE,
            _lazy("Consequence after"),
            _lazy("How serious you expect it to be when the measures are done."),
            AFTER,
        ),
    )
}
TEXTS = tuple(name for name, cell in CELLS.items() if cell.shape == Shape.TEXT)
SCORES = tuple(name for name, cell in CELLS.items() if cell.shape == Shape.SCORE)
_PERSON = PersonField(required=False)
_DAY = date_field("", required=False)
YES = {"ja", "j", "x", "1", "yes", "true"}
NO = {"", "nei", "n", "0", "no", "false", "-"}
_SAID_YES = _lazy("Yes")


def clean(name: str, text: str) -> Any:
    """What the text means in the cell called `name`: text, a number from 1 to 5 or None, yes or no, a person or None,
    a date or None.

    Raises ValidationError that says what may stand there, and KeyError when there is no such cell.
    """
    return _CLEANERS[CELLS[name].shape](text.strip())


def shown(name: str, value: Any) -> str:
    """The value as it stands in the cell: what `clean` would read back."""
    if value in (None, "", False):
        return ""
    match CELLS[name].shape:
        case Shape.YES:
            return str(_SAID_YES)
        case Shape.PERSON:
            return person_label(value)
        case Shape.DAY:
            return value.isoformat()
        case Shape.TEXT:
            return lines(value)
        case _:
            return str(value)


def values(row: Any) -> dict[str, str]:
    """Every cell of the row as it stands."""
    return {name: shown(name, getattr(row, name)) for name in CELLS}


def clean_all(texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """The texts of several cells: what they mean, and the messages of those that mean nothing."""
    understood, errors = {}, {}
    for name, text in texts.items():
        try:
            understood[name] = clean(name, text)
        except ValidationError as refused:
            errors[name] = refused.messages
    return understood, errors


def lines(text: str) -> str:
    """The text with one sort of line break: a form sends another than the grid and a sheet do."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(text: str) -> str:
    text = lines(text)
    if len(text) > LONGEST:
        message = _("The text has %(length)s characters. There is room for %(limit)s: make two rows of it.")
        raise ValidationError(message % {"length": len(text), "limit": LONGEST})
    return text


def _score(text: str) -> int | None:
    if not text:
        return None
    if text.startswith("="):
        raise ValidationError(_("A formula can't stand here. Write the number, from 1 to 5."))
    if text.isascii() and text.isdigit() and len(text) == 1 and int(text) in LEVELS:
        return int(text)
    if not NUMBER.fullmatch(text):
        raise ValidationError(_("Write a number from 1 to 5, not text."))
    if "." in text or "," in text:
        raise ValidationError(_("Write a whole number from 1 to 5, without decimals."))
    raise ValidationError(_("The number must be from 1 to 5."))


def _yes(text: str) -> bool:
    lowered = text.lower()
    if lowered in YES:
        return True
    if lowered in NO:
        return False
    raise ValidationError(_("Write yes or no."))


def _person(text: str) -> Any:
    return _PERSON.clean(text)


def _day(text: str) -> datetime.date | None:
    return _DAY.clean(text)


_CLEANERS = {Shape.TEXT: _text, Shape.SCORE: _score, Shape.YES: _yes, Shape.PERSON: _person, Shape.DAY: _day}

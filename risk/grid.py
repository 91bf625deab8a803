"""Rows of a draft, changed several at a time as in a sheet (S51–S55): what the grid sends, and what comes of it.

Two people never overwrite each other: a cell is written only when it still says what the person saw in it. Every step
may be sent again, when the answer was lost on the way: it then changes nothing.
"""

import json
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from organisation import clock
from organisation.models import User
from risk import cells, checks, content
from risk.models import Assessment, Risk, Threat

MOST_STEPS = 400  # in one call; the grid sends a long paste in several
LONGEST_TYPED = 100_000  # characters of one cell as typed: too long for the form is told at the cell
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # pasted with a text, and seen by nobody

Says = dict[uuid.UUID, dict[str, str]]


class Do(StrEnum):
    """What is done with a row."""

    ADD = "add"
    WRITE = "write"
    REMOVE = "remove"
    RESTORE = "restore"
    MOVE = "move"


@dataclass(frozen=True)
class Step:
    """One thing done with the row `key`. WRITE: `value` in `cell`, where the person saw `was`. ADD and MOVE: `after` is
    the row above, None for first."""

    do: Do
    key: uuid.UUID
    cell: str = ""
    was: str = ""
    value: str = ""
    after: uuid.UUID | None = None


@dataclass
class Outcome:
    """What came of the steps. `rows` are those that were touched, as they are now; `says` is what to put right in each.

    `errors`: what can't stand in a cell. `conflicts`: what somebody else wrote in a cell meanwhile. `gone`: rows that
    somebody else removed. None of these are changed; everything else is saved.
    """

    rows: list[Risk] = field(default_factory=list)
    says: Says = field(default_factory=dict)
    errors: Says = field(default_factory=lambda: defaultdict(dict))
    conflicts: Says = field(default_factory=lambda: defaultdict(dict))
    gone: set[uuid.UUID] = field(default_factory=set)


# What is sent


def read(body: bytes) -> list[Step]:
    """The steps in the body of a call, `{"steps": [{"do": …, "key": …}, …]}`. Raises ValidationError when it is
    something else, or more than there is room for."""
    try:
        sent = json.loads(body)["steps"]
        steps = [_step(one) for one in sent]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise ValidationError(_("What was sent can't be read. Open the page again.")) from wrong
    if len(steps) > MOST_STEPS or any(len(text) > LONGEST_TYPED for one in steps for text in (one.was, one.value)):
        raise ValidationError(_("This is too much at once. Paste a smaller part."))
    return steps


def _step(sent: dict[str, Any]) -> Step:
    after = sent.get("after")
    step = Step(
        do=Do(sent["do"]),
        key=uuid.UUID(sent["key"]),
        cell=sent.get("cell", ""),
        was=_readable(sent.get("was", "")),
        value=_readable(sent.get("value", "")),
        after=uuid.UUID(after) if after else None,
    )
    if step.do == Do.WRITE and step.cell not in cells.CELLS:
        raise ValueError(step.cell)
    return step


def _readable(text: str) -> str:
    return cells.lines(UNREADABLE.sub("", text)).strip()


# What is done


def save(by: User, assessment: Assessment, steps: Iterable[Step]) -> Outcome:
    """Take the steps in their order, in one transaction; each row that changes is saved once, with its history.

    Raises PermissionDenied, and ValidationError when the assessment is locked.
    """
    with assessment.editing(by):
        sheet = _Sheet(assessment)
        for step in steps:
            sheet.take(step)
        sheet.save(by)
    return sheet.outcome()


def add_threats(by: User, assessment: Assessment, threats: Iterable[Threat]) -> list[Risk]:
    """Rows of the library, last in the form; those that are there already are not added again.

    Raises PermissionDenied, and ValidationError when the assessment is locked.
    """
    with assessment.editing(by):
        there = {content.alike(row) for row in assessment.rows.live()}
        new = [threat for threat in threats if content.alike(threat) not in there]
        return [Risk.add(by, assessment, **content.of_threat(threat)) for threat in new]


class _Sheet:
    """Every row of the draft, removed ones too, read and locked at once."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        rows = assessment.rows.select_for_update(of=("self",)).select_related("responsible")
        self.rows = list(rows.order_by("place", "pk"))
        self.by_key = {row.key: row for row in self.rows}
        self.before = says(assessment, self.live)
        self.changed: dict[uuid.UUID, Risk] = {}
        self.touched: set[uuid.UUID] = set()
        self.found = Outcome()
        self.understood: dict[tuple[str, str], Any] = {}

    @property
    def live(self) -> list[Risk]:
        return [row for row in self.rows if row.removed_at is None]

    def take(self, step: Step) -> None:
        self.touched.add(step.key)
        row = self.by_key.get(step.key)
        if step.do == Do.ADD:
            if row is None:
                self._add(step)
        elif row is None or (row.removed_at and step.do in (Do.WRITE, Do.MOVE)):
            self.found.gone.add(step.key)
        elif step.do == Do.WRITE:
            self._write(row, step)
        elif step.do == Do.MOVE:
            self._move(row, step.after)
        else:
            self._set_removed(row, step.do == Do.REMOVE)

    def _add(self, step: Step) -> None:
        row = self.by_key[step.key] = Risk(assessment=self.assessment, key=step.key)
        self._put(row, step.after)

    def _write(self, row: Risk, step: Step) -> None:
        present = cells.shown(step.cell, getattr(row, step.cell))
        try:
            value = self._meaning(step.cell, step.value)
        except ValidationError as refused:
            self.found.errors[row.key][step.cell] = refused.messages[0]
            return
        if cells.shown(step.cell, value) == present:
            return
        if present.strip() != step.was:
            self.found.conflicts[row.key][step.cell] = present
            return
        setattr(row, step.cell, value)
        self.changed[row.key] = row

    def _meaning(self, cell: str, text: str) -> Any:
        asked = (cells.CELLS[cell].shape, text)
        if asked not in self.understood:
            self.understood[asked] = cells.clean(cell, text)
        return self.understood[asked]

    def _move(self, row: Risk, after: uuid.UUID | None) -> None:
        if after != row.key and after != self._above(row):
            self.rows.remove(row)
            self._put(row, after)

    def _above(self, row: Risk) -> uuid.UUID | None:
        live = self.live
        place = live.index(row)
        return live[place - 1].key if place else None

    def _put(self, row: Risk, after: uuid.UUID | None) -> None:
        """Put the row after another one; last when that one was never here, first when none is named."""
        above = self.by_key.get(after) if after else None
        index = self.rows.index(above) + 1 if above else (len(self.rows) if after else 0)
        self.rows.insert(index, row)
        self.changed[row.key] = row
        lower = self.rows[index - 1].place if index else None
        upper = self.rows[index + 1].place if index + 1 < len(self.rows) else None
        row.place = _between(lower, upper)
        if row.place in (lower, upper):
            self._spread()

    def _spread(self) -> None:
        for place, row in enumerate(self.rows, 1):
            if row.place != place:
                row.place = float(place)
                self.changed[row.key] = row

    def _set_removed(self, row: Risk, removed: bool) -> None:
        if bool(row.removed_at) != removed:
            row.removed_at = clock.now() if removed else None
            self.changed[row.key] = row

    def save(self, by: User) -> None:
        new = [row.key for row in self.changed.values() if row.pk is None]
        if new and Risk.objects.filter(key__in=new).exists():
            raise ValidationError(_("What was sent can't be read. Open the page again."))
        for row in self.changed.values():
            row.version += bool(row.pk)
            row.save_by(by)

    def outcome(self) -> Outcome:
        """The rows that were touched, and those that have something else to say because of it."""
        now = says(self.assessment, self.live)
        self.touched |= {key for key in self.before.keys() | now.keys() if self.before.get(key) != now.get(key)}
        self.found.rows = [row for row in self.rows if row.key in self.touched]
        self.found.says = {row.key: now.get(row.key, {}) for row in self.found.rows}
        return self.found


def _between(lower: float | None, upper: float | None) -> float:
    if lower is None:
        return 1.0 if upper is None else upper - 1
    return lower + 1 if upper is None else (lower + upper) / 2


# What there is


def says(assessment: Assessment, rows: list[Risk]) -> Says:
    """What to put right, for each row and cell. A row where nothing is filled in yet is left in peace."""
    begun = {row.key for row in rows if not row.is_empty}
    found: Says = defaultdict(dict)
    for check in checks.of(assessment, rows):
        if check.risk and check.cell and check.risk.key in begun:
            found[check.risk.key].setdefault(check.cell, check.text)
    return found


def newest(assessment: Assessment) -> int:
    """The number of the newest change of any row, 0 when there is none."""
    return Risk.history.filter(assessment=assessment).aggregate(newest=Max("history_id"))["newest"] or 0


def changed_since(assessment: Assessment, number: int) -> set[uuid.UUID]:
    """The rows that have changed after the change with that number."""
    return set(Risk.history.filter(assessment=assessment, history_id__gt=number).values_list("key", flat=True))

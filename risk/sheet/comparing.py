"""A sheet that comes back, beside the draft it was made from: what differs, cell by cell, and what others have written
in the draft since."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from risk import cells
from risk.sheet.proposal import in_words

if TYPE_CHECKING:
    from risk.models import Risk
    from risk.sheet.proposal import ProposedRow


@dataclass(frozen=True)
class Difference:
    """A cell of the draft that is otherwise in the file. `is_newer`: somebody has changed it in the draft after the
    file was made, so both are shown and the draft's stands unless the person says otherwise."""

    row: "Risk"
    name: str
    now: str
    sent: str
    value: Any
    is_newer: bool

    @property
    def field(self) -> str:
        return f"bytt-{self.row.key}-{self.name}"

    @property
    def now_in_words(self) -> str:
        return in_words(self.name, getattr(self.row, self.name))

    @property
    def sent_in_words(self) -> str:
        return in_words(self.name, self.value)

    @property
    def label(self) -> str:
        return str(cells.CELLS[self.name].label)


@dataclass(frozen=True)
class Comparison:
    """`missing` are rows of the draft that the file lacks: they stay. `removed` are rows of the file that somebody has
    removed from the draft: they stay out."""

    differences: list[Difference]
    new: "list[ProposedRow]"
    missing: "list[Risk]"
    removed: "list[ProposedRow]"

    @property
    def is_empty(self) -> bool:
        return not (self.differences or self.new)


def compare(
    draft: "Iterable[Risk]", proposed: "Iterable[ProposedRow]", memory: Mapping[str, Mapping[str, str]]
) -> Comparison:
    """The file's rows beside all rows of the draft, those removed from it too. `memory` is what stood in each cell when
    the file was made, by the row's key."""
    by_key = {str(row.key): row for row in draft}
    proposed = [row for row in proposed if not row.is_left_out]
    result = Comparison([], [], [], [])
    for sent in proposed:
        row = by_key.get(sent.key)
        if row is None:
            result.new.append(sent)
        elif row.removed_at:
            result.removed.append(sent)
        else:
            result.differences.extend(_differences(row, sent, memory.get(sent.key, {})))
    there = {row.key for row in proposed}
    result.missing.extend(row for key, row in by_key.items() if key not in there and not row.removed_at)
    return result


def _differences(row: "Risk", sent: "ProposedRow", memory: Mapping[str, str]) -> Iterable[Difference]:
    for name, cell in sent.cells.items():
        now, text = _same_form(cells.shown(name, getattr(row, name))), _same_form(cells.shown(name, cell.value))
        before = _same_form(_as_shown_now(name, memory[name])) if name in memory else None
        if text not in (now, before):
            yield Difference(row, name, now, text, cell.value, is_newer=now != before)


def _as_shown_now(name: str, text: str) -> str:
    """Yes and no in the language of today's reader."""
    shape = cells.CELLS[name].shape
    return cells.shown(name, text.lower() in cells.YES) if shape == cells.Shape.YES else text


def _same_form(text: str) -> str:
    """Without what a spreadsheet changes by itself."""
    return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").strip().split("\n"))

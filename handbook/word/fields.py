"""Fields of Word: what is worked out or filled in, between its marks in the text."""

from dataclasses import dataclass
from typing import Any

from .styles import W, is_on, val

CHAR = W + "fldChar"
POINTING = {"REF", "PAGEREF", "NOTEREF"}
# What shows nothing: entries for an index, and boxes whose state is taken when the field begins.
SILENT = {"", "XE", "TC", "TA", "RD", "SET", "FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT"}


@dataclass
class Field:
    """What a field does, and whether its result has begun."""

    instruction: str = ""
    in_result: bool = False

    @property
    def kind(self) -> str:
        return self.instruction.strip().partition(" ")[0].upper()

    @property
    def link(self) -> str:
        """The address outside the file that it leads to."""
        rest = self.instruction.strip().partition(" ")[2].strip()
        return rest.strip('"').split('"')[0] if self.kind == "HYPERLINK" and "\\l" not in rest else ""

    @property
    def leads_within(self) -> bool:
        """Whether it leads to another place in the same file."""
        return self.kind in POINTING or (self.kind == "HYPERLINK" and "\\l" in self.instruction)

    @property
    def is_contents(self) -> bool:
        return self.kind == "TOC"

    @property
    def is_lost(self) -> bool:
        """Whether it shows something that stands nowhere as text."""
        return not self.in_result and self.kind not in SILENT


def filled_in(mark: Any) -> tuple[str, list[str]]:
    """(what is shown, what could be chosen) of a tick box or a list of choices."""
    data = mark.find(W + "ffData")
    box, chosen = (data.find(W + name) if data is not None else None for name in ("checkBox", "ddList"))
    if box is not None:
        ticked = is_on(box, "checked")
        return "☒" if (is_on(box, "default") if ticked is None else ticked) else "☐", []
    if chosen is None:
        return "", []
    choices = [entry.get(W + "val") or "" for entry in chosen.iter(W + "listEntry")]
    place = val(chosen, "result") or val(chosen, "default") or "0"
    return choices[int(place)] if place.isdecimal() and int(place) < len(choices) else "", choices


def are_unfinished(root: Any, deleted: set[str]) -> bool:
    """Whether a field is never closed: then nothing says where the text goes on."""
    kinds = [
        mark.get(W + "fldCharType")
        for mark in root.iter(CHAR)
        if not any(parent.tag in deleted for parent in mark.iterancestors())
    ]
    return kinds.count("begin") != kinds.count("end")

"""Blocks that Word has no shape for: a process drawing is a picture there, a quiz its questions without the
answers, live figures only their name.

What comes back is looked up in the edition that the file was made from, under the mark of its content
control. So no file carries the answers, and none can bring a drawing that the editor would refuse.
"""

from typing import Any

from django.core.exceptions import ValidationError

from handbook.blocks import BodyBlock

KINDS = ("drawing", "quiz", "dashboard")
Originals = dict[str, dict[str, Any]]


class Refused(Exception):
    """The editor would not take the block as it was changed in Word."""


def originals_of(body: list[dict[str, Any]]) -> Originals:
    """mark → value, for the blocks of these kinds in a stored body."""
    marked = ((mark_of(place, block["type"]), block["value"]) for place, block in enumerate(body))
    return {mark: plain_lists(value) for mark, value in marked if mark}


def mark_of(place: int, kind: str) -> str:
    """The mark of the block at a place; empty for blocks that Word has a shape for."""
    return f"{kind}:{place}" if kind in KINDS else ""


def checked(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """The value as it is stored. Raises `Refused`."""
    block = BodyBlock().child_blocks[kind]
    stored = block.to_python(value)
    try:
        block.clean(stored)
    except ValidationError as error:
        raise Refused from error
    return plain_lists(block.get_prep_value(stored))


def plain_lists(value: Any) -> Any:
    """Wagtail's stored value with plain lists for its lists of items."""
    if isinstance(value, list):
        return [plain_lists(item) for item in value]
    if isinstance(value, dict):
        is_item = value.get("type") == "item" and "value" in value
        return plain_lists(value["value"]) if is_item else {name: plain_lists(item) for name, item in value.items()}
    return value

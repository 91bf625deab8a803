"""What Word has no shape for, kept beside the text in a part of the file's own that Word leaves alone.

A process drawing is a picture in Word, and a quiz its questions without the answers: the block they came
from lies here, under the mark of its content control. What comes back is checked as the editor's own would be.
"""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from lxml import etree

from handbook.blocks import BodyBlock

from .package import Package, Unreadable

NAMESPACE = "urn:felles:originals"
KINDS = ("drawing", "quiz")


class NotKept(Exception):
    """The block isn't there, or is none that the editor would accept."""


def part_of(originals: dict[str, Any]) -> bytes:
    """The part: each block under its mark."""
    root = etree.Element(f"{{{NAMESPACE}}}originals", nsmap={None: NAMESPACE})
    for mark, value in originals.items():
        element = etree.SubElement(root, f"{{{NAMESPACE}}}original", mark=mark)
        element.text = json.dumps(plain_lists(value), ensure_ascii=False)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def kept_in(package: Package) -> dict[str, str]:
    """What the file keeps: mark → JSON. Other programs' parts of the kind, and broken ones, are passed by."""
    found: dict[str, str] = {}
    for part in package.parts("customXml"):
        try:
            root = package.xml(part)
        except Unreadable:
            continue
        elements: Iterable[Any] = root.iter(f"{{{NAMESPACE}}}original")
        found |= {element.get("mark") or "": element.text or "" for element in elements}
    return found


def original(kept: dict[str, str], mark: str) -> dict[str, Any]:
    """The value of the block behind a mark. Raises `NotKept`."""
    try:
        value = json.loads(kept[mark])
    except (KeyError, ValueError, RecursionError) as error:
        raise NotKept from error
    if not isinstance(value, dict):
        raise NotKept
    return value


def checked(kind: str, value: dict[str, Any]) -> dict[str, Any]:
    """The value as it is stored. Raises `NotKept` when the editor would refuse it."""
    block = BodyBlock().child_blocks[kind]
    try:
        stored = block.to_python(value)
        cleaned = block.clean(stored)
        if _trimmed(block.get_prep_value(cleaned)) != _trimmed(block.get_prep_value(stored)):
            raise NotKept
    except (ValidationError, TypeError, ValueError, KeyError, AttributeError) as error:
        raise NotKept from error
    return plain_lists(block.get_prep_value(stored))


def _trimmed(value: Any) -> Any:
    """The value as a form would take it: without ids, and without space around texts."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, dict):
        return {name: _trimmed(item) for name, item in plain_lists(value).items()}
    return [_trimmed(plain_lists(item)) for item in value] if isinstance(value, list) else value


def plain_lists(value: Any) -> Any:
    """Wagtail's stored value with plain lists for its lists of items."""
    if isinstance(value, list):
        return [plain_lists(item) for item in value]
    if isinstance(value, dict):
        is_item = value.get("type") == "item" and "value" in value
        return plain_lists(value["value"]) if is_item else {name: plain_lists(item) for name, item in value.items()}
    return value

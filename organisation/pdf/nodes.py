"""The parts of a printed sheet, as `template.typ` sets them: headings, paragraphs, tables."""

from collections.abc import Sequence
from typing import Any

Node = dict[str, Any]


def heading(text: str) -> Node:
    """A heading below the title of the sheet."""
    return {"t": "h", "level": 2, "c": [text]}


def paragraph(text: str) -> Node:
    return {"t": "p", "c": [text]}


def paragraphs(text: str) -> list[Node]:
    """A paragraph for each line that says something."""
    return [paragraph(line) for line in text.splitlines() if line.strip()]


def table(head: Sequence[str], rows: Sequence[Sequence[Any]], widths: Sequence[int], caption: str = "") -> Node:
    """A table. What is no cell yet becomes one; `widths` are parts of the whole."""
    return {
        "t": "table",
        "widths": list(widths),
        "caption": [caption] if caption else [],
        "head": [[cell(text) for text in head]],
        "body": [[value if isinstance(value, dict) else cell(value) for value in row] for row in rows],
    }


def cell(value: Any, *, tone: str = "", is_head: bool = False) -> Node:
    """A cell with text; `tone` green, yellow or red behind it."""
    return {"c": paragraphs(str(value)), "colspan": 1, "rowspan": 1, "head": is_head, "tone": tone}


def beside(*parts: list[Node]) -> Node:
    """Parts side by side, as wide as each other."""
    return {"t": "beside", "c": list(parts)}

"""Process drawings inside a page (G12): from lines of text or a BPMN file to a picture and to words.

Pure: no database. `read` makes a `Flow`, `picture` draws it as SVG, `in_words` says the same as a list
for those who don't see it; `parts` cuts it for paper.
"""

from .bpmn import from_bpmn
from .flow import Flow, Node, NotUnderstood, Way
from .picture import picture
from .sheets import LYING, UPRIGHT, Sheet, is_wide, parts
from .text import from_text

__all__ = [
    "LYING",
    "UPRIGHT",
    "Flow",
    "Node",
    "NotUnderstood",
    "Sheet",
    "Way",
    "from_bpmn",
    "from_text",
    "is_wide",
    "parts",
    "picture",
    "read",
]


def read(source: str) -> Flow:
    """The flow that a text or a BPMN file describes. Raises `NotUnderstood`, whose message says
    where and what to do."""
    return from_bpmn(source) if source.lstrip().startswith("<") else from_text(source)

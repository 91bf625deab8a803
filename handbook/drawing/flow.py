"""What a process drawing is: numbered nodes in lanes, and the ways between them."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _

MOST_NODES = 60
MOST_LANES = 8
LONGEST_TEXT = 90


class NotUnderstood(ValueError):
    """The source can't be drawn; the message is for the editor."""


class Shape(StrEnum):
    """How a node looks and what it is."""

    TASK = "task"
    DECISION = "decision"


@dataclass(frozen=True)
class Node:
    """Something that is done or decided. Numbered from 1 in the order it is read."""

    number: int
    text: str
    lane: str = ""
    shape: Shape = Shape.TASK


@dataclass(frozen=True)
class Way:
    """From one node to another; `target` None is the end."""

    source: int
    target: int | None
    label: str = ""


@dataclass
class Flow:
    """A whole process. `left_out` names what the source held and the drawing doesn't show."""

    nodes: list[Node] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def lanes(self) -> list[str]:
        """Who takes part, in the order they enter."""
        return list(dict.fromkeys(node.lane for node in self.nodes))

    def ways_from(self, node: Node) -> list[Way]:
        return [way for way in self.ways if way.source == node.number]

    def checked(self) -> "Flow":
        """The flow itself. Raises `NotUnderstood` when it is empty or too large to be read as one picture."""
        if not self.nodes:
            raise NotUnderstood(_("Write at least one step."))
        if len(self.nodes) > MOST_NODES:
            raise NotUnderstood(
                _("%(n)s steps are too many for one drawing. Split it: the limit is %(most)s.")
                % {"n": len(self.nodes), "most": MOST_NODES}
            )
        if len(self.lanes) > MOST_LANES:
            raise NotUnderstood(
                _("%(n)s roles are too many for one drawing. The limit is %(most)s.")
                % {"n": len(self.lanes), "most": MOST_LANES}
            )
        for node in self.nodes:
            if len(node.text) > LONGEST_TEXT:
                raise NotUnderstood(
                    _("Step %(n)s is too long. Use at most %(most)s characters, and put the rest in the text.")
                    % {"n": node.number, "most": LONGEST_TEXT}
                )
        return self

    def in_words(self) -> list[str]:
        """The drawing as sentences, one for each node in order: the item number in the list is the
        node's number."""
        return [self._sentence(node) for node in self.nodes]

    def _sentence(self, node: Node) -> str:
        what = f"{node.lane}: {node.text}" if node.lane else node.text
        ways = [self._way_on(way) for way in self.ways_from(node) if way.label or way.target != node.number + 1]
        said = what if what.endswith((".", "?", "!")) else f"{what}."
        return " ".join([said, *ways])

    def _way_on(self, way: Way) -> str:
        if way.target is None:
            return _("%(label)s: the end.") % {"label": way.label} if way.label else _("The end.")
        if way.label:
            return _("%(label)s: go to %(n)s.") % {"label": way.label, "n": way.target}
        return _("Go to %(n)s.") % {"n": way.target}

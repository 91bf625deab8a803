"""A drawing from lines of text, the way people sketch one:

    Ansatt: Meld fra
    Leder: Er det alvorlig?
      Ja -> Rådmann: Følg opp
      Nei -> Leder: Finn årsaken
        Leder: Sett tiltak
    Leder: Lukk saken

"Who: what", one step a line; a line that ends with "?" is a decision, and the lines indented under it
are its ways out ("answer -> step", "answer -> steg 2", "answer -> slutt"). What stands deeper under a
way belongs to it; after the ways the flow comes together on the next line.
"""

import re
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from .flow import Flow, Node, NotUnderstood, Shape, Way

ARROW = re.compile(r"\s*(?:->|→)\s*")
JUMP = re.compile(r"(?:steg|step)\s+(\d+)\.?$", re.IGNORECASE)
END = re.compile(r"(?:slutt|end)\.?$", re.IGNORECASE)


@dataclass
class Line:
    """A line of the source with what is indented under it."""

    place: int
    indent: int
    text: str
    below: list["Line"] = field(default_factory=list)


def from_text(source: str) -> Flow:
    """Read the lines. Raises `NotUnderstood` with the number of the line that is wrong."""
    reader = _Reader()
    loose = reader.sequence(_nested(source), [])
    reader.flow.ways += [Way(number, None, label) for number, label in loose]
    for way in reader.flow.ways:
        if way.target is not None and not 1 <= way.target <= len(reader.flow.nodes):
            raise NotUnderstood(_("There is no step %(n)s to go to.") % {"n": way.target})
    return reader.flow.checked()


def _nested(source: str) -> list[Line]:
    top = Line(0, -1, "")
    open_lines = [top]
    for place, raw in enumerate(source.expandtabs(4).splitlines(), 1):
        text = raw.strip()
        if not text:
            continue
        line = Line(place, len(raw) - len(raw.lstrip()), text)
        while open_lines[-1].indent >= line.indent:
            open_lines.pop()
        open_lines[-1].below.append(line)
        open_lines.append(line)
    return top.below


# The ends that wait for the next step: (node number, label of the way).
Loose = list[tuple[int, str]]


class _Reader:
    def __init__(self) -> None:
        self.flow = Flow()

    def sequence(self, lines: list[Line], loose: Loose) -> Loose:
        """Read steps one after the other; returns the ends that are still loose."""
        for line in lines:
            loose = self.step(line, line.text, line.below, loose)
        return loose

    def step(self, line: Line, text: str, below: list[Line], loose: Loose) -> Loose:
        node = self.node(line, text)
        self.flow.ways += [Way(number, node.number, label) for number, label in loose]
        if node.shape == Shape.TASK:
            if below:
                raise NotUnderstood(
                    _("Line %(n)s: only a question (a line that ends with “?”) has lines indented under it.")
                    % {"n": below[0].place}
                )
            return [(node.number, "")]
        if not below:
            raise NotUnderstood(
                _("Line %(n)s: write the answers to the question indented on the next lines, as “Yes -> …”.")
                % {"n": line.place}
            )
        return [end for way in below for end in self.way(way, node)]

    def way(self, line: Line, decision: Node) -> Loose:
        """One way out of a decision: an end, a jump to another step, or steps of its own."""
        label, *rest = ARROW.split(line.text, maxsplit=1)
        target = rest[0] if rest else ""
        if not (label and target):
            raise NotUnderstood(
                _("Line %(n)s: write the answer, an arrow and the step: “Yes -> …”.") % {"n": line.place}
            )
        if END.match(target):
            self.flow.ways.append(Way(decision.number, None, label))
            return []
        if jump := JUMP.match(target):
            self.flow.ways.append(Way(decision.number, int(jump[1]), label))
            return []
        if target.endswith("?"):
            return self.step(line, target, line.below, [(decision.number, label)])
        return self.sequence(line.below, self.step(line, target, [], [(decision.number, label)]))

    def node(self, line: Line, text: str) -> Node:
        who, colon, what = text.partition(":")
        lane, said = (who.strip(), what.strip()) if colon else (self._lane_before(), text)
        if not said:
            raise NotUnderstood(_("Line %(n)s: write what is done after the colon.") % {"n": line.place})
        shape = Shape.DECISION if said.endswith("?") else Shape.TASK
        node = Node(len(self.flow.nodes) + 1, said, lane, shape)
        self.flow.nodes.append(node)
        return node

    def _lane_before(self) -> str:
        return self.flow.nodes[-1].lane if self.flow.nodes else ""

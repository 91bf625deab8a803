"""What a paragraph is in Word: heading, list item or plain, by its style and numbering."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from .package import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "off")
COUNT = re.compile(r"%\d")
WORD = re.compile(r"[^\W\d_]{2,}")
DEEPEST = 20  # styles may point at each other in a ring


def val(element: Any, path: str) -> str | None:
    """The w:val of the element at a path of w: names, or None."""
    found = element.find("/".join(W + name for name in path.split("/"))) if element is not None else None
    return None if found is None else found.get(W + "val", "")


def is_on(properties: Any, name: str) -> bool | None:
    """Whether a property such as bold is on; None when nothing is said."""
    value = val(properties, name)
    return None if value is None else value not in OFF


@dataclass(frozen=True)
class Level:
    """How one level of a list is counted: the kind of number, the first one, and how it is written ("§ %1")."""

    kind: str = "bullet"
    start: str = "1"
    text: str = ""

    @property
    def words(self) -> str:
        """The words that Word writes before each point, besides its number."""
        return " ".join(WORD.findall(COUNT.sub(" ", self.text))) if self.kind != "bullet" else ""


@dataclass(frozen=True)
class Numbering:
    """A list item's place: which list, how deep, how counted."""

    list_id: str
    level: int
    counted: Level

    @property
    def ordered(self) -> bool:
        return self.counted.kind != "bullet"


class Styles:
    """The styles and lists of a file."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.by_id = {style.get(W + "styleId"): style for style in self._elements("styles", "style")}

    def _elements(self, part: str, name: str) -> list[Any]:
        names = self.package.parts(part)
        return list(self.package.xml(names[0]).iter(W + name)) if names else []

    def chain(self, style_id: str | None) -> list[Any]:
        """The style and those it is based on."""
        chain: list[Any] = []
        while style_id in self.by_id and len(chain) < DEEPEST:
            chain.append(self.by_id[style_id])
            style_id = val(chain[-1], "basedOn")
        return chain

    def names(self, style_id: str | None) -> list[str]:
        """The names of the style and of those it is based on. Word in Norwegian has "Overskrift1" as
        id and "heading 1" as name."""
        return [(val(style, "name") or "").lower() for style in self.chain(style_id)]

    def heading_level(self, properties: Any) -> int:
        """1 to 9 for a heading, else 0."""
        chain = self.chain(val(properties, "pStyle"))
        for style in chain:
            name = (val(style, "name") or "").lower()
            if name.startswith("heading ") and name[8:].isdecimal():
                return int(name[8:])
        levels = [val(properties, "outlineLvl"), *(val(style, "pPr/outlineLvl") for style in chain)]
        level = next((level for level in levels if level is not None), "9")
        return int(level) + 1 if level.isdecimal() and int(level) < 9 else 0

    def numbering(self, properties: Any) -> Numbering | None:
        """The list the paragraph belongs to, by itself or by its style; None for no list."""
        num_id = level = None
        for source in [properties, *(s.find(W + "pPr") for s in self.chain(val(properties, "pStyle")))]:
            num_id = num_id if num_id is not None else val(source, "numPr/numId")
            level = level if level is not None else val(source, "numPr/ilvl")
        if not num_id or num_id == "0":
            return None
        depth = int(level) if level and level.isdecimal() else 0
        counted = self.lists.get(num_id, {}).get(depth, Level())
        return None if counted.kind == "none" else Numbering(num_id, depth, counted)

    @cached_property
    def lists(self) -> dict[str, dict[int, Level]]:
        """How each level of each list is counted."""
        abstract = {e.get(W + "abstractNumId"): _levels(e) for e in self._elements("numbering", "abstractNum")}
        result = {}
        for num in self._elements("numbering", "num"):
            levels = {**abstract.get(val(num, "abstractNumId"), {})}
            for override in num.iter(W + "lvlOverride"):
                levels |= _levels(override)
                depth, start = override.get(W + "ilvl") or "", val(override, "startOverride")
                if start and depth.isdecimal() and int(depth) in levels:
                    levels[int(depth)] = replace(levels[int(depth)], start=start)
            result[num.get(W + "numId")] = levels
        return result

    def look(self, properties: Any, paragraph: Any, name: str) -> bool:
        """Whether a run is bold ("b"), italic ("i") or hidden ("vanish"), by itself or by a style."""
        styles = [*self.chain(val(properties, "rStyle")), *self.chain(val(paragraph, "pStyle"))]
        for source in [properties, *(style.find(W + "rPr") for style in styles)]:
            on = is_on(source, name)
            if on is not None:
                return on
        return False


def _levels(element: Any) -> dict[int, Level]:
    return {
        int(level.get(W + "ilvl")): Level(
            val(level, "numFmt") or "decimal", val(level, "start") or "1", val(level, "lvlText") or ""
        )
        for level in element.iter(W + "lvl")
        if (level.get(W + "ilvl") or "").isdecimal()
    }

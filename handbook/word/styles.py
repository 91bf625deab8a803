"""What a paragraph is in Word: heading, list item or plain, by its style and numbering."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .package import Package

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "off")
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
class Numbering:
    """A list item's place: which list, how deep, numbered or not."""

    list_id: str
    level: int
    ordered: bool


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
        kind = self.formats.get(num_id, {}).get(depth, "bullet")
        return None if kind == "none" else Numbering(num_id, depth, kind != "bullet")

    @cached_property
    def formats(self) -> dict[str, dict[int, str]]:
        """What each level of each list is numbered by."""
        abstract = {e.get(W + "abstractNumId"): _levels(e) for e in self._elements("numbering", "abstractNum")}
        result = {}
        for num in self._elements("numbering", "num"):
            own = {level: kind for o in num.iter(W + "lvlOverride") for level, kind in _levels(o).items()}
            result[num.get(W + "numId")] = {**abstract.get(val(num, "abstractNumId"), {}), **own}
        return result

    def look(self, properties: Any, name: str) -> bool:
        """Whether a run is bold ("b") or italic ("i"), by itself or by its character style."""
        for source in [properties, *(s.find(W + "rPr") for s in self.chain(val(properties, "rStyle")))]:
            on = is_on(source, name)
            if on is not None:
                return on
        return False


def _levels(element: Any) -> dict[int, str]:
    return {
        int(level.get(W + "ilvl")): val(level, "numFmt") or "decimal"
        for level in element.iter(W + "lvl")
        if (level.get(W + "ilvl") or "").isdecimal()
    }

"""From the stored HTML of an edition to a tree of plain values that the template can set (G10).

A block is a dict with `t` for its type, an inline is a string or such a dict. What the parser does not
know is set as its text: nothing that was approved is lost.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeGuard
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Comment, NavigableString, Tag

from handbook.blocks import TONES

Node = dict[str, Any]
Inline = str | Node

STYLES = {
    "b": "b", "strong": "b", "th": "b", "i": "i", "em": "i", "cite": "i", "u": "u", "ins": "u",
    "s": "s", "del": "s", "sub": "sub", "sup": "sup", "code": "code", "kbd": "code", "samp": "code",
}  # fmt: skip
HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
WRAPPERS = {
    "div", "section", "article", "header", "footer", "main", "aside", "nav", "details", "summary", "body", "html",
    "form", "fieldset", "blockquote", "address", "center", "hgroup",
}  # fmt: skip
BLOCKS = {
    "p", "ul", "ol", "dl", "table", "figure", "img", "pre", "hr", "li", "tr", "td", "th", "dt", "dd", "caption",
    "figcaption", *HEADINGS, *WRAPPERS,
}  # fmt: skip
DROPPED = {"script", "style", "template", "noscript", "head", "iframe", "object"}


@dataclass(frozen=True)
class Drawing:
    """The files of a process drawing, one for each part of it, and whether the sheets lie down for them."""

    names: list[str | None]
    is_wide: bool = False


@dataclass
class Reading:
    """One edition being read: where its links lead, where its pictures are, what it has used.

    `picture` gives the name of the file for an address, or None; `drawing` those of the parts of an SVG. `jumps` gives the label of a document that is in the same PDF, by document id.
    """

    prefix: str
    base_url: str
    picture: Callable[[str], str | None]
    drawing: Callable[[str], Drawing] = lambda _svg: Drawing([None])
    jumps: dict[str, str] = field(default_factory=dict)
    top: int = 1
    level: int = field(init=False)
    anchors: set[str] = field(init=False, default_factory=set)
    labels: set[str] = field(init=False, default_factory=set)

    def __post_init__(self) -> None:
        self.level = self.top

    def tree(self, html: str) -> list[Node]:
        """The blocks of the HTML."""
        soup = BeautifulSoup(html, "html.parser")
        for unwanted in soup.find_all(DROPPED):
            unwanted.decompose()
        for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
            comment.extract()
        self.anchors = {str(tag["id"]) for tag in soup.find_all(id=True)}
        found: list[Node] = with_their_headings(self.blocks(soup))
        return without_dead_jumps(found, {*self.labels, *self.jumps.values()})

    def blocks(self, parent: Tag) -> list[Node]:
        """The blocks inside an element. Text and inlines that stand between blocks become paragraphs."""
        found: list[Node] = []
        loose: list[Any] = []
        for child in parent.children:
            if is_block(child):
                found += self.paragraph(loose)
                loose = []
                found += self.block(child)
            else:
                loose.append(child)
        return found + self.paragraph(loose)

    def paragraph(self, children: list[Any], kind: str = "p") -> list[Node]:
        words = tidy([inline for child in children for inline in self.inline(child)])
        if len(words) == 1 and isinstance(words[0], dict) and words[0]["t"] == "meta":
            return [{"t": "who", "c": words[0]["c"]}]
        return [{"t": kind, "c": words}] if words else []

    def block(self, tag: Tag) -> list[Node]:
        """What one block element becomes; a wrapper and an unknown element become what is in them."""
        maker = {
            "p": self.plain, "pre": self.preformatted, "ul": self.items, "ol": self.items, "dl": self.definitions,
            "table": self.table, "figure": self.figure, "img": self.figure, "hr": lambda _tag: [{"t": "rule"}],
        }.get(tag.name)  # fmt: skip
        if tag.name in HEADINGS:
            maker = self.heading
        elif "callout" in classes(tag):
            maker = self.callout
        found = maker(tag) if maker else self.blocks(tag)
        label = self.label(str(tag.get("id", "")))
        if found and tag.get("id") and "id" not in found[0] and label not in self.labels:
            found[0]["id"] = label
            self.labels.add(label)
        return found

    def label(self, anchor: str) -> str:
        return f"{self.prefix}-{anchor}"

    def plain(self, tag: Tag) -> list[Node]:
        if holds_blocks(tag):
            return [node for child in tag.children for node in self.loose(child)]
        return self.paragraph(list(tag.children), "who" if "who" in classes(tag) else "p")

    def loose(self, child: Any) -> list[Node]:
        return self.block(child) if is_block(child) else self.paragraph([child])

    def preformatted(self, tag: Tag) -> list[Node]:
        return [{"t": "pre", "c": tag.get_text()}]

    def heading(self, tag: Tag) -> list[Node]:
        """A heading one level below the last at most: a skipped level is an error in PDF/UA."""
        words = tidy([inline for child in tag.children for inline in self.inline(child)])
        if not words:
            return []
        self.level = min(self.top + HEADINGS[tag.name] - 1, self.level + 1)
        return [{"t": "h", "level": self.level, "c": words}]

    def callout(self, tag: Tag) -> list[Node]:
        """The tone in words first: colour says nothing on a black and white printer."""
        tone = next((name for name in TONES if f"callout--{name}" in classes(tag)), "info")
        return [{"t": "callout", "tone": tone, "word": str(TONES[tone]), "c": self.blocks(tag)}]

    def items(self, tag: Tag) -> list[Node]:
        """A list; steps and checklists by their class. Anything between the items is an item of its own."""
        rows = [
            self.blocks(child) if isinstance(child, Tag) and child.name == "li" else self.loose(child)
            for child in tag.children
        ]
        kind = next((name for name in ("steps", "checklist") if name in classes(tag)), tag.name)
        start = str(tag.get("start", "1"))
        number = int(start) if start.isdecimal() else 1
        rows = [row for row in rows if row]
        return [{"t": kind, "start": number, "items": rows}] if rows else []

    def definitions(self, tag: Tag) -> list[Node]:
        rows: list[Node] = []
        for child in tag.find_all(["dt", "dd"]):
            if child.name == "dt" or not rows:
                rows.append({"term": [], "c": []})
            if child.name == "dt":
                rows[-1]["term"] = tidy([inline for part in child.children for inline in self.inline(part)])
            else:
                rows[-1]["c"] += self.blocks(child)
        return [{"t": "dl", "items": rows}] if rows else []

    def table(self, tag: Tag) -> list[Node]:
        """A table with its header rows apart, so that they are repeated on every page it covers."""
        rows = [row for row in tag.find_all("tr") if row.find_parent("table") is tag]
        cells = [list(row.find_all(["td", "th"], recursive=False)) for row in rows]
        columns = max((sum(span(cell, "colspan") for cell in row) for row in cells), default=0)
        if not columns:
            return self.paragraph(list(tag.children))
        head = 0
        while head < len(rows) and (rows[head].find_parent("thead") or all(c.name == "th" for c in cells[head])):
            head += 1
        caption = tag.find("caption")
        node: Node = {
            "t": "table",
            "caption": tidy(list(self.inline_children(caption))) if caption else [],
            "widths": widths(cells, columns),
            "head": [[self.cell(cell) for cell in row] for row in cells[:head]],
            "body": [[self.cell(cell) for cell in row] for row in cells[head:]],
        }
        return [node]

    def cell(self, tag: Tag) -> Node:
        return {
            "c": self.blocks(tag), "colspan": span(tag, "colspan"), "rowspan": span(tag, "rowspan"),
            "head": tag.name == "th",
        }  # fmt: skip

    def figure(self, tag: Tag) -> list[Node]:
        """Pictures with their caption. A picture that is not in our own storage is its description, in a frame."""
        if tag.find("svg"):
            return self.drawn(tag)
        pictures = [tag] if tag.name == "img" else tag.find_all("img")
        caption = tag.find("figcaption")
        if not pictures:
            return self.blocks(tag)
        words = tidy(list(self.inline_children(caption))) if caption else []
        found: list[Node] = []
        for picture in pictures:
            found.append({
                "t": "figure", "src": self.picture(str(picture.get("src", ""))),
                "alt": " ".join(str(picture.get("alt", "")).split()), "caption": [],
            })  # fmt: skip
        found[-1]["caption"] = words
        return found

    def drawn(self, tag: Tag) -> list[Node]:
        """A process drawing (G12): the picture, then the same in words, for those who don't see it."""
        found: list[Node] = []
        for svg in tag.find_all("svg"):
            alt = " ".join(str(svg.get("aria-label", "")).split())
            made = self.drawing(str(svg))
            figures: list[Node] = [{"t": "figure", "src": name, "alt": alt, "caption": []} for name in made.names]
            found += [{"t": "lying", "c": figures}] if made.is_wide else figures
            svg.decompose()
        return found + self.blocks(tag)

    def inline_children(self, tag: Tag) -> Iterator[Inline]:
        for child in tag.children:
            yield from self.inline(child)

    def inline(self, node: Any) -> Iterator[Inline]:
        """Text with its styles and links; an unknown element is what is in it."""
        if isinstance(node, NavigableString):
            yield str(node)
        elif node.name == "br":
            yield {"t": "br"}
        elif node.name == "img":
            yield str(node.get("alt", ""))
        elif node.name == "a" and node.get("href"):
            yield self.link(str(node["href"]), list(self.inline_children(node)))
        elif node.name in STYLES:
            yield {"t": STYLES[node.name], "c": list(self.inline_children(node))}
        elif classes(node) & {"meta", "who"}:
            yield {"t": "br"}
            yield {"t": "meta", "c": list(self.inline_children(node))}
        else:
            yield from self.inline_children(node)

    def link(self, href: str, words: list[Inline]) -> Node:
        """A jump inside the PDF where the target is in it, else an absolute address. Anything but web,
        mail and telephone is words only."""
        if href.startswith("#"):
            inside = href[1:] in self.anchors
            return {"t": "a", "to": self.label(href[1:]), "c": words} if inside else {"t": "span", "c": words}
        address = urljoin(f"{self.base_url}/", href)
        parts = urlsplit(address)
        way = parts.path.split("/")
        if address.startswith(f"{self.base_url}/d/") and len(way) == 4 and way[2] in self.jumps:
            return {"t": "a", "to": self.jumps[way[2]], "c": words}
        if parts.scheme not in ("http", "https", "mailto", "tel"):
            return {"t": "span", "c": words}
        return {"t": "a", "href": address, "c": words}


def with_their_headings(nodes: list[Node]) -> list[Node]:
    """Sheets that lie down begin with the heading before them, which else stood alone on the sheet before."""
    found: list[Node] = []
    for node in nodes:
        if node["t"] == "lying" and found and found[-1]["t"] == "h":
            node = {**node, "c": [found.pop(), *node["c"]]}
        found.append(node)
    return found


def without_dead_jumps(value: Any, labels: set[str]) -> Any:
    """The tree where a jump to what has become no block of its own is words only."""
    if isinstance(value, list):
        return [without_dead_jumps(item, labels) for item in value]
    if not isinstance(value, dict):
        return value
    inner = {key: without_dead_jumps(item, labels) for key, item in value.items()}
    return {"t": "span", "c": inner["c"]} if inner.get("to", "") not in {"", *labels} else inner


def is_block(node: Any) -> TypeGuard[Tag]:
    return isinstance(node, Tag) and (node.name in BLOCKS or holds_blocks(node))


def holds_blocks(tag: Tag) -> bool:
    return any(isinstance(inner, Tag) and inner.name in BLOCKS for inner in tag.descendants)


def classes(tag: Tag) -> set[str]:
    return set(tag.get("class") or [])


def span(cell: Tag, name: str) -> int:
    """A cell's colspan or rowspan, between 1 and 50."""
    value = str(cell.get(name, "1"))
    return min(max(int(value), 1), 50) if value.isdecimal() and len(value) < 4 else 1


def widths(rows: list[list[Tag]], columns: int) -> list[int]:
    """The columns' shares of the width: the more text, the wider, within limits so that all can be read."""
    sums = [[0, 0] for _column in range(columns)]
    for row in rows:
        place = 0
        for cell in row:
            if span(cell, "colspan") == 1 and place < columns:
                words = cell.get_text(" ", strip=True)
                longest = max((len(word) for word in words.split()), default=0)
                sums[place] = [max(sums[place][0], min(len(words), 60)), max(sums[place][1], min(longest, 16))]
            place += span(cell, "colspan")
    return [max(6, whole // 2, longest) for whole, longest in sums]


def tidy(inlines: list[Inline]) -> list[Inline]:
    """Inlines with white space as a browser shows it: runs are one space, none at the ends; empty if no words."""
    flat = _squeezed(inlines, [True])
    while flat and _is_break(flat[0]):
        flat.pop(0)
    while flat and _is_break(flat[-1]):
        flat.pop()
    if flat and isinstance(flat[-1], str):
        flat[-1] = flat[-1].rstrip()
    return flat if any(_words(inline) for inline in flat) else []


def _squeezed(inlines: list[Inline], at_space: list[bool]) -> list[Inline]:
    """`at_space` remembers, across elements, whether the text so far ends with a space."""
    found: list[Inline] = []
    for inline in inlines:
        if isinstance(inline, str):
            words = " ".join(part for part in inline.replace("\n", " ").replace("\t", " ").split(" ") if part)
            lead = " " if inline[:1].isspace() and inline[:1] != "\xa0" and words and not at_space[0] else ""
            only_space = bool(inline) and not words
            text = " " if only_space and not at_space[0] else lead + words
            if words and inline[-1:] in " \n\t":
                text += " "
            if text:
                at_space[0] = text.endswith(" ")
                found.append(text)
        elif inline["t"] == "br":
            at_space[0] = True
            found.append(inline)
        else:
            found.append({**inline, "c": _squeezed(inline["c"], at_space)})
    return found


def _is_break(inline: Inline) -> bool:
    return not inline.strip() if isinstance(inline, str) else inline["t"] == "br"


def _words(inline: Inline) -> bool:
    if isinstance(inline, str):
        return bool(inline.strip())
    return any(_words(inner) for inner in inline.get("c", []))

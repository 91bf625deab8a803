"""From a page's body to what an edition keeps: HTML with anchors, a table of contents, plain text."""

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

if TYPE_CHECKING:
    from handbook.models import ControlledPage

LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "Æ": "ae", "Ø": "o", "Å": "a", "ä": "a", "ö": "o"})
LINES = ["h2", "h3", "h4", "p", "li", "tr", "dt", "dd", "caption", "figcaption"]
BLOCKS = {"p", "div", "span", "br", "h3", "h4"}
HIDDEN = "ds-sr-only"
OPENING_BLOCKS = ("purpose", "scope")


@dataclass(frozen=True)
class Rendered:
    """A page as its readers see it."""

    soup: BeautifulSoup
    text: str
    toc: list[tuple[str, str]]

    @property
    def html(self) -> SafeString:
        return mark_safe(str(self.soup).strip())  # noqa: S308  (our own templates rendered it, escaped)


def whole_text(page: "ControlledPage", rendered: Rendered) -> str:
    """Title, summary and body as an edition keeps them in plain text: what comparisons are made of."""
    return "\n".join([*(line for line in (page.title, page.summary) if line), rendered.text])


def ascii_slug(text: str) -> str:
    """A slug with Norwegian letters made plain: "Støtteprosesser" becomes "stotteprosesser"."""
    return slugify(text.translate(LETTERS))


def render(page: "ControlledPage") -> Rendered:
    """Render the page's body: for previews as it is, for an edition frozen with its files by `freezing`."""
    blocks = list(page.body)
    opening = next((i for i, block in enumerate(blocks) if block.block_type not in OPENING_BLOCKS), len(blocks))
    parts = {"opening": blocks[:opening], "rest": blocks[opening:]}
    markup = render_to_string("handbook/body.html", {**parts, "page": page})
    soup = BeautifulSoup(markup, "html.parser")
    toc = anchor_headings(soup)
    return Rendered(soup=soup, text="\n".join(lines_of(soup)), toc=toc)


def anchor_headings(soup: BeautifulSoup) -> list[tuple[str, str]]:
    """Give every h2 an id made from its words, so links to a section last; returns (id, heading)."""
    toc: list[tuple[str, str]] = []
    taken: set[str] = set()
    for heading in soup.find_all("h2"):
        words = heading.get_text(" ", strip=True)
        anchor = base = ascii_slug(words) or "del"
        suffix = 2
        while anchor in taken:
            anchor, suffix = f"{base}-{suffix}", suffix + 1
        taken.add(anchor)
        heading["id"] = anchor
        toc.append((anchor, words))
    return toc


def lines_of(soup: BeautifulSoup) -> list[str]:
    """What a reader sees, one line for each heading, paragraph, list item or table row."""
    lines = []
    for element in soup.find_all(LINES):
        if element.name == "tr":
            line = " | ".join(_words(cell) for cell in element.find_all(["th", "td"], recursive=False))
        elif element.find_parent("tr") or _inside_listed(element) or HIDDEN in (element.get("class") or []):
            continue
        else:
            line = _words(element)
        if line.strip(" |"):
            lines.append(line)
    return lines


def _inside_listed(element: Tag) -> bool:
    """A paragraph inside a list item is read with the item; a list inside an item by itself."""
    return element.name in ("p", "h3", "h4") and element.find_parent(["li", "dd"]) is not None


def _words(element: Tag) -> str:
    """The element's words without those of a list inside it; a block inside begins a new word."""
    words: list[str] = []
    for node in element.descendants:
        if isinstance(node, Tag):
            words.append(" " if node.name in BLOCKS else "")
        elif not any(parent.name in ("ul", "ol") for parent in takewhile(lambda p: p is not element, node.parents)):
            words.append(str(node))
    return " ".join("".join(words).split())

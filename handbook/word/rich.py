"""Rich text as paragraphs of segments: what Word and Wagtail have in common. Pure.

Both roads pass here: Word's runs become segments that become Wagtail's HTML, and the other way.
The HTML is always written one way (link outside bold outside italic), so that a text that went to
Word and came back is the same text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from bs4 import BeautifulSoup, NavigableString, Tag
from django.utils.html import escape

LISTS = ("ul", "ol")
BOLD = ("b", "strong")
ITALIC = ("i", "em")
BREAK = "\n"


@dataclass(frozen=True)
class Segment:
    """A stretch of words of one look. `link` is an address, or "page:7" or "document:3"."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""

    def looks_like(self, other: "Segment") -> bool:
        return (self.bold, self.italic, self.link) == (other.bold, other.italic, other.link)


@dataclass
class Paragraph:
    """A paragraph, a small heading ("h3") or a list item ("li") with its list, level and numbering."""

    segments: list[Segment] = field(default_factory=list)
    kind: str = "p"
    list_id: str = ""
    level: int = 0
    ordered: bool = False

    @property
    def text(self) -> str:
        """The words as they stand, with line breaks."""
        return "".join(segment.text for segment in self.segments)

    @property
    def inline(self) -> str:
        """The words as HTML, without the paragraph around them."""
        return "".join(map(_as_html, merged(self.segments)))


def merged(segments: Iterable[Segment]) -> list[Segment]:
    """Neighbours of one look joined; Word splits words into runs for reasons of its own."""
    result: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if result and result[-1].looks_like(segment):
            result[-1] = replace(result[-1], text=result[-1].text + segment.text)
        else:
            result.append(segment)
    return result


def stripped(segments: Sequence[Segment]) -> list[Segment]:
    """The segments without space at either end."""
    result = merged(segments)
    while result and not result[0].text.lstrip():
        result.pop(0)
    while result and not result[-1].text.rstrip():
        result.pop()
    if result:
        result[0] = replace(result[0], text=result[0].text.lstrip())
        result[-1] = replace(result[-1], text=result[-1].text.rstrip())
    return result


def html_of(paragraphs: Sequence[Paragraph]) -> str:
    """The paragraphs as Wagtail stores rich text."""
    html, place = "", 0
    while place < len(paragraphs):
        paragraph = paragraphs[place]
        if paragraph.kind == "li":
            end = place + 1
            while end < len(paragraphs) and _continues(paragraphs[end], paragraph):
                end += 1
            html += _list_html(paragraphs[place:end])
            place = end
        else:
            html += f"<{paragraph.kind}>{paragraph.inline}</{paragraph.kind}>"
            place += 1
    return html


def paragraphs_of(html: str) -> list[Paragraph]:
    """Wagtail's rich text as paragraphs; each list gets an identity of its own."""
    found = _Walk().blocks(BeautifulSoup(html, "html.parser"))
    return [paragraph for paragraph in found if paragraph.segments]


def canonical(html: str) -> str:
    """The same rich text written the one way: editor's keys, <strong> and the like are gone."""
    return html_of(paragraphs_of(html))


def plain(html: str) -> str:
    """The words of rich text, a line for each paragraph."""
    return "\n".join(paragraph.text for paragraph in paragraphs_of(html))


def _as_html(segment: Segment) -> str:
    html = escape(segment.text).replace("&#x27;", "'").replace("&quot;", '"').replace(BREAK, "<br/>")
    if segment.italic:
        html = f"<i>{html}</i>"
    if segment.bold:
        html = f"<b>{html}</b>"
    return f"<a {_attributes(segment.link)}>{html}</a>" if segment.link else html


def _attributes(link: str) -> str:
    kind, _colon, pk = link.partition(":")
    if kind in ("page", "document") and pk.isdecimal():
        return f'linktype="{kind}" id="{pk}"'
    return f'href="{escape(link)}"'


def _continues(paragraph: Paragraph, first: Paragraph) -> bool:
    """Whether it belongs to the list that began with `first`. A deeper one always does."""
    return paragraph.kind == "li" and (
        paragraph.level > first.level or (paragraph.list_id == first.list_id and paragraph.ordered == first.ordered)
    )


def _list_html(items: Sequence[Paragraph]) -> str:
    """Items of one list, deeper ones nested in the item before them."""
    name = "ol" if items[0].ordered else "ul"
    html, place = "", 0
    while place < len(items):
        end = place + 1
        while end < len(items) and items[end].level > items[0].level:
            end += 1
        nested = html_of(items[place + 1 : end])
        html += f"<li>{items[place].inline}{nested}</li>"
        place = end
    return f"<{name}>{html}</{name}>"


class _Walk:
    """HTML to paragraphs."""

    def __init__(self) -> None:
        self.lists = 0

    def blocks(self, parent: Tag) -> Iterator[Paragraph]:
        loose: list[Segment] = []
        for node in parent.children:
            if isinstance(node, Tag) and (node.name in LISTS or node.name in ("p", "h2", "h3", "h4", "div")):
                yield Paragraph(stripped(loose))
                loose = []
                yield from self.block(node)
            else:
                loose += self.segments(node, Segment(""))
        yield Paragraph(stripped(loose))

    def block(self, node: Tag) -> Iterator[Paragraph]:
        if node.name in LISTS:
            self.lists += 1
            yield from self.items(node, str(self.lists), 0)
        elif node.name == "div":
            yield from self.blocks(node)
        else:
            yield Paragraph(stripped(self.inside(node, Segment(""))), kind="p" if node.name == "p" else "h3")

    def items(self, parent: Tag, list_id: str, level: int) -> Iterator[Paragraph]:
        for item in parent.find_all("li", recursive=False):
            segments = [s for node in item.children if not _is_list(node) for s in self.segments(node, Segment(""))]
            yield Paragraph(stripped(segments), kind="li", list_id=list_id, level=level, ordered=parent.name == "ol")
            for nested in item.find_all(LISTS, recursive=False):
                yield from self.items(nested, list_id, level + 1)

    def inside(self, node: Tag, look: Segment) -> list[Segment]:
        return [segment for child in node.children for segment in self.segments(child, look)]

    def segments(self, node: object, look: Segment) -> list[Segment]:
        if isinstance(node, NavigableString):
            return [replace(look, text=str(node).replace("\n", " "))]
        if not isinstance(node, Tag):
            return []
        if node.name == "br":
            return [replace(look, text=BREAK)]
        if node.name in BOLD:
            look = replace(look, bold=True)
        elif node.name in ITALIC:
            look = replace(look, italic=True)
        elif node.name == "a":
            look = replace(look, link=_link(node))
        return self.inside(node, look)


def _is_list(node: object) -> TypeGuard[Tag]:
    return isinstance(node, Tag) and node.name in LISTS


def _link(node: Tag) -> str:
    kind = node.get("linktype")
    return f"{kind}:{node.get('id')}" if kind else str(node.get("href") or "")

"""The passages of a body: each paragraph, point, step and cell by itself, found and replaced (S4).

A body is the stored JSON of a page or an edition. A passage has a path into it, such as "4.steps.2.text/0":
the first paragraph of the text of the third step in the fifth block. What surrounds a passage, and what is
marked inside it (links, bold) and still stands, is kept when it is replaced.
"""

import copy
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from django.conf import settings
from django.utils import translation
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.images.blocks import ImageBlock

from handbook.blocks import BodyBlock
from handbook.comparison import WORDS

BODY = BodyBlock()
PARAGRAPHS = ["p", "li", "h3", "h4"]
# Blocks that stand under a heading of their own: the rest belong to the section they stand in.
HEADED_BY_TITLE = {"steps", "checklist"}
HEADED_BY_LABEL = {"purpose", "scope", "records", "risks", "references", "definitions"}


@dataclass(frozen=True)
class Passage:
    """A stretch of text that can be changed by itself, the section it stands in, and what it is there: who, when."""

    path: str
    text: str
    anchor: str = ""
    heading: str = ""
    what: str = ""


@dataclass(frozen=True)
class Leaf:
    """A text in the body: where it is kept, and by which block."""

    path: str
    block: blocks.Block
    holder: Any
    key: Any

    @property
    def value(self) -> str:
        return self.holder[self.key] or ""


def passages_of(body: Sequence[Any], toc: Sequence[tuple[str, str]] = ()) -> list[Passage]:
    """Every passage that says something, in order, each in its section of the table of contents."""
    found: list[Passage] = []
    anchor, heading, place = "", "", 0
    for index, block in enumerate(body):
        headings = [words for _anchor, words in toc[place:]]
        if (own := _own_heading(block)) in headings:
            place += headings.index(own) + 1
            anchor, heading = toc[place - 1]
        for leaf in _leaves_of_block(block, str(index)):
            what = str(leaf.block.label) if isinstance(leaf.key, str) and leaf.key != "value" else ""
            found += [Passage(path, text, anchor, heading, what) for path, text in _texts(leaf) if text]
    return found


def find(body: Sequence[Any], path: str, text: str) -> str | None:
    """Where the passage stands: at its path, or at the only other place with the very same text.
    None when it has been changed or taken out."""
    same = [passage.path for passage in passages_of(body) if passage.text == text]
    if path in same:
        return path
    return same[0] if len(same) == 1 else None


def most_letters(body: Sequence[Any], path: str) -> int | None:
    """How long the passage may be; None when there is no bound. Raises LookupError when there is no such path."""
    leaf, _paragraph = _at(body, path)
    return getattr(leaf.block.field, "max_length", None)  # type: ignore[attr-defined]


def may_be_empty(body: Sequence[Any], path: str) -> bool:
    """Whether the passage can go: one of several paragraphs, or a text that need not be there. Raises LookupError
    when there is no such path."""
    leaf, _paragraph = _at(body, path)
    return not leaf.block.required or len(_texts(leaf)) > 1  # type: ignore[attr-defined]


def replaced(body: Sequence[Any], path: str, text: str) -> list[Any]:
    """The body with this passage saying `text`; a paragraph that shall say nothing is taken out. Raises LookupError
    when there is no such path."""
    changed = copy.deepcopy(list(body))
    leaf, paragraph = _at(changed, path)
    if not isinstance(leaf.block, blocks.RichTextBlock):
        leaf.holder[leaf.key] = text if isinstance(leaf.block, blocks.TextBlock) else " ".join(text.split())
        return changed
    soup = BeautifulSoup(leaf.value, "html.parser")
    element = _paragraphs(soup)[paragraph]
    if text or element.find(["ul", "ol"]):
        _rewrite(element, text)
    else:
        element.extract()
    leaf.holder[leaf.key] = str(soup)
    return changed


def plain(text: str) -> str:
    """A text as passages have it: no space at the ends of lines, one kind of line break."""
    return "\n".join(" ".join(line.split()) for line in text.strip().splitlines())


# The tree of blocks


def _at(body: Sequence[Any], path: str) -> tuple[Leaf, int]:
    place, _slash, paragraph = path.partition("/")
    index = place.partition(".")[0]
    if index.isdecimal() and int(index) < len(body):
        for leaf in _leaves_of_block(body[int(index)], index):
            if leaf.path == place and path in dict(_texts(leaf)):
                return leaf, int(paragraph or 0)
    raise LookupError(path)


def _own_heading(block: dict[str, Any]) -> str:
    kind, value = block["type"], block["value"]
    if kind == "heading":
        return " ".join(value.split())
    if kind in HEADED_BY_TITLE:
        return " ".join(value.get("title", "").split())
    if kind in HEADED_BY_LABEL:
        with translation.override(settings.LANGUAGE_CODE):
            return str(BODY.child_blocks[kind].label)
    return ""


def _leaves_of_block(block: dict[str, Any], path: str) -> Iterator[Leaf]:
    if block["type"] in BODY.child_blocks:
        yield from _leaves(BODY.child_blocks[block["type"]], block, "value", path)


def _leaves(block: blocks.Block, holder: Any, key: Any, path: str) -> Iterator[Leaf]:
    """The texts below a block. Choices, files, pages, addresses and pictures are no texts."""
    value = holder[key]
    if isinstance(block, blocks.RichTextBlock | blocks.CharBlock | blocks.TextBlock):
        yield Leaf(path, block, holder, key)
    elif isinstance(block, ImageBlock) or not value:
        return
    elif isinstance(block, blocks.StructBlock):
        for name in [name for name in block.child_blocks if name in value]:
            yield from _leaves(block.child_blocks[name], value, name, f"{path}.{name}")
    elif isinstance(block, blocks.ListBlock):
        for index, item in enumerate(value):
            wrapped = isinstance(item, dict) and item.get("type") == "item"
            yield from _leaves(
                block.child_block, item if wrapped else value, "value" if wrapped else index, f"{path}.{index}"
            )
    elif isinstance(block, TypedTableBlock):
        yield from _cells(block, value, path)


def _cells(block: TypedTableBlock, table: dict[str, Any], path: str) -> Iterator[Leaf]:
    kinds = [column["type"] for column in table["columns"]]
    for number, row in enumerate(table["rows"]):
        for column, kind in enumerate(kinds):
            yield from _leaves(block.child_blocks[kind], row["values"], column, f"{path}.{number}.{column}")


# Rich text


def _texts(leaf: Leaf) -> list[tuple[str, str]]:
    """(path, text) of each passage of a leaf: a rich text has one for each paragraph and point."""
    if not isinstance(leaf.block, blocks.RichTextBlock):
        return [(leaf.path, plain(leaf.value))]
    paragraphs = _paragraphs(BeautifulSoup(leaf.value, "html.parser"))
    return [(f"{leaf.path}/{number}", _text(paragraph)) for number, paragraph in enumerate(paragraphs)]


def _paragraphs(soup: BeautifulSoup) -> list[Tag]:
    """The innermost paragraphs: a point with paragraphs inside is these paragraphs."""
    found = [element for element in soup.find_all(PARAGRAPHS) if element.find("p") is None]
    return found or [soup]


def _text(paragraph: Tag) -> str:
    return plain("".join("\n" if isinstance(node, Tag) else _flat(node) for node in _own_nodes(paragraph)))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def _own_nodes(paragraph: Tag) -> list[Any]:
    """The strings and line breaks of a paragraph, without those of a list inside it."""
    found = []
    for node in paragraph.descendants:
        if isinstance(node, Tag) and node.name != "br":
            continue
        inner = next((parent for parent in node.parents if parent is paragraph or parent.name in ("ul", "ol")), None)
        if inner is paragraph:
            found.append(node)
    return found


def _rewrite(paragraph: Tag, text: str) -> None:
    """Let the paragraph say `text`, changing only the words that differ: each new word goes where the words it
    replaces stood, so a link stays a link. An element that is left without words goes."""
    nodes = [_as_string(node) for node in _own_nodes(paragraph)] or [_added_string(paragraph)]
    words = [(word, owner) for owner, node in enumerate(nodes) for word in WORDS.findall(str(node))]
    new = WORDS.findall(text)
    said = [""] * len(nodes)
    for tag, start, end, since, until in SequenceMatcher(None, [word for word, _ in words], new, False).get_opcodes():
        if tag == "equal":
            for word, owner in words[start:end]:
                said[owner] += word
        else:
            said[_owner(nodes, words, paragraph, start, end)] += "".join(new[since:until])
    for node, now in zip(nodes, said, strict=True):
        _say(node, now, paragraph)


def _as_string(node: Any) -> NavigableString:
    string = NavigableString("\n" if isinstance(node, Tag) else _flat(node))
    node.replace_with(string)
    return string


def _added_string(paragraph: Tag) -> NavigableString:
    string = NavigableString("")
    paragraph.insert(0, string)
    return string


def _owner(nodes: list[Any], words: list[tuple[str, int]], paragraph: Tag, start: int, end: int) -> int:
    """The string that new words go into: that of the words they replace; between two, rather the plain one."""
    if end > start or not words:
        return words[start][1] if words else 0
    near = [words[place][1] for place in (start - 1, start) if 0 <= place < len(words)]
    return next((owner for owner in near if nodes[owner].parent is paragraph), near[0])


def _say(node: NavigableString, text: str, paragraph: Tag) -> None:
    parent = node.parent
    for number, line in enumerate(text.split("\n")):
        if number:
            node.insert_before(Tag(name="br", can_be_empty_element=True))
        if line:
            node.insert_before(NavigableString(line))
    node.extract()
    while parent is not None and parent is not paragraph and not parent.get_text() and not parent.find("br"):
        empty, parent = parent, parent.parent
        empty.extract()

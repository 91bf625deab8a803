"""Blocks that our own export wrote, read back as they were (see `writing`).

Each block is in a content control whose tag names it; so an editor can work in Word and bring the
text back. A block whose shape was changed raises `Reshaped` and is read like any other text.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from string import ascii_lowercase
from typing import Any

from django.utils.translation import gettext as _

from handbook import drawing

from .drafting import Draft
from .originals import KINDS, Originals, Refused, checked
from .rich import BREAK, Paragraph, Segment, html_of
from .structure import Group, Item, Picture, Table, Text, texts_of

LABEL = "label"
CALLOUT_TITLE = "callout title"
ROWS = ("records", "risks", "references", "definitions")


class Reshaped(Exception):
    """The block no longer has the shape we gave it."""


def labels() -> dict[str, str]:
    """The headings that blocks bring with them."""
    return {
        "purpose": _("Purpose"),
        "scope": _("Scope"),
        "records": _("Records"),
        "risks": _("Risks"),
        "references": _("References"),
        "definitions": _("Definitions"),
        "pages": _("Related pages"),
        "attachments": _("Attachments"),
        "quiz": _("Test what you have learned"),
        "dashboard": _("Figures"),
    }


def columns() -> dict[str, dict[str, str]]:
    """The columns of blocks that are tables: field → heading."""
    return {
        "steps": {"text": _("What is done"), "role": _("Who"), "deadline": _("When")},
        "records": {"what": _("What"), "where": _("Where"), "keep": _("Kept for")},
        "risks": {"risk": _("What can go wrong"), "measure": _("What we do about it")},
        "references": {"title": _("Title"), "note": _("Note"), "url": _("Address")},
        "definitions": {"term": _("Term"), "meaning": _("Meaning")},
    }


def value_of(group: Group, draft: Draft, image_for: Callable[[Picture, str], int], originals: Originals) -> Any:
    """The value of the block. Raises `Reshaped`."""
    kind, _colon, rest = group.mark.partition(":")
    items = [item for item in group.items if not (isinstance(item, Text) and item.role == LABEL)]
    for item in group.items:
        if isinstance(item, Text) and item.role == LABEL:
            if item.words != labels().get(kind):
                raise Reshaped
            draft.spoken_for.append(item.words)
    if kind in ("purpose", "scope", "text"):
        return html_of([_running(text) for text in _only_texts(items)])
    if kind in KINDS:
        return _original(group.mark, items, draft, originals)
    if kind == "image":
        return _image(items, rest == "decorative", draft, image_for)
    readers: dict[str, Callable[[list[Item], Draft], Any]] = {
        "heading": lambda items, draft: _heading(items[0]) if len(items) == 1 else _reshaped(),
        "steps": _steps,
        "table": _table,
        "checklist": _checklist,
        "pages": _pages,
        "attachments": _attachments,
    }
    if kind == "callout":
        return _callout(items, rest)
    if kind in ROWS:
        fields = columns()[kind]
        return [dict(zip(fields, row, strict=True)) for row in _plain_rows(items, len(fields), draft)]
    if kind not in readers or not items:
        raise Reshaped
    return readers[kind](items, draft)


def all_texts(items: list[Item], notes: list[list[Paragraph]]) -> Iterator[Paragraph]:
    """Every paragraph of a reading."""
    seen: set[int] = set()
    for text in texts_of(items):
        if id(text.paragraph) not in seen:
            seen.add(id(text.paragraph))
            yield text.paragraph
    for note in notes:
        yield from note


def relinked(segment: Segment, link: str) -> Segment:
    return replace(segment, link=link)


def unbold(segment: Segment) -> Segment:
    return replace(segment, bold=False)


def line_break() -> Segment:
    return Segment(BREAK)


def as_plain_item(paragraph: Paragraph, number: int) -> Paragraph:
    """A list item where no list can be: a paragraph with a letter or a dash before it."""
    if paragraph.kind != "li":
        return Paragraph(paragraph.segments)
    before = f"{ascii_lowercase[(number - 1) % len(ascii_lowercase)]}) " if number else "– "
    return Paragraph([Segment(before), *paragraph.segments])


def _reshaped() -> Any:
    raise Reshaped


def _only_texts(items: list[Item]) -> list[Text]:
    if not all(isinstance(item, Text) for item in items):
        raise Reshaped
    return [item for item in items if isinstance(item, Text)]


def _running(text: Text) -> Paragraph:
    if text.style == "heading":
        return Paragraph([unbold(segment) for segment in text.paragraph.segments], kind="h3")
    return text.paragraph


def _heading(item: Item, length: int = 120) -> str:
    if not isinstance(item, Text) or item.style != "heading" or len(item.paragraph.text) > length:
        raise Reshaped
    return item.paragraph.text


def _rich(cell: list[Item]) -> str:
    return html_of([_running(text) for text in _only_texts(cell)])


def _plain(cell: list[Item]) -> str:
    return BREAK.join(text.paragraph.text for text in _only_texts(cell))


def _the_table(items: list[Item]) -> list[list[list[Item]]]:
    tables = [item for item in items if isinstance(item, Table)]
    if len(tables) != 1 or len(items) != 1:
        raise Reshaped
    return tables[0].rows


def _plain_rows(items: list[Item], width: int, draft: Draft) -> list[list[str]]:
    rows = _the_table(items)
    if not all(len(row) == width for row in rows):
        raise Reshaped
    draft.spoken_for += [_plain(cell) for cell in rows[0]]
    return [[_plain(cell) for cell in row] for row in rows[1:]]


def _steps(items: list[Item], draft: Draft) -> dict[str, Any]:
    title, *rest = items
    if len(rest) == 1 and isinstance(rest[0], Table):
        rows = _the_table(rest)
        if not all(len(row) == 3 for row in rows):
            raise Reshaped
        draft.spoken_for += [_plain(cell) for cell in rows[0]]
        steps = [(_rich(what), _plain(who), _plain(when)) for what, who, when in rows[1:]]
    else:
        texts = _only_texts(rest)
        if not all(text.paragraph.kind == "li" and not text.paragraph.level for text in texts):
            raise Reshaped
        steps = [(html_of([Paragraph(text.paragraph.segments)]), "", "") for text in texts]
    values = [{"text": text, "role": role, "deadline": deadline} for text, role, deadline in steps]
    return {"title": _heading(title), "steps": values}


def _callout(items: list[Item], tone: str) -> dict[str, str]:
    texts = _only_texts(items)
    title = ""
    if texts and texts[0].role == CALLOUT_TITLE:
        title = texts.pop(0).paragraph.text
    if tone not in ("info", "warning", "danger", "success"):
        raise Reshaped
    return {"tone": tone, "title": title, "text": html_of([text.paragraph for text in texts])}


def _table(items: list[Item], draft: Draft) -> dict[str, Any]:
    caption = ""
    if isinstance(items[0], Text) and items[0].style == "caption":
        caption, items = items[0].paragraph.text, items[1:]
    head, *rows = _the_table(items)
    if not all(len(row) == len(head) for row in rows):
        raise Reshaped
    columns = [{"type": "text", "heading": _plain(cell)} for cell in head]
    values = [{"values": [_rich(cell) for cell in row]} for row in rows]
    return {"table": {"columns": columns, "rows": values, "caption": caption}}


def _checklist(items: list[Item], draft: Draft) -> dict[str, Any]:
    title, *rest = items
    return {"title": _heading(title), "items": [text.paragraph.text for text in _only_texts(rest)]}


def _original(mark: str, items: list[Item], draft: Draft, originals: Originals) -> dict[str, Any]:
    """A block that Word has no shape for: as the edition has it, with the words that can be changed in Word."""
    kind = mark.partition(":")[0]
    texts = [item for item in items if isinstance(item, Text)]
    if mark not in originals:
        raise Reshaped
    value = deepcopy(originals[mark])
    if kind == "drawing":
        if texts and texts[0].style == "heading":
            value["title"] = texts[0].paragraph.text
        draft.spoken_for += drawing.read(value["source"]).in_words()
    elif kind == "dashboard":
        draft.spoken_for += [text.words for text in texts]
    elif len(texts) == len(value["questions"]):
        for question, text in zip(value["questions"], texts, strict=True):
            question["question"] = text.paragraph.text
    try:
        return checked(kind, value)
    except Refused as error:
        raise Reshaped from error


def _pages(items: list[Item], draft: Draft) -> list[int]:
    draft.spoken_for += [text.words for text in _only_texts(items)]
    return [int(_key("page", text.paragraph)) for text in _only_texts(items)]


def _attachments(items: list[Item], draft: Draft) -> list[dict[str, Any]]:
    rows = _the_table(items)
    if not all(len(row) == 2 for row in rows):
        raise Reshaped
    draft.spoken_for += [_plain(cell) for row in rows for cell in row[:1]] + [_plain(rows[0][1])]
    found = []
    for file, note in rows[1:]:
        texts = _only_texts(file)
        if len(texts) != 1:
            raise Reshaped
        found.append({"document": int(_key("document", texts[0].paragraph)), "note": _plain(note)})
    return found


def _key(kind: str, paragraph: Paragraph) -> str:
    links = {segment.link for segment in paragraph.segments if segment.link}
    found = [link.partition(":")[2] for link in links if link.startswith(f"{kind}:")]
    if len(found) != 1 or len(links) != 1:
        raise Reshaped
    return found[0]


def _image(
    items: list[Item], decorative: bool, draft: Draft, image_for: Callable[[Picture, str], int]
) -> dict[str, Any]:
    pictures = [item for item in items if isinstance(item, Picture)]
    texts = [item for item in items if isinstance(item, Text)]
    if len(pictures) != 1 or len(pictures) + len(texts) != len(items) or len(texts) > 1:
        raise Reshaped
    picture = pictures[0]
    image = {"image": image_for(picture, draft.title), "decorative": decorative, "alt_text": picture.alt}
    return {"image": image, "caption": texts[0].paragraph.text if texts else ""}

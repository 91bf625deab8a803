"""From what was read to the body of a handbook page: which block each part of the file becomes."""

from collections.abc import Callable, Sequence
from itertools import pairwise, zip_longest
from typing import Any

from django.utils.translation import gettext as _

from . import ours
from .cells import Columns, cell_html, cell_text, pictures_in, recognised
from .drafting import Draft
from .known import definitions, heading_words, kinds_called, references
from .originals import Originals
from .rich import BREAK, Paragraph, html_of
from .structure import Group, Item, Picture, Reading, Table, Text

HEADING_LENGTH, TITLE_LENGTH, SUMMARY_LENGTH = 120, 255, 200
BOLD_HEADING_LENGTH = 80
HEADER_LENGTH = 60
ALT_LENGTH = 255


def draft_of(
    reading: Reading,
    name: str,
    image_for: Callable[[Picture, str], int],
    link_of: Callable[[str], str],
    originals: Originals | None = None,
) -> Draft:
    """The draft a file becomes. `name` is the title when the file says none; `image_for` keeps a picture
    and answers with its key; `link_of` turns an address into a link of Wagtail's; `originals` are the blocks
    that Word has no shape for, of the edition that the file was made from."""
    return _Composer(reading, name, image_for, link_of, originals or {}).compose()


class _Composer:
    def __init__(self, reading: Reading, name: str, image_for: Any, link_of: Any, originals: Originals) -> None:
        self.reading, self.image_for, self.link_of, self.originals = reading, image_for, link_of, originals
        self.draft = Draft(name)
        self.body: list[dict[str, Any]] = self.draft.body
        self.pending: list[Paragraph] = []
        self.place = ""
        self.used: set[str] = set()
        self.begun: set[str] = set()  # the numbered lists that have begun

    def compose(self) -> Draft:
        items = self.take_title(self.bold_headings(self.with_links(self.reading.items)))
        levels = [item.level for item in items if isinstance(item, Text) and item.style == "heading"]
        self.top = min(levels, default=1)
        for heading, below in self.sections(items):
            self.section(heading, below)
        self.notes()
        self.draft.remarks = self.reading.remarks
        self.draft.check(self.reading)
        return self.draft

    # Before the body

    def with_links(self, items: list[Item]) -> list[Item]:
        """The items with links in Wagtail's terms."""
        from_address: dict[str, str] = {"": ""}
        for text in ours.all_texts(items, self.reading.notes):
            for place, segment in enumerate(text.segments):
                if segment.link not in from_address:
                    from_address[segment.link] = self.link_of(segment.link)
                if from_address[segment.link] != segment.link:
                    text.segments[place] = ours.relinked(segment, from_address[segment.link])
        return items

    def bold_headings(self, items: list[Item]) -> list[Item]:
        """Short bold paragraphs are the headings of a file that has no others."""
        if any(isinstance(i, Group) or (isinstance(i, Text) and i.style == "heading") for i in items):
            return items
        found = 0
        for item, following in zip_longest(items, items[1:]):
            if isinstance(item, Text) and following is not None and _looks_like_heading(item, following):
                item.style, item.level = "heading", 1
                item.paragraph = Paragraph(item.paragraph.segments)
                found += 1
        if found:
            self.reading.simplify(
                _("Bold lines became headings, as the file has no others: %(number)s") % {"number": found}
            )
        return items

    def take_title(self, items: list[Item]) -> list[Item]:
        """The title and summary, and the items without them."""
        texts = [item for item in items if isinstance(item, Text)]
        title = next((text for text in texts if text.style == "title"), None)
        headings = [text for text in texts if text.style == "heading"]
        if title is None and headings and items[0] is headings[0]:
            top = min(heading.level for heading in headings)
            alone = [heading.level for heading in headings].count(top) == 1 and len(headings) > 1
            title = headings[0] if alone and headings[0].level == top else None
        if title is None:
            return items
        self.draft.title = title.words[:TITLE_LENGTH]
        self.draft.spoken_for.append(self.draft.title)
        if len(title.words) > TITLE_LENGTH:
            self.simplify(_("The title is too long and was cut"), title.words)
        left = [item for item in items if item is not title]
        subtitle = next((item for item in left[:1] if isinstance(item, Text) and item.style == "subtitle"), None)
        if subtitle is not None and len(subtitle.words) <= SUMMARY_LENGTH:
            self.draft.summary = subtitle.words
            left.remove(subtitle)
        return left

    def sections(self, items: list[Item]) -> list[tuple[Text | None, list[Item]]]:
        """The items under each heading of the top level."""
        sections: list[tuple[Text | None, list[Item]]] = [(None, [])]
        for item in items:
            if isinstance(item, Text) and item.style == "heading" and item.level == self.top:
                sections.append((item, []))
            else:
                sections[-1][1].append(item)
        return sections

    def section(self, heading: Text | None, items: list[Item]) -> None:
        self.place = heading.words if heading else ""
        known = self.known(heading)
        if heading is None:
            self.compose_items(items)
        elif known and self.special(known, heading, items):
            return
        elif _starts_steps(items):
            self.compose_items(items, title=heading)
        else:
            self.heading(heading)
            self.compose_items(items)
        self.flush()

    def known(self, heading: Text | None) -> str:
        kinds = kinds_called(heading_words(heading.words)) if heading else []
        return next((kind for kind in kinds if kind not in self.used), "")

    def special(self, kind: str, heading: Text, items: list[Item]) -> bool:
        """A section with a block of its own, when its shape fits that block."""
        if kind in ("purpose", "scope"):
            texts = _leading_texts(items)
            if not texts:
                return False
            self.pending = [self.running(text) for text in texts]
            self.flush(kind)
            rest = items[len(texts) :]
        else:
            rows, heads = references(items) if kind == "references" else definitions(items)
            self.rename_columns(heads, [head for head in heads if head not in ours.columns()["definitions"].values()])
            if not rows:
                return False
            self.add(kind, rows)
            rest = []
        self.used.add(kind)
        self.stands_for(heading, ours.labels()[kind])
        self.compose_items(rest)
        self.flush()
        return True

    def stands_for(self, heading: Text, label: str) -> None:
        """The block brings its own heading; a remark when that is another word."""
        self.draft.spoken_for.append(heading.words)
        if heading_words(heading.words) != label.casefold():
            self.simplify(_("The heading “%(old)s” became “%(new)s”") % {"old": heading.words, "new": label})

    # The body

    def add(self, kind: str, value: Any) -> None:
        self.flush()
        self.body.append({"type": kind, "value": value})

    def flush(self, kind: str = "text") -> None:
        """What has been read of running text becomes a block."""
        if self.pending:
            paragraphs, self.pending = self.pending, []
            for before, paragraph in pairwise([Paragraph(), *paragraphs]):
                if before.kind != "li" and paragraph.ordered:
                    self.begin(paragraph)
            self.body.append({"type": kind, "value": html_of(paragraphs)})

    def begin(self, first: Paragraph) -> None:
        """A numbered list begins; a remark when it goes on from one before."""
        if first.list_id in self.begun:
            self.simplify(_("A list that went on from an earlier one begins at 1 again"))
        self.begun.add(first.list_id)

    def simplify(self, what: str, words: str = "") -> None:
        self.reading.simplify(what, self.place, words)

    def heading(self, heading: Text) -> None:
        if len(heading.words) > HEADING_LENGTH:
            self.simplify(_("A heading that is too long became ordinary text"))
            self.pending.append(Paragraph(heading.paragraph.segments))
        else:
            self.add("heading", heading.words)

    def running(self, text: Text) -> Paragraph:
        """A paragraph of running text; a lower heading is a small one there."""
        if text.style == "heading":
            return Paragraph([ours.unbold(segment) for segment in text.paragraph.segments], kind="h3")
        return text.paragraph

    def compose_items(self, items: list[Item], title: Text | None = None) -> None:
        """Blocks of items in order. `title` is a heading that the first of them may use."""
        place = 0
        while place < len(items):
            item = items[place]
            taken = 1
            if isinstance(item, Group):
                self.group(item)
            elif isinstance(item, Picture):
                self.picture(item, self.caption_of(items, place))
            elif isinstance(item, Table):
                self.table(item, self.caption_of(items, place), title)
            elif item.style == "caption" and self.belongs_to_next(items, place):
                pass
            elif _is_numbered(item) and (taken := _steps_end(items, place)) > 1:
                self.numbered(items[place : place + taken], title)
            else:
                taken = 1
                self.running_text(item)
            title = None
            place += taken

    def running_text(self, text: Text) -> None:
        last = self.body[-1] if self.body and not self.pending else None
        if text.style == "caption" and last and self.give_caption(last, text.words):
            return
        self.pending.append(self.running(text))

    def belongs_to_next(self, items: list[Item], place: int) -> bool:
        return place + 1 < len(items) and isinstance(items[place + 1], Table)

    def caption_of(self, items: list[Item], place: int) -> str:
        before = items[place - 1] if place else None
        is_table = isinstance(items[place], Table)
        return before.words if is_table and isinstance(before, Text) and before.style == "caption" else ""

    def give_caption(self, block: dict[str, Any], words: str) -> bool:
        """Put a caption on the picture or table just before it."""
        value = block["value"]
        if block["type"] == "image" and not value["caption"] and len(words) <= 200:
            value["caption"] = words
        elif block["type"] == "table" and not value["table"]["caption"]:
            value["table"]["caption"] = words
        else:
            return False
        return True

    def picture(self, picture: Picture, caption: str = "") -> None:
        if len(picture.alt) > ALT_LENGTH:
            self.simplify(_("The text for those who don't see a picture is too long and was cut"), picture.alt)
        key = self.image_for(picture, self.draft.title)
        image = {"image": key, "decorative": False, "alt_text": picture.alt[:ALT_LENGTH]}
        self.add("image", {"image": image, "caption": caption})

    def group(self, group: Group) -> None:
        """A block that we wrote; one whose shape was changed in Word is read like any other text."""
        try:
            value = ours.value_of(group, self.draft, self.image_for, self.originals)
        except ours.Reshaped:
            self.simplify(_("A block changed its shape in Word and was read as ordinary text"))
            self.compose_items(group.items)
            self.flush()
            return
        kind = group.mark.partition(":")[0]
        if kind == "text" or value:
            self.add(kind, value)

    # Steps

    def numbered(self, texts: Sequence[Any], title: Text | None) -> None:
        """A numbered list: steps, under the heading right above it."""
        first = texts[0].paragraph
        self.begin(first)
        steps: list[list[Paragraph]] = []
        number = 0
        for text in texts:
            paragraph = text.paragraph
            if paragraph.kind == "li" and paragraph.list_id == first.list_id and paragraph.level == first.level:
                steps.append([Paragraph(paragraph.segments)])
                number = 0
                continue
            number = number + 1 if paragraph.kind == "li" and paragraph.ordered else 0
            steps[-1].append(ours.as_plain_item(paragraph, number))
        if any(len(step) > 1 for step in steps):
            self.simplify(_("Points below a step became paragraphs of the step"))
        self.steps([{"text": html_of(step), "role": "", "deadline": ""} for step in steps], title)

    def steps(self, steps: list[dict[str, str]], title: Text | None) -> None:
        words = title.words if title else ""
        if len(words) > HEADING_LENGTH:
            self.heading(title)
            words = ""
        elif not title and self.pending and self.pending[-1].kind == "h3":
            words = self.pending.pop().text
        if not words:
            words = _("How we do it")
            self.simplify(_("The steps got the heading “%(heading)s”") % {"heading": words})
        self.add("steps", {"title": words, "steps": steps})

    # Tables

    def table(self, table: Table, caption: str, title: Text | None) -> None:
        rows = table.rows
        if not any(map(any, rows)):
            return
        columns = recognised(rows[0])
        if len(rows) == 1 and len(rows[0]) == 1:
            self.box(rows[0][0], title)
        elif columns and self.shaped(columns, rows, caption, title):
            self.pictures_of(rows)
            return
        else:
            if title:
                self.heading(title)
            self.plain_table(table.has_header, rows, caption)
        self.pictures_of(rows)

    def shaped(self, columns: Columns, rows: list[Any], caption: str, title: Text | None) -> bool:
        """A table whose headings say which block it is. False when its cells don't fit that block."""
        filled = [row for row in rows[1:] if any(row)]
        values = columns.values(filled)
        if not values or caption:
            return False
        self.draft.spoken_for += columns.numbers(filled)
        self.rename_columns([cell_text(cell) for cell in rows[0]], columns.replaced(rows[0]))
        if columns.kind == "steps":
            self.steps(values, title)
            return True
        label = ours.labels()[columns.kind]
        if title and heading_words(title.words) != label.casefold():
            self.heading(title)
        elif title:
            self.draft.spoken_for.append(title.words)
        self.add(columns.kind, values)
        return True

    def rename_columns(self, heads: list[str], replaced: list[str]) -> None:
        """The block brings the headings of its columns; a remark on those that are other words."""
        self.draft.spoken_for += heads
        if replaced:
            self.simplify(_("A table got the headings that such tables have here, for"), ", ".join(replaced))

    def box(self, cell: list[Item], title: Text | None) -> None:
        """A frame around a text is a callout."""
        if title:
            self.heading(title)
        html = cell_html(cell, lists=True)
        if html:
            self.simplify(_("A framed text became a callout"))
            self.add("callout", {"tone": "info", "title": "", "text": html})

    def plain_table(self, has_header: bool, rows: list[Any], caption: str) -> None:
        width = max(map(len, rows))
        heads = [cell_text(cell) for cell in rows[0]] + [""] * (width - len(rows[0]))
        fits = len(rows) > 1 and all(0 < len(head) <= HEADER_LENGTH for head in heads)
        if has_header or fits:
            data = rows[1:]
            if not has_header:
                self.simplify(_("The first row of a table became its headings"))
        else:
            data, heads = rows, [""] * width
            self.simplify(_("Table without a row of headings: write a heading for each column"))
        if any(isinstance(item, Table) for row in rows for cell in row for item in cell):
            self.simplify(_("A table within a table became text"))
        if any(_has_list(cell) for row in data for cell in row):
            self.simplify(_("Lists in a table became paragraphs"))
        cells = [[cell_html(cell) for cell in row] + [""] * (width - len(row)) for row in data]
        columns = [{"type": "text", "heading": head.replace(BREAK, " ")} for head in heads]
        self.add(
            "table", {"table": {"columns": columns, "rows": [{"values": row} for row in cells], "caption": caption}}
        )

    def pictures_of(self, rows: list[Any]) -> None:
        for picture in pictures_in(rows):
            self.simplify(_("A picture in a table is placed after it"))
            self.picture(picture)

    def notes(self) -> None:
        """The notes at the foot of the sheets, numbered, at the end."""
        if not self.reading.notes:
            return
        self.add("heading", _("Footnotes"))
        for note in self.reading.notes:
            segments = [s for n, p in enumerate(note) for s in ([ours.line_break()] if n else []) + p.segments]
            self.pending.append(Paragraph(segments, "li", "notes", 0, True))
        self.flush()


def _looks_like_heading(text: Text, following: Item) -> bool:
    words = text.words
    segments = [segment for segment in text.paragraph.segments if segment.text.strip()]
    follows_list = isinstance(following, Text) and following.paragraph.kind == text.paragraph.kind == "li"
    return (
        not text.style
        and all(segment.bold for segment in segments)
        and len(words) <= BOLD_HEADING_LENGTH
        and words[-1] not in ".,;!"
        and not follows_list
    )


def _leading_texts(items: list[Item]) -> list[Text]:
    texts: list[Text] = []
    for item in items:
        if not isinstance(item, Text) or item.style == "caption":
            break
        texts.append(item)
    return texts


def _is_numbered(item: Item) -> bool:
    return isinstance(item, Text) and item.paragraph.kind == "li" and item.paragraph.ordered and not item.style


def _starts_steps(items: list[Item]) -> bool:
    if not items:
        return False
    first = items[0]
    return isinstance(first, Table) or (_is_numbered(first) and _steps_end(items, 0) > 1)


def _steps_end(items: list[Item], start: int) -> int:
    """How many items, from `start`, are one numbered list with what stands between its points. 1 when
    there is but one point."""
    first = items[start].paragraph  # type: ignore[union-attr]
    last, points = start, 0
    for place in range(start, len(items)):
        item = items[place]
        if not isinstance(item, Text) or item.style:
            break
        paragraph = item.paragraph
        if paragraph.kind == "li" and paragraph.list_id == first.list_id and paragraph.level == first.level:
            points, last = points + 1, place
        elif paragraph.kind == "li" and paragraph.level > first.level and place == last + 1:
            last = place
    return last - start + 1 if points > 1 else 1


def _has_list(cell: list[Item]) -> bool:
    return any(isinstance(item, Text) and item.paragraph.kind == "li" for item in cell)

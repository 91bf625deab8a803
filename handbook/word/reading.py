"""From a Word file to plain items and remarks (G10). Nothing is lost without a remark.

An own reader over the parts of the file, after trying both libraries on `tests/handbook/word/rutine.docx`:
pandoc lost the paragraph that a text box hangs on, and takes 0.4 s and 155 MB to start for each file;
mammoth says nothing about tracked changes, comments and page headers, and keeps javascript: links.
Neither shows the content controls that our own export is known again by. What we need most is to
know what was *not* taken.
"""

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

from . import drawings
from .counting import Words
from .drawings import CHART, MC, TEXT
from .equations import MATH
from .fields import Field, are_unfinished
from .package import Package, Unreadable
from .rich import Paragraph, Segment, merged, stripped
from .runs import DELETED, INSERTED, Runs
from .structure import Group, Item, Picture, Reading, Table, Text, texts_of, words_of
from .styles import Numbering, Styles, W, val

MAX_COLUMNS = 63  # Word's own limit; a file may claim any number
OURS = "felles:"
WRAPPERS = {W + "customXml", W + "smartTag", W + "sdtContent"}


def read(content: bytes) -> Reading:
    """Read a Word file. Raises `Unreadable` with a reason that people understand."""
    try:
        return Reader(Package(content)).read()
    except RecursionError as error:
        raise Unreadable(_("The file is built in a way that can't be read.")) from error


class Reader:
    """Reads one file."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.styles = Styles(package)
        self.words = Words(self.styles)
        self.relations = package.related
        self.reading = Reading()
        self.place = ""
        self.fields: list[Field] = []
        self.unfinished_fields = False
        self.changes: list[Any] = []
        self.decorated = 0
        self.led_within = 0
        self.contents: list[str] = []
        self.counted: dict[tuple[str, int, bool], Numbering] = {}
        self.notes: dict[tuple[str, str], int] = {}
        self.note_elements: list[Any] = []

    def read(self) -> Reading:
        root = self.package.xml(self.package.main)
        body = root.find(W + "body")
        if body is None:
            raise Unreadable(_("The file is not a Word document, though its name says so."))
        self.unfinished_fields = are_unfinished(root, DELETED)
        self.reading.properties = self.properties()
        self.reading.items = self.items(body)
        self.reading.words = self.words_to_find(root)
        self.remark_on_look()
        self.remark_on_changes()
        self.remark_on_parts()
        return self.reading

    def words_to_find(self, root: Any) -> "Counter[str]":
        """Every word that must be found again: those of the body and of the notes. What was moved, and the
        table of contents without its page numbers, must stand there once."""
        contents = words_of(self.contents)
        once = words_of([self.words.with_deleted(change) for change in self.changes if change.tag == W + "moveFrom"])
        once |= Counter({word: 1 for word in contents if not word.isdecimal()})
        return (words_of([self.words.of(root), *map(self.words.of, self.note_elements)]) - contents) | once

    def simplify(self, what: str, words: str = "") -> None:
        self.reading.simplify(what, self.place, words)

    def leave_out(self, what: str, words: str = "") -> None:
        self.reading.leave_out(what, self.place, words)

    def changed(self, element: Any) -> None:
        """A tracked change: what was inserted is taken, what was deleted is not."""
        self.changes.append(element)

    def offer(self, choices: list[str]) -> None:
        if choices:
            self.simplify(_("A field with choices became ordinary text"), ", ".join(choices))

    # Blocks

    def items(self, parent: Any) -> list[Item]:
        """What stands in the body, a cell, a note or a box, in order."""
        found: list[Item] = []
        for child in parent:
            tag = child.tag
            if tag == W + "p":
                found += self.paragraph(child)
            elif tag == W + "tbl":
                found.append(self.table(child))
            elif tag == W + "sdt":
                found += self.control(child)
            elif tag in WRAPPERS or tag in INSERTED:
                found += self.items(child)
            elif tag == MC + "AlternateContent":
                shown = drawings.chosen(child)
                found += self.items(shown) if shown is not None else []
            elif tag in DELETED:
                self.changed(child)
            elif tag in (MATH + "oMathPara", MATH + "oMath"):
                found += self.paragraph([child])
            elif tag == W + "altChunk":
                self.leave_out(_("Another document embedded in this one"))
        return found

    def control(self, element: Any) -> list[Item]:
        """A content control: one of ours becomes a group, any other is its content."""
        properties = element.find(W + "sdtPr")
        if val(properties, "docPartObj/docPartGallery") == "Table of Contents":
            self.contents.append(self.words.of(element))
            return []
        content = self.filled(element)
        items = self.items(content) if content is not None else []
        tag = val(properties, "tag") or ""
        return [Group(tag.removeprefix(OURS), items)] if tag.startswith(OURS) else items

    def filled(self, control: Any) -> Any:
        """What is filled in in a content control; None when it only asks to be."""
        content, properties = control.find(W + "sdtContent"), control.find(W + "sdtPr")
        choices = [choice.get(W + "displayText") or "" for choice in control.iterfind(f"{W}sdtPr/*/{W}listItem")]
        self.offer(choices)
        if content is not None and properties is not None and properties.find(W + "showingPlcHdr") is not None:
            self.leave_out(_("Field that was not filled in"), self.words.of(content))
            return None
        return content

    def paragraph(self, element: Any) -> list[Item]:
        """What a paragraph becomes: its text, and what was drawn in it."""
        properties = element.find(W + "pPr") if not isinstance(element, list) else None
        level = self.styles.heading_level(properties)
        runs = Runs(self, None if level else properties)
        runs.take(element, Segment(""))
        self.contents.append("\n")
        names = self.styles.names(val(properties, "pStyle"))
        role = next((name.removeprefix("felles ") for name in names if name.startswith("felles ")), "")
        segments = merged(runs.segments) if role else stripped(runs.segments)
        numbering = self.styles.numbering(properties)
        if numbering and segments:
            self.counted.setdefault((numbering.list_id, numbering.level, bool(level)), numbering)
        paragraph = Paragraph(segments)
        if numbering and not level:
            paragraph = Paragraph(segments, "li", numbering.list_id, numbering.level, numbering.ordered)
        text = Text(paragraph, _style(names, level), level, role)
        if level and text.words:
            self.place = text.words
        return [*([text] if text.words else []), *runs.after]

    def table(self, element: Any) -> Table:
        table = Table()
        above: dict[int, list[Item]] = {}
        merged_cells = False
        for row in _rows(element):
            deleted = row.find(f"{W}trPr/{W}del")
            if deleted is not None:
                self.changed(deleted)
                self.leave_out(_("A row of a table that was marked as deleted"), self.words.with_deleted(row))
                continue
            cells: list[list[Item]] = [[] for _column in range(_number(val(row, "trPr/gridBefore"), 0))]
            for cell in _cells(row):
                span = _number(val(cell, "tcPr/gridSpan"), 1)
                goes_on = val(cell, "tcPr/vMerge")
                merged_cells = merged_cells or span > 1 or goes_on is not None
                continued = goes_on in ("", "continue") and len(cells) in above
                items = above[len(cells)] if continued else self.items(cell)
                if continued and (words := self.words.of(cell)).strip():
                    self.leave_out(_("Text that Word hides in a merged cell"), words)
                for _column in range(span):
                    above[len(cells)] = items
                    cells.append(items)
            if not table.rows:
                table.has_header = self.is_header(element, row, cells)
            table.rows.append(cells[:MAX_COLUMNS])
        if merged_cells:
            self.simplify(_("Table with merged cells: their content is repeated in each cell"))
        return table

    def is_header(self, table: Any, row: Any, cells: list[list[Item]]) -> bool:
        """Whether the first row is a row of headings: said so, or all of it is bold."""
        if row.find(f"{W}trPr/{W}tblHeader") is not None:
            return True
        texts = [item for cell in cells for item in cell if isinstance(item, Text)]
        bold = bool(texts) and all(s.bold for text in texts for s in text.paragraph.segments if s.text.strip())
        return bold

    # The other parts of the file

    def note(self, reference: Any) -> int:
        """The number of a note, which is read when it is first referred to; 0 when it isn't there."""
        kind = "footnotes" if reference.tag == W + "footnoteReference" else "endnotes"
        key = (kind, reference.get(W + "id") or "")
        if key not in self.notes:
            parts = self.package.parts(kind)
            notes = self.package.xml(parts[0]).iter(W + kind.removesuffix("s")) if parts else iter(())
            note = next((note for note in notes if note.get(W + "id") == key[1]), None)
            if note is None:
                return 0
            self.notes[key] = len(self.notes) + 1
            self.reading.notes.append([])
            self.note_elements.append(note)
            before, self.relations = self.relations, self.package.relations(parts[0])
            fields, self.fields = self.fields, []
            items = self.items(note)
            self.relations, self.fields = before, fields
            if any(isinstance(item, Table) for item in items):
                self.simplify(_("A table in a footnote became text"))
            if any(isinstance(item, Picture) for item in items):
                self.leave_out(_("A picture in a footnote"))
            self.reading.notes[self.notes[key] - 1] = [text.paragraph for text in texts_of(items)]
        return self.notes[key]

    def words_in(self, relation_id: str | None) -> str:
        """The words and figures of a chart or diagram, which lie in a part of their own."""
        _kind, target, outside = self.relations.get(relation_id or "", ("", "", True))
        if outside or not self.package.has(target):
            return ""
        texts = (element.text or "" for element in self.package.xml(target).iter(TEXT, CHART + "v"))
        return " ".join(dict.fromkeys(texts))

    def properties(self) -> dict[str, str]:
        """The file's own properties; ours name the document and the edition."""
        for kind, target, outside in self.package.relations("").values():
            if kind == "custom-properties" and not outside and self.package.has(target):
                return {e.get("name"): "".join(e.itertext()).strip() for e in self.package.xml(target) if e.get("name")}
        return {}

    def remark_on_look(self) -> None:
        """What Word adds by itself, and what has no place here."""
        if self.decorated:
            self.reading.simplify(_("Underlining, highlighting and colours are not kept"))
        if "".join(self.contents).strip():
            self.reading.leave_out(_("Table of contents: the handbook makes its own"))
        if self.led_within:
            said = _("References to other places in the same file are ordinary text: %(number)s")
            self.reading.simplify(said % {"number": self.led_within})
        if any(heading and numbering.ordered for (_id, _level, heading), numbering in self.counted.items()):
            self.reading.simplify(_("The numbers that Word put before headings are not kept"))
        words = dict.fromkeys(numbering.counted.words for numbering in self.counted.values())
        if any(words):
            self.reading.leave_out(_("Words that Word put before headings or points"), words=" ".join(words))
        for (_id, level, heading), numbering in self.counted.items():
            if numbering.ordered and numbering.counted.start not in ("0", "1") and not level and not heading:
                said = _("A list that began at %(number)s begins at 1 now")
                self.reading.simplify(said % {"number": numbering.counted.start})

    def remark_on_changes(self) -> None:
        if not self.changes:
            return
        people = Counter(change.get(W + "author") or _("unknown") for change in self.changes)
        inserted = sum(change.tag in INSERTED for change in self.changes)
        self.reading.simplify(
            _("Tracked changes: %(inserted)s insertions are taken, %(deleted)s deletions are not. By %(people)s")
            % {
                "inserted": inserted,
                "deleted": len(self.changes) - inserted,
                "people": ", ".join(f"{author} ({number})" for author, number in sorted(people.items())),
            }
        )
        deleted = [self.words.with_deleted(change) for change in self.changes if change.tag == W + "del"]
        if any(text.strip() for text in deleted):
            self.reading.leave_out(_("Text that was marked as deleted"), words=" … ".join(filter(None, deleted)))

    def remark_on_parts(self) -> None:
        """Comments, notes without a mark, and what stands at the top and foot of the sheets."""
        for part in self.package.parts("comments"):
            for comment in self.package.xml(part).iter(W + "comment"):
                who = comment.get(W + "author") or _("unknown")
                self.reading.leave_out(_("Comment from %(who)s") % {"who": who}, words=self.words.of(comment))
        for kind in ("footnote", "endnote"):
            for part in self.package.parts(f"{kind}s"):
                for note in self.package.xml(part).iter(W + kind):
                    if (f"{kind}s", note.get(W + "id") or "") not in self.notes and self.words.of(note).strip():
                        self.reading.leave_out(_("A footnote that no mark leads to"), words=self.words.of(note))
        if "FellesDocument" not in self.reading.properties:
            self.remark_on_sheets()

    def remark_on_sheets(self) -> None:
        roots = [self.package.xml(part) for part in self.package.parts("header") + self.package.parts("footer")]
        for words in dict.fromkeys(" ".join(self.words.of(root).split()) for root in roots):
            if words:
                self.reading.leave_out(_("Text at the top or foot of the sheets"), words=words)
        if any(next(root.iter(*drawings.PICTURES), None) is not None for root in roots):
            self.reading.leave_out(_("Pictures at the top or foot of the sheets"))


def _style(names: list[str], level: int) -> str:
    if level:
        return "heading"
    return next((name for name in names if name in ("title", "subtitle", "caption")), "")


def _rows(table: Any) -> list[Any]:
    return [row for row in table.iter(W + "tr") if _nearest(row, W + "tbl") is table]


def _cells(row: Any) -> list[Any]:
    return [cell for cell in row.iter(W + "tc") if _nearest(cell, W + "tr") is row]


def _nearest(element: Any, tag: str) -> Any:
    return next(element.iterancestors(tag), None)


def _number(text: str | None, otherwise: int) -> int:
    return min(int(text), MAX_COLUMNS) if text and text.isdecimal() else otherwise

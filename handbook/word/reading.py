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

from .originals import kept_in
from .package import Package, Unreadable
from .rich import Paragraph, Segment, merged, stripped
from .runs import DELETED, INSERTED, MC, TRANSPARENT, Field, Runs, chosen, count_by_author
from .structure import Group, Item, Reading, Table, Text, words_of
from .styles import Styles, W, val

A_TEXT = "{http://schemas.openxmlformats.org/drawingml/2006/main}t"
MAX_COLUMNS = 63  # Word's own limit; a file may claim any number
OURS = "felles:"
SHOWN = 160
WRAPPERS = {W + "customXml", W + "smartTag", W + "sdtContent"}
NOT_READ = {*DELETED, MC + "Fallback"}
RUNNING_ON = {*INSERTED, *TRANSPARENT, W + "hyperlink", W + "sdt"}
BREAKS = {
    W + "p",
    W + "tab",
    W + "br",
    W + "cr",
    W + "ptab",
    W + "footnoteReference",
    W + "endnoteReference",
    W + "sym",
}


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
        self.relations = package.related
        self.reading = Reading()
        self.place = ""
        self.fields: list[Field] = []
        self.inserted: Counter[str] = Counter()
        self.deleted: Counter[str] = Counter()
        self.decorated = 0
        self.contents: list[str] = []
        self.notes: dict[tuple[str, str], int] = {}
        self.note_elements: list[Any] = []

    def read(self) -> Reading:
        root = self.package.xml(self.package.main)
        body = root.find(W + "body")
        if body is None:
            raise Unreadable(_("The file is not a Word document, though its name says so."))
        self.reading.properties = self.properties()
        self.reading.originals = kept_in(self.package)
        self.reading.items = self.items(body)
        self.reading.words = words_of([_words(root), *map(_words, self.note_elements)])
        self.remark_on_changes()
        self.remark_on_parts()
        return self.reading

    def simplify(self, text: str, words: str = "") -> None:
        self.reading.simplify(text, self.place, words)

    def leave_out(self, text: str, words: str = "") -> None:
        self.reading.leave_out(text, self.place, words)

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
                shown = chosen(child)
                found += self.items(shown) if shown is not None else []
            elif tag in DELETED:
                self.deleted[child.get(W + "author") or _("unknown")] += 1
            elif tag == W + "altChunk":
                self.leave_out(_("Another document embedded in this one"))
        return found

    def control(self, element: Any) -> list[Item]:
        """A content control: one of ours becomes a group, any other is its content."""
        content = element.find(W + "sdtContent")
        if content is None:
            return []
        properties = element.find(W + "sdtPr")
        gallery = val(properties, "docPartObj/docPartGallery") or ""
        if gallery == "Table of Contents":
            words = _words(content)
            self.leave_out(_("Table of contents: the handbook makes its own"), words)
            return []
        items = self.items(content)
        tag = val(properties, "tag") or ""
        return [Group(tag.removeprefix(OURS), items)] if tag.startswith(OURS) else items

    def paragraph(self, element: Any) -> list[Item]:
        properties = element.find(W + "pPr")
        level = self.styles.heading_level(properties)
        runs = Runs(self)
        runs.take(element, Segment(""))
        if runs.contents:
            self.contents.append("".join(runs.contents))
        names = self.styles.names(val(properties, "pStyle"))
        role = next((name.removeprefix("felles ") for name in names if name.startswith("felles ")), "")
        segments = merged(runs.segments) if role else stripped(runs.segments)
        numbering = None if level else self.styles.numbering(properties)
        paragraph = Paragraph(segments)
        if numbering:
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
            if row.find(f"{W}trPr/{W}del") is not None:
                self.deleted[row.find(f"{W}trPr/{W}del").get(W + "author") or _("unknown")] += 1
                continue
            cells: list[list[Item]] = [[] for _column in range(_number(val(row, "trPr/gridBefore"), 0))]
            for cell in _cells(row):
                span = _number(val(cell, "tcPr/gridSpan"), 1)
                goes_on = val(cell, "tcPr/vMerge")
                merged_cells = merged_cells or span > 1 or goes_on is not None
                continued = goes_on in ("", "continue") and len(cells) in above
                items = above[len(cells)] if continued else self.items(cell)
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
            texts = [item for item in self.items(note) if isinstance(item, Text)]
            self.relations, self.fields = before, fields
            self.reading.notes[self.notes[key] - 1] = [text.paragraph for text in texts]
        return self.notes[key]

    def words_in(self, relation_id: str | None) -> str:
        """The words of a chart or diagram, which lie in a part of their own."""
        _kind, target, outside = self.relations.get(relation_id or "", ("", "", True))
        if outside or not self.package.has(target):
            return ""
        return " ".join(element.text or "" for element in self.package.xml(target).iter(A_TEXT))

    def properties(self) -> dict[str, str]:
        """The file's own properties; ours name the document and the edition."""
        for kind, target, outside in self.package.relations("").values():
            if kind == "custom-properties" and not outside and self.package.has(target):
                return {e.get("name"): "".join(e.itertext()).strip() for e in self.package.xml(target) if e.get("name")}
        return {}

    def remark_on_changes(self) -> None:
        if self.inserted or self.deleted:
            people = count_by_author(self.inserted + self.deleted)
            self.reading.simplify(
                _("Tracked changes: %(inserted)s insertions are taken, %(deleted)s deletions are not. By %(people)s")
                % {"inserted": self.inserted.total(), "deleted": self.deleted.total(), "people": people}
            )
        if self.decorated:
            self.reading.simplify(_("Underlining and highlighting are not kept"))
        if self.contents:
            words = " ".join(self.contents)
            self.reading.leave_out(_("Table of contents: the handbook makes its own"), words=words)

    def remark_on_parts(self) -> None:
        """Comments, and the texts at the top and foot of the sheets."""
        for part in self.package.parts("comments"):
            comments = list(self.package.xml(part).iter(W + "comment"))
            for comment in comments:
                who, words = comment.get(W + "author") or _("unknown"), " ".join(_words(comment).split())
                self.reading.leave_out(_("Comment from %(who)s: “%(words)s”") % {"who": who, "words": words})
        if "FellesDocument" in self.reading.properties:
            return
        seen: set[str] = set()
        for part in self.package.parts("header") + self.package.parts("footer"):
            words = " ".join(_words(self.package.xml(part)).split())
            if words and words not in seen:
                seen.add(words)
                self.reading.leave_out(
                    _("Text at the top or foot of the sheets: “%(words)s”") % {"words": words[:SHOWN]}
                )


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


def _words(root: Any) -> str:
    """Every word that stands in a part, read another way than the reader does: its check."""
    found: list[str] = []

    def walk(element: Any) -> None:
        for child in element:
            if child.tag == W + "t":
                found.append(child.text or "")
            elif child.tag not in NOT_READ:
                apart = child.tag in BREAKS or _stands_apart(child)
                found.append("\n" if apart else "")
                walk(child)
                found.append("\n" if apart else "")

    walk(root)
    return "".join(found)


def _stands_apart(element: Any) -> bool:
    """Whether words inside don't go on from the words before: anything but runs and what is around them."""
    if element.tag == W + "r":
        return element.find(f"{W}rPr/{W}vanish") is not None
    return element.tag not in RUNNING_ON and next(element.iter(W + "t"), None) is not None

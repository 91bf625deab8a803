"""The cells of a table: as text, as rich text, and as rows of a block when the headings say which."""

from collections.abc import Iterator
from dataclasses import dataclass

from .ours import as_plain_item, columns
from .rich import BREAK, Paragraph, html_of
from .structure import Item, Picture, Table, Text

Cell = list[Item]

# Headings of columns, in the words that procedures use: block → field → words.
COLUMNS: dict[str, dict[str, set[str]]] = {
    "steps": {
        "number": {"nr", "trinn", "steg", "#", "pkt"},
        "text": {"hva", "hva gjøres", "hva skal gjøres", "aktivitet", "oppgave", "what", "what is done"},
        "role": {"hvem", "ansvarlig", "ansvar", "rolle", "utføres av", "who"},
        "deadline": {"når", "frist", "tidspunkt", "when"},
    },
    "records": {
        "what": {"hva", "dokument", "registrering", "what"},
        "where": {"hvor", "lagres", "oppbevares", "sted", "where"},
        "keep": {"hvor lenge", "oppbevaringstid", "lagringstid", "oppbevares i", "kept for"},
    },
    "risks": {
        "risk": {"hva kan gå galt", "risiko", "fare", "uønsket hendelse", "what can go wrong"},
        "measure": {"tiltak", "hva vi gjør med det", "hva gjør vi", "forebyggende tiltak", "what we do about it"},
    },
    "definitions": {
        "term": {"begrep", "ord", "uttrykk", "term"},
        "meaning": {"forklaring", "betydning", "definisjon", "meaning"},
    },
}
NEEDED = {
    "steps": {"text"},
    "records": {"what", "where", "keep"},
    "risks": {"risk", "measure"},
    "definitions": {"term", "meaning"},
}
LENGTHS = {
    "role": 120,
    "deadline": 120,
    "what": 200,
    "where": 200,
    "keep": 120,
    "risk": 300,
    "measure": 300,
    "term": 120,
}


def cell_text(cell: Cell) -> str:
    """The words of a cell, a line for each paragraph."""
    return BREAK.join(paragraph.text for paragraph in _paragraphs(cell, lists=False))


def cell_html(cell: Cell, *, lists: bool = False) -> str:
    """The cell as rich text; its lists as paragraphs, unless the block can have lists."""
    return html_of(list(_paragraphs(cell, lists)))


def pictures_in(rows: list[list[Cell]]) -> list[Picture]:
    """The pictures in a table, each once though merged cells repeat it."""
    found: dict[int, Picture] = {}
    for row in rows:
        for cell in row:
            for item in cell:
                if isinstance(item, Picture):
                    found[id(item)] = item
                elif isinstance(item, Table):
                    found.update({id(picture): picture for picture in pictures_in(item.rows)})
    return list(found.values())


def _paragraphs(cell: Cell, lists: bool) -> Iterator[Paragraph]:
    number = 0
    for item in cell:
        if isinstance(item, Text):
            paragraph = item.paragraph
            number = number + 1 if paragraph.kind == "li" and paragraph.ordered else 0
            yield paragraph if lists and paragraph.kind == "li" else as_plain_item(paragraph, number)
        elif isinstance(item, Table):
            for row in item.rows:
                for inner in row:
                    yield from _paragraphs(inner, lists)


@dataclass(frozen=True)
class Columns:
    """Which block a table is, and the field of each column."""

    kind: str
    fields: tuple[str, ...]

    def values(self, rows: list[list[Cell]]) -> list[dict[str, str]] | None:
        """A value for each row; None when a cell is too long for its field or is missing."""
        values = []
        for row in rows:
            if len(row) != len(self.fields):
                return None
            value = {field: "" for field in COLUMNS[self.kind] if field != "number"}
            for field, cell in zip(self.fields, row, strict=True):
                if field != "number":
                    value[field] = cell_html(cell) if field == "text" else cell_text(cell)
            if any(len(value.get(field, "")) > length for field, length in LENGTHS.items()):
                return None
            values.append(value)
        return values

    def replaced(self, header: list[Cell]) -> list[str]:
        """The headings that are other words than the block's own."""
        own = {**columns()[self.kind], "number": ""}
        heads = zip(self.fields, map(cell_text, header), strict=True)
        return [head for field, head in heads if _bare(head) != own[field].casefold()]

    def numbers(self, rows: list[list[Cell]]) -> list[str]:
        """The numbers typed before the steps, which the handbook counts itself."""
        places = [place for place, field in enumerate(self.fields) if field == "number"]
        return [cell_text(row[place]) for row in rows for place in places]


def recognised(header: list[Cell]) -> Columns | None:
    """What the headings of a table say it is; None for any other table."""
    heads = [_bare(cell_text(cell)) for cell in header]
    for kind, words in COLUMNS.items():
        fields = [next((field for field, known in words.items() if head in known), "") for head in heads]
        enough = set(fields) >= NEEDED[kind] and (kind != "steps" or {"role", "deadline"} & set(fields))
        if "" not in fields and len(set(fields)) == len(fields) and enough:
            return Columns(kind, tuple(fields))
    return None


def _bare(head: str) -> str:
    return head.strip(" :.").casefold()

"""From a survey file to entries: headings are found wherever they stand, and each value gets the names beside it (S66).

Two shapes are understood: a line for each value (columns for unit, indicator and value), and a line for each unit with a
column for each question.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from results.survey.names import folded
from results.survey.table import Lines, Table, tables
from risk.sheet.package import Unreadable

HEADINGS_WITHIN = 60
MOST_ENTRIES = 5_000
UNIT, INDICATOR, PERIOD, VALUE, ANSWERS, NOTHING = "unit", "indicator", "period", "value", "answers", ""
WORDS = {
    UNIT: [
        "enhet",
        "enheten",
        "enhetsnavn",
        "enhetskode",
        "resultatenhet",
        "virksomhet",
        "virksomhetsnavn",
        "avdeling",
        "arbeidssted",
        "tjenestested",
        "skole",
        "barnehage",
        "unit",
        "department",
    ],
    INDICATOR: ["indikator", "indikatornavn", "sporsmal", "maling", "tema", "pastand", "indicator", "question"],
    PERIOD: ["periode", "period", "ar", "arstall", "tertial", "halvar", "maned", "year", "month"],
    VALUE: [
        "verdi",
        "score",
        "resultat",
        "svar",
        "skar",
        "snitt",
        "gjennomsnitt",
        "maltall",
        "prosent",
        "andel",
        "value",
        "result",
        "mean",
        "average",
    ],
    ANSWERS: [
        "n",
        "antall",
        "antallsvar",
        "antallbesvarelser",
        "besvarelser",
        "svarantall",
        "respondenter",
        "antallrespondenter",
        "ansvar",
        "answers",
        "responses",
        "respondents",
    ],
    NOTHING: ["nr", "lopenummer", "kommentar", "merknad", "svarprosent", "id", "comment"],
}
MEANING = {word: role for role, words in WORDS.items() for word in words}


@dataclass(frozen=True)
class Entry:
    """One value as it stands in the file, with the names it stands beside."""

    line: int
    unit: str
    indicator: str
    period: str
    value: str
    answers: str


@dataclass
class Reading:
    """What a file said. `skipped`: lines that hold something and could not be an entry, with why."""

    entries: list[Entry] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)
    empty: int = 0

    def as_data(self) -> dict[str, Any]:
        """As plain values, to be kept."""
        entries = [vars(entry) for entry in self.entries]
        return {"entries": entries, "skipped": [list(row) for row in self.skipped], "empty": self.empty}


def read(content: bytes) -> Reading:
    """What the file says. Raises `Unreadable`, with the reason, when nothing can be made of it."""
    for table in tables(content):
        place = _headings(table.lines)
        if place is not None:
            return _entries(table, place)
    raise Unreadable(
        _("No line with headings was found. The file needs a column called “Enhet”, and columns with values.")
    )


def role(heading: str) -> str | None:
    """What a column holds by its heading; None for a heading that is a question of its own."""
    plain = folded(heading)
    return MEANING.get(plain) if plain else NOTHING


def _headings(lines: Lines) -> int | None:
    """The line of the headings: the first that names the unit and something beside it."""
    for place, cells in enumerate(lines[:HEADINGS_WITHIN]):
        if any(role(cell) == UNIT for cell in cells) and sum(bool(cell) for cell in cells) > 1:
            return place
    return None


def _entries(table: Table, place: int) -> Reading:
    heads = table.lines[place]
    columns = Columns(heads)
    reading = Reading()
    for number, cells in enumerate(table.lines[place + 1 :], table.first + place + 1):
        if not any(cells):
            reading.empty += 1
        elif cells == heads[: len(cells)]:
            continue
        elif not columns.cell(cells, UNIT):
            reading.skipped.append((number, _("No unit: %(text)s") % {"text": " ".join(filter(None, cells))[:120]}))
        else:
            reading.entries += columns.entries(number, cells)
        if len(reading.entries) > MOST_ENTRIES:
            raise Unreadable(_("The file has more than %(most)s values.") % {"most": MOST_ENTRIES})
    if not reading.entries:
        raise Unreadable(_("There are headings, but no values below them."))
    return reading


class Columns:
    """Which column holds what: the first of each role, and the questions."""

    def __init__(self, heads: Sequence[str]) -> None:
        self.places: dict[str, int] = {}
        self.questions: list[tuple[int, str]] = []
        for place, heading in enumerate(heads):
            found = role(heading)
            if found is None:
                self.questions.append((place, heading))
            elif found != NOTHING:
                self.places.setdefault(found, place)
        self.is_long = VALUE in self.places and INDICATOR in self.places
        if not self.is_long and VALUE in self.places:
            self.questions.append((self.places[VALUE], heads[self.places[VALUE]]))

    def cell(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    def entries(self, line: int, cells: Sequence[str]) -> list[Entry]:
        """The values of a line; an empty cell is no value."""
        if self.is_long:
            pairs = [(self.cell(cells, INDICATOR), self.cell(cells, VALUE))]
        else:
            pairs = [(heading, cells[place]) for place, heading in self.questions if place < len(cells)]
        beside = {name: self.cell(cells, name) for name in (UNIT, PERIOD, ANSWERS)}
        return [Entry(line=line, indicator=name, value=value, **beside) for name, value in pairs if value]

"""What stands above the table: title, template and version, name and function, and what is said with a label."""

import re
from dataclasses import dataclass

from risk.sheet.grid import Grid
from risk.sheet.headings import squeezed

LONGEST, MOST = 120, 300  # characters: of what is kept, and of what is looked at
_LABELS = {
    "use": ("bruk", "bruksområde", "bruksomraade", "område", "use"),
    "unit": ("enhet", "eining", "resultatenhet", "resultateining", "avdeling", "virksomhet", "unit"),
    "year": ("år", "year"),
    "template": ("mal", "template"),
    "who": ("navnogfunksjon", "namnogfunksjon", "utfyltav", "utførtav", "ansvarlig", "nameandfunction"),
    "title": ("risikovurdering", "rosanalyse", "tittel", "tema", "riskassessment", "title"),
}
_FIELDS = {word: name for name, words in _LABELS.items() for word in words}
_TITLE = ("risikovurdering", "risikoogsårbarhet", "rosanalyse", "rosskjema", "riskassessment")
_HINTS = (
    "skrivkort",
    "altenter",
    "holdmusa",
    "arketerbeskytt",
    "hvitefelt",
    "hvitecelle",
    "begrensetinnsyn",
    "writeshortly",
    "holdthemouse",
    "sheetisprotected",
    "restricted",
)
_RESTRICTED = ("begrensetinnsyn", "restricted")
_PLACEHOLDER = re.compile(r"<[^<>]*>")
_TEMPLATE = re.compile(r"\bmal\b.*\d|\d.*\bmal\b|\btemplate\b.*\d", re.IGNORECASE)
_YEAR = re.compile(r"\b(20\d\d)\b")


@dataclass
class Head:
    """What the top of the sheet says, as text; "" for what it doesn't. `restricted`: it says that few may read it."""

    title: str = ""
    template: str = ""
    who: str = ""
    use: str = ""
    unit: str = ""
    year: str = ""
    restricted: bool = False


def head_of(grid: Grid, top: int) -> Head:
    """The head from the rows above the table."""
    found: dict[str, str] = {}
    loose: list[str] = []
    for row in range(1, top):
        waiting = ""
        for text in _lines(grid, row):
            name, value = ("", text) if waiting else _labelled(text)
            if waiting:
                found.setdefault(waiting, value)
                waiting = ""
            elif name and value:
                found.setdefault(name, value)
            elif name:
                waiting = name
            else:
                loose.append(text)
    _place(loose, found)
    if year := _YEAR.search(found.get("year", "") or found.get("title", "")):
        found["year"] = year[1]
    else:
        found.pop("year", None)
    texts = [squeezed(text) for row in range(1, top) for text in grid.texts(row)]
    restricted = any(sign in text for text in texts for sign in _RESTRICTED)
    return Head(**{name: value[:LONGEST] for name, value in found.items()}, restricted=restricted)


def _lines(grid: Grid, row: int) -> list[str]:
    """What stands in the row, without hints and what is to be replaced."""
    texts = [" ".join(_PLACEHOLDER.sub("", text[:MOST]).split()) for text in grid.texts(row)]
    return [text for text in texts if text and not any(hint in squeezed(text) for hint in _HINTS)]


def _labelled(text: str) -> tuple[str, str]:
    """The field and the value of "Unit: Home care"; no field when it isn't written so."""
    label, colon, value = text.partition(":")
    name = _FIELDS.get(squeezed(label), "") if colon else ""
    return (name, value.strip()) if name else ("", text)


def _place(loose: list[str], found: dict[str, str]) -> None:
    """Lines without a label: the title says what it is, the template has a date, and the next is who and function."""
    for text in loose:
        if "title" not in found and any(word in squeezed(text) for word in _TITLE):
            found["title"] = text
        elif "template" not in found and _TEMPLATE.search(text):
            found["template"] = text
        elif "title" not in found and "who" not in found and len(loose) == 1:
            found["title"] = text
        elif "who" not in found:
            found["who"] = text

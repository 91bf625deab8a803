"""What the system knows about one subject for a management review: figures, charts and tables as plain data, so that they
can be frozen as JSON and shown again exactly (ISO 9001 clause 9.3.2)."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from django.utils.translation import gettext as _

from results.charts import Bars, Series, Shape, Timeline
from results.templatetags.results_tags import number

TOO_FEW_FOR_PERCENT = 20  # below this, a change is said in whole numbers
PERCENT = "%"
CLAUSE = "abcdef"  # the letters of ISO 9001 clause 9.3.2
TIMELINE, BARS = "timeline", "bars"


@dataclass(frozen=True)
class Figure:
    """One number. `before` is the same one period earlier, None when it says nothing; `tone` is ok, warn, bad or empty."""

    label: str
    value: float | None
    unit: str = ""
    before: float | None = None
    url: str = ""
    tone: str = ""

    @property
    def text(self) -> str:
        """The number with its unit: "19 d", "91 %"."""
        return f"{number(self.value)} {self.unit}".strip() if self.value is not None else "–"

    @property
    def change(self) -> str:
        """How it moved from the period before: in per cent, in points of per cent, or in whole numbers when they are few."""
        if self.before is None or self.value is None:
            return ""
        moved = self.value - self.before
        if not moved:
            return _("unchanged")
        if self.unit == PERCENT:
            return _("%(number)s points") % {"number": _signed(moved)}
        if self.before < TOO_FEW_FOR_PERCENT:
            return _signed(moved)
        return f"{_signed(round(moved / self.before * 100))} %"

    @property
    def tone_in_words(self) -> str:
        """What the colour says."""
        return {"ok": _("green"), "warn": _("yellow"), "bad": _("red")}.get(self.tone, "")


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '−'}{number(abs(value))}"


@dataclass(frozen=True)
class Cell:
    """A cell of a table: text, perhaps with an address and a tone."""

    text: str
    url: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Table:
    """Rows behind the figures. `more` says how many there is no room for."""

    title: str
    headings: list[str]
    rows: list[list[Cell]]
    more: int = 0

    @property
    def with_labels(self) -> list[list[tuple[str, Cell]]]:
        """Each row with the heading of each cell, for small screens."""
        return [list(zip(self.headings, row, strict=True)) for row in self.rows]


@dataclass(frozen=True)
class Drawing:
    """What a chart is drawn from. `kind` is timeline or bars; a series is (name, values, shape)."""

    kind: str
    title: str
    labels: list[str]
    series: list[tuple[str, list[float | None], str]]
    unit: str = ""
    links: list[str] | None = None

    @property
    def chart(self) -> Timeline | Bars:
        series = [Series(name, values, Shape(shape)) for name, values, shape in self.series]
        made = Timeline if self.kind == TIMELINE else Bars
        return made(self.title, self.labels, series, unit=self.unit, links=self.links or ())


@dataclass(frozen=True)
class Section:
    """One input of the review. `code` is its letter in ISO 9001 clause 9.3.2, or a word; `note` is what is to be known of the figures,
    or says that nothing is known."""

    code: str
    title: str
    figures: list[Figure]
    tables: list[Table]
    drawings: list[Drawing]
    note: str = ""

    @property
    def letter(self) -> str:
        """Its letter in the clause; "" for what the clause does not name."""
        return self.code if self.code[0] in CLAUSE and len(self.code) <= 2 else ""

    @property
    def is_empty(self) -> bool:
        """Whether the system knows nothing about it."""
        return not (self.figures or self.drawings or any(table.rows for table in self.tables))

    def as_data(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Self:
        """The section that `as_data` wrote."""
        return cls(
            code=data["code"],
            title=data["title"],
            note=data["note"],
            figures=[Figure(**figure) for figure in data["figures"]],
            drawings=[
                Drawing(**{**drawing, "series": [(name, values, shape) for name, values, shape in drawing["series"]]})
                for drawing in data["drawings"]
            ],
            tables=[
                Table(**{**table, "rows": [[Cell(**cell) for cell in row] for row in table["rows"]]})
                for table in data["tables"]
            ],
        )


def section(
    code: str,
    title: str,
    *,
    figures: list[Figure] | None = None,
    tables: list[Table] | None = None,
    drawings: list[Drawing] | None = None,
    note: str = "",
) -> Section:
    """A section with what it has; tables without rows are left out."""
    shown = [table for table in tables or [] if table.rows]
    return Section(code, title, figures or [], shown, drawings or [], note)

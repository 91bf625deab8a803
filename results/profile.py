"""A profile analysis compared over years (S74). The average counts only the elements that have a value in every year that is
compared: otherwise a year would look better for what it left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.translation import gettext as _

from organisation import spreadsheets
from organisation.spreadsheets import Sheet
from results.charts import Series
from results.dots import MARK, Dots
from results.models import ProfileAnalysis, ProfileElement, ProfileScore

MOST_YEARS = 4  # what can be told apart in one chart


@dataclass(frozen=True)
class Line:
    """An element with its score in each year, None where it has none."""

    element: ProfileElement
    scores: list[ProfileScore | None]

    @property
    def values(self) -> list[float | None]:
        return [float(score.value) if score and score.value is not None else None for score in self.scores]

    @property
    def notes(self) -> list[str]:
        """Why it has no value, for each year; empty where it has one."""
        return [self._note(score) for score in self.scores]

    @property
    def counts(self) -> bool:
        """Whether it counts in the average: it has a value in every year."""
        return all(value is not None for value in self.values)

    def _note(self, score: ProfileScore | None) -> str:
        if score is None:
            return _("not part of the analysis that year")
        return score.reason


@dataclass(frozen=True)
class Comparison:
    """The elements of the years, in order."""

    analysis: ProfileAnalysis
    years: list[int]
    lines: list[Line]

    @property
    def common(self) -> list[Line]:
        return [line for line in self.lines if line.counts]

    @property
    def left_out(self) -> list[Line]:
        return [line for line in self.lines if not line.counts]

    @property
    def averages(self) -> list[float | None]:
        """Of the elements that have a value in every year."""
        values = [line.values for line in self.common]
        if not values:
            return [None] * len(self.years)
        return [round(sum(row[place] or 0 for row in values) / len(values), 2) for place in range(len(self.years))]

    @property
    def chart(self) -> Dots:
        names = [str(year) for year in self.years]
        series = [Series(name, [line.values[place] for line in self.lines]) for place, name in enumerate(names)]
        return Dots(
            title=f"{self.analysis.title}: {_listed(names)}",
            labels=[line.element.name for line in self.lines],
            series=series,
            lowest=float(self.analysis.lowest),
            highest=float(self.analysis.highest),
            notes=[[line.notes[place] for line in self.lines] for place in range(len(self.years))],
            change_name=_("Change") if len(self.years) > 1 else "",
        )


def years_asked(analysis: ProfileAnalysis, asked: Iterable[str]) -> list[int]:
    """The years an address asks for, of those there are, in order; the last two when it asks for none."""
    there = analysis.years()
    chosen = sorted({int(text) for text in asked if text.isascii() and text.isdecimal()} & set(there))
    return (chosen or there[-2:])[-MOST_YEARS:]


def compare(analysis: ProfileAnalysis, years: Sequence[int]) -> Comparison:
    """The elements that were part of the analysis in one of the years. Two queries."""
    scores = {
        (score.element_id, score.year): score
        for score in ProfileScore.objects.filter(element__analysis=analysis, year__in=years)
    }
    lines = [
        Line(element, [scores.get((element.pk, year)) for year in years])
        for element in analysis.elements.all()
        if any(element.is_in(year) for year in years)
    ]
    return Comparison(analysis, list(years), lines)


def with_years() -> "QuerySet[ProfileAnalysis]":
    """Every analysis with `first`, `last` and `times`: the years it was done. One query."""
    found = ProfileAnalysis.objects.select_related("unit")
    return found.annotate(
        first=Min("elements__scores__year"),
        last=Max("elements__scores__year"),
        times=Count("elements__scores__year", distinct=True),
        count=Count("elements", distinct=True, filter=Q(elements__last_year=None)),
    )


def workbook(found: Comparison) -> bytes:
    """A line for each element; what is left out is said in words, and does not count below."""
    columns = [_("Value in %(year)s") % {"year": year} for year in found.years]
    why = [_("Why not in %(year)s") % {"year": year} for year in found.years]
    change = [_("Change")] if len(found.years) > 1 else []
    rows = [
        [
            line.element.name if line.counts else f"{line.element.name} {MARK}",
            *line.values,
            *([_change(line.values)] if change else []),
            *line.notes,
        ]
        for line in found.lines
    ]
    averages = [
        _("Average of %(number)s elements with a value in every year") % {"number": len(found.common)},
        *found.averages,
        *([_change(found.averages)] if change else []),
    ]
    widths = (44, *[12] * (len(columns) + len(change)), *[44] * len(why))
    return spreadsheets.workbook(
        Sheet(_("Profile"), [_("Element"), *columns, *change, *why], [*rows, averages], widths, "B2")
    )


def _change(values: Sequence[float | None]) -> float | None:
    first, last = values[0], values[-1]
    return None if first is None or last is None else round(last - first, 2)


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)

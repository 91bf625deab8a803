"""The maturity of internal control as it stands (S45): of one unit, of a unit with those below it, of the municipality."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.risk import Colour
from organisation import clock, spreadsheets
from organisation.models import Unit
from organisation.spreadsheets import Sheet
from results.charts import Series
from results.dots import Dots
from results.models import MaturityArea, MaturityScore
from results.models.maturity import EARLIEST, HIGHEST, LATEST, LOWEST

LOW_UP_TO, MIDDLE_UP_TO = 2.4, 3.4  # of an average: the level it is nearest to
SHOWN_GAPS = 10


def colour(level: float | None) -> str:
    """Levels 1 and 2 are red, 3 is yellow, 4 and 5 are green."""
    if level is None:
        return ""
    return Colour.RED if level <= LOW_UP_TO else Colour.YELLOW if level <= MIDDLE_UP_TO else Colour.GREEN


def year_of(text: str | None) -> int:
    """The year an address asks for; this year when it asks for none that makes sense."""
    year = int(text) if text and text.isascii() and text.isdecimal() and len(text) == 4 else 0
    return year if EARLIEST <= year <= LATEST else clock.today().year


@dataclass(frozen=True)
class Line:
    """An area of one unit in a year, and the last time before."""

    area: MaturityArea
    score: MaturityScore | None
    before: MaturityScore | None

    @property
    def change(self) -> int | None:
        return self.score.now - self.before.now if self.score and self.before else None


def lines(unit: Unit, year: int) -> list[Line]:
    """The areas in use, and those out of use that were assessed that year, in order. Two queries."""
    latest: dict[int, MaturityScore] = {}
    now: dict[int, MaturityScore] = {}
    scores = MaturityScore.objects.filter(unit=unit, year__lte=year).select_related("area", "case", "assessed_by")
    for score in scores.order_by("year"):
        score.unit = unit
        (now if score.year == year else latest)[score.area_id] = score
    areas = [area for area in MaturityArea.objects.all() if area.active or area.pk in now]
    return [Line(area, now.get(area.pk), latest.get(area.pk)) for area in areas]


def chart(title: str, unit_lines: Iterable[Line]) -> Dots:
    """Now and ambition of the areas that are assessed."""
    shown = [(line.area, line.score) for line in unit_lines if line.score]
    return Dots(
        title=title,
        labels=[area.name for area, _score in shown],
        series=[
            Series(_("Now"), [score.now for _area, score in shown]),
            Series(_("Ambition"), [score.ambition for _area, score in shown]),
        ],
        lowest=LOWEST,
        highest=HIGHEST,
        links=[f"#{area.code}" for area, _score in shown],
        change_name=_("Left to go"),
    )


@dataclass(frozen=True)
class History:
    """The levels of a unit year by year: `rows` has, for each area, the level of each of the `years`."""

    years: list[int]
    rows: list[tuple[MaturityArea, list[int | None]]]
    averages: list[float | None]


def history(unit: Unit) -> History:
    """Every year the unit was assessed. One query beside the areas."""
    by_area: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for area, year, now in MaturityScore.objects.filter(unit=unit).values_list("area_id", "year", "now"):
        by_area[area][year] = now
    years = sorted({year for levels in by_area.values() for year in levels})
    areas = [area for area in MaturityArea.objects.all() if area.pk in by_area]
    averages = [_average(levels[year] for levels in by_area.values() if year in levels) for year in years]
    return History(years, [(area, [by_area[area.pk].get(year) for year in years]) for area in areas], averages)


@dataclass(frozen=True)
class AreaSummary:
    """An area in a unit and those below it: averages of the units that have assessed it; None when none has."""

    area: MaturityArea
    units: int
    now: float | None
    ambition: float | None
    before: float | None

    @property
    def colour(self) -> str:
        return colour(self.now)


@dataclass(frozen=True)
class Summary:
    """The maturity of a unit and those below it in a year: plain data for the review and the leader's page."""

    unit: Unit
    year: int
    areas: list[AreaSummary]
    gaps: list[MaturityScore]
    units: int
    now: float | None
    before: float | None
    url: str

    @property
    def late(self) -> list[MaturityScore]:
        """Gaps whose day has passed."""
        return [score for score in self.gaps if score.is_late]


def of(unit: Unit, year: int) -> Summary:
    """What is said of the unit and those below it that year, the year before beside it; the largest gaps first. Three
    queries."""
    found = MaturityScore.objects.in_unit(unit).filter(year__in=(year, year - 1))
    levels: defaultdict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    units: set[int] = set()
    for area, at, now, ambition, where in found.order_by().values_list("area_id", "year", "now", "ambition", "unit_id"):
        levels[area, at].append((now, ambition))
        if at == year:
            units.add(where)
    areas = [
        AreaSummary(
            area=area,
            units=len(levels[area.pk, year]),
            now=_average(now for now, _ambition in levels[area.pk, year]),
            ambition=_average(ambition for _now, ambition in levels[area.pk, year]),
            before=_average(now for now, _ambition in levels[area.pk, year - 1]),
        )
        for area in MaturityArea.objects.all()
        if area.active or levels[area.pk, year]
    ]
    whole = {
        at: _average(now for (_area, y), rows in levels.items() if y == at for now, _a in rows)
        for at in (year, year - 1)
    }
    gaps = MaturityScore.objects.in_unit(unit).filter(year=year).with_gap().select_related("unit", "area", "case")
    address = f"{reverse('results:maturity', args=[unit.code])}?ar={year}"
    return Summary(unit, year, areas, list(gaps), len(units), whole[year], whole[year - 1], address)


@dataclass(frozen=True)
class TableRow:
    """A unit with its score in each area, None where it has none."""

    unit: Unit
    scores: list[MaturityScore | None]
    average: float | None


@dataclass(frozen=True)
class Table:
    """The units that are assessed, by area; and those right below that are not."""

    year: int
    areas: list[MaturityArea]
    rows: list[TableRow]
    lacking: list[Unit]


def table(top: Unit, year: int) -> Table:
    """The unit, those below it and their scores that year. Three queries."""
    by_unit: defaultdict[int, dict[int, MaturityScore]] = defaultdict(dict)
    used: set[int] = set()
    for score in MaturityScore.objects.in_unit(top).filter(year=year).select_related("unit", "area"):
        by_unit[score.unit_id][score.area_id] = score
        used.add(score.area_id)
    areas = [area for area in MaturityArea.objects.all() if area.active or area.pk in used]
    units = Unit.objects.filter(path__startswith=top.path)
    rows = []
    lacking = []
    for unit in units:
        if scores := by_unit.get(unit.pk):
            average = _average(score.now for score in scores.values())
            rows.append(TableRow(unit, [scores.get(area.pk) for area in areas], average))
        elif unit.active and unit.depth <= top.depth + 1:
            lacking.append(unit)
    return Table(year, areas, rows, lacking)


def workbook(top: Unit, year: int) -> bytes:
    """A line for each unit and area of the year, and a sheet with the table."""
    found = table(top, year)
    scores = [score for row in found.rows for score in row.scores if score]
    names = dict(MaturityScore.objects.filter(pk__in=[s.pk for s in scores]).values_list("pk", "case__reference"))
    every = Sheet(
        _("Maturity"),
        [
            _("Unit"),
            _("Area"),
            _("Year"),
            _("Now"),
            _("Ambition"),
            _("Gap"),
            _("To be reached by"),
            _("Why"),
            _("Assessed"),
            _("Case"),
        ],
        [
            [
                score.unit.name,
                score.area.name,
                score.year,
                score.now,
                score.ambition,
                score.gap,
                score.reached_by,
                score.evidence,
                timezone.localtime(score.assessed_at).date(),
                names[score.pk],
            ]
            for score in scores
        ],
        (34, 34, 8, 8, 10, 8, 14, 70, 12, 14),
        "C2",
    )
    across = Sheet(
        _("Units and areas"),
        [_("Unit"), *(area.name for area in found.areas), _("Average")],
        [[row.unit.name, *(score.now if score else None for score in row.scores), row.average] for row in found.rows],
        (34,),
        "B2",
    )
    return spreadsheets.workbook(every, across)


def _average(values: Iterable[float]) -> float | None:
    found = list(values)
    return round(sum(found) / len(found), 2) if found else None

"""How mature the internal control is, beside what the units want it to be (S45; kommuneloven § 25-1)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from organisation.models import Unit
from results import maturity
from results.charts import Shape
from results.inputs.section import BARS, Cell, Drawing, Figure, Section, Table, section
from results.maturity import AreaSummary, Summary
from results.periods import Period
from results.templatetags.results_tags import number

CODE = "m"
GAPS = 10
TONES = {"red": "bad", "yellow": "warn", "green": "ok"}


def build(unit: Unit, period: Period) -> Section:
    """As it was assessed in the year the period ends in. Three queries."""
    found = maturity.of(unit, period.last.year)
    title = _("Maturity of internal control")
    if not found.units:
        return section(CODE, title, note=_("The maturity was not assessed in %(year)s.") % {"year": found.year})
    figures = [
        Figure(
            _("average in %(year)s, from 1 to 5") % {"year": found.year},
            found.now,
            url=found.url,
            tone=TONES.get(maturity.colour(found.now), ""),
        ),
        Figure(_("average the year before"), found.before),
        Figure(_("units that have assessed themselves"), found.units, url=reverse("results:maturity_overview")),
        Figure(_("areas below what is wanted"), sum(_is_below(area) for area in found.areas)),
    ]
    return section(CODE, title, figures=figures, tables=[_areas(found), _gaps(found)], drawings=[_chart(found)])


def _is_below(area: AreaSummary) -> bool:
    return area.now is not None and area.ambition is not None and area.now < area.ambition


def _chart(found: Summary) -> Drawing:
    assessed = [area for area in found.areas if area.now is not None]
    return Drawing(
        BARS,
        _("Maturity now, and what is wanted"),
        [area.area.name for area in assessed],
        [
            (_("Now"), [area.now for area in assessed], Shape.COLUMNS.value),
            (_("Ambition"), [area.ambition for area in assessed], Shape.COLUMNS.value),
        ],
    )


def _areas(found: Summary) -> Table:
    return Table(
        _("The areas"),
        [_("Area"), _("Now"), _("The year before"), _("Ambition"), _("Units")],
        [
            [
                Cell(area.area.name),
                Cell(_level(area.now), tone=TONES.get(area.colour, "")),
                Cell(_level(area.before)),
                Cell(_level(area.ambition)),
                Cell(str(area.units)),
            ]
            for area in found.areas
        ],
    )


def _gaps(found: Summary) -> Table:
    """Where it is furthest to what is wanted."""
    return Table(
        _("Furthest from what is wanted"),
        [_("Area"), _("Unit"), _("Now"), _("Ambition"), _("To be reached by")],
        [
            [
                Cell(score.area.name),
                Cell(score.unit.name, reverse("results:maturity", args=[score.unit.code])),
                Cell(str(score.now)),
                Cell(str(score.ambition)),
                Cell(f"{score.reached_by:%d.%m.%Y}" if score.reached_by else "–"),
            ]
            for score in found.gaps[:GAPS]
        ],
        more=max(len(found.gaps) - GAPS, 0),
    )


def _level(value: float | None) -> str:
    return number(value) if value is not None else "–"

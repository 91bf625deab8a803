"""The units' own reviews, rolled up into that of the unit above: who has held one, their frozen figures side by side, and
what they lift up (S63)."""

from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from organisation.models import Unit
from results.charts import Shape
from results.inputs import headline
from results.inputs.section import BARS, Cell, Drawing, Figure, Section, Table, section
from results.models import FrozenReview, Review, ReviewComment, ReviewDecision
from results.periods import Period

CODE = "u"


@dataclass(frozen=True)
class Row:
    """A unit with its review of the period and the figures of it, when they are frozen."""

    unit: Unit
    review: Review | None
    figures: list[Figure]

    @property
    def is_held(self) -> bool:
        return self.review is not None and self.review.is_closed


def build(unit: Unit, period: Period) -> Section | None:
    """None for a unit without result units below it. Five queries."""
    below = [one for one in result_units(unit) if one.pk != unit.pk]
    if not below:
        return None
    rows = _rows(below, unit, period)
    held = sum(row.is_held for row in rows)
    missing = [row for row in rows if row.review is None]
    figures = [
        Figure(_("units that have held their review"), held),
        Figure(_("units that are preparing"), len(rows) - held - len(missing)),
        Figure(_("units without a review"), len(missing), tone="bad" if missing else "ok"),
    ]
    lacking = Table(_("Units without a review"), [_("Unit")], [[Cell(row.unit.name)] for row in missing])
    tables = [_side_by_side(rows), lacking, _lifted(rows)]
    drawing = _reported(rows)
    drawings = [drawing] if drawing.labels else []
    return section(CODE, _("The units' reviews"), figures=figures, tables=tables, drawings=drawings)


def result_units(unit: Unit) -> list[Unit]:
    """The unit, when it is a result unit, and the result units below it that are in use: each holds a review. One query."""
    return list(Unit.objects.active().under([unit.path]).filter(kind=Unit.Kind.RESULT_UNIT))


def _rows(below: list[Unit], unit: Unit, period: Period) -> list[Row]:
    found = Review.objects.held().filter(unit__path__startswith=unit.path).overlapping(period).order_by("last", "pk")
    latest = {review.unit_id: review for review in found.select_related("unit")}
    reviews = [latest[one.pk] for one in below if one.pk in latest]
    frozen = FrozenReview.objects.filter(review__in=reviews, what=FrozenReview.What.FIGURES)
    contents = {one.review_id: one.content["sections"] for one in frozen}
    return [Row(one, latest.get(one.pk), _headline(contents, latest.get(one.pk))) for one in below]


def _headline(contents: dict[int, list[dict]], review: Review | None) -> list[Figure]:
    if review is None or review.restricted:
        return []
    sections = contents.get(review.pk, [])
    return next((Section.of(data).figures for data in sections if data["code"] == headline.CODE), [])


def _side_by_side(rows: list[Row]) -> Table:
    names = next(([capfirst(figure.label) for figure in row.figures] for row in rows if row.figures), [])
    return Table(
        _("The units side by side"),
        [_("Unit"), _("Review"), *names],
        [
            [
                Cell(row.unit.name, row.review.get_absolute_url() if row.review else ""),
                Cell(
                    str(row.review.get_status_display()) if row.review else _("None"), tone="" if row.review else "bad"
                ),
                *_figures(row, len(names)),
            ]
            for row in rows
        ],
    )


def _figures(row: Row, number: int) -> list[Cell]:
    if len(row.figures) != number:
        return [Cell("–")] * number
    return [Cell(figure.text, figure.url, figure.tone) for figure in row.figures]


def _reported(rows: list[Row]) -> Drawing:
    """The first headline figure, cases reported, as bars."""
    shown = [row for row in rows if row.figures and row.review]
    return Drawing(
        BARS,
        _("Cases reported by unit"),
        [row.unit.name for row in shown],
        [(_("Cases"), [row.figures[0].value for row in shown], Shape.COLUMNS.value)],
        links=[row.review.get_absolute_url() for row in shown if row.review],
    )


def _lifted(rows: list[Row]) -> Table:
    """Comments and decisions that units lift up, of reviews that are closed and not restricted."""
    open_to_all = [row.review for row in rows if row.review and row.is_held and not row.review.restricted]
    comments = ReviewComment.objects.filter(review__in=open_to_all, raised=True).order_by(
        "review__unit__path", "section"
    )
    decisions = ReviewDecision.objects.filter(review__in=open_to_all, raised=True).order_by("review__unit__path", "pk")
    lines = [(one.review, one.text) for one in comments.select_related("review__unit")]
    lines += [(one.review, one.text) for one in decisions.select_related("review__unit")]
    return Table(
        _("Lifted to this level"),
        [_("Unit"), _("What")],
        [[Cell(review.unit.name, review.get_absolute_url()), Cell(text)] for review, text in lines],
    )

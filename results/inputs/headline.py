"""The four numbers and two charts that stand first: how much was reported, how fast it was closed, what is late, and whether
measures work; as the statistics count them."""

from django.utils.translation import gettext as _

from organisation.models import Unit
from results.charts import Shape
from results.inputs.section import BARS, PERCENT, TIMELINE, Drawing, Figure, Section, section
from results.periods import Length, Period
from results.statistics import breakdown, effect, trend
from results.statistics.durations import Durations
from results.statistics.scope import Scope

MONTHS = 8
CAUSES = 8
GOOD_EFFECT, POOR_EFFECT = 80, 50  # per cent
CODE = "0"


def build(unit: Unit, period: Period) -> Section:
    """Thirteen queries."""
    scope = Scope(period, unit)
    before = scope.during(period.previous())
    return section(
        CODE,
        _("The period in short"),
        figures=[*_of_cases(scope, before), *_of_measures(scope, before)],
        drawings=[_development(scope), _causes(scope)],
        note=_("Sealed cases are in none of the figures."),
    )


def _of_cases(scope: Scope, before: Scope) -> list[Figure]:
    return [
        Figure(
            _("cases reported"),
            scope.received().count(),
            before=before.received().count(),
            url=scope.address_of_received(),
        ),
        Figure(
            _("median to closed"),
            Durations.to_close(scope.closed()).median,
            _("d"),
            before=Durations.to_close(before.closed()).median,
            url=scope.address_of_closed(),
        ),
    ]


def _of_measures(scope: Scope, before: Scope) -> list[Figure]:
    late, worked = scope.late_actions().count(), _worked(scope)
    return [
        Figure(
            _("measures past deadline"),
            late,
            before=before.late_actions().count(),
            url=scope.address(late_action_on=scope.day),
            tone="bad" if late else "ok",
        ),
        Figure(
            _("measures with confirmed effect"),
            worked,
            PERCENT,
            before=_worked(before),
            url=scope.address_of_evaluated(),
            tone=_tone(worked),
        ),
    ]


def _worked(scope: Scope) -> int | None:
    """The share of the evaluated measures that worked, in per cent."""
    confirmed = effect.effects(scope).confirmed
    return None if confirmed is None else round(confirmed * 100)


def _tone(worked: float | None) -> str:
    if worked is None:
        return ""
    if worked >= GOOD_EFFECT:
        return "ok"
    return "warn" if worked >= POOR_EFFECT else "bad"


def _development(scope: Scope) -> Drawing:
    """Reported and ended by the month, up to the end of the period; at least eight months."""
    number = max(MONTHS, len(scope.period.parts(Length.MONTH)))
    earliest = Period.containing(scope.period.last, Length.MONTH).shifted(1 - number)
    months = trend.development(scope.during(Period(earliest.first, scope.period.last)), Length.MONTH)
    reported: list[float | None] = [month.all_received for month in months]
    ended: list[float | None] = [month.ended for month in months]
    return Drawing(
        TIMELINE,
        _("Development"),
        [month.label for month in months],
        [(_("Reported"), reported, Shape.COLUMNS.value), (_("Ended"), ended, Shape.LINE.value)],
        links=[scope.during(month.period).address_of_received() for month in months],
    )


def _causes(scope: Scope) -> Drawing:
    """The root causes of what was reported, the most frequent first."""
    causes = breakdown.by_cause(scope).portions[:CAUSES]
    return Drawing(
        BARS,
        _("Causes"),
        [cause.label for cause in causes],
        [(_("Cases"), [cause.number for cause in causes], Shape.COLUMNS.value)],
        links=[cause.address for cause in causes],
    )

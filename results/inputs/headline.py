"""The four numbers and two charts that stand first: how much was reported, how fast it was closed, what is late, and whether
measures work. The small counting here is what `results.statistics` counts for any period and unit."""

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from cases.forms.measures import State
from cases.models import Action
from organisation.models import Unit
from results.charts import Shape
from results.inputs.counting import (
    action_late_at,
    actions_of,
    address_of_cases,
    cases_of,
    count,
    end_of,
    median_days,
    share,
    within,
)
from results.inputs.section import BARS, PERCENT, TIMELINE, Drawing, Figure, Section, section
from results.periods import Length, Period

MONTHS = 8
CAUSES = 8
GOOD_EFFECT, POOR_EFFECT = 80, 50  # per cent
CODE = "0"


def build(unit: Unit, period: Period) -> Section:
    """Five queries."""
    return section(
        CODE,
        _("The period in short"),
        figures=[*_of_cases(unit, period), *_of_measures(unit, period)],
        drawings=[_development(unit, period), _causes(unit, period)],
        note=_("Sealed cases are in none of the figures."),
    )


def _of_cases(unit: Unit, period: Period) -> list[Figure]:
    before = period.previous()
    cases = cases_of(unit)
    reported = count(cases, now=within("received_at", period), then=within("received_at", before))
    now, then = median_days(cases.closed(), "closed_at", period)
    address = address_of_cases(unit, period)
    return [
        Figure(_("cases reported"), reported["now"], before=reported["then"], url=address),
        Figure(_("median to closed"), now, _("d"), before=then),
    ]


def _of_measures(unit: Unit, period: Period) -> list[Figure]:
    before = period.previous()
    evaluated, evaluated_then = within("evaluated_at", period), within("evaluated_at", before)
    effective = Q(effect=Action.Effect.EFFECTIVE)
    found = count(
        actions_of(unit),
        late=action_late_at(end_of(period)),
        late_then=action_late_at(end_of(before)),
        evaluated=evaluated,
        evaluated_then=evaluated_then,
        effective=evaluated & effective,
        effective_then=evaluated_then & effective,
    )
    worked = share(found["effective"], found["evaluated"])
    return [
        Figure(
            _("measures past deadline"),
            found["late"],
            before=found["late_then"],
            url=f"{reverse('cases:measures')}?enhet={unit.pk}&tilstand={State.LATE}",
            tone="bad" if found["late"] else "ok",
        ),
        Figure(
            _("measures with confirmed effect"),
            worked,
            PERCENT,
            before=share(found["effective_then"], found["evaluated_then"]),
            tone=_tone(worked),
        ),
    ]


def _tone(worked: float | None) -> str:
    if worked is None:
        return ""
    if worked >= GOOD_EFFECT:
        return "ok"
    return "warn" if worked >= POOR_EFFECT else "bad"


def _development(unit: Unit, period: Period) -> Drawing:
    """Reported and closed by the month, up to the end of the period; at least eight months."""
    last = Period.containing(period.last, Length.MONTH)
    number = max(MONTHS, len(period.parts(Length.MONTH)))
    months = [last.shifted(step) for step in range(1 - number, 1)]
    conditions = {f"in_{place}": within("received_at", month) for place, month in enumerate(months)}
    conditions |= {f"out_{place}": within("closed_at", month) for place, month in enumerate(months)}
    found = count(cases_of(unit), **conditions)
    reported: list[float | None] = [found[f"in_{place}"] for place in range(number)]
    ended: list[float | None] = [found[f"out_{place}"] for place in range(number)]
    return Drawing(
        TIMELINE,
        _("Development"),
        [month.short for month in months],
        [(_("Reported"), reported, Shape.COLUMNS.value), (_("Ended"), ended, Shape.LINE.value)],
        links=[address_of_cases(unit, month) for month in months],
    )


def _causes(unit: Unit, period: Period) -> Drawing:
    """The root causes of what was reported, the most frequent first."""
    cases = cases_of(unit).filter(within("received_at", period)).exclude(cause=None)
    rows = list(cases.values("cause__name").annotate(number=Count("pk")).order_by("-number", "cause__name")[:CAUSES])
    return Drawing(
        BARS,
        _("Causes"),
        [row["cause__name"] for row in rows],
        [(_("Cases"), [row["number"] for row in rows], Shape.COLUMNS.value)],
    )

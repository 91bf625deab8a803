"""When indicators are to be measured by hand, as dated duties for the annual wheel (G13)."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q

from organisation.models import Unit
from organisation.nearest import Nearest
from organisation.roles import Role
from results import scorecard
from results.models import Indicator, Measurement
from results.periods import Period

AFTER = datetime.timedelta(scorecard.DAYS_TO_MEASURE)


@dataclass(frozen=True)
class MeasuringDuty:
    indicator: Indicator
    unit: Unit
    period: Period
    due: datetime.date
    measurement: Measurement | None
    who: str


def between(where: Q, unit: Unit | None, first: datetime.date, last: datetime.date) -> Iterator[MeasuringDuty]:
    """The measurements due in these days: of the indicators that `where` picks, at the unit that has the goal; and of the
    common ones that `unit` measures, there. Figures the system knows are nobody's duty. Seven queries."""
    by_hand = Indicator.objects.active().exclude(source=Indicator.Source.FIGURE)
    pairs = [(indicator, indicator.goal.unit) for indicator in by_hand.filter(where).for_list()]
    if unit:
        common = by_hand.filter(common=True).measured_in([unit]).exclude(goal__unit=unit)
        pairs += [(indicator, unit) for indicator in common.for_list()]
    if not pairs:
        return
    made = _measured({indicator for indicator, _unit in pairs})
    leaders = Nearest(Role.UNIT_LEADER)
    for indicator, place in pairs:
        for period in Period(first - AFTER, last - AFTER).parts(indicator.length):
            due = scorecard.due(period)
            if first <= due <= last and indicator.is_expected(period):
                who = str(scorecard.responsible(indicator, place, leaders))
                found = made.get((indicator.pk, place.pk, period.last))
                yield MeasuringDuty(indicator, place, period, due, found, who)


def _measured(indicators: set[Indicator]) -> dict[tuple[int, int, datetime.date], Measurement]:
    found = Measurement.objects.filter(indicator__in=indicators)
    return {(row.indicator_id, row.unit_id, row.last): row for row in found}

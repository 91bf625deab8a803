"""Measuring by the clock: figures the system knows are counted when their period is over, and people are reminded of those
they measure by hand and of red ones nobody has settled (S65, S66)."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from organisation import clock
from organisation.models import Reminder, Unit, User, within
from organisation.reminders import occasion, remind_all
from results import scorecard
from results.models import Indicator, Measurement
from results.periods import Period
from results.scorecard import Line


def count(by: User | None, indicator: Indicator, unit: Unit, period: Period) -> Measurement:
    """Count the figure of the indicator for a unit and a period that is over, and keep it with what it was counted of; the
    one that is there is counted anew.

    Raises PermissionDenied, and ValidationError when the system doesn't know the figure or there was nothing to count.
    """
    figure = indicator.known_figure
    if figure is None:
        raise ValidationError(_("The system does not know this figure. It is measured by hand."))
    if by is not None and not indicator.may_measure(by, unit):
        raise PermissionDenied
    counted = figure.count(unit, period, indicator.page)
    if counted.value is None:
        raise ValidationError(_("There was nothing to count in %(period)s.") % {"period": period})
    there = Measurement.objects.filter(indicator=indicator, unit=unit, first=period.first, last=period.last).first()
    if there is None:
        kept = Indicator.Source.FIGURE
        return Measurement.record(by, indicator, unit, period, value=counted.value, note=counted.basis, source=kept)
    if by is not None and (there.value, there.note) != (counted.value, counted.basis):
        there.correct(by, value=counted.value, note=counted.basis, reason=_("Counted anew"))
    return there


def count_due() -> int:
    """Count each figure whose newest period is over and that is not counted; how many were. Safe to run any number of
    times: what is counted once stands."""
    with translation.override(settings.LANGUAGE_CODE):
        return sum(_count_one(line) for line in _asked() if line.indicator.known_figure)


def _count_one(line: Line) -> int:
    try:
        count(None, line.indicator, line.unit, line.period)
    except ValidationError:  # nothing to count, or an older period of another length is in the way
        return 0
    return 1


def remind_due() -> int:
    """Tell who measures by hand that it is time, and again when it is late; and who has a red one nobody has settled. How
    many were told."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all([*_of_missing(), *_of_red()])


def _of_missing() -> Iterator[Reminder]:
    today = clock.today()
    for line in _asked():
        when = occasion(line.due, today)
        if when and not line.indicator.known_figure:
            words = {"indicator": line.indicator, "period": line.period}
            yield Reminder(
                user=line.responsible,
                about=f"measure:{line.indicator.pk}:{line.unit.pk}:{line.period.code}:{when}",
                subject=_("Measure “%(indicator)s” for %(period)s") % words,
                url=line.url,
            )


def _of_red() -> Iterator[Reminder]:
    for line in scorecard.now(list(Unit.objects.active())):
        if line.measurement and line.measurement.is_to_settle:
            yield Reminder(
                user=line.responsible,
                about=f"red:{line.measurement.pk}:{line.measurement.version}",
                subject=_("“%(indicator)s” is red: decide what comes of it") % {"indicator": line.indicator},
                url=line.url,
            )


def _asked() -> list[Line]:
    """What is not measured of the newest periods that are over, in every unit."""
    return [line for line in scorecard.now(list(Unit.objects.active())) if line.is_missing]


def waiting_for(user: User) -> tuple[list[Line], list[Line]]:
    """What the person is to measure, and the red ones the person is to settle. For who neither owns an indicator nor leads
    a unit, one query."""
    owned = Indicator.objects.active().filter(owner=user).values("goal__unit")
    units = list(Unit.objects.active().filter(Q(pk__in=owned) | within(user.led_paths, "path")))
    mine = [line for line in scorecard.now(units) if line.responsible == user] if units else []
    missing = [line for line in mine if line.is_missing and not line.indicator.known_figure]
    return missing, [line for line in mine if line.measurement and line.measurement.is_to_settle]

"""Goals, indicators and measurements for the tests, made through the domain methods."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from organisation import clock
from organisation.models import Unit, User
from results.models import Frequency, Goal, Indicator, Measurement, Perspective
from results.periods import Period


def make_goal(by: User, unit: Unit, **facts: Any) -> Goal:
    perspective, _made = Perspective.objects.get_or_create(name="Brukere")
    facts.setdefault("title", "Fornøyde brukere")
    facts.setdefault("perspective", perspective)
    facts.setdefault("owner", by)
    facts.setdefault("first_year", 2024)
    facts.setdefault("last_year", 2028)
    return Goal.begin(by, unit=unit, **facts)


def make_indicator(by: User, goal: Goal, **facts: Any) -> Indicator:
    """Measured every tertial, higher is better: green from 80, yellow from 70."""
    facts.setdefault("name", "Brukertilfredshet")
    facts.setdefault("how", "Andel som svarer 5 eller 6.")
    facts.setdefault("measure", "%")
    facts.setdefault("owner", goal.owner)
    facts.setdefault("frequency", Frequency.TERTIAL)
    for name, value in (("target", 85), ("green", 80), ("yellow", 70)):
        facts[name] = Decimal(facts.get(name, value))
    return Indicator.begin(by, goal, **facts)


def measure(by: User, indicator: Indicator, unit: Unit, code: str, value: float | str, **facts: Any) -> Measurement:
    """The value of the period with this code, such as "2026-T1"."""
    period = Period.read(code)
    assert period is not None
    return Measurement.record(by, indicator, unit, period, value=Decimal(str(value)), **facts)


@pytest.fixture
def november(db: None) -> Iterator[None]:
    """It is 30 November 2026: two tertials of the year are over."""
    moment = datetime.datetime(2026, 11, 30, 9, tzinfo=datetime.UTC)
    with clock.set_to(moment):
        yield

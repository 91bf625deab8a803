"""The inputs of a management review, gathered by the system for a unit and a period (S62; ISO 9001 clause 9.3.2).

A new input is a module with `build(unit, period)` and a line in `BUILDERS`. What it answers with is plain data, so that it
can be frozen. Each takes a number of queries that does not grow with the data.
"""

from collections.abc import Callable

from organisation.models import Unit
from results.inputs import (
    changes,
    checking,
    controls,
    deviations,
    earlier,
    goals,
    headline,
    improvements,
    inhabitants,
    maturity,
    processes,
    providers,
    resources,
    risks,
    units,
)
from results.inputs.section import Section
from results.periods import Period

Builder = Callable[[Unit, Period], Section | None]

# In the order of the clause; the headline stands first, and has no comment of its own.
BUILDERS: list[Builder] = [
    headline.build,
    units.build,
    earlier.build,
    changes.build,
    inhabitants.build,
    goals.build,
    processes.build,
    deviations.build,
    checking.build,
    controls.build,
    providers.build,
    resources.build,
    risks.build,
    maturity.build,
    improvements.build,
]


def gather(unit: Unit, period: Period) -> list[Section]:
    """Every input that concerns the unit, as it is now."""
    return [section for build in BUILDERS if (section := build(unit, period))]

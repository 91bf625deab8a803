"""The statistics (S59–S61) and the management review (S62) of a municipality with 100,000 cases of three years.

Each statistic is counted for this year against last year, and for all three years, the most there is. The processor is
timed, as everything is done in this process. `python -m tests.bench statistics` takes some minutes to fill the database.
"""

import time
from collections.abc import Callable, Iterator
from io import StringIO
from statistics import median

from django.core.management import call_command
from django.db import connection
from django.http import QueryDict

from cases.models import Case
from organisation import clock
from organisation.models import Unit
from results.forms.statistics import StatisticsFilters
from results.inputs import gather
from results.periods import Length, Period
from results.statistics import board, headline
from tests.bench.figures import Figure

CASES, TURNS = 100_000, 3


def measure() -> Iterator[Figure]:
    call_command("load_volume", users=2_000, procedures=50, cases=CASES, stdout=StringIO())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    yield Figure("Cases", Case.objects.count(), "cases")
    today = clock.today()
    periods = {"this year": "", "three years": f"fra={today.replace(year=today.year - 3, day=1)}&til={today}"}
    for name, asked in periods.items():
        view = StatisticsFilters(QueryDict(asked)).view()
        yield Figure(
            f"Headline figures, {name}", took(lambda view=view: headline.of(view.scope, view.against)), "s", 1.5
        )
        for kind in board.CHARTS.values():
            yield Figure(f"{kind.code}, {name}", took(lambda view=view, kind=kind: kind.of(view)), "s", 1.5)
    municipality, last_year = Unit.objects.get(depth=1), Period.of(Length.YEAR, today.year - 1)
    unit = municipality.get_children()[0]
    for name, whose in {"municipality": municipality, "unit": unit}.items():
        yield Figure(f"Review of a {name} gathered", took(lambda whose=whose: gather(whose, last_year)), "s", 3)


def took(work: Callable[[], object]) -> float:
    """Seconds of the processor, the median of some turns."""
    seconds = []
    for _turn in range(TURNS):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return median(seconds)

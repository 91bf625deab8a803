"""An indicator: its page with history, and the forms of what it is."""

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from cases.models import Case
from organisation import clock
from organisation.changes import revisions
from organisation.models import Unit, User
from organisation.record_step import RecordForm, RecordStep
from results import scorecard
from results.charts import Series, Timeline
from results.forms.goals import IndicatorForm, TargetForm
from results.models import Goal, Indicator, Measurement
from results.models.indicator import LIMITS
from results.permissions import may_manage

SHOWN = 12  # periods in the chart
REVISIONS = 100


def indicator_or_404(pk: int) -> Indicator:
    """Indicators are open to every employee."""
    found = Indicator.objects.select_related("goal__unit", "goal__perspective", "owner", "page__document")
    return get_object_or_404(found.prefetch_related("targets"), pk=pk)


@require_safe
def indicator(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/indikator/<pk>/?enhet=<pk>`: what it is, how it stands, and every measurement of a unit."""
    found = indicator_or_404(pk)
    units = list(found.units())
    unit = _chosen_unit(request, found, units)
    lines = scorecard.now([unit], reader=request.user, only=found)
    measurements = _measurements(found, unit)
    context = {
        "indicator": found,
        "unit": unit,
        "units": units,
        "line": lines[0] if lines else None,
        "measurements": measurements,
        "cases": _cases(measurements, request.user),
        "chart": _chart(found, measurements),
        "may_measure": found.active and found.may_measure(request.user, unit),
        "may_manage": may_manage(request.user, found.goal.unit),
        "limits": found.limits(clock.today().year),
    }
    return render(request, "results/scorecard/indicator.html", context)


def _chosen_unit(request: HttpRequest, found: Indicator, units: list[Unit]) -> Unit:
    """The unit the address names, else the person's own, else the one that has the goal."""
    asked = request.GET.get("enhet", "")
    for wanted in (asked, str(request.user.unit_id)):
        if unit := next((one for one in units if str(one.pk) == wanted), None):
            return unit
    return found.goal.unit


def _measurements(found: Indicator, unit: Unit) -> list[Measurement]:
    rows = list(Measurement.objects.filter(indicator=found, unit=unit).select_related("unit").order_by("-last"))
    for row in rows:
        row.indicator = found
    return rows


def _cases(measurements: list[Measurement], user: User) -> dict[int, Any]:
    """The cases of the measurements, as far as the person may read them."""
    ids = {row.case_id for row in measurements if row.case_id}
    cases = Case.objects.visible_to(user).filter(pk__in=ids) if ids else ()
    return {case.pk: case for case in cases}


def _chart(found: Indicator, measurements: list[Measurement]) -> Timeline | None:
    """The last periods in the order of time; those that are not measured are empty."""
    if not measurements:
        return None
    newest = max(measurements[0].period, found.expected(clock.today()))
    periods = [newest.shifted(-back) for back in range(SHOWN)][::-1]
    by_period = {row.period: row for row in measurements}
    first = next((place for place, period in enumerate(periods) if period in by_period), 0)
    rows = [by_period.get(period) for period in periods[first:]]
    values = [float(row.value) if row else None for row in rows]
    return Timeline(
        title=found.name,
        labels=[period.short for period in periods[first:]],
        series=[Series(found.name, values)],
        unit=found.measure,
        links=[f"#maling-{row.pk}" if row else "#malinger" for row in rows],
        limit=float(found.limits(newest.last.year).target),
        limit_name=_("Target"),
    )


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/indikator/<pk>/historikk/`: who changed what it is, its targets and its values, when and why."""
    found = indicator_or_404(pk)
    told = revisions(found.history.all(), _("Indicator"))
    for target in found.targets.all():
        told += revisions(target.history.all(), _("Targets of %(year)s") % {"year": target.year})
    for row in Measurement.objects.filter(indicator=found).select_related("unit"):
        told += revisions(row.history.all(), f"{row.unit}, {row.period}")
    told.sort(key=lambda revision: revision.at, reverse=True)
    page = Paginator(told, REVISIONS).get_page(request.GET.get("s"))
    return render(request, "results/scorecard/history.html", {"indicator": found, "page": page, "revisions": page})


class BeginIndicator(RecordStep):
    """`/resultater/mal/<pk>/indikator/ny/`: a new indicator of the goal."""

    title = _lazy("New indicator")
    lead = _lazy("How do you see that the goal is reached?")
    button = _lazy("Save")
    success = _lazy("The indicator is saved.")
    made: Indicator | None = None

    def load(self) -> None:
        self.goal = get_object_or_404(Goal.objects.for_list(), pk=self.kwargs["pk"])
        if not may_manage(self.user, self.goal.unit):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        shown = self.made or self.goal
        return shown.get_absolute_url(), str(shown)

    def form(self, *data: Any) -> RecordForm:
        return IndicatorForm(*data, is_new=True, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"key": uuid.uuid4(), "owner": self.goal.owner, "frequency": "tertial"}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = Indicator.begin(self.user, self.goal, key=form.cleaned_data["key"], **form.facts())


class Step(RecordStep):
    """A step of one indicator, for those who look after the goals of its unit."""

    record: Indicator
    button = _lazy("Save")

    def load(self) -> None:
        self.record = indicator_or_404(self.kwargs["pk"])
        if not may_manage(self.user, self.record.goal.unit):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class ChangeIndicator(Step):
    title = _lazy("Change the indicator")
    lead = _lazy("New limits count from this year on. Earlier years keep theirs.")
    success = _lazy("The indicator is changed.")
    form_class = IndicatorForm

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in Indicator.FACTS}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **form.facts())


class SetTarget(Step):
    """`/resultater/indikator/<pk>/maltall/`: the limits of one year; `?ar=` chooses it."""

    title = _lazy("Targets of a year")
    lead = _lazy("Use this when a year has targets of its own. The rest follow the indicator.")
    success = _lazy("The targets are saved.")
    form_class = TargetForm

    def initial(self) -> dict[str, Any]:
        asked = self.request.GET.get("ar", "")
        year = int(asked) if asked.isdigit() and len(asked) == 4 else clock.today().year
        limits = self.record.limits(year)
        return {"year": year, **{name: getattr(limits, name) for name in LIMITS}}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.set_target(self.user, form.cleaned_data["year"], version=version, **form.limits())

"""Maturity of internal control (S45): the municipality, a unit, the form, and a case for a gap."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.changes import revisions
from organisation.filters import filters_in, remembers_filters
from organisation.history import VersionedModel
from organisation.models import Unit
from organisation.record_step import RecordStep
from organisation.spreadsheets import download
from results import maturity
from results.forms.maturity import SCORE, FollowUpForm, MaturityFilters, MaturityForm
from results.models import MaturityArea, MaturityScore
from results.permissions import may_manage, units_to_manage
from results.views.entries import Entries, Line


@require_safe
@remembers_filters
def overview(request: HttpRequest) -> HttpResponse:
    """`/resultater/modenhet/?ar=&enhet=`: the units by area, and the largest gaps."""
    form = MaturityFilters(request.GET)
    top, year = _asked(form)
    summary = maturity.of(top, year)
    context = {
        "form": form,
        "query": filters_in(request.GET),
        "table": maturity.table(top, year),
        "summary": summary,
        "gaps": summary.gaps[: maturity.SHOWN_GAPS],
        "more": len(summary.gaps) - maturity.SHOWN_GAPS,
        "own": units_to_manage(request.user),  # type: ignore[arg-type]
        "may": {unit.pk for unit in units_to_manage(request.user)},  # type: ignore[arg-type]
    }
    return render(request, "results/maturity/overview.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    top, year = _asked(MaturityFilters(request.GET))
    return download(maturity.workbook(top, year), _("maturity-%(year)s.xlsx") % {"year": year})


def _asked(form: MaturityFilters) -> tuple[Unit, int]:
    asked = form.asked()
    top = asked.get("unit") or Unit.objects.municipality()
    return top, asked.get("year") or clock.today().year


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """`/resultater/modenhet/<code>/?ar=`: now and ambition of a unit's own areas, and how it was before."""
    found = get_object_or_404(Unit, code=code)
    year = maturity.year_of(request.GET.get("ar"))
    lines = maturity.lines(found, year)
    history = maturity.history(found)
    context = {
        "unit": found,
        "year": year,
        "years": sorted({*history.years, clock.today().year}),
        "lines": lines,
        "assessed": sum(1 for line in lines if line.score),
        "chart": maturity.chart(_("Now and ambition, %(year)s") % {"year": year}, lines),
        "history": history,
        "may_change": may_manage(request.user, found),  # type: ignore[arg-type]
        "colour": maturity.colour,
    }
    return render(request, "results/maturity/unit.html", context)


@require_safe
def history(request: HttpRequest, code: str) -> HttpResponse:
    """Every change of the unit's scores, the newest first."""
    found = get_object_or_404(Unit, code=code)
    scores = MaturityScore.objects.filter(unit=found).select_related("area")
    rows = [
        revision
        for score in scores
        for revision in revisions(score.history.select_related("assessed_by"), f"{score.area}, {score.year}")
    ]
    context = {"unit": found, "revisions": sorted(rows, key=lambda row: row.at, reverse=True)}
    return render(request, "results/maturity/history.html", context)


class Assess(Entries):
    """`/resultater/modenhet/<code>/vurder/?ar=`: every area of a unit in one form."""

    template_name = "results/maturity/assess.html"
    form_class = MaturityForm
    success = _lazy("The assessment is saved. You can go on with it whenever you like.")

    def load(self) -> None:
        self.unit = get_object_or_404(Unit, code=self.kwargs["code"])
        if not may_manage(self.user, self.unit):
            raise PermissionDenied
        self.year = maturity.year_of(self.request.GET.get("ar"))
        self.lines = {line.area: line for line in maturity.lines(self.unit, self.year)}

    def things(self) -> list[tuple[Any, VersionedModel | None]]:
        return [(area, line.score) for area, line in self.lines.items()]

    def options(self, thing: Any) -> dict[str, Any]:
        return {"area": thing}

    def initial(self, thing: Any, record: Any) -> dict[str, Any]:
        if record is not None:
            return {name: getattr(record, name) for name in SCORE}
        before = self.lines[thing].before
        return {"ambition": before.ambition} if before else {}

    def save(self, line: Line) -> None:
        facts = line.form.cleaned_data
        MaturityScore.assess(self.user, unit=self.unit, area=line.thing, year=self.year, **facts)

    def back(self) -> tuple[str, str]:
        return f"{reverse('results:maturity', args=[self.unit.code])}?ar={self.year}", str(self.unit)

    def context(self) -> dict[str, Any]:
        before = {area.pk: line.before for area, line in self.lines.items()}
        return {**super().context(), "unit": self.unit, "year": self.year, "before": before}


class FollowUp(RecordStep):
    """Open a case for what is missing."""

    form_class = FollowUpForm
    title = _lazy("Open a case for the gap")
    button = _lazy("Open the case")
    success = _lazy("The case is opened, and the person responsible is told.")
    record: MaturityScore

    def load(self) -> None:
        scores: QuerySet[MaturityScore] = MaturityScore.objects.select_related("unit", "area", "case")
        self.record = get_object_or_404(scores, pk=self.kwargs["pk"], unit__code=self.kwargs["code"])
        if not may_manage(self.user, self.record.unit):
            raise PermissionDenied
        area: MaturityArea = self.record.area
        self.lead = _("%(area)s: from level %(now)s to level %(ambition)s.") % {
            "area": area,
            "now": self.record.now,
            "ambition": self.record.ambition,
        }

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record.unit)

    def initial(self) -> dict[str, Any]:
        return {"responsible": self.user, "deadline": self.record.reached_by}

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        self.record.follow_up(self.user, version=version, **facts)

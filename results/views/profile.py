"""Profile analyses (S74): the list, a comparison of years, its elements, and the values of a year."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.changes import revisions
from organisation.history import VersionedModel
from organisation.record_step import RecordForm, RecordStep
from organisation.spreadsheets import download
from results import maturity, profile
from results.forms.profile import ELEMENT, HEAD, BeginProfileForm, ElementForm, ProfileForm, ValueForm
from results.models import ProfileAnalysis, ProfileElement, ProfileScore
from results.models.profile import Entry
from results.permissions import units_to_manage
from results.views.entries import Entries, Line


@require_safe
def analyses(request: HttpRequest) -> HttpResponse:
    """`/resultater/profil/`: every analysis."""
    may_begin = units_to_manage(request.user).exists()  # type: ignore[arg-type]
    return render(request, "results/profile/list.html", {"analyses": profile.with_years(), "may_begin": may_begin})


@require_safe
def analysis(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/profil/<pk>/?ar=2008&ar=2013`: the years beside each other."""
    found = get_object_or_404(ProfileAnalysis.objects.select_related("unit"), pk=pk)
    years = profile.years_asked(found, request.GET.getlist("ar"))
    context = {
        "analysis": found,
        "years": found.years(),
        "chosen": years,
        "most": profile.MOST_YEARS,
        "comparison": profile.compare(found, years),
        "elements": found.elements.all(),
        "this_year": clock.today().year,
        "may_change": found.may_change(request.user),  # type: ignore[arg-type]
        "revisions": revisions(found.history.select_related("unit")),
    }
    return render(request, "results/profile/profile.html", context)


@require_safe
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """The same comparison as a spreadsheet."""
    found = _compared(request, pk)
    return download(profile.workbook(found), f"{_file_name(found)}.xlsx")


@require_safe
def drawing(request: HttpRequest, pk: int) -> HttpResponse:
    """The same comparison as a drawing, for a report."""
    found = _compared(request, pk)
    content = render_to_string("results/parts/dots.svg", {"chart": found.chart, "comparison": found})
    headers = {"Content-Disposition": f'attachment; filename="{_file_name(found)}.svg"'}
    return HttpResponse(content, content_type="image/svg+xml", headers=headers)


def _compared(request: HttpRequest, pk: int) -> profile.Comparison:
    found = get_object_or_404(ProfileAnalysis, pk=pk)
    return profile.compare(found, profile.years_asked(found, request.GET.getlist("ar")))


def _file_name(found: profile.Comparison) -> str:
    return "-".join([slugify(found.analysis.title) or "profil", *map(str, found.years)])


class Begin(RecordStep):
    """A new analysis with its elements."""

    title = _lazy("New profile analysis")
    lead = _lazy("The same elements are scored each time, so that the years can be compared.")
    button = _lazy("Make the analysis")
    success = _lazy("The analysis is made. Put in the values of a year.")
    made: ProfileAnalysis | None = None

    def load(self) -> None:
        if not units_to_manage(self.user).exists():
            raise PermissionDenied

    def form(self, *data: Any) -> RecordForm:
        return BeginProfileForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {"unit": self.user.unit_id, "lowest": 1, "highest": 6}

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:profiles"), _("Profile analyses")

    def perform(self, form: Any, version: int | None) -> None:
        facts = {name: form.cleaned_data[name] for name in (*HEAD, "elements")}
        self.made = ProfileAnalysis.begin(self.user, **facts)


class Change(RecordStep):
    """The head of an analysis."""

    record: ProfileAnalysis
    title = _lazy("Change the analysis")
    button = _lazy("Save")
    success = _lazy("The analysis is changed.")

    def load(self) -> None:
        self.record = _changeable(self, self.kwargs["pk"])

    def form(self, *data: Any) -> RecordForm:
        return ProfileForm(*data, user=self.user, initial=self.shown())

    def initial(self) -> dict[str, Any]:
        return {**{name: getattr(self.record, name) for name in HEAD}, "unit": str(self.record.unit_id)}

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, **{name: form.cleaned_data[name] for name in HEAD})


class AddElement(RecordStep):
    form_class = ElementForm
    title = _lazy("New element")
    button = _lazy("Add the element")
    success = _lazy("The element is added.")

    def load(self) -> None:
        self.analysis = _changeable(self, self.kwargs["pk"])

    def initial(self) -> dict[str, Any]:
        return {"first_year": clock.today().year}

    def back(self) -> tuple[str, str]:
        return self.analysis.get_absolute_url(), str(self.analysis)

    def perform(self, form: Any, version: int | None) -> None:
        ProfileElement.add(self.user, self.analysis, **_element(form))


class ChangeElement(RecordStep):
    """Also when it is no longer part of the analysis."""

    record: ProfileElement
    form_class = ElementForm
    title = _lazy("Change the element")
    button = _lazy("Save")
    success = _lazy("The element is changed.")

    def load(self) -> None:
        rows = ProfileElement.objects.select_related("analysis__unit")
        self.record = get_object_or_404(rows, pk=self.kwargs["element"], analysis=self.kwargs["pk"])
        if not self.record.analysis.may_change(self.user):
            raise PermissionDenied

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.record, name) for name in ELEMENT}

    def back(self) -> tuple[str, str]:
        return self.record.analysis.get_absolute_url(), str(self.record.analysis)

    def perform(self, form: Any, version: int | None) -> None:
        facts = _element(form)
        facts["place"] = facts["place"] or self.record.place
        self.record.change(self.user, version=version, **facts)


class Enter(Entries):
    """`/resultater/profil/<pk>/verdier/?ar=`: the values of a year in one form."""

    template_name = "results/profile/enter.html"
    form_class = ValueForm
    success = _lazy("The values are saved.")

    def load(self) -> None:
        self.analysis = _changeable(self, self.kwargs["pk"])
        self.year = maturity.year_of(self.request.GET.get("ar"))
        scores = ProfileScore.objects.filter(element__analysis=self.analysis, year=self.year)
        self.scores = {score.element_id: score for score in scores}

    def things(self) -> list[tuple[Any, VersionedModel | None]]:
        elements = self.analysis.elements.in_year(self.year)
        return [(element, self.scores.get(element.pk)) for element in elements]

    def initial(self, thing: Any, record: Any) -> dict[str, Any]:
        return {"value": record.value, "reason": record.reason} if record else {}

    def save(self, line: Line) -> None:
        facts = line.form.cleaned_data
        self.analysis.enter(self.user, self.year, [Entry(element=line.thing, **facts)])

    def back(self) -> tuple[str, str]:
        return self.analysis.get_absolute_url(), str(self.analysis)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "analysis": self.analysis, "year": self.year}


def _changeable(view: Any, pk: int) -> ProfileAnalysis:
    found = get_object_or_404(ProfileAnalysis.objects.select_related("unit"), pk=pk)
    if not found.may_change(view.user):
        raise PermissionDenied
    return found


def _element(form: Any) -> dict[str, Any]:
    facts = {name: form.cleaned_data[name] for name in ELEMENT}
    facts["place"] = facts["place"] or 0
    return facts

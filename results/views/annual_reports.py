"""The yearly report to the council: the years, the report, its texts, and how it is issued and handed over."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_safe

from organisation import clock
from organisation.models import Unit
from organisation.pdf import answer
from organisation.record_step import RecordForm, RecordStep
from results import annual_reports, annual_word
from results.forms import reviews as forms
from results.inputs.section import Section
from results.models import AnnualReport
from results.review_permissions import may_issue_yearly_report, may_write_yearly_report


def municipality_or_404() -> Unit:
    """The unit the report is of. Raises Http404 before there is one."""
    municipality = Unit.objects.municipality()
    if municipality is None:
        raise Http404
    return municipality


def report_or_404(request: HttpRequest, year: int) -> AnnualReport:
    """The report of the year, when the person may read it."""
    return get_object_or_404(AnnualReport.objects.visible_to(request.user), year=year)  # type: ignore[arg-type]


@require_safe
def years(request: HttpRequest) -> HttpResponse:
    """`/resultater/arsrapport/`: the reports."""
    context = {
        "reports": AnnualReport.objects.visible_to(request.user).select_related("frozen"),  # type: ignore[arg-type]
        "may_write": may_write_yearly_report(request.user, municipality_or_404()),  # type: ignore[arg-type]
    }
    return render(request, "results/annual_reports/years.html", context)


@require_safe
def report(request: HttpRequest, year: int) -> HttpResponse:
    """`/resultater/arsrapport/<year>/`: as it was issued, or the draft with the figures as they are now."""
    found, municipality = report_or_404(request, year), municipality_or_404()
    content = annual_reports.shown(found, municipality)
    context = {
        "report": found,
        "content": content,
        "texts": annual_reports.texts_of(content),
        "sections": [Section.of(data) for data in content["sections"]],
        "may_write": found.is_draft and may_write_yearly_report(request.user, municipality),  # type: ignore[arg-type]
        "may_issue": found.is_draft and may_issue_yearly_report(request.user, municipality),  # type: ignore[arg-type]
        "frozen": None if found.is_draft else found.frozen,
    }
    return render(request, "results/annual_reports/report.html", context)


@require_safe
def pdf(request: HttpRequest, year: int) -> HttpResponse:
    """`…/pdf/`: for the council."""
    found = report_or_404(request, year)
    content = annual_reports.pdf(found, municipality_or_404(), reader=request.user)  # type: ignore[arg-type]
    return answer.shown(content, annual_reports.filename_of(found, "pdf"))


@require_safe
def word(request: HttpRequest, year: int) -> HttpResponse:
    """`…/word/`: for the case file."""
    found = report_or_404(request, year)
    response = HttpResponse(annual_word.word(found, municipality_or_404()), content_type=annual_word.CONTENT_TYPE)
    name = annual_reports.filename_of(found, "docx")
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


class Begin(RecordStep):
    """`…/ny/`: the report of a year."""

    form_class = forms.ReportYearForm
    title = _lazy("New yearly report")
    lead = _lazy("The figures come from the same data as the management review. You write what they mean.")
    button = _lazy("Begin")
    success = _lazy("The draft is ready. Write the introduction and the assessment.")
    made: AnnualReport | None = None

    def load(self) -> None:
        self.municipality = municipality_or_404()
        if not may_write_yearly_report(self.user, self.municipality):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        if self.made is not None:
            return self.made.get_absolute_url(), str(self.made)
        return reverse("results:annual_reports"), _("Yearly reports")

    def initial(self) -> dict[str, Any]:
        return {"year": clock.today().year}

    def perform(self, form: Any, version: int | None) -> None:
        self.made = AnnualReport.begin(self.user, self.municipality, year=form.cleaned_data["year"])


class Step(RecordStep):
    """A step of one report."""

    record: AnnualReport

    def load(self) -> None:
        self.municipality = municipality_or_404()
        self.record = report_or_404(self.request, self.kwargs["year"])
        if not self.allowed():
            raise PermissionDenied

    def allowed(self) -> bool:
        return may_write_yearly_report(self.user, self.municipality)

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Write(Step):
    form_class = forms.ReportTextsForm
    title = _lazy("Write in the yearly report")
    button = _lazy("Save")
    success = _lazy("The texts are saved.")

    def initial(self) -> dict[str, Any]:
        return {"introduction": self.record.introduction, "assessment": self.record.assessment}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        texts = {"introduction": data["introduction"], "assessment": data["assessment"]}
        self.record.write(self.user, self.municipality, version=version, **texts)


class Issue(Step):
    form_class = RecordForm
    title = _lazy("Issue the yearly report")
    lead = _lazy("Texts and figures are frozen as they are now, with a checksum, and all employees may read them.")
    button = _lazy("Issue it")
    success = _lazy("The report is issued.")

    def allowed(self) -> bool:
        return may_issue_yearly_report(self.user, self.municipality)

    def perform(self, form: Any, version: int | None) -> None:
        annual_reports.issue(self.user, self.record, self.municipality, version=version)

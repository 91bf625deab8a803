"""The coverage matrix (S17), a requirement with what answers it, and mapping from either side."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handbook import coverage, requirement_export
from handbook.models import Coverage, Document, HandbookIndexPage, PlanStep, Requirement, Standard
from handbook.models.requirement import manages, may_map
from handbook.requirement_forms import (
    ApplicabilityForm,
    CoverageFilters,
    LinkDocumentForm,
    LinkRequirementForm,
    NoteForm,
    documents_for,
    first_hits,
    requirements_for,
)
from handbook.structure import CHAPTERS
from organisation import clock
from organisation.changes import revisions
from organisation.filters import remembers_filters
from organisation.record_step import RecordStep, tell
from organisation.refusals import take_refusal
from organisation.roles import Right
from organisation.spreadsheets import download


@require_safe
@remembers_filters
def overview(request: HttpRequest) -> HttpResponse:
    """`/krav/`: the standards with how much of each is answered; with filters, the requirements themselves."""
    return render(request, "handbook/requirement/overview.html", _selection(request))


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same selection as a spreadsheet."""
    found = [line for share in _selection(request)["chosen"] for line in share.lines if line.state]
    name = _("requirements-%(day)s.xlsx") % {"day": clock.today().isoformat()}
    return download(requirement_export.workbook(found), name)


def _selection(request: HttpRequest) -> dict[str, Any]:
    """Every standard in use with its share, and what is left of them when the filters have been used."""
    shares = coverage.shares(coverage.lines(Requirement.objects.filter(standard__active=True)))
    form = CoverageFilters(request.GET, standards=[share.standard for share in shares])
    asked = form.asked()
    chosen = [line for share in shares for line in share.lines if asked.get("standard") in (None, share.standard.slug)]
    narrowed = coverage.narrowed(chosen, state=asked.get("status", ""), words=asked.get("q", ""))
    return {
        "form": form,
        "shares": shares,
        "total": coverage.Tally.of(line for share in shares for line in share.lines),
        "chosen": coverage.shares(narrowed),
        "found": sum(line.state is not None for line in narrowed),
        **_may(request),
    }


def _may(request: HttpRequest) -> dict[str, Any]:
    """What the person may do here, and where a new page begins."""
    writes = request.user.has_right(Right.WRITE_HANDBOOK)
    return {"manages": manages(request.user), "maps": writes or manages(request.user), "writes": writes}


@require_safe
def matrix(request: HttpRequest, standard: str) -> HttpResponse:
    """`/krav/<standard>/`: clauses down, chapters across."""
    found = get_object_or_404(Standard, slug=standard)
    lines = coverage.lines(found.requirements.all())
    form = CoverageFilters(request.GET, standards=[])
    asked = form.asked()
    context = {
        "standard": found,
        "tally": coverage.Tally.of(lines),
        "lines": coverage.narrowed(lines, state=asked.get("status", ""), words=asked.get("q", "")) if asked else lines,
        "chapters": CHAPTERS,
        "form": form,
        "today": clock.today(),
        **_may(request),
    }
    return render(request, "handbook/requirement/matrix.html", context)


def _requirement(standard: str, clause: str) -> Requirement:
    return get_object_or_404(Requirement.objects.select_related("standard"), standard__slug=standard, slug=clause)


@require_safe
def requirement(request: HttpRequest, standard: str, clause: str) -> HttpResponse:
    """A requirement: what answers it, what lies below it, and what has happened to it."""
    found = _requirement(standard, clause)
    lines = coverage.lines(Requirement.objects.filter(pk=found.pk) | Requirement.objects.filter(parent=found))
    line = next(line for line in lines if line.requirement.pk == found.pk)
    may = _may(request)
    mapped = found.coverages.select_related("document", "linked_by", "ended_by")
    context = {
        "requirement": found,
        "line": line,
        "answers": [(answer, _may_change(request, answer)) for answer in line.answers],
        "below": [row for row in lines if row is not line],
        "mapped": mapped,
        "steps": PlanStep.objects.filter(requirement=found).select_related("plan", "owner").order_by("deadline"),
        "revisions": revisions(found.history.select_related("standard")),
        "handbook": HandbookIndexPage.objects.first() if may["writes"] else None,
        **may,
    }
    return render(request, "handbook/requirement/requirement.html", context)


def _may_change(request: HttpRequest, answer: coverage.Answer) -> bool:
    """Whether to offer changing the mapping; the model asks again."""
    if manages(request.user):
        return True
    return answer.edition is not None and request.user.has_right(Right.WRITE_HANDBOOK, answer.edition.owner_unit)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, standard: str, clause: str) -> HttpResponse:
    """Choose a page that answers the requirement: search, then choose."""
    found = _requirement(standard, clause)
    if not _may(request)["maps"]:
        raise PermissionDenied
    words = request.GET.get("q", "")[:100].strip()
    hits = first_hits(documents_for(request.user, words)) if words else Document.objects.none()
    offered = documents_for(request.user, "") if request.method == "POST" else hits
    form = LinkDocumentForm(request.POST or None, hits=offered)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["document"]
        if _linked(request, form, found, chosen):
            return redirect(found)
    form.fields["document"].queryset = hits
    context = {"requirement": found, "form": form, "words": words, "hits": hits}
    return render(request, "handbook/requirement/link.html", context)


def _linked(request: HttpRequest, form: Form, found: Requirement, document: Document) -> bool:
    """Map the two; False with the model's messages in the form when it refuses."""
    try:
        Coverage.link(request.user, found, document, form.cleaned_data["note"])
    except ValidationError as refused:
        take_refusal(form, refused)
        return False
    messages.success(request, _("%(page)s now answers %(requirement)s.") % {"page": document, "requirement": found})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def document_requirements(request: HttpRequest, document_id: str) -> HttpResponse:
    """`/d/<id>/krav/`: the requirements a page answers; those who write it add and remove."""
    document = get_object_or_404(Document.objects.select_related("page"), document_id=document_id)
    maps = may_map(request.user, document)
    if request.method == "POST" and not maps:
        raise PermissionDenied
    words = request.GET.get("q", "")[:100].strip()
    hits = first_hits(requirements_for(document, words)) if words and maps else Requirement.objects.none()
    offered = Requirement.objects.select_related("standard") if request.method == "POST" else hits
    form = LinkRequirementForm(request.POST or None, hits=offered)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["requirement"]
        if _linked(request, form, chosen, document):
            return redirect("handbook:document_requirements", document_id)
    form.fields["requirement"].queryset = hits
    answered = coverage.answered_by(document)
    context = {"document": document, "answered": answered, "maps": maps, "form": form, "words": words, "hits": hits}
    return render(request, "handbook/requirement/document.html", context)


class ChangeMapping(RecordStep):
    """How the page answers the requirement, in a line."""

    form_class = NoteForm
    title = _lazy("How the page answers the requirement")
    button = _lazy("Save")
    success = _lazy("The mapping is changed.")

    def load(self) -> None:
        rows = Coverage.objects.current().select_related("requirement__standard", "document__page")
        self.record = get_object_or_404(rows, pk=self.kwargs["pk"])
        if not may_map(self.user, self.record.document):
            raise PermissionDenied
        self.lead = f"{self.record.requirement} {self.record.requirement.title} – {self.record.document}"

    def back(self) -> tuple[str, str]:
        return self.record.requirement.get_absolute_url(), str(self.record.requirement)

    def initial(self) -> dict[str, Any]:
        return {"note": self.record.note}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.describe(self.user, note=form.cleaned_data["note"], version=version)


@require_POST
def end_mapping(request: HttpRequest, pk: int) -> HttpResponse:
    """The page no longer answers the requirement. Back to the page or the requirement it was done from."""
    mapping = get_object_or_404(Coverage.objects.select_related("requirement__standard", "document__page"), pk=pk)
    done = _("The mapping is removed. It stays in the history.")
    tell(request, lambda version: mapping.end(request.user, version=version), done)
    if request.POST.get("fra") == "side":
        return redirect("handbook:document_requirements", mapping.document.document_id)
    return redirect(mapping.requirement)


class SetApplicability(RecordStep):
    """Whether the requirement applies to us, and why not."""

    form_class = ApplicabilityForm
    title = _lazy("Does the requirement apply to us?")
    button = _lazy("Save")
    success = _lazy("Saved.")

    def load(self) -> None:
        self.record = _requirement(self.kwargs["standard"], self.kwargs["clause"])
        if not manages(self.user):
            raise PermissionDenied
        self.lead = f"{self.record} {self.record.title}"

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)

    def initial(self) -> dict[str, Any]:
        return {"applicable": "yes" if self.record.applicable else "no", "reason": self.record.reason}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.record.set_applicability(self.user, applicable=data["applicable"], reason=data["reason"], version=version)

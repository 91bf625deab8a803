"""The audit programme: its years, one year with its audits, the proposal with its reasons, and its steps."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_POST, require_safe

from audits import programme_year
from audits.audit_permissions import ISSUED, may_decide_programme, may_keep_programme
from audits.forms import programmes as forms
from audits.models import Audit, Programme
from audits.proposal import POINTS, Proposals
from audits.views.audit_access import programme_or_404
from organisation import clock
from organisation.record_step import RecordForm, RecordStep


@require_safe
def programmes(request: HttpRequest) -> HttpResponse:
    """`/revisjoner/program/`: every year the person may read."""
    standing = Q(audits__in=Audit.objects.standing())
    rows = Programme.objects.visible_to(request.user).annotate(  # type: ignore[arg-type]
        planned=Count("audits", filter=standing), issued=Count("audits", filter=Q(audits__status__in=ISSUED))
    )
    keeps = may_keep_programme(request.user)  # type: ignore[arg-type]
    return render(request, "audits/programmes/list.html", {"programmes": rows, "keeps": keeps})


@require_safe
def programme(request: HttpRequest, year: int) -> HttpResponse:
    """`/revisjoner/program/<year>/`: the audits of the year, and how far they have come."""
    found = programme_or_404(request, year)
    user: Any = request.user
    context = {
        "programme": found,
        "year": programme_year.of(found, user),
        "keeps": may_keep_programme(user),
        "decides": may_decide_programme(user),
    }
    return render(request, "audits/programmes/programme.html", context)


@require_safe
def proposal(request: HttpRequest, year: int) -> HttpResponse:
    """`/revisjoner/program/<year>/forslag/`: what to audit, and why."""
    found = _kept(request, year)
    proposals = Proposals(request.user)  # type: ignore[arg-type]
    planned = found.audits.exclude(status=Audit.Status.CANCELLED)
    context = {
        "programme": found,
        "units": proposals.of_units(),
        "processes": proposals.of_processes(),
        "planned_units": set(planned.filter(page=None).values_list("unit", flat=True)),
        "planned_pages": set(planned.values_list("page_document_id", flat=True)) - {""},
        "points": POINTS.values(),
    }
    return render(request, "audits/programmes/proposal.html", context)


@require_safe
def compare(request: HttpRequest, year: int) -> HttpResponse:
    """`/revisjoner/program/<year>/sammenlign/`: what is new, what is gone, and what comes again."""
    found = programme_or_404(request, year)
    before = Programme.objects.visible_to(request.user).filter(year=year - 1).first()  # type: ignore[arg-type]
    comparison = programme_year.compared(found, before, request.user) if before else None  # type: ignore[arg-type]
    context = {"programme": found, "before": before, "comparison": comparison}
    return render(request, "audits/programmes/compare.html", context)


@require_POST
def propose(request: HttpRequest, year: int) -> HttpResponse:
    """Send the draft to the municipal director."""
    found = _kept(request, year)
    try:
        found.propose(request.user)  # type: ignore[arg-type]
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The municipal director is told that the programme waits for a decision."))
    return redirect(found)


def _kept(request: HttpRequest, year: int) -> Programme:
    found = programme_or_404(request, year)
    if not may_keep_programme(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    return found


class Begin(RecordStep):
    form_class = forms.BeginProgrammeForm
    title = _lazy("New audit programme")
    lead = _lazy("Afterwards you see what to audit, and why.")
    button = _lazy("Begin")
    success = _lazy("The programme is begun.")
    made: Programme | None = None

    def load(self) -> None:
        if not may_keep_programme(self.user):
            raise PermissionDenied

    def back(self) -> tuple[str, str]:
        return reverse("audits:programmes"), _("Audit programmes")

    def initial(self) -> dict[str, Any]:
        newest = Programme.objects.order_by("-year").values_list("year", flat=True).first()
        return {"year": newest + 1 if newest else clock.today().year}

    def perform(self, form: Any, version: int | None) -> None:
        data = form.cleaned_data
        self.made = Programme.begin(self.user, year=data["year"], about=data["about"])

    def leave(self) -> HttpResponse:
        return redirect(self.made or self.back()[0])


class ProgrammeStep(RecordStep):
    """A step of one programme, by those who keep it."""

    record: Programme

    def load(self) -> None:
        self.record = _kept(self.request, self.kwargs["year"])

    def back(self) -> tuple[str, str]:
        return self.record.get_absolute_url(), str(self.record)


class Change(ProgrammeStep):
    form_class = forms.ChangeProgrammeForm
    title = _lazy("Change the programme")
    button = _lazy("Save")
    success = _lazy("The programme is changed.")

    def initial(self) -> dict[str, Any]:
        return {"about": self.record.about}

    def perform(self, form: Any, version: int | None) -> None:
        self.record.change(self.user, version=version, about=form.cleaned_data["about"])


class Decide(ProgrammeStep):
    form_class = forms.DecideProgrammeForm
    title = _lazy("Decide the audit programme")
    lead = _lazy(
        "Afterwards it is open to all employees. Audits can still be added or cancelled, and history tells so."
    )
    button = _lazy("Decide the programme")
    success = _lazy("The programme is decided.")

    def load(self) -> None:
        self.record = programme_or_404(self.request, self.kwargs["year"])
        if not may_decide_programme(self.user):
            raise PermissionDenied

    def perform(self, form: Any, version: int | None) -> None:
        self.record.decide(self.user, version=version, note=form.cleaned_data["note"])


class Copy(ProgrammeStep):
    """Audits of the year before, with scope and criteria and without days and team."""

    title = _lazy("Copy from last year")
    lead = _lazy("Scope, criteria and questions come along. Days and auditors are set anew.")
    button = _lazy("Copy")
    success = _lazy("The audits are copied.")

    def form(self, *data: Any) -> RecordForm:
        before = Audit.objects.standing().filter(programme__year=self.record.year - 1).select_related("unit")
        return forms.CopyAuditsForm(*data, audits=before, initial=self.shown())

    def perform(self, form: Any, version: int | None) -> None:
        programme_year.copy(self.user, self.record, form.cleaned_data["audits"])

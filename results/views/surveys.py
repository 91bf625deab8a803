"""A survey file (S66): in by way of a preview, where names are given meaning and duplicates are settled."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cases.uploads import clean_name
from organisation.models import User
from results.forms.surveys import MeaningForm, UploadSurveyForm
from results.models import SurveyImport
from results.survey import reading
from results.survey.proposal import Proposal, Row, may_import, offered

RECENT = 10
MOST_SHOWN = 500  # lines of each kind in the preview


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """`/resultater/indikator/les-inn/`: choose a file. Those read before that nothing has come of."""
    user = _reader(request)
    form = UploadSurveyForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file, period = form.cleaned_data["file"], form.cleaned_data["period"]
        try:
            content = reading.read(file.read()).as_data()
        except ValidationError as refused:
            form.add_error("file", refused)
        else:
            facts = {"name": clean_name(file.name), "content": content, "key": form.cleaned_data["key"]}
            return redirect(SurveyImport.keep(user, period=period.code if period else "", **facts))
    context = {
        "form": form,
        "waiting": SurveyImport.objects.visible_to(user).waiting()[:RECENT],
        "indicators": offered(user),
    }
    return render(request, "results/surveys/upload.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, pk: int) -> HttpResponse:
    """`/resultater/indikator/les-inn/<pk>/`: what would be saved, and what would not; afterwards what was."""
    user, found = _survey(request, pk)
    if found.saved_at:
        return render(request, "results/surveys/saved.html", {"survey": found, "report": found.report})
    if request.method != "POST":
        return _preview(request, found)
    try:
        _choose(request, found)
        if "lagre" not in request.POST:
            return redirect(found)
        report = found.confirm(user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(found)
    messages.success(request, _("%(number)s values are saved.") % {"number": report["saved"]})
    return redirect(found)


@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """The person doesn't need what was read."""
    user, found = _survey(request, pk)
    try:
        found.discard(user)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect(found)
    messages.success(request, _("“%(name)s” is put away. Nothing was saved of it.") % {"name": found.name})
    return redirect("results:import_survey")


def _reader(request: HttpRequest) -> User:
    if not may_import(request.user):
        raise PermissionDenied
    return request.user


def _survey(request: HttpRequest, pk: int) -> tuple[User, SurveyImport]:
    user = _reader(request)
    return user, get_object_or_404(SurveyImport.objects.visible_to(user), pk=pk)


def _choose(request: HttpRequest, found: SurveyImport) -> None:
    """Keep what the names mean and which values count, as the person has said."""
    proposal = Proposal(request.user, found.content, found.choices)
    form = MeaningForm(proposal, request.POST)
    if not form.is_valid():
        raise ValidationError([text for texts in form.errors.values() for text in texts])
    period = form.cleaned_data["period"]
    used = {row.number for row in proposal.rows if f"bruk-{row.number}" in request.POST}
    choices = {
        "period": period.code if period else "",
        "units": form.meanings("units"),
        "indicators": form.meanings("indicators"),
        "use": sorted(used),
    }
    found.choose(request.user, choices)


def _preview(request: HttpRequest, found: SurveyImport) -> HttpResponse:
    proposal = Proposal(request.user, found.content, found.choices)
    rows = proposal.rows
    context: dict[str, Any] = {
        "survey": found,
        "form": MeaningForm(proposal),
        "saved": len([row for row in rows if row.is_saved]),
        "new": _some(row for row in rows if row.is_saved and not row.asks),
        "asked": [row for row in rows if row.asks],
        "left": _some(row for row in rows if not row.is_saved and not row.asks),
        "most": MOST_SHOWN,
    }
    return render(request, "results/surveys/survey.html", context)


def _some(rows: Any) -> list[Row]:
    return list(rows)[:MOST_SHOWN]

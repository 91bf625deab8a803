"""One inspection: the page with findings and follow-up, its files, history, and paper for the meeting."""

from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from audits import changes, follow_up, inspection_printing
from audits.control_permissions import Act, can
from audits.models import Inspection
from audits.views.access import inspection_or_404
from cases.views.attachments import served
from organisation.pdf import answer

REVISIONS = 100


@require_safe
def inspection(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """`/revisjoner/tilsyn/<pk>/`: what it is, where it stands, what was found, and how it goes with that."""
    found = inspection_or_404(request, kind, pk)
    user: Any = request.user
    rows = follow_up.of(found.findings.select_related("unit"), user)
    files = list(found.files.select_related("taken_away_by"))
    context = {
        "inspection": found,
        "rows": rows,
        "open_cases": sum(row.is_open for row in rows),
        "units": found.units(),
        "files": [one for one in files if not one.is_taken_away],
        "files_away": [one for one in files if one.is_taken_away],
        "steps": road(found),
        "may": {act.value: can(user, act, found) for act in Act},
        "accesses": found.accesses.all() if can(user, Act.SHOW, found) else [],
    }
    return render(request, "audits/inspection.html", context)


def road(inspection: Inspection) -> list[dict[str, str]]:
    """The steps from notice to closed, for the stepper."""
    order = list(Inspection.Status)
    reached = order.index(Inspection.Status(inspection.status))
    labels = (_("Notice"), _("Visit"), _("Report"), _("Answer"), _("Closed by who inspects"))
    skipped = {
        Inspection.Status.VISITED: inspection.visit_from is None,
        Inspection.Status.ANSWERED: inspection.answer_date is None,
    }
    states = []
    for place, (status, label) in enumerate(zip(order, labels, strict=True)):
        done = place <= reached and not (place < reached and skipped.get(status))
        state = "done" if done else "current" if place == reached + 1 else ""
        states.append({"label": label, "state": state})
    return states


@require_safe
def pdf(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """`…/pdf/`: the same on paper, for those who may read it."""
    found = inspection_or_404(request, kind, pk)
    user: Any = request.user
    return answer.shown(inspection_printing.pdf(found, reader=user), inspection_printing.filename_of(found))


@require_safe
def file(request: HttpRequest, kind: str, pk: int, file: int) -> FileResponse:
    """One file, to those who may read the inspection: downloaded, never run. One that is taken away is 404."""
    found = get_object_or_404(inspection_or_404(request, kind, pk).files.live(), pk=file)
    return served(found, shown=False)


@require_safe
def history(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """`…/historikk/`: who changed what, when and why."""
    found = inspection_or_404(request, kind, pk)
    page = Paginator(changes.of_inspection(found), REVISIONS).get_page(request.GET.get("s"))
    return render(request, "audits/history.html", {"thing": found, "page": page, "revisions": page})

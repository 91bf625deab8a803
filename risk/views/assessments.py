"""An assessment: the form with all that belongs to it, its history, and the decision as it was made."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from risk import cells, checks, repeats
from risk.changes import history_of
from risk.models import Assessment
from risk.permissions import Act, can, may_begin
from risk.views.access import assessment_or_404

REVISIONS = 100


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/`: head, rows, matrix, and what can be done."""
    found = assessment_or_404(request, pk)
    rows = list(found.rows.live().select_related("responsible", "case").prefetch_related("acceptances"))
    for row in rows:
        row.assessment = found
    user = request.user
    context = {
        "assessment": found,
        "rows": rows,
        "checks": checks.of(found, rows),
        "may": {act.value: can(user, act, found) for act in Act},  # type: ignore[arg-type]
        "participants": found.participants.all(),
        **_versions(found, user),
        "begins": may_begin(user),  # type: ignore[arg-type]
        "may_end": _may_end(user, found),
        "decision": _decision(found),
        "proposals": _numbered(rows, repeats.proposals(rows)) if found.is_draft or found.is_in_force else [],
    }
    return render(request, "risk/assessment.html", context)


def _versions(found: Assessment, user: Any) -> dict[str, Any]:
    """Every version the person may read, and of them the draft and the one in force."""
    versions = list(found.versions().visible_to(user))
    return {
        "versions": versions,
        "draft": next((version for version in versions if version.is_draft), None),
        "in_force": next((version for version in versions if version.is_in_force), None),
    }


def _may_end(user: Any, found: Assessment) -> bool:
    if found.is_draft:
        return can(user, Act.ARRANGE, found)
    return found.is_in_force and can(user, Act.DECIDE, found)


def _decision(found: Assessment) -> object:
    return getattr(found, "decision", None) if found.decided_at else None


def _numbered(rows: list, proposals: dict[int, repeats.Proposal]) -> list[tuple[int, repeats.Proposal]]:
    return [(number, proposals[row.pk]) for number, row in enumerate(rows, 1) if row.pk in proposals]


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/historikk/`: who changed what, when and why."""
    found = assessment_or_404(request, pk)
    page = Paginator(history_of(found), REVISIONS).get_page(request.GET.get("s"))
    return render(request, "risk/history.html", {"assessment": found, "page": page, "revisions": page})


@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/beslutning/`: the form word for word as it was decided, with its checksum."""
    found = assessment_or_404(request, pk)
    made = _decision(found)
    if made is None:
        raise Http404
    return render(request, "risk/decision.html", {"assessment": found, "decision": made, "cells": cells.CELLS.values()})

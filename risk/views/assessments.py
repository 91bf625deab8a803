"""An assessment and a row of it."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from risk import checks
from risk.permissions import Act, can
from risk.views.access import assessment_or_404, row_or_404


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/`: head, rows, matrix, and what can be done."""
    found = assessment_or_404(request, pk)
    rows = list(found.rows.live().select_related("responsible", "case"))
    context = {
        "assessment": found,
        "rows": rows,
        "checks": checks.of(found, rows),
        "may": {act.value: can(request.user, act, found) for act in Act},
    }
    return render(request, "risk/assessment.html", context)


@require_safe
def row(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """`/risiko/<pk>/rad/<key>/`: one risk with all that belongs to it."""
    found = row_or_404(request, pk, key)
    return render(request, "risk/row.html", {"row": found, "assessment": found.assessment})

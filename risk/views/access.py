"""Finding what an address names, for the person who asks: 404 where existence is secret."""

import uuid

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from risk.models import Assessment, Risk
from risk.permissions import Act, can


def assessment_or_404(request: HttpRequest, pk: int, act: Act = Act.READ) -> Assessment:
    """The assessment, when the person may read it. Raises PermissionDenied when the person may not do `act`."""
    found = Assessment.objects.visible_to(request.user).for_list()  # type: ignore[arg-type]
    assessment = get_object_or_404(found, pk=pk)
    if not can(request.user, act, assessment):  # type: ignore[arg-type]
        raise PermissionDenied
    return assessment


def row_or_404(request: HttpRequest, pk: int, key: uuid.UUID, act: Act = Act.READ) -> Risk:
    """A row of such an assessment that is not removed."""
    assessment = assessment_or_404(request, pk, act)
    rows = assessment.rows.live().select_related("responsible", "case__unit", "case__handler")
    row = get_object_or_404(rows, key=key)
    row.assessment = assessment
    return row

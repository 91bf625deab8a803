"""Finding what an address names, for the person who asks: 404 where existence is secret."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from audits.control_permissions import Act, can
from audits.models import Inspection, SelfCheck, Sheet
from audits.self_check_permissions import keeps


def inspection_or_404(request: HttpRequest, kind: str, pk: int, act: Act = Act.READ) -> Inspection:
    """The inspection, when the person may read it. Raises PermissionDenied when the person may not do `act`."""
    found = Inspection.objects.visible_to(request.user).for_list()  # type: ignore[arg-type]
    inspection = get_object_or_404(found, kind=kind, pk=pk)
    if not can(request.user, act, inspection):  # type: ignore[arg-type]
        raise PermissionDenied
    return inspection


def self_check_or_404(request: HttpRequest, pk: int, *, to_keep: bool = False) -> SelfCheck:
    """The self-check, when the person may read it. Raises PermissionDenied when it is to be kept by somebody else."""
    found = SelfCheck.objects.visible_to(request.user).select_related("unit", "sent_by")  # type: ignore[arg-type]
    check = get_object_or_404(found, pk=pk)
    if to_keep and not keeps(request.user, check):  # type: ignore[arg-type]
        raise PermissionDenied
    return check


def sheet_or_404(request: HttpRequest, pk: int, code: str) -> Sheet:
    """What one unit answers, when the person may read it."""
    sheets = Sheet.objects.visible_to(request.user).select_related("unit", "check_of__unit", "signed_by")  # type: ignore[arg-type]
    sheet = sheets.filter(check_of=pk, unit__code=code).first()
    if sheet is None:
        raise Http404
    return sheet

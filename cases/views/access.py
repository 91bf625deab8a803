"""The gate that every view of a case passes first."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cases.models import Case, LookUp
from cases.permissions import Act, can


def case_or_404(request: HttpRequest, reference: str, act: Act = Act.READ, what: str = LookUp.What.STEP) -> Case:
    """The case, for this person to do this with. That a sealed one is opened is written down.

    Raises `Http404` when there is none, or it is sealed and the person may not know that it is
    there; `PermissionDenied` when the person may read the case but not do this.
    """
    case = get_object_or_404(
        Case.objects.for_list().select_related("page", "cause", "duplicate_of"), reference=reference
    )
    if not can(request.user, Act.READ, case):
        raise Http404
    if not can(request.user, act, case):
        raise PermissionDenied
    LookUp.note(request.user, case, what)
    return case

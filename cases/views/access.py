"""The gate that every view of a case passes first."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from cases.models import Case, LookUp
from cases.permissions import Act, can

OPENED = {
    "detail": LookUp.What.PAGE,
    "receipt": LookUp.What.PAGE,
    "history": LookUp.What.HISTORY,
    "attachment": LookUp.What.FILE,
}


def case_or_404(request: HttpRequest, reference: str, act: Act = Act.READ) -> Case:
    """The case, for this person to do this with. That a sealed case is opened is written in its log.

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
    if case.sealed:
        _note(request, case)
    return case


def _note(request: HttpRequest, case: Case) -> None:
    """What is opened is known by the name of its address. A picture shown in the page was opened with the page."""
    if request.method == "POST":
        return
    name = str(request.resolver_match.url_name) if request.resolver_match else ""
    what = OPENED.get(name, LookUp.What.STEP)
    shown = what == LookUp.What.FILE and request.GET.get("vis") == "1"
    if not (shown and case.look_ups.opened_now(request.user)):
        LookUp.note(request.user, [case], what)

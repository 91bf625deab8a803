"""The case as a PDF (S34)."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from cases import printing
from cases.models import LookUp
from cases.permissions import Act, can
from cases.reading import Reading
from cases.views.access import case_or_404
from organisation.pdf import answer


@require_safe
def pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """`/saker/<reference>/pdf/`: the case as this person reads it; with `?notater=1` the internal notes too, for
    those who read them."""
    case = case_or_404(request, reference, what=LookUp.What.PRINT)
    internal = request.GET.get("notater") == "1"
    if internal and not can(request.user, Act.READ_INTERNAL, case):
        raise PermissionDenied
    content = printing.pdf(Reading(request.user, case), internal=internal, printed_by=str(request.user))
    return answer.shown(content, f"{case.reference}.pdf")

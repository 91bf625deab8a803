"""The form on paper, for the meeting."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from organisation.pdf import answer
from risk import printing
from risk.views.access import assessment_or_404


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/pdf/`: the assessment as it stands, with lines to sign on while it is a draft."""
    assessment = assessment_or_404(request, pk)
    return answer.shown(printing.pdf(assessment, reader=request.user), printing.filename_of(assessment))

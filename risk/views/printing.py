"""The form on paper, for the meeting."""

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from risk import printing
from risk.views.access import assessment_or_404


@require_safe
def pdf(request: HttpRequest, pk: int) -> HttpResponse:
    """`/risiko/<pk>/pdf/`: the assessment as it stands, with lines to sign on while it is a draft."""
    assessment = assessment_or_404(request, pk)
    response = HttpResponse(printing.pdf(assessment, reader=request.user), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, printing.filename_of(assessment)) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response

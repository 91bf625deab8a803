"""The answer that shows a PDF in the browser."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header


def shown(content: bytes, name: str) -> HttpResponse:
    """The PDF under the name it is saved by; kept by nobody on the way."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response

"""A poster with a QR code for the wall: scan it and report on the procedure that applies here (G16)."""

from hashlib import sha256
from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from handbook.models import Document
from organisation.conditional import unless_known


def report_address(document: Document) -> str:
    """The deep link to the report form of a document."""
    return f"{settings.BASE_URL}{reverse('cases:report')}?side={document.document_id}"


def _in_force(document_id: str) -> Document:
    return get_object_or_404(Document.objects.select_related("page"), document_id=document_id, page__live=True)


@require_safe
def poster(request: HttpRequest, document_id: str) -> HttpResponse:
    """The page to print and hang up."""
    document = _in_force(document_id)
    return render(request, "handbook/poster.html", {"document": document, "address": report_address(document)})


@require_safe
def code(request: HttpRequest, document_id: str) -> HttpResponseBase:
    """The QR code as a picture; 304 when the browser has it. It says nothing but the address."""
    address = report_address(_in_force(document_id))
    return unless_known(request, sha256(address.encode()).hexdigest(), lambda: _drawn(address))


def _drawn(address: str) -> HttpResponse:
    picture = BytesIO()
    segno.make(address, error="q").save(picture, kind="svg", scale=8, light="#fff")
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")

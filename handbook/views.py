"""Pages at their own addresses, and documents by id; both show what `reading` makes."""

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_safe
from wagtail.views import serve

from handbook import navigation, reading, routing
from handbook.models import Document, KeptFile
from organisation.conditional import unless_known


def page(request: HttpRequest, way: str) -> HttpResponse:
    """A page of the handbook at its own address, served by Wagtail once it is found."""
    request._wagtail_route_for_request = routing.route(request, way)  # type: ignore[attr-defined]
    return serve(request, way)


def _document(document_id: str) -> Document:
    return get_object_or_404(Document.objects.select_related("page"), document_id=document_id)


@require_safe
def document(request: HttpRequest, document_id: str) -> HttpResponse:
    """To where the page is now; when it is gone, the last edition, marked as withdrawn. 404 when
    it was never in force."""
    found = _document(document_id)
    if found.page and found.page.live:
        return redirect(navigation.address(found.page.url_path))
    return reading.withdrawn(request, found)


@require_safe
def versions(request: HttpRequest, document_id: str) -> HttpResponse:
    return reading.versions(request, _document(document_id))


@require_safe
def edition(request: HttpRequest, document_id: str, label: str) -> HttpResponse:
    return reading.version(request, _document(document_id), label)


@require_safe
def choose_comparison(request: HttpRequest, document_id: str) -> HttpResponse:
    return reading.choose_comparison(request, _document(document_id))


@require_safe
def compare(request: HttpRequest, document_id: str, older: str, newer: str) -> HttpResponse:
    return reading.compare(request, _document(document_id), older, newer)


@require_safe
def attachment(request: HttpRequest, document_id: str, sha256: str) -> HttpResponseBase:
    """A file as it was when an edition was frozen, always as a download; 304 without opening it when the browser has it."""
    kept = get_object_or_404(KeptFile.objects, document__document_id=document_id, sha256=sha256)

    def opened() -> FileResponse:
        return FileResponse(kept.file.open("rb"), as_attachment=True, filename=kept.filename)

    return unless_known(request, sha256, opened)

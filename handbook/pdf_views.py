"""PDFs: of one edition at once, of a chapter or the handbook as a printout that is waited for (G10)."""

import hashlib
from typing import TypeVar, cast

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from handbook import printouts
from handbook.models import Document, Edition, Printout
from handbook.pdf import documents
from organisation import clock
from organisation.conditional import unless_known
from organisation.models import User
from organisation.pdf import typesetting

Answer = TypeVar("Answer", HttpResponse, FileResponse)


@require_safe
def document(request: HttpRequest, document_id: str) -> HttpResponseBase:
    """The edition in force; of a withdrawn document the last one, marked. 404 when there is none."""
    edition = _editions(document_id).newest_first().first()
    return answer(request, edition)


@require_safe
def edition(request: HttpRequest, document_id: str, label: str) -> HttpResponseBase:
    """One edition, marked when it is no longer in force."""
    return answer(request, _editions(document_id).labelled(label).first())


def answer(request: HttpRequest, edition: Edition | None) -> HttpResponseBase:
    """The PDF of an edition, or 304 when the browser has it: the same edition with the same standing,
    printed by the same person on the same day. Raises Http404 when there is no edition."""
    if edition is None:
        raise Http404
    standing = documents.standing_of(edition)

    def made() -> HttpResponse:
        with translation.override(settings.LANGUAGE_CODE):
            single = documents.single(edition, standing, str(request.user))
            content = typesetting.typeset(single.data, single.pictures)
        number = edition.document.number if standing.in_force else edition.number
        return _as_file(HttpResponse(content, content_type="application/pdf"), documents.filename(edition, number))

    return unless_known(request, _version(edition, standing, str(request.user)), made)


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Ask for a printout of a document with all below it, or of the handbook when none is named."""
    document_id = request.POST.get("dokument", "")
    chosen = None
    if document_id:
        chosen = get_object_or_404(Document.objects.in_force().select_related("page"), document_id=document_id)
    return redirect(printouts.order(cast(User, request.user), chosen))


@require_safe
def printout(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it has come, or where to fetch it. Somebody else's does not exist."""
    return render(request, "handbook/pdf/printout.html", {"printout": _mine(request, pk)})


@require_safe
def printout_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file, or 304 when the browser has it. 404 until it is ready."""
    found = _mine(request, pk)
    if not found.is_ready:
        raise Http404

    def opened() -> FileResponse:
        return _as_file(FileResponse(found.file.open("rb"), content_type="application/pdf"), found.filename)

    return unless_known(request, f"{found.pk}-{found.contents_sha256}", opened)


def _mine(request: HttpRequest, pk: int) -> Printout:
    return get_object_or_404(Printout.objects.select_related("document"), pk=pk, asked_by=request.user)


def _editions(document_id: str):
    return Edition.objects.filter(document__document_id=document_id).select_related("document__page")


def _version(edition: Edition, standing: documents.Standing, name: str) -> str:
    newest = standing.newest.label if standing.newest else ""
    said = [
        edition.sha256, edition.document.number, str(standing.withdrawn), newest, name, str(clock.today()),
        documents.look(),
    ]  # fmt: skip
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def _as_file(response: Answer, filename: str) -> Answer:
    response.headers["Content-Disposition"] = content_disposition_header(False, filename) or "inline"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response

"""Pictures of the handbook, for those who are logged in: never served straight from the disk."""

import mimetypes
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from handbook.models import KeptFile
from organisation.conditional import FOR_A_YEAR, unless_known

TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"})


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """One size of a picture that Wagtail has made. Anything but a picture is not found."""
    content_type = _picture_type(name)
    try:
        file = default_storage.open(f"images/{name}")
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    return _shown(file, content_type)


@require_safe
def kept_picture(request: HttpRequest, document_id: str, sha256: str) -> HttpResponseBase:
    """A picture as it was when an edition was frozen; 304 without opening the file when the browser has it."""
    kept = get_object_or_404(KeptFile, document__document_id=document_id, sha256=sha256)
    content_type = _picture_type(kept.filename)
    return unless_known(request, sha256, lambda: _shown(kept.file.open("rb"), content_type), FOR_A_YEAR)


def _picture_type(name: str) -> str:
    content_type, _encoding = mimetypes.guess_type(name)
    if content_type not in TYPES:
        raise Http404
    return content_type


def _shown(file: Any, content_type: str) -> FileResponse:
    headers = {"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"}
    return FileResponse(file, content_type=content_type, headers=headers)

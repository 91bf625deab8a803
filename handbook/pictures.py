"""Pictures of the handbook, for those who are logged in: never served straight from the disk."""

import mimetypes

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif", "image/avif"})


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """One size of a picture that Wagtail has made. Anything but a picture is not found."""
    content_type, _encoding = mimetypes.guess_type(name)
    if content_type not in TYPES:
        raise Http404
    try:
        file = default_storage.open(f"images/{name}")
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation) as error:
        raise Http404 from error
    return FileResponse(
        file,
        content_type=content_type,
        headers={"Cache-Control": "private, max-age=86400", "X-Content-Type-Options": "nosniff"},
    )

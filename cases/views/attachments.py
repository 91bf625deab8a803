"""Photos and files of a case (rule 4 of the design): served here and nowhere else."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from cases.models import LookUp
from cases.models.attachment import PrivateFile
from cases.permissions import Act
from cases.views.access import case_or_404


@require_safe
def attachment(request: HttpRequest, reference: str, pk: int) -> FileResponse:
    """One file, to those who read the case whole: a picture can't be masked. Downloaded, never run;
    with `?vis=1` a picture is shown."""
    case = case_or_404(request, reference, Act.READ_WHOLE, LookUp.What.FILE)
    found = get_object_or_404(case.attachments, pk=pk)
    return served(found, shown=found.is_picture and request.GET.get("vis") == "1")


def served(found: PrivateFile, *, shown: bool) -> FileResponse:
    """The file: downloaded, never run; shown when it is a picture that is asked to be."""
    return private_file(found.file.open("rb"), found.name, found.content_type, shown=shown)


def private_file(opened: Any, name: str, content_type: str, *, shown: bool = False) -> FileResponse:
    """What only this person may have: kept nowhere, and never run."""
    response = FileResponse(opened, as_attachment=not shown, filename=name, content_type=content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response

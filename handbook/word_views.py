"""Word out, for every reader; Word in, in the admin, for those who write."""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem

from handbook.models import Document, WordImport
from handbook.permissions import Act, can
from handbook.word import importing, sources, writing
from handbook.word_forms import WordImportForm
from organisation.models import User
from organisation.roles import Right

RECENT = 20


@require_safe
def download(request: HttpRequest, document_id: str, label: str | None = None) -> HttpResponse:
    """An edition as a Word file: the newest, or the one with the label. 404 before the first."""
    document = get_object_or_404(Document, document_id=document_id)
    edition = document.latest_edition() if label is None else document.editions.labelled(label).first()
    if edition is None:
        raise Http404
    answer = HttpResponse(writing.docx_of(edition), content_type=writing.CONTENT_TYPE)
    answer.headers["Content-Disposition"] = content_disposition_header(True, writing.filename_of(edition)) or ""
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Choose files, owner and place; then the report, which fills as the files are read."""
    user = _writer(request)
    form = WordImportForm(request.POST or None, request.FILES or None, user=user)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        found = sources.uploaded(chosen["files"])
        batch = importing.begin(user, chosen["unit"], chosen["under"].page, found)
        return redirect(batch)
    recent = WordImport.objects.filter(by=user).select_related("unit", "under")[:RECENT]
    status = 422 if form.errors else 200
    return render(request, "handbook/word/start.html", {"form": form, "recent": recent}, status=status)


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """How it went, file by file. For the person who imported, and those who write for the same unit."""
    user = _writer(request)
    batch = get_object_or_404(WordImport.objects.select_related("unit", "under", "by"), pk=pk)
    if batch.by_id != user.pk and not user.has_right(Right.WRITE_HANDBOOK, batch.unit):
        raise Http404
    rows = list(batch.files.select_related("page"))
    states = Counter(row.state_label for row in rows if row.state != row.State.WAITING)
    waiting = len(rows) - states.total()
    context = {"batch": batch, "rows": rows, "waiting": waiting, "done": states.total(), "counts": states.items()}
    return render(request, "handbook/word/progress.html", context)


def _writer(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not can(user, Act.WRITE, None):
        raise PermissionDenied
    return user


class ForWriters(MenuItem):
    """In the menu of those who write in the handbook."""

    def is_shown(self, request: HttpRequest) -> bool:
        return can(request.user, Act.WRITE, None)  # type: ignore[arg-type]


def menu_item() -> MenuItem:
    return ForWriters(
        _("Import from Word"), reverse("import_word"), name="import-word", icon_name="doc-full", order=210
    )


def admin_urls() -> list[Any]:
    return [path("word/", start, name="import_word"), path("word/<int:pk>/", report, name="word_import")]

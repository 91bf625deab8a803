"""The attachments of documents in force, found by what stands in them (G14). Their text is read outside the request that
publishes: until then they are found by their names, and the search page says how many wait."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from handbook.findable import Documents
from handbook.models import Edition, KeptFile
from search import indexing
from search.file_text import Unreadable, text_of
from search.models import FileText
from search.sources import UNREADABLE, WAITING, Found, Source


class Attachments(Source):
    """Files of documents in force, as they were when the edition was frozen. Open to everybody with an account."""

    name = "attachment"
    label = _("Attachments")
    worth = 0.7
    open_to_all = True
    watched = Documents.watched
    watched_fields = Documents.watched_fields

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        for edition in _with_attachments(owner_ids):
            files = edition.content["attachments"]
            texts = dict(
                FileText.objects.filter(sha256__in=[file["sha256"] for file in files]).values_list("sha256", "text")
            )
            kept = {file.sha256: file for file in edition.document.kept_files.all()}
            for file in files:
                if file["sha256"] in kept:
                    yield self._found(edition, kept[file["sha256"]], texts.get(file["sha256"]))

    def status_label(self, code: str) -> str:
        return str(_("Not read yet") if code == WAITING else _("Found by its name only"))

    def _found(self, edition: Edition, file: KeptFile, text: str | None) -> Found:
        document = edition.document
        return Found(
            key=f"{document.pk}:{file.pk}",
            owner_id=document.pk,
            url=file.get_absolute_url(),
            title=file.filename,
            context=f"{document.number} {edition.title}",
            text=text or "",
            status=WAITING if text is None else "" if text else UNREADABLE,
            chapter=document.number.split(".")[0],
            unit=edition.owner_unit,
            dated=edition.valid_from,
        )


def _with_attachments(document_ids: Iterable[int] | None) -> Iterator[Edition]:
    editions = Edition.objects.in_force().exclude(content__attachments=[])
    if document_ids is not None:
        editions = editions.filter(document__in=document_ids)
    editions = editions.select_related("document", "owner_unit").prefetch_related("document__kept_files")
    for edition in editions.defer("html", "text").iterator(100):
        if edition.content.get("attachments"):
            yield edition


def when_frozen(sender: Any, instance: Edition, created: bool, **kwargs: Any) -> None:
    """Receiver of Django's `post_save` for editions: its attachments are read when the transaction has ended."""
    if created and instance.content.get("attachments"):
        transaction.on_commit(partial(read.enqueue, instance.document_id))


@task()
def read(document_id: int) -> int:
    """Read the attachments of a document that were not read before; how many."""
    return _read_in([document_id])


def read_waiting() -> int:
    """Read all attachments that still wait, such as those of a worker that was stopped; how many."""
    return _read_in(None)


def _read_in(document_ids: list[int] | None) -> int:
    done = 0
    for edition in _with_attachments(document_ids):
        wanted = {file["sha256"] for file in edition.content["attachments"]}
        known = set(FileText.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
        files = [file for file in edition.document.kept_files.all() if file.sha256 in wanted - known]
        for file in files:
            FileText.objects.get_or_create(sha256=file.sha256, defaults=_said_in(file))
        if files:
            indexing.renew(Attachments(), {edition.document_id})
        done += len(files)
    return done


def _said_in(file: KeptFile) -> dict[str, Any]:
    try:
        with file.file.open("rb") as content:
            return {"text": text_of(file.filename, content.read())}
    except (Unreadable, OSError):
        return {"text": "", "was_read": False}

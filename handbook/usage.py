"""Where a document is used (G11): asked of the editions in force, so that a draft or an old text does not count."""

from dataclasses import dataclass

from django.db.models import QuerySet

from handbook.models import Document, Edition, KeptFile


@dataclass(frozen=True)
class Attachment:
    """A kept file and the editions that had it."""

    file: KeptFile
    editions: list[Edition]


def pages_leading_to(document: Document) -> "QuerySet[Edition]":
    """The editions in force of other documents with a link to this one, in the order of the handbook."""
    leading = Edition.objects.in_force().filter(html__contains=f'href="{document.get_absolute_url()}')
    others = leading.exclude(document=document).select_related("document__page")
    return others.defer(*Edition.LARGE).order_by("document__page__path")


def attachments_of(document: Document) -> list[Attachment]:
    """Every file the document has had, newest first, with the versions it belongs to. Two queries."""
    editions = list(document.editions.defer("html", "text").order_by("major", "minor"))
    holds = [(edition, {row["sha256"] for row in edition.content.get("attachments", [])}) for edition in editions]
    return [
        Attachment(file, [edition for edition, checksums in holds if file.sha256 in checksums])
        for file in document.kept_files.order_by("-pk")
    ]

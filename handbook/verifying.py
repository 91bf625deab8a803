"""Proof that the record is whole (G4): every edition byte for byte, its place in the chain, its approval, who wrote it
and its files; and that what readers are served is what the record says is in force.

Somebody with the keys to the database could write a new edition with a checksum that fits, or take away the newest
together with its approval. A ledger kept elsewhere shows that: see `not_in_ledger`.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby

from django.db.models import Exists, OuterRef
from wagtail.models import Page

from handbook import gate, numbering
from handbook.fingerprints import fingerprint, stored_body
from handbook.models import Approval, Contribution, Document, DocumentSeries, Edition, HandbookIndexPage, KeptFile

Finding = tuple[str, str]


def findings() -> Iterator[Finding]:
    """(what, why) for everything that is wrong; nothing when the record is whole."""
    ordered = Edition.objects.select_related("document__page", "approval").order_by("document", "major", "minor")
    ordered = ordered.prefetch_related("document__contributions")
    for _document, editions in groupby(ordered.iterator(chunk_size=200), key=lambda edition: edition.document_id):
        chain = list(editions)
        yield from _of_chain(chain)
        yield from _of_place(chain[-1])
    yield from _of_documents()
    yield from _of_pages()
    yield from _of_approvals()
    yield from _of_files()


# Each edition, and what it rests on


def _of_chain(editions: list[Edition]) -> Iterator[Finding]:
    before: Edition | None = None
    for edition in editions:
        if not edition.is_intact():
            yield str(edition), "differs from its checksum, or its approval or who wrote it does"
        if edition.previous_sha256 != (before.sha256 if before else ""):
            yield str(edition), "does not follow the edition before it"
        if not _is_next(edition, before):
            yield str(edition), "leaves a gap in the numbers"
        if edition.document_code != edition.document.document_id:
            yield str(edition), f"is filed under {edition.document.document_id}"
        if edition.approval is None:
            yield str(edition), "has no approval"
        elif differing := _differing(edition, edition.approval):
            yield str(edition), f"says something else than its approval: {', '.join(differing)}"
        before = edition


def _is_next(edition: Edition, before: Edition | None) -> bool:
    here = (edition.major, edition.minor)
    if before is None:
        return here == (1, 0)
    return here in ((before.major + 1, 0), (before.major, before.minor + 1))


def _differing(edition: Edition, approval: Approval) -> list[str]:
    """What the edition and its approval don't agree on."""
    approved = {
        "document_id": approval.document_id,
        "author_id": approval.author_id,
        "author_name": approval.author_names[:200],
        "approver_id": approval.approver_id,
        "approver_name": approval.approver_name,
        "approver_capacity": approval.capacity,
        "approved_at": approval.approved_at,
        "change_note": approval.change_note,
        **{name: approval.content[name] for name in ("title", "kind", "summary")},
        "owner_unit_id": approval.content["owner_unit"],
    }
    found = [name for name, value in approved.items() if getattr(edition, name) != value]
    body = stored_body(json.loads(approval.content["body"]))
    return found if edition.content["body"] == body else [*found, "body"]


# Where the document stands


def _of_place(latest: Edition) -> Iterator[Finding]:
    """Of a document by its newest edition."""
    document, code = latest.document, latest.document_code
    extension = document.extensions.filter(edition=latest).order_by("-pk").first()
    if document.review_date != (extension.new_date if extension else latest.review_date):
        yield code, "has another review date than its version or extension says"
    if document.title != latest.title:
        yield code, "has another title than its version"
    if document.page is None:
        yield code, "has lost its page"
        return
    if latest.approval and latest.approval.content["pk"] != document.page_id:
        yield code, "stands on another page than the one that was approved"
    withdrawn = gate.is_withdrawn(document)
    if document.page.live and withdrawn:
        yield code, "is served though it is withdrawn"
    if not document.page.live and not withdrawn:
        yield code, "is out of force without being withdrawn"


def _of_documents() -> Iterator[Finding]:
    for document in Document.objects.filter(page__live=True, editions=None):
        yield document.document_id, "is served without ever having been approved"
    series = DocumentSeries.objects.first()
    given = {str(DocumentSeries(last=number + 1)) for number in range(series.last if series else 0)}
    for missing in sorted(given - set(Document.objects.values_list("document_id", flat=True))):
        yield missing, "is missing"
    index = HandbookIndexPage.objects.first()
    for document, number in numbering.in_place(index) if index else []:
        if document.number != number:
            yield document.document_id, f"is numbered {document.number} and stands at {number}"


def _of_pages() -> Iterator[Finding]:
    """What the pages themselves hold: editors go on from there."""
    newest = {edition.document.page_id: edition for edition in Edition.objects.in_force().select_related("document")}
    for page in Page.objects.filter(pk__in=newest).specific().iterator():
        edition = newest[page.pk]
        names = ("title", "kind", "summary", "owner_unit_id")
        if any(getattr(page, name) != getattr(edition, name) for name in names) or (
            stored_body(page.body.raw_data) != edition.content["body"]
        ):
            yield edition.document_code, "has a page that says something else than the version in force"


def _of_approvals() -> Iterator[Finding]:
    for approval in Approval.objects.filter(edition=None, withdrawals=None).select_related("document__page"):
        document = approval.document
        if not Approval.objects.unused(document).filter(pk=approval.pk).exists():
            continue
        latest = document.latest_edition()
        if latest and latest.approval and latest.approval.fingerprint == approval.fingerprint:
            continue
        if Approval.objects.due().filter(pk=approval.pk).exists():
            yield document.document_id, "has an approval whose edition is missing"
        elif document.page and fingerprint(document.page.specific.with_content_json(approval.content)) != (
            approval.fingerprint
        ):
            yield document.document_id, "waits for its day and is no longer what was approved"
    wrote = Contribution.objects.filter(document=OuterRef("pk"), user=OuterRef("page__latest_revision__user"))
    drafts = Document.objects.filter(page__latest_revision__user__isnull=False)
    for document in drafts.exclude(Exists(wrote)):
        yield document.document_id, "has a draft by somebody who is not recorded as its author"


def _of_files() -> Iterator[Finding]:
    kept = {(file.document_id, file.sha256): file for file in KeptFile.objects.select_related("document")}
    for file in kept.values():
        if not file.is_intact():
            yield str(file), "is missing or differs from its checksum"
    for edition in Edition.objects.defer("html", "text").iterator(chunk_size=200):
        for row in [*edition.content.get("attachments", []), *edition.content.get("pictures", [])]:
            found = kept.get((edition.document_id, row["sha256"]))
            if found is None:
                yield str(edition), f"has lost its file {row['filename']}"
            elif (found.filename, found.size) != (row["filename"], row["size"]):
                yield str(edition), f"has its file {row['filename']} under another name or size"


# The ledger


def ledger() -> list[str]:
    """A line for each edition: its name and its checksum."""
    editions = Edition.objects.order_by("document_code", "major", "minor")
    return [f"{edition} {edition.sha256}" for edition in editions.only("document_code", "major", "minor", "sha256")]


def not_in_ledger(lines: Iterable[str]) -> Iterator[Finding]:
    """What a ledger written earlier knows, and the record no longer says."""
    now = set(ledger())
    for line in lines:
        if line.strip() and line.strip() not in now:
            yield line.rpartition(" ")[0], "is gone or is not the edition the ledger knows"

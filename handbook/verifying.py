"""Proof that the record is whole (G4): every edition byte for byte, its place in the chain, its approval and its
files; and that what readers are served is what the record says is in force.

A cut tail (the newest edition deleted behind the guards) is seen because its approval is left behind unused
though its day has come; a file is read whole and compared with its checksum.
"""

from collections.abc import Iterator
from itertools import groupby

from handbook.models import Approval, Document, Edition, KeptFile

Finding = tuple[str, str]


def findings() -> Iterator[Finding]:
    """(what, why) for everything that is wrong; nothing when the record is whole."""
    ordered = Edition.objects.select_related("document__page", "approval").order_by("document", "major", "minor")
    for _document, editions in groupby(ordered.iterator(chunk_size=200), key=lambda edition: edition.document_id):
        yield from _of_chain(list(editions))
    yield from _of_documents()
    yield from _of_files()


def _of_chain(editions: list[Edition]) -> Iterator[Finding]:
    before: Edition | None = None
    for edition in editions:
        if not edition.is_intact():
            yield str(edition), "differs from its checksum"
        if edition.previous_sha256 != (before.sha256 if before else ""):
            yield str(edition), "does not follow the edition before it"
        if not _is_next(edition, before):
            yield str(edition), "leaves a gap in the numbers"
        if edition.approval is None:
            yield str(edition), "has no approval"
        elif edition.approval.approver_name != edition.approver_name:
            yield str(edition), "names another approver than its approval"
        before = edition


def _is_next(edition: Edition, before: Edition | None) -> bool:
    here = (edition.major, edition.minor)
    if before is None:
        return here == (1, 0)
    return here in ((before.major + 1, 0), (before.major, before.minor + 1))


def _of_documents() -> Iterator[Finding]:
    for document in Document.objects.filter(page__live=True).select_related("page"):
        latest = document.latest_edition()
        if latest is None:
            yield str(document.document_id), "is served without ever having been approved"
            continue
        withdrawal = document.withdrawals.filter(approval=None).first()
        if withdrawal and withdrawal.last_approval >= (latest.approval_id or 0):
            yield str(document.document_id), "is served though it is withdrawn"
    for approval in Approval.objects.due().select_related("document"):
        if Approval.objects.unused(approval.document).filter(pk=approval.pk).exists():
            latest = approval.document.latest_edition()
            if latest is None or latest.approval is None or latest.approval.fingerprint != approval.fingerprint:
                yield str(approval.document.document_id), "has an approval whose edition is missing"


def _of_files() -> Iterator[Finding]:
    kept = {(file.document_id, file.sha256): file for file in KeptFile.objects.select_related("document")}
    for file in kept.values():
        if not file.is_intact():
            yield str(file), "is missing or differs from its checksum"
    for edition in Edition.objects.defer("html", "text").iterator(chunk_size=200):
        for row in [*edition.content.get("attachments", []), *edition.content.get("pictures", [])]:
            if (edition.document_id, row["sha256"]) not in kept:
                yield str(edition), f"has lost its file {row['filename']}"

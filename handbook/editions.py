"""Making editions: freezing what was published, and publishing from code (G4)."""

import calendar
import contextlib
import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from handbook import approvals, gate, mandates
from handbook.fingerprints import body_of
from handbook.freezing import freeze_files
from handbook.models.approval import Approval
from handbook.models.document import Document
from handbook.models.edition import Edition, checksum
from handbook.models.kept_file import KeptFile
from handbook.rendering import render, whole_text
from handbook.terms import ChangeKind
from organisation import clock
from organisation.models import User

if TYPE_CHECKING:
    from handbook.models import ControlledPage

__all__ = ["checksum", "freeze", "publish"]

# What makes two editions differ. Who, when and why don't: publishing the same again is no new edition.
COMPARED_FIELDS = ("title", "kind", "summary", "content", "owner_unit_id")


def publish(
    page: "ControlledPage",
    by: User | None,
    note: str = "",
    major: bool = True,
    at: datetime.datetime | None = None,
    author: User | None = None,
) -> Edition:
    """Save the page as written by `author`, record its approval by `by` and publish it; returns the edition in
    force. The way for code: people go through `approvals`, which adds hearing and the reading of the draft.

    `by` is None for what the system itself makes: a page's very first edition, by `chapters.ensure_site`.
    `at` dates it in the past, for demo data. Raises PermissionDenied when `by` may not approve for the unit
    that owns the page or is the author.
    """
    if by is not None and by == author:
        raise PermissionDenied(_("Nobody approves what they have written."))
    if by is not None and mandates.capacity(by, page) is None:
        raise PermissionDenied(_("You may not approve for the unit that owns the page."))
    if by is None and Document.of(page).latest_edition():
        raise PermissionDenied(_("Only a first edition is made by the system itself."))
    page.change_note = note
    page.change_kind = ChangeKind.MAJOR if major else ChangeKind.EDITORIAL
    with clock.set_to(at) if at else contextlib.nullcontext(), transaction.atomic():
        revision = page.save_revision(user=author, clean=False)  # publishing validates
        system = "" if by else _("Made by the system")
        approvals.record(revision.as_object(), by, valid_from=clock.today(), capacity=system)
        page.publish(revision, user=by, skip_permission_checks=True)
        page.refresh_from_db()
        if at:
            _date_back(page, revision, at)
        edition = page.document.latest_edition()
    assert edition is not None  # noqa: S101  (publishing freezes the first edition)
    return edition


def when_published(sender: type[Page], instance: Page, revision: Revision, **kwargs: Any) -> None:
    """Receiver of Wagtail's `page_published`, which every way of publishing passes."""
    if hasattr(instance, "change_kind"):
        freeze(instance, revision)


@transaction.atomic
def freeze(page: "ControlledPage", revision: Revision | None = None) -> Edition:
    """Keep what was just published as the next edition, for ever.

    The first is 1; a substantial change takes the next whole number, an editorial one the next
    decimal. When nothing a reader sees has changed, the edition in force is returned instead.
    """
    document = Document.locked(page)
    before = document.latest_edition()
    approval = gate.approval_of(document, page)
    edition = Edition(document=document, **_as_published(page, document))
    is_same = before and all(_plain(edition, name) == _plain(before, name) for name in COMPARED_FIELDS)
    if before and (approval is None or (is_same and not document.withdrawals.filter(approval=None).exists())):
        return before
    if approval is None:
        raise gate.NotApproved(_("The page must be approved before it comes into force."))
    _number(edition, before, approval.change_kind == ChangeKind.MAJOR)
    _sign(edition, approval)
    _date(edition, page.review_months)
    edition.save()
    if (document.title, document.review_date) != (edition.title, edition.review_date):
        document.title, document.review_date = edition.title, edition.review_date
        document.save(update_fields=["title", "review_date"])
    type(page).objects.filter(pk=page.pk).update(review_date=edition.review_date)
    return edition


def _as_published(page: "ControlledPage", document: Document) -> dict[str, Any]:
    with translation.override(settings.LANGUAGE_CODE):
        rendered = render(page)
    frozen = freeze_files(rendered.soup, document)
    return {
        "document_code": document.document_id,
        "number": document.number,
        "title": page.title,
        "kind": page.kind,
        "summary": page.summary,
        "content": {
            "users": page.users,
            "benefit": page.benefit,
            "principles": sorted(page.principles or []),
            "applies_to": {"id": page.applies_to_id, "name": page.applies_to.name} if page.applies_to else None,
            "review_months": page.review_months,
            "toc": [list(entry) for entry in rendered.toc],
            "attachments": _listed(frozen.attachments),
            "pictures": _listed(frozen.pictures),
            "body": body_of(page),
        },
        "html": rendered.html,
        "text": whole_text(page, rendered),
        "owner_unit": page.owner_unit,
        "owner_unit_name": page.owner_unit.name,
    }


def _listed(files: list[KeptFile]) -> list[dict[str, Any]]:
    """Each copy once, as the edition tells of it."""
    return [{"filename": file.filename, "size": file.size, "sha256": file.sha256} for file in dict.fromkeys(files)]


def _plain(edition: Edition, name: str) -> Any:
    return str(getattr(edition, name)) if name == "kind" else getattr(edition, name)


def _number(edition: Edition, before: Edition | None, major: bool) -> None:
    if before is None:
        edition.major, edition.minor, edition.is_major = 1, 0, True
    elif major:
        edition.major, edition.minor, edition.is_major = before.major + 1, 0, True
    else:
        edition.major, edition.minor, edition.is_major = before.major, before.minor + 1, False
    edition.previous_sha256 = before.sha256 if before else ""


def _sign(edition: Edition, approval: Approval) -> None:
    edition.approval = approval
    edition.author, edition.author_name = approval.author, approval.author_names[:200]
    edition.approver, edition.approver_name = approval.approver, approval.approver_name
    edition.approver_capacity = approval.capacity
    edition.approved_at = approval.approved_at
    edition.change_note = approval.change_note


def _date(edition: Edition, review_months: int) -> None:
    """In force from now. A substantial change is a review of the page; an editorial one is not, and
    keeps the date that counts."""
    edition.valid_from = clock.today()
    due = None if edition.is_major else edition.document.review_date
    edition.review_date = due or months_after(edition.valid_from, review_months)


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last day of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return datetime.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _date_back(page: Page, revision: Revision, at: datetime.datetime) -> None:
    """Wagtail dates by the wall clock; its working history should agree with the demo's past."""
    Revision.objects.filter(pk=revision.pk).update(created_at=at)
    first = min(page.first_published_at or at, at)
    Page.objects.filter(pk=page.pk).update(
        first_published_at=first, last_published_at=at, latest_revision_created_at=at
    )

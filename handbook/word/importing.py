"""Word files to drafts (G10): never published, never over what people have written since.

The same file again is left alone; a changed one gives its page a new draft, unless somebody has
worked on that page since or it is being approved. A file that our own export made finds back to its
page, unless a newer edition has come in the meantime.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django_tasks import task
from wagtail.models import Page

from handbook.models.document import Document
from handbook.models.edition import Edition
from handbook.models.word_import import ImportedFile, Reported, WordImport
from handbook.permissions import Act, can
from organisation.models import Unit, User
from organisation.roles import Right

from . import addresses, pictures
from .blocks import draft_of
from .drafting import Draft
from .kept import kept_files
from .originals import Originals, originals_of
from .package import Unreadable
from .reading import read
from .rich import canonical
from .sources import Source, title_of
from .structure import Reading

log = logging.getLogger(__name__)

State = ImportedFile.State
RICH = ("purpose", "scope", "text")


class Conflict(Exception):
    """The file can't be taken now, though it can be read; the message says why."""


@dataclass
class Outcome(Reported):
    """What would become of a file, for a trial run."""

    source: str
    state: str
    title: str = ""
    reason: str = ""
    report: dict[str, Any] = field(default_factory=dict)


def begin(by: User, unit: Unit, under: Page, sources: Iterable[Source]) -> WordImport:
    """An import with its files waiting, their content kept until each is read. Raises PermissionDenied
    when the person may not write for the unit or below the page."""
    demand_right(by, unit, under)
    with transaction.atomic():
        batch = WordImport.objects.create(by=by, unit=unit, under=under)
        for source in sources:
            row = ImportedFile(batch=batch, source=source.path[:500], title=source.title)
            if source.reason:
                row.finish(State.REFUSED, reason=source.reason)
                continue
            try:
                row.upload.save("word.docx", ContentFile(source.content()), save=False)
                row.save()
            except Unreadable as error:
                row.finish(State.REFUSED, reason=str(error))
        transaction.on_commit(lambda: run_import.enqueue(batch.pk))
    return batch


def demand_right(by: User, unit: Unit, under: Page) -> None:
    """Raises PermissionDenied unless the person may make pages for the unit below the page."""
    page = under.specific
    may_add = (
        getattr(page, "allowed_subpage_models", None) is not None and page.permissions_for_user(by).can_add_subpage()
    )
    if not (by.has_right(Right.WRITE_HANDBOOK, unit) and may_add):
        raise PermissionDenied


@task()
def run_import(batch_id: int) -> None:
    """Read the waiting files of an import, one by one; each stands alone."""
    batch = WordImport.objects.select_related("by", "unit", "under").get(pk=batch_id)
    for row in batch.files.filter(state=State.WAITING):
        with row.upload.open("rb") as file:
            content = file.read()
        take(row, lambda content=content: content)  # type: ignore[misc]


def take(row: ImportedFile, content: Callable[[], bytes]) -> ImportedFile:
    """Make a draft of one file, in a transaction of its own. What goes wrong is said on the row; the
    rest of the import goes on."""
    with translation.override(settings.LANGUAGE_CODE):
        return _take(row, content)


def _take(row: ImportedFile, content: Callable[[], bytes]) -> ImportedFile:
    try:
        with transaction.atomic():
            _Taking(row, content()).take()
    except (Unreadable, Conflict) as error:
        row.finish(State.REFUSED, reason=str(error))
    except PermissionDenied:
        row.finish(State.REFUSED, reason=_("You may not write on this page."))
    except Exception as error:  # noqa: BLE001
        row.finish(State.REFUSED, reason=_unexpected(row.source, error))
    return row


def _unexpected(path: str, error: Exception) -> str:
    """What is told of an error nobody thought of; the log has the rest. The other files go on."""
    log.exception("Word file %s", path)
    return _("The file could not be read (%(kind)s).") % {"kind": type(error).__name__}


def try_out(source: Source) -> Outcome:
    """What a file would become, without making anything."""
    if source.reason:
        return Outcome(source.path, State.REFUSED, source.title, source.reason)
    try:
        reading = read(source.content())
        edition = source_of(reading)
        draft = draft_of(reading, source.title, lambda picture, title: 0, links_of(edition), originals_in(edition))
    except Unreadable as error:
        return Outcome(source.path, State.REFUSED, source.title, str(error))
    except Exception as error:  # noqa: BLE001
        return Outcome(source.path, State.REFUSED, source.title, _unexpected(source.path, error))
    if not draft.body:
        return Outcome(source.path, State.REFUSED, source.title, _("The file has no text."))
    return Outcome(source.path, State.NEW, draft.title, report=_report(draft))


def source_of(reading: Reading) -> Edition | None:
    """The edition that the file was made from, by its own properties; None for any other file."""
    code, checksum = reading.properties.get("FellesDocument"), reading.properties.get("FellesChecksum")
    return Edition.objects.filter(document_code=code, sha256=checksum or "-").select_related("document").first()


def originals_in(edition: Edition | None) -> Originals:
    return originals_of(edition.content.get("body", [])) if edition else {}


def links_of(edition: Edition | None) -> Callable[[str], str]:
    """From addresses to links of Wagtail's; the edition's own copies of files lead back to the files."""
    kept = kept_files(edition) if edition else {}
    files = {address: link for link, (address, _words) in kept.items()}
    return lambda address: files.get(address) or addresses.link_of(address)


class _Taking:
    """One file becoming a draft."""

    def __init__(self, row: ImportedFile, content: bytes) -> None:
        self.row, self.content = row, content
        self.batch, self.by = row.batch, row.batch.by
        self.sha256 = hashlib.sha256(content).hexdigest()

    def take(self) -> None:
        if self.batch.under is None:
            raise Conflict(_("The page to import below is gone."))
        before = self.before()
        if before is not None and before.sha256 == self.sha256:
            page = before.page
            self.row.finish(State.SAME, sha256=self.sha256, page=page, title=before.title, revision=before.revision)
            return
        reading = read(self.content)
        edition = source_of(reading)
        own = self.own_page(edition) if edition else None
        draft = draft_of(reading, self.row.title, pictures.image_for, links_of(edition), originals_in(edition))
        if not draft.body:
            raise Unreadable(_("The file has no text."))
        page = own or (self.free_page(before) if before else None)
        state = State.CHANGED if page else State.NEW
        if page is None:
            page = self.add_page(draft)
        revision = self.save(page, draft)
        facts = {"page": page, "title": draft.title, "revision": revision, "report": _report(draft)}
        self.row.finish(state, sha256=self.sha256, **facts)

    def before(self) -> ImportedFile | None:
        """The file's own row from an earlier import below the same page; a file that was moved or
        renamed is known by its content."""
        earlier = ImportedFile.objects.taken_under(self.batch.under).exclude(batch=self.batch)
        found = earlier.filter(source=self.row.source).first() or earlier.filter(sha256=self.sha256).first()
        return found

    def free_page(self, before: ImportedFile) -> Any:
        """The page of the earlier import, when nobody has taken over since. Raises Conflict."""
        page = before.page.specific  # type: ignore[union-attr]
        if not can(self.by, Act.WRITE, page):
            raise PermissionDenied
        if page.latest_revision_id != before.revision_id:
            raise Conflict(_("Somebody has worked on the page since the last import, so it was not overwritten."))
        return self.open_for_drafts(page)

    def own_page(self, edition: Edition) -> Any:
        """The page of the edition that this file was made from. Raises Conflict when the page has moved on."""
        document = edition.document
        if document.withdrawn:
            raise Conflict(_("The page this file was made from is withdrawn."))
        page = cast(Page, document.page).specific
        if not can(self.by, Act.WRITE, page):
            raise PermissionDenied
        latest = cast(Edition, document.latest_edition())
        if latest.pk != edition.pk:
            said = {"old": edition.label, "new": latest.label}
            raise Conflict(_("The file was made from version %(old)s, but version %(new)s is in force now.") % said)
        if page.has_unpublished_changes:
            raise Conflict(_("Somebody has a draft of this page, so it was not overwritten."))
        return self.open_for_drafts(page)

    def open_for_drafts(self, page: Any) -> Any:
        if page.current_workflow_state is not None:
            raise Conflict(_("The page is being approved, so it was not changed."))
        return page.get_latest_revision_as_object()

    def add_page(self, draft: Draft) -> Any:
        """A new procedure in the place of its folder."""
        page = apps.get_model("handbook", "ProcedurePage")(live=False, owner=self.by, owner_unit=self.batch.unit)
        self.fill(page, draft)
        return self.parent().add_child(instance=page)

    def parent(self) -> Any:
        """The process page for the folder the file lies in, made if it is not there."""
        parent: Any = Page.objects.get(pk=cast(Page, self.batch.under).pk).specific
        process_page = apps.get_model("handbook", "ProcessPage")
        for folder in Source(self.row.source, bytes).folders:
            title = title_of(folder)
            found = process_page.objects.child_of(parent).filter(title=title).first()
            if found is None:
                found = process_page(title=title, live=False, owner=self.by, owner_unit=self.batch.unit)
                parent.add_child(instance=found)
                found.save_revision(user=self.by)
            parent = found
        return parent

    def fill(self, page: Any, draft: Draft) -> None:
        page.title = page.draft_title = draft.title
        page.summary = draft.summary or page.summary
        stream = page.body.stream_block
        page.body = stream.to_python(_keeping_ids(stream.get_prep_value(page.body), draft.body))

    def save(self, page: Any, draft: Draft) -> Any:
        """Save the draft as a revision written by the person who imports. A page that readers don't see
        yet gets its new title in the tree too."""
        self.fill(page, draft)
        revision = page.save_revision(user=self.by, changed=True, log_action=True)
        if not page.live:
            Page.objects.filter(pk=page.pk).update(title=draft.title)
            for document in Document.objects.filter(page_id=page.pk).exclude(title=draft.title):
                document.title = draft.title
                document.save(update_fields=["title"])
        return revision


def _keeping_ids(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The new body, where blocks that say the same keep their identity: comments stay with them, and a
    text that was not touched is no change."""
    left = [(block, _said(block)) for block in before]
    kept = []
    for block in after:
        said = _said(block)
        same = next((pair for pair in left if pair[1] == said), None)
        if same is not None:
            left.remove(same)
        kept.append(same[0] if same else block)
    return kept


def _said(value: Any, is_rich: bool = False) -> Any:
    """What a stored block says, whatever its ids and the way its rich text is written."""
    if isinstance(value, dict):
        if value.get("type") == "item":
            return _said(value["value"])
        is_rich = value.get("type") in RICH
        return {key: _said(item, is_rich) for key, item in value.items() if key != "id" or "type" not in value}
    if isinstance(value, list):
        return [_said(item) for item in value]
    return canonical(value) if isinstance(value, str) and (is_rich or "<" in value) else value


def _report(draft: Draft) -> dict[str, Any]:
    """The remarks, the same one said once, and how many blocks of each kind were made."""
    rows = [(str(remark.level), remark.text, remark.where) for remark in draft.remarks]
    blocks: dict[str, int] = {}
    for block in draft.body:
        blocks[block["type"]] = blocks.get(block["type"], 0) + 1
    names = ("level", "text", "where")
    return {"remarks": [dict(zip(names, row, strict=True)) for row in dict.fromkeys(rows)], "blocks": blocks}

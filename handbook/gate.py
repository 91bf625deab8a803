"""The gate that every route passes (G6): the record is asked, not the route.

`guard` stands where every page is saved, so the publish button, scheduled publishing, bulk actions, reverting, the
workflow's own buttons, copies, aliases, import and a shell all meet it: without an unused `Approval` whose fingerprint
fits, nothing comes into force or changes there; without a `Withdrawal` nothing leaves.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from wagtail.models import Page

from handbook.fingerprints import SAID, body_of, fingerprint
from handbook.models.approval import Approval
from handbook.models.document import Document
from organisation import clock

if TYPE_CHECKING:
    from handbook.models import ControlledPage


class NotApproved(PermissionDenied):
    """Something would come into force, or leave, that nobody with the right to it has decided."""


def guard(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: Any) -> None:
    """Receiver of Django's `pre_save`: raises `NotApproved` when a page under control would go live,
    change what is live, or leave, without the record that decides it."""
    if raw or not isinstance(instance, Page) or instance._state.adding:
        return
    stored = Page.objects.filter(pk=instance.pk).values("live", "live_revision_id").first()
    if stored is None or not (stored["live"] or instance.live):
        return
    document = Document.objects.filter(page_id=instance.pk).first()
    if document is None:
        return
    if (stored["live"], stored["live_revision_id"]) == (instance.live, instance.live_revision_id):
        if _rewrites(instance, kwargs.get("update_fields")):
            raise NotApproved(_("What is in force changes by approval. Save a draft, and send it on."))
        return
    if instance.live:
        page = instance if hasattr(instance, "body") else instance.specific
        is_as_drafted = not instance.live_revision or not _differs(page, instance.live_revision.as_object(), {*SAID})
        if not is_as_drafted or not _may_be_in_force(document, page, stored["live"]):
            raise NotApproved(
                _("The page must be approved before it comes into force. Send it to hearing or approval.")
            )
    elif stored["live"] and not is_withdrawn(document):
        raise NotApproved(_("A page in force is withdrawn with a reason, from the page itself."))


def _rewrites(page: Page, saved: Collection[str] | None) -> bool:
    """Whether the page would say something else than what is stored. `saved`: the only fields that are, if given."""
    own = {field.name for field in page._meta.concrete_fields}
    names = own & {*SAID} & (own if saved is None else {*saved})
    if not names:
        return False
    before = type(page)._base_manager.only(*names).get(pk=page.pk)
    return _differs(page, before, names)


def _differs(page: Page, other: Page, names: Collection[str]) -> bool:
    return any(_said(page, name) != _said(other, name) for name in names)


def _said(page: Page, name: str) -> Any:
    return body_of(page) if name == "body" else getattr(page, page._meta.get_field(name).attname)


def approval_of(document: Document, page: "ControlledPage") -> Approval | None:
    """The unused approval of exactly this content whose day has come; None when there is none."""
    found = Approval.objects.unused(document).filter(valid_from__lte=clock.today())
    return found.filter(fingerprint=fingerprint(page)).order_by("-pk").first()


def _may_be_in_force(document: Document, page: "ControlledPage", is_live: bool) -> bool:
    latest = document.latest_edition()
    same = is_live and latest is not None and latest.approval and latest.approval.fingerprint == fingerprint(page)
    return bool(same) or approval_of(document, page) is not None


def is_withdrawn(document: Document) -> bool:
    """Withdrawn after the latest edition, or never in force."""
    latest, last = document.latest_edition(), document.withdrawals.filter(approval=None).first()
    return latest is None or (last is not None and last.last_approval >= (latest.approval_id or 0))

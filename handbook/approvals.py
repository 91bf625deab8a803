"""The way from draft to in force (G6): to hearing, to approval, approved, in force on its day, withdrawn.

Each step checks the right, and leaves the record that `gate` asks for.
"""

import datetime
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, Revision, Workflow, WorkflowState

from handbook import flow, hearings, mandates
from handbook.fingerprints import SAID, fingerprint
from handbook.gate import NotApproved
from handbook.models.approval import Approval, Contribution, Withdrawal
from handbook.models.document import Document
from handbook.models.hearing import HearingRound
from handbook.models.workflow import NAME, ApprovalTask, HearingTask
from handbook.permissions import Act, can
from handbook.protection import FixedPage
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import User
from organisation.reminders import remind

if TYPE_CHECKING:
    from handbook.models import ControlledPage

logger = logging.getLogger(__name__)
FURTHEST_AHEAD = datetime.timedelta(days=365)


@transaction.atomic
def send_to_hearing(page: "ControlledPage", by: User, change_note: str = "") -> None:
    """Begin the flow. `change_note` is for a draft that has none. Raises PermissionDenied without the right to
    write, ValidationError when there is nothing new, no note, or the draft waits for approval."""
    _locked_draft(page, by, change_note)
    if flow.is_with(page, HearingTask):
        return
    if flow.is_with(page, ApprovalTask):
        raise ValidationError(_("The draft waits for approval. Take it back first."))
    _begin(page, by)


@transaction.atomic
def send_to_approval(page: "ControlledPage", by: User, no_hearing_because: str = "", change_note: str = "") -> None:
    """Hand the draft to the process owner. `change_note` is for a draft that has none. Raises ValidationError while
    a hearing is not finished, and when none was held and no reason for it is given."""
    document, draft = _locked_draft(page, by, change_note)
    if flow.is_with(page, ApprovalTask):
        raise ValidationError(_("The draft waits for approval already."))
    reasons = hearings.reasons_not_to_approve(document)
    if reasons:
        raise ValidationError(reasons)
    if not flow.hearing_held(document) and not (no_hearing_because.strip() or flow.reason_without_hearing(page)):
        raise ValidationError({"no_hearing_because": _("Write why no hearing is needed, or hold one.")})
    state = flow.state_of(page)
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    elif not flow.is_with(page, HearingTask):
        _begin(page, by)
    if flow.is_with(page, HearingTask):
        flow.state_of(page).current_task_state.approve(user=by, comment=no_hearing_because.strip())  # type: ignore[union-attr]
    state = flow.state_of(page)
    assert state is not None  # noqa: S101  (just sent)
    state.requested_by = by
    state.save(update_fields=["requested_by"])
    subject = _("Waiting for your approval: %(page)s") % {"page": document}
    for person in _asked(page, draft):
        if person != by:
            about = f"approve:{document.document_id}:{state.current_task_state_id}"
            remind(person, about, subject, reverse("handbook:approve", args=[document.document_id]))


def _asked(page: "ControlledPage", draft: "ControlledPage") -> list[User]:
    """Who is told that the draft waits: the nearest who may decide, and all who may when those may not."""
    for people in (mandates.asked(draft), mandates.approvers(draft)):
        if found := [person for person in people if flow.may_approve(person, page, draft)]:
            return found
    return []


@transaction.atomic
def take_back(page: "ControlledPage", by: User) -> None:
    """The draft is a draft again. For those who write. Raises ValidationError when it was sent nowhere."""
    if not can(by, Act.WRITE, page):
        raise PermissionDenied(_("You can't write for the unit that owns the page."))
    state = flow.state_of(page)
    if state is None:
        raise ValidationError(_("The draft is not in hearing or approval."))
    state.cancel(user=by)


@transaction.atomic
def send_back(page: "ControlledPage", by: User, reason: str) -> None:
    """The approver wants changes. The editors see the reason and are reminded."""
    document = Document.locked(page)
    _refuse_unless_approver(page, page.get_latest_revision_as_object(), by)
    if not reason.strip():
        raise ValidationError({"reason": _("Write what must be changed.")})
    state = flow.state_of(page)
    assert state is not None  # noqa: S101  (the approver's task is current)
    state.current_task_state.reject(user=by, comment=reason.strip(), update=False)
    state.status = WorkflowState.STATUS_NEEDS_CHANGES
    state.save()
    for person in {state.requested_by, *flow.authors_of(document)} - {None, by}:
        about = f"sent_back:{document.document_id}:{state.current_task_state.pk}"
        subject = _("Sent back to you: %(page)s") % {"page": document}
        remind(person, about, subject, reverse("handbook:draft", args=[document.document_id]))


@transaction.atomic
def approve(
    page: "ControlledPage", by: User, *, seen: str, valid_from: datetime.date | None = None, comment: str = ""
) -> Approval:
    """Approve what was seen, to be in force from a day (today when none is given).

    Raises PermissionDenied without the right, for one's own text, and when nothing waits; StaleVersion when
    the draft is not the one whose fingerprint was `seen`; ValidationError for a day in the past.
    """
    document = Document.locked(page)
    page = type(page).objects.get(pk=page.pk)
    draft = page.get_latest_revision_as_object()
    _refuse_unless_approver(page, draft, by)
    if fingerprint(draft) != seen:
        raise StaleVersion(document)
    state = flow.state_of(page)
    assert state is not None  # noqa: S101
    flow.refuse_own_work(document, by, state.requested_by)
    day = valid_from or clock.today()
    if not clock.today() <= day <= clock.today() + FURTHEST_AHEAD:
        raise ValidationError({"valid_from": _("Choose today or a day in the coming year.")})
    approval = record(draft, by, valid_from=day, comment=comment, requested_by=state.requested_by)
    state.current_task_state.approve(user=by, comment=comment, update=False)
    state.status = WorkflowState.STATUS_APPROVED
    state.save()
    put_in_force(approval)
    return approval


def record(
    draft: "ControlledPage",
    by: User | None,
    *,
    valid_from: datetime.date,
    comment: str = "",
    requested_by: User | None = None,
    capacity: str = "",
) -> Approval:
    """Add the approval of a draft. The right is asked of `mandates.capacity`; the caller has checked the
    rest. Raises PermissionDenied without the right."""
    document = Document.of(draft)
    with translation.override(settings.LANGUAGE_CODE):
        capacity = capacity or (mandates.capacity(by, draft) if by else None) or ""
        heard = flow.hearing_in_words(document)
    if by is not None and not capacity:
        raise PermissionDenied(_("You may not approve for the unit that owns the page."))
    contributions = list(Contribution.objects.to_draft_of(document).select_related("user"))
    names = list(dict.fromkeys(contribution.user_name for contribution in contributions))
    return Approval.objects.create(
        document=document,
        fingerprint=fingerprint(draft),
        content=draft.serializable_data(),
        revision_id=draft.latest_revision_id,
        change_kind=draft.change_kind,
        change_note=draft.change_note.strip(),
        author=contributions[-1].user if contributions else None,
        author_names=", ".join(names)[:500],
        requested_by_name=str(requested_by or ""),
        approver=by,
        approver_name=str(by or ""),
        capacity=capacity,
        hearing=heard,
        comment=comment.strip(),
        last_contribution=max((c.pk for c in contributions), default=_last_contribution(document)),
        valid_from=valid_from,
    )


def _last_contribution(document: Document) -> int:
    return document.contributions.order_by("-pk").values_list("pk", flat=True).first() or 0


def put_in_force(approval: Approval) -> bool:
    """Publish what was approved, if its day has come. False when it has not, or it is in force already. Raises
    NotApproved when a file or picture in it is another than what was approved."""
    page = approval.document.page.specific if approval.document.page else None
    latest = approval.document.latest_edition()
    is_there = latest and latest.approval and latest.approval.fingerprint == approval.fingerprint
    if page is None or approval.valid_from > clock.today() or (page.live and is_there):
        return False
    with transaction.atomic():
        if not Approval.objects.unused(approval.document).filter(pk=approval.pk).exists():
            return False
        revision = Revision.objects.filter(pk=approval.revision_id).first()
        if revision is None or not _says_the_same(revision.content, approval.content):
            revision = _revision_of(approval, page)
        page.publish(revision, user=approval.approver, skip_permission_checks=True)
    return True


def _revision_of(approval: Approval, page: "ControlledPage") -> Revision:
    """The approved draft again, when Wagtail's revision of it is purged or overwritten."""
    draft = page.with_content_json(approval.content)
    return Revision.objects.create(
        content_object=draft, base_content_type=draft.get_base_content_type(), content=approval.content
    )


def _says_the_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(name) == other.get(name) for name in SAID)


def put_due_in_force() -> int:
    """Bring into force what was approved for today or earlier. Safe to run at any time; returns how many. One that
    can't is told to those who wrote and approved it, and the rest go on."""
    due = Approval.objects.due().filter(document__page__isnull=False)
    done = 0
    for approval in due.select_related("document__page", "approver", "author").order_by("pk"):
        try:
            done += put_in_force(approval)
        except NotApproved:
            logger.warning("%s could not come into force: it is not what was approved", approval)
            _tell_it_is_stuck(approval)
    return done


def _tell_it_is_stuck(approval: Approval) -> None:
    subject = _("Could not come into force: %(page)s") % {"page": approval.document}
    address = reverse("handbook:draft", args=[approval.document.document_id])
    for person in filter(None, {approval.approver, approval.author}):
        remind(person, f"stuck:{approval.pk}", subject, address)


@transaction.atomic
def cancel_approved(approval: Approval, by: User, reason: str) -> Withdrawal:
    """Stop what was approved for a later day."""
    page = approval.document.page
    if page is None or not can(by, Act.APPROVE, page.specific):
        raise PermissionDenied(_("You may not approve for the unit that owns the page."))
    if not reason.strip():
        raise ValidationError({"reason": _("Write why.")})
    if not Approval.objects.unused(approval.document).filter(pk=approval.pk).exists():
        raise ValidationError(_("The approval is used or withdrawn already."))
    return Withdrawal.objects.create(document=approval.document, approval=approval, by=by, reason=reason.strip())


@transaction.atomic
def withdraw(page: "ControlledPage", by: User, reason: str) -> Withdrawal:
    """Take the page out of force, with a reason; its editions stay readable (G7). Raises PermissionDenied
    without the right, ValidationError without a reason and while pages below it are in force."""
    if isinstance(page, FixedPage):
        raise PermissionDenied(_("This page is part of the fixed structure and can't be withdrawn."))
    if not can(by, Act.WITHDRAW, page):
        raise PermissionDenied(_("You may not withdraw pages of the unit that owns this one."))
    document = Document.locked(page)
    page = type(page).objects.get(pk=page.pk)
    if not page.live:
        raise ValidationError(_("The page is not in force."))
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the page is withdrawn. Readers see it.")})
    if Page.objects.descendant_of(page).filter(live=True).exists():
        raise ValidationError(_("Pages below this one are in force. Withdraw or move them first."))
    if state := flow.state_of(page):
        state.cancel(user=by)
    withdrawal = Withdrawal.objects.create(document=document, by=by, reason=reason.strip())
    UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    return withdrawal


# Guards


def _locked_draft(page: "ControlledPage", by: User, change_note: str) -> tuple[Document, "ControlledPage"]:
    """The document, locked, and its draft, ready to be sent on: with a note of what changed, if it follows another
    edition. Raises PermissionDenied and ValidationError."""
    if not can(by, Act.WRITE, page):
        raise PermissionDenied(_("You can't write for the unit that owns the page."))
    document = Document.locked(page)
    draft = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    latest, said = document.latest_edition(), fingerprint(draft)
    if latest and latest.approval and page.live and said == latest.approval.fingerprint:
        raise ValidationError(_("The draft says the same as the version in force. Change something first."))
    if Approval.objects.unused(document).waiting().filter(fingerprint=said).exists():
        raise ValidationError(_("The draft is approved already, for a later day."))
    if latest and not draft.change_note.strip():
        if not change_note.strip():
            raise ValidationError({"change_note": _("Write what changed and why.")})
        draft.change_note = change_note.strip()
        draft.save_revision(user=by)
    return document, draft


def _begin(page: "ControlledPage", by: User) -> None:
    state = flow.state_of(page)
    if state is not None:
        state.cancel(user=by)
    workflow = Workflow.objects.filter(name=NAME, active=True).first()
    if workflow is not None:
        workflow.start(page, by)
    if not flow.is_with(page, HearingTask):
        raise ValidationError(_("The handbook has no approval flow. Run “set_up”."))


def _refuse_unless_approver(page: "ControlledPage", draft: "ControlledPage", by: User) -> None:
    if not flow.may_approve(by, page, draft):
        raise PermissionDenied(_("You may not approve for the unit that owns the page."))
    if not flow.is_with(page, ApprovalTask):
        raise PermissionDenied(_("Nothing waits for approval here."))


@transaction.atomic
def open_hearing(page: "ControlledPage", by: User, change_note: str = "", **facts: Any) -> HearingRound:
    """Open a round of the hearing, and begin the flow if the draft is not in hearing yet. `facts` and what is
    raised are those of `hearings.open_round` and `send_to_hearing`."""
    hearing = hearings.open_round(page, by, **facts)
    send_to_hearing(page, by, change_note)
    return hearing

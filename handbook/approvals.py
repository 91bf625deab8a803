"""From draft to in force (G6): nothing comes into force without an approval of exactly this content.

The record is asked, not the route. `guard` stands where every page is saved, so the publish button,
scheduled publishing, bulk actions, reverting, the workflow's own buttons, copies, aliases, import and a
shell all meet it: without an unused `Approval` whose fingerprint fits, the page does not go live; without
a `Withdrawal` it does not leave.
"""

import datetime
import hashlib
import json
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision, TaskState, WorkflowState

from handbook import hearings, mandates
from handbook.models.approval import Approval, Contribution, Withdrawal
from handbook.models.document import Document
from handbook.models.hearing import HearingRound
from handbook.models.workflow import ApprovalTask, HearingTask
from handbook.permissions import Act, can
from handbook.protection import FixedPage
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import User
from organisation.reminders import remind

if TYPE_CHECKING:
    from handbook.models import ControlledPage

FURTHEST_AHEAD = datetime.timedelta(days=365)
SAID = ("title", "kind", "summary", "users", "benefit", "review_months", "owner_unit_id", "applies_to_id")


class NotApproved(PermissionDenied):
    """Something would come into force, or leave, that nobody with the right to it has decided."""


# What is approved


def fingerprint(page: "ControlledPage") -> str:
    """SHA-256 over what a reader would see: fields, body, and the bytes of the files and pictures in it.
    Not over Wagtail's block ids, which change without anything being written."""
    said: dict[str, Any] = {name: getattr(page, name) for name in SAID}
    said["principles"] = sorted(page.principles or [])
    said["body"] = body_of(page)
    said["files"] = _hashes(page)
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(canonical.encode()).hexdigest()


def body_of(page: "ControlledPage") -> list[dict[str, Any]]:
    """The body as plain data in one form, however it was written: without Wagtail's block ids, which are made
    anew when a body is built in code."""
    return [
        {"type": child.block_type, "value": _without_ids(child.block.get_prep_value(child.value))}
        for child in page.body
    ]


def _without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ids(item) for item in value]
    if isinstance(value, dict):
        is_block = value.keys() >= {"type", "value"}
        return {key: _without_ids(item) for key, item in value.items() if not (is_block and key == "id")}
    return value


def _hashes(page: "ControlledPage") -> list[str]:
    """The checksums of every file and picture the body refers to."""
    files: dict[type[models.Model], set[str]] = {get_document_model(): set(), get_image_model(): set()}
    for model, pk, _model_path, _content_path in page.body.stream_block.extract_references(page.body):
        if model in files:
            files[model].add(str(pk))
    return sorted(
        f"{model.__name__}:{item.pk}:{item.get_file_hash()}"  # type: ignore[attr-defined]
        for model, keys in files.items()
        if keys
        for item in model._default_manager.filter(pk__in=keys)
    )


# The gate


def guard(sender: type[models.Model], instance: models.Model, raw: bool = False, **kwargs: Any) -> None:
    """Receiver of Django's `pre_save`: raises `NotApproved` when a page under control would go live,
    change what is live, or leave, without the record that decides it."""
    if raw or not isinstance(instance, Page) or instance._state.adding:
        return
    stored = Page.objects.filter(pk=instance.pk).values("live", "live_revision_id").first()
    if stored is None or (stored["live"], stored["live_revision_id"]) == (instance.live, instance.live_revision_id):
        return
    document = Document.objects.filter(page_id=instance.pk).first()
    if document is None:
        return
    if instance.live:
        page = instance if hasattr(instance, "body") else instance.specific
        if instance.live_revision_id != stored["live_revision_id"]:
            page = instance.live_revision.as_object()
        if not _may_be_in_force(document, page, stored["live"]):
            raise NotApproved(
                _("The page must be approved before it comes into force. Send it to hearing or approval.")
            )
    elif stored["live"] and not _is_withdrawn(document):
        raise NotApproved(_("A page in force is withdrawn with a reason, from the page itself."))


def approval_of(document: Document, page: "ControlledPage") -> Approval | None:
    """The unused approval of exactly this content whose day has come; None when there is none."""
    found = Approval.objects.unused(document).filter(valid_from__lte=clock.today())
    return found.filter(fingerprint=fingerprint(page)).order_by("-pk").first()


def _may_be_in_force(document: Document, page: "ControlledPage", is_live: bool) -> bool:
    latest = document.latest_edition()
    same = is_live and latest is not None and latest.approval and latest.approval.fingerprint == fingerprint(page)
    return bool(same) or approval_of(document, page) is not None


def _is_withdrawn(document: Document) -> bool:
    """Withdrawn after the latest edition, or never in force."""
    latest, last = document.latest_edition(), document.withdrawals.filter(approval=None).first()
    return latest is None or (last is not None and last.last_approval >= (latest.approval_id or 0))


# The way to an approval


def state_of(page: Page) -> WorkflowState | None:
    """The flow the page is in; None when nobody has sent the draft anywhere."""
    return page.current_workflow_state


def is_with(page: Page, task: type) -> bool:
    """Whether the page is at this task of the flow now."""
    state = state_of(page)
    return (
        state is not None
        and state.status == WorkflowState.STATUS_IN_PROGRESS
        and isinstance(state.current_task_state.task.specific, task)
    )


def authors_of(document: Document) -> list[User]:
    """Those who have written in the draft, each once."""
    return list(User.objects.filter(contributions__in=Contribution.objects.to_draft_of(document)).distinct())


@transaction.atomic
def send_to_hearing(page: "ControlledPage", by: User) -> None:
    """Begin the flow. Raises PermissionDenied without the right to write, ValidationError when there is
    nothing new, no note, or the flow has begun."""
    _locked_draft(page, by)
    if is_with(page, HearingTask):
        return
    if is_with(page, ApprovalTask):
        raise ValidationError(_("The draft waits for approval. Take it back first."))
    _begin(page, by)


@transaction.atomic
def send_to_approval(page: "ControlledPage", by: User, no_hearing_because: str = "") -> None:
    """Hand the draft to the process owner. Raises ValidationError while a hearing is not finished, and when
    none was held and no reason for it is given."""
    document, draft = _locked_draft(page, by)
    if is_with(page, ApprovalTask):
        raise ValidationError(_("The draft waits for approval already."))
    reasons = hearings.reasons_not_to_approve(document)
    if reasons:
        raise ValidationError(reasons)
    if not hearing_held(document) and not no_hearing_because.strip():
        raise ValidationError({"no_hearing_because": _("Write why no hearing is needed, or hold one.")})
    state = state_of(page)
    if state is not None and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user=by)
    elif not is_with(page, HearingTask):
        _begin(page, by)
    if is_with(page, HearingTask):
        state_of(page).current_task_state.approve(user=by, comment=no_hearing_because.strip())  # type: ignore[union-attr]
    for person in mandates.asked(draft):
        if person != by:
            about = f"approve:{document.document_id}:{fingerprint(draft)[:16]}"
            subject = _("Waiting for your approval: %(page)s") % {"page": document}
            remind(person, about, subject, reverse("handbook:approve", args=[document.document_id]))


@transaction.atomic
def take_back(page: "ControlledPage", by: User) -> None:
    """The draft is a draft again. For those who write. Raises ValidationError when it was sent nowhere."""
    if not can(by, Act.WRITE, page):
        raise PermissionDenied(_("You can't write for the unit that owns the page."))
    state = state_of(page)
    if state is None:
        raise ValidationError(_("The draft is not in hearing or approval."))
    state.cancel(user=by)


@transaction.atomic
def send_back(page: "ControlledPage", by: User, reason: str) -> None:
    """The approver wants changes. The editors see the reason and are reminded."""
    _refuse_unless_approver(page, by)
    if not reason.strip():
        raise ValidationError({"reason": _("Write what must be changed.")})
    state = state_of(page)
    assert state is not None  # noqa: S101  (the approver's task is current)
    state.current_task_state.reject(user=by, comment=reason.strip(), update=False)
    state.status = WorkflowState.STATUS_NEEDS_CHANGES
    state.save()
    document = Document.of(page)
    for person in {state.requested_by, *authors_of(document)} - {None, by}:
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
    document = Document.objects.select_for_update().get(pk=Document.of(page).pk)
    page = type(page).objects.get(pk=page.pk)
    _refuse_unless_approver(page, by)
    draft = page.get_latest_revision_as_object()
    if fingerprint(draft) != seen:
        raise StaleVersion(document)
    state = state_of(page)
    assert state is not None  # noqa: S101
    refuse_own_work(document, by, state.requested_by)
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
        heard = hearing_in_words(document)
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


def refuse_own_work(document: Document, by: User, requested_by: User | None) -> None:
    """Four eyes: raises PermissionDenied for who wrote in the draft or asked for the approval, and when
    nobody is known to have written it."""
    authors = authors_of(document)
    if not authors:
        raise PermissionDenied(_("Nobody is recorded as author of this draft. Save it once more in the editor."))
    if by in authors or by == requested_by:
        raise PermissionDenied(_("You have written this draft or sent it to approval. Somebody else must approve it."))


def put_in_force(approval: Approval) -> bool:
    """Publish what was approved, if its day has come. False when it has not, or it is in force already."""
    page = approval.document.page.specific if approval.document.page else None
    if page is None or approval.valid_from > clock.today():
        return False
    with transaction.atomic():
        if not Approval.objects.unused(approval.document).filter(pk=approval.pk).exists():
            return False
        revision = Revision.objects.filter(pk=approval.revision_id).first()
        if revision is None or fingerprint(revision.as_object()) != approval.fingerprint:
            revision = _revision_of(approval, page)
        page.publish(revision, user=approval.approver, skip_permission_checks=True)
    return True


def _revision_of(approval: Approval, page: "ControlledPage") -> Revision:
    """The approved draft again, when Wagtail's revision of it is purged or overwritten."""
    draft = page.with_content_json(approval.content)
    return Revision.objects.create(
        content_object=draft, base_content_type=draft.get_base_content_type(), content=approval.content
    )


def put_due_in_force() -> int:
    """Bring into force what was approved for today or earlier. Safe to run at any time; returns how many."""
    due = Approval.objects.due().filter(document__page__isnull=False).select_related("document__page", "approver")
    return sum(put_in_force(approval) for approval in due.order_by("pk"))


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
    document = Document.objects.select_for_update().get(pk=Document.of(page).pk)
    page = type(page).objects.get(pk=page.pk)
    if not page.live:
        raise ValidationError(_("The page is not in force."))
    if not reason.strip():
        raise ValidationError({"reason": _("Write why the page is withdrawn. Readers see it.")})
    if Page.objects.descendant_of(page).filter(live=True).exists():
        raise ValidationError(_("Pages below this one are in force. Withdraw or move them first."))
    if state := state_of(page):
        state.cancel(user=by)
    withdrawal = Withdrawal.objects.create(document=document, by=by, reason=reason.strip())
    UnpublishPageAction(page, user=by).execute(skip_permission_checks=True)
    return withdrawal


# What waits


def waiting_for(user: User) -> list[Document]:
    """The documents whose draft this person may approve now: with the right, and not of the own hand. One
    query for those who may approve nothing; the drafts that wait are few."""
    if not mandates.approves_somewhere(user):
        return []
    found = []
    at_approver = _current(WorkflowState.STATUS_IN_PROGRESS).filter(
        current_task_state__task__approvaltask__isnull=False
    )
    for state, page in _with_pages(at_approver):
        if can(user, Act.APPROVE, page):
            document = Document.of(page)
            if user not in authors_of(document) and user != state.requested_by:
                found.append(document)
    return found


def sent_back_to(user: User) -> list[Document]:
    """The documents whose draft this person sent to approval and got back."""
    sent_back = _current(WorkflowState.STATUS_NEEDS_CHANGES).filter(requested_by=user)
    return [Document.of(page) for _state, page in _with_pages(sent_back)]


def _current(status: str) -> "models.QuerySet[WorkflowState]":
    states = WorkflowState.objects.filter(status=status).select_related("current_task_state", "requested_by")
    return states.order_by("created_at")


def _with_pages(states: "models.QuerySet[WorkflowState]") -> list[tuple[WorkflowState, "ControlledPage"]]:
    """Each flow with its page, as the type it is. Wagtail's `content_object` gives only the base page."""
    found = list(states)
    pages = {str(page.pk): page for page in Page.objects.filter(pk__in=[state.object_id for state in found]).specific()}
    return [(state, pages[state.object_id]) for state in found if state.object_id in pages]


# Guards


def _locked_draft(page: "ControlledPage", by: User) -> tuple[Document, "ControlledPage"]:
    """The document, locked, and its draft, ready to be sent on. Raises PermissionDenied and ValidationError."""
    if not can(by, Act.WRITE, page):
        raise PermissionDenied(_("You can't write for the unit that owns the page."))
    document = Document.objects.select_for_update().get(pk=Document.of(page).pk)
    draft = type(page).objects.get(pk=page.pk).get_latest_revision_as_object()
    latest = document.latest_edition()
    if latest and latest.approval and page.live and fingerprint(draft) == latest.approval.fingerprint:
        raise ValidationError(_("The draft says the same as the version in force. Change something first."))
    if latest and not draft.change_note.strip():
        raise ValidationError(
            {"change_note": _("Write in the editor what changed and why. Readers see it beside the new version.")}
        )
    return document, draft


def _begin(page: "ControlledPage", by: User) -> None:
    state = state_of(page)
    if state is not None:
        state.cancel(user=by)
    workflow = page.get_workflow()
    if workflow is None:
        raise ValidationError(_("The handbook has no approval flow. Run “create_chapters”."))
    workflow.start(page, by)


def _refuse_unless_approver(page: "ControlledPage", by: User) -> None:
    if not can(by, Act.APPROVE, page):
        raise PermissionDenied(_("You may not approve for the unit that owns the page."))
    if not is_with(page, ApprovalTask):
        raise PermissionDenied(_("Nothing waits for approval here."))


# Hearings


@transaction.atomic
def open_hearing(page: "ControlledPage", by: User, **facts: Any) -> HearingRound:
    """Open a round of the hearing, and begin the flow if the draft is not in hearing yet. `facts` and what is
    raised are those of `hearings.open_round` and `send_to_hearing`."""
    hearing = hearings.open_round(page, by, **facts)
    send_to_hearing(page, by)
    return hearing


def hearing_held(document: Document) -> bool:
    """Whether the draft has been heard."""
    return HearingRound.objects.of_draft(document).exists()


def hearing_in_words(document: Document) -> str:
    """What came of the hearing, kept with the approval; or why there was none."""
    if heard := hearings.summary(document):
        return heard
    skipped = TaskState.objects.filter(
        workflow_state__object_id=str(document.page_id), task__in=HearingTask.objects.all()
    )
    reason = skipped.exclude(comment="").order_by("-pk").values_list("comment", flat=True).first()
    return _("No hearing: %(reason)s") % {"reason": reason} if reason else ""


def last_reason(page: Page) -> str:
    """Why the draft was sent back, while nothing has been done about it."""
    state = state_of(page)
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return ""
    return state.current_task_state.comment

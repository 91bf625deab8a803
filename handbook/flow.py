"""How far a draft has come on its way into force, who has written it, who may decide, and what waits for whom (G6).

Nothing is changed here: see `approvals`.
"""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, WorkflowState

from handbook import hearings, mandates
from handbook.models.approval import Contribution
from handbook.models.document import Document
from handbook.models.hearing import HearingRound
from handbook.permissions import Act, can
from organisation.models import User

if TYPE_CHECKING:
    from handbook.models import ControlledPage


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
    """Those who have written in the draft, each once. To a page that was never in force belong those whose drafts
    came along when it was copied from another."""
    wrote = models.Q(pk__in=Contribution.objects.to_draft_of(document).values("user"))
    if document.latest_edition() is None:
        drafts = Revision.objects.filter(base_content_type__model="page", object_id=str(document.page_id))
        wrote |= models.Q(pk__in=drafts.exclude(user=None).values("user"))
    return list(User.objects.filter(wrote))


def may_approve(user: User, page: "ControlledPage", draft: "ControlledPage") -> bool:
    """Whether the person may approve the draft: for the unit that will own the page, and for the one that owns
    what is in force."""
    return can(user, Act.APPROVE, draft) and (not page.live or can(user, Act.APPROVE, page))


def refuse_own_work(document: Document, by: User, requested_by: User | None) -> None:
    """Four eyes: raises PermissionDenied for who wrote in the draft or asked for the approval, and when
    nobody is known to have written it."""
    authors = authors_of(document)
    if not authors:
        raise PermissionDenied(_("Nobody is recorded as author of this draft. Save it once more in the editor."))
    if by in authors or by == requested_by:
        raise PermissionDenied(_("You have written this draft or sent it to approval. Somebody else must approve it."))


def needs_note(document: Document) -> bool:
    """Whether the draft follows another edition and doesn't say what changed."""
    page = document.page
    if page is None or document.latest_edition() is None:
        return False
    return not page.specific.get_latest_revision_as_object().change_note.strip()


def hearing_held(document: Document) -> bool:
    """Whether the draft has been heard."""
    return HearingRound.objects.of_draft(document).exists()


def hearing_in_words(document: Document) -> str:
    """What came of the hearing, kept with the approval; or why there was none."""
    if heard := hearings.summary(document):
        return heard
    reason = reason_without_hearing(document.page) if document.page else ""
    return _("No hearing: %(reason)s") % {"reason": reason} if reason else ""


def reason_without_hearing(page: Page) -> str:
    """Why this draft was sent on without a hearing; empty when nobody has said it."""
    state = state_of(page)
    skipped = TaskState.objects.filter(workflow_state=state, task__hearingtask__isnull=False)
    return skipped.exclude(comment="").order_by("-pk").values_list("comment", flat=True).first() or ""


def last_reason(page: Page) -> str:
    """Why the draft was sent back, while nothing has been done about it."""
    state = state_of(page)
    if state is None or state.status != WorkflowState.STATUS_NEEDS_CHANGES:
        return ""
    return state.current_task_state.comment


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
        if may_approve(user, page, page.get_latest_revision_as_object()):
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

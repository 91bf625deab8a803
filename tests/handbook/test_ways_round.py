"""No way round the approval: every route of Wagtail's admin and every call from a shell is refused, and nothing
changes (G6; see the list in the docstring of `handbook.gate`)."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core import serializers
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.documents.models import Document as File
from wagtail.models import (
    GroupApprovalTask,
    Locale,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from handbook import approvals, flow
from handbook.fingerprints import fingerprint
from handbook.models import Approval, ApprovalTask, Document, Edition, ProcedurePage
from organisation import clock
from organisation.history import StaleVersion
from organisation.reminders import Reminder
from tests.handbook.conftest import paragraphs
from tests.handbook.test_admin import form_of

pytestmark = pytest.mark.django_db
PEOPLE = ("editor", "process_owner", "quality_manager", "superuser")


@pytest.fixture
def draft(pages: Any, cast: Any) -> ProcedurePage:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body, page.change_note = paragraphs("Ikke godkjent"), "Snarvei."
    page.save_revision(user=cast.editor)
    return ProcedurePage.objects.get(pk=page.pk)


@pytest.fixture
def sent(draft: ProcedurePage, cast: Any) -> ProcedurePage:
    approvals.send_to_approval(draft, cast.editor, "Liten.")
    return ProcedurePage.objects.get(pk=draft.pk)


@pytest.fixture(params=PEOPLE)
def client(request: Any, cast: Any, superuser: Any, login: Any) -> Any:
    return login(superuser if request.param == "superuser" else getattr(cast, request.param))


@pytest.fixture
def untouched(pages: Any, db: None) -> Any:
    """Afterwards every edition, and what readers see, is as it was."""
    before = list(Edition.objects.order_by("pk").values_list("pk", "sha256"))
    yield
    assert list(Edition.objects.order_by("pk").values_list("pk", "sha256")) == before
    page = Page.objects.get(pk=pages.access.pk)
    assert page.live
    assert "Ikke godkjent" not in Document.objects.get(page_id=page.pk).edition_in_force().html


def edit_url(page: Page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


@pytest.mark.parametrize("button", ["action-publish", "action-submit"])
def test_the_buttons_of_the_editor(client: Any, draft: Any, untouched: None, button: str) -> None:
    answer = client.post(edit_url(draft), form_of(draft, summary="Skrevet nå", **{button: "1"}))
    assert answer.status_code == 200
    assert "Skrevet nå" in answer.content.decode()
    assert answer.context["form"].non_field_errors()


def test_the_editor_offers_no_other_way(client: Any, draft: Any) -> None:
    page = client.get(edit_url(draft)).content.decode()
    assert f"/d/{draft.document.document_id}/utkast/" in page
    for name in ("action-publish", "action-submit", "action-unpublish", "action-restart-workflow"):
        assert f'name="{name}"' not in page


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_the_buttons_of_the_workflow(client: Any, sent: Any, untouched: None, action: str) -> None:
    state = sent.current_workflow_task_state
    data = {"action-workflow-action": "1", "workflow-action-name": action, "comment": ""}
    client.post(edit_url(sent), form_of(sent, **data))
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[sent.pk, action, state.pk]), {"comment": "Ja"})
    sent.refresh_from_db()
    assert sent.current_workflow_task_state.pk == state.pk


def test_publishing_in_bulk(client: Any, draft: Any, untouched: None) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={draft.pk}"
    client.post(url, {"include_descendants": "on"})


@pytest.mark.parametrize("name", ["wagtailadmin_pages:unpublish", "bulk"])
def test_unpublishing(client: Any, draft: Any, untouched: None, name: str) -> None:
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"]) + f"?id={draft.pk}"
    client.post(bulk if name == "bulk" else reverse(name, args=[draft.pk]), {"include_descendants": "on"})


def test_reverting_and_publishing(client: Any, draft: Any, untouched: None) -> None:
    revision = draft.revisions.order_by("pk").first()
    url = reverse("wagtailadmin_pages:revisions_revert", args=[draft.pk, revision.pk])
    client.get(url)
    client.post(edit_url(draft), form_of(draft, revision=revision.pk, **{"action-publish": "1"}))


def test_unscheduling_and_scheduling(client: Any, draft: Any, untouched: None) -> None:
    data = form_of(draft, go_live_at=timezone.now().strftime("%Y-%m-%d %H:%M"))
    client.post(edit_url(draft), data)
    call_command("publish_scheduled", verbosity=0)


def test_overwriting_the_revision_that_is_live_or_approved(login: Any, cast: Any, pages: Any) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    live = page.live_revision
    before = live.content
    answer = login(cast.editor).post(edit_url(page), form_of(page, overwrite_revision_id=live.pk))
    assert answer.status_code == 200
    live.refresh_from_db()
    assert live.content == before


def test_two_editors_at_once(login: Any, cast: Any, draft: Any) -> None:
    seen = draft.latest_revision
    stamp = {"loaded_revision_id": seen.pk, "loaded_revision_created_at": seen.created_at.isoformat()}
    first = login(cast.quality_manager).post(edit_url(draft), form_of(draft, summary="Den første", **stamp))
    assert first.status_code == 302
    second = login(cast.editor)
    answer = second.post(edit_url(draft), form_of(draft, summary="Den andre", **stamp))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Den første" in page
    assert "Den andre" in page
    assert str(cast.quality_manager) in page
    newest = ProcedurePage.objects.get(pk=draft.pk).latest_revision
    assert newest.as_object().summary == "Den første"
    stamp = {"loaded_revision_id": newest.pk, "loaded_revision_created_at": newest.created_at.isoformat()}
    assert second.post(edit_url(draft), form_of(draft, summary="Den andre", **stamp)).status_code == 302


def test_an_editor_cannot_write_while_it_waits_for_approval(client: Any, sent: Any, untouched: None) -> None:
    before = sent.latest_revision_id
    client.post(edit_url(sent), form_of(sent, summary="Under godkjenningen"))
    sent.refresh_from_db()
    assert sent.latest_revision_id == before


# From a shell


def _live(page: ProcedurePage) -> None:
    page.live_revision = page.latest_revision
    page.save()


def _save(page: Page, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(page, name, value)
    page.save()


def _schedule(page: ProcedurePage) -> None:
    page.revisions.filter(pk=page.latest_revision_id).update(approved_go_live_at=timezone.now())
    call_command("publish_scheduled", verbosity=0)


def _other_workflow(page: ProcedurePage) -> None:
    workflow = Workflow.objects.create(name="Snarvei")
    WorkflowTask.objects.create(workflow=workflow, task=GroupApprovalTask.objects.create(name="Alle"))
    WorkflowPage.objects.create(workflow=workflow, page=page)
    user = page.get_latest_revision().user
    workflow.start(page, user).current_task_state.approve(user=user)


SHELL = {
    "revision.publish": lambda page, user: page.get_latest_revision().publish(),
    "revision.publish as": lambda page, user: page.get_latest_revision().publish(user=user),
    "page.publish": lambda page, user: page.publish(page.get_latest_revision(), skip_permission_checks=True),
    "action": lambda page, user: PublishPageRevisionAction(page.get_latest_revision(), user=user).execute(
        skip_permission_checks=True
    ),
    "live revision": lambda page, user: _live(page),
    "unpublish": lambda page, user: page.unpublish(),
    "unpublish base": lambda page, user: Page.objects.get(pk=page.pk).unpublish(),
    "save not live": lambda page, user: (setattr(page, "live", False), page.save()),
    "schedule": lambda page, user: (setattr(page, "go_live_at", timezone.now()), page.save_revision()),
    "expire": lambda page, user: (setattr(page, "expire_at", timezone.now()), page.save_revision()),
    "scheduled revision": lambda page, user: _schedule(page),
    "save the text": lambda page, user: _save(page, body=paragraphs("Ikke godkjent")),
    "save a fact": lambda page, user: _save(page, review_months=48),
    "save the title": lambda page, user: _save(Page.objects.get(pk=page.pk), title="Ikke godkjent"),
    "another workflow": lambda page, user: _other_workflow(page),
    "alias of a translation": lambda page, user: page.copy_for_translation(
        Locale.objects.create(language_code="nn"), copy_parents=True, alias=True
    ),
    "alias": lambda page, user: page.create_alias(parent=page.get_parent(), update_slug="alias"),
}


@pytest.mark.parametrize("way", SHELL)
def test_from_a_shell(draft: Any, superuser: Any, untouched: None, way: str) -> None:
    with pytest.raises(PermissionDenied), transaction.atomic():
        SHELL[way](draft, superuser)


def test_another_text_under_an_approved_revision(draft: Any, cast: Any, untouched: None) -> None:
    approvals.record(draft.get_latest_revision_as_object(), cast.process_owner, valid_from=clock.today())
    action = PublishPageRevisionAction(draft.get_latest_revision())
    action.object.body = paragraphs("Smuglet inn")
    with pytest.raises(PermissionDenied), transaction.atomic():
        action.execute(skip_permission_checks=True)


@pytest.mark.parametrize("way", ["task", "workflow"])
def test_approving_the_task_from_a_shell(sent: Any, superuser: Any, untouched: None, way: str) -> None:
    state = WorkflowState.objects.get(object_id=str(sent.pk), status=WorkflowState.STATUS_IN_PROGRESS)
    with pytest.raises(PermissionDenied), transaction.atomic():
        if way == "task":
            state.current_task_state.approve(user=superuser)
        else:
            state.finish(user=superuser)


def test_a_new_page_that_was_never_approved_stays_hidden(pages: Any, cast: Any, login: Any) -> None:
    page = pages.add(pages.process, ProcedurePage, "Aldri godkjent")
    page.live = True
    with pytest.raises(PermissionDenied):
        page.save()
    Page.objects.filter(pk=page.pk).update(live=True)
    assert login(cast.reporter).get(page.url).status_code == 404


@pytest.mark.parametrize("options", [{}, {"copy_revisions": False}, {"keep_live": False}, {"recursive": True}])
def test_a_copy_carries_no_approval(pages: Any, cast: Any, login: Any, options: dict[str, Any]) -> None:
    copy = pages.access.copy(update_attrs={"slug": "kopi", "title": "Kopi"}, user=cast.editor, **options)
    copy = ProcedurePage.objects.get(pk=copy.pk)
    assert not copy.live
    assert copy.document.document_id != pages.access.document.document_id
    assert not Approval.objects.filter(document=copy.document).exists()
    assert login(cast.reporter).get(copy.url).status_code == 404
    if revision := copy.get_latest_revision():
        with pytest.raises(PermissionDenied):
            revision.publish()


def test_a_moved_page_keeps_its_edition_word_for_word(pages: Any, cast: Any, untouched: None) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.move(pages.lost, "last-child")
    assert Document.objects.get(page_id=page.pk).edition_in_force().number == "5.1.1"


def test_saving_what_is_in_force_as_it_is_is_no_change(pages: Any, untouched: None) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.save()
    Page.objects.get(pk=page.pk).save()
    page.search_description = "Til søkemotorer"
    page.save(update_fields=["search_description"])


def test_rows_that_are_read_in_from_a_file_are_not_shown(pages: Any, cast: Any, login: Any, untouched: None) -> None:
    """Fixtures go past every guard of the models; readers get the edition."""
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body = paragraphs("Ikke godkjent")
    rows = serializers.serialize("json", [page])
    for row in serializers.deserialize("json", rows):
        row.save()
    assert "Ikke godkjent" not in login(cast.reporter).get(page.url).content.decode()
    with pytest.raises(CommandError, match="says something else"):
        call_command("verify_editions", verbosity=0)


# Files that are replaced under their own id


@pytest.fixture
def attached(pages: Any, cast: Any) -> Any:
    """5.1.1 with an attachment, sent to approval; `page.file` is the attachment."""
    file = File.objects.create(title="Skjema", file=ContentFile(b"skjema", name="skjema.txt"))
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body, page.change_note = [("attachments", [{"document": file, "note": ""}])], "Skjema."
    page.save_revision(user=cast.editor)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    page = ProcedurePage.objects.get(pk=page.pk)
    page.file = file
    return page


def replace(file: File) -> None:
    """Other bytes under the same id, with Wagtail's own checksum left as it was."""
    file.get_file_hash()
    file.file.save("skjema.txt", ContentFile(b"noe annet"))


def seen(page: ProcedurePage) -> str:
    return fingerprint(ProcedurePage.objects.get(pk=page.pk).get_latest_revision_as_object())


def test_a_file_replaced_under_the_approver_is_not_approved(attached: Any, cast: Any, untouched: None) -> None:
    old = seen(attached)
    replace(attached.file)
    with pytest.raises(StaleVersion):
        approvals.approve(attached, cast.process_owner, seen=old)


def test_a_file_replaced_after_the_approval_holds_it_back_and_is_told(
    attached: Any, pages: Any, cast: Any, login: Any
) -> None:
    tomorrow = datetime.timedelta(1)
    approvals.approve(attached, cast.process_owner, seen=seen(attached), valid_from=clock.today() + tomorrow)
    other = ProcedurePage.objects.get(pk=pages.lost.pk)
    other.body, other.change_note = paragraphs("Også godkjent"), "Ny."
    other.save_revision(user=cast.editor)
    approvals.send_to_approval(other, cast.editor, "Liten.")
    approvals.approve(other, cast.process_owner, seen=seen(other), valid_from=clock.today() + tomorrow)
    replace(attached.file)
    document = attached.document
    with pytest.raises(CommandError, match="no longer what was approved"):
        call_command("verify_editions", verbosity=0)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + tomorrow):
        assert approvals.put_due_in_force() == 1
        assert (document.latest_edition().label, other.document.latest_edition().label) == ("1", "2")
        assert {row.user for row in Reminder.objects.filter(about__startswith="stuck:")} == {
            cast.editor,
            cast.process_owner,
        }
        page = login(cast.editor).get(f"/d/{document.document_id}/utkast/")
        assert page.context["draft"].stuck
        assert page.context["draft"].place == "draft"
        client = login(cast.process_owner)
        client.post(f"/d/{document.document_id}/stans/", {"reason": "Skjemaet er byttet."})
        assert not login(cast.editor).get(f"/d/{document.document_id}/utkast/").context["draft"].stuck
        call_command("verify_editions", verbosity=0)


def test_a_flow_that_somebody_has_put_on_the_page_is_not_the_one_that_counts(draft: Any, cast: Any) -> None:
    other = Workflow.objects.create(name="Snarvei")
    WorkflowTask.objects.create(workflow=other, task=GroupApprovalTask.objects.create(name="Alle"))
    WorkflowPage.objects.create(workflow=other, page=draft)
    approvals.send_to_approval(draft, cast.editor, "Liten.")
    assert flow.is_with(ProcedurePage.objects.get(pk=draft.pk), ApprovalTask)


def test_a_flow_that_is_switched_off_takes_nothing(draft: Any, cast: Any) -> None:
    Workflow.objects.update(active=False)
    with pytest.raises(ValidationError, match="set_up"):
        approvals.send_to_approval(draft, cast.editor, "Liten.")
    assert flow.state_of(ProcedurePage.objects.get(pk=draft.pk)) is None

"""No way round the approval: every route of Wagtail's admin and every call from a shell is refused, and nothing
changes (G6; see the list in the docstring of `handbook.approvals`)."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.publish_page_revision import PublishPageRevisionAction
from wagtail.models import Page, WorkflowState

from handbook import approvals
from handbook.models import Approval, Document, Edition, ProcedurePage
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
    "alias": lambda page, user: page.create_alias(parent=page.get_parent(), update_slug="alias"),
}


@pytest.mark.parametrize("way", SHELL)
def test_from_a_shell(draft: Any, superuser: Any, untouched: None, way: str) -> None:
    with pytest.raises(PermissionDenied):
        SHELL[way](draft, superuser)


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

"""From draft to in force: sent on, approved by another with the right to it, now or on a day; withdrawn (G6, G7)."""

import datetime
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import translation
from wagtail.models import Page, Revision

from handbook import approvals, editions, flow, gate
from handbook.fingerprints import fingerprint
from handbook.models import Approval, Document, ProcedurePage
from handbook.models.workflow import ApprovalTask
from organisation import clock
from organisation.history import StaleVersion
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
TOMORROW = datetime.timedelta(1)


@pytest.fixture(autouse=True)
def english() -> Any:
    """Messages as the msgids say them."""
    with translation.override("en"):
        yield


def written(pages: Any, by: Any, text: str = "Ny tekst", note: str = "Nytt krav.") -> ProcedurePage:
    page = ProcedurePage.objects.get(pk=pages.access.pk).get_latest_revision_as_object()
    page.body, page.change_note = paragraphs(text), note
    page.save_revision(user=by)
    return ProcedurePage.objects.get(pk=page.pk)


@pytest.fixture
def draft(pages: Any, cast: Any) -> ProcedurePage:
    """The editor's draft."""
    return written(pages, cast.editor)


@pytest.fixture
def sent(draft: ProcedurePage, cast: Any) -> ProcedurePage:
    """The editor's draft, sent to approval."""
    approvals.send_to_approval(draft, cast.editor, "Retting etter tilsyn.")
    return ProcedurePage.objects.get(pk=draft.pk)


def seen(page: ProcedurePage) -> str:
    return fingerprint(page.get_latest_revision_as_object())


def labels(page: Page) -> list[str]:
    return [edition.label for edition in Document.objects.get(page_id=page.pk).editions.order_by("major", "minor")]


def test_the_draft_is_in_force_when_the_process_owner_has_approved_it(sent: Any, cast: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent), comment="Bra.")
    edition = Document.objects.get(page_id=sent.pk).edition_in_force()
    assert (edition.label, edition.change_note, edition.author_name) == ("2", "Nytt krav.", str(cast.editor))
    assert (edition.approver, edition.approver_capacity) == (cast.process_owner, f"Prosesseier for {sent.owner_unit}")
    assert "Ny tekst" in edition.html
    assert "Retting etter tilsyn." in edition.approval.hearing
    assert not ProcedurePage.objects.get(pk=sent.pk).has_unpublished_changes


def test_the_process_owner_is_told_once_and_the_draft_is_locked(
    draft: Any, cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        approvals.send_to_approval(draft, cast.editor, "Haster.")
    assert [message.to for message in mail.outbox] == [[cast.process_owner.email]]
    page = ProcedurePage.objects.get(pk=draft.pk)
    for person in (cast.editor, cast.process_owner, cast.quality_manager):
        assert page.get_lock().for_user(person)


def test_a_day_ahead_waits_and_comes_into_force_by_itself(sent: Any, cast: Any) -> None:
    day = clock.today() + TOMORROW
    approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=day)
    assert labels(sent) == ["1"]
    assert approvals.put_due_in_force() == 0
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 1
        assert approvals.put_due_in_force() == 0
    edition = Document.objects.get(page_id=sent.pk).latest_edition()
    assert (edition.label, edition.valid_from) == ("2", day)


def test_what_is_approved_for_later_survives_new_drafts_and_purged_revisions(sent: Any, pages: Any, cast: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=clock.today() + TOMORROW)
    written(pages, cast.quality_manager, "Enda nyere utkast")
    Revision.objects.filter(pk=Approval.objects.latest("pk").revision_id).delete()
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        approvals.put_due_in_force()
    document = Document.objects.get(page_id=sent.pk)
    assert "Ny tekst" in document.latest_edition().html
    assert "Enda nyere" not in document.latest_edition().html


def test_what_is_approved_for_later_can_be_stopped_with_a_reason(sent: Any, cast: Any) -> None:
    approval = approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=clock.today() + TOMORROW)
    with pytest.raises(PermissionDenied):
        approvals.cancel_approved(approval, cast.editor, "Nei.")
    with pytest.raises(ValidationError):
        approvals.cancel_approved(approval, cast.process_owner, " ")
    approvals.cancel_approved(approval, cast.process_owner, "Loven ble utsatt.")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 0
    assert labels(sent) == ["1"]


@pytest.mark.parametrize("days", [-1, 366])
def test_a_day_in_the_past_or_far_ahead_is_refused_at_the_field(sent: Any, cast: Any, login: Any, days: int) -> None:
    day = clock.today() + datetime.timedelta(days)
    answer = login(cast.process_owner).post(
        f"/d/{sent.document.document_id}/godkjenn/", {"seen": seen(sent), "valid_from": day.isoformat(), "approve": "1"}
    )
    assert answer.context["form"].errors["valid_from"]
    assert labels(sent) == ["1"]


# Four eyes


def test_nobody_approves_what_they_wrote(pages: Any, cast: Any) -> None:
    page = written(pages, cast.process_owner)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    with pytest.raises(PermissionDenied, match="have written"):
        approvals.approve(page, cast.process_owner, seen=seen(page))
    approvals.approve(page, cast.approver, seen=seen(page))
    assert labels(page) == ["1", "2"]


def test_nobody_approves_what_they_wrote_a_part_of(pages: Any, cast: Any) -> None:
    written(pages, cast.process_owner, "Første del")
    page = written(pages, cast.editor, "Andre del")
    approvals.send_to_approval(page, cast.editor, "Liten.")
    with pytest.raises(PermissionDenied, match="have written"):
        approvals.approve(page, cast.process_owner, seen=seen(page))


def test_overwriting_and_purging_the_revision_does_not_hide_who_wrote(pages: Any, cast: Any) -> None:
    page = written(pages, cast.process_owner)
    revision = page.get_latest_revision()
    draft = revision.as_object()
    draft.body = paragraphs("Overskrevet")
    draft.save_revision(user=cast.process_owner, overwrite_revision=revision)
    page = written(pages, cast.editor)
    Revision.objects.filter(user=cast.process_owner).update(user=None)
    approvals.send_to_approval(page, cast.editor, "Liten.")
    with pytest.raises(PermissionDenied, match="have written"):
        approvals.approve(page, cast.process_owner, seen=seen(page))


def test_who_sent_it_does_not_approve_it(draft: Any, cast: Any) -> None:
    approvals.send_to_approval(draft, cast.process_owner, "Liten.")
    with pytest.raises(PermissionDenied, match="sent it to approval"):
        approvals.approve(draft, cast.process_owner, seen=seen(draft))


def test_a_draft_without_a_known_author_is_not_approved(pages: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    page.body, page.change_note = paragraphs("Fra et skript"), "Skript."
    page.save_revision()
    approvals.send_to_approval(page, cast.editor, "Liten.")
    with pytest.raises(PermissionDenied, match="author"):
        approvals.approve(page, cast.process_owner, seen=seen(page))


@pytest.mark.parametrize(
    "who", ["editor", "quality_manager", "reporter", "leader", "it_leader", "auditor", "director", "administrator"]
)
def test_those_without_the_right_do_not_approve(sent: Any, cast: Any, login: Any, who: str) -> None:
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        approvals.approve(sent, person, seen=seen(sent))
    address = f"/d/{sent.document.document_id}/godkjenn/"
    assert login(person).get(address).status_code == 403
    answer = login(person).post(address, {"seen": seen(sent), "valid_from": clock.today(), "approve": "1"})
    assert answer.status_code == 403
    assert labels(sent) == ["1"]


def test_a_process_owner_of_another_unit_does_not_approve(sent: Any, cast: Any, units: Any) -> None:
    other = factories.make_user("other_owner", units.home_care, "process_owner")
    with pytest.raises(PermissionDenied):
        approvals.approve(sent, other, seen=seen(sent))


# What is approved is what was read


def test_a_draft_that_changed_under_the_approver_is_not_approved(sent: Any, pages: Any, cast: Any, login: Any) -> None:
    old = seen(sent)
    written(pages, cast.editor, "Smuglet inn etterpå")
    with pytest.raises(StaleVersion):
        approvals.approve(sent, cast.process_owner, seen=old)
    answer = login(cast.process_owner).post(
        f"/d/{sent.document.document_id}/godkjenn/",
        {"seen": old, "valid_from": clock.today(), "comment": "Fint", "approve": "1"},
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Smuglet inn etterpå" in page
    assert "Fint" in page
    assert labels(sent) == ["1"]


@pytest.mark.parametrize(("field", "value"), [("title", "Ny"), ("users", "Alle"), ("review_months", 24)])
def test_the_fingerprint_covers_what_readers_see(draft: Any, field: str, value: Any) -> None:
    page = draft.get_latest_revision_as_object()
    before = fingerprint(page)
    setattr(page, field, value)
    assert fingerprint(page) != before


def test_two_approvers_at_once_make_one_edition(sent: Any, cast: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent))
    with pytest.raises(PermissionDenied, match="Nothing waits"):
        approvals.approve(ProcedurePage.objects.get(pk=sent.pk), cast.approver, seen=seen(sent))
    assert labels(sent) == ["1", "2"]


def test_the_record_of_approvals_is_append_only(sent: Any, cast: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent))
    for table in ("approval", "contribution"):
        for statement in (f"UPDATE handbook_{table} SET document_id = 1", f"DELETE FROM handbook_{table}"):
            with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)


# Sending on, back and taking back


def test_sending_on_needs_a_note_from_the_second_edition(pages: Any, cast: Any) -> None:
    page = written(pages, cast.editor, note=" ")
    for send in (approvals.send_to_approval, approvals.send_to_hearing):
        with pytest.raises(ValidationError, match="what changed"):
            send(page, cast.editor)


@pytest.mark.parametrize("step", ["utkast", "horing"])
def test_a_missing_note_is_refused_at_the_field_and_may_be_written_there(
    pages: Any, cast: Any, login: Any, step: str
) -> None:
    page = written(pages, cast.quality_manager, note=" ")
    address, client = f"/d/{page.document.document_id}/{step}/", login(cast.editor)
    sent = {
        "utkast": {"act": "approval", "no_hearing_because": "Liten."},
        "horing": {"question": "Greit?", "audience": "all", "deadline": clock.today().isoformat()},
    }[step]
    answer = client.post(address, sent)
    assert answer.context["form"].errors["change_note"]
    assert "why?:" not in answer.content.decode()
    assert flow.state_of(ProcedurePage.objects.get(pk=page.pk)) is None
    client.post(address, {**sent, "change_note": "Nytt krav."})
    page = ProcedurePage.objects.get(pk=page.pk)
    assert flow.state_of(page)
    assert page.get_latest_revision_as_object().change_note == "Nytt krav."
    assert cast.editor in flow.authors_of(page.document)


def test_a_note_that_is_written_is_not_asked_for(draft: Any, cast: Any, login: Any) -> None:
    page = login(cast.editor).get(f"/d/{draft.document.document_id}/utkast/")
    assert "change_note" not in page.context["form"].fields


def test_approval_without_hearing_needs_a_reason(draft: Any, cast: Any, login: Any) -> None:
    answer = login(cast.editor).post(f"/d/{draft.document.document_id}/utkast/", {"act": "approval"})
    assert answer.context["form"].errors["no_hearing_because"]
    assert not flow.is_with(draft, ApprovalTask)


def test_the_approver_reads_why_there_was_no_hearing_and_is_asked_once(
    sent: Any, pages: Any, cast: Any, login: Any
) -> None:
    address = f"/d/{sent.document.document_id}"
    assert "Retting etter tilsyn." in login(cast.process_owner).get(f"{address}/godkjenn/").content.decode()
    approvals.send_back(sent, cast.process_owner, "Mer.")
    assert 'name="no_hearing_because"' not in login(cast.editor).get(f"{address}/utkast/").content.decode()
    page = written(pages, cast.editor, "Mer tekst")
    approvals.send_to_approval(page, cast.editor)
    approvals.approve(page, cast.process_owner, seen=seen(page))
    assert "Retting etter tilsyn." in page.document.latest_edition().approval.hearing
    page = written(pages, cast.editor, "Neste utkast")
    with pytest.raises(ValidationError, match="no_hearing_because"):
        approvals.send_to_approval(page, cast.editor)


def test_what_is_approved_for_later_is_not_sent_again(sent: Any, pages: Any, cast: Any, login: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=clock.today() + TOMORROW)
    page = ProcedurePage.objects.get(pk=sent.pk)
    with pytest.raises(ValidationError, match="approved already"):
        approvals.send_to_approval(page, cast.editor, "Liten.")
    address = f"/d/{page.document.document_id}/utkast/"
    assert login(cast.editor).get(address).context["draft"].place == "force"
    written(pages, cast.editor, "Nyere utkast")
    assert login(cast.editor).get(address).context["draft"].place == "draft"


def test_a_text_that_is_in_force_is_not_put_in_force_each_night(sent: Any, cast: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent))
    page = ProcedurePage.objects.get(pk=sent.pk)
    approvals.record(page.get_latest_revision_as_object(), cast.approver, valid_from=clock.today())
    assert approvals.put_due_in_force() == 0
    assert labels(sent) == ["1", "2"]


def test_a_hearing_of_the_next_draft_still_counts_when_an_approval_comes_into_force(
    sent: Any, pages: Any, cast: Any
) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=clock.today() + TOMORROW)
    page = written(pages, cast.editor, "Nyere utkast")
    assert not flow.hearing_held(page.document)
    deadline = clock.today() + datetime.timedelta(7)
    approvals.open_hearing(page, cast.editor, question="Greit?", deadline=deadline, for_all=True)
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 1
        with pytest.raises(ValidationError, match="is open until"):
            approvals.send_to_approval(ProcedurePage.objects.get(pk=page.pk), cast.editor)


def test_a_second_click_on_stop_is_told_kindly(sent: Any, cast: Any, login: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=clock.today() + TOMORROW)
    address, client = f"/d/{sent.document.document_id}/stans/", login(cast.process_owner)
    assert client.post(address, {"reason": ""}).context["form"].errors["reason"]
    for _click in range(2):
        assert client.post(address, {"reason": "Loven ble utsatt."}).status_code == 302
    assert sent.document.withdrawals.count() == 1


def test_nothing_new_is_not_sent(pages: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    with pytest.raises(ValidationError, match="says the same"):
        approvals.send_to_approval(page, cast.editor, "Liten.")


@pytest.mark.parametrize("who", ["reporter", "leader", "auditor", "administrator", "outsider"])
def test_those_who_do_not_write_do_not_send(draft: Any, cast: Any, login: Any, who: str) -> None:
    person = getattr(cast, who)
    for send in (approvals.send_to_approval, approvals.send_to_hearing, approvals.take_back):
        with pytest.raises(PermissionDenied):
            send(draft, person)
    assert login(person).get(f"/d/{draft.document.document_id}/utkast/").status_code == 403


def test_sent_back_with_a_reason_and_sent_again(
    sent: Any, pages: Any, cast: Any, django_capture_on_commit_callbacks: Any
) -> None:
    with pytest.raises(ValidationError):
        approvals.send_back(sent, cast.process_owner, "")
    with django_capture_on_commit_callbacks(execute=True):
        approvals.send_back(sent, cast.process_owner, "Steg 3 mangler frist.")
    assert mail.outbox[-1].to == [cast.editor.email]
    assert flow.last_reason(sent) == "Steg 3 mangler frist."
    assert sent.get_lock() is None
    page = written(pages, cast.editor, "Med frist")
    approvals.send_to_approval(page, cast.editor, "Liten.")
    approvals.approve(page, cast.process_owner, seen=seen(page))
    assert labels(page) == ["1", "2"]


def test_taken_back_is_a_draft_again(sent: Any, cast: Any) -> None:
    approvals.take_back(sent, cast.quality_manager)
    page = ProcedurePage.objects.get(pk=sent.pk)
    assert page.get_lock() is None
    with pytest.raises(PermissionDenied, match="Nothing waits"):
        approvals.approve(page, cast.process_owner, seen=seen(page))


def test_an_editorial_change_takes_the_next_decimal(pages: Any, cast: Any) -> None:
    page = written(pages, cast.editor).get_latest_revision_as_object()
    page.change_kind = "editorial"
    page.save_revision(user=cast.editor)
    approvals.send_to_approval(page, cast.editor, "Skrivefeil.")
    approvals.approve(page, cast.process_owner, seen=seen(page))
    assert labels(page) == ["1", "1.1"]


# Withdrawing


def test_withdrawing_needs_right_and_reason_and_is_told_to_readers(pages: Any, cast: Any, login: Any) -> None:
    for person in (cast.editor, cast.leader, cast.auditor, cast.reporter):
        with pytest.raises(PermissionDenied):
            approvals.withdraw(pages.access, person, "Utdatert.")
    with pytest.raises(ValidationError):
        approvals.withdraw(pages.access, cast.process_owner, "")
    address = f"/d/{pages.access.document.document_id}/trekk-tilbake/"
    login(cast.quality_manager).post(address, {"reason": "Erstattet av 5.1.2."})
    assert Document.objects.get(page_id=pages.access.pk).edition_in_force() is None
    page = login(cast.reporter).get(pages.access.document.get_absolute_url()).content.decode()
    assert "Erstattet av 5.1.2." in page


def test_a_page_with_pages_in_force_below_it_is_not_withdrawn(pages: Any, cast: Any) -> None:
    with pytest.raises(ValidationError, match="below"):
        approvals.withdraw(pages.process, cast.process_owner, "Utdatert.")
    with pytest.raises(PermissionDenied):
        approvals.withdraw(pages.chapter, cast.approver, "Utdatert.")


def test_an_old_approval_does_not_bring_a_withdrawn_page_back(sent: Any, pages: Any, cast: Any) -> None:
    approvals.approve(sent, cast.process_owner, seen=seen(sent), valid_from=clock.today() + TOMORROW)
    approvals.withdraw(ProcedurePage.objects.get(pk=sent.pk), cast.process_owner, "Utdatert.")
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + TOMORROW):
        assert approvals.put_due_in_force() == 0
    assert labels(sent) == ["1"]


def test_an_old_approval_does_not_bring_an_old_text_back(pages: Any, cast: Any) -> None:
    page = ProcedurePage.objects.get(pk=pages.access.pk)
    editions.publish(page, cast.process_owner, "Samme igjen.", author=cast.editor)
    old = page.get_latest_revision()
    draft = written(pages, cast.editor).get_latest_revision_as_object()
    editions.publish(draft, cast.process_owner, "Ny.", author=cast.editor)
    with pytest.raises(gate.NotApproved):
        old.publish()
    assert labels(page) == ["1", "2"]
    call_command("verify_editions", verbosity=0)


def test_what_waits_is_on_the_pages_of_those_who_can_decide_and_of_nobody_else(
    sent: Any, cast: Any, login: Any
) -> None:
    address = f"/d/{sent.document.document_id}/godkjenn/"
    seen_by = {name for name in vars(cast) if address in login(getattr(cast, name)).get("/min-side/").content.decode()}
    assert seen_by == {"approver", "process_owner"}
    assert address in login(cast.approver).get("/").content.decode()


def test_what_was_sent_back_is_on_the_page_of_who_sent_it(sent: Any, cast: Any, login: Any) -> None:
    approvals.send_back(sent, cast.approver, "Hvem varsles?")
    address = f"/d/{sent.document.document_id}/utkast/"
    assert address in login(cast.editor).get("/min-side/").content.decode()
    assert address not in login(cast.quality_manager).get("/min-side/").content.decode()

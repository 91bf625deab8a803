"""Anybody proposes a change from the page; it is taken into the draft, or answered (S4)."""

import uuid
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from wagtail.models import Page

from handbook import editions
from handbook.models import ProcedurePage, Proposal
from organisation.history import StaleVersion
from organisation.models import Reminder
from tests import factories
from tests.handbook.conftest import paragraphs

TEXT = "Ring vakta straks."
BODY = [("heading", "Vakt"), ("text", f"<p>{TEXT}</p><p>Så <b>venter</b> du.</p>")]


@pytest.fixture
def document(pages: Any, cast: Any) -> Any:
    pages.access.body = BODY
    editions.publish(pages.access, cast.approver, "Vakt.", author=cast.process_owner)
    return pages.access.document


@pytest.fixture
def propose(document: Any, cast: Any) -> Any:
    def make(by: Any = None, **facts: Any) -> Proposal:
        edition = document.latest_edition()
        facts = {"edition": edition, "path": "1/0", "after": "Ring vakta innen én time.", "why": "Klarere.", **facts}
        return Proposal.make(by or cast.reporter, document, **facts)

    return make


def draft_of(document: Any) -> ProcedurePage:
    return Page.objects.get(pk=document.page_id).specific.get_latest_revision_as_object()


def write_draft(document: Any, by: Any, body: Any) -> None:
    page = Page.objects.get(pk=document.page_id).specific
    page.body = body
    page.save_revision(user=by)


# Proposing


def test_a_reader_proposes_from_the_page_in_two_steps(document, cast, login, pages):
    client = login(cast.reporter)
    assert f"/d/{document.document_id}/foresla/" in client.get(pages.access.url).content.decode()
    address = f"/d/{document.document_id}/foresla/"
    assert 'value="1/0"' in client.get(address).content.decode()
    form = client.get(address, {"sted": "1/0"})
    assert TEXT in form.content.decode()
    sent = {"after": "Ring vakta innen én time.", "why": "Klarere.", "edition": "2", "key": uuid.uuid4()}
    for _twice in range(2):
        assert client.post(f"{address}?sted=1/0", sent).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.before, proposal.heading, proposal.by) == (TEXT, "Vakt", cast.reporter)
    assert client.get(proposal.get_absolute_url()).status_code == 200


def test_the_section_that_is_asked_for_is_open(document, cast, login):
    shown = login(cast.reporter).get(f"/d/{document.document_id}/foresla/", {"avsnitt": "vakt"})
    assert shown.context["opened"] == "vakt" and " open>" in shown.content.decode()


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"after": f" {TEXT}  "}, "after"), ({"why": "  "}, "why"), ({"path": "9/9"}, "path"), ({"path": ""}, "path")],
)
def test_what_is_wrong_is_refused_at_the_field(propose, facts, field):
    with pytest.raises(ValidationError) as refused:
        propose(**facts)
    assert list(refused.value.message_dict) == [field]
    assert not Proposal.objects.exists()


def test_nothing_typed_is_lost_when_it_is_refused(document, cast, login):
    sent = {"after": TEXT, "why": "Fordi det haster", "edition": "2", "key": uuid.uuid4()}
    answer = login(cast.reporter).post(f"/d/{document.document_id}/foresla/?sted=1/0", sent)
    assert answer.status_code == 200 and "Fordi det haster" in answer.content.decode()
    assert "after" in answer.context["form"].errors


def test_a_proposal_for_a_version_that_is_replaced_is_shown_the_new_one(document, cast, login, pages):
    pages.access.body = [("heading", "Vakt"), ("text", "<p>Ring vakta i dag.</p>")]
    editions.publish(pages.access, cast.approver, "Ny.", author=cast.process_owner)
    sent = {"after": "Mitt forslag", "why": "Klarere", "edition": "2", "key": uuid.uuid4()}
    answer = login(cast.reporter).post(f"/d/{document.document_id}/foresla/?sted=1/0", sent)
    shown = answer.content.decode()
    assert answer.status_code == 409 and "Ring vakta i dag." in shown and "Mitt forslag" in shown
    assert not Proposal.objects.exists()


def test_nothing_is_proposed_for_a_page_that_is_not_in_force(document, cast, login, propose, pages):
    pages.access.refresh_from_db()
    factories.withdraw(pages.access)
    document.refresh_from_db()
    assert login(cast.reporter).get(f"/d/{document.document_id}/foresla/").status_code == 404
    with pytest.raises(ValidationError):
        propose()


def test_who_has_left_proposes_nothing(propose, cast):
    cast.reporter.is_active = False
    with pytest.raises(PermissionDenied):
        propose(cast.reporter)


def test_what_they_write_is_text(propose, cast, login):
    proposal = propose(after="<script>alert(1)</script>", why="<img src=x onerror=alert(2)>")
    for user in (cast.reporter, cast.process_owner):
        shown = login(user).get(proposal.get_absolute_url()).content.decode()
        assert "<script>alert" not in shown and "<img src=x" not in shown
    proposal.take_in(cast.process_owner)
    assert "&lt;script&gt;" in str(draft_of(proposal.document).body[1].value.source)


# Settling


def test_taken_in_it_changes_that_passage_in_the_draft_only(propose, document, cast):
    proposal = propose()
    proposal.take_in(cast.process_owner, version=proposal.version)
    draft = draft_of(document)
    assert draft.body[1].value.source == "<p>Ring vakta innen én time.</p><p>Så <b>venter</b> du.</p>"
    assert TEXT in document.latest_edition().text
    assert proposal.state == Proposal.State.TAKEN_IN and proposal.answered_by == cast.process_owner
    assert Reminder.objects.filter(user=cast.reporter, about=f"proposal:{proposal.pk}").exists()


def test_both_the_proposer_and_the_editor_have_written_the_draft(propose, document, cast):
    """Four eyes: who may not approve is read from who saved the revisions."""
    propose().take_in(cast.process_owner)
    page = Page.objects.get(pk=document.page_id)
    newest = list(page.revisions.order_by("-pk").values_list("user__username", flat=True)[:2])
    assert newest == ["process_owner", "reporter"]


def test_what_others_have_drafted_is_kept(propose, document, cast):
    proposal = propose()
    write_draft(document, cast.editor, [("text", "<p>Nytt først.</p>"), *BODY])
    proposal.take_in(cast.process_owner)
    draft = draft_of(document)
    assert "Nytt først." in draft.body[0].value.source and "innen én time" in draft.body[2].value.source


def test_a_passage_changed_in_the_draft_is_written_by_hand(propose, document, cast, login):
    proposal = propose()
    write_draft(document, cast.editor, paragraphs("Helt nytt."))
    with pytest.raises(ValidationError, match="by hand|inn selv"):
        proposal.take_in(cast.process_owner)
    shown = login(cast.process_owner).get(proposal.get_absolute_url()).content.decode()
    assert 'value="by_hand"' in shown and 'value="take_in"' not in shown
    proposal.taken_in_by_hand(cast.process_owner, "Skrevet om")
    assert proposal.state == Proposal.State.TAKEN_IN
    users = Page.objects.get(pk=document.page_id).revisions.values_list("user__username", flat=True)
    assert {"process_owner", "reporter"} <= set(users)


def test_by_hand_needs_a_draft(propose, cast):
    with pytest.raises(ValidationError, match="draft first|utkast først"):
        propose().taken_in_by_hand(cast.process_owner)


def test_a_no_needs_a_reason(propose, cast):
    proposal = propose()
    with pytest.raises(ValidationError) as refused:
        proposal.decline(cast.process_owner, "  ")
    assert list(refused.value.message_dict) == ["answer"]
    proposal.decline(cast.process_owner, "Vakta ringer selv.")
    assert proposal.state == Proposal.State.DECLINED


def test_a_settled_proposal_is_not_settled_again(propose, cast):
    proposal = propose()
    proposal.decline(cast.process_owner, "Nei.")
    for again in (proposal.take_in, proposal.taken_in_by_hand):
        with pytest.raises(ValidationError, match="settled|avgjort"):
            again(cast.process_owner)
    with pytest.raises(ValidationError, match="settled|avgjort"):
        proposal.decline(cast.process_owner, "Nei igjen.")


def test_two_editors_do_not_settle_past_each_other(propose, cast, login):
    proposal = propose()
    shown = proposal.version
    proposal.decline(cast.editor, "Nei.")
    with pytest.raises(StaleVersion):
        Proposal.objects.get().take_in(cast.process_owner, version=shown)
    sent = {"what": "decline", "answer": "Mitt svar", "version": shown}
    answer = login(cast.process_owner).post(proposal.get_absolute_url(), sent)
    assert answer.status_code == 409
    assert "Mitt svar" in answer.content.decode() and "Nei." in answer.content.decode()


def test_a_locked_draft_takes_nothing_in(propose, document, cast):
    Page.objects.filter(pk=document.page_id).update(locked=True)
    with pytest.raises(ValidationError, match="locked|låst"):
        propose().take_in(cast.process_owner)


@pytest.mark.parametrize("who", ["reporter", "colleague", "leader", "it_leader", "auditor", "administrator"])
def test_only_those_who_write_the_page_settle(propose, cast, login, who):
    proposal, user = propose(), getattr(cast, who)
    for settle in (proposal.take_in, proposal.taken_in_by_hand, lambda by: proposal.decline(by, "Nei")):
        with pytest.raises(PermissionDenied):
            settle(user)
    sent = {"what": "take_in", "version": proposal.version}
    assert login(user).post(proposal.get_absolute_url(), sent).status_code == 403
    assert Proposal.objects.get().is_new


def test_an_editor_settles_on_screen(propose, cast, login, document):
    proposal = propose()
    client = login(cast.process_owner)
    assert client.post(proposal.get_absolute_url(), {"version": proposal.version}).status_code == 200
    sent = {"what": "take_in", "answer": "Takk!", "version": proposal.version}
    assert client.post(proposal.get_absolute_url(), sent).status_code == 302
    assert Proposal.objects.get().answer == "Takk!"


# Who sees what


@pytest.mark.parametrize(
    ("who", "status"),
    [("reporter", 200), ("process_owner", 200), ("editor", 200), ("auditor", 200), ("colleague", 403), ("leader", 403)],
)
def test_a_proposal_is_seen_by_its_maker_the_writers_and_the_auditor(propose, cast, login, who, status):
    proposal = propose()
    client = login(getattr(cast, who))
    assert client.get(proposal.get_absolute_url()).status_code == status
    for page in (f"/d/{proposal.document.document_id}/forslag/", "/forslag/"):
        assert (proposal.get_absolute_url() in client.get(page).content.decode()) is (status == 200)


def test_what_waits_stands_on_the_own_page(propose, cast, login):
    proposal = propose()
    assert proposal.get_absolute_url() in login(cast.reporter).get("/min-side/").content.decode()
    assert 'href="/forslag/"' in login(cast.process_owner).get("/min-side/").content.decode()
    assert 'href="/forslag/"' not in login(cast.leader).get("/min-side/").content.decode()


def test_the_queue_costs_the_same_however_many_wait(propose, cast, login, django_assert_max_num_queries):
    client = login(cast.process_owner)
    propose()
    client.get("/forslag/")
    for number in range(10):
        propose(after=f"Forslag {number}")
    with django_assert_max_num_queries(10):
        client.get("/forslag/")

"""Hearings: a draft is put before people, and every comment is answered before approval (G6, S6)."""

import datetime
import uuid
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.utils import translation

from handbook import editions, hearings
from handbook.models import CommentAnswer, HearingComment, HearingRound
from organisation import clock
from organisation.models import Reminder
from tests.handbook.conftest import paragraphs

TAKEN_IN = CommentAnswer.Outcome.TAKEN_IN


def in_days(days: int) -> datetime.date:
    return clock.today() + datetime.timedelta(days)


def draft_of(page: Any, by: Any, *texts: str, heading: str = "Framgangsmåte") -> Any:
    """A draft of the page that is not in force."""
    page.body = [("heading", heading), *paragraphs(*(texts or ("Ny tekst.",)))]
    page.save_revision(user=by)
    page.refresh_from_db()
    return page


@pytest.fixture
def draft(pages: Any, cast: Any) -> Any:
    return draft_of(pages.access, cast.process_owner, "Alle får tilgang samme dag.")


@pytest.fixture
def open_round(draft: Any, cast: Any) -> Any:
    def open_it(**facts: Any) -> HearingRound:
        facts = {"question": "Holder fristen?", "deadline": in_days(14), **facts}
        if not facts.get("for_all") and not facts.get("units"):
            facts["for_all"] = True
        return hearings.open_round(draft, cast.process_owner, **facts)

    return open_it


# Opening


def test_a_round_keeps_the_text_as_it_was_heard(draft, open_round, cast):
    hearing = open_round()
    draft_of(draft, cast.process_owner, "Alle får tilgang neste dag.")
    hearing.refresh_from_db()
    assert "samme dag" in hearing.html and "samme dag" in hearing.text
    assert hearing.sections == [("framgangsmate", "Framgangsmåte")]
    assert hearing.after == draft.document.latest_edition()
    with translation.override("en"):
        assert "The text was changed" in hearings.summary(draft.document)


def test_rounds_are_numbered_within_the_draft(open_round, cast):
    first = open_round()
    first.close(cast.process_owner)
    assert (first.number, open_round().number) == (1, 2)


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"deadline": -1}, "deadline"), ({"question": "  "}, "question"), ({"for_all": False}, "audience")],
)
def test_what_is_wrong_is_said_at_the_field(draft, cast, facts, field):
    facts = {"question": "Holder fristen?", "deadline": 7, "for_all": True, **facts}
    with pytest.raises(ValidationError) as refused:
        hearings.open_round(draft, cast.process_owner, **{**facts, "deadline": in_days(facts["deadline"])})
    assert list(refused.value.message_dict) == [field]


def test_a_deadline_in_the_past_is_refused_at_the_field_and_nothing_typed_is_lost(draft, cast, login):
    sent = {"question": "Greit slik?", "audience": "all", "deadline": in_days(-1).isoformat()}
    answer = login(cast.editor).post(f"/d/{draft.document.document_id}/horing/", sent)
    assert list(answer.context["form"].errors) == ["deadline"]
    assert "Greit slik?" in answer.content.decode()
    assert not HearingRound.objects.exists()


def test_without_a_draft_there_is_nothing_to_hear(pages, cast):
    with pytest.raises(ValidationError, match="no draft|ikke noe utkast"):
        hearings.open_round(pages.lost, cast.process_owner, question="?", deadline=in_days(3), for_all=True)


def test_one_round_at_a_time(open_round):
    open_round()
    with pytest.raises(ValidationError, match="open already|allerede åpen"):
        open_round()


def test_a_round_past_its_deadline_makes_way_for_the_next(open_round):
    old = open_round(deadline=in_days(0))
    HearingRound.objects.filter(pk=old.pk).update(deadline=in_days(-1))
    assert open_round().number == 2
    old.refresh_from_db()
    assert old.closed_at is not None and old.closed_by is None


@pytest.mark.parametrize("who", ["reporter", "leader", "it_leader", "auditor", "administrator"])
def test_only_those_who_write_open_and_close(open_round, draft, cast, who):
    hearing = open_round()
    with pytest.raises(PermissionDenied):
        hearing.close(getattr(cast, who))
    with pytest.raises(PermissionDenied):
        hearings.open_round(draft, getattr(cast, who), question="?", deadline=in_days(3), for_all=True)


def test_the_people_of_named_units_are_told_once(open_round, cast, units, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        hearing = open_round(units=[units.home_care])
    told = set(Reminder.objects.filter(about=f"hearing:{hearing.pk}").values_list("user__username", flat=True))
    assert {"reporter", "leader"} <= told and "outsider" not in told
    assert len(mail.outbox) == len(told)
    assert "samme dag" not in mail.outbox[0].body


def test_nobody_is_mailed_when_all_are_asked(open_round):
    open_round(for_all=True)
    assert not Reminder.objects.exists()


# Who reads and who comments


def test_the_audience_is_the_units_and_those_below_them(open_round, cast, units):
    zone = open_round(units=[units.zone])
    assert not zone.asks(cast.reporter)
    zone.close(cast.process_owner)
    hearing = open_round(units=[units.home_care])
    cast.colleague.unit = units.zone
    assert hearing.asks(cast.colleague) and hearing.asks(cast.reporter) and not hearing.asks(cast.outsider)


@pytest.mark.parametrize("who", ["outsider", "it_leader", "service_desk"])
def test_others_are_kept_out(open_round, cast, units, login, who):
    hearing = open_round(units=[units.home_care])
    client = login(getattr(cast, who))
    assert client.get(hearing.get_absolute_url()).status_code == 403
    assert client.post(hearing.get_absolute_url(), {"text": "Hei", "key": uuid.uuid4()}).status_code == 403
    assert client.get(f"/d/{hearing.document.document_id}/horing/").status_code == 403
    with pytest.raises(PermissionDenied):
        HearingComment.by_employee(hearing, getattr(cast, who), "Hei")


def test_the_auditor_reads_all_and_comments_nothing(open_round, cast, login):
    hearing = open_round()
    client = login(cast.auditor)
    shown = client.get(hearing.get_absolute_url())
    assert shown.status_code == 200 and 'name="text"' not in shown.content.decode()
    assert client.post(hearing.get_absolute_url(), {"text": "Hei", "key": uuid.uuid4()}).status_code == 403
    assert not HearingComment.objects.exists()


def test_a_comment_is_made_on_the_page_and_seen_by_others(open_round, cast, login):
    hearing = open_round()
    key = uuid.uuid4()
    said = {"text": "Fristen er <script>alert(1)</script> kort", "section": "framgangsmate", "key": key}
    client = login(cast.reporter)
    for _twice in range(2):
        assert client.post(hearing.get_absolute_url(), said).status_code == 302
    assert HearingComment.objects.get().name == str(cast.reporter)
    shown = login(cast.colleague).get(hearing.get_absolute_url()).content.decode()
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert(1)" not in shown


@pytest.mark.parametrize(
    ("said", "field"),
    [({"text": "   "}, "text"), ({"text": "a" * 4001}, "text"), ({"section": "finnes-ikke"}, "section")],
)
def test_a_comment_that_is_wrong_is_refused_at_the_field(open_round, cast, login, said, field):
    hearing = open_round()
    with pytest.raises(ValidationError) as refused:
        HearingComment.by_employee(hearing, cast.reporter, **{"text": "Bra", **said})
    assert list(refused.value.message_dict) == [field]
    answer = login(cast.reporter).post(hearing.get_absolute_url(), {"text": "Bra", "key": uuid.uuid4(), **said})
    assert answer.status_code == 200 and field in answer.context["form"].errors


def test_no_comment_after_the_end(open_round, cast):
    hearing = open_round()
    hearing.close(cast.process_owner)
    with pytest.raises(ValidationError, match="over"):
        HearingComment.by_employee(hearing, cast.reporter, "For sent")
    with pytest.raises(ValidationError, match="already|allerede"):
        hearing.close(cast.process_owner)


def test_what_was_written_too_late_is_not_lost(open_round, cast, login):
    hearing = open_round()
    hearing.close(cast.process_owner)
    answer = login(cast.reporter).post(hearing.get_absolute_url(), {"text": "Skrevet lenge", "key": uuid.uuid4()})
    assert answer.status_code == 200 and "Skrevet lenge" in answer.content.decode()
    assert answer.context["form"].non_field_errors() and not HearingComment.objects.exists()


def test_comments_and_answers_never_change(open_round, cast):
    comment = HearingComment.by_employee(open_round(), cast.reporter, "Bra")
    answer = comment.answer(cast.process_owner, TAKEN_IN, "Takk")
    for row in (comment, answer):
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).update(text="Noe annet")
        with pytest.raises(DatabaseError), transaction.atomic():
            type(row).objects.filter(pk=row.pk).delete()


# Answers


@pytest.mark.parametrize("who", ["reporter", "leader", "it_leader", "auditor", "outsider"])
def test_only_those_who_write_answer(open_round, cast, login, who):
    comment = HearingComment.by_employee(open_round(), cast.reporter, "Bra")
    address = f"{comment.round.get_absolute_url()}svar/{comment.pk}/"
    sent = {"outcome": "noted", "text": "Takk", "after": 0}
    assert login(getattr(cast, who)).post(address, sent).status_code == 403
    with pytest.raises(PermissionDenied):
        comment.answer(getattr(cast, who), TAKEN_IN, "Takk")


def test_the_newest_answer_counts_and_the_commenter_is_told_once(open_round, cast, login):
    comment = HearingComment.by_employee(open_round(), cast.reporter, "Bra")
    first = comment.answer(cast.process_owner, "noted", "Vi ser på det")
    comment.answer(cast.process_owner, TAKEN_IN, "Det er med", after=first.pk)
    shown = login(cast.reporter).get(comment.round.get_absolute_url()).content.decode()
    assert shown.index("Det er med") < shown.index("Vi ser på det")
    assert Reminder.objects.filter(user=cast.reporter, about=f"answer:{comment.pk}").count() == 1


def test_two_editors_do_not_answer_past_each_other(open_round, cast, login):
    comment = HearingComment.by_employee(open_round(), cast.reporter, "Bra")
    comment.answer(cast.process_owner, TAKEN_IN, "Det er med")
    address = f"{comment.round.get_absolute_url()}svar/{comment.pk}/"
    answer = login(cast.editor).post(address, {"outcome": "not_taken_in", "text": "Nei, dessverre", "after": 0})
    shown = answer.content.decode()
    assert answer.status_code == 409 and "Det er med" in shown and "Nei, dessverre" in shown
    assert comment.answers.count() == 1


@pytest.mark.parametrize(("answer", "field"), [({"text": " "}, "text"), ({"outcome": "kanskje"}, "outcome")])
def test_an_answer_says_what_came_of_it(open_round, cast, answer, field):
    comment = HearingComment.by_employee(open_round(), cast.reporter, "Bra")
    with pytest.raises(ValidationError) as refused:
        comment.answer(cast.process_owner, **{"outcome": "noted", "text": "Takk", **answer})
    assert list(refused.value.message_dict) == [field]


# Before approval


def test_approval_waits_for_the_round_and_for_every_answer(draft, open_round, cast):
    document = draft.document
    assert hearings.reasons_not_to_approve(document) == []
    hearing = open_round()
    comment = HearingComment.by_employee(hearing, cast.reporter, "Bra")
    HearingComment.by_employee(hearing, cast.colleague, "Kort frist")
    assert len(hearings.reasons_not_to_approve(document)) == 2
    hearing.close(cast.process_owner)
    comment.answer(cast.process_owner, TAKEN_IN, "Takk")
    with translation.override("en"):
        assert hearings.reasons_not_to_approve(document) == ["1 comment from the hearing is not answered."]
    HearingComment.objects.last().answer(cast.process_owner, "partly", "To dager")
    assert hearings.reasons_not_to_approve(document) == []
    with translation.override("en"):
        summary = hearings.summary(document)
    assert "2 comments (1 taken in, 1 partly taken in)" in summary and hearing.audience in summary


def test_a_hearing_of_an_earlier_draft_holds_nothing_back(draft, open_round, cast):
    hearing = open_round()
    HearingComment.by_employee(hearing, cast.reporter, "Bra")
    editions.publish(draft.get_latest_revision_as_object(), cast.approver, "Ny.", author=cast.process_owner)
    assert hearings.reasons_not_to_approve(draft.document) == []
    assert hearings.summary(draft.document) == ""


def test_what_is_over_is_closed_each_night_once(open_round, cast):
    hearing = open_round(deadline=in_days(2))
    HearingComment.by_employee(hearing, cast.reporter, "Bra")
    assert hearings.close_due() == 0
    HearingRound.objects.filter(pk=hearing.pk).update(deadline=in_days(-1))
    with translation.override("en"):
        assert (hearings.close_due(), hearings.close_due()) == (1, 0)
    told = Reminder.objects.get(user=cast.process_owner)
    assert "1 comment to answer" in told.subject


# Screens


def test_an_editor_opens_and_closes_a_round_on_screen(draft, cast, units, login):
    address = f"/d/{draft.document.document_id}/horing/"
    client = login(cast.process_owner)
    sent = {"question": "Holder fristen?", "audience": "units", "units": [units.home_care.pk], "deadline": "2020-01-01"}
    refused = client.post(address, sent)
    assert refused.status_code == 200 and "deadline" in refused.context["form"].errors
    assert client.post(address, {**sent, "deadline": in_days(5).isoformat()}).status_code == 302
    hearing = HearingRound.objects.get()
    assert hearing.audience == units.home_care.name
    stale = client.post(f"{address}{hearing.pk}/avslutt/", {"version": 7}, follow=True)
    assert "Somebody else" in stale.content.decode() or "Noen andre" in stale.content.decode()
    client.post(f"{address}{hearing.pk}/avslutt/", {"version": hearing.version})
    hearing.refresh_from_db()
    assert hearing.closed_by == cast.process_owner


@pytest.mark.parametrize("who", ["reporter", "it_leader", "auditor"])
def test_others_do_not_open_one_on_screen(open_round, draft, cast, login, who):
    open_round().close(cast.process_owner)
    address = f"/d/{draft.document.document_id}/horing/"
    client = login(getattr(cast, who))
    assert 'name="question"' not in client.get(address).content.decode()
    sent = {"question": "?", "audience": "all", "deadline": in_days(5).isoformat()}
    assert client.post(address, sent).status_code == 403


def test_what_waits_stands_on_the_own_page_until_something_is_said(open_round, cast, units, login):
    hearing = open_round(units=[units.home_care])
    client, editor = login(cast.reporter), login(cast.process_owner)
    assert hearing.get_absolute_url() in client.get("/min-side/").content.decode()
    assert hearing.get_absolute_url() in client.get("/horing/").content.decode()
    assert hearing.get_absolute_url() not in login(cast.outsider).get("/min-side/").content.decode()
    assert hearing.get_absolute_url() not in editor.get("/min-side/").content.decode()
    HearingComment.by_employee(hearing, cast.reporter, "Bra")
    assert hearing.get_absolute_url() not in client.get("/min-side/").content.decode()
    assert hearing.get_absolute_url() in editor.get("/min-side/").content.decode()


def test_a_round_costs_the_same_however_many_comment(open_round, cast, login, django_assert_max_num_queries):
    hearing = open_round()
    client = login(cast.process_owner)
    client.get(hearing.get_absolute_url())
    for number in range(12):
        comment = HearingComment.by_employee(hearing, cast.reporter, f"Kommentar {number}")
        if number % 2:
            comment.answer(cast.process_owner, "noted", "Takk")
    with django_assert_max_num_queries(14):
        client.get(hearing.get_absolute_url())


def test_editors_find_the_hearing_from_the_draft(draft, cast, login):
    address = f'href="/d/{draft.document.document_id}/horing/"'
    client = login(cast.process_owner)
    assert address in client.get("/min-side/").content.decode()
    assert address in client.get(f"/admin/pages/{draft.pk}/edit/").content.decode()

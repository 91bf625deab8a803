"""A management review from begun to closed, each step as a person in the role takes it, and who must not."""

import datetime
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from cases.models import Case
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder
from results import meetings
from results.meetings import Meeting
from results.models import FrozenReview, Review, ReviewComment, ReviewDecision, SignOff
from tests import factories


def at(name, review, *more):
    return reverse(f"results:review_{name}", args=[review.pk, *more])


def head(unit, **facts):
    days = {"period": "dager", "first": "2025-09-01", "last": "2025-12-31"}
    return {"key": str(uuid.uuid4()), "unit": unit.pk, "chair": "leader", "title": "", **days, **facts}


class TestBegin:
    def test_with_a_period_from_the_list(self, cast, units, login):
        page = login(cast.leader).get(reverse("results:review_begin"))
        code = page.context["form"].initial["period"]
        answer = login(cast.leader).post(
            reverse("results:review_begin"), head(units.home_care, period=code, first="", last="")
        )
        review = Review.objects.get()
        assert answer.url == review.get_absolute_url()
        assert review.period.code == code
        assert (review.chair, review.status) == (cast.leader, "preparing")
        assert units.home_care.name in review.title

    def test_with_other_days(self, cast, units, login):
        login(cast.leader).post(reverse("results:review_begin"), head(units.home_care))
        assert Review.objects.get().period.days == 122

    def test_sent_twice_is_made_once(self, cast, units, login):
        client, data = login(cast.leader), head(units.home_care)
        client.post(reverse("results:review_begin"), data)
        client.post(reverse("results:review_begin"), data)
        assert Review.objects.count() == 1

    def test_other_days_must_be_written(self, cast, units, login):
        answer = login(cast.leader).post(reverse("results:review_begin"), head(units.home_care, first="", last=""))
        assert set(answer.context["form"].errors) == {"first", "last"}

    def test_days_that_end_before_they_begin(self, cast, units, login):
        data = head(units.home_care, first="2026-01-01", last="2025-01-01", title="Min tittel")
        answer = login(cast.leader).post(reverse("results:review_begin"), data)
        assert "last" in answer.context["form"].errors
        assert "Min tittel" in answer.content.decode()
        assert not Review.objects.exists()

    def test_days_that_overlap_are_refused_beside_the_period(self, cast, units, login):
        factories.make_closed_review(cast.leader)
        data = head(units.home_care, first="2025-12-31", last="2026-02-01")
        answer = login(cast.leader).post(reverse("results:review_begin"), data)
        assert "31.12.2025" in answer.context["form"].errors["period"][0]
        assert Review.objects.count() == 1

    def test_the_day_after_does_not_overlap(self, cast, units, login):
        factories.make_closed_review(cast.leader)
        data = head(units.home_care, first="2026-01-01", last="2026-02-01")
        assert login(cast.leader).post(reverse("results:review_begin"), data).status_code == 302

    def test_another_unit_may_cover_the_same_days(self, cast, units):
        factories.make_review(cast.leader)
        assert factories.make_review(cast.it_leader).unit == units.it

    def test_one_at_a_time(self, cast, units, login):
        factories.make_review(cast.leader)
        data = head(units.home_care, first="2024-01-01", last="2024-12-31")
        answer = login(cast.leader).post(reverse("results:review_begin"), data)
        assert "unit" in answer.context["form"].errors

    def test_one_at_a_time_in_the_database_too(self, cast, units):
        review = factories.make_review(cast.leader)
        with pytest.raises(IntegrityError), transaction.atomic():
            Review(
                unit=review.unit,
                first=datetime.date(2024, 1, 1),
                last=datetime.date(2024, 2, 1),
                title="To",
                chair=cast.leader,
            ).save()

    def test_after_one_is_called_off_the_same_days_are_free(self, cast):
        factories.make_review(cast.leader).drop(cast.leader, reason="Feil periode.")
        assert factories.make_review(cast.leader).is_preparing

    def test_not_for_another_unit(self, cast, units, login):
        assert "unit" in login(cast.leader).post(reverse("results:review_begin"), head(units.it)).context["form"].errors
        with pytest.raises(PermissionDenied):
            factories.make_review(cast.leader, unit=units.it)

    def test_not_for_who_only_reads(self, cast, login):
        for person in (cast.reporter, cast.auditor, cast.handler):
            assert login(person).get(reverse("results:review_begin")).status_code == 403


class TestPreparing:
    def test_the_head_is_changed(self, cast, login):
        review = factories.make_review(cast.leader)
        data = head(review.unit, title="Ny tittel", chair="deputy", version=review.version)
        assert login(cast.leader).post(at("change", review), data).status_code == 302
        review.refresh_from_db()
        assert (review.title, review.chair) == ("Ny tittel", cast.deputy)

    def test_two_change_the_head_at_once(self, cast, login):
        review = factories.make_review(cast.leader)
        data = head(review.unit, title="Min tittel", version=review.version)
        review.change(cast.deputy, title="Den andres tittel")
        answer = login(cast.leader).post(at("change", review), data)
        assert answer.status_code == 409
        assert "Min tittel" in answer.content.decode()
        assert "Den andres tittel" in answer.content.decode()

    def test_moved_into_the_days_of_another(self, cast):
        factories.make_closed_review(cast.leader)
        review = factories.make_review(cast.leader, first=datetime.date(2026, 1, 1), last=datetime.date(2026, 4, 30))
        with pytest.raises(ValidationError) as refused:
            review.change(cast.leader, first=datetime.date(2025, 12, 1))
        assert "period" in refused.value.message_dict
        review.refresh_from_db()
        assert review.first == datetime.date(2026, 1, 1)

    def test_who_takes_part_reads_and_comments(self, cast, login):
        review = factories.make_review(cast.leader)
        assert login(cast.reporter).get(review.get_absolute_url()).status_code == 404
        login(cast.leader).post(at("add_participant", review), {"person": "reporter"})
        client = login(cast.reporter)
        assert client.get(review.get_absolute_url()).status_code == 200
        client.post(at("comment", review, "c4"), {"version": 0, "text": "Færre fall enn i fjor."})
        assert review.comments.get().text == "Færre fall enn i fjor."
        assert client.get(at("change", review)).status_code == 403
        assert client.get(at("start", review)).status_code == 403
        person = review.participants.get()
        login(cast.leader).post(at("remove_participant", review, person.pk))
        assert client.get(review.get_absolute_url()).status_code == 404

    def test_two_write_the_first_comment_at_once(self, cast, login):
        review = factories.make_review(cast.leader)
        review.comment(cast.deputy, "c4", text="Den andres ord")
        answer = login(cast.leader).post(at("comment", review, "c4"), {"version": 0, "text": "Mine ord"})
        assert answer.status_code == 409
        assert "Mine ord" in answer.content.decode()
        assert "Den andres ord" in answer.content.decode()
        assert review.comments.get().text == "Den andres ord"

    def test_what_is_lifted_must_be_said(self, cast, login):
        review = factories.make_review(cast.leader)
        answer = login(cast.leader).post(at("comment", review, "d"), {"version": 0, "text": " ", "raised": "on"})
        assert "text" in answer.context["form"].errors

    def test_an_input_that_is_not_there(self, cast, login):
        review = factories.make_review(cast.leader)
        assert login(cast.leader).get(at("comment", review, "z9")).status_code == 404

    def test_no_decision_before_the_meeting(self, cast):
        with pytest.raises(ValidationError):
            factories.make_decision(cast.leader, factories.make_review(cast.leader))

    def test_called_off_with_a_reason(self, cast, login):
        review = factories.make_review(cast.leader)
        client = login(cast.leader)
        client.post(at("drop", review), {"version": review.version, "reason": ""})
        review.refresh_from_db()
        assert review.is_preparing
        client.post(at("drop", review), {"version": review.version, "reason": "Slått sammen med en annen."})
        review.refresh_from_db()
        assert review.status == "dropped"


class TestMeeting:
    def test_the_figures_are_frozen(self, cast, login):
        review = factories.make_review(cast.leader)
        with clock.set_to(clock.now().replace(year=2025, month=10, day=1)):
            factories.make_case(cast.reporter)
        login(cast.leader).post(at("start", review), {"version": review.version})
        review.refresh_from_db()
        assert review.is_in_meeting
        with clock.set_to(clock.now().replace(year=2025, month=10, day=2)):
            factories.make_case(cast.reporter)
        assert Meeting(review).headline.figures[0].value == 1
        assert review.figures.is_whole
        assert review.figures.by_name == cast.leader.get_full_name()

    def test_frozen_figures_are_shown_exactly_as_they_were(self, cast):
        review = factories.make_review(cast.leader)
        before = Meeting(review).sections
        meetings.start(cast.leader, review)
        assert Meeting(Review.objects.get()).sections == before

    def test_frozen_figures_can_not_be_changed(self, cast):
        review = factories.make_meeting(cast.leader)
        with pytest.raises(DatabaseError), transaction.atomic():
            FrozenReview.objects.filter(review=review).update(sha256="0" * 64)
        with pytest.raises(DatabaseError), transaction.atomic():
            review.figures.delete()

    def test_a_change_behind_the_guard_is_seen(self, cast, login):
        review = factories.make_meeting(cast.leader)
        changed = review.figures
        changed.content["unit"] = "En annen"
        assert not changed.is_whole

    def test_the_period_stands_once_frozen(self, cast):
        review = factories.make_meeting(cast.leader)
        with pytest.raises(ValidationError):
            review.change(cast.leader, last=datetime.date(2026, 1, 31))

    def test_not_started_twice(self, cast, login):
        review = factories.make_meeting(cast.leader)
        with pytest.raises(ValidationError):
            meetings.start(cast.leader, review)
        assert login(cast.leader).get(at("start", review)).url == review.get_absolute_url()

    def test_not_on_an_older_version(self, cast):
        review = factories.make_review(cast.leader)
        version = review.version
        review.change(cast.deputy, title="Endret")
        with pytest.raises(StaleVersion):
            meetings.start(cast.leader, review, version=version)

    def test_not_before_the_period_has_begun(self, cast):
        tomorrow = clock.today() + datetime.timedelta(1)
        review = factories.make_review(cast.leader, first=tomorrow, last=tomorrow)
        with pytest.raises(ValidationError):
            meetings.start(cast.leader, review)

    def test_the_quality_manager_prepares_but_does_not_hold(self, cast, login):
        review = factories.make_review(cast.leader)
        client = login(cast.quality_manager)
        assert client.get(at("change", review)).status_code == 200
        assert client.get(at("start", review)).status_code == 403
        with pytest.raises(PermissionDenied):
            meetings.start(cast.quality_manager, review)


class TestDecisions:
    def data(self, **facts):
        deadline = (clock.today() + datetime.timedelta(30)).isoformat()
        more = {"text": "Ny vikarrutine", "category": "change", "owner": "deputy", "deadline": deadline}
        return {"key": str(uuid.uuid4()), **more, **facts}

    def test_written_in_the_meeting(self, cast, login):
        review = factories.make_meeting(cast.leader)
        login(cast.leader).post(at("decide", review), self.data(section="c4", raised="on"))
        decision = review.decisions.get()
        assert (decision.text, decision.owner, decision.section, decision.raised) == (
            "Ny vikarrutine",
            cast.deputy,
            "c4",
            True,
        )
        assert decision.case is None

    def test_sent_twice_is_made_once(self, cast, login):
        review, data, client = factories.make_meeting(cast.leader), self.data(), login(cast.leader)
        client.post(at("decide", review), data)
        client.post(at("decide", review), data)
        assert review.decisions.count() == 1

    def test_what_is_wrong_is_said_beside_the_field(self, cast, login):
        review = factories.make_meeting(cast.leader)
        wrong = self.data(deadline=clock.today().isoformat(), owner="ingen-slik")
        answer = login(cast.leader).post(at("decide", review), wrong)
        assert "owner" in answer.context["form"].errors
        answer = login(cast.leader).post(at("decide", review), self.data(deadline=clock.today().isoformat()))
        assert "deadline" in answer.context["form"].errors
        assert "Ny vikarrutine" in answer.content.decode()
        assert not review.decisions.exists()

    def test_changed_and_removed_while_the_meeting_lasts(self, cast, login):
        review = factories.make_meeting(cast.leader)
        decision = factories.make_decision(cast.leader, review)
        client = login(cast.leader)
        data = self.data(text="Bedre ord", version=decision.version)
        assert client.post(at("change_decision", review, decision.pk), data).status_code == 302
        decision.refresh_from_db()
        assert decision.text == "Bedre ord"
        client.post(at("remove_decision", review, decision.pk))
        assert not review.decisions.exists()
        assert ReviewDecision.history.filter(id=decision.pk).count() == 3

    def test_two_change_it_at_once(self, cast, login):
        review = factories.make_meeting(cast.leader)
        decision = factories.make_decision(cast.leader, review)
        data = self.data(text="Mine ord", version=decision.version)
        decision.change(cast.deputy, text="Den andres ord")
        answer = login(cast.leader).post(at("change_decision", review, decision.pk), data)
        assert answer.status_code == 409
        assert "Den andres ord" in answer.content.decode()

    def test_not_by_who_only_comments(self, cast):
        review = factories.make_meeting(cast.leader)
        with pytest.raises(PermissionDenied):
            factories.make_decision(cast.quality_manager, review)


class TestSignOff:
    @pytest.fixture
    def waiting(self, cast):
        """A meeting with two decisions of an earlier review to sign off."""
        factories.make_closed_review(
            cast.leader,
            {"text": "Den første", "owner": cast.deputy},
            {"text": "Den andre", "owner": cast.deputy},
            first=datetime.date(2025, 1, 1),
            last=datetime.date(2025, 4, 30),
        )
        return factories.make_meeting(cast.leader)

    def test_one_by_one_with_count(self, cast, login, waiting):
        first, second = Meeting(waiting).earlier
        client = login(cast.leader)
        client.post(at("sign_off", waiting, first.pk), {"version": 0, "outcome": "goes_on", "note": "Halvveis."})
        assert Meeting(waiting).signed_off == 1
        client.post(at("sign_off", waiting, second.pk), {"version": 0, "outcome": "dropped", "note": "Ikke aktuelt."})
        meeting = Meeting(waiting)
        assert (meeting.signed_off, len(meeting.earlier)) == (2, 2)
        assert {one.by_name for one in waiting.sign_offs.all()} == {cast.leader.get_full_name()}

    def test_not_done_while_its_case_is_open(self, cast, login, waiting):
        decision = Meeting(waiting).earlier[0]
        answer = login(cast.leader).post(at("sign_off", waiting, decision.pk), {"version": 0, "outcome": "done"})
        assert decision.case.reference in answer.context["form"].errors["outcome"][0]

    def test_done_when_its_case_is_closed(self, cast, login, waiting):
        decision = Meeting(waiting).earlier[0]
        action = decision.case.actions.get()
        action.complete(cast.deputy, note="Gjort.")
        action.evaluate(cast.leader, effect="effective", note="Sett i tallene.")
        decision.case.refresh_from_db()
        decision.case.close(cast.leader)
        login(cast.leader).post(at("sign_off", waiting, decision.pk), {"version": 0, "outcome": "done"})
        assert waiting.sign_offs.get().outcome == "done"

    @pytest.mark.parametrize("outcome", ["goes_on", "dropped"])
    def test_a_reason_is_demanded(self, cast, login, waiting, outcome):
        decision = Meeting(waiting).earlier[0]
        answer = login(cast.leader).post(at("sign_off", waiting, decision.pk), {"version": 0, "outcome": outcome})
        assert "note" in answer.context["form"].errors
        assert not waiting.sign_offs.exists()

    def test_two_sign_off_at_once(self, cast, login, waiting):
        decision = Meeting(waiting).earlier[0]
        SignOff.give(cast.deputy, waiting, decision, outcome="goes_on", note="Den andres ord")
        data = {"version": 0, "outcome": "dropped", "note": "Mine ord"}
        answer = login(cast.leader).post(at("sign_off", waiting, decision.pk), data)
        assert answer.status_code == 409
        assert "Den andres ord" in answer.content.decode()
        assert waiting.sign_offs.get().outcome == "goes_on"

    def test_what_goes_on_comes_again_and_what_is_dropped_does_not(self, cast, waiting):
        first, second = Meeting(waiting).earlier
        SignOff.give(cast.leader, waiting, first, outcome="goes_on", note="Halvveis.")
        SignOff.give(cast.leader, waiting, second, outcome="dropped", note="Ikke aktuelt.")
        factories.go_through(cast.leader, waiting)
        waiting.conclude(cast.leader, "Bra.")
        meetings.close(cast.leader, waiting)
        after = factories.make_review(cast.leader, first=datetime.date(2026, 1, 1), last=datetime.date(2026, 4, 30))
        assert [one.text for one in Meeting(after).earlier] == ["Den første"]

    def test_not_the_decision_of_another_unit(self, cast, waiting):
        other = factories.make_closed_review(cast.it_leader, {"text": "IT sin"}, first=datetime.date(2025, 1, 1))
        with pytest.raises(ValidationError):
            SignOff.give(cast.leader, waiting, other.decisions.get(), outcome="dropped", note="Nei.")


class TestClosing:
    def test_refused_with_a_list_that_leads_to_each_point(self, cast, login):
        review = factories.make_meeting(cast.leader)
        data = {"version": review.version, "conclusion": "Det meste virker."}
        answer = login(cast.leader).post(at("close", review), data)
        page = answer.content.decode()
        assert at("comment", review, "c4") in page
        assert "Det meste virker." in page
        review.refresh_from_db()
        assert review.is_in_meeting

    def test_what_was_typed_is_kept_and_sent_again_without_a_stale_version(self, cast, login):
        review = factories.make_meeting(cast.leader)
        client = login(cast.leader)
        answer = client.post(at("close", review), {"version": review.version, "conclusion": "Det meste virker."})
        version = answer.context["form"]["version"].value()
        assert "Det meste virker." in client.get(at("close", review)).content.decode()
        factories.go_through(cast.leader, review)
        client.post(at("close", review), {"version": version, "conclusion": "Alt virker."})
        review.refresh_from_db()
        assert (review.is_closed, review.conclusion) == (True, "Alt virker.")

    def test_refused_with_earlier_decisions_that_are_not_signed_off(self, cast):
        factories.make_closed_review(
            cast.leader, {"text": "Glemt"}, first=datetime.date(2025, 1, 1), last=datetime.date(2025, 4, 30)
        )
        review = factories.make_meeting(cast.leader)
        factories.go_through(cast.leader, review)
        review.conclude(cast.leader, "Bra.")
        with pytest.raises(ValidationError) as refused:
            meetings.close(cast.leader, review)
        assert len(refused.value.messages) == 1
        assert "Glemt" in refused.value.messages[0]

    def test_refused_without_a_conclusion_and_without_people(self, cast):
        review = factories.make_review(cast.leader)
        meetings.start(cast.leader, review)
        factories.go_through(cast.leader, review)
        with pytest.raises(ValidationError) as refused:
            meetings.close(cast.leader, review)
        assert "conclusion" in refused.value.message_dict
        review.conclude(cast.leader, "Bra.")
        with pytest.raises(ValidationError):
            meetings.close(cast.leader, review)

    def test_decisions_become_cases_in_the_same_moment(self, cast):
        review = factories.make_closed_review(cast.leader, {"text": "Ny vikarrutine", "owner": cast.deputy})
        decision = review.decisions.get()
        case = decision.case
        action = case.actions.get()
        assert (case.kind, case.channel, case.unit) == (Case.Kind.REVIEW_DECISION, Case.Channel.REVIEW, review.unit)
        assert (action.responsible, action.deadline, action.text) == (cast.deputy, decision.deadline, "Ny vikarrutine")
        assert case.origin == decision
        assert not case.sealed

    def test_all_or_nothing(self, cast, monkeypatch):
        review = factories.make_meeting(cast.leader)
        factories.make_decision(cast.leader, review)
        factories.go_through(cast.leader, review)
        review.conclude(cast.leader, "Bra.")
        monkeypatch.setattr(meetings, "minutes_of", lambda review: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            meetings.close(cast.leader, review)
        assert not Case.objects.exists()
        assert Review.objects.get().is_in_meeting

    def test_a_deadline_that_passed_in_a_long_meeting_becomes_tomorrow(self, cast):
        review = factories.make_meeting(cast.leader)
        factories.make_decision(cast.leader, review, deadline=clock.today() + datetime.timedelta(1))
        factories.go_through(cast.leader, review)
        review.conclude(cast.leader, "Bra.")
        with clock.set_to(clock.now() + datetime.timedelta(5)):
            meetings.close(cast.leader, review)
            assert Case.objects.get().actions.get().deadline > clock.today()

    def test_nothing_is_changed_afterwards(self, cast, login):
        review = factories.make_closed_review(cast.leader, {})
        decision = review.decisions.get()
        for change in (
            lambda: review.change(cast.leader, title="Ny"),
            lambda: review.comment(cast.leader, "c4", text="Nytt"),
            lambda: decision.change(cast.leader, text="Ny"),
            lambda: decision.remove(cast.leader),
            lambda: review.drop(cast.leader, reason="Angrer"),
            lambda: factories.make_decision(cast.leader, review),
        ):
            with pytest.raises(ValidationError):
                change()
        for name in ("change", "start", "close", "drop", "decide"):
            assert login(cast.leader).get(at(name, review)).url == review.get_absolute_url()

    def test_the_decision_shows_how_its_case_goes(self, cast, login):
        review = factories.make_closed_review(cast.leader, {"owner": cast.deputy})
        page = login(cast.outsider).get(review.get_absolute_url()).content.decode()
        assert review.decisions.get().case.get_absolute_url() in page

    def test_the_case_leads_back_to_the_review(self, cast, login):
        review = factories.make_closed_review(cast.leader, {})
        case = review.decisions.get().case
        assert review.get_absolute_url() in login(cast.outsider).get(case.get_absolute_url()).content.decode()

    def test_those_who_take_part_are_told(self, cast):
        review = factories.make_meeting(cast.leader)
        review.add_participant(cast.leader, user=cast.reporter)
        factories.go_through(cast.leader, review)
        review.conclude(cast.leader, "Bra.")
        meetings.close(cast.leader, review)
        assert Reminder.objects.filter(user=cast.reporter, about=f"review:closed:{review.pk}").exists()

    def test_history_tells_it_all(self, cast, login):
        review = factories.make_closed_review(cast.leader, {})
        page = login(cast.leader).get(at("history", review))
        assert page.status_code == 200
        assert len(page.context["revisions"].object_list) > 5
        assert ReviewComment.history.filter(review_id=review.pk).exists()


def test_postgresql_or_sqlite_refuses_a_period_backwards(cast):
    review = factories.make_review(cast.leader)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE results_review SET last = '2000-01-01' WHERE id = %s", [review.pk])

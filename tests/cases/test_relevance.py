""" "Is this relevant for you?": who may ask other units about a closed case, who answers, and who sees it (S30)."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import relevance
from cases.models import Case, Entry, Inquiry, Notice
from home import waiting
from organisation import clock
from organisation.absence import Absence
from organisation.history import StaleVersion
from organisation.models import RoleAssignment, User
from organisation.reminders import Reminder
from organisation.roles import Role
from tests import factories

OUTCOME = Inquiry.Outcome


def fresh(user):
    return User.objects.get(pk=user.pk)


def story_address(case):
    return reverse("cases:story", args=[case.reference])


def ask_address(case):
    return reverse("cases:ask_relevance", args=[case.reference])


@pytest.fixture
def story(cast):
    return factories.make_story(cast.reporter, cast.leader, title="Tilgang ble stående åpen")


@pytest.fixture
def inquiry(cast, story, units):
    return factories.make_inquiry(story, cast.leader, units.it)


def ask(by, case, *units, **facts):
    facts.setdefault("question", "Kan dette skje hos dere?")
    facts.setdefault("deadline", clock.today() + datetime.timedelta(14))
    return Inquiry.ask(by, case, units=units, **facts)


# Asking


def test_the_leader_of_the_unit_asks_by_the_form_and_the_leaders_are_told(login, cast, story, units):
    client = login(cast.leader)
    form = client.get(ask_address(story)).context["form"]
    assert set(form.fields["units"].queryset) == {units.municipality, units.it}
    sent = {
        "version": story.version,
        "units": [units.it.pk],
        "question": form["question"].value(),
        "deadline": form["deadline"].value(),
    }
    assert client.post(ask_address(story), sent).url == story_address(story)
    inquiry = Inquiry.objects.get()
    assert (inquiry.unit, inquiry.asked_by, inquiry.outcome) == (units.it, cast.leader, "")
    assert inquiry.history.get().actor_label == cast.leader.get_full_name()
    assert story.entries.filter(event=Entry.Event.RELEVANCE_ASKED, text=units.it.name).exists()
    assert [notice.kind for notice in cast.it_leader.notices.filter(case=story)] == [Notice.Kind.RELEVANCE]
    assert not cast.outsider.notices.exists()


def test_the_quality_manager_may_ask_too(cast, story, units):
    assert ask(cast.quality_manager, story, units.it)


@pytest.mark.parametrize("who", ["handler", "it_leader", "reporter", "service_desk", "auditor", "outsider"])
def test_others_may_not_ask(login, cast, story, units, who):
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        ask(person, story, units.it)
    assert login(person).get(ask_address(story)).status_code == 403
    assert ask_address(story) not in login(person).get(story_address(story)).content.decode()
    assert ask_address(story) not in login(person).get(story.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"question": "  "}, "question"), ({"deadline": datetime.date(2020, 1, 1)}, "deadline"), ({"units": []}, "units")],
)
def test_what_is_missing_is_said_by_field(cast, story, units, facts, field):
    facts = {"units": [units.it], "question": "Hva gjør dere?", "deadline": clock.today(), **facts}
    with pytest.raises(ValidationError) as refused:
        Inquiry.ask(cast.leader, story, **facts)
    assert list(refused.value.message_dict) == [field]
    assert not Inquiry.objects.exists()


def test_a_unit_is_asked_once_and_never_the_one_that_handled_it_or_has_no_leader(cast, story, inquiry, units):
    for unit in (units.it, units.home_care, units.zone):
        with pytest.raises(ValidationError):
            ask(cast.leader, story, unit)
    with pytest.raises(IntegrityError), transaction.atomic():
        Inquiry.objects.create(case=story, unit=units.it, question="?", deadline=clock.today(), asked_by=cast.leader)


@pytest.mark.parametrize("end", ["seal", "reopen", "untold"])
def test_only_a_case_that_is_told_is_asked_about(login, cast, story, units, end):
    if end == "seal":
        story.seal(cast.leader, sealed=True, reason="Gjenkjennelig.")
    elif end == "reopen":
        story.reopen(cast.leader, reason="Det skjedde igjen.")
    else:
        story.retell(cast.leader, lesson="")
    with pytest.raises((ValidationError, PermissionDenied)):
        ask(cast.leader, story, units.it)
    assert login(cast.leader).get(ask_address(story)).status_code in (403, 404)


def test_asking_about_a_case_changed_meanwhile_is_refused(cast, story, units):
    with pytest.raises(StaleVersion):
        ask(cast.leader, story, units.it, version=story.version - 1)


# Answering


def test_the_leader_answers_and_all_can_read_it(login, cast, story, inquiry):
    client = login(cast.it_leader)
    assert inquiry.get_absolute_url() in client.get(story_address(story)).content.decode()
    sent = {"version": 1, "outcome": "done", "text": "Vi sletter tilganger hver fredag. Ring 912 34 567."}
    assert client.post(inquiry.get_absolute_url(), sent).url == story_address(story)
    inquiry.refresh_from_db()
    assert (inquiry.outcome, inquiry.answered_by) == (OUTCOME.DONE, cast.it_leader)
    assert cast.leader.notices.filter(kind=Notice.Kind.RELEVANCE_ANSWERED, case=story).count() == 1
    assert story.entries.filter(event=Entry.Event.RELEVANCE_ANSWERED).count() == 1
    for page in (story_address(story), story.get_absolute_url()):
        html = login(cast.outsider).get(page).content.decode()
        assert "Vi sletter tilganger hver fredag" in html
        assert "912 34 567" not in html
        assert inquiry.get_absolute_url() not in html


@pytest.mark.parametrize("who", ["leader", "deputy", "outsider", "quality_manager", "auditor", "service_desk"])
def test_only_who_leads_the_unit_asked_may_answer(login, cast, inquiry, who):
    person = getattr(cast, who)
    assert login(person).get(inquiry.get_absolute_url()).status_code == 403
    with pytest.raises(PermissionDenied):
        inquiry.answer(person, outcome=OUTCOME.DONE, text="Ja.")
    assert not Inquiry.objects.exclude(outcome="").exists()


def test_a_leader_above_may_answer_but_is_not_asked(cast, inquiry):
    assert waiting.relevance_asked(cast.director) == []
    inquiry.answer(cast.director, outcome=OUTCOME.NOT_RELEVANT, text="Gjelder ikke IT.")


def test_who_stands_in_for_the_leader_has_the_task_and_answers(cast, story, units):
    today = clock.today()
    Absence.begin(cast.it_leader, person=cast.it_leader, deputy=cast.outsider, first_day=today, last_day=today)
    inquiry = factories.make_inquiry(story, cast.leader, units.it)
    stand_in = fresh(cast.outsider)
    assert [task.url for task in waiting.relevance_asked(stand_in)] == [inquiry.get_absolute_url()]
    assert str(cast.it_leader) in waiting.relevance_asked(stand_in)[0].about
    inquiry.answer(stand_in, outcome=OUTCOME.DONE, text="Gjør vi.")


def test_a_leader_no_more_may_not_answer(cast, inquiry):
    RoleAssignment.objects.filter(user=cast.it_leader).delete()
    with pytest.raises(PermissionDenied):
        inquiry.answer(fresh(cast.it_leader), outcome=OUTCOME.DONE, text="Ja.")


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"outcome": "kanskje"}, "outcome"),
        ({"text": " "}, "text"),
        ({"outcome": "done", "improvement": "Egen sak"}, "improvement"),
    ],
)
def test_an_answer_that_is_not_whole_is_refused_by_field(cast, inquiry, facts, field):
    with pytest.raises(ValidationError) as refused:
        inquiry.answer(cast.it_leader, **{"outcome": "relevant", "text": "Vi ser på det.", **facts})
    assert list(refused.value.message_dict) == [field]
    assert not Case.objects.filter(description="Egen sak").exists()


def test_the_form_keeps_what_was_typed_when_the_answer_is_refused(login, cast, inquiry):
    sent = {"version": 1, "outcome": "done", "text": "Vi sletter hver fredag.", "improvement": "Slett oftere."}
    answer = login(cast.it_leader).post(inquiry.get_absolute_url(), sent)
    assert answer.status_code == 200
    assert "improvement" in answer.context["form"].errors
    assert "Slett oftere." in answer.content.decode()


def test_sent_twice_it_answers_once_and_a_changed_mind_is_kept(login, cast, story, inquiry):
    client = login(cast.it_leader)
    sent = {"version": 1, "outcome": "relevant", "text": "Vi innfører det.", "improvement": "Slett tilganger."}
    assert client.post(inquiry.get_absolute_url(), sent).status_code == 302
    assert client.post(inquiry.get_absolute_url(), sent).status_code == 409
    assert Case.objects.filter(description="Slett tilganger.").count() == 1
    inquiry.answer(cast.it_leader, outcome=OUTCOME.DONE, text="Innført.", version=2)
    assert [row.outcome for row in inquiry.history.order_by("version")] == ["", "relevant", "done"]


@pytest.mark.parametrize("end", ["seal", "reopen"])
def test_of_a_case_told_no_more_nothing_is_asked_or_shown(login, cast, story, inquiry, end):
    if end == "seal":
        story.seal(cast.leader, sealed=True, reason="Gjenkjennelig.")
    else:
        story.reopen(cast.leader, reason="Det skjedde igjen.")
    assert login(cast.it_leader).get(inquiry.get_absolute_url()).status_code == 404
    with pytest.raises(PermissionDenied):
        inquiry.answer(cast.it_leader, outcome=OUTCOME.DONE, text="Ja.")
    assert waiting.relevance_asked(cast.it_leader) == []
    assert relevance.remind_due() == 0
    assert inquiry.question not in login(cast.leader).get(story.get_absolute_url()).content.decode()


def test_an_inquiry_of_another_case_is_not_there(login, cast, story, inquiry):
    other = factories.make_story(cast.reporter, cast.leader)
    address = reverse("cases:answer_inquiry", args=[other.reference, inquiry.pk])
    assert login(cast.it_leader).get(address).status_code == 404


# The unit's own case


def test_the_unit_opens_an_improvement_case_of_its_own(login, cast, story, inquiry, units):
    inquiry.answer(cast.it_leader, outcome=OUTCOME.RELEVANT, text="Vi ser på det.", improvement="Slett hver fredag.")
    own = Case.objects.get(came_from=inquiry)
    assert (own.kind, own.unit, own.reporter) == (Case.Kind.IMPROVEMENT, units.it, cast.it_leader)
    assert own.reference in login(cast.outsider).get(story_address(story)).content.decode()
    assert story.reference in login(cast.outsider).get(own.get_absolute_url()).content.decode()
    with pytest.raises(ValidationError):
        inquiry.answer(cast.it_leader, outcome=OUTCOME.RELEVANT, text="En til.", improvement="En til.")
    assert "improvement" not in login(cast.it_leader).get(inquiry.get_absolute_url()).context["form"].fields


def test_sealed_on_either_side_the_other_does_not_tell(login, cast, story, inquiry):
    inquiry.answer(cast.it_leader, outcome=OUTCOME.RELEVANT, text="Vi ser på det.", improvement="Slett hver fredag.")
    own = Case.objects.get(came_from=inquiry)
    own.seal(cast.it_leader, sealed=True, reason="Gjenkjennelig.")
    assert own.reference not in login(cast.leader).get(story_address(story)).content.decode()
    own.seal(cast.it_leader, sealed=False, reason="Skrevet om.")
    story.seal(cast.leader, sealed=True, reason="Gjenkjennelig.")
    assert story.reference not in login(cast.it_leader).get(own.get_absolute_url()).content.decode()


# Reminders and tasks


def test_the_task_waits_until_it_is_answered(login, cast, story, inquiry):
    assert inquiry.get_absolute_url() in login(cast.it_leader).get("/min-side/").content.decode()
    assert login(cast.it_leader).get("/").content.decode().count(inquiry.get_absolute_url()) == 1
    inquiry.answer(cast.it_leader, outcome=OUTCOME.DONE, text="Gjør vi.")
    assert inquiry.get_absolute_url() not in login(cast.it_leader).get("/min-side/").content.decode()


def test_reminders_go_a_week_and_a_day_before_and_weekly_after(cast, inquiry):
    told = []
    for days in (-8, -7, -6, -1, 0, 1, 2, 8, 9):
        day = inquiry.deadline + datetime.timedelta(days)
        with clock.set_to(timezone.make_aware(datetime.datetime.combine(day, datetime.time(7)))):
            told += [days] * relevance.remind_due()
    assert told == [-7, -1, 1, 8]
    assert {reminder.user for reminder in Reminder.objects.all()} == {cast.it_leader}
    inquiry.answer(cast.it_leader, outcome=OUTCOME.DONE, text="Sent, men godt.")
    with clock.set_to(clock.now() + datetime.timedelta(60)):
        assert relevance.remind_due() == 0


def queries(client, page):
    client.get(page)
    with CaptureQueriesContext(connection) as captured:
        client.get(page)
    return len(captured)


@pytest.mark.parametrize("who", ["outsider", "it_leader"])
def test_the_pages_cost_the_same_whatever_was_asked(login, cast, story, inquiry, units, who):
    client, pages = login(getattr(cast, who)), (story_address(story), story.get_absolute_url())
    inquiry.answer(cast.it_leader, outcome=OUTCOME.RELEVANT, text="Ja.", improvement="Slett hver fredag.")
    before = [queries(client, page) for page in pages]
    others = [factories.make_unit(f"re-{number}", parent=units.municipality) for number in range(4)]
    leaders = [factories.make_user(f"re-leader-{unit.pk}", unit, Role.UNIT_LEADER) for unit in others]
    for asked, leader in zip(ask(cast.quality_manager, story, *others), leaders, strict=True):
        asked.answer(leader, outcome=OUTCOME.RELEVANT, text="Vi også.", improvement="Slett hver mandag.")
    assert [queries(client, page) for page in pages] == before


def test_an_auditor_reads_the_answers_and_changes_nothing(login, cast, story, inquiry):
    html = login(cast.auditor).get(story_address(story)).content.decode()
    assert inquiry.question in html
    assert "/svar/" not in html

"""Notices: by e-mail as each person chooses, in the product for all, and nothing twice."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases import digest
from cases.models import Case, Notice, NoticePreference, Way
from organisation.mail import Mail
from tests import factories

pytestmark = pytest.mark.django_db
Kind = Notice.Kind


@pytest.fixture
def case(cast, units) -> Case:
    return factories.make_case(cast.reporter)


def told(case: Case, person, kind: str = Kind.PROGRESS) -> Notice:
    Notice.tell([person], kind, case, by=None)
    return Notice.objects.filter(user=person, kind=kind).latest("pk")


def mails(person) -> list[Mail]:
    return list(Mail.objects.filter(to=person.email).order_by("pk"))


def yesterday() -> None:
    Notice.objects.update(created_at=timezone.now() - datetime.timedelta(1))


@pytest.mark.parametrize("kind", Kind.values)
def test_tasks_and_messages_come_at_once_and_news_in_the_digest(case, cast, kind):
    told(case, cast.colleague, kind)
    assert bool(mails(cast.colleague)) is (kind in (*Notice.TASKS, *Notice.TALK))


@pytest.mark.parametrize(("way", "at_once", "in_digest"), [(Way.AT_ONCE, 1, 0), (Way.DIGEST, 0, 1), (Way.NONE, 0, 0)])
def test_each_person_chooses(case, cast, way, at_once, in_digest):
    NoticePreference.choose(cast.colleague, {Kind.MESSAGE: way})
    told(case, cast.colleague, Kind.MESSAGE)
    told(case, cast.handler, Kind.MESSAGE)
    assert len(mails(cast.colleague)) == at_once
    assert len(mails(cast.handler)) == 1
    yesterday()
    assert digest.send_due() == in_digest
    assert Notice.objects.filter(user=cast.colleague).unread().count() == 1


def test_the_digest_lists_references_and_kinds_once_a_day_and_nothing_twice(case, cast):
    for _number in range(3):
        told(case, cast.colleague)
    yesterday()
    assert (digest.send_due(), digest.send_due()) == (1, 0)
    (letter,) = mails(cast.colleague)
    assert letter.body.count(case.reference) == 1
    assert case.title not in letter.subject + letter.body
    assert reverse("cases:notice_settings") in letter.body
    told(case, cast.colleague)
    assert digest.send_due() == 0
    yesterday()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("organisation.clock.today", lambda: timezone.localdate() + datetime.timedelta(1))
        assert digest.send_due() == 1
    assert len(mails(cast.colleague)) == 2


def test_what_came_today_waits_till_tomorrow(case, cast):
    told(case, cast.colleague)
    assert digest.send_due() == 0


def test_what_is_read_before_is_left_out(case, cast, login):
    told(case, cast.colleague)
    yesterday()
    login(cast.colleague).get(case.get_absolute_url())
    assert digest.send_due() == 0
    assert mails(cast.colleague) == []


def test_what_the_person_may_no_longer_read_is_left_out(case, cast, login):
    told(case, cast.outsider)
    case.seal(cast.leader, sealed=True, reason="Personopplysninger")
    yesterday()
    assert digest.send_due() == 0
    assert mails(cast.outsider) == []
    page = login(cast.outsider).get(reverse("cases:notices")).content.decode()
    assert case.reference not in page
    assert login(cast.outsider).get("/min-side/").context["site"].unread == 0


def test_who_has_left_or_has_no_address_gets_no_digest(case, cast):
    told(case, cast.colleague)
    told(case, cast.handler)
    yesterday()
    cast.colleague.is_active = False
    cast.colleague.save()
    cast.handler.email = ""
    cast.handler.save()
    assert digest.send_due() == 0


def test_what_is_not_wanted_any_more_is_taken_out_of_the_digest(case, cast):
    told(case, cast.colleague)
    NoticePreference.choose(cast.colleague, {Kind.PROGRESS: Way.NONE})
    yesterday()
    assert digest.send_due() == 0


def test_changing_to_a_digest_does_not_send_again_what_came_at_once(case, cast):
    told(case, cast.colleague, Kind.MESSAGE)
    NoticePreference.choose(cast.colleague, {Kind.MESSAGE: Way.DIGEST})
    yesterday()
    assert digest.send_due() == 0


def test_telling_many_asks_for_their_choices_once(case, cast, django_assert_max_num_queries):
    people = [cast.colleague, cast.handler, cast.deputy, cast.outsider]
    NoticePreference.choose(cast.colleague, {Kind.CLOSED: Way.NONE})
    with django_assert_max_num_queries(2 + len(people)):
        Notice.tell(people, Kind.CLOSED, case, by=None)


# The list


@pytest.fixture
def colleague(case, cast, login):
    told(case, cast.colleague, Kind.MESSAGE)
    told(case, cast.colleague, Kind.PROGRESS)
    return login(cast.colleague)


def rows(client, query: str = "alle=1") -> list[str]:
    return [notice.kind for notice, _title in client.get(f"/varsler/?{query}").context["rows"]]


def test_the_list_shows_mine_with_filters(colleague, cast, login):
    assert rows(colleague) == [Kind.PROGRESS, Kind.MESSAGE]
    assert rows(colleague, "type=message") == [Kind.MESSAGE]
    assert rows(colleague, "uleste=on") == [Kind.PROGRESS, Kind.MESSAGE]
    assert rows(colleague, "type=nonsense") == [Kind.PROGRESS, Kind.MESSAGE]
    assert Kind.PROGRESS not in rows(login(cast.outsider))


def test_one_is_read_and_then_all(colleague, cast):
    first = cast.colleague.notices.first()
    colleague.post(reverse("cases:read_notice", args=[first.pk]), {"next": "/varsler/"})
    assert cast.colleague.notices.unread().count() == 1
    assert rows(colleague, "uleste=on") == [Kind.MESSAGE]
    assert colleague.post(reverse("cases:read_notices"), {"next": "https://ond.example/"}).url == "/"
    assert cast.colleague.notices.unread().count() == 0


def test_nobody_reads_anothers(colleague, cast, login):
    theirs = cast.colleague.notices.first()
    assert login(cast.outsider).post(reverse("cases:read_notice", args=[theirs.pk])).status_code == 404
    assert cast.colleague.notices.unread().count() == 2


def test_a_notice_of_a_message_leads_to_the_dialogue(colleague, cast, case):
    message = cast.colleague.notices.get(kind=Kind.MESSAGE)
    assert message.get_absolute_url() == f"{case.get_absolute_url()}#dialog"


def test_the_list_costs_the_same_for_many(colleague, cast, case, django_assert_max_num_queries):
    colleague.get("/varsler/?alle=1")
    with django_assert_max_num_queries(12) as few:
        colleague.get("/varsler/?alle=1")
    for _number in range(10):
        told(factories.make_case(cast.reporter), cast.colleague)
    with django_assert_max_num_queries(len(few.captured_queries)):
        colleague.get("/varsler/?alle=1")


# The choices


def test_the_choices_are_saved_and_shown(cast, login):
    client = login(cast.colleague)
    page = client.get(reverse("cases:notice_settings"))
    chosen = page.context["form"].initial
    answer = client.post(reverse("cases:notice_settings"), {**chosen, Kind.MESSAGE: Way.NONE})
    assert answer.status_code == 302
    assert NoticePreference.of(cast.colleague) == {**chosen, Kind.MESSAGE: Way.NONE}
    assert NoticePreference.of(cast.handler)[Kind.MESSAGE] == Way.AT_ONCE


@pytest.mark.parametrize("wrong", ["", "sms", "\x00"])
def test_a_choice_that_is_none_is_refused(cast, login, wrong):
    client = login(cast.colleague)
    chosen = client.get(reverse("cases:notice_settings")).context["form"].initial
    answer = client.post(reverse("cases:notice_settings"), {**chosen, Kind.MESSAGE: wrong})
    assert answer.status_code in (200, 400)
    assert not NoticePreference.objects.exists()

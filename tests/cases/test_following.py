"""Following a case, page or unit (S30): who is told of what, once, and never of what they may not see."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from wagtail.models import Page

from cases.models import Following, Notice
from tests import factories

FOLLOW = reverse("cases:follow")


def told(user, case):
    return user.notices.filter(case=case, kind=Notice.Kind.FOLLOWED).count()


@pytest.fixture
def case(cast):
    return factories.make_assessed_case(
        cast.reporter, cast.leader, kind="improvement", probability=2, consequence=2, title="Åpen port"
    )


def test_followers_are_told_when_it_closes_and_opens_again(cast, case):
    Following.begin(cast.outsider, case=case)
    case.close(cast.leader, lesson="Lukk porten")
    assert told(cast.outsider, case) == 1
    case.reopen(cast.leader, reason="Den sto åpen igjen.")
    assert told(cast.outsider, case) == 2


def test_a_lesson_that_comes_later_is_news_and_a_mended_one_is_not(cast, case):
    case.close(cast.leader)
    Following.begin(cast.outsider, case=case)
    case.retell(cast.leader, lesson="Lukk porten")
    case.retell(cast.leader, lesson="Lukk porten hver kveld")
    assert told(cast.outsider, case) == 1


def test_a_new_case_on_a_followed_page_or_unit_is_told_once(cast, handbook, units):
    page = factories.make_procedure(handbook.get_children().first(), cast.editor, owner_unit=units.home_care)
    Following.begin(cast.outsider, page=Page.objects.get(pk=page.pk))
    Following.begin(cast.outsider, unit=units.municipality)
    new = factories.make_case(cast.reporter, page=page)
    assert told(cast.outsider, new) == 1


def test_who_is_told_as_reporter_or_leader_is_not_told_again(cast, case, units):
    for person in (cast.reporter, cast.deputy):
        Following.begin(person, unit=units.home_care)
    new = factories.make_case(cast.colleague)
    assert told(cast.deputy, new) == 0
    case.close(cast.leader)
    assert told(cast.reporter, case) == 0
    assert told(cast.leader, case) == 0


@pytest.mark.parametrize("follower", ["outsider", "director"])
def test_of_a_sealed_case_nobody_is_told(cast, case, units, follower):
    Following.begin(getattr(cast, follower), case=case)
    Following.begin(getattr(cast, follower), unit=units.home_care)
    case.seal(cast.leader, sealed=True, reason="Helseopplysninger")
    case.close(cast.leader, lesson="Hemmelig")
    sealed = factories.make_case(cast.reporter, sealed=True)
    assert (told(getattr(cast, follower), case), told(getattr(cast, follower), sealed)) == (0, 0)


def test_a_case_sealed_afterwards_is_gone_from_the_list_and_the_notices(login, cast, case):
    Following.begin(cast.outsider, case=case)
    case.close(cast.leader, lesson="Lukk porten")
    assert case.reference in login(cast.outsider).get("/min-side/").content.decode()
    assert login(cast.outsider).get("/min-side/").context["site"].unread == 1
    case.seal(cast.leader, sealed=True, reason="Helseopplysninger")
    assert login(cast.outsider).get("/min-side/").context["site"].unread == 0
    assert case.reference not in login(cast.outsider).get("/min-side/").content.decode()


def test_follow_and_stop_by_the_buttons(login, cast, case):
    client = login(cast.outsider)
    for _time in range(2):
        assert client.post(FOLLOW, {"case": case.pk, "next": case.get_absolute_url()}).url == case.get_absolute_url()
    following = Following.objects.get()
    stop = reverse("cases:unfollow", args=[following.pk])
    assert stop in client.get(case.get_absolute_url()).content.decode()
    client.post(stop)
    assert not Following.objects.exists()
    case.close(cast.leader)
    assert told(cast.outsider, case) == 0


def test_an_auditor_follows_nothing(login, cast, case):
    assert login(cast.auditor).post(FOLLOW, {"case": case.pk}).status_code == 403
    assert FOLLOW not in login(cast.auditor).get(case.get_absolute_url()).content.decode()


def test_what_one_may_not_read_is_not_followed(login, cast):
    sealed = factories.make_case(cast.reporter, sealed=True)
    assert login(cast.outsider).post(FOLLOW, {"case": sealed.pk}).status_code == 404
    with pytest.raises(PermissionDenied):
        Following.begin(cast.outsider, case=sealed)


@pytest.mark.parametrize("sent", [{}, {"case": "x"}, {"unit": "9" * 40}, {"page": "²"}, {"unit": "99999"}])
def test_bad_input_is_not_there(login, cast, sent):
    assert login(cast.outsider).post(FOLLOW, sent).status_code == 404


def test_nobody_stops_for_another(login, cast, case):
    following = Following.begin(cast.outsider, case=case)
    assert login(cast.colleague).post(reverse("cases:unfollow", args=[following.pk])).status_code == 404
    assert Following.objects.exists()


def test_the_way_back_stays_in_the_house(login, cast, case):
    answer = login(cast.outsider).post(FOLLOW, {"case": case.pk, "next": "https://ond.example/"})
    assert answer.url == "/min-side/"


def test_the_database_holds_one_of_each(cast, case):
    Following.begin(cast.outsider, case=case)
    with pytest.raises(IntegrityError), transaction.atomic():
        Following.objects.create(user=cast.outsider, case=case)

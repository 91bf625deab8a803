"""Closed cases told as stories (S28, S30, S37, S38): who sees what of them, and when they are no longer told."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from cases import stories
from cases.models import Case, StoryReading
from organisation import clock
from organisation.history import StaleVersion
from tests import factories

FEED = reverse("cases:stories")


def address(case):
    return reverse("cases:story", args=[case.reference])


def shown(client, query=""):
    """The cases the feed shows, by reference."""
    return {story.case.reference for story in client.get(f"{FEED}?{query or 'alle=1'}").context["stories"]}


@pytest.fixture
def story(cast):
    return factories.make_story(cast.reporter, cast.leader, title="Tilgang ble stående åpen")


def test_the_story_is_drafted_from_the_case_and_changed_by_the_handler(login, cast):
    case = factories.make_case_with_cause(cast.reporter, cast.leader, probability=2, consequence=2)
    client = login(cast.leader)
    address = reverse("cases:close", args=[case.reference])
    drafted = client.get(address).context["form"]["story"].value()
    assert case.description in drafted
    assert case.root_cause in drafted
    sent = {"version": case.version, "lesson": "Spør.", "story": "Kort fortalt.", "material_for": ["public", "user"]}
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert (case.story, case.material_for) == ("Kort fortalt.", "user public")


@pytest.mark.parametrize("who", ["outsider", "leader", "handler", "reporter"])
def test_it_is_told_with_personal_data_hidden_from_all(login, cast, who):
    text = f"{cast.reporter.get_full_name()} ringte 912 34 567."
    case = factories.make_story(cast.reporter, cast.leader, story=text, lesson=f"Ring ikke {cast.reporter} selv.")
    for page in (FEED, address(case)):
        seen = login(getattr(cast, who)).get(page).content.decode().partition("<main")[2]
        assert cast.reporter.get_full_name() not in seen
        assert "912 34 567" not in seen


@pytest.mark.parametrize("reporter", ["outside", "colleagues", "all"])
def test_what_somebody_outside_or_anonymous_wrote_is_never_retold(login, cast, units, reporter):
    if reporter == "outside":
        case = factories.make_outside_case(units.municipality)
        case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.IMPROVEMENT, title="Uteblitt besøk")
        case.assess(cast.leader, probability=2, consequence=2, handler=cast.leader)
    else:
        case = factories.make_assessed_case(
            cast.reporter, cast.leader, kind="improvement", probability=2, consequence=2, anonymity=reporter
        )
    name = "Kari" if reporter == "outside" else cast.reporter.first_name
    client = login(cast.leader)
    close = reverse("cases:close", args=[case.reference])
    assert case.description not in client.get(close).context["form"]["story"].value()
    case.close(cast.leader, lesson="Ring før besøket.", story=f"{name} ventet.", answer="Takk.")
    for person in (cast.leader, cast.outsider):
        for page in (FEED, address(case)):
            html = login(person).get(page).content.decode()
            assert case.description not in html
            assert "▒▒▒ ventet." in html


def test_the_writer_is_warned_of_personal_data_in_the_story(login, cast):
    case = factories.make_story(cast.reporter, cast.leader)
    retell = reverse("cases:retell", args=[case.reference])
    client = login(cast.leader)
    clean = client.post(retell, {"version": case.version, "lesson": "Ring først."}, follow=True)
    assert not [message for message in clean.context["messages"] if message.level_tag == "warning"]
    sent = {"version": case.version + 1, "lesson": "Ring først.", "story": "Hun ringte 912 34 567."}
    warned = client.post(retell, sent, follow=True)
    assert [message.level_tag for message in warned.context["messages"]] == ["success", "warning"]


@pytest.mark.parametrize("end", ["seal", "reopen"])
def test_it_is_told_no_more_when_sealed_or_reopened(login, cast, story, end):
    client = login(cast.outsider)
    assert client.get(address(story)).status_code == 200
    if end == "seal":
        story.seal(cast.leader, sealed=True, reason="Gjenkjennelig.")
    else:
        story.reopen(cast.leader, reason="Det skjedde igjen.")
    assert client.get(address(story)).status_code == 404
    for page in (f"{FEED}?alle=1", "/"):
        assert story.title not in client.get(page).content.decode()
    assert shown(login(cast.leader)) == set()
    assert stories.most_read(cast.leader) == []


def test_what_is_not_closed_with_a_lesson_is_no_story(login, cast):
    untold = factories.make_story(cast.reporter, cast.leader, lesson="")
    open_case = factories.make_case(cast.reporter)
    client = login(cast.leader)
    assert shown(client) == set()
    assert [client.get(address(case)).status_code for case in (untold, open_case)] == [404, 404]


def test_the_filters(login, cast, units):
    praise = factories.make_story(cast.reporter, cast.leader, kind=Case.Kind.POSITIVE, lesson="Ros hverandre.")
    serious = factories.make_story(
        cast.it_leader, cast.it_leader, highlighted=True, material_for=["politicians"], lesson="Sperr åpne porter."
    )
    client = login(cast.outsider)
    assert shown(client, "type=positive") == {praise.reference}
    assert shown(client, "fremhevet=on") == {serious.reference}
    assert shown(client, "for=politicians") == {serious.reference}
    assert shown(client, f"enhet={units.it.pk}") == {serious.reference}
    assert shown(client, "q=sperr+porter") == {serious.reference}
    tomorrow = clock.today() + datetime.timedelta(1)
    assert shown(client, f"fra={tomorrow}") == set()
    assert shown(client, "type=tull&enhet=x&fra=i+g%C3%A5r") == {praise.reference, serious.reference}


def test_a_chapter_holds_its_pages_and_no_other(login, cast):
    for label in ("4.2 Helse", "4.2.7 Legemidler", "4.20 Annet"):
        case = factories.make_story(cast.reporter, cast.leader, title=label)
        Case.objects.filter(pk=case.pk).update(page_label=label)
    found = login(cast.outsider).get(f"{FEED}?kapittel=4.2").context["stories"]
    assert {story.case.page_label for story in found} == {"4.2 Helse", "4.2.7 Legemidler"}


def test_a_masked_name_is_not_found_by_searching_for_it(login, cast, story):
    assert shown(login(cast.outsider), f"q={cast.reporter.last_name}") == set()


def test_a_reading_counts_once_a_day_and_says_nothing_of_who(login, cast, story):
    client = login(cast.outsider)
    for _time in range(3):
        client.get(address(story))
    login(cast.colleague).get(address(story))
    counted = StoryReading.objects.get()
    assert (counted.case, counted.times) == (story, 2)
    assert not [field for field in StoryReading._meta.get_fields() if field.name == "user"]


def test_most_read_is_of_the_last_90_days(login, cast, story):
    other = factories.make_story(cast.reporter, cast.leader)
    StoryReading.objects.create(case=story, day=clock.today() - datetime.timedelta(91), times=50)
    StoryReading.objects.create(case=other, day=clock.today(), times=1)
    assert [reading.case for reading in stories.most_read(cast.outsider)] == [other]


def test_the_story_is_mended_after_closing(cast, story):
    story.retell(cast.handler, lesson="Ny lærdom", material_for=["employees"])
    assert (story.lesson, story.material_for) == ("Ny lærdom", "employees")
    assert story.history.first().history_user == cast.handler


@pytest.mark.parametrize("who", ["outsider", "reporter", "auditor", "it_leader"])
def test_others_do_not_change_the_story(cast, story, who):
    with pytest.raises(PermissionDenied):
        story.retell(getattr(cast, who), lesson="Nei")


def test_a_stale_open_or_wrong_change_is_refused(cast, story):
    with pytest.raises(StaleVersion):
        story.retell(cast.leader, lesson="Nei", version=1)
    with pytest.raises(ValidationError):
        story.retell(cast.leader, lesson="Nei", material_for=["pressen"])
    with pytest.raises(ValidationError):
        factories.make_case(cast.reporter).retell(cast.leader, lesson="Nei")


def test_the_feed_costs_the_same_however_many(login, cast, django_assert_max_num_queries):
    for number in range(10):
        factories.make_story(cast.reporter, cast.leader, title=f"Sak {number}")
    client = login(cast.outsider)
    client.get(f"{FEED}?alle=1")
    with django_assert_max_num_queries(14):
        client.get(f"{FEED}?alle=1")

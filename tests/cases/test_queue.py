"""The queue of the service desk (S32): what is late, what fits, and who is sorting what so that two do not sort the same."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from cases import desk
from cases.models import Case, Claim, Intake
from organisation import clock
from organisation.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(units) -> Case:
    return factories.make_outside_case(units.municipality)


@pytest.fixture
def letter(units) -> Intake:
    return Intake.objects.create(
        source="mail:1", channel=Case.Channel.EMAIL, unit=units.municipality, text="Hull i veien", email="a@b.no"
    )


def shown(client, query: str = "?alle=1") -> list[str]:
    return [row.key for row in client.get(f"/innkommet/{query}").context["rows"]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=hull", ["letter"]),
        ("?q=moren hjemmetjenesten", ["case"]),
        ("?q=hull hjemmetjenesten", []),
        ("?kanal=web", ["case"]),
        ("?type=deviation", ["case"]),
        ("?sent=on", ["letter"]),
        ("?kanal=finnesikke", ["letter", "case"]),
    ],
)
def test_it_is_filtered(case, letter, cast, login, query, found):
    Intake.objects.update(received_at=clock.now() - datetime.timedelta(20))
    things = {"case": f"case:{case.pk}", "letter": f"intake:{letter.pk}"}
    assert shown(login(cast.service_desk), query) == [things[name] for name in found]


def test_it_opens_as_it_was_left(case, letter, cast, login):
    client = login(cast.service_desk)
    client.get("/innkommet/?kanal=web")
    assert client.get("/innkommet/")["Location"] == "/innkommet/?kanal=web"
    assert len(shown(client)) == 2


def test_what_is_answered_is_not_late(case, cast):
    Case.objects.update(received_at=clock.now() - datetime.timedelta(20))
    assert desk.waiting(cast.service_desk)[0].is_late
    case.write(cast.service_desk, "Vi ser på det.")
    assert not desk.waiting(cast.service_desk)[0].is_late


def test_the_days_to_answer_are_a_setting(case, cast, settings):
    settings.WORKING_DAYS_TO_ANSWER = 0
    assert desk.waiting(cast.service_desk)[0].answer_by == clock.today()


def test_the_number_stands_in_the_menu_of_those_who_sort_only(case, letter, cast, login):
    assert "2 skal fordeles" in login(cast.service_desk).get("/min-side/").content.decode()
    assert "skal fordeles" not in login(cast.leader).get("/min-side/").content.decode()


def test_counting_costs_nothing_for_others(case, cast, django_assert_num_queries):
    cast.leader.has_right("cases.take_in")
    with django_assert_num_queries(0):
        assert desk.number_waiting(cast.leader) == 0


# Who is sorting what


def test_who_takes_it_is_shown_to_the_others(case, cast, login):
    answer = login(cast.service_desk).post("/innkommet/ta/", {"about": f"case:{case.pk}"})
    assert answer["Location"] == f"/saker/{case.reference}/fordel/"
    other = login(cast.quality_manager)
    assert other.get("/innkommet/").context["rows"][0].held_by == cast.service_desk
    assert other.get(f"/saker/{case.reference}/fordel/").context["held_by"] == cast.service_desk
    assert login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["held_by"] is None


def test_what_another_has_taken_is_refused(case, cast, login):
    Claim.take(cast.service_desk, case)
    client = login(cast.quality_manager)
    assert client.post("/innkommet/ta/", {"about": f"case:{case.pk}"})["Location"] == "/innkommet/"
    with pytest.raises(ValidationError):
        Claim.take(cast.quality_manager, case)
    assert Claim.objects.holder_of(case) == cast.service_desk


def test_it_lets_go_of_itself_after_a_while(case, cast):
    with clock.set_to(clock.now() - datetime.timedelta(minutes=16)):
        Claim.take(cast.service_desk, case)
    assert Claim.objects.holder_of(case) is None
    Claim.take(cast.quality_manager, case)
    assert Claim.objects.holder_of(case) == cast.quality_manager


def test_who_takes_another_lets_go_of_the_first(case, letter, cast):
    Claim.take(cast.service_desk, case)
    Claim.take(cast.service_desk, letter)
    assert Claim.objects.holders() == {f"intake:{letter.pk}": cast.service_desk}


def test_the_oldest_that_is_free_is_next(case, letter, cast, login):
    first, second = desk.waiting(cast.service_desk)
    Claim.take(cast.quality_manager, first.thing)
    assert login(cast.service_desk).post("/innkommet/ta/")["Location"] == second.url
    assert Claim.objects.holder_of(second.thing) == cast.service_desk


def test_with_nothing_free_one_comes_back_to_the_queue(case, cast, login):
    Claim.take(cast.quality_manager, case)
    assert login(cast.service_desk).post("/innkommet/ta/")["Location"] == "/innkommet/"


@pytest.mark.parametrize("who", ["reporter", "leader", "director", "auditor", "outsider"])
def test_others_take_nothing(case, letter, cast, login, who):
    person = getattr(cast, who)
    assert login(person).post("/innkommet/ta/", {"about": f"case:{case.pk}"}).status_code == 403
    for thing in (case, letter):
        with pytest.raises(PermissionDenied):
            Claim.take(person, thing)


@pytest.mark.parametrize("about", ["case:0", "case:", "user:1", "intake:99999", "\x00"])
def test_what_does_not_wait_is_not_taken(case, cast, login, about):
    answer = login(cast.service_desk).post("/innkommet/ta/", {"about": about})
    assert answer.status_code in (400, 404)
    assert not Claim.objects.exists()


def test_a_desk_of_one_unit_takes_only_what_comes_there(case, units):
    local = factories.make_user("it_desk", units.it, Role.SERVICE_DESK)
    assert desk.waiting(local) == []
    with pytest.raises(PermissionDenied):
        Claim.take(local, case)


def test_the_place_in_the_queue_leads_both_ways(case, letter, cast, units, login):
    last = factories.make_outside_case(units.municipality)
    rows = desk.waiting(cast.service_desk)
    place = login(cast.service_desk).get(f"/innkommet/{letter.pk}/").context["place"]
    assert (place.number, place.total) == (2, 3)
    assert (place.previous.key, place.following.key) == (rows[0].key, rows[2].key)
    place = login(cast.service_desk).get(f"/saker/{last.reference}/fordel/").context["place"]
    assert place.following is None


# Who waits for an answer


def test_who_has_had_no_answer_is_listed_the_oldest_first(cast, units, login):
    cases = [factories.make_outside_case(units.municipality) for _number in range(3)]
    for case in cases:
        case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Ikke hjelp")
    Case.objects.filter(pk=cases[2].pk).update(received_at=clock.now() - datetime.timedelta(30))
    cases[0].write(cast.service_desk, "Vi ser på det.")
    rows = login(cast.service_desk).get("/innkommet/").context["unanswered"]
    assert [(row.label, row.is_late) for row in rows] == [(cases[2].reference, True), (cases[1].reference, False)]
    page = login(cast.leader).get("/saker/?ubesvart=on").context["page"]
    assert {case.reference for case in page} == {cases[1].reference, cases[2].reference}

"""Similar cases while reporting, handling and sorting (G16, S32): what counts, what is never there, what it costs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Case
from cases.similar import SHOWN, similar_to, similar_to_text
from cases.stems import stems
from organisation.models import User
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = "vikaren hadde tilgang til journalen"


def found(person: User, text: str = TEXT, **more) -> list[Case]:
    return [reading.case for reading in similar_to_text(text, person, **more)]


def alike(case: Case, person: User) -> list[Case]:
    return [reading.case for reading in similar_to(case, person)]


@pytest.mark.parametrize(
    ("title", "there"),
    [
        ("Vikar med tilgangen åpen", True),  # two stems
        ("Vikar uten opplæring", False),  # one
        ("Dette hadde ikke skjedd", False),  # words that say nothing
    ],
)
def test_two_words_alike_are_enough(cast, title, there):
    case = factories.make_case(cast.reporter, title=title, description="Noe annet.")
    assert (case in found(cast.outsider)) == there


@pytest.mark.parametrize(
    ("one", "other"),
    [("vikar", "vikarene"), ("rampe", "Rampen"), ("journal", "journalsystemet"), ("bruker", "brukers"), ("bil", "")],
)
def test_endings_and_what_is_put_on_fall_away(one, other):
    assert stems(one) == stems(other)


def test_common_words_say_nothing():
    assert stems("Hvorfor hadde ikke noen vært over?") == set()


def test_the_page_or_the_category_counts_as_a_word(cast, handbook):
    page = factories.make_procedure(handbook, cast.editor, owner_unit=cast.leader.unit)
    category = factories.make_category()
    one, two = (
        factories.make_case(cast.reporter, title=title, description="Noe.", page=page, category=category)
        for title in ("Vikar uten opplæring", "Rampe er ødelagt")
    )
    assert found(cast.outsider, page_id=page.pk) == [one]
    assert not found(cast.outsider)
    assert alike(one, cast.outsider) == [two]  # page and category


def test_those_who_read_the_case_whole_find_it_by_what_was_written(cast):
    case = factories.make_case(cast.reporter, title="Hendelse", description="Vikar hadde tilgang.")
    assert found(cast.leader) == [case]
    assert not found(cast.outsider)


def test_a_hidden_name_finds_nothing(cast, units):
    case = factories.make_outside_case(units.home_care, name="Gudrun Fagerheim")
    case.triage(
        cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Gudrun Fagerheim fikk ikke hjelp"
    )
    assert found(cast.leader, "Gudrun Fagerheim") == [case]
    assert not found(cast.outsider, "Gudrun Fagerheim")


@pytest.mark.parametrize("who", ["leader", "reporter", "outsider", "quality_manager", "director"])
def test_a_sealed_case_is_never_there(cast, who):
    person = getattr(cast, who)
    sealed = factories.make_case(cast.reporter, title="Vikar hadde tilgang", sealed=True)
    other = factories.make_case(cast.reporter, title="Vikar hadde tilgang igjen")
    assert sealed not in found(person)
    assert sealed not in alike(other, person)


def test_a_case_that_is_sealed_later_is_there_no_more(cast):
    case = factories.make_case(cast.reporter, title="Vikar hadde tilgang")
    assert found(cast.leader) == [case]
    case.seal(cast.leader, sealed=True, reason="Navn i teksten.")
    assert not found(cast.leader)


def test_what_is_not_sorted_or_is_rejected_is_not_there(cast, units):
    waiting = factories.make_outside_case(units.home_care, title="Vikar hadde tilgang")
    factories.make_case(cast.reporter, title="Vikar hadde tilgang").reject(cast.leader, reason="Nei.")
    assert not found(cast.leader)
    assert found(cast.service_desk) == [waiting]  # who sorts sees what waits


def test_the_closest_come_first_and_a_few_are_enough(cast):
    for _number in range(SHOWN):
        factories.make_case(cast.reporter, title="Vikar med tilgang", description="-")
    closest = factories.make_case(cast.reporter, title="Vikar hadde tilgang til journal", description="-")
    factories.make_case(cast.reporter, title="Vikar med tilgang", description="-")
    cases = found(cast.outsider)
    assert cases[0] == closest
    assert len(cases) == SHOWN


@pytest.mark.parametrize("who", ["leader", "outsider"])
def test_it_costs_the_same_however_many_there_are(cast, login, who):
    client = login(getattr(cast, who))
    case = factories.make_case(cast.reporter, title="Vikar hadde tilgang")

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    addresses = [f"/meld/lignende/?q={TEXT}", case.get_absolute_url()]
    for _number in range(2):
        factories.make_case(cast.colleague, title="Vikar hadde tilgang")
    [client.get(address) for address in addresses]
    before = [queries(address) for address in addresses]
    for _number in range(6):
        factories.make_case(cast.reporter, title="Vikar hadde tilgang")
    assert [queries(address) for address in addresses] == before


def test_the_same_ones_are_shown_while_reporting_handling_and_sorting(cast, units, login, handbook):
    page = factories.make_procedure(handbook, cast.editor, owner_unit=cast.leader.unit)
    known = factories.make_case(cast.reporter, title="Vikar uten opplæring", description="-", page=page)
    again = factories.make_case(cast.reporter, title="Vikar hadde tilgang", description="-", page=page)
    outside = factories.make_outside_case(units.municipality, title="Vikar uten opplæring her")
    number = page.document.document_id
    reporting = login(cast.reporter).get(f"/meld/lignende/?q={TEXT}&side={number}").content.decode()
    assert known.reference in reporting
    assert f"/meld/lignende/?side={number}" in login(cast.reporter).get(f"/meld/?side={number}").content.decode()
    assert known.reference in login(cast.leader).get(again.get_absolute_url()).content.decode()
    sorting = login(cast.service_desk).get(f"/saker/{outside.reference}/fordel/").content.decode()
    assert known.reference in sorting


@pytest.mark.parametrize("side", ["FL-9999", "", "x" * 300, "\x00"])
def test_a_page_that_is_not_there_is_no_hindrance(cast, login, side):
    answer = login(cast.reporter).get("/meld/lignende/", {"q": TEXT, "side": side})
    assert answer.status_code in (200, 400)

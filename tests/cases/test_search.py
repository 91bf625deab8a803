"""Searching cases: every word, folded; and what the mask hides is not found either (S30)."""

import pytest

from cases.models import Case
from organisation.models import User
from tests import factories


def found(user, words):
    return list(Case.objects.visible_to(user).search(words, user))


def test_every_word_must_be_there_whatever_its_capitals(cast):
    case = factories.make_case(cast.reporter, description="Ærfuglen satt på Østre brygge. Ingen så den.")
    assert found(cast.outsider, "østre ÆRFUGLEN") == [case]
    assert found(cast.outsider, "østre hegre") == []


def test_reference_and_number_elsewhere_are_found(cast):
    case = factories.make_case(cast.reporter)
    case.take_over(cast.leader, system="Gerica", external_id="A-20331")
    assert found(cast.outsider, case.reference) == [case]
    assert found(cast.outsider, "a-20331") == [case]


@pytest.mark.parametrize("words", ["912 34 567", "01017012345", "ola@eksempel.no", "Fredriksen", "Perdesen Fredriksen"])
def test_what_is_hidden_from_a_person_is_not_found_by_the_person(cast, words):
    User.objects.filter(pk=cast.reporter.pk).update(first_name="Perdesen", last_name="Fredriksen")
    text = "Perdesen Fredriksen ringte 912 34 567 om 01017012345 og ola@eksempel.no"
    case = factories.make_case(cast.reporter, description=text)
    assert found(cast.outsider, words) == []
    assert found(cast.leader, words) == [case]
    assert found(cast.reporter, words) == [case]


def test_the_name_of_the_reporter_outside_finds_it_only_for_those_who_read_it_whole(cast, units):
    text = "Perdesen Fredriksen fikk ikke hjelp"
    case = factories.make_outside_case(units.municipality, name="Perdesen Fredriksen", description=text)
    case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Ikke hjelp")
    assert found(cast.outsider, "Perdesen") == []
    assert found(cast.outsider, "fredriksen hjelp") == []
    assert found(cast.leader, "Perdesen") == [case]
    assert found(cast.outsider, "hjelp") == [case]


def test_sealed_cases_are_found_only_by_their_own(cast):
    case = factories.make_case(cast.reporter, description="Gjelder kvernsteinen", sealed=True)
    assert found(cast.colleague, "kvernsteinen") == []
    assert found(cast.quality_manager, "kvernsteinen") == []
    assert found(cast.leader, "kvernsteinen") == [case]


@pytest.mark.parametrize("words", ["Trollsund", "mina trollsund"])
def test_the_name_of_a_reporter_outside_is_not_found_by_who_reads_it_hidden(cast, units, words):
    case = factories.make_outside_case(units.municipality, name="Mina Trollsund", description="Mina Trollsund falt")
    case.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Fall")
    inside = factories.make_case(cast.reporter, description="Trollsund skole, klassen til Mina")
    assert found(cast.outsider, words) == [inside]
    assert set(found(cast.leader, words)) == {case, inside}

"""Several who report the same (S32): the newer follows the older, and nothing sealed shows through."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from cases.models import Case, Entry
from cases.public_road import public_road, state_in_words
from organisation.mail import Mail
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def older(cast, units) -> Case:
    case = factories.make_outside_case(units.municipality, description="Lyset i gangveien er borte", email="")
    case.triage(cast.service_desk, unit=units.home_care, kind="positive", title="Lys i gangveien")
    return case


@pytest.fixture
def newer(units) -> Case:
    return factories.make_outside_case(
        units.municipality, description="Det er mørkt i gangveien", email="per@example.test", name="Per"
    )


def letters_to_per() -> list[Mail]:
    return list(Mail.objects.filter(to="per@example.test"))


def test_the_newer_comes_to_the_unit_of_the_older(older, newer, cast, units, login):
    data = {"version": newer.version, "duplicate_of": older.reference, "reason": ""}
    login(cast.service_desk).post(f"/saker/{newer.reference}/duplikat/", data)
    newer.refresh_from_db()
    assert (newer.status, newer.duplicate_of, newer.unit) == (Case.Status.DUPLICATE, older, units.home_care)
    assert not newer.needs_triage
    assert newer.answered_at
    assert newer.reference in login(cast.leader).get(older.get_absolute_url()).content.decode()


def test_the_queue_offers_to_merge_the_newer_into_the_older(older, cast, units, login):
    first = factories.make_outside_case(units.municipality, description="Det er mørkt i gangveien ved skolen")
    second = factories.make_outside_case(units.municipality, description="Mørkt i gangveien ved skolen i dag også")
    for case in (first, second):
        similar = login(cast.service_desk).get(f"/saker/{case.reference}/fordel/").context["similar"]
        urls = {reading.case.reference: url for reading, url in similar}
        other = second if case == first else first
        assert urls[other.reference] == f"/saker/{second.reference}/duplikat/?av={first.reference}"
    form = login(cast.service_desk).get(f"/saker/{second.reference}/duplikat/?av={first.reference}").context["form"]
    assert form.initial["duplicate_of"] == first.reference


def test_those_who_reported_the_same_are_told_and_see_how_it_goes_without_its_content(older, newer, cast):
    newer.mark_duplicate(cast.service_desk, of=older)
    Mail.objects.all().delete()
    older.assess(cast.leader, probability=None, consequence=None, answer="Hemmelig svar til Kari")
    assert len(letters_to_per()) == 1
    older.close(cast.leader)
    assert len(letters_to_per()) == 2
    newer.refresh_from_db()
    assert "er ferdig med saken" in state_in_words(newer)
    token = newer.correspondent.new_link()
    page = Client().get(f"/dialog/status/{token}/").content.decode()
    assert "Hemmelig svar" not in page
    assert "Lyset i gangveien" not in page


def test_the_road_is_that_of_the_case_that_is_handled(older, newer, cast):
    newer.mark_duplicate(cast.service_desk, of=older)
    assert public_road(newer) == public_road(older)


def test_who_reported_the_same_as_the_same_follows_too(older, newer, cast, units):
    third = factories.make_outside_case(units.municipality, email="eva@example.test")
    third.mark_duplicate(cast.service_desk, of=newer)
    newer.mark_duplicate(cast.service_desk, of=older)
    Mail.objects.all().delete()
    older.assess(cast.leader, probability=None, consequence=None)
    assert Mail.objects.filter(to="eva@example.test").count() == 1


def test_nothing_follows_itself(older, newer, cast, units):
    third = factories.make_outside_case(units.municipality)
    third.mark_duplicate(cast.service_desk, of=newer)
    for wrong in (newer, third):
        with pytest.raises(ValidationError):
            newer.mark_duplicate(cast.service_desk, of=wrong)


def test_taking_it_up_again_undoes_it(older, newer, cast, units):
    newer.mark_duplicate(cast.service_desk, of=older)
    newer.reopen(cast.leader, reason="Det er en annen gangvei.")
    assert (newer.duplicate_of, newer.status) == (None, Case.Status.RECEIVED)
    Mail.objects.all().delete()
    older.assess(cast.leader, probability=None, consequence=None)
    assert letters_to_per() == []


def test_a_sealed_case_is_not_pointed_at(older, newer, cast, login):
    older.seal(cast.leader, sealed=True, reason="Helse")
    data = {"version": newer.version, "duplicate_of": older.reference, "reason": ""}
    for who in (cast.service_desk, cast.quality_manager):
        answer = login(who).post(f"/saker/{newer.reference}/duplikat/", data)
        assert "duplicate_of" in answer.context["form"].errors
        with pytest.raises(ValidationError):
            newer.mark_duplicate(who, of=older)


def test_what_is_sealed_afterwards_tells_nothing_more(older, newer, cast, units):
    newer.mark_duplicate(cast.service_desk, of=older)
    older.reassign(cast.leader, unit=units.it, reason="Deres.")
    older.seal(cast.it_leader, sealed=True, reason="Helse")
    newer.refresh_from_db()
    assert "It" not in state_in_words(newer).split()
    assert [step.state for step in public_road(newer)] == ["done"] * 4


def test_a_sensitive_one_is_sealed_when_it_is_merged_unsorted(older, cast, units):
    case = factories.make_outside_case(units.municipality, description="Jeg har epilepsi og falt i den mørke gangveien")
    case.mark_duplicate(cast.service_desk, of=older)
    assert case.sealed
    assert not Case.objects.visible_to(cast.outsider).filter(pk=case.pk).exists()
    assert Case.objects.visible_to(cast.leader).filter(pk=case.pk).exists()


@pytest.mark.parametrize("who", ["reporter", "leader", "outsider", "auditor"])
def test_others_do_not_merge_what_is_not_sorted(older, newer, cast, login, who):
    assert login(getattr(cast, who)).get(f"/saker/{newer.reference}/duplikat/").status_code == 404
    with pytest.raises(PermissionDenied):
        newer.mark_duplicate(getattr(cast, who), of=older)


def test_the_reason_reaches_the_person_as_a_letter(older, newer, cast):
    newer.mark_duplicate(cast.service_desk, of=older, reason="Takk for at du også sa fra.")
    assert "Takk for at du også sa fra." in newer.entries.get(kind=Entry.Kind.LETTER).text


def test_a_case_that_is_ended_is_not_offered_to_merge_into(older, newer, cast, login):
    older.reject(cast.leader, reason="Ikke vårt.")
    ended = factories.make_outside_case(newer.unit, description="Mørkt i gangveien")
    ended.reject(cast.service_desk, reason="Sendt to ganger.")
    same = factories.make_case(cast.leader, title="Mørkt i gangveien", kind="positive")
    same.assess(cast.leader, probability=None, consequence=None)
    same.close(cast.leader)
    similar = login(cast.service_desk).get(f"/saker/{newer.reference}/fordel/").context["similar"]
    assert [(reading.case, url) for reading, url in similar] == [(same, "")]

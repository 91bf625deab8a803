"""Other systems that take over cases (S34): chosen from a list, found by number and system, linked to."""

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict

from cases.models import Case, ExternalSystem
from cases.register import Selection
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def line() -> ExternalSystem:
    return ExternalSystem.objects.create(name="Linje", code="linje", address="https://linje.example/sak/{id}?fane=1")


def taken_over(cast, system="Linje", number="26/01 873") -> Case:
    case = factories.make_case(cast.reporter)
    case.take_over(cast.leader, system=system, external_id=number)
    return case


def test_the_list_is_offered_and_anything_may_be_written(cast, login, line):
    ExternalSystem.objects.create(name="Nedlagt", code="nedlagt", active=False)
    case = factories.make_case(cast.reporter)
    client, address = login(cast.leader), f"/saker/{case.reference}/overta/"
    page = client.get(address).content.decode()
    assert '<option value="Linje">' in page and "Nedlagt" not in page
    sent = {"system": "Noe annet", "external_id": "7", "reason": "", "version": case.version}
    assert client.post(address, sent).status_code == 302
    case.refresh_from_db()
    assert (case.external_system, case.external_id) == ("Noe annet", "7")


def test_the_case_links_to_where_it_is_now(cast, login, line):
    case = taken_over(cast)
    page = login(cast.outsider).get(case.get_absolute_url()).content.decode()
    assert 'href="https://linje.example/sak/26%2F01%20873?fane=1"' in page


def test_a_system_that_is_not_in_the_list_has_no_link(cast, line):
    assert taken_over(cast, system="Gammelt").external_url == ""


@pytest.mark.parametrize("words", ["26/01", "Linje", "linje 26/01"])
def test_it_is_found_by_number_and_system(cast, words):
    case = taken_over(cast, number="26/01")
    factories.make_case(cast.reporter)
    assert list(Case.objects.search(words, cast.leader)) == [case]
    query = QueryDict(mutable=True)
    query["q"] = words
    assert list(Selection(cast.leader, query).cases()) == [case]


def test_a_sealed_case_is_not_found_by_its_number_there(cast):
    case = factories.make_case(cast.reporter, sealed=True)
    case.take_over(cast.leader, system="Linje", external_id="26/01")
    visible = Case.objects.visible_to(cast.outsider)
    assert not visible.search("26/01", cast.outsider).exists()


def test_it_comes_back_and_can_be_taken_over_again(cast, line):
    case = taken_over(cast)
    case.reopen(cast.leader, reason="Linja sendte den tilbake.")
    assert (case.status, case.external_id, case.external_url) == (Case.Status.RECEIVED, "", "")
    case.take_over(cast.leader, system="Linje", external_id="26/02")
    assert case.external_url.endswith("26%2F02?fane=1")


@pytest.mark.parametrize(
    "address", ["https://linje.example/", "javascript:alert({id})", "https://x.example/{id}/{id}", "linje {id}"]
)
def test_an_address_that_cannot_work_is_refused(address):
    with pytest.raises(ValidationError) as refused:
        ExternalSystem(name="Linje", code="linje", address=address).full_clean()
    assert "address" in refused.value.message_dict


@pytest.mark.parametrize(("who", "opens"), [("quality_manager", True), ("administrator", True), ("editor", False)])
def test_who_looks_after_the_list(cast, login, who, opens):
    status = login(getattr(cast, who)).get("/admin/cases/externalsystem/create/").status_code
    assert (status == 200) is opens

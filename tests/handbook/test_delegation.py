"""The delegation register, and in what capacity a page is approved (S2, S3, G3)."""

import datetime
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from openpyxl import load_workbook

from handbook import mandates
from handbook.models import Delegation
from handbook.permissions import Act, can
from organisation import clock
from organisation.absence import Absence
from organisation.history import StaleVersion
from organisation.models import Reminder, RoleAssignment, User

DAY = datetime.timedelta(days=1)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


@pytest.fixture
def give(cast: Any, units: Any, pages: Any) -> Any:
    """`give()` is a mandate to approve IT's documents, from the process owner to the outsider."""

    def _give(by: User | None = None, **facts: Any) -> Delegation:
        facts = {
            "mandate": "Godkjenne rutiner for IT",
            "covers": "Rutiner som IT eier.",
            "kind": "approve",
            "from_person": cast.process_owner,
            "to_person": cast.outsider,
            "unit": units.it,
            "first_day": clock.today(),
            "page": pages.process,
            **facts,
        }
        return Delegation.give(by or facts["from_person"], **facts)

    return _give


# Capacity


def test_the_process_owner_approves_as_process_owner(cast, pages):
    assert "It" in (mandates.capacity(cast.process_owner, pages.access) or "")


def test_an_employee_and_another_units_leader_have_no_capacity(cast, pages):
    for who in (cast.outsider, cast.reporter, cast.leader, cast.it_leader, cast.auditor, cast.administrator):
        assert mandates.capacity(who, pages.access) is None


def test_a_mandate_gives_capacity_from_the_first_day_to_the_last(cast, give, pages):
    give(first_day=clock.today() + DAY, last_day=clock.today() + 2 * DAY)
    now = clock.now()
    for days, has in ((0, False), (1, True), (2, True), (3, False)):
        with time_machine.travel(now + days * DAY, tick=False):
            assert bool(mandates.capacity(cast.outsider, pages.access)) is has
            assert can(fresh(cast.outsider), Act.APPROVE, pages.access) is has
            assert (cast.outsider in mandates.approvers(pages.access)) is has


def test_the_capacity_names_who_gave_the_mandate(cast, give, pages):
    give()
    said = mandates.capacity(cast.outsider, pages.access) or ""
    assert "Process Owner Testesen" in said and "Godkjenne rutiner for IT" in said


def test_a_mandate_counts_only_while_the_giver_still_holds_the_right(cast, give, pages):
    give()
    RoleAssignment.objects.filter(user=cast.process_owner).update(valid_to=clock.today() - DAY)
    assert mandates.capacity(cast.outsider, pages.access) is None
    assert cast.outsider not in mandates.approvers(pages.access)


def test_a_mandate_of_a_giver_who_has_left_counts_no_more(cast, give, pages):
    give()
    User.objects.filter(pk=cast.process_owner.pk).update(is_active=False)
    assert mandates.capacity(cast.outsider, pages.access) is None


def test_another_kind_of_mandate_approves_nothing(cast, units, give, pages):
    give(kind="economy", from_person=cast.it_leader)
    assert mandates.capacity(cast.outsider, pages.access) is None


def test_a_mandate_does_not_reach_another_unit(cast, units, give, pages):
    give()
    pages.access.owner_unit = units.home_care
    assert mandates.capacity(cast.outsider, pages.access) is None


def test_the_deputy_of_who_is_away_approves_as_deputy(cast, pages):
    today = clock.today()
    Absence.begin(cast.process_owner, person=cast.process_owner, deputy=cast.reporter, first_day=today, last_day=today)
    assert "Process Owner Testesen" in (mandates.capacity(cast.reporter, pages.access) or "")
    assert cast.reporter in mandates.approvers(pages.access)


def test_no_chain_what_is_delegated_is_not_delegated_on(cast, give, pages):
    give()
    with pytest.raises(ValidationError) as refused:
        give(from_person=cast.outsider, to_person=cast.reporter)
    assert "from_person" in refused.value.message_dict


def test_no_chain_the_deputy_of_who_has_a_mandate_gets_nothing(cast, give, pages):
    give()
    today = clock.today()
    Absence.begin(cast.outsider, person=cast.outsider, deputy=cast.reporter, first_day=today, last_day=today)
    assert mandates.capacity(cast.reporter, pages.access) is None


def test_no_chain_a_deputy_can_not_delegate_what_is_lent(cast, give, pages):
    today = clock.today()
    Absence.begin(cast.process_owner, person=cast.process_owner, deputy=cast.reporter, first_day=today, last_day=today)
    with pytest.raises(ValidationError):
        give(from_person=cast.reporter)


def test_capacity_and_approvers_cost_few_queries(cast, give, pages, django_assert_max_num_queries):
    for _number in range(5):
        give(mandate=f"Godkjenne {_number}")
    with django_assert_max_num_queries(4):
        mandates.capacity(cast.outsider, pages.access)
    with django_assert_max_num_queries(4):
        mandates.approvers(pages.access)


# Giving and withdrawing


@pytest.mark.parametrize("who", ["outsider", "reporter", "it_leader", "leader", "auditor", "administrator"])
def test_nobody_gives_mandates_on_anothers_behalf(cast, give, who):
    with pytest.raises(PermissionDenied):
        give(by=getattr(cast, who))


def test_who_looks_after_the_system_registers_for_others(cast, give):
    delegation = give(by=cast.quality_manager)
    assert delegation.history.get().actor_label == "Quality Manager Testesen"
    assert Reminder.objects.filter(user=cast.outsider, about=f"delegation:{delegation.pk}").exists()


def test_who_lacks_the_right_is_refused_at_the_field(cast, give, units):
    for facts in (
        {"from_person": cast.it_leader},
        {"from_person": cast.process_owner, "unit": units.home_care},
        {"kind": "personnel"},
    ):
        with pytest.raises(ValidationError) as refused:
            give(by=cast.quality_manager, **facts)
        assert "from_person" in refused.value.message_dict


def test_grounds_must_be_a_page_that_has_been_in_force(cast, give, pages):
    draft = pages.add(pages.process, type(pages.access), "Bare et utkast")
    with pytest.raises(ValidationError) as refused:
        give(page=draft)
    assert "page" in refused.value.message_dict


def test_a_period_that_ends_before_it_begins_and_a_mandate_to_oneself_are_refused(cast, give):
    with pytest.raises(ValidationError) as refused:
        give(last_day=clock.today() - DAY)
    assert "last_day" in refused.value.message_dict
    with pytest.raises(ValidationError) as refused:
        give(to_person=cast.process_owner)
    assert "to_person" in refused.value.message_dict


def test_a_double_click_gives_one(give):
    assert give() == give()


def test_withdrawing_takes_it_away_at_once_and_is_kept(cast, give, pages):
    delegation = give()
    delegation.withdraw(cast.process_owner, reason="Ny ansvarsdeling", version=delegation.version)
    assert mandates.capacity(cast.outsider, pages.access) is None
    assert delegation.history.count() == 2
    with pytest.raises(ValidationError):
        delegation.withdraw(cast.process_owner, reason="Igjen")
    with pytest.raises(ValidationError):
        delegation.delete()


def test_others_do_not_withdraw_and_a_stale_version_is_refused(cast, give):
    delegation = give()
    for who in (cast.outsider, cast.it_leader, cast.administrator):
        with pytest.raises(PermissionDenied):
            delegation.withdraw(who, reason="Fordi")
    with pytest.raises(StaleVersion):
        delegation.withdraw(cast.process_owner, reason="Fordi", version=delegation.version + 1)
    with pytest.raises(ValidationError):
        delegation.withdraw(cast.process_owner, reason="  ")


# Screens


def test_every_employee_reads_the_register_but_cannot_withdraw(cast, give, login):
    delegation = give()
    client = login(cast.reporter)
    assert delegation.mandate in client.get("/fullmakter/").content.decode()
    assert delegation.covers in client.get(delegation.get_absolute_url()).content.decode()
    assert client.get("/fullmakter/ny/").status_code == 403
    assert client.post(f"{delegation.get_absolute_url()}trekk/", {"reason": "x", "version": 1}).status_code == 403


def test_the_filters_narrow_down(cast, give, login, units):
    give()
    over = give(mandate="Gammel", first_day=clock.today() - 9 * DAY, last_day=clock.today() - DAY)
    client = login(cast.reporter)

    def shown(query: str) -> set[str]:
        return {row.mandate for row in client.get(f"/fullmakter/?{query}").context["page"]}

    assert shown("") == {"Godkjenne rutiner for IT"}
    assert shown("status=over") == {over.mandate}
    assert len(shown("status=alle&sorter=newest")) == 2
    assert shown("q=outsider") == {"Godkjenne rutiner for IT"}
    assert shown("type=economy") == set()
    assert shown(f"enhet={units.home_care.pk}") == set()
    assert shown("type=tull&enhet=999") == {"Godkjenne rutiner for IT"}


def test_the_form_gives_a_mandate_and_refuses_at_the_field(cast, login, pages, units):
    sent = {
        "mandate": "Innkjøp",
        "covers": "Inntil 100 000 kroner.",
        "kind": "economy",
        "to_person": "outsider",
        "unit": units.it.pk,
        "page": pages.access.document.number,
        "first_day": clock.today().isoformat(),
    }
    client = login(cast.it_leader)
    refused = client.post("/fullmakter/ny/", {**sent, "kind": "approve"})
    assert refused.context["form"].errors.keys() == {"unit"}
    assert client.post("/fullmakter/ny/", sent).status_code == 302
    assert Delegation.objects.get().from_person == cast.it_leader
    answer = client.post("/fullmakter/ny/", {**sent, "from_person": "director"})
    assert answer.status_code == 302 and not Delegation.objects.filter(from_person=cast.director).exists()


def test_a_stale_withdrawal_is_409_and_keeps_the_reason(cast, give, login):
    delegation = give()
    answer = login(cast.process_owner).post(
        f"{delegation.get_absolute_url()}trekk/", {"reason": "Min grunn", "version": 7}
    )
    assert answer.status_code == 409 and "Min grunn" in answer.content.decode()


def test_the_spreadsheet_holds_no_formula(cast, give, login):
    give(mandate="=HYPERLINK(1)")
    content = login(cast.reporter).get("/fullmakter/eksport.xlsx").content
    sheet = load_workbook(BytesIO(content)).active
    assert sheet["A2"].value == "'=HYPERLINK(1)"


def test_it_shows_on_the_page_that_grounds_it_and_on_my_page(cast, give, login, pages):
    delegation = give(page=pages.access)
    assert delegation.mandate in login(cast.reporter).get(pages.access.url).content.decode()
    assert delegation.mandate not in login(cast.reporter).get(pages.lost.url).content.decode()
    assert delegation.mandate in login(cast.outsider).get("/min-side/").content.decode()
    assert delegation.mandate not in login(cast.reporter).get("/min-side/").content.decode()


def test_the_register_costs_the_same_with_many(cast, give, login, django_assert_max_num_queries):
    client = login(cast.reporter)
    for number in range(15):
        give(mandate=f"Fullmakt {number}")
    with django_assert_max_num_queries(10):
        client.get("/fullmakter/")

"""Read and understood (G8): who is asked, what a confirmation holds for, and who is refused."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cases.models import Case
from handbook import confirmations, editions
from handbook.models import Confirmation, Edition, ReadingDuty
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Absence, RoleAssignment, User
from organisation.roles import Role
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(pages: Any) -> Any:
    return pages.access.document


@pytest.fixture
def duty(document: Any, cast: Any, units: Any) -> ReadingDuty:
    """Home care must read it within fourteen days."""
    return ReadingDuty.require(cast.leader, document, unit=units.home_care)


def revise(pages: Any, cast: Any, text: str, *, major: bool = True) -> Edition:
    pages.access.body = paragraphs(text)
    return editions.publish(pages.access, cast.approver, "Endret.", major=major)


def asked(user: User) -> list[str]:
    return [wanted.edition.label for wanted in confirmations.waiting_for(User.objects.get(pk=user.pk))]


def address(document: Any, rest: str = "bekreft/") -> str:
    return f"/d/{document.document_id}/{rest}"


# Whom a duty is for

TARGETS = [
    # unit, role, who it is for, who it is not for
    (None, "", ["reporter", "leader", "outsider", "director"], []),
    ("home_care", "", ["reporter", "leader", "handler"], ["outsider", "director", "quality_manager"]),
    ("zone", "", [], ["reporter", "leader"]),
    (None, Role.UNIT_LEADER, ["leader", "it_leader", "director"], ["deputy", "reporter"]),
    ("home_care", Role.UNIT_LEADER, ["leader"], ["it_leader", "director", "reporter"]),
    ("municipality", Role.AUDITOR, ["auditor"], ["leader"]),
]


@pytest.mark.parametrize(("unit", "role", "those", "not_those"), TARGETS)
def test_a_duty_is_for_those_who_work_there_or_hold_the_role_there(
    document: Any, cast: Any, units: Any, unit: str | None, role: str, those: list[str], not_those: list[str]
) -> None:
    ReadingDuty.require(cast.quality_manager, document, unit=getattr(units, unit) if unit else None, role=role)
    edition = document.latest_edition()
    for name in (*those, *not_those):
        user = getattr(cast, name)
        assert bool(asked(user)) is (name in those), name
        assert bool(confirmations.standing(user, document, edition)) is (name in those), name


@pytest.mark.parametrize("who", ["outsider", "it_leader", "quality_manager", "auditor", "director"])
def test_who_is_not_asked_cannot_confirm(duty: Any, document: Any, cast: Any, login: Any, who: str) -> None:
    client = login(getattr(cast, who))
    assert client.post(address(document), {"edition": "1"}).status_code == 403
    assert client.get(address(document)).status_code == 302
    assert not Confirmation.objects.exists()
    assert 'id="bekreft"' not in client.get(document.page.url).content.decode()


def test_a_role_that_has_ended_is_not_asked(document: Any, cast: Any) -> None:
    ReadingDuty.require(cast.quality_manager, document, role=Role.UNIT_LEADER)
    assert asked(cast.leader)
    RoleAssignment.objects.filter(user=cast.leader).update(valid_to=clock.today() - datetime.timedelta(1))
    assert not asked(cast.leader)


def test_who_has_confirmed_can_still_say_that_something_is_unclear(
    duty: Any, document: Any, cast: Any, login: Any
) -> None:
    Confirmation.give(cast.reporter, document, "1")
    client = login(cast.reporter)
    for shown in (document.page.url, address(document)):
        html = client.get(shown).content.decode()
        assert address(document, "forstar-ikke/") in html
        assert f'action="{address(document)}"' not in html


def test_who_stands_in_for_a_leader_is_not_asked_to_read_as_one(document: Any, cast: Any, login: Any) -> None:
    ReadingDuty.require(cast.quality_manager, document, role=Role.UNIT_LEADER)
    days = {"first_day": clock.today(), "last_day": clock.today() + datetime.timedelta(5)}
    Absence.begin(cast.leader, person=cast.leader, deputy=cast.colleague, **days)
    deputy = User.objects.get(pk=cast.colleague.pk)
    assert not asked(deputy)
    assert confirmations.standing(deputy, document, document.latest_edition()) is None
    assert login(deputy).post(address(document), {"edition": "1"}).status_code == 403
    assert asked(cast.leader)


def test_who_moves_is_asked_by_the_new_unit_and_has_time_to_read(
    document: Any, duty: Any, cast: Any, units: Any
) -> None:
    assert not asked(cast.outsider)
    moved = timezone.now() + datetime.timedelta(40)
    with clock.set_to(moved):
        cast.outsider.unit = units.zone
        cast.outsider.save()
        (wanted,) = confirmations.waiting_for(cast.outsider)
        standing = confirmations.standing(cast.outsider, document, document.latest_edition())
    expected = timezone.localdate(moved) + datetime.timedelta(14)
    assert wanted.deadline == standing.deadline == expected  # type: ignore[union-attr]
    cast.reporter.unit = units.it
    cast.reporter.save()
    assert not asked(cast.reporter)


def test_the_stay_is_counted_from_the_last_unbroken_one() -> None:
    day = datetime.date(2026, 1, 1)
    week = datetime.timedelta(7)
    moves = [(day, "0001"), (day + week, "00010002"), (day + 2 * week, "0003"), (day + 3 * week, "00010001")]
    assert confirmations.came_within(moves, "0001") == day + 3 * week
    assert confirmations.came_within(moves, "0003") is None
    assert confirmations.came_within(moves, "") == day
    assert confirmations.came_within([], "") is None


def test_the_deadline_runs_from_the_latest_of_duty_and_version(pages: Any, duty: Any, document: Any, cast: Any) -> None:
    assert confirmations.waiting_for(cast.reporter)[0].deadline == clock.today() + datetime.timedelta(14)
    later = timezone.now() + datetime.timedelta(30)
    with clock.set_to(later):
        revise(pages, cast, "Meld samme dag.")
    with clock.set_to(later + datetime.timedelta(5)):
        revise(pages, cast, "Meld fra samme dag.", major=False)
        edition = document.latest_edition()
        expected = timezone.localdate(later) + datetime.timedelta(14)
        assert confirmations.waiting_for(cast.reporter)[0].deadline == expected
        assert confirmations.standing(cast.reporter, document, edition).deadline == expected  # type: ignore[union-attr]


def test_the_earliest_deadline_counts_for_who_is_asked_twice(duty: Any, document: Any, cast: Any) -> None:
    ReadingDuty.require(cast.quality_manager, document, days=3)
    (wanted,) = confirmations.waiting_for(cast.reporter)
    assert wanted.deadline == clock.today() + datetime.timedelta(3)


# What a confirmation holds for


def test_confirming_covers_editorial_versions_and_not_substantial_ones(
    pages: Any, duty: Any, document: Any, cast: Any
) -> None:
    assert asked(cast.reporter) == ["1"]
    Confirmation.give(cast.reporter, document, "1")
    assert asked(cast.reporter) == []
    revise(pages, cast, "Skrivefeil rettet.", major=False)
    assert asked(cast.reporter) == []
    revise(pages, cast, "Noe nytt å gjøre.")
    assert asked(cast.reporter) == ["2"]


def test_twice_is_harmless_and_keeps_the_first(pages: Any, duty: Any, document: Any, cast: Any, login: Any) -> None:
    client = login(cast.reporter)
    for _press in range(2):
        assert client.post(address(document), {"edition": "1"}).status_code == 302
    revise(pages, cast, "Skrivefeil rettet.", major=False)
    client.post(address(document), {"edition": "1.1"})
    confirmation = Confirmation.objects.get()
    assert (confirmation.user_name, confirmation.edition.label) == (str(cast.reporter), "1")


def test_who_read_an_older_version_gets_409_with_what_is_new(
    pages: Any, duty: Any, document: Any, cast: Any, login: Any
) -> None:
    revise(pages, cast, "Om tilgang til fagsystem, samme dag.")
    answer = login(cast.reporter).post(address(document), {"edition": "1"})
    assert answer.status_code == 409
    assert "<ins>" in answer.content.decode()
    assert not Confirmation.objects.exists()
    with pytest.raises(StaleVersion):
        Confirmation.give(cast.reporter, document, "1")


@pytest.mark.parametrize("label", ["", "9", "tull", "1.7"])
def test_a_version_that_never_was_cannot_be_confirmed(
    duty: Any, document: Any, cast: Any, login: Any, label: str
) -> None:
    assert login(cast.reporter).post(address(document), {"edition": label}).status_code == 409
    assert not Confirmation.objects.exists()


def test_what_is_withdrawn_is_neither_asked_for_nor_confirmed(
    pages: Any, duty: Any, document: Any, cast: Any, login: Any
) -> None:
    factories.withdraw(pages.access)
    assert not asked(cast.reporter)
    assert login(cast.reporter).post(address(document), {"edition": "1"}).status_code == 404
    with pytest.raises(ValidationError):
        Confirmation.give(cast.reporter, document, "1")
    with pytest.raises(ValidationError):
        ReadingDuty.require(cast.quality_manager, document)


def test_a_confirmation_is_for_ever(duty: Any, document: Any, cast: Any) -> None:
    given = Confirmation.give(cast.reporter, document, "1")
    for statement in ("UPDATE handbook_confirmation SET user_name = 'x'", "DELETE FROM handbook_confirmation"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Confirmation.objects.get() == given


# On the page


def test_the_page_shows_deadline_button_and_what_changed(
    pages: Any, duty: Any, document: Any, cast: Any, login: Any
) -> None:
    client = login(cast.reporter)
    page = client.get(pages.access.url).content.decode()
    assert 'id="bekreft"' in page
    assert "<ins>" not in page
    client.post(address(document), {"edition": "1"})
    assert f'action="{address(document)}"' not in client.get(pages.access.url).content.decode()
    revise(pages, cast, "Om tilgang til fagsystem, samme dag.")
    page = client.get(pages.access.url).content.decode()
    assert "<ins>" in page
    assert "sammenlign/1/2/" in page
    assert f'action="{address(document)}"' in page
    assert client.get(address(document)).status_code == 200


def test_the_box_costs_one_query_and_one_more_while_it_waits(pages: Any, duty: Any, document: Any, cast: Any) -> None:
    Confirmation.give(cast.reporter, document, "1")
    edition = revise(pages, cast, "Noe nytt.")
    confirmations.standing(cast.reporter, document, edition)  # roles and difference are read once
    for who, most in (("reporter", 2), ("outsider", 1)):
        user = getattr(cast, who)
        user.has_role()
        with CaptureQueriesContext(connection) as captured:
            confirmations.standing(user, document, edition)
        assert len(captured) <= most, captured.captured_queries


def test_a_persons_list_costs_the_same_for_one_duty_and_many(pages: Any, cast: Any, duty: Any, login: Any) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            confirmations.waiting_for(User.objects.select_related("unit").get(pk=cast.reporter.pk))
        return len(captured)

    one = cost()
    for page in (pages.lost, pages.process):
        ReadingDuty.require(cast.quality_manager, page.document)
    assert cost() == one <= 8
    my_page = login(cast.reporter).get("/min-side/").content.decode()
    assert my_page.count("/bekreft/") == 3
    assert login(cast.reporter).get("/").content.decode().count("/bekreft/") == 3


# "I don't understand this"


def test_not_understanding_opens_an_improvement_case_and_leaves_the_duty(
    pages: Any, duty: Any, document: Any, cast: Any, login: Any
) -> None:
    client = login(cast.reporter)
    form = client.get(address(document, "forstar-ikke/")).context["form"]
    data = {"description": "Hva er en ansvarsvakt?", "key": str(form["key"].value()), "section": ""}
    for _press in range(2):
        answer = client.post(address(document, "forstar-ikke/"), data)
    case = Case.objects.get()
    assert answer.headers["Location"] == f"/saker/{case.reference}/kvittering/"
    assert (case.kind, case.page_document_id, case.edition_label) == ("improvement", document.document_id, "1")
    assert case.unit == case.page_owner == pages.access.owner_unit
    assert asked(cast.reporter) == ["1"]


def test_nothing_unclear_is_refused_at_the_field(duty: Any, document: Any, cast: Any, login: Any) -> None:
    answer = login(cast.reporter).post(address(document, "forstar-ikke/"), {"description": " ", "key": "x"})
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"description", "key"}
    assert not Case.objects.exists()


# Who may ask


@pytest.mark.parametrize(
    ("who", "unit", "may"),
    [
        ("process_owner", None, True),
        ("process_owner", "home_care", True),
        ("quality_manager", None, True),
        ("director", None, True),
        ("leader", "home_care", True),
        ("leader", "zone", True),
        ("deputy", "home_care", True),
        ("leader", "it", False),
        ("leader", None, False),
        ("it_leader", "home_care", False),
        ("handler", "home_care", False),
        ("reporter", "home_care", False),
        ("auditor", "home_care", False),
        ("administrator", None, False),
        ("service_desk", "home_care", False),
    ],
)
def test_who_may_ask_whom(document: Any, cast: Any, units: Any, who: str, unit: str | None, may: bool) -> None:
    target = getattr(units, unit) if unit else None
    user = getattr(cast, who)
    if may:
        duty = ReadingDuty.require(user, document, unit=target)
        assert duty.history.get().actor_label == user.get_full_name()
        duty.switch_off(user, reason="Feil dokument")
    else:
        with pytest.raises(PermissionDenied):
            ReadingDuty.require(user, document, unit=target)
        duty = ReadingDuty.require(cast.quality_manager, document, unit=target)
        with pytest.raises(PermissionDenied):
            duty.switch_off(user, reason="Jeg vil ikke")


def test_a_superuser_without_role_asks_nobody(document: Any, cast: Any) -> None:
    cast.outsider.is_superuser = True
    with pytest.raises(PermissionDenied):
        ReadingDuty.require(cast.outsider, document)


def test_the_same_people_are_not_asked_twice(duty: Any, document: Any, cast: Any, units: Any, login: Any) -> None:
    answer = login(cast.leader).post(address(document, "leseplikt/"), {"unit": units.home_care.pk, "days": 14})
    assert answer.status_code == 200
    assert "unit" in answer.context["form"].errors
    for target in ({"unit": units.home_care}, {}):
        row = ReadingDuty(document=document, since=clock.today(), **target)
        if not target:
            ReadingDuty.require(cast.quality_manager, document)
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()
    assert ReadingDuty.objects.count() == 2


@pytest.mark.parametrize("days", ["0", "91", "-3", "x", ""])
def test_days_out_of_bounds_are_refused_at_the_field(
    document: Any, cast: Any, units: Any, login: Any, days: str
) -> None:
    answer = login(cast.leader).post(address(document, "leseplikt/"), {"unit": units.home_care.pk, "days": days})
    assert answer.context["form"].errors.keys() == {"days"}
    if days.lstrip("-").isdecimal():
        with pytest.raises(ValidationError):
            ReadingDuty.require(cast.leader, document, unit=units.home_care, days=int(days))
    assert not ReadingDuty.objects.exists()


def test_a_leader_is_offered_only_own_units(document: Any, cast: Any, units: Any, login: Any) -> None:
    client = login(cast.leader)
    page = client.get(address(document, "leseplikt/")).context["form"]
    assert set(page.fields["unit"].units) == {str(units.home_care.pk), str(units.zone.pk)}
    for unit in ("", units.it.pk, units.municipality.pk):
        answer = client.post(address(document, "leseplikt/"), {"unit": unit, "days": 14})
        assert "unit" in answer.context["form"].errors
    assert not ReadingDuty.objects.exists()


def test_a_duty_is_asked_for_and_switched_off_with_a_reason(document: Any, cast: Any, units: Any, login: Any) -> None:
    client = login(cast.leader)
    client.post(address(document, "leseplikt/"), {"unit": units.home_care.pk, "role": "", "days": 7})
    duty = ReadingDuty.objects.get()
    assert (duty.unit, duty.days, duty.since) == (units.home_care, 7, clock.today())
    Confirmation.give(cast.reporter, document, "1")
    off = address(document, f"leseplikt/{duty.pk}/av/")
    assert "reason" in client.post(off, {"version": 1, "reason": " "}).context["form"].errors
    assert client.post(off, {"version": 9, "reason": "Gammel"}).status_code == 409
    assert client.post(off, {"version": 1, "reason": "Erstattet av kurs"}).status_code == 302
    assert "Erstattet av kurs" in client.get(address(document, "leseplikt/")).content.decode()
    assert not asked(cast.colleague)
    assert Confirmation.objects.count() == 1
    assert client.post(off, {"version": 2, "reason": "Igjen"}).status_code == 200
    ReadingDuty.require(cast.leader, document, unit=units.home_care)


def test_a_leader_cannot_switch_off_what_the_municipality_asks(document: Any, cast: Any, login: Any) -> None:
    duty = ReadingDuty.require(cast.quality_manager, document)
    client = login(cast.leader)
    assert client.post(address(document, f"leseplikt/{duty.pk}/av/"), {"version": 1, "reason": "x"}).status_code == 403
    assert f"/{duty.pk}/av/" not in client.get(address(document, "leseplikt/")).content.decode()
    duty.refresh_from_db()
    assert duty.active

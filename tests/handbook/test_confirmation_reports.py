"""Who has read: numbers for all, names for those who lead them, in a fixed number of queries (G8)."""

import datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook
from simple_history.utils import bulk_create_with_history

from handbook import confirmation_reports, editions
from handbook.models import Confirmation, ReadingDuty
from organisation import clock
from organisation.models import User
from tests import factories
from tests.handbook.conftest import paragraphs

pytestmark = pytest.mark.django_db
MOST_QUERIES = 10


@pytest.fixture
def document(pages: Any, cast: Any) -> Any:
    """Everybody must read it; two in home care and one in IT have."""
    document = pages.access.document
    ReadingDuty.require(cast.quality_manager, document)
    for user in (cast.reporter, cast.leader, cast.outsider):
        Confirmation.give(user, document, "1")
    return document


def people_in(unit: Any, count: int) -> None:
    """Employees in any number, as an import makes them."""
    rows = [User(username=f"{unit.code}.{n}", first_name=f"Nr {n}", last_name="Mange", unit=unit) for n in range(count)]
    bulk_create_with_history(rows, User)


def rows_of(document: Any, reader: User, unit: Any = None) -> dict[str, tuple[int, int]]:
    report = confirmation_reports.of_document(document, reader, unit)
    return {row.name: (row.confirmed, row.asked) for row in report.units}


def names_of(document: Any, reader: User) -> set[str]:
    return {wanted.person.username for wanted in confirmation_reports.of_document(document, reader).people}


def test_the_share_is_counted_in_each_unit(document: Any, cast: Any) -> None:
    assert rows_of(document, cast.quality_manager) == {
        "Municipality": (0, 7),
        "Home care": (2, 5),
        "It": (1, 3),
    }
    whole = confirmation_reports.of_document(document, cast.auditor).whole
    assert (whole.asked, whole.confirmed, whole.waiting, whole.percent) == (15, 3, 12, 20)


def test_the_deactivated_are_not_counted(document: Any, cast: Any) -> None:
    for user in (cast.colleague, cast.reporter):
        user.is_active = False
        user.save()
    assert rows_of(document, cast.quality_manager)["Home care"] == (1, 3)


def test_who_moved_counts_where_they_are_now(document: Any, cast: Any, units: Any) -> None:
    cast.reporter.unit = units.it
    cast.reporter.save()
    assert rows_of(document, cast.quality_manager)["Home care"] == (1, 4)
    assert rows_of(document, cast.quality_manager)["It"] == (2, 4)


def test_a_new_substantial_version_begins_from_nothing(document: Any, pages: Any, cast: Any) -> None:
    pages.access.body = paragraphs("Skrivefeil.")
    editions.publish(pages.access, cast.approver, "Rettet.", major=False)
    assert confirmation_reports.of_document(document, cast.auditor).whole.confirmed == 3
    pages.access.body = paragraphs("Noe nytt.")
    editions.publish(pages.access, cast.approver, "Nytt.")
    assert confirmation_reports.of_document(document, cast.auditor).whole.confirmed == 0


HOME_CARE = {"reporter", "colleague", "leader", "deputy", "handler"}


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("leader", HOME_CARE),
        ("deputy", HOME_CARE),
        ("it_leader", {"outsider", "it_leader", "process_owner"}),
        ("reporter", set()),
        ("outsider", set()),
        ("handler", set()),
        ("process_owner", set()),
        ("editor", set()),
        ("service_desk", set()),
        ("administrator", set()),
    ],
)
def test_names_are_seen_by_those_who_lead_the_people(
    document: Any, cast: Any, login: Any, who: str, sees: set[str]
) -> None:
    user = getattr(cast, who)
    assert names_of(document, user) == sees
    page = login(user).get(f"/d/{document.document_id}/lest/").content.decode()
    for name in ("colleague", "process_owner"):
        assert (getattr(cast, name).get_full_name() in page.split("<main", 1)[1]) is (name in sees)


@pytest.mark.parametrize("who", ["quality_manager", "auditor", "director"])
def test_those_who_answer_for_the_whole_see_all_names(document: Any, cast: Any, who: str) -> None:
    assert len(names_of(document, getattr(cast, who))) == 15


def test_a_superuser_without_role_sees_no_names(document: Any, cast: Any) -> None:
    cast.outsider.is_superuser = True
    cast.outsider.save()
    assert names_of(document, cast.outsider) == set()


def test_numbers_of_small_units_are_not_shown_to_others(document: Any, cast: Any, units: Any) -> None:
    *others, small = confirmation_reports.of_document(document, cast.reporter).units
    assert [row.name for row in others] == ["Municipality", "Home care"]
    assert (small.small, small.unit, small.confirmed, small.asked) == (True, None, 1, 3)
    assert "It" in rows_of(document, cast.it_leader)
    alone = factories.make_user("alone", units.zone)
    assert "Zone north" not in rows_of(document, cast.reporter)
    assert rows_of(document, cast.leader)["Zone north"] == (0, 1)
    assert alone.username in names_of(document, cast.leader)


def test_the_filter_does_not_open_other_units(document: Any, cast: Any, units: Any, login: Any) -> None:
    client = login(cast.leader)
    page = client.get(f"/d/{document.document_id}/lest/?enhet={units.it.pk}")
    assert page.context["form"].unit is None
    assert {wanted.person.username for wanted in page.context["people"]} <= HOME_CARE
    own = client.get(f"/d/{document.document_id}/lest/?enhet={units.home_care.pk}&vis=confirmed")
    assert {wanted.person.username for wanted in own.context["people"]} == {"reporter", "leader"}
    assert [row.name for row in own.context["report"].units] == ["Home care"]
    assert client.get(f"/d/{document.document_id}/lest/?enhet=tull&vis=tull&s=x").status_code == 200


def test_the_late_are_found(document: Any, cast: Any, login: Any) -> None:
    with clock.set_to(timezone.now() + datetime.timedelta(20)):
        report = confirmation_reports.of_document(document, cast.leader)
        assert report.whole.late == 12
        late = confirmation_reports.shown(report.people, "late")
    assert {wanted.person.username for wanted in late} == HOME_CARE - {"reporter", "leader"}


def test_the_spreadsheet_holds_what_the_reader_may_see(document: Any, cast: Any, login: Any) -> None:
    cast.colleague.first_name = "=HYPERLINK(1)"
    cast.colleague.save()

    def sheets(user: User) -> dict[str, list[Any]]:
        answer = login(user).get(f"/d/{document.document_id}/lest/eksport.xlsx")
        book = load_workbook(BytesIO(answer.content))
        return {sheet.title: [cell for row in sheet.values for cell in row] for sheet in book}

    own = sheets(cast.leader)
    assert len(own) == 2
    assert "'=HYPERLINK(1) Testesen" in own[list(own)[1]]
    assert cast.outsider.get_full_name() not in own[list(own)[1]]
    assert len(sheets(cast.reporter)) == 1


def test_a_document_nobody_must_read_says_so(pages: Any, cast: Any, login: Any) -> None:
    answer = login(cast.leader).get(f"/d/{pages.lost.document.document_id}/lest/")
    assert answer.status_code == 200
    assert not answer.context["report"].units


def test_the_overview_is_of_the_own_unit_with_the_late_first(
    document: Any, pages: Any, cast: Any, units: Any, login: Any
) -> None:
    ReadingDuty.require(cast.leader, pages.lost.document, unit=units.home_care, days=1)
    with clock.set_to(timezone.now() + datetime.timedelta(5)):
        rows = confirmation_reports.overview(units.home_care)
    assert [(row.edition.title, row.asked, row.late) for row in rows] == [
        ("Tapt utstyr", 5, 5),
        ("Tilgang til fagsystem", 5, 0),
    ]
    page = login(cast.leader).get(f"/lest/?enhet={units.it.pk}")
    assert page.context["unit"] == units.home_care
    assert login(cast.quality_manager).get("/lest/").context["unit"] == units.municipality
    assert login(cast.it_leader).get("/lest/").context["rows"][0].asked == 3


@pytest.mark.parametrize("who", ["reporter", "handler", "editor", "process_owner", "administrator", "service_desk"])
def test_the_overview_is_shut_for_others(document: Any, cast: Any, login: Any, who: str) -> None:
    assert login(getattr(cast, who)).get("/lest/").status_code == 403


def test_the_reports_cost_the_same_for_forty_people_and_four_hundred(
    document: Any, cast: Any, units: Any, login: Any
) -> None:
    def cost(address: str) -> int:
        client = login(cast.director)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return sum(not query["sql"].startswith(("SAVEPOINT", "RELEASE")) for query in captured.captured_queries)

    def of_document() -> int:
        with CaptureQueriesContext(connection) as captured:
            confirmation_reports.of_document(document, User.objects.get(pk=cast.director.pk))
        return len(captured)

    people_in(units.zone, 26)
    few = (of_document(), cost(f"/d/{document.document_id}/lest/"), cost("/lest/"))
    people_in(units.it, 360)
    assert (of_document(), cost(f"/d/{document.document_id}/lest/"), cost("/lest/")) == few
    assert few[0] <= MOST_QUERIES

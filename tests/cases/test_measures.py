"""One list of every measure (G20): what a person sees of it, filters, and the spreadsheet."""

import datetime
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from cases.models import Action, LookUp
from organisation import clock
from tests import factories

pytestmark = pytest.mark.django_db
ADDRESS = "/saker/tiltak/"
YESTERDAY = datetime.timedelta(-1)


@pytest.fixture
def case(cast: Any) -> Any:
    return factories.make_case_with_cause(cast.reporter, cast.handler, title="Tilganger")


def shown(client: Any, query: str = "") -> list[str]:
    answer = client.get(f"{ADDRESS}?{query or 'alle=1'}")
    assert answer.status_code == 200
    return [line.text for line in answer.context["lines"]]


def late(case: Any, cast: Any, text: str) -> Action:
    action = factories.make_action(case, cast.handler, cast.reporter, text=text)
    Action.objects.filter(pk=action.pk).update(deadline=clock.today() + YESTERDAY)
    return action


def test_the_soonest_deadline_is_first_and_dropped_ones_are_left_out(cast, case, login):
    factories.make_action(case, cast.handler, cast.reporter, text="Senere", deadline=clock.today() + -YESTERDAY * 40)
    factories.make_action(case, cast.handler, cast.reporter, text="Snart")
    dropped = factories.make_action(case, cast.handler, cast.reporter, text="Droppet")
    dropped.cancel(cast.handler, reason="Dekkes av et annet tiltak.")
    client = login(cast.handler)
    assert shown(client) == ["Snart", "Senere"]
    assert shown(client, "tilstand=droppet") == ["Droppet"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("tilstand=forfalt", ["For sent"]),
        ("tilstand=ugjort", ["For sent", "Ugjort"]),
        ("tilstand=evalueres", ["Gjort"]),
        ("q=ugjort", ["Ugjort"]),
        ("type=deviation", ["For sent", "Gjort", "Ugjort"]),
        ("type=ros_measure", []),
        ("slag=preventive", []),
        ("mine=on", []),
        ("tilstand=tull", ["For sent", "Gjort", "Ugjort"]),
    ],
)
def test_filters(cast, case, login, query, expected):
    late(case, cast, "For sent")
    factories.make_action(case, cast.handler, cast.reporter, text="Ugjort")
    done = factories.make_action(case, cast.handler, cast.reporter, text="Gjort")
    done.complete(cast.reporter, note="Gjort ferdig.")
    assert sorted(shown(login(cast.handler), query)) == expected


def test_by_unit_with_those_below(cast, case, login, units):
    factories.make_action(case, cast.handler, cast.reporter, text="Hjemme")
    client = login(cast.handler)
    assert shown(client, f"enhet={units.municipality.pk}") == ["Hjemme"]
    assert shown(client, f"enhet={units.it.pk}") == []


def test_by_deadline(cast, case, login):
    factories.make_action(case, cast.handler, cast.reporter, text="Snart")
    day = clock.today() + datetime.timedelta(14)
    client = login(cast.handler)
    assert shown(client, f"fra={day}&til={day}") == ["Snart"]
    assert shown(client, f"fra={day + datetime.timedelta(1)}") == []


def test_a_colleague_sees_roles_and_no_names(cast, case, login):
    name = cast.reporter.get_full_name()
    factories.make_action(case, cast.handler, cast.reporter, text=f"{name} ringer 91234567")
    page = login(cast.outsider).get(f"{ADDRESS}?alle=1").content.decode()
    assert name not in page
    assert "91234567" not in page


def test_what_is_masked_is_not_found_either(cast, case, login):
    factories.make_action(case, cast.handler, cast.reporter, text="Ring 91234567")
    assert shown(login(cast.outsider), "q=91234567") == []
    assert shown(login(cast.handler), "q=91234567") == ["Ring 91234567"]
    assert len(shown(login(cast.outsider), f"q={case.reference}")) == 1


def test_a_sealed_case_has_no_measures_for_those_who_may_not_read_it(cast, case, login):
    factories.make_action(case, cast.handler, cast.reporter, text="Skjermet tiltak")
    case.seal(cast.leader, sealed=True, reason="Personopplysninger.")
    assert shown(login(cast.outsider)) == []
    assert shown(login(cast.leader)) == ["Skjermet tiltak"]


def test_the_spreadsheet_has_what_is_shown_and_a_sealed_case_in_it_is_a_look_up(cast, case, login):
    factories.make_action(case, cast.handler, cast.reporter, text="=HYPERLINK(1)")
    case.seal(cast.leader, sealed=True, reason="Personopplysninger.")
    answer = login(cast.leader).get(f"{ADDRESS}eksport.xlsx?alle=1")
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == ["'=HYPERLINK(1)"]
    assert LookUp.objects.filter(case=case, user=cast.leader, what=LookUp.What.EXPORT).count() == 1
    nothing = login(cast.outsider).get(f"{ADDRESS}eksport.xlsx?alle=1")
    assert load_workbook(io.BytesIO(nothing.content)).active.max_row == 1


def test_queries_do_not_grow_with_the_measures(cast, case, login, django_assert_max_num_queries):
    for number in range(12):
        factories.make_action(case, cast.handler, cast.reporter, text=f"Tiltak {number}")
    client = login(cast.outsider)
    client.get(f"{ADDRESS}?alle=1")
    with django_assert_max_num_queries(12):
        assert len(shown(client)) == 12


def test_nothing_yet_says_where_measures_come_from(cast, login):
    page = login(cast.outsider).get(f"{ADDRESS}?alle=1").content.decode()
    assert 'class="empty' in page
    assert 'href="/saker/"' in page

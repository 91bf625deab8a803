"""Cells of several rows saved at once: nobody overwrites another, nothing is lost, nothing comes twice (S51–S55)."""

import json
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisation import clock
from risk import grid
from risk.grid import Do, Step
from tests import factories

JSON = "application/json"


@pytest.fixture
def draft(cast):
    return factories.make_assessment(cast.leader, rows=2)


def write(row, cell, value, was=None):
    return {"do": "write", "key": str(getattr(row, "key", row)), "cell": cell, "was": was or "", "value": value}


def address(assessment):
    return reverse("risk:save_cells", args=[assessment.pk])


def post(client, assessment, *steps):
    return client.post(address(assessment), json.dumps({"steps": steps}), content_type=JSON)


def threats(assessment):
    return [row.threat for row in assessment.rows.live()]


# What is saved


def test_a_cell_is_saved_with_its_history_and_what_it_means(cast, draft, login):
    row = draft.rows.first()
    answer = post(login(cast.handler), draft, write(row, "probability", "4", "2"), write(row, "consequence", "3", "2"))
    told = answer.json()["rows"][0]
    row.refresh_from_db()
    assert (answer.status_code, row.probability, row.consequence, row.version) == (200, 4, 3, 2)
    assert row.history.first().actor_label == cast.handler.get_full_name()
    assert row.history.count() == 2, "two cells of a row are one change"
    assert "12" in told["products"]["score"]
    assert "risk__demand" in told["products"]["score"]
    assert told["says"].keys() == {"preventive"}


@pytest.mark.parametrize("score", ["2", "5"])
def test_ten_demands_nothing(cast, draft, login, score):
    row = draft.rows.first()
    answer = post(login(cast.leader), draft, write(row, "probability", "2", "2"), write(row, "consequence", "5", "2"))
    assert "risk__demand" not in answer.json()["rows"][0]["products"]["score"]


def test_every_sort_of_cell(cast, draft, login):
    row = draft.rows.first()
    answer = post(
        login(cast.leader),
        draft,
        write(row, "aspect", "Første linje\r\nandre linje", row.aspect),
        write(row, "law_breach", "ja"),
        write(row, "responsible", cast.handler.email),
        write(row, "deadline", "31.12.2099"),
    )
    row.refresh_from_db()
    assert answer.json()["errors"] == {}
    assert (row.aspect, row.law_breach, row.responsible) == ("Første linje\nandre linje", True, cast.handler)
    assert answer.json()["rows"][0]["texts"]["deadline"] == "2099-12-31"


def test_a_row_is_added_where_it_is_wanted_and_only_once(cast, draft, login):
    first, second = draft.rows.all()
    key = str(uuid.uuid4())
    steps = [{"do": "add", "key": key, "after": str(first.key)}, write(key, "threat", "Midt imellom")]
    for _time in range(2):
        assert post(login(cast.leader), draft, *steps).status_code == 200
    assert threats(draft) == [first.threat, "Midt imellom", second.threat]
    row = draft.rows.get(key=key)
    assert (row.version, row.history.count()) == (1, 1)


def test_a_block_is_pasted_below_the_last_row(cast, draft, login):
    keys = [str(uuid.uuid4()) for _number in range(5)]
    steps = []
    for number, key in enumerate(keys):
        after = keys[number - 1] if number else str(draft.rows.last().key)
        steps += [{"do": "add", "key": key, "after": after}, write(key, "threat", f"Limt {number}")]
    post(login(cast.leader), draft, *steps)
    assert threats(draft)[2:] == [f"Limt {number}" for number in range(5)]


def test_rows_are_moved_removed_and_put_back(cast, draft, login):
    client = login(cast.leader)
    first, second = draft.rows.all()
    post(client, draft, {"do": "move", "key": str(second.key), "after": None})
    assert threats(draft) == [second.threat, first.threat]
    post(client, draft, {"do": "move", "key": str(second.key), "after": str(first.key)})
    post(client, draft, {"do": "remove", "key": str(first.key)}, {"do": "remove", "key": str(first.key)})
    assert threats(draft) == [second.threat]
    post(client, draft, {"do": "restore", "key": str(first.key)})
    assert threats(draft) == [first.threat, second.threat]


def test_between_two_rows_there_is_always_room(cast, draft):
    first = draft.rows.first()
    for number in range(60):
        key = uuid.uuid4()
        add = [Step(Do.ADD, key, after=first.key), Step(Do.WRITE, key, "threat", "", str(number))]
        grid.save(cast.leader, draft, add)
    assert threats(draft)[1:61] == [str(number) for number in reversed(range(60))]


def test_what_is_done_is_undone_by_its_opposite(cast, draft, login):
    row = draft.rows.first()
    client = login(cast.leader)
    post(client, draft, write(row, "threat", "Nytt", row.threat))
    post(client, draft, write(row, "threat", row.threat, "Nytt"))
    row.refresh_from_db()
    assert row.threat == "Trussel 1"


def test_the_same_again_changes_nothing(cast, draft, login):
    row = draft.rows.first()
    for _time in range(2):
        answer = post(login(cast.leader), draft, write(row, "threat", "Nytt", "Trussel 1"))
        assert answer.json()["conflicts"] == {}
    row.refresh_from_db()
    assert (row.version, row.history.count()) == (2, 2)


def test_a_line_break_is_a_line_break(cast, draft, login):
    """A form sends another sort than the grid: nobody else has written because of that."""
    row = draft.rows.first()
    row.write(cast.leader, threat="En\r\nto")
    answer = post(login(cast.leader), draft, write(row, "threat", "En\nto\ntre", "En\nto"))
    row.refresh_from_db()
    assert (answer.json()["conflicts"], row.threat) == ({}, "En\nto\ntre")


# What is not saved


def test_two_on_the_same_cell_see_both_texts_and_neither_is_overwritten(cast, draft, login):
    row = draft.rows.first()
    key = str(row.key)
    post(login(cast.deputy), draft, write(row, "threat", "Stedfortreders tekst", "Trussel 1"))
    mine = (write(row, "threat", "Min tekst", "Trussel 1"), write(row, "aspect", "Mitt forhold", row.aspect))
    answer = post(login(cast.leader), draft, *mine)
    row.refresh_from_db()
    assert answer.json()["conflicts"] == {key: {"threat": "Stedfortreders tekst"}}
    assert (row.threat, row.aspect) == ("Stedfortreders tekst", "Mitt forhold"), "the other cell is saved"


@pytest.mark.parametrize("wrong", ["0", "6", "2,5", "2.5", "-1", "mye", "=2+2", "1e3", "٣", "4 5"])
def test_a_wrong_number_is_told_at_its_cell_and_the_rest_is_saved(cast, draft, login, wrong):
    row = draft.rows.first()
    steps = (write(row, "probability", wrong, "2"), write(row, "threat", "Lagret likevel", "Trussel 1"))
    answer = post(login(cast.leader), draft, *steps)
    row.refresh_from_db()
    assert list(answer.json()["errors"][str(row.key)]) == ["probability"]
    assert (row.probability, row.threat) == (2, "Lagret likevel")


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [("threat", "x" * 2_001), ("law_breach", "kanskje"), ("responsible", "Ingen Her"), ("deadline", "i morgen")],
)
def test_other_cells_that_say_no(cast, draft, login, cell, wrong):
    row = draft.rows.first()
    answer = post(login(cast.leader), draft, write(row, cell, wrong, "Trussel 1" if cell == "threat" else ""))
    assert answer.json()["errors"][str(row.key)][cell]
    assert draft.rows.first().version == 1


def test_a_row_somebody_removed_is_told(cast, draft, login):
    row = draft.rows.first()
    row.remove(cast.deputy)
    answer = post(login(cast.leader), draft, write(row, "threat", "Nytt", "Trussel 1")).json()
    assert answer["gone"] == [str(row.key)]
    assert draft.rows.get(pk=row.pk).threat == "Trussel 1"


def test_a_row_of_another_assessment_is_not_reached(cast, draft):
    other = factories.make_assessment(cast.leader, rows=1, title="En annen").rows.get()
    outcome = grid.save(cast.leader, draft, [Step(Do.WRITE, other.key, "threat", "Trussel 1", "Kapret")])
    other.refresh_from_db()
    assert (outcome.gone, other.threat) == ({other.key}, "Trussel 1")
    with pytest.raises(ValidationError):
        grid.save(cast.leader, draft, [Step(Do.ADD, other.key)])


def test_outsiders_change_nothing(cast, draft, login):
    row = draft.rows.first()
    step = write(row, "threat", "Kapret", "Trussel 1")
    assert post(login(cast.outsider), draft, step).status_code == 404, "a draft of another unit isn't there"
    assert post(login(cast.auditor), draft, step).status_code == 403
    with pytest.raises(PermissionDenied):
        grid.save(cast.outsider, draft, [Step(Do.WRITE, row.key, "threat", "Trussel 1", "Kapret")])
    assert draft.rows.first().threat == "Trussel 1"


def test_a_participant_fills_in(cast, draft, login):
    draft.add_participant(cast.leader, user=cast.outsider)
    answer = post(login(cast.outsider), draft, write(draft.rows.first(), "threat", "Med på laget", "Trussel 1"))
    assert (answer.status_code, draft.rows.first().threat) == (200, "Med på laget")


def test_what_is_decided_is_locked(cast, login):
    decided = factories.make_decided(cast.leader)
    row = decided.rows.get()
    answer = post(login(cast.leader), decided, write(row, "threat", "For sent", row.threat))
    assert answer.status_code == 409
    assert answer.json()["message"]
    assert login(cast.reporter).get(address(decided)).json()["draft"] is False


def test_without_the_token_nothing_is_taken(cast, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.leader)
    assert post(client, draft, write(draft.rows.first(), "threat", "Nytt", "Trussel 1")).status_code == 403
    token = client.get(address(draft)).json()["token"]
    body = json.dumps({"steps": [write(draft.rows.first(), "threat", "Nytt", "Trussel 1")]})
    answer = client.post(address(draft), body, content_type=JSON, headers={"X-CSRFToken": token})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        "",
        "ikke json",
        "[]",
        "{}",
        '{"steps": 4}',
        '{"steps": [4]}',
        '{"steps": [{"do": "write"}]}',
        '{"steps": [{"do": "drop", "key": "00000000-0000-4000-8000-000000000000"}]}',
        '{"steps": [{"do": "write", "key": "1", "cell": "threat"}]}',
        '{"steps": [{"do": "write", "key": "00000000-0000-4000-8000-000000000000", "cell": "assessment_id"}]}',
        '{"steps": [{"do": "write", "key": "00000000-0000-4000-8000-000000000000", "cell": ["threat"]}]}',
        '{"steps": [{"do": "write", "key": "00000000-0000-4000-8000-000000000000", "cell": "threat", "value": 4}]}',
        "[" * 100_000,
        b"\xff\xfe",
    ],
)
def test_something_else_than_steps_is_400_with_a_word(cast, draft, login, body):
    answer = login(cast.leader).post(address(draft), body, content_type=JSON)
    assert (answer.status_code, list(answer.json())) == (400, ["message"])


def test_too_much_at_once_is_400_with_a_word(cast, draft, login):
    row = draft.rows.first()
    client = login(cast.leader)
    for steps in ([write(row, "threat", "x")] * 401, [write(row, "threat", "x" * 100_001)]):
        assert post(client, draft, *steps).status_code == 400
    assert post(client, draft, write(row, "threat", "x" * 3_000_000)).status_code == 400


def test_what_nobody_sees_is_left_out(cast, draft, login):
    body = json.dumps({"steps": [write(draft.rows.first(), "threat", "Syn\x00lig\x0b \ud800tekst", "Trussel 1")]})
    assert login(cast.leader).post(address(draft), body, content_type=JSON).status_code == 200
    assert draft.rows.first().threat == "Synlig tekst"


# What others do


def test_one_sees_what_the_other_writes(cast, draft, login):
    client = login(cast.leader)
    newest = client.get(address(draft)).json()["newest"]
    quiet = client.get(f"{address(draft)}?siden={newest}").json()
    assert (quiet["rows"], "order" in quiet) == ([], False)
    first, second = draft.rows.all()
    post(login(cast.deputy), draft, write(second, "threat", "Fra den andre", "Trussel 2"))
    first.remove(cast.deputy)
    told = client.get(f"{address(draft)}?siden={newest}").json()
    assert {row["key"]: row["removed"] for row in told["rows"]} == {str(first.key): True, str(second.key): False}
    assert told["order"] == [str(second.key)]
    assert told["newest"] > newest


def test_a_draft_tells_nothing_to_outsiders(cast, draft, login):
    assert login(cast.outsider).get(address(draft)).status_code == 404
    for odd in ("-1", "x", "9" * 40, "²"):
        assert login(cast.leader).get(address(draft), {"siden": odd}).status_code == 200


# What it costs


def queries(call):
    with CaptureQueriesContext(connection) as asked:
        call()
    return len(asked)


def test_saving_a_cell_asks_the_same_however_many_rows(cast, login):
    client = login(cast.leader)
    client.get("/")
    costs = []
    for rows in (2, 40):
        assessment = factories.make_assessment(cast.leader, rows=rows)
        row = assessment.rows.first()
        costs.append(queries(lambda a=assessment, r=row: post(client, a, write(r, "threat", "Nytt", "Trussel 1"))))
    assert costs[0] == costs[1] <= 25, costs


@pytest.mark.parametrize("decided", [False, True])
def test_the_page_asks_the_same_however_many_rows(cast, login, decided):
    client = login(cast.leader)
    costs = []
    for rows in (2, 40):
        assessment = factories.make_assessment(cast.leader)
        for number in range(rows):
            factories.make_serious_risk(assessment, cast.leader, threat=f"Trussel {number}", responsible=cast.handler)
        if decided:
            assessment.decide(cast.leader)
        client.get(assessment.get_absolute_url())
        costs.append(queries(lambda a=assessment: client.get(a.get_absolute_url())))
    assert costs[0] == costs[1], costs


# How it is shown


def test_a_reader_of_a_draft_gets_no_grid_to_write_in(cast, draft, login):
    page = login(cast.auditor).get(draft.get_absolute_url()).content.decode()
    assert "<risk-grid" not in page
    assert "Trussel 1" in page
    assert "<risk-grid" in login(cast.leader).get(draft.get_absolute_url()).content.decode()


def test_a_decided_row_shows_its_case_to_those_who_may_read_it(cast, login):
    serious = {"probability": 4, "consequence": 4, "preventive": "Gå to sammen"}
    decided = factories.make_decided(cast.leader, serious)
    case = decided.rows.get().case
    page = login(cast.reporter).get(decided.get_absolute_url()).content.decode()
    assert case.reference in page
    assert "<risk-grid" not in page
    case.seal(cast.leader, sealed=True, reason="Helse")
    page = login(cast.outsider).get(decided.get_absolute_url()).content.decode()
    assert case.reference not in page
    assert case.reference in login(cast.leader).get(decided.get_absolute_url()).content.decode()


def test_a_new_row_is_left_in_peace_until_something_stands_there(cast, draft):
    key = uuid.uuid4()
    outcome = grid.save(cast.leader, draft, [Step(Do.ADD, key, after=draft.rows.last().key)])
    assert outcome.says == {key: {}}
    outcome = grid.save(cast.leader, draft, [Step(Do.WRITE, key, "aspect", "", "Drift")])
    assert outcome.says[key].keys() == {"threat", "probability", "consequence"}


def test_the_other_of_two_alike_is_told_too(cast, draft):
    first, second = draft.rows.all()
    outcome = grid.save(cast.leader, draft, [Step(Do.WRITE, second.key, "threat", "Trussel 2", "Trussel 1")])
    assert {row.key for row in outcome.rows} == {first.key, second.key}
    assert all("threat" in outcome.says[key] for key in (first.key, second.key))


def test_a_deadline_that_is_past_is_told_at_its_cell(cast, draft):
    row = draft.rows.first()
    yesterday = clock.today().replace(year=2020).isoformat()
    outcome = grid.save(cast.leader, draft, [Step(Do.WRITE, row.key, "deadline", "", yesterday)])
    assert "deadline" in outcome.says[row.key]

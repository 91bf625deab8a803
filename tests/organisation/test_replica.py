"""Reading from a replica: never older than the request, never wrong when it is down, never after a write."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connections
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from organisation import replica as replicas
from organisation.models import Reminder, User
from organisation.replica import ALIAS, Replica, Router, reads_from_replica


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which database each read goes to, by the router as a view meets it."""
    return []


@pytest.fixture
def reading(asked: list[str]) -> Any:
    @reads_from_replica
    def view(request: HttpRequest) -> HttpResponse:
        asked.append(Router().db_for_read(User))
        return HttpResponse("ok")

    return view


@pytest.fixture
def caught_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Replica, "may_be_asked", lambda self: True)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[dict[str, list[Any]]]:
    """What primary and replica answer about how far they are; what is raised is an exception."""
    given: dict[str, list[Any]] = {DEFAULT_DB_ALIAS: ["0/5"], ALIAS: [True]}

    def ask(alias: str, statement: str, *parameters: Any) -> Any:
        answer = given[alias].pop(0) if len(given[alias]) > 1 else given[alias][0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(replicas, "_ask", ask)
    monkeypatch.setattr(replicas, "PAUSE", 0)
    monkeypatch.setitem(settings.DATABASES, ALIAS, {})
    yield given


def test_without_a_replica_the_primary_answers(reading: Any, asked: list[str]) -> None:
    assert reading(RequestFactory().get("/")).status_code == 200
    assert asked == [DEFAULT_DB_ALIAS]


def test_a_view_that_says_so_reads_from_the_replica(reading: Any, asked: list[str], caught_up: None) -> None:
    reading(RequestFactory().get("/"))
    assert asked == [ALIAS]
    assert Router().db_for_read(User) == DEFAULT_DB_ALIAS, "and only that view"


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_what_changes_something_never_reads_from_it(
    reading: Any, asked: list[str], caught_up: None, method: str
) -> None:
    reading(getattr(RequestFactory(), method)("/"))
    assert asked == [DEFAULT_DB_ALIAS]


def test_after_a_write_the_request_reads_what_it_wrote(caught_up: None) -> None:
    read = []

    @reads_from_replica
    def view(request: HttpRequest) -> HttpResponse:
        assert Router().db_for_write(Reminder) == DEFAULT_DB_ALIAS
        read.append(Router().db_for_read(User))
        return HttpResponse("ok")

    view(RequestFactory().get("/"))
    assert read == [DEFAULT_DB_ALIAS]


def test_a_replica_that_has_caught_up_may_be_asked(answers: dict[str, list[Any]]) -> None:
    assert Replica().may_be_asked()


def test_a_replica_that_is_a_moment_behind_is_waited_for(answers: dict[str, list[Any]]) -> None:
    answers[ALIAS] = [False, False, True]
    assert Replica().may_be_asked()


def test_a_replica_that_stays_behind_is_not_asked(
    answers: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "PATIENCE", 0)
    answers[ALIAS] = [False]
    assert not Replica().may_be_asked()


def test_a_copy_that_is_no_replica_is_not_asked(answers: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "PATIENCE", 0)
    answers[ALIAS] = [None]  # what a primary says of how much it has replayed
    assert not Replica().may_be_asked()


def test_a_replica_that_is_down_is_left_alone_for_a_while(answers: dict[str, list[Any]]) -> None:
    answers[ALIAS] = [OperationalError("gone"), True]
    replica = Replica()
    assert not replica.may_be_asked()
    assert not replica.may_be_asked(), "not asked again at once"
    replica.left_alone_until = 0
    assert replica.may_be_asked()


def test_a_replica_that_goes_down_under_way_costs_no_answer(
    answers: dict[str, list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replicas, "replica", Replica())
    read = []

    @reads_from_replica
    def view(request: HttpRequest) -> HttpResponse:
        read.append(Router().db_for_read(User))
        if read[-1] == ALIAS:
            raise OperationalError("terminating connection")
        return HttpResponse("ok")

    assert view(RequestFactory().get("/")).status_code == 200
    assert read == [ALIAS, DEFAULT_DB_ALIAS]
    assert not replicas.replica.may_be_asked()


def test_a_fault_of_the_view_itself_is_not_hidden(caught_up: None) -> None:
    @reads_from_replica
    def view(request: HttpRequest) -> HttpResponse:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        view(RequestFactory().get("/"))
    assert Router().db_for_read(User) == DEFAULT_DB_ALIAS


def test_only_the_primary_is_migrated() -> None:
    assert Router().allow_migrate(DEFAULT_DB_ALIAS, "cases")
    assert not Router().allow_migrate(ALIAS, "cases")


@pytest.mark.parametrize("address", ["/saker/", "/saker/eksport.xlsx", "/resultater/statistikk/"])
@pytest.mark.django_db
def test_heavy_pages_are_read_from_it(
    address: str, cast: Any, login: Any, settings: Any, caught_up: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DATABASE_ROUTERS = ["organisation.replica.Router"]
    connections[ALIAS] = connections[DEFAULT_DB_ALIAS]
    read: list[str] = []
    monkeypatch.setattr(Router, "db_for_read", lambda self, model, **hints: _noted(read))
    try:
        assert login(cast.director).get(address).status_code == 200
    finally:
        del connections[ALIAS]
    assert ALIAS in read


def _noted(read: list[str]) -> str:
    read.append(ALIAS if replicas._reading.get() else DEFAULT_DB_ALIAS)
    return read[-1]

"""What is proposed while one types (G14)."""

from types import SimpleNamespace
from typing import Any

import pytest

from search.models import Synonym
from tests import factories


def titles(client: Any, text: str) -> list[str]:
    answer = client.get("/sok/forslag/", {"q": text})
    assert answer.headers["Cache-Control"] == "private, no-store"
    return [one["title"] for one in answer.json()["suggestions"]]


@pytest.mark.parametrize("text", ["tilg", "TILGANG", "fagsys", "tilgang fag"])
def test_the_beginning_of_a_word_is_enough(pages: SimpleNamespace, cast: Any, login: Any, text: str) -> None:
    assert "Tilgang til fagsystem" in titles(login(cast.reporter), text)


@pytest.mark.parametrize("text", ["", "t", "fa", "?", "xyz", "tilgang hummer", "a" * 5_000])
def test_nothing_is_proposed_for_nothing(pages: SimpleNamespace, cast: Any, login: Any, text: str) -> None:
    assert titles(login(cast.reporter), text) == []


def test_a_word_that_means_the_same_is_enough(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    Synonym.objects.create(words="dings\nutstyr")
    assert titles(login(cast.reporter), "dings") == ["Tapt utstyr"]


@pytest.mark.parametrize("text", ["fagsytem", "tilgnag"])
def test_a_misspelt_word_proposes_what_was_meant(pages: SimpleNamespace, cast: Any, login: Any, text: str) -> None:
    assert "Tilgang til fagsystem" in titles(login(cast.reporter), text)


def test_a_case_somebody_may_not_read_is_not_proposed(cast: Any, login: Any) -> None:
    factories.make_case(cast.reporter, title="Skjellsandkake", sealed=True)
    assert titles(login(cast.outsider), "skjellsand") == []
    assert titles(login(cast.reporter), "skjellsand") == ["Skjellsandkake"]


def test_words_of_the_text_only_are_not_proposed(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    assert titles(login(cast.reporter), "økonomisjefen") == []


def test_each_leads_to_its_own_address(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    [one] = login(cast.reporter).get("/sok/forslag/", {"q": "fagsystem"}).json()["suggestions"]
    assert one == {
        "title": "Tilgang til fagsystem",
        "reference": pages.access.document.number,
        "type": "Prosedyre",
        "url": pages.access.document.get_absolute_url(),
    }


def test_the_handbook_comes_before_cases_and_there_are_six(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    for _n in range(8):
        factories.make_case(cast.reporter, title="Tilgang mangler")
    proposed = titles(login(cast.reporter), "tilgang")
    assert proposed[0] == "Tilgang til fagsystem"
    assert len(proposed) == 6


def test_it_costs_the_same_whatever_there_is(
    pages: SimpleNamespace, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.reporter)
    client.get("/sok/forslag/", {"q": "tilgang"})
    for _n in range(8):
        factories.make_case(cast.reporter, title="Tilgang mangler")
    with django_assert_max_num_queries(5):
        client.get("/sok/forslag/", {"q": "tilgang"})

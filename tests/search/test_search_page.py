"""The search page: straight to the thing, hits with marks, facets, advice, bad input (G14)."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from search.models import FruitlessSearch, IndexState
from search.words import VERSION
from tests import factories


@pytest.mark.parametrize("change", [str, str.lower, lambda name: name.replace("-", ""), lambda name: f"  {name} "])
def test_a_document_id_leads_straight_to_the_page(pages: SimpleNamespace, cast: Any, login: Any, change: Any) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": change(pages.access.document.document_id)})
    assert answer["Location"] == pages.access.document.get_absolute_url()


def test_a_number_leads_straight_to_the_page(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": pages.access.document.number})
    assert answer["Location"] == pages.access.document.get_absolute_url()


def test_a_number_nobody_bears_is_searched_for(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    assert login(cast.reporter).get("/sok/", {"q": "9.9.9"}).status_code == 200


def test_a_reference_leads_straight_to_the_case(cast: Any, login: Any) -> None:
    case = factories.make_case(cast.reporter)
    for typed in (case.reference, case.reference.replace("-", "")):
        assert login(cast.outsider).get("/sok/", {"q": typed})["Location"] == case.get_absolute_url()


def test_the_reference_of_a_sealed_case_leads_nowhere_for_others(cast: Any, login: Any) -> None:
    case = factories.make_case(cast.reporter, sealed=True)
    answer = login(cast.outsider).get("/sok/", {"q": case.reference})
    assert answer.status_code == 200
    assert case.get_absolute_url() not in answer.content.decode()
    assert login(cast.reporter).get("/sok/", {"q": case.reference}).status_code == 302


def test_a_number_in_another_system_leads_straight_to_the_case(cast: Any, login: Any) -> None:
    case = factories.make_case(cast.reporter)
    case.take_over(cast.leader, system="Arkiv", external_id="A-77", reason="Hører hjemme der.")
    assert login(cast.leader).get("/sok/", {"q": "a-77"})["Location"] == case.get_absolute_url()


def test_a_number_that_two_cases_have_elsewhere_is_searched_for(cast: Any, login: Any) -> None:
    for system in ("Arkiv", "Vaktmester"):
        case = factories.make_case(cast.reporter)
        case.take_over(cast.leader, system=system, external_id="A-77", reason="Hører hjemme der.")
    answer = login(cast.leader).get("/sok/", {"q": "A-77"})
    assert answer.status_code == 200
    assert answer.context["results"].total == 2


def test_hits_are_marked_and_escaped(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    factories.make_case(cast.colleague, description="<script>alert(1)</script> tilganger & mer")
    html = login(cast.reporter).get("/sok/", {"q": "tilgang"}).content.decode()
    assert "<mark>Tilgang</mark> til fagsystem" in html
    assert "<script>alert" not in html
    assert "<mark>tilganger</mark> &amp; mer" in html


def test_the_query_itself_is_escaped(cast: Any, login: Any) -> None:
    html = login(cast.reporter).get("/sok/", {"q": '"><img src=x>'}).content.decode()
    assert "<img src=x>" not in html


def test_no_hits_gives_advice(cast: Any, login: Any) -> None:
    html = login(cast.reporter).get("/sok/", {"q": "finnesikke"}).content.decode()
    assert 'role="status"' in html
    assert "/meld/?type=improvement&amp;sokt=finnesikke" in html
    assert "/saker/?q=finnesikke" in html


def test_the_report_of_what_is_missing_says_what_was_searched_for(cast: Any, login: Any) -> None:
    answer = login(cast.reporter).get("/meld/", {"type": "improvement", "sokt": " <b>hummer  teine</b> "})
    assert answer.context["form"].initial["kind"] == "improvement"
    assert "&lt;b&gt;hummer teine&lt;/b&gt;" in answer.content.decode()
    assert "sokt" not in login(cast.reporter).get("/meld/").context["form"].initial


def test_an_empty_search_shows_how(cast: Any, login: Any) -> None:
    assert "autofocus" in login(cast.reporter).get("/sok/", {"q": "   "}).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        *(
            "%",
            "_",
            "\\",
            "'",
            '"',
            '"tilgang',
            "*",
            "(",
            ")",
            "-tilgang",
            "tilgang*",
            ":",
            "^",
            "~",
            "!",
            "&",
            "|",
            "<->",
        ),
        *("'; DROP TABLE", "NEAR(", "AND", "OR NOT", "title_words:tilgang", "{a b}: c", "a" * 10_000, "1" * 300),
        *("ord " * 2_500, "\u200b", "🙂", "٣", "ǅ", "tilgang " * 40, "æøå" * 100),
    ],
)
def test_odd_queries_are_answered(pages: SimpleNamespace, cast: Any, login: Any, query: str) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": query, "s": "x", "enhet": "x", "type": "'", "kapittel": "%"})
    assert answer.status_code == 200


@pytest.mark.parametrize("path", ["/sok/", "/sok/forslag/"])
def test_a_control_character_is_refused(cast: Any, login: Any, path: str) -> None:
    assert login(cast.reporter).get(path, {"q": "til\0gang"}).status_code == 400


@pytest.mark.parametrize("path", ["/sok/?q=tilgang", "/sok/forslag/?q=tilgang"])
def test_a_stranger_is_asked_to_log_in(db: None, path: str) -> None:
    assert Client().get(path)["Location"].startswith("/logg-inn/")


@pytest.mark.parametrize("path", ["/sok/", "/sok/forslag/"])
def test_searching_changes_nothing_so_it_is_not_posted(cast: Any, login: Any, path: str) -> None:
    assert login(cast.reporter).post(path, {"q": "tilgang"}).status_code == 405


class TestFacets:
    """What hits are narrowed down by."""

    @pytest.fixture
    def client(self, pages: SimpleNamespace, cast: Any, login: Any) -> Client:
        for _n in range(3):
            factories.make_case(cast.reporter, description="Fikk ikke tilgang.")
        return login(cast.reporter)

    def options(self, client: Client, **parameters: str) -> dict[str, tuple[int, bool]]:
        facets = client.get("/sok/", {"q": "tilgang", **parameters}).context["facets"]
        return {option.label: (option.number, option.is_chosen) for facet in facets for option in facet.options}

    def test_the_hits_are_counted(self, client: Client) -> None:
        assert self.options(client)["Saker"] == (3, False)
        assert self.options(client)["Håndboken"] == (2, False)

    def test_a_choice_narrows_down_and_can_be_let_go(self, client: Client) -> None:
        answer = client.get("/sok/", {"q": "tilgang", "type": "case"})
        assert {entry.source for entry in answer.context["hits"]} == {"case"}
        assert answer.context["results"].total == 3
        assert self.options(client, type="case")["Saker"] == (3, True)
        assert self.options(client, type="case")["Håndboken"] == (2, False), "other values of it are still there"

    def test_a_source_that_is_chosen_shows_its_types(self, client: Client) -> None:
        assert self.options(client, type="case")["Avvik"] == (3, False)
        assert "Avvik" not in self.options(client)

    def test_choices_in_two_facets_narrow_both(self, client: Client, cast: Any) -> None:
        answer = client.get("/sok/", {"q": "tilgang", "type": "case", "status": "case.received"})
        assert answer.context["results"].total == 3
        answer = client.get("/sok/", {"q": "tilgang", "type": "handbook", "status": "case.received"})
        assert answer.context["results"].total == 0
        assert "Vis alle treff" in answer.content.decode()

    def test_an_unknown_value_is_left_out(self, client: Client) -> None:
        assert client.get("/sok/", {"q": "tilgang", "type": "hemmelig", "enhet": "x"}).context["results"].total == 5

    def test_a_chapter_and_a_unit(self, client: Client, pages: SimpleNamespace) -> None:
        number = pages.access.document.number.split(".")[0]
        assert client.get("/sok/", {"q": "tilgang", "kapittel": number}).context["results"].total == 2
        unit = str(pages.access.owner_unit_id)
        assert client.get("/sok/", {"q": "tilgang", "enhet": unit}).context["results"].total >= 2

    def test_a_search_that_is_narrowed_down_is_not_noted_as_fruitless(self, client: Client) -> None:
        client.get("/sok/", {"q": "tilgang", "type": "risk"})
        assert not FruitlessSearch.objects.exists()


def test_hits_come_in_pages(cast: Any, login: Any) -> None:
    for _n in range(16):
        factories.make_case(cast.reporter, description="Fikk ikke tilgang.")
    first = login(cast.reporter).get("/sok/", {"q": "tilgang"})
    second = login(cast.reporter).get("/sok/", {"q": "tilgang", "s": "2"})
    assert len(first.context["hits"]) == 15
    assert len(second.context["hits"]) == 1
    assert "q=tilgang" in first.content.decode().split('rel="next"')[1][:60]


def test_a_misspelt_word_is_put_right_and_said(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": "fagsytem"})
    assert answer.context["results"].corrected_from == "fagsytem"
    assert [entry.title for entry in answer.context["hits"]] == ["Tilgang til fagsystem"]
    assert "fagsytem" in answer.content.decode()


def test_when_nothing_has_all_the_words_some_are_enough_and_it_is_said(
    pages: SimpleNamespace, cast: Any, login: Any
) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": "utstyr hummerteine"})
    assert answer.context["results"].only_some_words
    assert [entry.title for entry in answer.context["hits"]] == ["Tapt utstyr"]


def test_an_index_of_another_version_says_so(pages: SimpleNamespace, cast: Any, login: Any) -> None:
    IndexState.made(VERSION)
    assert "eldre versjon av systemet" not in login(cast.reporter).get("/sok/", {"q": "tilgang"}).content.decode()
    IndexState.made(VERSION - 1)
    assert "eldre versjon av systemet" in login(cast.reporter).get("/sok/", {"q": "tilgang"}).content.decode()


def test_search_costs_the_same_whatever_there_is(
    pages: SimpleNamespace, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.outsider)
    client.get("/sok/", {"q": "tilgang"})
    with django_assert_max_num_queries(10) as few:
        client.get("/sok/", {"q": "tilgang"})
    for number in range(20):
        factories.make_case(cast.reporter, description=f"Tilgang nummer {number}")
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/sok/", {"q": "tilgang"})

"""Search: straight to the thing, titles first, nobody finds what he may not read (G14, S30)."""

from types import SimpleNamespace

import pytest
from wagtail.models import Page

from handbook import editions
from handbook.models import HandbookIndexPage
from home import search
from tests import factories
from tests.conftest import Units


@pytest.fixture
def pages(handbook: HandbookIndexPage, cast: SimpleNamespace) -> SimpleNamespace:
    chapter = handbook.get_children().get(slug="stotteprosesser").specific
    body = [("purpose", "<p>Økonomisjefen og fagsystemet følger samme regel om nøkler.</p>")]
    access = factories.make_procedure(chapter, cast.editor, body=body)
    lost = factories.make_procedure(
        chapter,
        cast.editor,
        title="Tapt utstyr",
        summary="Hva du gjør.",
        body=[("purpose", "<p>Sperr tilgang straks.</p>")],
    )
    return SimpleNamespace(access=access, lost=lost, chapter=chapter)


def found(query: str) -> list[str]:
    return [edition.title for edition in search.documents(query)]


@pytest.mark.parametrize("lower", [False, True])
def test_a_document_id_leads_straight_to_the_page(pages: SimpleNamespace, cast, login, lower: bool) -> None:
    name = pages.access.document.document_id
    answer = login(cast.reporter).get("/sok/", {"q": f" {name.lower() if lower else name} "})
    assert answer["Location"] == pages.access.document.get_absolute_url()


def test_a_number_leads_straight_to_the_page(pages: SimpleNamespace, cast, login) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": pages.access.document.number})
    assert answer["Location"] == pages.access.document.get_absolute_url()


def test_a_number_nobody_bears_is_searched_for(pages: SimpleNamespace, cast, login) -> None:
    assert login(cast.reporter).get("/sok/", {"q": "9.9.9"}).status_code == 200


def test_a_reference_leads_straight_to_the_case(cast: SimpleNamespace, login) -> None:
    case = factories.make_case(cast.reporter)
    assert login(cast.outsider).get("/sok/", {"q": case.reference})["Location"] == case.get_absolute_url()


def test_the_reference_of_a_sealed_case_leads_nowhere_for_others(cast: SimpleNamespace, login) -> None:
    case = factories.make_case(cast.reporter, sealed=True)
    answer = login(cast.outsider).get("/sok/", {"q": case.reference})
    assert answer.status_code == 200
    assert case.get_absolute_url() not in answer.content.decode()
    assert login(cast.reporter).get("/sok/", {"q": case.reference}).status_code == 302


def test_hits_in_the_title_come_before_hits_in_the_text(pages: SimpleNamespace) -> None:
    assert found("tilgang") == ["Tilgang til fagsystem", "Tapt utstyr"]


def test_all_words_must_be_there(pages: SimpleNamespace) -> None:
    assert found("tilgang straks") == ["Tapt utstyr"]
    assert found("tilgang hummer") == []


@pytest.mark.parametrize("query", ["økonomisjefen", "Økonomisjefen", "ØKONOMISJEFEN", "nøkler"])
def test_norwegian_letters_are_found_whatever_the_case(pages: SimpleNamespace, query: str) -> None:
    assert found(query) == ["Tilgang til fagsystem"]


def test_only_the_edition_in_force_is_searched(pages: SimpleNamespace, cast: SimpleNamespace) -> None:
    page = pages.lost.specific
    page.summary = "Ring vakttelefonen."
    editions.publish(page, cast.approver, note="Ny telefon", major=True)
    assert found("vakttelefonen") == ["Tapt utstyr"]
    assert found("Hva du gjør") == []


def test_withdrawn_pages_and_drafts_are_not_found(pages: SimpleNamespace, cast: SimpleNamespace) -> None:
    factories.make_procedure(pages.chapter, cast.editor, title="Hemmelig utkast", publish=False)
    factories.withdraw(Page.objects.get(pk=pages.lost.pk))
    assert found("Hemmelig") == []
    assert found("Tapt") == []


def test_hits_are_marked_and_escaped(pages: SimpleNamespace, cast: SimpleNamespace, login) -> None:
    factories.make_case(cast.colleague, description="<script>alert(1)</script> tilgang & mer")
    html = login(cast.reporter).get("/sok/", {"q": "tilgang"}).content.decode()
    assert "<mark>Tilgang</mark> til fagsystem" in html
    assert "<script>alert" not in html
    assert "<mark>tilgang</mark> &amp; mer" in html


def test_the_query_itself_is_escaped(cast: SimpleNamespace, login) -> None:
    html = login(cast.reporter).get("/sok/", {"q": '"><img src=x>'}).content.decode()
    assert "<img src=x>" not in html


def test_sealed_cases_are_found_only_by_their_own(cast: SimpleNamespace) -> None:
    factories.make_case(cast.reporter, description="Pasienten ramlet i trappa", sealed=True)
    assert search.cases(cast.outsider, "trappa") == []
    assert search.cases(cast.handler, "trappa") == []
    assert len(search.cases(cast.leader, "trappa")) == 1
    assert len(search.cases(cast.reporter, "trappa")) == 1


def test_personal_data_can_not_be_searched_for_by_those_who_may_not_see_it(cast: SimpleNamespace) -> None:
    factories.make_case(cast.reporter, description="Ring meg på 91234567 om nøkkelskapet")
    assert search.cases(cast.outsider, "91234567") == []
    assert len(search.cases(cast.leader, "91234567")) == 1
    [hit] = search.cases(cast.outsider, "nøkkelskapet")
    assert "91234567" not in hit.description


def test_a_number_in_another_system_finds_the_case(cast: SimpleNamespace) -> None:
    case = factories.make_case(cast.reporter)
    case.take_over(cast.leader, system="Arkiv", external_id="A-77", reason="Hører hjemme der.")
    assert [hit.case for hit in search.cases(cast.leader, "A-77")] == [case]


def test_no_hits_gives_advice(cast: SimpleNamespace, login) -> None:
    html = login(cast.reporter).get("/sok/", {"q": "finnesikke"}).content.decode()
    assert 'role="status"' in html
    assert "/meld/" in html


def test_an_empty_search_shows_how(cast: SimpleNamespace, login) -> None:
    assert "autofocus" in login(cast.reporter).get("/sok/", {"q": "   "}).content.decode()


@pytest.mark.parametrize("query", ["%", "_", "a" * 5000, "'; DROP TABLE", "1" * 300, "\\", "ord " * 50])
def test_odd_queries_are_answered(cast: SimpleNamespace, login, query: str) -> None:
    assert login(cast.reporter).get("/sok/", {"q": query, "s": "x"}).status_code == 200


def test_search_costs_the_same_whatever_there_is(
    pages: SimpleNamespace, cast: SimpleNamespace, login, units: Units, django_assert_max_num_queries
) -> None:
    for number in range(12):
        factories.make_case(cast.reporter, description=f"Tilgang nummer {number}")
    client = login(cast.outsider)
    client.get("/sok/", {"q": "tilgang"})
    with django_assert_max_num_queries(10):
        client.get("/sok/", {"q": "tilgang"})

"""What editors do for those who search: pinned hits, synonyms, and the list of what nobody found (G14)."""

import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from organisation import clock
from search import indexing
from search.models import FruitlessSearch, Pin, Synonym
from tests import factories


@pytest.fixture
def key(pages: SimpleNamespace) -> str:
    return f"handbook:{pages.lost.document.pk}"


class TestPins:
    """A hit that comes first."""

    def test_a_pinned_hit_comes_first_and_only_once(
        self, pages: SimpleNamespace, key: str, cast: Any, login: Any
    ) -> None:
        assert login(cast.editor).post("/sok/fest/", {"q": "tilgang", "key": key})["Location"] == "/sok/?q=tilgang"
        answer = login(cast.reporter).get("/sok/", {"q": "Tilganger"})
        assert [entry.title for entry in answer.context["pinned"]] == ["Tapt utstyr"]
        assert [entry.title for entry in answer.context["hits"]] == ["Tilgang til fagsystem"]

    def test_it_comes_first_whatever_the_order_of_the_words(self, key: str, cast: Any, login: Any) -> None:
        Pin.put(cast.editor, "borte telefon", key)
        assert login(cast.reporter).get("/sok/", {"q": "telefonen borte"}).context["pinned"]
        assert not login(cast.reporter).get("/sok/", {"q": "telefonen"}).context["pinned"]

    def test_it_is_let_go_again_and_the_history_knows(self, key: str, cast: Any, login: Any) -> None:
        Pin.put(cast.editor, "tilgang", key)
        login(cast.editor).post("/sok/losne/", {"q": "tilgang", "key": key})
        assert not Pin.objects.exists()
        assert [row.history_type for row in Pin.history.order_by("history_id")] == ["+", "-"]
        assert {row.actor_label for row in Pin.history.all()} == {str(cast.editor)}

    def test_twice_is_once(self, key: str, cast: Any) -> None:
        assert Pin.put(cast.editor, "tilgang", key) == Pin.put(cast.editor, "tilgangen", key)

    def test_letting_go_what_is_not_pinned_changes_nothing(self, key: str, cast: Any, login: Any) -> None:
        assert login(cast.editor).post("/sok/losne/", {"q": "tilgang", "key": key}).status_code == 302

    @pytest.mark.parametrize("who", ["reporter", "leader", "auditor", "service_desk", "administrator"])
    @pytest.mark.parametrize("path", ["/sok/fest/", "/sok/losne/"])
    def test_others_may_not(self, key: str, cast: Any, login: Any, who: str, path: str) -> None:
        Pin.put(cast.editor, "tilgang", key)
        assert login(getattr(cast, who)).post(path, {"q": "tilgang", "key": key}).status_code == 403
        assert Pin.objects.count() == 1
        html = login(getattr(cast, who)).get("/sok/", {"q": "tilgang"}).content.decode()
        assert "/sok/losne/" not in html
        assert "/sok/fest/" not in html

    def test_by_the_domain_neither(self, key: str, cast: Any) -> None:
        with pytest.raises(PermissionDenied):
            Pin.put(cast.reporter, "tilgang", key)
        pin = Pin.put(cast.editor, "tilgang", key)
        with pytest.raises(PermissionDenied):
            pin.take_away(cast.reporter)

    def test_a_case_is_not_pinned(self, cast: Any, login: Any) -> None:
        case = factories.make_case(cast.reporter, sealed=True)
        with pytest.raises(ValidationError):
            Pin.put(cast.editor, "tilgang", f"case:{case.pk}")
        answer = login(cast.editor).post("/sok/fest/", {"q": "tilgang", "key": f"case:{case.pk}"}, follow=True)
        assert "Bare et dokument" in answer.content.decode()

    @pytest.mark.parametrize("query", ["", "   ", "!?", "og i på"])
    def test_a_search_without_words_has_no_pin(self, key: str, cast: Any, query: str) -> None:
        with pytest.raises(ValidationError):
            Pin.put(cast.editor, query, key)

    def test_a_withdrawn_page_is_not_shown_though_it_is_pinned(
        self, pages: SimpleNamespace, key: str, cast: Any, login: Any
    ) -> None:
        Pin.put(cast.editor, "tilgang", key)
        factories.withdraw(pages.lost)
        assert login(cast.reporter).get("/sok/", {"q": "tilgang"}).context["pinned"] == []

    def test_it_stays_when_the_index_is_made_anew(self, key: str, cast: Any, login: Any) -> None:
        Pin.put(cast.editor, "tilgang", key)
        list(indexing.renew_everything())
        assert login(cast.reporter).get("/sok/", {"q": "tilgang"}).context["pinned"]

    def test_it_is_not_posted_by_a_link(self, key: str, cast: Any, login: Any) -> None:
        assert login(cast.editor).get("/sok/fest/", {"q": "tilgang", "key": key}).status_code == 405


class TestSynonyms:
    """Words that mean the same."""

    def test_whoever_asks_for_one_finds_the_other(self, pages: SimpleNamespace, cast: Any, found: Any) -> None:
        assert found(cast.reporter, "dings") == []
        Synonym.objects.create(words="dings\nutstyr")
        assert found(cast.reporter, "dingsene") == ["Tapt utstyr"]

    def test_what_has_the_word_itself_comes_first(self, pages: SimpleNamespace, cast: Any, found: Any) -> None:
        factories.make_procedure(pages.chapter, cast.editor, title="Dings på lager")
        Synonym.objects.create(words="dings\nutstyr")
        assert found(cast.reporter, "dings") == ["Dings på lager", "Tapt utstyr"]

    @pytest.mark.parametrize("words", ["dings", "dings\n\n  ", "dings\ndings", ""])
    def test_one_alone_means_nothing(self, words: str) -> None:
        with pytest.raises(ValidationError):
            Synonym(words=words).full_clean()


class TestFruitless:
    """What nobody found."""

    def test_it_is_counted_and_most_asked_comes_first(self, cast: Any, login: Any) -> None:
        for query in ("Hummerteine", "hummerteine ", "krabbe"):
            login(cast.reporter).get("/sok/", {"q": query})
        assert list(FruitlessSearch.objects.most_asked().values_list("query", "times")) == [
            ("hummerteine", 2),
            ("krabbe", 1),
        ]

    def test_what_is_found_is_not_on_the_list(self, pages: SimpleNamespace, cast: Any, login: Any) -> None:
        login(cast.reporter).get("/sok/", {"q": "tilgang"})
        assert not FruitlessSearch.objects.exists()

    def test_what_is_found_first_when_it_is_put_right_is(self, pages: SimpleNamespace, cast: Any, login: Any) -> None:
        login(cast.reporter).get("/sok/", {"q": "fagsytem"})
        assert FruitlessSearch.objects.get().query == "fagsytem"

    @pytest.mark.parametrize(
        "query",
        [
            *("01010112345", "91 23 45 67", "kari@example.test", "Reporter", "sykmelding til Testesen", "???"),
            *("klage fra innbygger", "Ola-Peder Dunk", "brev til Ola Dunk"),
        ],
    )
    def test_what_may_be_about_a_person_is_not_kept(self, cast: Any, login: Any, units: Any, query: str) -> None:
        factories.make_outside_case(units.municipality, name="Kari Innbygger")
        login(cast.outsider).get("/sok/", {"q": query})
        assert not FruitlessSearch.objects.exists()

    def test_what_nobody_has_asked_for_in_a_year_is_forgotten(self, db: None) -> None:
        with clock.set_to(clock.now() - datetime.timedelta(366)):
            FruitlessSearch.count("krabbe")
            FruitlessSearch.count("hummer")
        FruitlessSearch.count("hummer")
        assert FruitlessSearch.objects.forget_old() == 1
        assert FruitlessSearch.objects.get().query == "hummer"


class TestRegisters:
    """In the admin."""

    ADDRESSES = ("/admin/search/synonym/", "/admin/search/pin/", "/admin/search/fruitlesssearch/")
    FILES = "/admin/search/entry/"

    @pytest.fixture
    def admin(self, cast: Any, login: Any) -> Client:
        return login(cast.editor)

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_those_who_write_the_handbook_see_them(self, admin: Client, key: str, cast: Any, address: str) -> None:
        Synonym.objects.create(words="dings\nutstyr")
        Pin.put(cast.editor, "dings", key)
        FruitlessSearch.count("dings")
        answer = admin.get(address)
        assert answer.status_code == 200
        assert "dings" in answer.content.decode()

    @pytest.mark.parametrize(
        "address", [*ADDRESSES, FILES, "/admin/search/synonym/create/", "/admin/search/pin/create/"]
    )
    @pytest.mark.parametrize("who", ["leader", "service_desk", "auditor", "administrator"])
    def test_others_do_not(self, cast: Any, login: Any, who: str, address: str) -> None:
        assert login(getattr(cast, who)).get(address).status_code in (302, 403)

    def test_synonyms_are_written_changed_and_deleted(self, admin: Client, cast: Any) -> None:
        admin.post("/admin/search/synonym/create/", {"words": "dings\nutstyr"})
        made = Synonym.objects.get()
        admin.post(f"/admin/search/synonym/edit/{made.pk}/", {"words": "greie\nutstyr", "shown_version": 1})
        made.refresh_from_db()
        assert made.phrases == ["greie", "utstyr"]
        admin.post(f"/admin/search/synonym/delete/{made.pk}/")
        assert not Synonym.objects.exists()
        assert [row.history_type for row in Synonym.history.order_by("history_id")] == ["+", "~", "-"]

    def test_a_word_alone_is_refused_beside_the_field(self, admin: Client) -> None:
        answer = admin.post("/admin/search/synonym/create/", {"words": "dings"})
        assert "Skriv minst to" in answer.content.decode()
        assert not Synonym.objects.exists()

    def test_two_editors_do_not_overwrite_each_other(self, admin: Client) -> None:
        made = Synonym.objects.create(words="dings\nutstyr", version=2)
        answer = admin.post(f"/admin/search/synonym/edit/{made.pk}/", {"words": "greie\nutstyr", "shown_version": 1})
        assert answer.status_code == 200
        made.refresh_from_db()
        assert made.phrases == ["dings", "utstyr"]

    def test_what_is_dealt_with_is_taken_off_the_list(self, admin: Client) -> None:
        FruitlessSearch.count("dings")
        admin.post(f"/admin/search/fruitlesssearch/delete/{FruitlessSearch.objects.get().pk}/")
        assert not FruitlessSearch.objects.exists()

    def test_what_nobody_found_becomes_a_synonym(self, admin: Client) -> None:
        FruitlessSearch.count("dings & greie")
        html = admin.get("/admin/search/fruitlesssearch/").content.decode()
        assert "/admin/search/synonym/create/?ord=dings+%26+greie" in html
        assert "dings &amp; greie" in admin.get("/admin/search/synonym/create/?ord=dings+%26+greie").content.decode()

    @pytest.mark.parametrize("name", ["title", "number", "document_id"])
    def test_a_document_is_pinned_by_what_people_know_it_by(
        self, admin: Client, pages: SimpleNamespace, key: str, name: str
    ) -> None:
        admin.post("/admin/search/pin/create/", {"query": "dings", "document": getattr(pages.lost.document, name)})
        assert list(Pin.objects.values_list("query", "key", "title")) == [("dings", key, "Tapt utstyr")]

    @pytest.mark.parametrize(
        ("query", "document", "said"),
        [("dings", "Finnes ikke", "Ingen dokumenter"), ("!?", "Tapt utstyr", "Skriv minst ett ord"), ("", "", "")],
    )
    def test_what_can_not_be_pinned_is_refused_beside_the_field(
        self, admin: Client, pages: SimpleNamespace, query: str, document: str, said: str
    ) -> None:
        answer = admin.post("/admin/search/pin/create/", {"query": query, "document": document})
        assert answer.status_code == 200
        assert said in answer.content.decode()
        assert not Pin.objects.exists()

    def test_a_case_is_not_pinned_by_its_reference(self, admin: Client, cast: Any) -> None:
        case = factories.make_case(cast.reporter)
        assert admin.post("/admin/search/pin/create/", {"query": "x", "document": case.reference}).status_code == 200
        assert not Pin.objects.exists()

    def test_a_pin_is_let_go(self, admin: Client, key: str, cast: Any) -> None:
        pin = Pin.put(cast.editor, "tilgang", key)
        admin.post(f"/admin/search/pin/delete/{pin.pk}/")
        assert not Pin.objects.exists()
        assert Pin.history.filter(history_type="-", actor_label=str(cast.editor)).exists()

    @pytest.mark.parametrize("who", ["leader", "service_desk", "administrator"])
    def test_others_do_not_pin(self, cast: Any, login: Any, pages: SimpleNamespace, who: str) -> None:
        login(getattr(cast, who)).post("/admin/search/pin/create/", {"query": "dings", "document": "Tapt utstyr"})
        assert not Pin.objects.exists()

    @pytest.mark.parametrize("address", ["/admin/search/fruitlesssearch/create/", "/admin/search/entry/create/"])
    def test_nobody_writes_what_comes_of_itself(self, admin: Client, address: str) -> None:
        assert admin.get(address).status_code in (302, 403)

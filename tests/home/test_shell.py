"""What surrounds every page: top bar, menu, appearance, error pages, health."""

import re
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client, override_settings
from django.urls import reverse

from cases.models import Notice
from organisation.models import Unit
from tests import factories
from tests.conftest import Units


def test_the_bar_names_the_organisation_and_leads_to_the_sections(cast: SimpleNamespace, login, units: Units) -> None:
    html = login(cast.reporter).get("/").content.decode()
    assert units.municipality.name in html
    for address in ("/handbok/", "/saker/", "/min-side/", "/meld/", "/sok/"):
        assert f'"{address}"' in html
    assert html.index('href="#innhold"') < html.index("<header")


@pytest.mark.parametrize(("address", "current"), [("/min-side/", "page"), ("/saker/", "page"), ("/handbok/", "page")])
def test_the_menu_says_where_we_are(cast: SimpleNamespace, login, address: str, current: str) -> None:
    html = login(cast.reporter).get(address, follow=True).content.decode()
    assert f'href="{address}" aria-current="{current}"' in html
    assert len(re.findall(r'class="navlink" href="[^"]*" aria-current', html)) == 1


def test_the_badge_counts_unread_notices_and_is_gone_without(cast: SimpleNamespace, login) -> None:
    client = login(cast.leader)
    assert 'class="count"' not in client.get("/min-side/").content.decode()
    factories.make_case(cast.reporter)
    assert Notice.objects.filter(user=cast.leader).unread().count() == 1
    assert 'class="count"' in client.get("/min-side/").content.decode()


@pytest.mark.parametrize(("name", "sees"), [("editor", True), ("reporter", False), ("leader", False)])
def test_only_those_with_something_to_do_there_are_led_to_the_admin(
    cast: SimpleNamespace, login, name: str, sees: bool
) -> None:
    html = login(getattr(cast, name)).get("/min-side/").content.decode()
    assert (f'href="{reverse("wagtailadmin_home")}"' in html) is sees


def test_strangers_see_no_menu_and_no_search(client: Client, db: None) -> None:
    html = client.get(reverse("login")).content.decode()
    assert "<nav" not in html
    assert "/sok/" not in html


def test_the_appearance_is_remembered_and_nonsense_is_not(cast: SimpleNamespace, login) -> None:
    client = login(cast.reporter)
    assert 'data-color-scheme="auto"' in client.get("/min-side/").content.decode()
    answer = client.post(reverse("colour_scheme"), {"scheme": "dark", "next": "/min-side/"})
    assert answer["Location"] == "/min-side/"
    assert 'data-color-scheme="dark"' in client.get("/min-side/").content.decode()
    client.cookies["colour_scheme"] = '"><script>'
    assert 'data-color-scheme="auto"' in client.get("/min-side/").content.decode()


def test_the_appearance_never_leads_to_another_site(cast: SimpleNamespace, login) -> None:
    answer = login(cast.reporter).post(reverse("colour_scheme"), {"scheme": "dark", "next": "https://evil.example/"})
    assert answer["Location"] == "/"


@pytest.mark.parametrize("address", ["/", "/min-side/", "/sok/", "/sok/?q=tilgang", "/nope/", "/logg-inn/"])
def test_pages_hold_no_inline_style_or_script(cast: SimpleNamespace, login, address: str) -> None:
    html = login(cast.leader).get(address, follow=True).content.decode()
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|<script(?![^>]*src=)", html)


@pytest.mark.parametrize("address", ["/", "/min-side/", "/sok/", "/sok/?q=tilgang", "/nope/"])
def test_every_page_has_one_first_heading_and_a_title(cast: SimpleNamespace, login, address: str) -> None:
    html = login(cast.leader).get(address).content.decode()
    assert html.count("<h1") == 1
    assert re.search(r"<title>[^<–]+ – [^<]+</title>", html)


def test_a_page_that_is_not_there_offers_search_and_the_way_home(cast: SimpleNamespace, login) -> None:
    answer = login(cast.reporter).get("/finnes-ikke/")
    assert answer.status_code == 404
    html = answer.content.decode()
    assert 'action="/sok/"' in html
    assert 'href="/"' in html


def test_a_control_character_gets_our_own_400(cast: SimpleNamespace, login) -> None:
    answer = login(cast.reporter).get("/sok/", {"q": "a\x00b"})
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()


def test_a_stale_form_gets_our_own_403(cast: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.reporter)
    answer = client.post(reverse("logout"))
    assert answer.status_code == 403
    assert 'class="error-code"' in answer.content.decode()


def test_health_is_public_and_says_ok(client: Client, db: None) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert client.post("/healthz").status_code == 405


def test_health_says_503_without_a_database(client: Client, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OperationalError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", refuse)
        assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("address", ["/", "/min-side/", "/sok/?q=tilgang", "/handbok/"])
def test_strangers_are_sent_to_login(client: Client, db: None, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("login"))


def test_logging_out_needs_a_post(cast: SimpleNamespace, login) -> None:
    client = login(cast.reporter)
    assert client.get(reverse("logout")).status_code == 405
    client.post(reverse("logout"))
    assert client.get("/min-side/").status_code == 302


def test_demo_users_are_on_the_login_page_only_in_the_demo(client: Client, db: None) -> None:
    assert "demo-passord" not in client.get(reverse("login")).content.decode()
    with override_settings(DEMO_LOGIN=True):
        assert "demo-passord" in client.get(reverse("login")).content.decode()


def test_a_wrong_password_is_told_above_the_form_and_the_name_kept(client: Client, cast: SimpleNamespace) -> None:
    html = client.post(reverse("login"), {"username": "reporter", "password": "x"}).content.decode()
    assert "ds-error-summary" in html
    assert 'value="reporter"' in html


def test_the_name_follows_the_root_unit(cast: SimpleNamespace, login, units: Units) -> None:
    Unit.objects.filter(pk=units.municipality.pk).update(name="Nabokommunen")
    cache.clear()
    assert "Nabokommunen" in login(cast.reporter).get("/min-side/").content.decode()
    cache.clear()


def test_the_login_page_names_the_organisation_and_not_the_server(
    client: Client, cast: SimpleNamespace, units: Units
) -> None:
    cache.clear()
    html = client.get(reverse("login")).content.decode()
    assert units.municipality.name in html
    assert "testserver" not in html


def test_errors_of_a_whole_form_are_told_once(client: Client, cast: SimpleNamespace) -> None:
    html = client.post(reverse("login"), {"username": "reporter", "password": "x"}).content.decode()
    assert html.count("<li>") == 1
    assert "ds-validation-message" not in html

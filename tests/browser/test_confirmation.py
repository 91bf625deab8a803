"""Read and understood in a real browser: `ansatt` confirms on a phone, without script too, and says what is unclear."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import VIEWS, findings

PHONE = {"viewport": {"width": 390, "height": 844}}


def to_confirm(page: Page, words: str) -> None:
    """From Min side to the document that waits."""
    page.goto("/min-side/")
    page.locator("section[aria-labelledby=to-confirm]").get_by_role("link", name=re.compile(words)).click()
    expect(page).to_have_url(re.compile(r"/d/FL-\d+/bekreft/$"))


def test_what_is_unclear_becomes_a_case_and_the_duty_stays(sign_in):
    page = sign_in("ansatt", **PHONE)
    to_confirm(page, "Tilgang til fagsystem")
    page.locator("a[href$='/forstar-ikke/']").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("[name=description][aria-invalid=true]")).to_be_visible()
    page.locator("[name=description]").fill("Hvem er ansvarsvakt i helgene?")
    page.locator("main form button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/saker/\d{4}-\d+/kvittering/$"))
    to_confirm(page, "Tilgang til fagsystem")


@pytest.mark.parametrize("view", VIEWS)
def test_screens_have_no_findings(sign_in, view):
    wrong = {}
    page = sign_in("ansatt", **VIEWS[view])
    to_confirm(page, "Tilgang til fagsystem")
    document = page.url.removesuffix("bekreft/")
    for rest in ("", "bekreft/", "forstar-ikke/", "lest/"):
        page.goto(document + rest)
        wrong[rest] = findings(page)
    leader = sign_in("leder", **VIEWS[view])
    for address in ("/lest/", f"{document}lest/", f"{document}leseplikt/"):
        assert leader.goto(address).status == 200
        wrong[address] = findings(leader)
    assert {address: found for address, found in wrong.items() if found} == {}


def test_an_employee_sees_what_changed_and_confirms_on_a_phone(sign_in):
    page = sign_in("ansatt", **PHONE)
    to_confirm(page, "Tilgang til fagsystem")
    expect(page.locator(".difference ins").first).to_be_visible()
    form = page.locator("main form[action$='/bekreft/']")
    form.locator("button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("5.3.2 Tilgang til fagsystem")
    expect(page.locator("#bekreft form")).to_have_count(0)
    page.goto("/min-side/")
    expect(page.locator("section[aria-labelledby=to-confirm]")).not_to_contain_text("Tilgang til fagsystem")


def test_on_a_phone_the_page_leads_to_the_box_for_those_who_are_asked(sign_in):
    page = sign_in("ansatt", **PHONE)
    to_confirm(page, "alvorlige hendelser")
    document = page.url.removesuffix("bekreft/")
    page.goto(document)
    page.locator("a[href='#bekreft']").click()
    expect(page.locator("#bekreft button[type=submit]")).to_be_in_viewport()
    other = sign_in("ansatt2", **PHONE)
    other.goto(document)
    expect(other.locator("header h1")).to_be_visible()
    expect(other.locator("a[href='#bekreft']")).to_be_hidden()


def test_confirming_needs_no_javascript(sign_in):
    page = sign_in("ansatt", java_script_enabled=False, **PHONE)
    to_confirm(page, "alvorlige hendelser")
    page.locator("main form[action$='/bekreft/'] button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("alvorlige hendelser")


def test_a_leader_sees_only_the_own_unit_by_name(sign_in):
    leader = sign_in("leder")
    leader.goto("/lest/")
    leader.locator("main table a").filter(has_text="Tilgang til fagsystem").click()
    people = leader.locator("section[aria-labelledby=people]")
    expect(people).to_contain_text("Hjemmetjenesten")
    expect(people).not_to_contain_text("Plan og bygg")

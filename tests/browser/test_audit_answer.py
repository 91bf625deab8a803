"""Answers on a tablet: saved when they are left, kept without a network, and never written over another's."""

import pytest
from playwright.sync_api import Page, expect

TABLET = {"viewport": {"width": 768, "height": 1024}}


@pytest.fixture
def question(sign_in) -> Page:
    """An open question of the audit under way, as its lead auditor."""
    page = sign_in("hms.leder", **TABLET)
    page.goto("/revisjoner/revisjon/?alle=1&status=in_field")
    page.locator("main table a").first.click()
    page.get_by_role("link", name="Svar på spørsmål").click()
    page.locator("section h2 a").nth(8).click()
    return page


def note(page: Page):
    return page.get_by_label("Merknad")


def test_saved_when_it_is_left(question):
    question.get_by_label("Delvis").check()
    expect(question.get_by_role("status")).to_contain_text("Lagret")
    note(question).fill("Én av tre viste rett versjon.")
    question.get_by_role("heading", level=1).click()
    expect(question.get_by_role("status")).to_contain_text("Lagret")
    question.reload()
    expect(note(question)).to_have_value("Én av tre viste rett versjon.")
    expect(question.get_by_label("Delvis")).to_be_checked()


def test_kept_without_a_network_and_saved_when_it_is_back(question):
    question.context.set_offline(True)
    note(question).fill("Skrevet i kjelleren.")
    question.get_by_role("heading", level=1).click()
    expect(question.get_by_role("status")).to_contain_text("Ikke nett")
    question.context.set_offline(False)
    expect(question.get_by_role("status")).to_contain_text("Lagret")
    question.reload()
    expect(note(question)).to_have_value("Skrevet i kjelleren.")


def test_kept_over_a_reload(question):
    question.route("**/felt/**", lambda route: route.abort() if route.request.method == "POST" else route.continue_())
    note(question).fill("Skrevet før batteriet gikk.")
    question.get_by_role("heading", level=1).click()
    expect(question.get_by_role("status")).to_contain_text("Ikke nett")
    question.unroute("**/felt/**")
    question.reload()
    expect(note(question)).to_have_value("Skrevet før batteriet gikk.")


def test_two_at_once_are_shown_both(question):
    other = question.context.new_page()
    other.goto(question.url)
    note(other).fill("Den andres ord.")
    other.get_by_role("heading", level=1).click()
    expect(other.get_by_role("status")).to_contain_text("Lagret")
    note(question).fill("Mine ord.")
    question.get_by_role("heading", level=1).click()
    expect(question.get_by_role("alert")).to_contain_text("Den andres ord.")
    expect(note(question)).to_have_value("Mine ord.")
    question.get_by_role("button", name="Lagre mitt i stedet").click()
    expect(question.get_by_role("status")).to_contain_text("Lagret")
    other.reload()
    expect(note(other)).to_have_value("Mine ord.")

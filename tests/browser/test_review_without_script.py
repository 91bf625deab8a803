"""A leader prepares the review without script: comments, starts the meeting, decides, and is told what is left."""

import re

from playwright.sync_api import Page, expect

COMMENT = "Vi fulgte opp alle meldinger om legemidler innen en uke."
DECISION = "Legemiddelrutinen gås gjennom i begge soner før jul."


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name).first.click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def test_the_road_of_a_review_without_script(sign_in) -> None:
    page = sign_in("leder", java_script_enabled=False)
    page.goto("/resultater/gjennomgang/?alle=1")
    with page.expect_navigation():
        page.get_by_role("row").filter(has_text="RE Hjemmetjenesten").first.get_by_role("link").click()
    follow(page, re.compile("^Kommentar"))
    page.get_by_label("Kommentar").fill(COMMENT)
    press(page, "Lagre")
    expect(page.get_by_text(COMMENT).first).to_be_visible()
    page.get_by_text("De ti høyeste nå").first.click()
    expect(page.get_by_role("table").last).to_be_visible()
    follow(page, "Start møtet")
    press(page, "Frys tallene og start")
    expect(page.get_by_role("main")).to_contain_text("kan ettergås")
    follow(page, "Skriv beslutning")
    page.get_by_label("Hva som er besluttet").fill(DECISION)
    page.get_by_label(re.compile("^Frist")).fill("2030-12-01")
    press(page, "Lagre beslutningen")
    expect(page.get_by_text(DECISION).first).to_be_visible()
    follow(page, "Lukk gjennomgangen")
    page.get_by_label(re.compile("^Konklusjon")).fill("Systemet virker, men vi er for sene med legemidler.")
    press(page, "Lukk gjennomgangen")
    expect(page.get_by_role("main")).to_contain_text("gjenstår før gjennomgangen kan lukkes")
    expect(page.get_by_label(re.compile("^Konklusjon"))).to_have_value(re.compile("for sene med legemidler"))

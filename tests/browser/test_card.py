"""A report card on its whole way: printed, written on by hand, scanned, written in, a case with the scan on it (S33)."""

import io

import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import VIEWS, findings

TEXT = "Rekkverket ved brua er løst, og barna bruker den hver dag."
CARD = "main .scans__card"


def printed(page: Page) -> Image.Image:
    """Two new cards, printed on a sheet."""
    page.goto("/oversikter/")
    page.get_by_role("link", name="Meldekort").first.click()
    page.fill("input[name=count]", "2")
    page.click("main form button[type=submit]")
    link = page.locator("main a[href$='/pdf/']").first
    answer = page.request.get(link.get_attribute("href"))
    sheet = pypdfium2.PdfDocument(answer.body())[0]
    return sheet.render(scale=200 / 72).to_pil().convert("RGB")


def scanned(sheet: Image.Image) -> bytes:
    """The first card with pencil on it, its back with more, and the second card with its code torn off."""
    first = sheet.crop((0, 0, sheet.width, sheet.height // 2))
    ImageDraw.Draw(first).text((120, 390), TEXT, font=ImageFont.load_default(36), fill=(80, 80, 90))
    back = Image.new("RGB", first.size, "white")
    ImageDraw.Draw(back).text((120, 200), "Hilsen Arne", font=ImageFont.load_default(36), fill=(80, 80, 90))
    torn = sheet.crop((0, sheet.height // 2, sheet.width * 3 // 4, sheet.height))
    target = io.BytesIO()
    first.save(target, "PDF", save_all=True, append_images=[back, torn], resolution=200)
    return target.getvalue()


def send_in(page: Page, content: bytes) -> None:
    page.goto("/meldekort/last-opp/")
    broken = {"name": "ødelagt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 nei"}
    scan = {"name": "kort.pdf", "mimeType": "application/pdf", "buffer": content}
    page.set_input_files("input[name=files]", [broken, scan])
    page.click("main form button[type=submit]")


@pytest.fixture
def pile(sign_in) -> Page:
    """At the pile of a scan of three pages."""
    page = sign_in("servicetorg")
    send_in(page, scanned(printed(page)))
    expect(page.locator(CARD)).to_have_count(3)
    return page


def test_a_card_is_printed_scanned_written_in_and_is_a_case(pile) -> None:
    page = pile
    expect(page.locator("main .ds-alert")).to_contain_text("ødelagt.pdf")
    cards = page.locator(CARD)
    expect(cards.nth(0)).to_contain_text("MK-")
    cards.nth(1).get_by_role("button", name="Hører til kortet foran").click()
    expect(page.locator(CARD)).to_have_count(2)
    page.get_by_role("link", name="Skriv inn det første").click()
    expect(page.locator(".scan__picture")).to_have_count(2)
    page.get_by_role("radio", name="Ris").check(force=True)
    page.fill("textarea[name=text]", TEXT)
    page.get_by_role("button", name="Snu mot høyre").last.click()
    expect(page.locator("textarea[name=text]")).to_have_value(TEXT)
    page.fill("input[name=name]", "Arne")
    page.get_by_role("button", name="Lagre som sak", exact=True).last.click()
    expect(page.locator(".scan__picture")).to_have_count(1)  # the next card
    expect(page.locator("input[name=number]")).to_have_value("")
    page.get_by_role("link", name="Forkast kortet").click()
    page.fill("[name=reason]", "Revet i stykker")
    page.get_by_role("button", name="Forkast kortet").click()
    page.get_by_role("link", name="20").last.click()  # the case
    expect(page.locator("main")).to_contain_text(TEXT)
    expect(page.locator("main a[href*='/vedlegg/']").first).to_be_visible()


def test_others_are_locked_out(pile, sign_in) -> None:
    card = pile.locator(f"{CARD} a").first.get_attribute("href")
    picture = pile.locator(f"{CARD} img").first.get_attribute("src")
    addresses = ["/meldekort/", "/meldekort/last-opp/", pile.url, card, f"{card}forkast/", picture]
    for who in ("ansatt", "leder", "radmann", "revisor", "redaktor"):
        page = sign_in(who)
        statuses = {address: page.request.get(address).status for address in addresses}
        assert set(statuses.values()) <= {403, 404}, (who, statuses)


def test_the_picture_grows_without_script(pile, browser, server) -> None:
    state = pile.context.storage_state()
    context = browser.new_context(base_url=server, locale="nb-NO", java_script_enabled=False, storage_state=state)
    page = context.new_page()
    page.goto(pile.locator(f"{CARD} a").first.get_attribute("href"))
    before = page.locator(".scan__picture").first.bounding_box()["width"]
    page.get_by_label("Størst").check()
    assert page.locator(".scan__picture").first.bounding_box()["width"] > 2 * before
    context.close()


@pytest.mark.parametrize("view", VIEWS)
def test_the_screens_have_no_findings(sign_in, view) -> None:
    page = sign_in("servicetorg", **VIEWS[view])
    page.goto("/meldekort/last-opp/")
    pile = page.locator("main a[href^='/meldekort/last-opp/']").last.get_attribute("href")
    page.goto(pile)
    card = page.locator(f"{CARD} a").first.get_attribute("href")
    wrong = {}
    for address in ("/meldekort/", "/meldekort/last-opp/", pile, card, f"{card}forkast/"):
        page.goto(address)
        if found := findings(page):
            wrong[address] = found
    assert wrong == {}

"""A person chooses what comes by e-mail, and reads the notices in the product."""

from playwright.sync_api import Page, expect

from tests.browser.test_accessible import findings

ON_A_PAGE = 25
LETTERS = "E-postadressen til melderen virker ikke"


def choose(page: Page, kind: str, way: str) -> None:
    page.get_by_role("group", name=kind, exact=True).get_by_label(way, exact=True).check()


def test_the_choices_are_kept_by_keyboard_and_without_script(sign_in):
    page = sign_in("saksbehandler", java_script_enabled=False)
    page.goto("/varsler/")
    page.get_by_role("link", name="Velg hva du får på e-post").press("Enter")
    expect(page.get_by_role("group", name="Du er saksbehandler").get_by_label("Med en gang")).to_be_checked()
    choose(page, "Ny melding", "I daglig oppsummering")
    choose(page, LETTERS, "Ikke på e-post")
    page.get_by_role("button", name="Lagre", exact=True).press("Enter")
    page.get_by_text("Valgene dine er lagret.").wait_for()
    page.goto("/varsler/innstillinger/")
    expect(page.get_by_role("group", name="Ny melding").get_by_label("I daglig oppsummering")).to_be_checked()
    expect(page.get_by_role("group", name=LETTERS).get_by_label("Ikke på e-post")).to_be_checked()
    assert page.get_by_role("group", name="Noe nytt utenfra").count() == 0


def test_notices_are_read_one_by_one_and_all(sign_in):
    page = sign_in("leder")
    unread = int(page.locator(".bell .count").inner_text())
    page.locator(".bell").click()
    page.get_by_label("Bare uleste").check()
    page.get_by_role("button", name="Vis", exact=True).click()
    rows = page.locator("main li.unread")
    expect(rows).to_have_count(min(unread, ON_A_PAGE))
    assert findings(page) == []
    rows.first.get_by_role("button", name="Merk som lest").click()
    expect(rows).to_have_count(min(unread - 1, ON_A_PAGE))
    page.get_by_role("button", name="Merk alle som lest").click()
    page.get_by_text("Ingen varsler passer").wait_for()
    assert page.locator(".bell .count").count() == 0
    page.get_by_role("link", name="Vis alle").first.click()
    reference = page.locator("main .list .meta span").first.inner_text()
    page.locator("main .list a").first.click()
    page.get_by_text(reference).first.wait_for()

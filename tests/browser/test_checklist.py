"""A checklist on a phone where there is no network: nothing is sent, nothing is lost."""

from playwright.sync_api import Page, expect

CHECKLIST = "Legemiddelrommet"
REASON = "Kjøleskapet viser 11 grader"


def open_checklist(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/sok/?q=4.2.7")
    page.get_by_role("link", name=f"Fyll ut «{CHECKLIST}»").click()


def choose(page: Page, number: int, answer: str) -> None:
    page.check(f"input[name=answer_{number}][value={answer}]", force=True)


def test_without_network_the_answers_wait_and_are_sent_afterwards(sign_in) -> None:
    page = sign_in("ansatt")
    open_checklist(page)
    choose(page, 0, "yes")
    choose(page, 2, "no")
    page.fill("input[name=note_2]", REASON)
    page.context.set_offline(True)
    page.click("button[name=sign]")
    expect(page.locator(".offline")).to_be_visible()
    page.context.set_offline(False)
    expect(page.locator(".offline")).to_have_count(0)
    page.reload()
    expect(page.locator("input[name=answer_0][value=yes]")).to_be_checked()
    expect(page.locator("input[name=note_2]")).to_have_value(REASON)
    for number in (1, 3, 4):
        choose(page, number, "yes")
    page.click("button[name=sign]")
    page.wait_for_url("**/sjekklister/*/")
    expect(page.get_by_text(REASON)).to_be_visible()
    assert page.evaluate("Object.keys(localStorage)") == []


def test_an_answer_of_no_opens_the_note_it_needs(sign_in) -> None:
    page = sign_in("ansatt")
    open_checklist(page)
    note = page.locator("input[name=note_1]")
    expect(note).to_be_hidden()
    choose(page, 1, "no")
    expect(note).to_be_visible()

"""From draft to in force in a real browser, with the editor really used (G6, G7): `redaktor` writes, `eier` decides.

Each test has a page of its own, so that they can run in any order.
"""

import datetime
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessible import VIEWS, findings

NOTE = "Tilsynet fant at ingen fulgte opp."
# The rich text editor hands over what was typed a quarter of a second later.
IS_TAKEN_DOWN = (
    "text => [...document.querySelectorAll('input[name^=body]')].some((field) => field.value.includes(text))"
)
WHY_NO_HEARING = "Endringen gjør bare tydelig hvem som svarer."


def open_page(page: Page, number: str) -> str:
    """The address `/d/<id>/` of the page with this number, which is open afterwards."""
    page.goto(f"/sok/?q={number}")
    return page.locator("header .control a[href^='/d/']").last.get_attribute("href")


def write(page: Page, document: str, text: str, note: str = NOTE) -> None:
    """From the page's draft to the editor: add a sentence, save, and come back to the draft."""
    page.goto(f"{document}utkast/")
    page.locator("main a[href^='/admin/pages/']").first.click()
    field = page.locator("[contenteditable=true]").first
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(f" {text}")
    page.wait_for_function(IS_TAKEN_DOWN, arg=text)
    page.locator("#id_change_note").fill(note)
    page.locator("button.action-save").click()
    page.locator(f".messages a[href='{document}utkast/']").click()
    expect(page.locator("main ins").filter(has_text=text)).to_be_visible()


def send(page: Page, because: str = WHY_NO_HEARING) -> None:
    page.locator("[name=no_hearing_because]").fill(because)
    page.locator("button[name=act][value=approval]").click()
    page.wait_for_load_state()


def waits_on_my_page(page: Page, address: str) -> Locator:
    page.goto("/min-side/")
    return page.locator(f"section[aria-labelledby=approvals] a[href='{address}']")


def statuses(page: Page, document: str, *steps: str) -> list[tuple[int, int]]:
    """What GET and POST answer this person on each step of the document."""
    token = next((c["value"] for c in page.context.cookies() if c["name"] == "csrftoken"), "")
    headers = {"X-CSRFToken": token, "Referer": page.url}
    form = {"reason": "Nei.", "act": "approval", "no_hearing_because": "Nei.", "approve": "1"}
    return [
        (
            page.goto(f"{document}{step}/").status,
            page.request.post(f"{document}{step}/", form=form, headers=headers, max_redirects=0).status,
        )
        for step in steps
    ]


def looks_right(page: Page) -> None:
    """axe finds nothing and nothing is wider than the window, wide and on a dark phone."""
    for view in VIEWS.values():
        page.set_viewport_size(view["viewport"])
        page.emulate_media(color_scheme=view["color_scheme"])
        assert findings(page) == [], page.url
    page.set_viewport_size(VIEWS["wide"]["viewport"])
    page.emulate_media(color_scheme="light")


def test_a_draft_is_in_force_when_another_has_read_and_approved_it(sign_in):
    editor, owner, reader = sign_in("redaktor"), sign_in("eier"), sign_in("ansatt")
    document = open_page(editor, "5.3.3")
    before = editor.locator(".control dd").first.inner_text().split()[0]
    editor.locator(f"aside a[href='{document}utkast/']").click()
    write(editor, document, "Leder svarer for at listen stemmer.")
    looks_right(editor)

    editor.locator("button[name=act][value=approval]").click()
    expect(editor.locator("[name=no_hearing_because][aria-invalid=true]")).to_be_visible()
    send(editor)
    expect(editor.locator("button[value=take_back]")).to_be_visible()
    assert statuses(editor, document, "godkjenn", "trekk-tilbake") == [(403, 403), (403, 403)]
    editor.goto(f"{document}utkast/")
    editor.locator("aside a[href^='/admin/pages/']").click()
    editor.wait_for_url("**/admin/pages/**")
    expect(editor.locator("button.action-save")).to_be_disabled()

    waits_on_my_page(owner, f"{document}godkjenn/").click()
    expect(owner.locator("main ins").filter(has_text="Leder svarer for at listen stemmer.")).to_be_visible()
    looks_right(owner)
    reader.goto(document)
    expect(reader.locator("article").first).not_to_contain_text("Leder svarer for at listen stemmer.")
    owner.locator("button[name=approve]").click()
    expect(owner.locator("article").first).to_contain_text("Leder svarer for at listen stemmer.")
    expect(waits_on_my_page(owner, f"{document}godkjenn/")).to_have_count(0)

    reader.goto(document)
    expect(reader.locator("article").first).to_contain_text("Leder svarer for at listen stemmer.")
    expect(reader.locator(".control dd").first).not_to_have_text(re.compile(rf"^{re.escape(before)}\b"))
    reader.goto(f"{document}versjoner/")
    expect(reader.locator("main")).to_contain_text(NOTE)
    reader.goto(f"{document}versjoner/{before}/")
    expect(reader.locator(".ds-alert[data-color=warning]")).to_be_visible()
    expect(reader.locator("article").first).not_to_contain_text("Leder svarer for at listen stemmer.")


def test_a_draft_without_a_note_gets_it_where_it_is_sent_on(sign_in):
    editor = sign_in("redaktor")
    document = open_page(editor, "5.3.1")
    write(editor, document, "Gjelder også vikarer.", note="")
    send(editor)
    expect(editor.locator("[name=change_note][aria-invalid=true]")).to_be_visible()
    expect(editor.locator("[name=no_hearing_because]")).to_have_value(WHY_NO_HEARING)
    looks_right(editor)
    editor.locator("[name=change_note]").fill(NOTE)
    editor.locator("button[name=act][value=approval]").click()
    expect(editor.locator("button[value=take_back]")).to_be_visible()


def test_a_draft_is_sent_back_with_a_reason_taken_up_again_and_taken_back(sign_in):
    editor, owner = sign_in("redaktor"), sign_in("eier", java_script_enabled=False)
    document = open_page(editor, "3.3.3")
    write(editor, document, "Øv på dette hver høst.")
    send(editor)
    owner.goto(f"{document}godkjenn/")
    owner.locator("button[name=send_back]").click()
    expect(owner.locator("[name=reason][aria-invalid=true]")).to_be_visible()
    owner.locator("[name=reason]").fill("Skriv hvem som varsles.")
    owner.locator("button[name=send_back]").click()
    expect(owner.locator("main")).to_contain_text("Skriv hvem som varsles.")

    waits_on_my_page(editor, f"{document}utkast/").click()
    expect(editor.locator(".ds-alert[data-color=warning]")).to_contain_text("Skriv hvem som varsles.")
    looks_right(editor)
    expect(editor.locator("[name=no_hearing_because]")).to_have_count(0)
    editor.locator("button[name=act][value=approval]").click()
    editor.locator("button[value=take_back]").click()
    expect(editor.locator("button[name=act][value=approval]")).to_be_visible()
    owner.goto(f"{document}godkjenn/")
    expect(owner).to_have_url(re.compile(rf"{document}utkast/$"))


def test_what_is_approved_for_a_later_day_waits_and_can_be_stopped(sign_in):
    editor, owner = sign_in("redaktor"), sign_in("eier")
    document = open_page(editor, "5.3.4")
    write(editor, document, "Meld fra samme dag.")
    send(editor)
    owner.goto(f"{document}godkjenn/")
    day = owner.locator("[name=valid_from]")
    day.fill((datetime.date.today() - datetime.timedelta(9)).isoformat())
    owner.locator("button[name=approve]").click()
    expect(owner.locator("[name=valid_from][aria-invalid=true]")).to_be_visible()
    day.fill((datetime.date.today() + datetime.timedelta(30)).isoformat())
    owner.locator("button[name=approve]").click()
    expect(owner.locator("article").first).not_to_contain_text("Meld fra samme dag.")

    editor.goto(f"{document}utkast/")
    expect(editor.locator(f"a[href='{document}stans/']")).to_have_count(0)
    assert statuses(editor, document, "stans") == [(403, 403)]
    owner.goto(f"{document}utkast/")
    looks_right(owner)
    owner.locator(f"a[href='{document}stans/']").click()
    looks_right(owner)
    owner.locator("main form button[type=submit]").click()
    expect(owner.locator("[name=reason][aria-invalid=true]")).to_be_visible()
    owner.locator("[name=reason]").fill("Vi venter på tilsynet.")
    owner.locator("main form button[type=submit]").click()
    expect(owner).to_have_url(re.compile(rf"{document}utkast/$"))
    editor.goto(f"{document}utkast/")
    expect(editor.locator("button[name=act][value=approval]")).to_be_visible()


def test_a_page_is_withdrawn_with_a_reason_that_readers_see(sign_in):
    owner, reader = sign_in("radmann"), sign_in("ansatt")
    document = open_page(owner, "5.2.2")
    owner.locator(f"aside a[href='{document}trekk-tilbake/']").click()
    looks_right(owner)
    owner.locator("main form button[type=submit]").click()
    expect(owner.locator("[name=reason][aria-invalid=true]")).to_be_visible()
    owner.locator("[name=reason]").fill("Reglene står nå i rammeavtalene.")
    owner.locator("main form button[type=submit]").click()
    reader.goto(document)
    expect(reader.locator(".ds-alert[data-color=warning]")).to_contain_text("Reglene står nå i rammeavtalene.")
    looks_right(reader)


@pytest.mark.parametrize(
    ("who", "on_draft", "on_withdrawal"),
    [("ansatt", 403, 403), ("leder", 403, 403), ("revisor", 403, 403), ("kvalitet", 200, 200)],
)
def test_the_wrong_roles_are_refused_at_the_same_addresses(sign_in, who, on_draft, on_withdrawal):
    """The quality manager writes and withdraws, but approves nothing; the others may not even see the draft."""
    page = sign_in(who)
    document = open_page(page, "5.1.2")
    links = page.locator(f"a[href='{document}utkast/'], a[href='{document}trekk-tilbake/']")
    expect(links).to_have_count(2 if who == "kvalitet" else 0)
    refused = statuses(page, document, "godkjenn", "stans")
    assert refused == [(403, 403), (403, 403)]
    assert page.goto(f"{document}utkast/").status == on_draft
    assert page.goto(f"{document}trekk-tilbake/").status == on_withdrawal
    if who != "kvalitet":
        assert statuses(page, document, "utkast", "trekk-tilbake") == [(403, 403), (403, 403)]
    page.goto(document)
    expect(page.locator("header .tag--ok").first).to_be_visible()

"""Extra questions in a real browser (G17): the quality editor composes one for a procedure, an employee answers it
on a phone, with and without script, and the handler reads it as it was asked after the editor has changed it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import findings

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
OPTIONS = "Steg 1\nSteg 2"


def open_procedure(page: Page, number: str) -> None:
    page.goto(f"/sok/?q={number}")
    expect(page.locator("#meld")).to_be_attached()


def compose(
    page: Page, number: str, text: str, *, type_: str = "text", options: str = "", required: bool = True
) -> str:
    """From the procedure to a new question on it; the address where it is changed."""
    open_procedure(page, number)
    page.get_by_role("link", name="Spørsmål i meldeskjemaet").click()
    page.locator("main a.ds-button").click()
    page.locator("select[name=type]").select_option(type_)
    page.fill("[name=text]", text)
    page.fill("[name=options]", options)
    if required:
        page.check("[name=required]")
    page.locator("footer button[type=submit], main button[type=submit]").last.click()
    page.wait_for_url("**/admin/cases/question/")
    row = page.locator("tr", has_text=text)
    return row.locator("a[href*='/edit/']").first.get_attribute("href")


def question(page: Page, text: str):
    return page.locator("#meld kind-questions .f", has_text=text)


def send(page: Page) -> None:
    page.locator("main form button[type=submit]", has_text="Send melding").click()
    page.wait_for_load_state()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_composed_answered_on_a_phone_and_read_as_asked(sign_in, script):
    number, asked = ("5.3.2" if script else "4.2.8"), f"Hvor stoppet det? ({script})"
    editor = sign_in("redaktor")
    address = compose(editor, number, asked, type_="choice", options=OPTIONS)

    employee = sign_in("ansatt", **PHONE, java_script_enabled=script)
    open_procedure(employee, number)
    assert script is False or findings(employee) == []
    employee.locator("#meld [name=description]").fill("Steg 2 manglet.")
    send(employee)
    expect(employee.locator("main")).to_contain_text("Dette spørsmålet må besvares.")
    expect(employee.locator("[name=description]")).to_have_value("Steg 2 manglet.")
    employee.get_by_label("Steg 2", exact=True).check()
    send(employee)
    employee.wait_for_url("**/kvittering/")
    reference = re.search(r"\d{4}-\d{5}", employee.url)[0]

    editor.goto(address)
    editor.fill("[name=text]", f"En helt annen ordlyd {script}")
    editor.uncheck("[name=required]")
    editor.uncheck("[name=active]")
    editor.locator("footer button[type=submit], main button[type=submit]").last.click()
    editor.wait_for_url("**/admin/cases/question/")

    handler = sign_in("leder")
    for place in (f"/saker/{reference}/", f"/saker/{reference}/historikk/"):
        handler.goto(place)
        expect(handler.locator("main")).to_contain_text(asked)
        expect(handler.locator("main")).to_contain_text("Steg 2")
        expect(handler.locator("main")).not_to_contain_text("En helt annen ordlyd")


def test_questions_of_another_kind_hide_and_the_server_does_not_ask_for_them(sign_in):
    page = sign_in("ansatt", **PHONE)
    open_procedure(page, "4.2.7")
    stop = page.locator("#meld .callout--danger")
    expect(stop).to_contain_text("Ring 113")
    expect(question(page, "Hvor mange doser")).to_be_visible()
    expect(question(page, "Hva kan gjøre prosedyren")).to_be_hidden()
    page.locator("#meld [name=kind][value=improvement]").check()
    expect(stop).to_be_hidden()
    expect(question(page, "Hvor mange doser")).to_be_hidden()
    question(page, "Hva kan gjøre prosedyren").locator("textarea").fill("Bilder av dosetten.")
    page.locator("#meld [name=description]").fill("Flere bilder, takk.")
    send(page)
    page.wait_for_url("**/kvittering/")


def test_without_script_all_are_shown_in_groups_that_say_when(sign_in):
    page = sign_in("ansatt", **PHONE, java_script_enabled=False)
    open_procedure(page, "4.2.7")
    for text in ("Hvor mange doser", "Hva kan gjøre prosedyren"):
        expect(question(page, text)).to_be_visible()
    expect(page.locator("#meld")).to_contain_text("Når du melder et avvik")


def test_the_answers_are_in_the_draft_too(sign_in):
    page = sign_in("ansatt", **PHONE)
    open_procedure(page, "4.2.7")
    page.locator("#meld [name=description]").fill("Feil dosett.")
    question(page, "Hvor mange doser").locator("input").fill("3")
    question(page, "Når ble feilen").locator("input").fill("2026-02-27")
    for text in ("Kontroll", "Lege", "Pårørende"):
        page.locator("#meld").get_by_label(text, exact=True).check()
    page.reload()
    expect(question(page, "Hvor mange doser").locator("input")).to_have_value("3")
    expect(question(page, "Når ble feilen").locator("input")).to_have_value("2026-02-27")
    checked = page.locator("#meld kind-questions input:checked").evaluate_all("boxes => boxes.map(box => box.value)")
    assert checked == ["Kontroll", "Lege", "Pårørende"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_and_its_preview_have_no_findings(sign_in, scheme):
    page = sign_in("redaktor", **PHONE, color_scheme=scheme)
    open_procedure(page, "4.2.7")
    document = page.locator("#meld [name=document]").get_attribute("value")
    preview = page.get_by_role("link", name="Spørsmål i meldeskjemaet").get_attribute("href")
    found = {}
    for address in (f"/meld/?side={document}", preview):
        page.goto(address)
        found[address] = findings(page)
        page.locator("main [name=kind][value=improvement]").check()
        found[address] += findings(page)
    page.goto(f"/meld/?side={document}")
    send(page)
    expect(page.locator("main")).to_contain_text("Kryss av for at du har lest dette.")
    found["errors"] = findings(page)
    assert found == {address: [] for address in found}

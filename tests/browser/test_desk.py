"""The service desk's day (S32): sort with a ready answer, take a call, merge what is the same, add a mail; two at once."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import findings

WIDE = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def choose(page: Page, label: str, words: str) -> None:
    """Choose the option that holds the words."""
    field = page.get_by_label(label)
    texts = field.locator("option").all_inner_texts()
    field.select_option(label=next(text for text in texts if words in text))


def recorded(page: Page, said: str, **fields: str) -> str:
    """Write down a conversation that nobody has sorted; its reference, as read aloud."""
    page.goto("/innkommet/ny/")
    page.get_by_label("Avvik").check()
    page.get_by_label("Hva sa personen?").fill(said)
    for label, text in fields.items():
        page.get_by_label(label).fill(text)
    page.get_by_role("button", name="Lagre samtalen").click()
    told = page.get_by_text("Les opp referansen")
    told.wait_for()
    return re.search(r"\d{4}-\d{5}", told.inner_text()).group()


def test_the_day(sign_in):
    desk, colleague = sign_in("servicetorg", **WIDE), sign_in("kvalitet", **WIDE)

    # Two calls about the same
    first = recorded(desk, "Gatelyset i Fjellveien blinker hele natta.", Telefon="411 22 333", Navn="Anne Lund")
    second = recorded(desk, "Gatelyset i Fjellveien blinker, sier naboen også.", Navn="Odd Lund")

    # Who takes it is shown to the colleague, who can't take it too
    desk.goto("/innkommet/?alle=1")
    row = desk.locator("tr", has_text=first)
    row.get_by_role("button", name="Jeg tar den").click()
    desk.wait_for_url(f"**/saker/{first}/fordel/")
    colleague.goto("/innkommet/?alle=1")
    assert "Fatima Hassan" in colleague.locator("tr", has_text=first).inner_text()
    assert colleague.locator("tr", has_text=first).get_by_role("button").count() == 0
    colleague.goto(f"/saker/{first}/fordel/")
    assert "holder på med denne nå" in colleague.inner_text("main")
    stale = colleague.url

    # Sorted with a ready answer, which takes nothing away of what is typed
    desk.get_by_label("Tittel").fill("Gatelyset i Fjellveien blinker")
    choose(desk, "Hvilken enhet behandler saken?", "Vei og park")
    desk.get_by_label("Svar til melderen").fill("Takk for praten!")
    choose(desk, "Ferdig svar", "Takk, vi har sendt saken videre")
    desk.get_by_role("button", name="Legg det inn i svaret").click()
    answer = desk.get_by_label("Svar til melderen")
    expect(answer).to_have_value(re.compile(rf"^Takk for praten!\s+Hei Anne Lund!.*Vei og park.*{first}", re.DOTALL))
    assert desk.get_by_label("Tittel").input_value() == "Gatelyset i Fjellveien blinker"
    assert desk.url.endswith(f"/saker/{first}/fordel/")
    desk.get_by_role("button", name="Send til enheten").click()
    desk.wait_for_url(lambda url: first not in url)
    assert "Saken er fordelt" in desk.inner_text("body")

    # The colleague, who saw it first, comes too late and is told so
    assert colleague.goto(stale).status == 403

    # The other call is the same
    desk.goto(f"/saker/{second}/fordel/")
    assert "Vei og park" in desk.get_by_label("Hvilken enhet behandler saken?").locator("option:checked").inner_text()
    similar = desk.locator("li", has_text=first)
    similar.get_by_role("link", name=re.compile(rf"Det samme.*{first}")).click()
    assert desk.get_by_label("Følges opp i sak").input_value() == first
    desk.get_by_role("button", name="Merk som duplikat").click()
    desk.wait_for_url(f"**/saker/{second}/")
    desk.goto(f"/saker/{first}/")
    assert second in desk.inner_text("aside")

    # The first calls again
    desk.goto("/innkommet/hvem/")
    desk.get_by_label("E-post, telefonnummer eller referanse").fill("+47 41122333")
    desk.get_by_role("button", name="Finn", exact=True).click()
    desk.get_by_role("link", name=re.compile(rf"Legg til en samtale.*{first}")).click()
    assert desk.get_by_label("Det er den som meldte saken").is_checked()
    desk.get_by_label("Hva sa personen?").fill("Nå er det helt mørkt.")
    desk.get_by_role("button", name="Lagre samtalen").click()
    desk.wait_for_url(f"**/saker/{first}/")
    assert "Nå er det helt mørkt." in desk.inner_text("#dialog")

    # It is not theirs: the unit sends it back, and it waits again
    unit = sign_in("radmann", **WIDE)
    unit.goto(f"/saker/{first}/tilbake/")
    unit.get_by_label("Hvorfor?").fill("Lysene eies av fylket.")
    unit.get_by_role("button", name="Send tilbake").click()
    unit.wait_for_url("**/saker/")
    desk.goto("/innkommet/?alle=1")
    desk.locator("tr", has_text=first).wait_for()


def test_a_mail_is_added_to_the_case_it_is_about_without_script(sign_in):
    desk = sign_in("servicetorg", java_script_enabled=False, **WIDE)
    desk.goto("/innkommet/?kanal=email")
    desk.locator("tbody a").first.click()
    here = desk.locator("li", has_text="Rask hjelp fra hjemmetjenesten")
    here.get_by_role("link", name="Hører til her").click()
    reference = desk.get_by_label("Hører til sak").input_value()
    desk.get_by_role("button", name="Legg det til saken").click()
    desk.get_by_text(f"Det er lagt til {reference}").wait_for()
    desk.goto(f"/saker/{reference}/")
    assert "punkterte" in desk.inner_text("#dialog")


def test_a_draft_of_a_conversation_waits_and_goes_when_it_is_sent(sign_in):
    desk = sign_in("servicetorg", **PHONE)
    desk.goto("/innkommet/ny/")
    desk.get_by_label("Hva sa personen?").fill("Benken i parken er råtten.")
    desk.goto("/innkommet/")
    desk.goto("/innkommet/ny/")
    expect(desk.get_by_label("Hva sa personen?")).to_have_value("Benken i parken er råtten.")
    desk.get_by_role("button", name="Lagre samtalen").click()
    desk.get_by_text("Les opp referansen").wait_for()
    desk.goto("/innkommet/ny/")
    expect(desk.get_by_label("Hva sa personen?")).to_have_value("")


@pytest.mark.parametrize("who", ["ansatt", "leder", "saksbehandler", "revisor", "radmann"])
def test_others_are_locked_out(sign_in, who):
    page = sign_in(who, **WIDE)
    assert page.get_by_role("link", name="Innkommet").count() == 0
    for path in ("/innkommet/", "/innkommet/ny/", "/innkommet/hvem/?q=innbygger@example.no", "/innkommet/1/"):
        assert page.goto(path).status == 403, path


@pytest.mark.parametrize("view", [WIDE, PHONE])
def test_sorting_has_no_findings(sign_in, view):
    desk = sign_in("servicetorg", **view)
    desk.goto("/innkommet/?kanal=web")
    case = desk.locator("tbody a").first.get_attribute("href")
    for path in (case, case.replace("fordel", "samtale"), case.replace("fordel", "duplikat")):
        assert desk.goto(path).status == 200, path
        assert findings(desk) == []

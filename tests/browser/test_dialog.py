"""An inhabitant's whole way (S26, S31, S32): from the phone, with real mail, to the service desk and the unit, and back."""

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.test_accessible import findings

PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "nb-NO", "timezone_id": "Europe/Oslo"}
ADDRESS = "kari.innbygger@example.test"
WRITTEN = "Lekeplassen i Solveien har en løs planke med spiker."
SLOWER_THAN_MACHINES = 2_200  # milliseconds


@pytest.fixture
def phone(browser: Browser, server: str):
    """A phone without script, and nobody signed in."""
    context: BrowserContext = browser.new_context(base_url=server, java_script_enabled=False, **PHONE)
    context.set_default_timeout(15_000)
    yield context.new_page()
    assert {cookie["name"] for cookie in context.cookies()} <= {"csrftoken"}
    context.close()


def send(page: Page, button: str) -> None:
    page.wait_for_timeout(SLOWER_THAN_MACHINES)
    page.get_by_role("button", name=button, exact=True).click()


def last_link(letterbox, count: int) -> str:
    letters = letterbox.to(ADDRESS)
    assert len(letters) == count, [letter["Subject"] for letter in letters]
    text = letters[-1].get_content()
    assert "planke" not in text + letters[-1]["Subject"]
    return re.search(r"http://\S+", text).group()


def test_from_report_to_did_it_get_better(phone, letterbox, sign_in, server):
    phone.goto("/dialog/")
    phone.get_by_label("Noe er galt").check()
    phone.get_by_label("Fortell oss").fill(WRITTEN)
    phone.get_by_label("E-post").fill("kari.innbygger")
    send(phone, "Send")
    phone.get_by_text("Rett dette før du går videre").wait_for()
    assert phone.get_by_label("Fortell oss").input_value() == WRITTEN
    phone.get_by_label("E-post").fill(ADDRESS)
    phone.get_by_label("Navn").fill("Kari Innbygger")
    phone.get_by_label("Dere kan fortelle andre").check()
    send(phone, "Send")
    phone.get_by_role("heading", name="Se i e-posten din").wait_for()

    phone.goto(last_link(letterbox, 1))
    phone.get_by_role("button", name="Ja, send").click()
    phone.get_by_role("heading", name="Takk! Vi har tatt imot").wait_for()
    reference = re.search(r"\d{4}-\d{5}", phone.inner_text("main")).group()
    own_link = last_link(letterbox, 2)

    for who in ("ansatt", "leder", "revisor"):
        other = sign_in(who)
        assert other.goto(f"/saker/{reference}/").status == 404
        assert other.goto("/innkommet/").status == 403
        other.goto("/saker/?q=Solveien")
        assert "Solveien har en løs" not in other.content()

    desk = sign_in("servicetorg")
    desk.goto("/innkommet/")
    desk.get_by_role("link", name=re.compile(reference)).click()
    desk.get_by_label("Tittel").fill("Løs planke på lekeplass")
    unit = desk.get_by_label("Hvilken enhet")
    unit.select_option(label=[text for text in unit.locator("option").all_inner_texts() if "Vei" in text][0])
    desk.get_by_label("Ferdig svar").select_option(index=0)
    desk.get_by_role("button", name="Legg det inn i svaret").click()
    expect(desk.get_by_label("Svar til melderen")).to_have_value(re.compile(reference))
    assert desk.get_by_label("Tittel").input_value() == "Løs planke på lekeplass"
    desk.get_by_role("button", name="Send til enheten").click()
    desk.wait_for_url(lambda url: reference not in url)

    phone.goto(last_link(letterbox, 3))
    assert reference in phone.inner_text("#brev")
    phone.get_by_label("Skriv til oss").fill("Det er ved huska til venstre.")
    send(phone, "Send")
    phone.locator("#brev").get_by_text("ved huska").wait_for()

    handler = sign_in("radmann")
    handler.goto(f"/saker/{reference}/")
    assert "ved huska" in handler.inner_text("#dialog")
    handler.goto(f"/saker/{reference}/vurder/")
    handler.get_by_label("Hvor sannsynlig").select_option("1")
    handler.get_by_label("Hvor alvorlig").select_option("2")
    handler.get_by_label("Svar til melderen").fill("Vi skifter planken i dag.")
    handler.get_by_role("button", name="Lagre vurderingen").click()
    handler.goto(f"/saker/{reference}/arsak/")
    handler.get_by_label("Rotårsak").fill("Kontrollen i vår ble ikke tatt.")
    handler.get_by_label("Årsaken som passer best").select_option(index=1)
    handler.get_by_role("button", name="Lagre rotårsaken").click()
    handler.goto(f"/saker/{reference}/lukk/")
    handler.get_by_label("Hvor sannsynlig").select_option("1")
    handler.get_by_label("Hvor alvorlig").select_option("1")
    handler.get_by_label("Hva er blitt bedre").fill("Lekeplassene blir nå sjekket hver vår og høst.")
    handler.get_by_role("button", name="Lukk saken").click()
    handler.wait_for_url(f"**/saker/{reference}/")

    phone.goto(own_link)
    assert "ferdig med saken" in phone.inner_text("main")
    assert "Rotårsak" not in phone.content()
    phone.goto(own_link + "ble-det-bedre/")
    send(phone, "Nei, det ble det ikke")
    phone.get_by_role("heading", name="Takk!").wait_for()
    phone.goto("/dialog/forbedringer/")
    assert "hver vår og høst" in phone.inner_text("main")

    handler.goto(f"/saker/{reference}/gjenapne/")
    assert "ikke ble bedre" in handler.get_by_label("Hvorfor?").input_value()
    handler.get_by_role("button", name="Gjenåpne").click()
    handler.wait_for_url(f"**/saker/{reference}/")
    phone.goto("/dialog/forbedringer/")
    assert "hver vår og høst" not in phone.inner_text("main")
    assert phone.goto(own_link[:-8] + "AAAAAAA/").status == 404


@pytest.mark.parametrize(
    "path", ["/dialog/", "/dialog/forbedringer/", "/dialog/personvern/", "/dialog/ny-lenke/", "/dialog/status/x/"]
)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_public_pages_have_no_findings(browser, server, path, scheme):
    context = browser.new_context(base_url=server, color_scheme=scheme, **PHONE)
    page = context.new_page()
    page.goto(path)
    assert findings(page) == []
    context.close()

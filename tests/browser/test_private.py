"""Anonymous and whistleblowing from end to end in the browser, with the wrong roles locked out (G18)."""

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_accessible import VIEWS, findings
from tests.browser.test_dialog import PHONE, send

TOO_FEW = "To på vakt er for få på langvakten i helgene."
BULLIED = "Sjefen min skjeller ut de nyansatte på hvert møte."


def secret_address(page: Page) -> str:
    return page.locator("a.address").inner_text().strip()


@pytest.fixture
def stranger(browser: Browser, server: str):
    """Opens a fresh browser where nobody is signed in: a phone, with script or without."""
    contexts = []

    def page(*, script: bool = True) -> Page:
        context = browser.new_context(base_url=server, java_script_enabled=script, **PHONE)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield page
    for context in contexts:
        context.close()


def test_anonymous_to_all_is_answered_and_stays_unknown(sign_in, stranger):
    reporter = sign_in("ansatt")
    reporter.goto("/meld/")
    reporter.get_by_label("Hva skjedde?").fill(f"{TOO_FEW} Flere har angst.")
    reporter.get_by_text("Du skriver om helse").wait_for()
    reporter.get_by_label("Hva skjedde?").fill(TOO_FEW)
    reporter.get_by_text("Vil du være anonym?").click()
    reporter.get_by_label("Anonym for alle").check()
    assert findings(reporter) == []
    reporter.get_by_role("button", name="Send melding", exact=True).click()
    reporter.get_by_role("heading", name="uten navnet ditt").wait_for()
    assert findings(reporter) == []
    address, reference = secret_address(reporter), reporter.locator(".num").first.inner_text()
    assert reporter.evaluate("Object.keys(localStorage).filter(key => localStorage[key].includes('langvakten'))") == []
    reporter.goto("/min-side/")
    assert reference not in reporter.inner_text("main")

    handler = sign_in("radmann")
    handler.goto(f"/saker/{reference}/")
    assert "Anonym" in handler.inner_text("main")
    handler.goto(f"/saker/{reference}/brev/")
    handler.get_by_label("Brev til melderen").fill("Takk. Gjelder det alle helger?")
    handler.get_by_role("button", name="Send").click()
    handler.wait_for_url(f"**/saker/{reference}/**")

    phone = stranger(script=False)
    phone.goto(address)
    assert "Gjelder det alle helger?" in phone.inner_text("main")
    phone.get_by_label("Skriv til oss").fill("Ja, siden i høst.")
    send(phone, "Send")
    phone.get_by_text("Ja, siden i høst.").wait_for()
    handler.goto(f"/saker/{reference}/")
    assert "Ja, siden i høst." in handler.inner_text("#dialog")

    for who in ("radmann", "leder", "kvalitet", "revisor", "servicetorg", "admin", "ansatt2"):
        other = sign_in(who)
        for path in ("", "historikk/"):
            other.goto(f"/saker/{reference}/{path}")
            assert "Nordli" not in other.inner_text("main"), (who, path)
    assert phone.goto(address[:-8] + "AAAAAAA/").status == 404


def told(page: Page, text: str) -> str:
    """Tell of something anonymously, and give the secret address."""
    page.get_by_label("Hva har skjedd?").fill(text)
    page.get_by_label("Jeg vil være anonym").check()
    send(page, "Send")
    page.get_by_role("heading", name="Varselet er mottatt").wait_for()
    return page.locator("a.address").inner_text().strip()


def only_disclosure(page: Page, text: str) -> str:
    """The address in the room of the disclosure with this text."""
    page.goto("/varsling/rom/")
    for address in page.locator("main a[href^='/varsling/rom/V']").evaluate_all("all => all.map(one => one.href)"):
        page.goto(address)
        if text in page.inner_text("main"):
            return address
    raise AssertionError(f"“{text}” is not in the room")


def test_whistleblowing_from_outside_is_seen_by_its_recipients_and_nobody_else(sign_in, stranger):
    phone = stranger(script=False)
    phone.goto("/dialog/")
    phone.get_by_role("link", name="Varsling har et eget skjema").click()
    phone.get_by_label("Jeg vil være anonym").check()
    send(phone, "Send")
    phone.get_by_text("Skriv det du vil varsle om").first.wait_for()
    phone.get_by_label("Sverre Nygård").check()
    address = told(phone, BULLIED)

    recipient = sign_in("varsling")
    recipient.goto("/")
    recipient.get_by_role("button", name="Meny").click()
    recipient.get_by_role("link", name="Varslingsrommet").click()
    where = only_disclosure(recipient, BULLIED)
    reference = where.rstrip("/").rsplit("/", 1)[-1]
    assert findings(recipient) == []
    recipient.goto(f"{where}status/")
    recipient.get_by_label("Hvor langt har dere kommet?").select_option("investigated")
    recipient.get_by_role("button", name="Lagre").click()
    recipient.wait_for_url(where)
    recipient.goto(f"{where}skriv/")
    recipient.get_by_label("Tekst").fill("Hvem andre har sett det?")
    recipient.get_by_role("button", name="Send melding").click()
    recipient.wait_for_url(where)

    phone.goto(address)
    assert "Hvem andre har sett det?" in phone.inner_text("main") and "Undersøkes" in phone.inner_text("main")
    assert "Solveig" not in phone.inner_text("main")
    phone.get_by_label("Skriv til dem som tar imot").fill("De to andre på kveldsvakt.")
    send(phone, "Send melding")
    phone.get_by_text("De to andre på kveldsvakt.").wait_for()
    recipient.goto(where)
    assert "De to andre på kveldsvakt." in recipient.inner_text("main")

    for who in ("admin", "radmann", "kvalitet", "revisor", "leder", "ansatt"):
        other = sign_in(who)
        for path in (where, f"{where}skriv/", f"{where}avslutt/", "/varsling/rom/"):
            assert other.goto(path).status == 404, (who, path)
        for path in ("/saker/?q=skjeller", "/sok/?q=skjeller", f"/sok/?q={reference}", "/oversikter/"):
            other.goto(path)
            assert "nyansatte" not in other.inner_text("main"), (who, path)
    left_out = sign_in("hms.leder")
    assert left_out.goto(where).status == 404
    assert left_out.goto("/varsling/rom/").status == 200
    assert reference not in left_out.inner_text("main")

    recipient.goto(f"{where}avslutt/")
    recipient.get_by_label("Konklusjon").fill("Lederen har fått veiledning.")
    recipient.get_by_label("Svar til varsleren").fill("Vi har snakket med dem det gjelder. Takk for at du sa fra.")
    recipient.get_by_role("button", name="Avslutt").click()
    recipient.wait_for_url(where)
    phone.goto(address)
    assert "Takk for at du sa fra." in phone.inner_text("main")
    assert "veiledning" not in phone.inner_text("main")


def test_an_employee_tells_with_a_name_and_follows_it(sign_in):
    employee = sign_in("ansatt2", **VIEWS["phone"])
    employee.goto("/meld/")
    employee.get_by_role("link", name="Da kan du varsle").click()
    employee.get_by_label("Hva har skjedd?").fill("Bilag til fakturaer mangler.")
    employee.get_by_label("Jeg oppgir navnet mitt").check()
    assert findings(employee) == []
    send(employee, "Send")
    employee.get_by_role("heading", name="Varselet er mottatt").wait_for()
    assert findings(employee) == []
    employee.goto(employee.locator("a.address").inner_text().strip())
    assert "Bilag til fakturaer mangler." in employee.inner_text("main")
    assert findings(employee) == []
    recipient = sign_in("hms.leder")
    only_disclosure(recipient, "Bilag til fakturaer mangler.")
    name = employee.locator(".menu__who b").text_content()
    assert name in recipient.inner_text("main")


SCREENS = {
    "varsling": ["/varsling/rom/"],
    "kvalitet": ["/saker/oppslag/", "/saker/lesekopier/"],
    "ansatt": ["/varsling/", "/saker/lesekopier/", "/varsling/status/x/"],
}


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("who", SCREENS)
def test_screens_have_no_findings(sign_in, who, view):
    page = sign_in(who, **VIEWS[view])
    wrong = {}
    for screen in SCREENS[who]:
        page.goto(screen)
        if found := findings(page):
            wrong[screen] = found
    assert wrong == {}

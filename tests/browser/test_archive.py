"""Follow-up and archive in a real browser (G21, S34, S35): a case is closed, printed, handed over and found again by its
number in the archive; a rule is changed in the admin and lifts the next report to the director."""

import io
import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.test_accessible import VIEWS, findings
from tests.browser.test_road import on_case, report, take

NUMBER = "2026/4711"


def send_report(page: Page, description: str, *, kind: str, **fields: str) -> str:
    """Report on the form of its own; the reference."""
    page.goto("/meld/")
    form = page.locator("main form").first
    form.locator(f"input[name=kind][value={kind}]").check()
    form.locator("[name=description]").fill(description)
    if "consequence" in fields:
        form.locator("[name=consequence]").select_option(fields["consequence"])
        form.locator("[name=law_breach]").check()
    form.locator("button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/kvittering/"))
    return re.search(r"\d{4}-\d{5}", page.url)[0]


def closed_case(sign_in) -> str:
    """An improvement that is reported, assessed and closed by the leader."""
    reference = send_report(sign_in("ansatt"), "Ranselen på vaktrommet bør henge høyere.", kind="improvement")
    leader = sign_in("leder")
    take(leader, reference, "vurder", probability=1, consequence=1, answer="Takk, vi flytter den.")
    take(leader, reference, "lukk", residual_probability=1, residual_consequence=1, lesson="Heng utstyr høyt.")
    assert on_case(leader, reference)
    return reference


def fetched(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.locator(link).click()
    return Path(download.value.path()).read_bytes()


def test_closed_printed_handed_over_and_found_by_its_number(sign_in):
    reference = closed_case(sign_in)
    leader = sign_in("leder")
    leader.goto(f"/saker/{reference}/")
    printed = leader.request.get(leader.locator("main a[href$='/pdf/']").get_attribute("href"))
    assert printed.headers["content-type"] == "application/pdf"
    assert printed.headers["content-disposition"].startswith("inline")
    assert printed.body().startswith(b"%PDF")

    archivist = sign_in("arkivar", **VIEWS["wide"])
    archivist.goto("/oversikter/")
    archivist.locator("main a[href='/arkiv/']").click()
    assert findings(archivist) == []
    archivist.goto(f"/saker/{reference}/")
    archivist.locator("main a[href$='/arkiver/']").click()
    assert findings(archivist) == []
    archivist.get_by_role("button", name="Lag pakken").click()
    archivist.wait_for_url("**/arkiv/?vis=overlevert")
    assert findings(archivist) == []

    row = archivist.locator("main tr", has_text=reference)
    package = zipfile.ZipFile(io.BytesIO(fetched(archivist, f"main tr:has-text('{reference}') a[href$='pakke.zip']")))
    assert {"arkivmelding.xml", "sak.pdf", "sjekksummer.sha256"} <= set(package.namelist())
    archivist.reload()
    expect(row).to_contain_text("Levert")

    row.locator("a[href$='/mottatt/']").click()
    archivist.get_by_role("button", name="Lagre").click()
    expect(archivist.locator("main [aria-invalid=true]")).to_be_visible()
    archivist.locator("[name=number]").fill(NUMBER)
    archivist.get_by_role("button", name="Lagre").click()
    archivist.wait_for_url("**/arkiv/?vis=overlevert")
    expect(row).to_contain_text(NUMBER)

    archivist.goto(f"/saker/{reference}/arkiver/")
    archivist.get_by_role("button", name="Lag pakken").click()
    expect(archivist.locator("main")).to_contain_text("allerede overlevert")  # twice

    leader.goto(f"/saker/?q={NUMBER}")
    leader.locator("main").get_by_role("link", name=re.compile(reference)).first.click()
    expect(leader.locator("main")).to_contain_text(NUMBER)
    assert findings(leader) == []


def test_a_wrong_role_gets_no_further(sign_in):
    reference = closed_case(sign_in)
    for who in ("ansatt", "leder", "kvalitet", "revisor", "servicetorg"):
        other = sign_in(who)
        assert other.goto("/arkiv/").status == 403, who
        assert other.goto(f"/saker/{reference}/arkiver/").status == 403, who
        other.goto("/oversikter/")
        assert other.locator("main a[href='/arkiv/']").count() == 0, who
    employee = sign_in("ansatt")
    employee.goto("/sok/?q=5.3.2")
    sealed = report(employee, "Om helsen til en navngitt bruker.", sealed=True)
    archivist = sign_in("arkivar")
    assert archivist.goto(f"/saker/{sealed}/pdf/").status == 404
    assert archivist.goto(f"/saker/{sealed}/arkiver/").status == 404
    assert sign_in("ansatt2").goto(f"/saker/{reference}/pdf/?notater=1").status == 403


def test_the_archive_on_a_phone_in_the_dark(sign_in):
    archivist = sign_in("arkivar", **VIEWS["phone"])
    for address in ("/arkiv/", "/arkiv/?vis=overlevert"):
        archivist.goto(address)
        assert findings(archivist) == [], address


def test_a_rule_changed_in_the_admin_lifts_the_next_report(sign_in):
    serious = {"kind": "deviation", "consequence": "4"}
    employee = sign_in("ansatt")
    before = send_report(employee, "Dobbel dose før regelen.", **serious)

    manager = sign_in("kvalitet", **VIEWS["wide"])
    manager.goto("/admin/cases/escalationrule/")
    rule = manager.locator("tr", has_text="Alvorlig lovbrudd til rådmannen")
    address = rule.locator("a[href*='/edit/']").first.get_attribute("href")
    manager.goto(address)
    manager.locator("[name=score_from]").fill("26")
    save(manager)
    expect(manager.locator("main")).to_contain_text("25")  # refused, and nothing is lost
    manager.locator("[name=score_from]").fill("")
    manager.locator("[name=assessed]").uncheck()
    save(manager)
    manager.wait_for_url("**/admin/cases/escalationrule/")

    after = send_report(employee, "Dobbel dose etter regelen.", **serious)
    director = sign_in("radmann")
    director.goto("/min-side/")
    expect(director.locator("main")).to_contain_text(after)  # told
    director.locator("section", has=director.locator("#raised")).locator("a[href*='niva=director']").click()
    expect(director.locator("main")).to_contain_text(after)
    assert before not in director.locator("main").inner_text()
    assert findings(director) == []

    director.goto(f"/saker/{after}/")
    expect(director.locator("main")).to_contain_text("Alvorlig lovbrudd til rådmannen: lovbrudd, konsekvens 4")

    assert (
        employee.request.get(address).status in (403, 404) or "/admin/cases/" not in employee.request.get(address).url
    )
    manager.goto(address)  # as it was, for the other tests
    manager.locator("[name=assessed]").check()
    save(manager)


def save(page: Page) -> None:
    page.locator("footer button[type=submit], main button[type=submit]").last.click()
    page.wait_for_load_state()

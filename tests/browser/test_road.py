"""The main job in a real browser: report from a procedure, follow the case to its close.

`ansatt` reports from 5.3.2, `leder` is told, assesses, names the cause, sets measures, is stopped by
each gate in turn, another person evaluates and the case closes; `revisor` reads everything and can
change nothing; `ansatt2` sees it masked, and a sealed one not at all.
"""

import re

import pytest
from playwright.sync_api import Page, expect

DESCRIPTION = "En vikar hadde fortsatt tilgang til journalsystemet tre uker etter siste vakt. Ring 912 34 567."


def open_procedure(page: Page) -> None:
    """The way an employee finds it: the number in the search field."""
    page.goto("/")
    page.locator("input[type=search]:visible").first.fill("5.3.2")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Tilgang til fagsystem")


def report(page: Page, description: str, *, kind: str = "deviation", sealed: bool = False) -> str:
    """Fill the embedded form and send; the reference from the receipt."""
    form = page.locator("#meld form")
    form.locator(f"input[name=kind][value={kind}]").check()
    form.locator("[name=description]").fill(description)
    if sealed:
        form.locator("[name=sealed]").check()
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()
    if page.locator("[name=send_anyway]").count():
        page.locator("[name=send_anyway]").check()
        page.locator("main form button[type=submit]", has=page.locator("xpath=.")).first.click()
    page.wait_for_url(re.compile(r"/saker/\d{4}-\d{5}/kvittering/"))
    return re.search(r"\d{4}-\d{5}", page.url)[0]


def take(page: Page, reference: str, step: str, **fields: object) -> None:
    """Open a step of the case, fill its form and send."""
    page.goto(f"/saker/{reference}/{step}/")
    form = page.locator("main form").first
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        elif field.first.evaluate("element => element.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    form.locator("button[type=submit]").first.click()
    page.wait_for_load_state()


def on_case(page: Page, reference: str) -> bool:
    return page.url.rstrip("/").endswith(reference)


def cause_value(page: Page, reference: str) -> str:
    page.goto(f"/saker/{reference}/arsak/")
    return page.locator("select[name=cause] option:not([value=''])").first.get_attribute("value")


def action_step(page: Page, reference: str, step: str) -> str:
    """The address part of the newest measure's step."""
    page.goto(f"/saker/{reference}/")
    href = page.locator(f"a[href*='/tiltak/'][href$='/{step}/']").first.get_attribute("href")
    return href.split(f"/{reference}/")[1].rstrip("/")


@pytest.fixture
def reference(sign_in) -> str:
    page = sign_in("ansatt")
    open_procedure(page)
    return report(page, DESCRIPTION)


def test_the_whole_road(sign_in, reference):
    leader = sign_in("leder")
    leader.goto("/min-side/")
    expect(leader.locator("main")).to_contain_text(reference)  # told

    take(leader, reference, "lukk", lesson="For tidlig")
    assert not on_case(leader, reference)  # gate: not assessed
    take(leader, reference, "vurder", probability=4, consequence=4, answer="Takk. Tilgangen er stengt nå.")
    assert on_case(leader, reference)

    plan = {"kind": "corrective", "text": "Steng tilganger uten vakt", "deadline": "2030-01-15"}
    take(leader, reference, "tiltak/ny", **plan, responsible="saksbehandler", evaluation_date="2030-04-15")
    assert not on_case(leader, reference)  # gate: no corrective measure without root cause
    expect(leader.locator("[name=text]").first).to_have_value("Steng tilganger uten vakt")  # nothing typed is lost

    cause = cause_value(leader, reference)
    take(leader, reference, "arsak", why_1="Fordi ingen melder fra", root_cause="Byrået varsler ikke", cause=cause)
    assert on_case(leader, reference)
    take(leader, reference, "lukk", lesson="For tidlig")
    assert not on_case(leader, reference)  # gate: over 10 demands a measure

    take(leader, reference, "tiltak/ny", **plan, responsible="saksbehandler", evaluation_date="2030-04-15")
    assert on_case(leader, reference)
    plan["text"] = "Endre steg 3 i 5.3.2"
    take(leader, reference, "tiltak/ny", **plan, responsible="saksbehandler", evaluation_date="2030-04-15")
    take(leader, reference, "lukk", residual_probability=1, residual_consequence=4, page_outcome="unchanged")
    assert not on_case(leader, reference)  # gate: measures not done

    handler = sign_in("saksbehandler")
    for _number in range(2):
        take(handler, reference, action_step(handler, reference, "ferdig"), note="Satt i drift")
        assert on_case(handler, reference)
    assert handler.locator("a[href$='/effekt/']").count() == 0  # not by the one who did it
    take(leader, reference, "lukk", residual_probability=1, residual_consequence=4, page_outcome="unchanged")
    assert not on_case(leader, reference)  # gate: effect not evaluated

    for _number in range(2):
        take(
            leader, reference, action_step(leader, reference, "effekt"), effect="effective", note="Stikkprøve uten feil"
        )
        assert on_case(leader, reference)
    outcome = {"page_outcome": "unchanged", "page_outcome_note": "Steg 3 dekker vikarer fra før."}
    take(leader, reference, "lukk", **outcome)
    assert not on_case(leader, reference)  # gate: residual risk
    take(
        leader,
        reference,
        "lukk",
        residual_probability=1,
        residual_consequence=4,
        lesson="Gi vikarer sluttdato",
        **outcome,
    )
    assert on_case(leader, reference)
    expect(leader.locator("main")).to_contain_text("Lukket")

    reporter = sign_in("ansatt")
    reporter.goto("/min-side/")
    expect(reporter.locator("main")).to_contain_text(reference)


def test_the_auditor_reads_everything_and_changes_nothing(sign_in, reference):
    auditor = sign_in("revisor")
    auditor.goto(f"/saker/{reference}/")
    expect(auditor.locator("main")).to_contain_text("912 34 567")
    for step in ("vurder", "arsak", "tiltak/ny", "lukk", "avvis", "send-videre", "skjerm", "melding"):
        assert auditor.request.get(f"/saker/{reference}/{step}/").status in (403, 405), step
    auditor.goto(f"/saker/{reference}/historikk/")
    expect(auditor.locator("main")).to_contain_text("Kari Nordli")
    open_procedure(auditor)
    auditor.goto(auditor.url + "versjoner/")
    assert auditor.locator("main a[href*='/versjoner/']").count() >= 3


def test_others_see_it_masked_and_sealed_ones_not_at_all(sign_in, reference):
    reporter = sign_in("ansatt")
    open_procedure(reporter)
    sealed = report(reporter, "Gjelder helseopplysninger om en bruker i sonen", sealed=True)

    other = sign_in("ansatt2")
    other.goto(f"/saker/{reference}/")
    expect(other.locator("main")).not_to_contain_text("912 34 567")
    expect(other.locator("main")).not_to_contain_text("Kari Nordli")
    assert other.request.get(f"/saker/{sealed}/").status == 404
    for address in ("/saker/?q=helseopplysninger+bruker+sonen", f"/sok/?q={sealed}", "/sok/?q=helseopplysninger"):
        other.goto(address)
        assert sealed not in other.locator("main").inner_text().replace(f"«{sealed}»", "").replace(f"“{sealed}”", ""), (
            address
        )


def test_a_report_takes_three_fields_and_three_clicks_without_javascript(sign_in):
    page = sign_in("ansatt", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page.goto("/sok/?q=5.3.2")
    form = page.locator("#meld form")
    form.locator(
        "input[name=kind][value=improvement] ~ *, label:has(input[name=kind][value=improvement])"
    ).first.click()
    form.locator("[name=description]").fill("Lag en sjekkliste for vikarer")
    form.locator("button[type=submit]").click()
    expect(page).to_have_url(re.compile("kvittering"))


def test_what_is_typed_survives_bad_input(sign_in):
    page = sign_in("ansatt")
    page.goto("/meld/")
    form = page.locator("main form").first
    form.locator("input[name=kind][value=positive]").check()
    form.locator("[name=title]").evaluate("element => element.closest('details')?.setAttribute('open', '')")
    form.locator("[name=title]").fill("Fin vakt")
    form.locator("[name=description]").evaluate("element => element.removeAttribute('required')")
    form.evaluate("element => element.setAttribute('novalidate', '')")
    form.locator("button[type=submit]").click()
    expect(page.locator("[name=description][aria-invalid=true]")).to_be_visible()
    expect(page.locator("[name=title]")).to_have_value("Fin vakt")
    expect(page.locator("input[name=kind][value=positive]")).to_be_checked()


def test_a_stale_edit_gets_409_with_both_texts(sign_in, reference):
    first, second = sign_in("leder"), sign_in("hjemme.nestleder")
    for page in (first, second):
        page.goto(f"/saker/{reference}/rett/")
    first.locator("[name=title]").fill("Tittelen til lederen")
    first.locator("main form button[type=submit]").first.click()
    first.wait_for_load_state()
    second.locator("[name=title]").fill("Tittelen til nestlederen")
    with second.expect_response(lambda response: response.request.method == "POST") as response:
        second.locator("main form button[type=submit]").first.click()
    assert response.value.status == 409
    text = second.content()
    assert "Tittelen til lederen" in text
    assert "Tittelen til nestlederen" in text


@pytest.mark.parametrize("address", ["/finnes-ikke/", "/saker/2026-99999/", "/saker/tull/", "/d/FL-9999/"])
def test_unknown_addresses_answer_404_with_a_way_back(sign_in, address):
    page = sign_in("ansatt")
    response = page.goto(address)
    assert response.status == 404
    expect(page.locator("main a[href='/']").first).to_be_visible()

"""Learning across units in a real browser (S28, S30, S37): a case of IT is closed with a story, a colleague of another
unit finds and follows it, and the leader of a unit that is asked answers and opens a case of their own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import VIEWS, findings
from tests.browser.test_road import open_procedure, report, take

STORY = "En vikar beholdt tilgangen i tre uker. Nå meldes sluttdatoen sammen med vaktplanen."
LESSON = "Gi hver vikar en sluttdato den første dagen."
IMPROVEMENT = "Gi byggesaksvikarer en sluttdato i fagsystemet."
ASKED_UNIT = "RE Plan og bygg"


@pytest.fixture
def reference(sign_in) -> str:
    """A case of IT that is closed with a story."""
    reporter = sign_in("ansatt")
    open_procedure(reporter)
    reference = report(reporter, "Meld sluttdato for vikarer i vaktplanen, så stenges tilgangen.", kind="improvement")
    owner = sign_in("eier")
    take(owner, reference, "vurder", probability=2, consequence=2, answer="Takk, det gjør vi.")
    owner.goto(f"/saker/{reference}/lukk/")
    expect(owner.locator("[name=story]")).to_have_value(re.compile("Meld sluttdato for vikarer"))
    owner.locator("[name=material_for][value=employees]").check()
    take_here(
        owner,
        residual_probability="1",
        residual_consequence="1",
        page_outcome="unchanged",
        page_outcome_note="Rutinen sier det alt.",
        lesson=LESSON,
        story=STORY,
    )
    expect(owner.locator("main")).to_contain_text(LESSON)
    return reference


def take_here(page: Page, **fields: str) -> None:
    """Fill the step that is open, and send."""
    form = page.locator("main form").first
    for name, value in fields.items():
        field = form.locator(f"[name={name}]")
        if field.first.get_attribute("type") == "radio":
            form.locator(f"[name={name}][value={value}]").check()
        elif field.first.evaluate("element => element.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    form.locator("button[type=submit]").first.click()
    page.wait_for_load_state()


def story(reference: str) -> str:
    return f"/laering/{reference}/"


def ask(page: Page, reference: str) -> None:
    """Ask one unit from the page of the story."""
    page.goto(story(reference))
    page.locator("a[href$='/spor/']").click()
    page.get_by_label(ASKED_UNIT, exact=True).check()
    take_here(page)
    expect(page).to_have_url(re.compile(story(reference)))
    expect(page.locator("main")).to_contain_text(ASKED_UNIT)


def answer_address(page: Page) -> str:
    """Where the leader's task on Min side leads."""
    page.goto("/min-side/")
    page.locator("section[aria-labelledby=relevance] a").last.click()
    return page.url


def test_from_the_close_to_a_case_of_another_unit(sign_in, reference):
    colleague = sign_in("ansatt2")
    colleague.goto("/oversikter/")
    colleague.locator("main a[href='/laering/']").click()
    colleague.locator("main [name=q]").fill("sluttdato vikar")
    colleague.locator("main search button[type=submit]").click()
    colleague.locator(f"main article a[href='{story(reference)}']").click()
    expect(colleague.locator("main")).to_contain_text(STORY)
    colleague.locator("form[action='/folg/'] button").click()
    expect(colleague.locator("form[action$='/slutt/'] button")).to_be_visible()

    ask(sign_in("eier"), reference)
    leader = sign_in("leder2")
    address = answer_address(leader)
    for who in ("ansatt2", "leder", "revisor", "servicetorg"):
        other = sign_in(who)
        assert other.goto(f"{story(reference)}spor/").status == 403, who
        assert other.goto(address).status == 403, who

    take_here(leader, outcome="done", text="Det gjør vi alt.", improvement=IMPROVEMENT)
    expect(leader.locator("[name=improvement]")).to_have_value(IMPROVEMENT)
    take_here(leader, outcome="relevant", text="Vi innfører det i byggesak.")
    expect(leader.locator("main")).to_contain_text("Vi innfører det i byggesak.")
    leader.locator("main a", has_text="Forbedringssak").or_(
        leader.locator("main a", has_text="Improvement case")
    ).click()
    expect(leader.locator("h1")).to_contain_text(IMPROVEMENT.rstrip("."))
    assert leader.locator(f"aside a[href='{story(reference)}']").count() == 1

    owner = sign_in("eier")
    take(owner, reference, "gjenapne", reason="Det skjedde igjen.")
    assert colleague.goto(story(reference)).status == 404
    assert leader.goto(address).status == 404
    colleague.goto("/min-side/")
    expect(colleague.locator("section[aria-labelledby=notices]")).to_contain_text(reference)


@pytest.mark.parametrize("view", VIEWS)
def test_the_screens_have_no_findings(sign_in, reference, view):
    ask(sign_in("eier"), reference)
    leader = sign_in("leder2", **VIEWS[view])
    asker = sign_in("eier", **VIEWS[view])
    wrong = {}
    for page, address in (
        (leader, "/laering/?alle=1"),
        (leader, "/laering/?q=finnesikke"),
        (leader, story(reference)),
        (leader, answer_address(leader)),
        (asker, f"{story(reference)}spor/"),
        (asker, f"/saker/{reference}/"),
        (asker, f"/saker/{reference}/historien/"),
    ):
        page.goto(address)
        if found := findings(page):
            wrong[address] = found
    assert wrong == {}

"""The whole road in a real browser (G6, S4, S6): draft, hearing in two rounds, answers, approval, in force, superseded."""

import datetime
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_accessible import VIEWS, findings
from tests.browser.test_approval import looks_right, open_page, statuses, waits_on_my_page, write

DRAFT = "Brukerrådet får saken fire uker før møtet."
FROM_STAFF = "Fire uker er for kort om sommeren."
FROM_OUTSIDE = "Rådet trenger også å vite hvem som svarer."


def later(days: int) -> str:
    return (datetime.date.today() + datetime.timedelta(days)).isoformat()


def open_round(page: Page, question: str, deadline: str, unit: str | None = None) -> None:
    page.locator("[name=question]").fill(question)
    page.locator(f"[name=audience][value={'units' if unit else 'all'}]").check()
    if unit:
        page.get_by_label(unit, exact=False).first.check()
    page.locator("[name=deadline]").fill(deadline)
    page.get_by_role("button", name="Åpne høringen").click()
    page.wait_for_load_state()


def shown_link(page: Page) -> str:
    """The path of the link that was made just now."""
    return urlsplit(page.locator("code.address").inner_text()).path


def answer(page: Page, comment: str, outcome: str, text: str) -> None:
    """On the round: unfold the answer to this comment, and send it."""
    entry = page.locator("ol.log > li").filter(has_text=comment)
    entry.locator("summary").click()
    entry.locator(f"[name=outcome][value={outcome}]").check()
    entry.locator("textarea").fill(text)
    entry.get_by_role("button", name="Send svaret").click()
    expect(page.locator("ol.log > li").filter(has_text=comment).locator(".reply")).to_contain_text(text)


def is_not_sent(page: Page, document: str) -> None:
    """Sending to approval is refused, and the page says why."""
    page.goto(f"{document}utkast/")
    page.locator("button[name=act][value=approval]").click()
    expect(page.locator(".ds-error-summary")).to_be_visible()


@pytest.fixture
def stranger(browser: Browser, server: str):
    """A page of somebody without an account, on a phone."""
    context = browser.new_context(base_url=server, locale="nb-NO", viewport=VIEWS["phone"]["viewport"])
    yield context.new_page()
    context.close()


def test_from_draft_through_hearing_and_approval_to_superseded(sign_in, stranger):
    editor, owner, reader = sign_in("redaktor"), sign_in("radmann"), sign_in("ansatt", java_script_enabled=False)
    document = open_page(editor, "2.1.3")
    before = editor.locator(".control dd").first.inner_text().split()[0]
    write(editor, document, DRAFT)

    editor.locator(f"main a[href='{document}horing/']").first.click()
    open_round(editor, "Rekker dere å svare?", later(-1), unit="Hjemmetjenesten")
    expect(editor.locator("[name=deadline][aria-invalid=true]")).to_be_visible()
    expect(editor.locator("[name=question]")).to_have_value("Rekker dere å svare?")
    looks_right(editor)
    editor.locator("[name=deadline]").fill(later(14))
    editor.get_by_role("button", name="Åpne høringen").click()
    expect(editor).to_have_url(re.compile(rf"{document}horing/\d+/"))
    first = editor.url

    editor.get_by_role("link", name="Lenker til folk utenfor kommunen").click()
    editor.locator("[name=recipient]").fill("Eldrerådet")
    editor.get_by_role("button", name="Lag lenken").click()
    link = shown_link(editor)
    looks_right(editor)
    editor.goto(editor.url)
    expect(editor.locator("code.address")).to_have_count(0)

    reader.goto("/horing/")
    reader.locator(f"a[href='{document}horing/{first.split('/')[-2]}/']").click()
    expect(reader.locator("article")).to_contain_text(DRAFT)
    reader.get_by_role("button", name="Send kommentaren").click()
    expect(reader.locator("[name=text][aria-invalid=true]")).to_be_visible()
    reader.locator("[name=text]").fill(FROM_STAFF)
    reader.get_by_role("button", name="Send kommentaren").click()
    expect(reader.locator("ol.log")).to_contain_text(FROM_STAFF)

    stranger.goto(link)
    expect(stranger.locator("article")).to_contain_text(DRAFT)
    assert findings(stranger) == []
    stranger.locator("[name=text]").fill(FROM_OUTSIDE)
    stranger.get_by_role("button", name="Send kommentaren").click()
    expect(stranger.locator("[name=name][aria-invalid=true]")).to_be_visible()
    expect(stranger.locator("[name=text]")).to_have_value(FROM_OUTSIDE)
    stranger.locator("[name=name]").fill("Ruth Dal")
    stranger.get_by_role("button", name="Send kommentaren").click()
    expect(stranger.locator("ol.log")).to_contain_text(FROM_OUTSIDE)
    assert stranger.goto(document).url.split("?")[0].endswith("/logg-inn/")

    is_not_sent(editor, document)
    editor.goto(first)
    looks_right(editor)
    answer(editor, FROM_OUTSIDE, "taken_in", "Det står nå i teksten.")
    editor.get_by_role("button", name="Avslutt runden").click()
    is_not_sent(editor, document)
    editor.goto(first)
    answer(editor, FROM_STAFF, "not_taken_in", "Fristen følger av forskriften.")

    stranger.goto(link)
    expect(stranger.locator("main")).to_contain_text("Det står nå i teksten.")
    expect(stranger.locator("main")).not_to_contain_text("Fristen følger av forskriften.")
    expect(stranger.locator("form")).to_have_count(0)

    editor.goto(f"{document}horing/")
    open_round(editor, "Er det noe mer?", later(7))
    second = editor.url
    assert second != first
    editor.get_by_role("link", name="Lenker til folk utenfor kommunen").click()
    editor.locator("[name=recipient]").fill("Ungdomsrådet")
    editor.get_by_role("button", name="Lag lenken").click()
    revoked = shown_link(editor)
    editor.get_by_role("button", name="Trekk tilbake").click()
    assert stranger.goto(revoked).status == 404
    editor.goto(second)
    editor.get_by_role("button", name="Avslutt runden").click()

    editor.goto(f"{document}utkast/")
    editor.locator("button[name=act][value=approval]").click()
    expect(editor.locator("button[value=take_back]")).to_be_visible()
    assert statuses(editor, document, "godkjenn") == [(403, 403)]

    waits_on_my_page(owner, f"{document}godkjenn/").click()
    expect(owner.locator("main")).to_contain_text("2 kommentarer")
    looks_right(owner)
    owner.locator("button[name=approve]").click()

    reader.goto(document)
    expect(reader.locator("article").first).to_contain_text(DRAFT)
    reader.goto(f"{document}versjoner/{before}/")
    expect(reader.locator(".ds-alert[data-color=warning]")).to_be_visible()
    expect(reader.locator("article").first).not_to_contain_text(DRAFT)
    reader.goto("/horing/")
    reader.get_by_role("link", name="Medvirkning og brukerråd").first.click()
    expect(reader.locator(".reply")).to_contain_text(["Fristen følger av forskriften."])


def test_only_those_asked_read_a_hearing_and_only_writers_run_it(sign_in):
    """Home care is asked: another unit reads nothing, its own people answer nobody, the auditor reads and says nothing."""
    editor, asked, other, auditor = (sign_in(who) for who in ("redaktor", "ansatt", "ansatt2", "revisor"))
    document = open_page(editor, "2.1.4")
    write(editor, document, "Klagen kan gis muntlig.")
    editor.goto(f"{document}horing/")
    open_round(editor, "Er dette forstått?", later(14), unit="Hjemmetjenesten")
    hearing = re.sub(r"https?://[^/]+", "", editor.url)
    step = hearing.removeprefix(document)
    assert other.goto(hearing).status == 403
    assert asked.goto(hearing).status == 200
    looks_right(asked)
    asked.locator("[name=text]").fill("Ja.")
    asked.get_by_role("button", name="Send kommentaren").click()
    comment = asked.locator("ol.log > li").first.get_attribute("id").removeprefix("kommentar-")
    writers_only = [f"{step}svar/{comment}".strip("/"), f"{step}lenker".strip("/")]
    for person in (asked, other, auditor):
        person.goto("/")
        assert statuses(person, document, *writers_only) == [(403, 403), (403, 403)]
        token = next(c["value"] for c in person.context.cookies() if c["name"] == "csrftoken")
        closed = person.request.post(
            f"{hearing}avslutt/", form={"version": "1"}, headers={"X-CSRFToken": token, "Referer": person.url}
        )
        assert closed.status == 403
    is_not_sent(editor, document)

"""The form of a risk assessment filled in as a sheet: by keyboard, by a pasted block, by two at once, without script."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_accessible import VIEWS, findings

BLOCK = (
    "Drift\tStrømmen blir borte\t4\t4\n"
    'Drift\t"Serveren stopper\nfordi disken er full"\t2\t5\n'
    'Drift\t"Noen sa ""hysj"""\t6\t1\n'
)


def begin(page: Page, title: str) -> str:
    """A new assessment by its form; gives its address."""
    page.goto("/risiko/ny/")
    page.fill("[name=title]", title)
    page.select_option("[name=purpose]", "hms:")
    if not page.input_value("[name=unit]"):
        page.select_option("[name=unit]", index=1)
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url(re.compile(r"/risiko/\d+/"))
    return re.search(r"/risiko/\d+/", page.url).group()


@pytest.fixture
def page(sign_in) -> Iterator[Page]:
    page = sign_in("leder", viewport={"width": 1440, "height": 900})
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    yield page
    assert wrong == []


def saved(page: Page) -> None:
    expect(page.locator(".risk__status")).to_contain_text("Lagret", timeout=10_000)
    page.wait_for_function(
        "!document.querySelector('risk-grid').sending && !document.querySelector('risk-grid').queue.length"
    )


def cell(page: Page, row: int, column: str):
    index = page.evaluate(
        "name => document.querySelector('risk-grid').columns.findIndex((one) => one.name === name)", column
    )
    return page.locator(".risk__table tbody tr").nth(row - 1).locator("td").nth(index)


def text(page: Page, row: int, column: str) -> str:
    return cell(page, row, column).locator(".cell__text").text_content() or ""  # inner_text is "" out of sight


def keys(page: Page, *names: str) -> None:
    for name in names:
        if "+" in name or name in NAMED:
            page.keyboard.press(name)
        else:
            page.keyboard.type(name)


NAMED = {
    "Space",
    "Tab",
    "Enter",
    "Escape",
    "F2",
    "Delete",
    "Home",
    "End",
    "ArrowUp",
    "ArrowDown",
    "ArrowLeft",
    "ArrowRight",
}


def put_on_clipboard(page: Page, block: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("block => navigator.clipboard.writeText(block)", block)


def test_two_rows_from_nothing_with_the_keyboard_only(page) -> None:
    address = begin(page, "ROS med bare tastatur")
    page.locator(".risk__bar [data-do=add]").focus()
    keys(
        page, "Enter", "Alenearbeid", "Tab", "Truet på besøk", "Shift+Enter", "av ukjent", "Tab", "4", "Tab", "4", "Tab"
    )
    expect(cell(page, 1, "score")).to_be_focused()
    keys(page, "Tab", "Space", "Tab", "Gå to sammen", "Control+Enter")
    keys(page, "Drift", "Tab", "Strømmen blir borte", "Tab", "2", "Tab", "5", "Enter")
    saved(page)
    assert text(page, 1, "threat") == "Truet på besøk\nav ukjent"
    assert text(page, 1, "law_breach") == "Ja"
    expect(cell(page, 1, "score")).to_contain_text("16")
    expect(cell(page, 1, "score")).to_contain_text("Krever tiltak")
    expect(cell(page, 2, "score")).not_to_contain_text("Krever tiltak")
    page.goto(address)
    assert [text(page, row, "threat") for row in (1, 2)] == ["Truet på besøk\nav ukjent", "Strømmen blir borte"]
    assert text(page, 1, "preventive") == "Gå to sammen"


def test_a_block_is_pasted_undone_and_done_again(page) -> None:
    address = begin(page, "ROS med innliming")
    put_on_clipboard(page, BLOCK)
    page.locator(".risk__bar [data-do=add]").focus()
    page.keyboard.press("Control+v")
    saved(page)
    assert text(page, 2, "threat") == "Serveren stopper\nfordi disken er full"
    assert text(page, 3, "threat") == 'Noen sa "hysj"'
    wrong = cell(page, 3, "probability")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(wrong.locator(".cell__error")).to_have_text("Tallet må være fra 1 til 5.")
    assert text(page, 3, "probability") == "6", "what was pasted stays"
    page.keyboard.press("Control+z")
    saved(page)
    expect(page.locator(".risk__table tbody tr")).to_have_count(0)
    page.keyboard.press("Control+y")
    saved(page)
    page.goto(address)
    assert text(page, 1, "threat") == "Strømmen blir borte"
    assert text(page, 3, "probability") == "", "what can't stand there is not saved"


def test_copied_cells_are_pasted_as_a_sheet_writes_them(page) -> None:
    begin(page, "ROS med kopiering")
    put_on_clipboard(page, BLOCK)
    page.locator(".risk__bar [data-do=add]").focus()
    page.keyboard.press("Control+v")
    saved(page)
    cell(page, 1, "aspect").click()
    keys(page, "Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == 'Drift\tStrømmen blir borte\nDrift\t"Serveren stopper\nfordi disken er full"'
    keys(page, "Delete")
    saved(page)
    assert [text(page, 1, "threat"), text(page, 2, "aspect"), text(page, 3, "aspect")] == ["", "", "Drift"]
    keys(page, "Control+z")
    saved(page)
    assert text(page, 2, "threat").startswith("Serveren")


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("0", "Tallet må være fra 1 til 5."),
        ("6", "Tallet må være fra 1 til 5."),
        ("2,5", "Skriv et helt tall fra 1 til 5, uten desimaler."),
        ("ofte", "Skriv et tall fra 1 til 5, ikke tekst."),
        ("=2+2", "Her kan det ikke stå en formel."),
    ],
)
def test_a_wrong_number_says_so_at_the_cell_and_stays(page, typed, word) -> None:
    begin(page, "ROS med feil tall")
    page.locator(".risk__bar [data-do=add]").click()
    keys(page, "ArrowRight", "ArrowRight")
    page.keyboard.type(typed)
    page.keyboard.press("Tab")
    expect(cell(page, 1, "probability").locator(".cell__error")).to_contain_text(word)
    assert text(page, 1, "probability") == typed
    expect(page.locator(".risk__status")).to_contain_text("bortsett fra én rute")
    keys(page, "Shift+Tab", "3", "Tab")
    saved(page)
    expect(cell(page, 1, "probability")).not_to_have_attribute("aria-invalid", "true")
    assert text(page, 1, "probability") == "3"


def test_rows_are_copied_moved_and_removed_with_keys_and_menu(page) -> None:
    address = begin(page, "ROS med rader")
    page.locator(".risk__bar [data-do=add]").click()
    keys(page, "Første", "Control+Enter", "Andre", "Tab")
    keys(page, "Control+d")
    saved(page)
    assert [text(page, row, "aspect") for row in (1, 2, 3)] == ["Første", "Andre", "Andre"]
    keys(page, "Alt+ArrowUp", "Alt+ArrowUp", "X", "Enter")
    saved(page)
    assert [text(page, row, "aspect") for row in (1, 2, 3)] == ["X", "Første", "Andre"]
    page.get_by_role("button", name="Rad 2: valg").click()
    page.get_by_role("menuitem", name="Slett raden").click()
    saved(page)
    page.goto(address)
    assert [text(page, row, "aspect") for row in (1, 2)] == ["X", "Andre"]
    expect(page.locator(".risk__removed")).to_contain_text("1 slettet rad")


def test_two_on_the_same_cell_see_both_texts(page, sign_in) -> None:
    address = begin(page, "ROS for to")
    page.locator(".risk__bar [data-do=add]").click()
    keys(page, "Felles", "Tab")
    saved(page)
    other = sign_in("leder", viewport={"width": 1440, "height": 900})
    other.goto(address)
    cell(page, 1, "threat").click()
    keys(page, "Den første", "Enter")
    saved(page)
    cell(other, 1, "threat").click()
    keys(other, "Den andre", "Enter")
    conflict = cell(other, 1, "threat").locator(".cell__conflict")
    expect(conflict).to_contain_text("Noen andre skrev: Den første")
    assert text(other, 1, "threat") == "Den andre"
    conflict.get_by_role("button", name="Behold min").click()
    saved(other)
    page.evaluate("document.querySelector('risk-grid').look()")
    expect(cell(page, 1, "threat").locator(".cell__text")).to_have_text("Den andre")
    assert text(page, 1, "aspect") == "Felles"


def test_others_rows_come_and_go_while_one_writes(page, sign_in) -> None:
    address = begin(page, "ROS i møte")
    page.locator(".risk__bar [data-do=add]").click()
    keys(page, "En", "Control+Enter", "To", "Enter")
    saved(page)
    other = sign_in("leder", viewport={"width": 1440, "height": 900})
    other.goto(address)
    cell(other, 1, "aspect").click()
    keys(other, "Control+Shift+Delete")
    other.locator(".risk__bar [data-do=add]").click()
    keys(other, "Tre", "Enter")
    saved(other)
    cell(page, 2, "threat").click()
    keys(page, "Midt i en setning")
    page.evaluate("document.querySelector('risk-grid').look()")
    expect(page.locator(".risk__table tbody tr")).to_have_count(2)
    assert page.evaluate("document.activeElement.value") == "Midt i en setning"
    keys(page, "Enter")
    saved(page)
    assert [text(page, row, "aspect") for row in (1, 2)] == ["To", "Tre"]


def test_without_a_network_nothing_is_lost(page) -> None:
    address = begin(page, "ROS uten nett")
    page.locator(".risk__bar [data-do=add]").click()
    saved(page)
    page.context.set_offline(True)
    keys(page, "Skrevet uten nett", "Enter")
    expect(page.locator(".risk__status")).to_contain_text("Ikke lagret")
    page.context.set_offline(False)
    saved(page)
    page.goto(address)
    assert text(page, 1, "aspect") == "Skrevet uten nett"


def test_after_a_new_login_elsewhere_it_is_saved_from_here(page) -> None:
    address = begin(page, "ROS og ny innlogging")
    page.locator(".risk__bar [data-do=add]").click()
    saved(page)
    page.context.clear_cookies()
    keys(page, "Skrevet utlogget", "Enter")
    expect(page.locator(".risk__status")).to_contain_text("logget ut")
    tab = page.context.new_page()
    tab.goto("/logg-inn/")
    tab.fill("#login-form input[name=username]", "leder")
    tab.fill("#login-form input[name=password]", "demo-passord-2026")
    tab.locator("#login-form button[type=submit]").click()
    tab.wait_for_url(lambda url: "logg-inn" not in url)
    page.evaluate("document.querySelector('risk-grid').flush()")
    saved(page)
    page.goto(address)
    assert text(page, 1, "aspect") == "Skrevet utlogget"


def test_help_is_read_with_the_cell_and_shown_at_its_heading(page) -> None:
    begin(page, "ROS med hjelp")
    page.locator(".risk__bar [data-do=add]").click()
    keys(page, "ArrowRight", "ArrowRight")
    expect(page.locator(".risk__hint")).to_contain_text("nesten aldri")
    assert "help-probability" in cell(page, 1, "probability").get_attribute("aria-describedby")
    page.locator("[data-column=consequence] .head__label").hover()
    expect(page.locator("#help-consequence")).to_be_visible()


def test_a_long_text_is_counted_and_too_long_is_told(page) -> None:
    begin(page, "ROS med lang tekst")
    page.locator(".risk__bar [data-do=add]").click()
    page.keyboard.press("F2")
    page.locator(".cell__field").fill("x" * 301)
    expect(page.locator(".risk__count")).to_contain_text("301 tegn. Skriv kort!")
    page.locator(".cell__field").fill("x" * 2001)
    keys(page, "Enter")
    expect(cell(page, 1, "aspect").locator(".cell__error")).to_contain_text("2001 tegn")
    assert len(text(page, 1, "aspect")) == 2001


@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing_in_the_grid_whatever_state_its_cells_are_in(sign_in, view) -> None:
    page = sign_in("leder", **VIEWS[view])
    begin(page, "ROS for alle")
    assert findings(page) == [], "nothing yet"
    put_on_clipboard(page, BLOCK)
    page.locator(".risk__bar [data-do=add]").focus()
    page.keyboard.press("Control+v")
    expect(page.locator(".cell--wrong")).to_have_count(1)
    page.evaluate(
        """() => {
            const grid = document.querySelector("risk-grid");
            const cell = [...grid.rows.values()][0].cells.threat;
            Object.assign(cell, { state: "conflict", theirs: "En annen tekst" });
            grid.draw(cell);
        }"""
    )
    assert findings(page) == [], "an error and a conflict"
    cell(page, 2, "deadline").dblclick()
    assert findings(page) == [], "while writing"
    page.keyboard.press("Escape")
    page.locator(".risk__no a").first.click()
    assert findings(page) == [], "the menu of a row"


def test_on_a_phone_a_tap_writes(sign_in) -> None:
    page = sign_in("leder", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    begin(page, "ROS på telefon")
    page.locator(".risk__bar [data-do=add]").tap()
    cell(page, 1, "threat").tap()
    page.locator(".cell__field").fill("Skrevet med tommelen")
    cell(page, 1, "probability").tap()
    page.locator(".cell__field").fill("3")
    cell(page, 1, "law_breach").tap()
    saved(page)
    assert text(page, 1, "threat") == "Skrevet med tommelen"
    assert text(page, 1, "law_breach") == "Ja"
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_without_script_rows_are_filled_in_as_forms(sign_in) -> None:
    page = sign_in("leder", java_script_enabled=False)
    begin(page, "ROS uten skript")
    page.get_by_role("link", name="Ny rad").click()
    page.fill("[name=threat]", "Strømmen blir borte")
    page.fill("[name=probability]", "7")
    page.get_by_role("button", name="Legg til raden").click()
    assert "Tallet må være fra 1 til 5." in page.content()
    assert page.input_value("[name=threat]") == "Strømmen blir borte"
    page.fill("[name=probability]", "3")
    page.get_by_role("button", name="Legg til raden").click()
    page.get_by_role("link", name="Rediger rad 1").click()
    page.get_by_role("button", name="Kopier raden").click()
    expect(page.locator(".risk__table tbody tr")).to_have_count(2)
    page.get_by_role("link", name="Rediger rad 2").click()
    page.get_by_role("button", name="Slett raden").click()
    expect(page.locator(".risk__table tbody tr")).to_have_count(1)
    page.locator(".risk__removed summary").click()
    page.get_by_role("button", name="Sett tilbake").click()
    expect(page.locator(".risk__table tbody tr")).to_have_count(2)

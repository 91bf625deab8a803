"""What script adds, and that nothing is lost without it: search key, drafts, files, menu."""

from playwright.sync_api import Page

TEXT = "Nøkkelen til medisinskapet lå på benken da vi kom på vakt"


def drafts(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('draft:'))")


def write(page: Page, text: str = TEXT) -> None:
    page.goto("/meld/")
    page.fill("textarea[name=description]", text)


def send(page: Page) -> None:
    page.locator(".report button[type=submit]").last.click()


def test_slash_goes_to_search_but_not_while_writing(sign_in) -> None:
    page = sign_in("ansatt")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    write(page, "")
    page.locator("textarea[name=description]").press("/")
    assert page.input_value("textarea[name=description]") == "/"


def test_a_draft_survives_until_it_has_arrived(sign_in) -> None:
    page = sign_in("ansatt")
    write(page)
    page.reload()
    assert page.input_value("textarea[name=description]") == TEXT
    assert page.locator("saved-draft > .note").is_visible()
    send(page)
    page.wait_for_url("**/kvittering/")
    assert drafts(page) == []


def test_a_draft_survives_a_session_that_ran_out_and_never_reaches_another(sign_in) -> None:
    page = sign_in("ansatt")
    write(page)
    page.context.clear_cookies()
    send(page)
    page.wait_for_load_state()
    assert len(drafts(page)) == 1
    page.goto("/logg-inn/?next=/meld/")
    page.fill("#login-form input[name=username]", "ansatt2")
    page.fill("#login-form input[name=password]", "demo-passord-2026")
    page.locator("#login-form button[type=submit]").click()
    page.wait_for_url("**/meld/")
    assert page.input_value("textarea[name=description]") == ""
    assert drafts(page) == []


def test_logging_out_takes_the_draft_away(sign_in) -> None:
    page = sign_in("ansatt")
    write(page)
    assert drafts(page)
    page.click(".menu-button")
    page.click("form[data-clears-drafts] button")
    page.wait_for_url("**/logg-inn/**")
    assert drafts(page) == []


def test_a_sealed_report_leaves_nothing_on_the_device(sign_in) -> None:
    page = sign_in("ansatt")
    write(page)
    page.locator("[data-no-draft]").first.check()
    assert drafts(page) == []
    page.locator("textarea[name=description]").press("End")
    page.keyboard.type(" igjen")
    assert drafts(page) == []


def test_chosen_files_are_listed_and_can_be_taken_out(sign_in) -> None:
    page = sign_in("ansatt")
    page.goto("/meld/")
    page.set_input_files(
        "input[type=file]",
        [
            {"name": "skap.png", "mimeType": "image/png", "buffer": b"x" * 2500},
            {"name": "rutine.pdf", "mimeType": "application/pdf", "buffer": b"y" * 2_500_000},
        ],
    )
    assert "2,5 MB" in page.inner_text("file-preview .files")
    page.locator("file-preview button").first.click()
    assert page.evaluate("[...document.querySelector('input[type=file]').files].map((file) => file.name)") == [
        "rutine.pdf"
    ]


def test_similar_cases_are_shown_while_writing(sign_in) -> None:
    page = sign_in("ansatt")
    write(page, "En byråvikar hadde tilgang lenge etter siste vakt")
    page.wait_for_selector("similar-cases a")


def test_menu_appearance_search_and_report_work_without_script(sign_in) -> None:
    page = sign_in("ansatt", java_script_enabled=False)
    page.click(".menu-button")
    page.click(".segments button[value=dark]")
    page.wait_for_load_state()
    assert page.locator("html[data-color-scheme=dark]").count() == 1
    page.fill(".topbar input[name=q]", "5.3.2")
    page.press(".topbar input[name=q]", "Enter")
    page.wait_for_url("**/handbok/**")
    write(page)
    send(page)
    page.wait_for_url("**/kvittering/")


def test_the_phone_has_report_search_and_sections_within_reach(sign_in) -> None:
    page = sign_in("ansatt", viewport={"width": 390, "height": 844})
    assert page.locator(".topbar a[href='/meld/']").is_visible()
    assert page.locator(".topbar a[href='/sok/']").is_visible()
    page.click(".menu-button")
    page.click(".menu a[href='/handbok/']")
    page.wait_for_url("**/handbok/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_suggestions_are_chosen_by_keyboard(sign_in) -> None:
    page = sign_in("ansatt")
    page.goto("/min-side/")
    field = page.locator(".topbar input[type=search]")
    field.press_sequentially("legemid")
    page.wait_for_selector("[role=option]")
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true]")
    assert field.get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    assert "Legemiddelhåndtering" in chosen.inner_text()
    field.press("Enter")
    page.wait_for_url("**/handbok/hovedprosesser/**")
    assert "Legemiddelhåndtering" in page.locator("h1").inner_text()


def test_escape_closes_suggestions_and_enter_searches_for_what_is_typed(sign_in) -> None:
    page = sign_in("ansatt")
    page.goto("/min-side/")
    field = page.locator(".topbar input[type=search]")
    field.press_sequentially("legemid")
    page.wait_for_selector("[role=option]")
    field.press("Escape")
    assert not page.locator("[role=option]").first.is_visible()
    assert field.input_value() == "legemid"
    field.press("Enter")
    page.wait_for_url("**/sok/?q=legemid")
    assert page.locator(".hits li").count() > 1


def test_search_works_without_script(sign_in) -> None:
    page = sign_in("ansatt", java_script_enabled=False)
    page.goto("/sok/?q=legemiddel")
    page.locator(".facets a", has_text="Saker").click()
    assert page.locator(".facets a[aria-current]").inner_text().startswith("Saker")
    assert page.locator(".hits li").count() >= 1

"""From a new risk assessment to its matrix and the case that comes of it, with the keyboard alone."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

NAME = """() => {
  const one = document.activeElement;
  if (one === document.body) return "";
  const labels = [...(one.labels ?? [])].map((label) => label.innerText);
  return [one.getAttribute("aria-label") ?? "", ...labels, one.innerText ?? ""].join(" ").trim();
}"""


def tab_to(page: Page, name: str, most: int = 150) -> None:
    """Press Tab until what has focus is called so."""
    for _time in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME):
            return
    raise AssertionError(f"«{name}» is not reached with Tab")


def follow(page: Page) -> None:
    """Press Enter on a link or a button that leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_row(page: Page, *texts: str) -> None:
    """Type in the cells from the one with focus and on, as in a sheet."""
    for text in texts:
        if text:
            page.keyboard.type(text)
        page.keyboard.press("Tab")


def test_from_nothing_to_matrix_and_case(sign_in):
    page = sign_in("leder")
    page.goto("/risiko/")
    tab_to(page, "Ny ROS-analyse")
    follow(page)
    tab_to(page, "Hva analysen gjelder")
    page.keyboard.type("HMS")
    tab_to(page, "Tittel")
    page.keyboard.type("Nattarbeid i sone nord")
    tab_to(page, "Begynn")
    follow(page)
    expect(page.locator("h1")).to_have_text("Nattarbeid i sone nord")

    tab_to(page, "Ny rad")
    page.keyboard.press("Enter")
    fill_row(page, "Kjøring om natten", "Bilen glir av veien fordi det ikke er strødd", "4", "4")
    expect(page.get_by_text("høy").first).to_be_visible()
    page.keyboard.press("Tab")  # past the product
    fill_row(page, "", "Piggdekk hele vinteren")
    expect(page.locator("risk-grid [role=status]").first).to_contain_text("Lagret")

    page.reload()
    tab_to(page, "Beslutt …")
    follow(page)
    expect(page.locator("h1")).to_have_text("Beslutt analysen")
    expect(page.get_by_role("cell", name="Bilen glir av veien")).to_be_visible()
    tab_to(page, "Beslutt analysen")
    follow(page)
    expect(page.locator("h1")).to_have_text("Nattarbeid i sone nord")
    expect(page.get_by_text("Skjemaet er låst")).to_be_visible()

    square = page.locator("table.matrix").first.get_by_role("link", name="1").first
    expect(square).to_be_visible()
    for _time in range(150):
        page.keyboard.press("Tab")
        if square.evaluate("link => link === document.activeElement"):
            break
    follow(page)
    expect(page.locator("h1")).to_contain_text("Bilen glir av veien")
    reference = page.locator("section[aria-labelledby=follow-up] a").first.inner_text()
    tab_to(page, reference)
    follow(page)
    expect(page.locator("h1")).to_contain_text("Bilen glir av veien")
    expect(page.get_by_text("Piggdekk hele vinteren").first).to_be_visible()
    expect(page.get_by_role("link", name="Nattarbeid i sone nord")).to_be_visible()

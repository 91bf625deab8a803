"""Pictures of the main screens: `make screenshots` (into var/screenshots) or `… readme` (those the README shows)."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.browser import serving

PROCEDURE = "/sok/?q=5.3.2"
SCREENS = [
    # name, person, address
    ("login", None, "/logg-inn/"),
    ("home", "leder", "/"),
    ("my-page", "leder", "/min-side/"),
    ("procedure", "ansatt", PROCEDURE),
    ("chapter", "ansatt", "/sok/?q=4"),
    ("section", "ansatt", "/sok/?q=5.3"),
    ("editions", "revisor", "/d/{legemidler}/versjoner/"),
    ("comparison", "revisor", "/d/{legemidler}/sammenlign/4/5/"),
    ("report", "ansatt", "/meld/"),
    ("register", "leder", "/saker/"),
    ("register-empty", "leder", "/saker/?q=finnesikke"),
    ("case", "eier", "/saker/?q=vaktplanen&status=in_progress"),
    ("history", "revisor", "{case}historikk/"),
    ("close", "eier", "{case}lukk/"),
    ("risk-register", "leder", "/risiko/?alle=1"),
    ("risk-assessment", "leder", "/risiko/18/"),
    ("risk-unit", "radmann", "/risiko/enhet/asker/"),
    ("risk-guidance", "ansatt", "/risiko/veiledning/"),
    ("search", "ansatt", "/sok/?q=legemidler"),
    ("not-found", "ansatt", "/finnes-ikke/"),
    ("admin-home", "redaktor", "/admin/"),
    ("admin-cases", "kvalitet", "/admin/cases/case/"),
]
VIEWS = [("wide", 1440, "light"), ("phone", 390, "light"), ("dark", 1440, "dark")]
FOR_README = {"procedure", "case"}


def main(only_readme: bool) -> None:
    """Take the pictures of a freshly loaded demo."""
    folder = serving.ROOT / ("docs/images" if only_readme else "var/screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        var = Path(temporary)
        with serving.demo_server(f"sqlite:///{var / 'demo.sqlite3'}", var) as server, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=serving.CHROMIUM, args=serving.FLAGS)
            for view, width, scheme in VIEWS[:1] if only_readme else VIEWS:
                take(browser, server, folder, view, width, scheme, only_readme)
            browser.close()


def take(browser: Browser, server: str, folder: Path, view: str, width: int, scheme: str, only_readme: bool) -> None:
    """All screens in one size and colour scheme."""
    places: dict[str, str] = {}
    for name, person, address in SCREENS:
        context = browser.new_context(
            base_url=server, viewport={"width": width, "height": 900}, color_scheme=scheme, locale="nb-NO"
        )
        page = context.new_page()
        if person:
            serving.sign_in(page, person)
        if "{legemidler}" in address:
            page.goto("/sok/?q=4.2.7")
            places["legemidler"] = page.locator("a[href*='/d/FL-']").first.get_attribute("href").split("/")[2]
        page.goto(address.format(**places))
        if name == "case":
            page.goto(page.locator("main a[href^='/saker/20']").first.get_attribute("href"))
            places["case"] = page.url.removeprefix(server)
        page.wait_for_timeout(300)
        if not only_readme or name in FOR_README:
            target = f"{name}.png" if only_readme else f"{name}-{view}.png"
            page.screenshot(path=folder / target, full_page=not only_readme)
        context.close()


if __name__ == "__main__":
    main(only_readme="readme" in sys.argv[1:])

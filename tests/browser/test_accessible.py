"""axe finds nothing (WCAG 2.1 A and AA), and nothing has to be scrolled sideways, wide and on a phone (G25)."""

import datetime
import re

import pytest
from playwright.sync_api import Page

from tests.browser.serving import ROOT

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = "{runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']}"
VIEWS = {
    "wide": {"viewport": {"width": 1440, "height": 900}, "color_scheme": "light"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
ENLARGED = {"viewport": {"width": 320, "height": 256}}  # 1280 × 1024 at 400 % (WCAG 1.4.10)
PAPER = {"width": 673, "height": 1000}  # A4 within its margins, in CSS pixels
PUBLIC = ["/logg-inn/", "/dialog/", "/dialog/ny-lenke/", "/dialog/forbedringer/", "/dialog/personvern/"]
SCREENS = {
    "leder": [
        "/",
        "/min-side/",
        "/saker/",
        "/saker/?q=finnesikke",
        "/meld/",
        "/risiko/ny/",
        "/risiko/les-inn/",
        "{draft}",
        "{draft}endre/",
        "{draft}beslutt/",
        "{draft}bibliotek/",
        "{assessment}",
        "{assessment}beslutning/",
        "{assessment}historikk/",
        "{row}",
        "{row}knytt/",
        "{row}aksepter/",
        # Management review
        "/resultater/gjennomgang/?alle=1",
        "/resultater/gjennomgang/?ar=2019&vis=holdt",
        "/resultater/gjennomgang/ny/",
        "{review}",
        "{review}endre/",
        "{review}del/c4/",
        "{review}mote/",
        "{held_review}",
        "{held_review}historikk/",
        "/resultater/arsrapport/",
        "/resultater/arsrapport/{last_year}/",
        # The leader's page, measures, statistics, own self-check
        "/resultater/enhet/hjemme/",
        "/resultater/enhet/hjemme/?dager=90",
        "/saker/tiltak/?alle=1",
        "/saker/tiltak/?q=finnesikke",
        "/resultater/statistikk/?alle=1",
        "/resultater/statistikk/?periode=1995",
        "{self_check}enhet/hjemme/",
    ],
    "kontroll": ["/revisjoner/", "/revisjoner/egenkontroll/?alle=1", "{municipal}"],
    "ansatt": [
        "/handbok/",
        "/resultater/",
        "/resultater/statistikk/?enhet=1&periode={last_year}",
        "/handbok/stotteprosesser/",
        "/sok/?q=5.3",
        "/sok/?q=5.3.2",
        "/sok/?q=legemidler",
        "/sok/?q=melde+avvik&type=case",
        "/sok/?q=finnesikke",
        "/sok/",
        "/risiko/veiledning/",
    ],
    "revisor": ["{procedure}versjoner/", "{procedure}versjoner/1/", "{procedure}sammenlign/3/4/"],
    "servicetorg": [
        "/innkommet/",
        "/innkommet/ny/",
        "/innkommet/hvem/?q=innbygger@example.no",
        "/innkommet/hvem/?q=finnesikke@example.no",
        "/innkommet/?q=finnesikke",
        "/varsler/?alle=1",
        "/varsler/innstillinger/",
    ],
    "admin": ["/integrasjoner/", "/integrasjoner/ny/"],
    "kvalitet": [
        "/revisjoner/tilsyn/?alle=1",
        "/revisjoner/tilsyn/?q=finnesikke",
        "/revisjoner/tilsyn/ny/",
        "{inspection}",
        "{inspection}svar/",
        "{inspection}funn/ny/",
        "{inspection}innsyn/ny/",
        "/revisjoner/internkontroll/?alle=1",
        "{self_check}",
        "{self_check}send/",
        "/revisjoner/program/",
        "{programme}",
        "{next_programme}forslag/",
        "{next_programme}sammenlign/",
        "/revisjoner/revisjon/?alle=1",
        "/revisjoner/revisjon/?q=finnesikke",
        "/revisjoner/revisjon/ny/",
        "/revisjoner/funn/?alle=1",
        "{audit_under_way}",
        "{audit_under_way}sporsmal/",
        "{audit_under_way}sporsmal/bygg/",
        "{audit_under_way}felt/",
        "{audit_reported}",
        "{audit_reported}rapport/",
        "{audit_reported}historikk/",
        "/utsending/",
        "/oversikter/",
        "/gjennomgang/",
        "/krav/?alle=1",
        "/krav/iso-9001/",
        "/innforing/",
        "/innforing/ny/",
        "{document}forleng/",
    ],
    "redaktor": ["{procedure}", "{document}utkast/", "{document}krav/", "{document}leseplikt/"],
    "ansatt2": ["/fullmakter/", "/fullmakter/1/", "/fravaer/", "/opplaring/", "/sjekklister/", "{document}brukt/"],
    "radmann": [
        "/arshjul/",
        "/arshjul/oppgave/ny/",
        "/arshjul/kalender/",
        "/fullmakter/ny/",
        "/opplaring/register/",
        "/resultater/?alt=1",
        "/resultater/enhet/asker/",
        "{next_programme}",
        "{next_programme}beslutt/",
    ],
    "leder2": [
        "/risiko/?alle=1",
        "/risiko/?q=finnesikke",
        "/risiko/risikoer/?alle=1",
        "/risiko/enhet/asker/",
        "/risiko/oversikt/?alle=1",
        "/risiko/dekning/?alle=1",
        "/risiko/verdier/?alle=1",
        "/risiko/verdier/ny/",
        "/resultater/mal/?alle=1",
        "/resultater/mal/?enhet=1&periode=2025&rode=on",
        "/resultater/mal/ny/",
        "{goal}",
        "{indicator}",
        "{indicator}historikk/",
        "/resultater/mal/sammenlign/?alle=1",
        "/resultater/indikator/les-inn/",
        "/resultater/virksomhetsplan/?alle=1",
        "/resultater/virksomhetsplan/1/",
        "/resultater/virksomhetsplan/1/avtale/",
        "/resultater/virksomhetsplan/ny/",
    ],
    "granlia.leder": [
        "/resultater/modenhet/",
        "/resultater/modenhet/granlia/",
        "/resultater/modenhet/granlia/vurder/",
        "/resultater/modenhet/granlia/historikk/",
        "/resultater/profil/",
        "/resultater/profil/1/?ar=2008&ar=2013",
        "/resultater/profil/ny/",
        "/resultater/handlingsplan/?alle=1",
        "/resultater/handlingsplan/1/",
        "/resultater/handlingsplan/ny/",
        "/resultater/nettverk/?alle=1",
        "/resultater/nettverk/?q=finnesikke",
        "/resultater/nettverk/1/",
        "/resultater/nettverk/ny/",
        "/innforing/1/enheter/",
        "/innforing/enhet/5/",
    ],
    "eier": ["{case}", "{case}vurder/", "{case}arsak/", "{case}tiltak/ny/", "{case}lukk/", "{case}historikk/"],
}


def findings(page: Page) -> list[str]:
    """What axe finds on the page, in short."""
    found = page.evaluate(f"{AXE.read_text()}; axe.run(document, {RULES})")["violations"]
    rows = [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]
    return rows + too_wide(page)


def too_wide(page: Page) -> list[str]:
    """Whether the page has to be scrolled sideways."""
    wider = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1")
    return ["the page is wider than the window"] if wider else []


def risks(page: Page) -> dict[str, str]:
    """Addresses of a draft, of an assessment in force and of a risk in it, for who may read the draft."""
    page.goto("/risiko/?alle=1&q=Sommeren")
    draft = page.locator("main table a").first.get_attribute("href")
    page.goto("/risiko/?alle=1&q=alenearbeid")
    assessment = page.locator("main table a").first.get_attribute("href")
    page.goto(assessment)
    return {
        "draft": draft,
        "assessment": assessment,
        "row": page.locator(".matrix__risk").first.get_attribute("href"),
    }


def controls(page: Page, who: str) -> dict[str, str]:
    """Addresses of an inspection and a self-check for `kvalitet`, of the self-check for `leder`, and of a municipal control
    for `kontroll`."""
    self_check = {"self_check": "internkontroll/?q=resultatenhetene"}
    wanted = {
        "kvalitet": {"inspection": "tilsyn/?q=legemiddel", **self_check},
        "leder": self_check,
        "kontroll": {"municipal": "egenkontroll/?q=tekniske"},
    }
    found = {}
    for name, address in wanted.get(who, {}).items():
        page.goto(f"/revisjoner/{address}")
        found[name] = page.locator("main tbody th a").first.get_attribute("href") or ""
    return found


def programmes(page: Page) -> dict[str, str]:
    """Addresses of this year's audit programme and the next."""
    page.goto("/revisjoner/program/")
    next_programme, programme = [link.get_attribute("href") for link in page.locator("main table a").all()[:2]]
    return {"programme": programme, "next_programme": next_programme}


def audits(page: Page) -> dict[str, str]:
    """Addresses of an audit under way and of one that is reported, for the quality manager."""
    page.goto("/revisjoner/revisjon/?alle=1&status=in_field")
    under_way = page.locator("main table a").first.get_attribute("href")
    page.goto("/revisjoner/revisjon/?alle=1&status=reported")
    reported = page.locator("main table a").first.get_attribute("href")
    return {"audit_under_way": under_way, "audit_reported": reported}


def reviews(page: Page) -> dict[str, str]:
    """Addresses of the review that is being prepared and of one that is held."""
    found = {}
    for name, state in (("review", "i-gang"), ("held_review", "holdt")):
        page.goto(f"/resultater/gjennomgang/?vis={state}")
        found[name] = page.locator("main table a[href^='/resultater/gjennomgang/']").first.get_attribute("href")
    return found


def scorecard(page: Page) -> dict[str, str]:
    """Addresses of a goal and an indicator."""
    page.goto("/resultater/mal/?alle=1")
    goal = page.locator(".scorecard__goal a").first.get_attribute("href")
    page.goto(goal)
    indicator = page.locator("main a[href^='/resultater/indikator/']").first.get_attribute("href")
    return {"goal": goal, "indicator": indicator.split("?")[0]}


def places(page: Page, server: str, who: str) -> dict[str, str]:
    """Addresses of a procedure, also by its document id, of a case under way, and for `leder` of what is about risk and of a review."""
    page.goto("/sok/?q=5.3.2")
    procedure = page.url.removeprefix(server)
    document = page.locator("header .control a[href^='/d/']").last.get_attribute("href")
    page.goto("/saker/?status=in_progress&q=vaktplan")
    case = page.locator("main a[href^='/saker/20']").first.get_attribute("href")
    return {
        **controls(page, who),
        **({**programmes(page), **audits(page)} if who == "kvalitet" else {}),
        **(programmes(page) if who == "radmann" else {}),
        **({**risks(page), **reviews(page)} if who == "leder" else {}),
        **(scorecard(page) if who == "leder2" else {}),
        "last_year": str(datetime.date.today().year - 1),
        "procedure": procedure,
        "document": document,
        "case": case,
    }


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("who", SCREENS)
def test_screens_have_no_findings(sign_in, server, who, view):
    page = sign_in(who, **VIEWS[view])
    where = places(page, server, who)
    wrong = {}
    for screen in SCREENS[who]:
        address = screen.format(**where)
        answer = page.goto(address)
        assert answer.status == 200, address
        if found := findings(page):
            wrong[address] = found
    assert wrong == {}


@pytest.mark.parametrize("who", SCREENS)
def test_at_400_percent_nothing_has_to_be_scrolled_sideways(sign_in, server, who):
    page = sign_in(who, **ENLARGED)
    where = places(page, server, who)
    assert [address for screen in SCREENS[who] if page.goto(address := screen.format(**where)) and too_wide(page)] == []


def test_at_400_percent_the_way_home_still_has_a_name(sign_in, server):
    page = sign_in("ansatt", **ENLARGED)
    page.goto("/resultater/")
    assert page.get_by_role("link", name="Felles ledelsessystem").count() == 1
    assert findings(page) == []


@pytest.mark.parametrize(
    "where", ["/revisjoner/", "/revisjoner/tilsyn/?alle=1", "/revisjoner/funn/?alle=1", "/resultater/mal/?alle=1"]
)
def test_a_register_is_no_wider_than_the_paper_it_is_printed_on(sign_in, server, where):
    page = sign_in("kvalitet", viewport=PAPER)
    page.emulate_media(media="print")
    page.goto(where)
    assert too_wide(page) == []


@pytest.mark.parametrize(
    "where", ["/revisjoner/", "/revisjoner/funn/?alle=1", "/resultater/mal/?alle=1", "{inspection}"]
)
def test_a_long_word_breaks_on_a_phone(sign_in, server, where):
    page = sign_in("kvalitet", **VIEWS["phone"])
    page.goto(where.format(**controls(page, "kvalitet")))
    page.locator("h1, main th a, main dd, main .list a").evaluate_all(
        "found => found.forEach(one => { one.textContent = 'Dokumentasjon'.repeat(15); })"
    )
    assert too_wide(page) == []


@pytest.mark.parametrize("view", [*VIEWS, "enlarged"])
def test_what_an_inspector_is_shown_has_no_findings(sign_in, browser, server, letterbox, view):
    page = sign_in("kvalitet")
    where = places(page, server, "kvalitet")
    page.goto(f"{where['inspection']}innsyn/ny/")
    page.get_by_label("Navn", exact=True).fill("Marte Ødegård")
    page.get_by_label("E-post").fill(f"{view}@example.no")
    page.get_by_role("button", name="Send lenken").click()
    access = page.url
    for label, thing in (("Side i håndboka", "4.2.7"), ("Sak", where["case"].split("/")[2])):
        page.goto(f"{access}vis/")
        page.get_by_role("main").get_by_label(re.compile(f"^{label}\\b")).first.fill(thing)
        page.get_by_role("button", name="Vis", exact=True).click()
    assert findings(page) == []
    outside = browser.new_page(base_url=server, **{**VIEWS, "enlarged": ENLARGED}[view])
    outside.goto(re.search(r"http\S+", letterbox.to(f"{view}@example.no")[-1].get_content())[0])
    addresses = [outside.url, *(link.get_attribute("href") for link in outside.locator("main a").all())]
    wrong = {address: found for address in addresses if outside.goto(address) and (found := findings(outside))}
    outside.close()
    assert len(addresses) == 3
    assert wrong == {}


@pytest.mark.parametrize("view", VIEWS)
def test_what_everybody_may_open_has_no_findings(browser, server, view):
    page = browser.new_page(base_url=server, **VIEWS[view])
    wrong = {address: found for address in PUBLIC if page.goto(address) and (found := findings(page))}
    page.set_viewport_size(ENLARGED["viewport"])
    enlarged = [address for address in PUBLIC if page.goto(address) and too_wide(page)]
    page.close()
    assert (wrong, enlarged) == ({}, [])

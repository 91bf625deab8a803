"""A whole year, as the people do it: programme → audit → findings → cases → unit review → municipal review → decisions →
next year's sign-off (issue 6).

The programme is decided now, the audit and the reviews come in March of the year it is for, and what was decided is signed
off in March the year after: each on a server whose clock stands there, on the same data. The steps follow each other; when
one fails, look at the first.
"""

import datetime
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Page, expect

from results.periods import Length, Period
from tests.browser import serving

YEAR = datetime.date.today().year + 1
SPRING, NEXT_SPRING = datetime.date(YEAR, 3, 1), datetime.date(YEAR + 1, 3, 1)
TABLET = {"viewport": {"width": 768, "height": 1024}}
UNIT = "RE Plan og bygg"
PROCESS = "4.3 Plan, bygg og oppmåling"
AUDIT = "Frister i byggesaker"
PLANNED = {
    "Tittel": AUDIT,
    "Enhet som revideres": UNIT,
    "Hvem som leder revisjonen": "revisor",
    "Måned": "Mars",
    "Første dag": str(SPRING),
    "Siste dag": str(SPRING),
    "Hva som revideres, og hva som ikke er med": "Søknader med tre ukers frist. Tilsyn er ikke med.",
    "Hva det måles mot": "Plan- og bygningsloven § 21-7",
}
WORDS = "To av ti søknader ble avgjort etter fristen. Loven krever tre uker."
CAUSE = "Fristen regnes for hånd, og ingen varsles når den nærmer seg."
MEASURE = "Fagsystemet varsler saksbehandleren fem dager før fristen."
UNIT_DECISION = "Fristene vises på tavlen i hvert mandagsmøte."
TOWN_DECISION = "Alle enheter med lovbestemte frister lar fagsystemet varsle om dem."


@pytest.fixture(scope="module")
def spring(server: str, environment: dict[str, str]) -> Iterator[str]:
    """The product in March of the year the programme is for."""
    with serving.running(environment, SPRING) as address:
        yield address


@pytest.fixture(scope="module")
def next_spring(server: str, environment: dict[str, str]) -> Iterator[str]:
    """The product in March the year after."""
    with serving.running(environment, NEXT_SPRING) as address:
        yield address


# What people do on a page, by the words they see


def follow(page: Page, name: str | re.Pattern[str]) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name, exact=True).first.click()


def press(page: Page, name: str) -> None:
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name=name, exact=True).first.click()


def fill(page: Page, answers: dict[str, str]) -> None:
    """Fill or choose, by the beginning of the label."""
    for label, answer in answers.items():
        field = page.get_by_role("main").get_by_label(re.compile(f"^{re.escape(label)}")).first
        if field.evaluate("field => field.tagName") == "SELECT":
            choice = field.get_by_role("option", name=re.compile(f"^[– ]*{re.escape(answer)}"))
            field.select_option(value=choice.first.get_attribute("value"))
        else:
            field.fill(answer)


def check(page: Page, *choices: str) -> None:
    for choice in choices:
        page.get_by_role("main").get_by_label(choice, exact=True).check()


def sees(page: Page, *words: str) -> None:
    for word in words:
        expect(page.get_by_role("main")).to_contain_text(word)


def says(page: Page, message: str) -> None:
    """The message after a step."""
    expect(page.get_by_text(message).first).to_be_visible()


def open_audit(page: Page) -> None:
    page.goto(f"/revisjoner/revisjon/?alle=1&q={AUDIT}")
    follow(page, AUDIT)


def open_review(page: Page, unit: str, state: str) -> None:
    page.goto(f"/resultater/gjennomgang/?alle=1&vis={state}")
    follow(page, re.compile(rf"^Ledelsens gjennomgang .*{unit}"))


def in_norwegian(period: Period) -> str:
    with translation.override("nb"):
        return str(period)


def pdf_of(page: Page, link: str, folder: Path) -> str:
    """The text of the PDF the link gives, on one line."""
    address = page.get_by_role("main").get_by_role("link", name=link, exact=True).first.get_attribute("href")
    file = folder / "lastet-ned.pdf"
    file.write_bytes(page.request.get(address).body())
    text = subprocess.run(["pdftotext", str(file), "-"], capture_output=True, text=True, check=True).stdout
    return " ".join(text.split())


# Autumn: the programme


def test_1_the_quality_manager_puts_the_audit_in_the_programme(sign_in):
    page = sign_in("kvalitet")
    page.goto("/revisjoner/program/")
    follow(page, str(YEAR))
    follow(page, "Forslag med begrunnelse")
    follow(page, re.compile(f"^Legg inn {PROCESS}"))
    sees(page, f"Hvorfor {PROCESS} er foreslått")
    fill(page, PLANNED | {"Hvem som leder revisjonen": "leder2"})
    press(page, "Lagre")
    sees(page, f"leder {UNIT}")  # nobody audits their own unit
    fill(page, {"Hvem som leder revisjonen": "revisor"})
    press(page, "Lagre")
    says(page, "Revisjonen er planlagt.")
    sees(page, AUDIT, "Tor Inge Bakken")
    press(page, "Send til beslutning")
    says(page, "Rådmannen har fått beskjed")


def test_2_the_municipal_director_decides_the_programme(sign_in):
    page = sign_in("radmann")
    page.goto("/min-side/")
    follow(page, re.compile(f"revisjonsprogram.* {YEAR}", re.IGNORECASE))
    sees(page, AUDIT)
    follow(page, "Beslutt …")
    fill(page, {"Merknad til beslutningen": "Besluttet i ledermøtet."})
    press(page, "Beslutt programmet")
    says(page, "Programmet er besluttet.")
    employee = sign_in("ansatt")
    employee.goto(f"/revisjoner/program/{YEAR}/")
    sees(employee, AUDIT, "Besluttet i ledermøtet.")


# Spring: the audit, the case, and the reviews


def test_3_the_auditor_makes_the_questions_and_tells_the_unit(sign_in, spring):
    auditor = sign_in("revisor", base_url=spring)
    open_audit(auditor)
    follow(auditor, "Lag listen")
    for question in (
        "Vis hvordan dere følger fristen i en søknad.",
        "Hva gjør dere når en frist er i ferd med å ryke?",
    ):
        follow(auditor, "Egne ord")
        fill(auditor, {"Spørsmål": question})
        press(auditor, "Legg i listen")
    open_audit(auditor)
    follow(auditor, "Send planen …")
    press(auditor, "Send planen")
    says(auditor, "Enhetens ledere og revisorene har fått beskjed.")
    leader = sign_in("leder2", base_url=spring)
    leader.goto("/min-side/")
    sees(leader, AUDIT)  # to get ready for


def test_4_the_auditor_answers_on_a_tablet_and_issues_the_report(sign_in, spring, tmp_path):
    page = sign_in("revisor", base_url=spring, **TABLET)
    open_audit(page)
    press(page, "Begynn revisjonen")
    follow(page, "Svar på spørsmål")
    follow(page, re.compile("Vis hvordan dere følger fristen"))
    check(page, "Delvis")
    fill(page, {"Merknad": "To av ti var for sene."})
    press(page, "Lagre og gå videre")
    check(page, "I orden")
    fill(page, {"Merknad": "De ringer søkeren samme dag."})
    follow(page, re.compile("Forrige"))
    page.get_by_text("Nytt bevis").click()
    check(page, "Dokument")
    seen = {
        "Hvem, hvilket dokument eller hvor": "Ti søknader fra februar",
        "Antall som det skal være": "8",
        "Av hvor mange": "10",
    }
    fill(page, seen | {"Hva som ble sagt, lest eller sett": "Datoene for mottak og vedtak."})
    press(page, "Lagre beviset")
    follow(page, "Skriv et funn")
    check(page, "Mindre avvik")
    fill(page, {"Funnet": WORDS, "Eller noe annet det er målt mot": "Plan- og bygningsloven § 21-7"})
    press(page, "Lagre funnet")
    open_audit(page)
    sees(page, "Skriv oppsummering og konklusjon.")  # the report waits for it
    follow(page, "Oppsummering")
    fill(
        page,
        {"Oppsummering og konklusjon": "God oversikt, men fristene ryker når det haster.", "Sluttmøte": str(SPRING)},
    )
    press(page, "Lagre")
    leader = sign_in("leder2", base_url=spring)
    open_audit(leader)
    expect(leader.get_by_role("main")).not_to_contain_text(WORDS)  # not before the report
    follow(page, "Utsted rapporten …")
    press(page, "Utsted rapporten")
    says(page, "Rapporten er utstedt.")
    report = pdf_of(page, "Rapporten som PDF", tmp_path)
    assert WORDS in report
    assert "8 av 10" in report


def test_5_the_leader_follows_the_finding_up_and_the_auditor_closes(sign_in, spring):
    leader, deputy = sign_in("leder2", base_url=spring), sign_in("plan.nestleder", base_url=spring)
    open_audit(leader)
    follow(leader, re.compile(r"^\d{4}-\d{5}"))
    case = leader.url
    sees(leader, WORDS, AUDIT)
    follow(leader, "Vurder saken")
    fill(leader, {"Hvor sannsynlig": "3 – ", "Hvor alvorlig": "4 – "})
    press(leader, "Lagre vurderingen")
    follow(leader, "Finn rotårsaken")
    fill(leader, {"Hvorfor skjedde det": "Fristen ble glemt.", "Rotårsak": CAUSE})
    leader.get_by_label("Årsaken som passer best").select_option(index=1)
    press(leader, "Lagre rotårsaken")
    follow(leader, "Nytt tiltak")
    check(leader, "Korrigerende")
    fill(
        leader,
        {"Hva skal gjøres?": MEASURE, "Ansvarlig": "plan.nestleder", "Frist": str(SPRING + datetime.timedelta(30))},
    )
    press(leader, "Sett tiltaket")
    deputy.goto(case)
    follow(deputy, "Meld ferdig")
    fill(deputy, {"Hva er gjort?": "Varslingen er slått på og prøvd."})
    press(deputy, "Det er gjort")
    expect(deputy.get_by_role("main").get_by_role("link", name="Evaluer effekten")).to_have_count(0)
    leader.goto(case)
    follow(leader, "Evaluer effekten")
    check(leader, "God effekt")
    fill(leader, {"Hvordan fant dere det ut?": "Tjue søknader på rad innen fristen."})
    press(leader, "Lagre evalueringen")
    follow(leader, "Lukk saken")
    fill(leader, {"Hvor sannsynlig er det nå?": "1 – ", "Hvor alvorlig kan det bli nå?": "4 – "})
    press(leader, "Lukk saken")
    sees(leader, "Lukket")
    auditor = sign_in("revisor", base_url=spring)
    open_audit(auditor)
    follow(auditor, "Kontroller og lukk …")
    fill(auditor, {"Slik har du kontrollert det": "Så varslene i tre saker."})
    press(auditor, "Lukk revisjonen")
    says(auditor, "Revisjonen er lukket.")


def prepare(page: Page, unit: str, period: Period) -> None:
    page.goto("/resultater/gjennomgang/")
    follow(page, "Forbered en gjennomgang")
    fill(page, {"Enhet": unit, "Periode": in_norwegian(period)})
    press(page, "Forbered")


def take_part(page: Page, person: str) -> None:
    follow(page, "Legg til deltaker")
    fill(page, {"Ansatt": person})
    press(page, "Legg til deltaker")


def start(page: Page) -> None:
    follow(page, "Start møtet")
    press(page, "Frys tallene og start")
    says(page, "Møtet er startet")


def go_through(page: Page) -> None:
    """Every input, one after another."""
    link = page.get_by_role("main").get_by_role("link", name=re.compile("^Gå gjennom "))
    while left := link.count():
        with page.expect_navigation():
            link.first.click()
        check(page, "Gjennomgått i møtet")
        press(page, "Lagre")
        expect(link).to_have_count(left - 1)


def sign_off(page: Page, outcomes: dict[str, str]) -> None:
    """Each earlier decision goes on, unless `outcomes` has another word for it."""
    link = page.get_by_role("main").get_by_role("link", name=re.compile("^Kvitter ut "))
    while left := link.count():
        decision = link.first.inner_text().removeprefix("Kvitter ut").strip()
        with page.expect_navigation():
            link.first.click()
        outcome = next((word for text, word in outcomes.items() if decision[:40] in text), "Går videre")
        check(page, outcome)
        if outcome == "Går videre":
            fill(page, {"Merknad": "Arbeidet er i gang."})
        press(page, "Kvitter ut")
        expect(link).to_have_count(left - 1)


def decide(page: Page, text: str, owner: str, *more: str) -> None:
    follow(page, "Skriv beslutning")
    fill(page, {"Hva som er besluttet": text, "Type beslutning": "Forbedringsmulighet", "Ansvar": owner})
    fill(page, {"Frist": str(SPRING + datetime.timedelta(60))})
    check(page, *more)
    press(page, "Lagre beslutningen")
    says(page, "Beslutningen er skrevet")


def close(page: Page, conclusion: str) -> None:
    follow(page, "Lukk gjennomgangen")
    fill(page, {"Konklusjon": conclusion})
    press(page, "Lukk gjennomgangen")
    says(page, "Gjennomgangen er lukket.")


def test_6_the_leader_holds_the_review_of_the_unit(sign_in, spring):
    page = sign_in("leder2", base_url=spring)
    prepare(page, UNIT, Period.containing(SPRING, Length.TERTIAL))
    sees(page, "Revisjoner og tilsyn", "avvik i revisjoner")
    take_part(page, "plan.nestleder")
    start(page)
    decide(page, UNIT_DECISION, "plan.nestleder", "Løft det til nivået over")
    follow(page, "Lukk gjennomgangen")
    fill(page, {"Konklusjon": "Systemet virker."})
    press(page, "Lukk gjennomgangen")
    sees(page, "gjenstår før gjennomgangen kan lukkes")  # open points
    expect(page.get_by_label("Konklusjon")).to_have_value("Systemet virker.")  # nothing is lost
    page.goto("/resultater/gjennomgang/")
    open_review(page, UNIT, "i-gang")
    sign_off(page, {})
    go_through(page)
    close(page, "Systemet virker, og fristene holdes.")
    follow(page, re.compile(r"^\d{4}-\d{5}$"))
    sees(page, UNIT_DECISION)


def test_7_the_municipal_director_holds_that_of_the_municipality(sign_in, spring, tmp_path):
    page = sign_in("radmann", base_url=spring)
    prepare(page, "Asker kommune", Period.containing(SPRING, Length.YEAR))
    sees(page, "Enhetenes gjennomganger", UNIT_DECISION)
    take_part(page, "kvalitet")
    start(page)
    sign_off(page, {})
    decide(page, TOWN_DECISION, "kvalitet")
    go_through(page)
    close(page, "Ledelsessystemet er egnet, tilstrekkelig og virkningsfullt.")
    minutes = pdf_of(page, "Last ned PDF", tmp_path)
    for text in (TOWN_DECISION, UNIT_DECISION, "Arbeidet er i gang.", "egnet, tilstrekkelig og virkningsfullt"):
        assert text in minutes


def test_8_what_was_decided_is_done(sign_in, spring):
    director, manager = sign_in("radmann", base_url=spring), sign_in("kvalitet", base_url=spring)
    open_review(director, "Asker kommune", "holdt")
    follow(director, re.compile(r"^\d{4}-\d{5}$"))
    manager.goto(director.url)
    follow(manager, "Meld ferdig")
    fill(manager, {"Hva er gjort?": "Alle fem enhetene varsler."})
    press(manager, "Det er gjort")
    director.reload()
    follow(director, "Evaluer effekten")
    check(director, "God effekt")
    fill(director, {"Hvordan fant dere det ut?": "Ingen frist er brutt siden."})
    press(director, "Lagre evalueringen")
    follow(director, "Lukk saken")
    press(director, "Lukk saken")
    sees(director, "Lukket")


# The year after


def test_9_next_year_the_decision_is_signed_off(sign_in, next_spring, tmp_path):
    page = sign_in("radmann", base_url=next_spring)
    prepare(page, "Asker kommune", Period.containing(NEXT_SPRING, Length.YEAR))
    sees(page, TOWN_DECISION)
    take_part(page, "kvalitet")
    start(page)
    sign_off(page, {TOWN_DECISION: "Utført"})
    go_through(page)
    close(page, "Systemet virker fortsatt.")
    minutes = pdf_of(page, "Last ned PDF", tmp_path)
    assert re.search(rf"{re.escape(TOWN_DECISION)}.{{0,200}}Utført", minutes)

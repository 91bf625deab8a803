"""Words planted where few may read are looked for everywhere as those who may not (G18): every address, search,
suggestion, export, register of the admin, call of the API, webhook, mail and line of the log. An address added later is
looked through too."""

import contextlib
import datetime
import io
import json
import logging
import uuid
import zipfile
from types import SimpleNamespace

import pypdfium2
import pytest
from django.test import Client

from audits.models import AuditQuestion, InspectorAccess, Programme
from cases.models import (
    Answer,
    ApiKey,
    Case,
    Delivery,
    Disclosure,
    Intake,
    Integration,
    ReadingCopy,
    Reply,
    Scope,
    SecretLink,
    Webhook,
)
from cases.models.correspondent import tell_of_anonymous
from cases.models.webhook import EVENTS
from organisation import clock
from organisation.mail import Mail
from organisation.models import Unit
from organisation.roles import Role
from risk.models import Acceptance, Link
from tests import factories
from tests.test_routes import RULES, addresses, admin_addresses  # noqa: F401  # a fixture

SEALED, UNSORTED, INTAKE = "zebraskjermet", "zebrausortert", "zebrainntak"
FIRST, LAST, NOTE, TOLD = "Zebrafornavn", "Zebraetternavn", "zebranotat", "zebravarsel"
DRAFT, LETTER, RISK, PLAN = "zebrautkast", "zebrabrev", "zebrarisiko", "zebraplan"
CONTROL, COUNCIL, CHECK = "zebratilsyn", "zebraegenkontroll", "zebraegensjekk"
AUDIT, WORK, REVIEW = "zebrarevisjon", "zebrafelt", "zebragjennomgang"
# A restricted inspection, an unfinished municipal control, a self-check, restricted audits and reviews.
RESULTS = {CONTROL, COUNCIL, CHECK, AUDIT, REVIEW}
WORDS = {SEALED, UNSORTED, INTAKE, FIRST, LAST, NOTE, TOLD, DRAFT, LETTER, RISK, PLAN, WORK} | RESULTS
# Who may meet which of them. For everybody else they are nowhere; "nobody" is not logged in.
ALLOWED = {
    "auditor": {NOTE, LETTER, RISK, PLAN, WORK} | RESULTS,
    "service_desk": {UNSORTED, INTAKE, LETTER},
    "quality_manager": {UNSORTED, INTAKE, NOTE, LETTER, RISK, PLAN, WORK} | RESULTS,
    "director": {SEALED, NOTE, DRAFT, LETTER, RISK, PLAN} | RESULTS,
}
# Who may know that the sealed case exists, without reading it: those who review the look-ups.
KNOW_OF_SEALED = {"director", "auditor", "quality_manager"}
WHO = ["nobody", "outsider", "colleague", "it_leader", "administrator", *ALLOWED]
SEARCHES = [
    "/saker/?q={}",
    "/sok/?q={}",
    "/sok/forslag/?q={}",
    "/meld/lignende/?q={}+fall+trapp+vakt",
    "/saker/eksport.xlsx?q={}",
]
ADMIN_SEARCHES = ["/admin/cases/case/?q={}", "/admin/cases/action/?q={}", "/admin/pages/search/?q={}"]
STEPS = ("", "historikk/", "vurder/", "brev/", "melding/", "lesekopi/", "lesekopi/se/", "tilgang/")
FAILS = "/admin/failwhale/"  # so that it can be seen what a failure looks like
PEOPLE = ("/admin/users/", "/admin/organisation/")  # those who look after accounts and roles see the names of all


def text_of(response):
    """What a response says, also inside a spreadsheet, document or PDF, in small letters."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as members:
            content = b"".join(members.read(name) for name in members.namelist())
    if content.startswith(b"%PDF"):
        with contextlib.closing(pypdfium2.PdfDocument(content)) as document:
            return "".join(page.get_textpage().get_text_bounded() for page in document).lower()
    return content.decode("utf-8", "replace").lower()


@pytest.fixture
def hook(cast, units, settings):
    """A system without a role that is told of everything it may be told of."""
    settings.WEBHOOKS_INSIDE = True
    system = Integration.begin(cast.administrator, name="Gerica", contact="-", unit=units.home_care)
    return Webhook.add(cast.administrator, system, url="http://127.0.0.1:9/", events=list(EVENTS))


@pytest.fixture
def planted(cast, units, hook, addresses, login):  # noqa: F811
    """The words, in cases of the same page as the ordinary one of `addresses`. The hidden reporter has left, so that
    the name is in no list of colleagues."""
    person = factories.make_user("zebra", units.home_care, first_name=FIRST, last_name=LAST, email="z@example.test")
    page = Case.objects.filter(page__isnull=False).first().page
    sealed = a_sealed_case(cast, page)
    login(cast.leader).get(sealed.get_absolute_url())
    unsorted = factories.make_outside_case(units.municipality, title=f"{UNSORTED} fall i trapp", description=UNSORTED)
    Intake.objects.create(source="mail:2", channel=Case.Channel.EMAIL, unit=units.municipality, text=INTAKE)
    hidden = a_hidden_reporter(cast, page, person)
    anonymous, _token = Case.report_anonymously(
        kind="deviation", description="Fall i trapp", place=units.home_care, key=uuid.uuid4()
    )
    anonymous.hear(LETTER)
    with clock.set_to(clock.now() + datetime.timedelta(1)):
        tell_of_anonymous()
    same = factories.make_outside_case(units.municipality, email="", name="")
    same.triage(cast.service_desk, unit=units.home_care, kind="deviation", title="Fall")
    sealed.seal(cast.leader, sealed=False, reason="Ser på nytt.")
    same.mark_duplicate(cast.leader, of=sealed)
    sealed.seal(cast.leader, sealed=True, reason="Helse.")
    disclosure, _token = Disclosure.receive(key=uuid.uuid4(), text=TOLD)
    cases = [sealed, unsorted, hidden, anonymous, same]
    pages = [*addresses.values(), SecretLink.address(same.correspondent.new_link()), disclosure.get_absolute_url()]
    pages += addresses_of_planted_risks(cast, page)
    pages += addresses_of_planted_controls(cast)
    pages += addresses_of_planted_audits(cast, units)
    pages += addresses_of_planted_reviews(cast)
    for case in cases:
        pages += [f"{case.get_absolute_url()}{step}" for step in STEPS]
    return SimpleNamespace(pages=pages, cases=cases, sealed=sealed, hidden=hidden, disclosure=disclosure)


def addresses_of_planted_risks(cast, page):
    """A restricted assessment in force with a case, tied to the page, and an ordinary draft."""
    restricted = factories.make_assessment(cast.leader, title=RISK, scope=RISK, restricted=True)
    row = factories.make_serious_risk(restricted, cast.leader, threat=RISK, aspect=RISK, preventive=RISK)
    Link.tie(cast.leader, row, page=page.specific)
    restricted.add_participant(cast.leader, name=RISK)
    restricted.decide(cast.leader, note=RISK)
    row.refresh_from_db()
    Acceptance.give(cast.leader, row, reason=RISK, until=clock.today() + datetime.timedelta(9))
    draft = factories.make_assessment(cast.leader, title=PLAN)
    unfinished = factories.make_risk(draft, cast.leader, threat=PLAN)
    of_form = ("", "historikk/", "beslutning/", "kopier/", "endre/", "beslutt/")
    of_row = ("", "knytt/", "aksepter/", "restrisiko/", "gjentakelser/")
    pages = [f"{form.get_absolute_url()}{step}" for form in (restricted, draft) for step in of_form]
    return [*pages, *(f"{one.get_absolute_url()}{step}" for one in (row, unfinished) for step in of_row)]


def addresses_of_planted_controls(cast):
    """A restricted inspection with a finding, shown to nobody yet; a municipal control before its report; and a
    self-check that is being answered."""
    facts = {"title": CONTROL, "scope": CONTROL, "law": CONTROL, "contact": CONTROL}
    restricted = factories.make_reported(
        cast.leader, {"words": CONTROL}, restricted=True, responsible=cast.deputy, **facts
    )
    restricted.write_answer(cast.leader, text=CONTROL, day=clock.today())
    today = clock.today()
    given = {
        "name": "Inspektør",
        "email": "i@tilsyn.example",
        "authority": "DSB",
        "valid_from": today,
        "valid_to": today,
    }
    access, _token = InspectorAccess.give(cast.leader, restricted, **given)
    control = factories.make_inspection(cast.leader, kind="municipal", title=COUNCIL, scope=COUNCIL)
    finding = factories.make_inspection_finding(control, cast.leader, words=COUNCIL, grade="remark")
    sheet = factories.make_sheet(cast.quality_manager, cast.leader.unit, title=CHECK, about=CHECK)
    factories.answer_sheet(sheet, cast.leader, "no", comment=CHECK)
    check = sheet.check_of.get_absolute_url()
    steps = ("", "pdf/", "historikk/", "endre/", "rapport/", "svar/", "avslutt/", "funn/ny/", "filer/", "innsyn/ny/")
    of_check = ("", "historikk/", "svar.xlsx", "endre/", "send/", "kopier/", "lukk/")
    return [
        *(f"{one.get_absolute_url()}{step}" for one in (restricted, control) for step in steps),
        f"{control.get_absolute_url()}funn/{finding.pk}/endre/",
        access.get_absolute_url(),
        *(f"{check}{step}" for step in of_check),
        *(f"{sheet.get_absolute_url()}{step}" for step in ("", "signer/", "gjenapne/")),
        *("/revisjoner/tilsyn/?status=every", "/revisjoner/egenkontroll/?status=every", "/arshjul/?alle=1"),
    ]


def addresses_of_planted_reviews(cast):
    """A restricted review that is closed, with a decision, and an ordinary one that is being prepared."""
    unit = factories.make_unit("zone-south", parent=Unit.objects.get(code="home-care"))
    days = {"first": datetime.date(2023, 1, 1), "last": datetime.date(2023, 2, 1)}
    restricted = factories.make_meeting(cast.leader, unit=unit, title=REVIEW, restricted=True, **days)
    restricted.add_participant(cast.leader, name=REVIEW)
    restricted.comment(cast.leader, "c4", text=REVIEW, raised=True)
    factories.make_decision(cast.leader, restricted, text=REVIEW, raised=True)
    factories.go_through(cast.leader, restricted)
    restricted.conclude(cast.leader, REVIEW)
    factories.meetings.close(cast.leader, restricted)
    prepared = factories.make_review(cast.leader, unit=unit, title=REVIEW)
    prepared.comment(cast.leader, "c4", text=REVIEW, raised=True)
    steps = ("", "historikk/", "pdf/", "endre/", "deltaker/", "del/c4/", "mote/", "lukk/", "beslutning/", "avlys/")
    pages = [f"{review.get_absolute_url()}{step}" for review in (restricted, prepared) for step in steps]
    return [*pages, restricted.decisions.get().case.get_absolute_url()]


def addresses_of_planted_audits(cast, units):
    """A restricted audit with an issued report, and an ordinary one under way, whose work the unit does not see yet."""
    planner, lead = cast.quality_manager, cast.auditor
    programme = Programme.objects.get()
    restricted = factories.make_begun_audit(
        planner,
        units.home_care,
        lead,
        title=AUDIT,
        scope=AUDIT,
        criteria=AUDIT,
        restricted=True,
        programme=programme,
        year=programme.year,
    )
    under_way = factories.make_begun_audit(planner, units.home_care, lead, title="Revisjon av vakter")
    for audit, word in ((restricted, AUDIT), (under_way, WORK)):
        AuditQuestion.add(lead, audit, [{"text": word, "look_for": word}])
        question = audit.questions.last()
        question.answer(lead, result="partly", note=word)
        factories.make_evidence(lead, question, source=word, seen=word)
        factories.make_finding(audit, lead, words=word)
    factories.issue(restricted, lead)
    steps = ("", "rapport/", "pdf/", "historikk/", "sporsmal/", "sporsmal/bygg/", "felt/", "endre/", "utsted/", "lukk/")
    pages = [f"{audit.get_absolute_url()}{step}" for audit in (restricted, under_way) for step in steps]
    return [*pages, *(audit.questions.last().get_absolute_url() for audit in (restricted, under_way))]


def a_sealed_case(cast, page):
    """Sealed, with a draft of a reading copy, an answer to a question and a public story; and a measure."""
    question = factories.make_question(page, cast.editor)
    case = factories.make_case(
        cast.leader, page=page, title=f"{SEALED} fall i trapp", description=SEALED, sealed=True, public_story=SEALED
    )
    Answer.give(cast.leader, case, [Reply(question, SEALED)])
    ReadingCopy.of(case).write(cast.leader, title=DRAFT, text=DRAFT)
    case.assess(cast.leader, probability=5, consequence=5)
    case.set_cause(cast.leader, root_cause=SEALED, cause=factories.make_cause("zebra"))
    factories.make_action(case, cast.leader, cast.leader, text=SEALED)
    return case


def a_hidden_reporter(cast, page, person):
    """Anonymous to colleagues: the name is in the text, in an answer and in what was said, and the person has left."""
    question = factories.make_question(page, cast.editor, "Hvem var til stede?")
    case = factories.make_case(
        person, page=page, anonymity="colleagues", title="Fall i trapp på vakt", description=f"Hilsen {FIRST} {LAST}"
    )
    Answer.give(person, case, [Reply(question, f"Bare {LAST}")])
    case.say(cast.leader, NOTE, internal=True)
    case.say(person, f"Fall igjen. {FIRST}")
    case.correct(cast.leader, title=f"Fall, sier {LAST}", category=None, law_breach=False)
    person.is_active = False
    person.save()
    return case


def met(body, words):
    return {word for word in words if word.lower() in body}


def client_of(who, cast, login):
    client = Client() if who == "nobody" else login(getattr(cast, who))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("who", WHO)
def test_no_word_reaches_those_who_may_not_read_it(planted, cast, login, who, caplog):
    caplog.set_level(logging.INFO)
    client, forbidden = client_of(who, cast, login), WORDS - ALLOWED.get(who, set())
    if who not in KNOW_OF_SEALED:
        forbidden |= {planted.sealed.reference}
    forbidden |= {planted.disclosure.reference}
    found = []
    for address in [*planted.pages, *admin_addresses(), "/", "/min-side/", *api_of("")]:
        answer = client.get(address)
        assert answer.status_code != 500 or address == FAILS, address
        allowed = {FIRST, LAST} if address.startswith(PEOPLE) else set()
        words = {word for word in forbidden - allowed if word not in address}
        found += [(address, word) for word in met(text_of(answer), words)]
    assert found == []
    assert met(caplog.text.lower(), WORDS) == set()


@pytest.mark.parametrize("who", [who for who in WHO if who != "nobody"])
def test_no_search_finds_a_case_by_a_word_the_person_may_not_read(planted, cast, login, who):
    client, forbidden = client_of(who, cast, login), WORDS - ALLOWED.get(who, set())
    references = {case.reference for case in planted.cases} | {planted.disclosure.reference}
    found = []
    for word in sorted(forbidden):
        for search in [*SEARCHES, *ADMIN_SEARCHES]:
            answer = client.get(search.format(word))
            if answer.status_code == 200:
                expected = (forbidden | references) - {word}
                found += [(search.format(word), other) for other in met(text_of(answer), expected)]
    # A suggestion is made of all the words: the ordinary ones find what is ordinary.
    found = [(address, other) for address, other in found if "lignende" not in address or other in forbidden]
    assert found == []


def api_of(reference):
    return [f"/api/v1/cases/{reference}", f"/api/v1/cases/{reference}/timeline"] if reference else ["/api/v1/cases"]


def test_no_word_reaches_another_system(planted, cast, hook):
    _key, token = ApiKey.issue(cast.administrator, hook.integration, label="Prøve", scopes=Scope.values)
    said = ""
    for reference in ["", *(case.reference for case in planted.cases)]:
        open311 = f"/api/open311/v2/requests/{reference}.json"
        for address in [*api_of(reference), open311]:
            said += text_of(Client().get(address, headers={"Authorization": f"Bearer {token}"}))
    assert planted.hidden.reference in said
    assert met(said, WORDS - {LETTER} | {planted.sealed.reference}) == set()
    told = [json.loads(delivery.body)["data"] for delivery in Delivery.objects.all()]
    assert planted.hidden.reference in str(told)
    assert met(str(told).lower(), WORDS | {planted.sealed.reference, planted.disclosure.reference}) == set()


def test_no_mail_holds_any_of_them(planted):
    assert Mail.objects.exists()
    for letter in Mail.objects.all():
        said = f"{letter.subject}\n{letter.body}\n{letter.about}".lower()
        assert met(said, WORDS | {planted.disclosure.reference}) == set(), letter.about


def test_the_words_are_there_for_those_who_may_read_them(planted, cast, login):
    """So that the search above would find them."""
    client = login(cast.leader)
    own = [
        address
        for address in planted.pages
        if address.startswith(("/saker/", "/risiko/", "/revisjoner/", "/resultater/"))
    ]
    page = "".join(text_of(client.get(address)) for address in own)
    assert met(page, WORDS) == {SEALED, FIRST, LAST, NOTE, DRAFT, LETTER, RISK, PLAN} | RESULTS
    auditor = login(cast.auditor)
    work = [address for address in planted.pages if address.startswith("/revisjoner/")]
    assert met("".join(text_of(auditor.get(address)) for address in work), {AUDIT, WORK}) == {AUDIT, WORK}
    desk = login(cast.service_desk)
    assert met(text_of(desk.get("/innkommet/")) + text_of(desk.get("/saker/?alle=1")), WORDS) == {UNSORTED, INTAKE}
    factories.RoleAssignment.objects.create(
        user=cast.approver, unit=cast.approver.unit, role=Role.WHISTLEBLOWING_RECIPIENT
    )
    planted.disclosure.let_in(cast.process_owner, cast.approver)
    assert met(text_of(login(cast.approver).get(planted.disclosure.get_absolute_url())), WORDS) == {TOLD}


def test_every_address_is_looked_through(planted):
    assert len(planted.pages) >= len(RULES)

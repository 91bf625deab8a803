"""Hand-over to the archive as Noark 5 (S35): the package, its states, receipts, and who may."""

import hashlib
import io
import subprocess
import zipfile

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from lxml import etree

from cases import uploads
from cases.archive import exchange, message
from cases.archive.package import CannotArchive, package_of
from cases.models import Answer, Attachment, Case, Entry, Handover, LookUp, Notice, Reply
from home import periodic
from organisation.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

NAMES = {"a": message.NAMESPACE, "k": message.CATALOGUE}
RECEIPT = """<arkivmeldingKvittering xmlns="https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/arkivmelding/opprett/kvittering/v1">
{}</arkivmeldingKvittering>"""
RECEIVED = RECEIPT.format(
    "<mappeKvittering><systemID>3b6d1f0e-0000-4000-8000-000000000001</systemID>"
    "<saksaar>2026</saksaar><sakssekvensnummer>1873</sakssekvensnummer></mappeKvittering>"
)
PARTY = "//a:korrespondansepart[a:korrespondanseparttype/k:kode='{}']/a:korrespondansepartNavn"
REFUSED = RECEIPT.format("<mappeFeilet><feilId>1</feilId><feilmelding>Ukjent arkivdel</feilmelding></mappeFeilet>")


@pytest.fixture
def archivist(units):
    return factories.make_user("archivist", units.municipality, Role.ARCHIVIST)


@pytest.fixture
def case(cast) -> Case:
    """An ended case."""
    case = factories.make_assessed_case(
        cast.reporter, cast.leader, probability=1, consequence=1, title="Ødelagt rampe", kind=Case.Kind.IMPROVEMENT
    )
    case.say(cast.leader, "Bare for oss.", internal=True)
    case.close(cast.leader, residual_probability=1, residual_consequence=1, lesson="Rydd.")
    return case


@pytest.fixture
def folder(tmp_path, settings):
    settings.ARCHIVE_DIR = str(tmp_path)
    return tmp_path


def hand_over(archivist, case) -> Handover:
    return Handover.make(archivist, case, package_of(case))


def opened(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as made:
        return {name: made.read(name) for name in made.namelist()}


def one(xml: bytes, path: str) -> str:
    found = etree.fromstring(xml).xpath(path, namespaces=NAMES)
    assert len(found) == 1, path
    return found[0].text


# The package


def test_the_folder_the_entry_and_the_document(case, archivist):
    files = opened(package_of(case))
    xml = files["arkivmelding.xml"]
    assert one(xml, "a:mappe/a:tittel") == "Ødelagt rampe"
    assert one(xml, "a:mappe/a:referanseEksternNoekkel/k:noekkel") == case.reference
    assert one(xml, "a:registrering/a:journalposttype/k:kode") == "X"
    assert one(xml, "a:registrering/a:korrespondansepart[1]/a:korrespondansepartNavn") == cast_name(case.reporter)
    assert files["sak.pdf"].startswith(b"%PDF") and b"pdfaid" in files["sak.pdf"]
    assert not etree.fromstring(xml).xpath("//a:skjerming", namespaces=NAMES)


def cast_name(user) -> str:
    return user.get_full_name()


def test_every_file_has_its_checksum_in_the_message_and_in_the_list(case, cast, archivist):
    case.reopen(cast.leader, reason="Et bilde til.")
    case.attach(cast.leader, [uploads.CleanFile("æøå rampe.txt", "text/plain", b"maal"), other_file()])
    case.reject(cast.leader, reason="Nå er alt med.")
    files = opened(package_of(case))
    listed = dict(reversed(line.split("  ")) for line in files["sjekksummer.sha256"].decode().splitlines())
    assert set(listed) == set(files) - {"sjekksummer.sha256", "arkivmelding.xml"}
    for name, sha256 in listed.items():
        assert hashlib.sha256(files[name]).hexdigest() == sha256
        told = f"//a:dokumentobjekt[a:referanseDokumentfil='{name}']/a:sjekksum"
        assert one(files["arkivmelding.xml"], told) == sha256
    assert one(files["arkivmelding.xml"], "a:antallFiler") == "3"
    assert one(files["arkivmelding.xml"], "//a:dokumentobjekt[a:filnavn='æøå rampe.txt']/a:filstoerrelse") == "4"


def other_file() -> uploads.CleanFile:
    return uploads.CleanFile("regneark.xlsx", uploads.OFFICE["xlsx"], b"PK ark")


def test_letters_are_entries_of_their_own(cast, units, archivist):
    case = factories.make_outside_case(units.municipality)
    case.triage(
        cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Ikke hjelp", answer="Beklager!"
    )
    case.reject(cast.leader, reason="Gjelder en privat tjeneste.")
    files = opened(package_of(case))
    kinds = [
        one(files[name], "a:registrering/a:journalposttype/k:kode")
        for name in ("arkivmelding.xml", "arkivmelding-02.xml", "arkivmelding-03.xml")
    ]
    assert kinds == ["I", "U", "U"]
    assert files["brev-02.txt"].decode() == "Beklager!"
    to = "a:registrering/a:korrespondansepart[a:korrespondanseparttype/k:kode='EM']/a:korrespondansepartNavn"
    assert one(files["arkivmelding-02.xml"], to) == "Kari Innbygger"
    folder = "a:registrering/a:referanseForelderMappe/k:referanseEksternNoekkel/k:noekkel"
    assert one(files["arkivmelding-02.xml"], folder) == case.reference


def test_a_sealed_case_says_so_and_by_which_law(cast, archivist):
    case = factories.make_case(cast.reporter, sealed=True)
    case.reject(cast.leader, reason="Hører ikke hjemme her.")
    xml = opened(package_of(case))["arkivmelding.xml"]
    assert one(xml, "a:mappe/a:skjerming/a:tilgangsrestriksjon/k:kode") == "P"
    assert "forvaltningsloven § 13" in one(xml, "a:registrering/a:skjerming/a:skjermingshjemmel")


def test_what_xml_cannot_write_is_left_out(cast, archivist):
    case = factories.make_case(cast.reporter, title="Før\x0better & <merke> 😀")
    case.reject(cast.leader, reason="Nei.")
    xml = opened(package_of(case))["arkivmelding.xml"]
    assert one(xml, "a:mappe/a:tittel") == "Føretter & <merke> 😀"


def test_the_same_parts_have_the_same_ids_each_time(case, archivist):
    first, second = (opened(package_of(case))["arkivmelding.xml"] for _time in range(2))
    assert one(first, "a:mappe/a:systemID") == one(second, "a:mappe/a:systemID")


def test_a_file_that_is_gone_is_no_package(case, cast, archivist):
    Attachment(case=case, file="cases/borte", name="borte.png", content_type="image/png", size=1, sha256="0").save()
    with pytest.raises(CannotArchive):
        package_of(case)


@pytest.mark.skipif(not settings.ARKIVMELDING_XSD, reason="ARKIVMELDING_XSD names no schema")
def test_every_message_is_valid_by_the_public_schema(case, cast, units, archivist):
    sealed = factories.make_case(cast.reporter, sealed=True, description="<&> " * 500)
    sealed.attach(cast.reporter, [uploads.CleanFile("logg.txt", "text/plain", b"x"), other_file()])
    sealed.reject(cast.leader, reason="Nei.")
    outside = factories.make_outside_case(units.municipality, name="", email="")
    outside.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Hei", answer="Takk!")
    outside.hear("Takk selv.")
    outside.reject(cast.leader, reason="Nei.")
    for found in (case, sealed, outside):
        assert package_of(found)


def test_a_message_that_breaks_the_schema_is_refused(case, archivist, settings, tmp_path):
    schema = tmp_path / "narrow.xsd"
    schema.write_text(
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'targetNamespace="{message.NAMESPACE}"><xs:element name="annet"/></xs:schema>'
    )
    settings.ARKIVMELDING_XSD = str(schema)
    with pytest.raises(CannotArchive, match="arkivmelding.xml"):
        package_of(case)


@pytest.mark.parametrize("content", [None, "", "<xs:schema/>"])
def test_a_schema_that_cannot_be_read_is_said_to_the_archivist(case, archivist, login, settings, tmp_path, content):
    schema = tmp_path / "schema.xsd"
    if content is not None:
        schema.write_text(content)
    settings.ARKIVMELDING_XSD = str(schema)
    answer = login(archivist).post(f"/saker/{case.reference}/arkiver/", {"version": case.version})
    assert "ARKIVMELDING_XSD" in answer.content.decode()
    assert not Handover.objects.exists()


# What is in it


def printed(package: bytes, tmp_path) -> str:
    (tmp_path / "sak.pdf").write_bytes(opened(package)["sak.pdf"])
    command = ["pdftotext", str(tmp_path / "sak.pdf"), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return " ".join(text.replace("\u200b", "").replace("\u00ad", "").split())


def test_the_answers_of_the_page_are_in_it_and_internal_notes_are_not(cast, handbook, archivist, tmp_path):
    case = factories.make_case(cast.reporter)
    question = factories.make_question(handbook, cast.quality_manager, "Hvor mange ble berørt?")
    Answer.give(cast.reporter, case, [Reply(question, "To beboere")])
    case.say(cast.leader, "Snakk med verneombudet.", internal=True)
    case.reject(cast.leader, reason="Nei.")
    text = printed(package_of(case), tmp_path)
    assert "Hvor mange ble berørt?" in text and "To beboere" in text
    assert "verneombudet" not in text


@pytest.mark.parametrize("anonymity", [Case.Anonymity.COLLEAGUES, Case.Anonymity.ALL])
def test_a_reporter_who_is_not_to_be_named_is_nowhere_in_it(cast, tmp_path, anonymity):
    name = cast.reporter.get_full_name()
    case = factories.make_case(
        cast.reporter, anonymity=anonymity, title=f"Sett av {name}", description=f"Hilsen {name}"
    )
    case.attach(cast.reporter, [uploads.CleanFile(f"{name}.txt", "text/plain", b"x")])
    case.say(cast.reporter, "Noe nytt?")
    case.reject(cast.leader, reason="Nei.")
    package = package_of(case)
    assert one(opened(package)["arkivmelding.xml"], PARTY.format("IA")) == "Anonym"
    for text in (printed(package, tmp_path), opened(package)["arkivmelding.xml"].decode()):
        assert "Sett av" in text
        assert name not in text


def test_nor_is_somebody_outside_who_is_not_to_be_named(cast, units, tmp_path):
    case = factories.make_outside_case(units.home_care, anonymity=Case.Anonymity.ALL)
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Hei", answer="Takk!")
    case.hear("Takk selv.")
    case.reject(cast.leader, reason="Nei.")
    package = package_of(case)
    assert "Takk selv." in printed(package, tmp_path)
    for text in (printed(package, tmp_path), *(content.decode("latin-1") for content in opened(package).values())):
        assert "Kari Innbygger" not in text and "kari@example.test" not in text


def test_who_hands_over_is_not_named_as_the_reporter(cast, archivist):
    case = factories.make_case(archivist, place=cast.leader.unit, anonymity=Case.Anonymity.COLLEAGUES)
    case.reject(cast.leader, reason="Nei.")
    xml = opened(hand_over(archivist, case).package.open("rb").read())["arkivmelding.xml"]
    assert archivist.get_full_name() not in xml.decode()


def test_the_address_of_an_inhabitant_follows_to_the_archive(cast, units):
    case = factories.make_outside_case(units.home_care)
    case.triage(cast.service_desk, unit=units.home_care, kind=Case.Kind.DEVIATION, title="Hei")
    case.reject(cast.leader, reason="Nei.")
    xml = opened(package_of(case))["arkivmelding.xml"]
    assert one(xml, PARTY.format("EA")) == "Kari Innbygger"
    assert one(xml, "//a:epostadresse") == "kari@example.test"


# The states


def test_it_is_in_the_log_and_the_checksum_is_kept(case, archivist):
    handover = hand_over(archivist, case)
    assert handover.state == Handover.State.MADE
    with handover.package.open("rb") as package:
        assert hashlib.sha256(package.read()).hexdigest() == handover.sha256
    assert case.entries.filter(event=Entry.Event.ARCHIVING).exists()
    assert handover.history.get().actor_label == archivist.get_full_name()


def test_it_is_handed_over_once_until_it_is_reopened(case, cast, archivist):
    hand_over(archivist, case)
    with pytest.raises(ValidationError):
        hand_over(archivist, case)
    assert not Case.objects.to_archive(archivist).exists()
    case.reopen(cast.leader, reason="Mer å gjøre.")
    with pytest.raises(ValidationError):
        hand_over(archivist, case)  # it is open
    case.reject(cast.leader, reason="Ferdig likevel.")
    assert list(Case.objects.to_archive(archivist)) == [case]
    hand_over(archivist, case)
    assert case.handovers.count() == 2


@pytest.mark.parametrize("who", ["leader", "handler", "quality_manager", "administrator", "outsider", "auditor"])
def test_only_an_archivist_hands_over(case, cast, who):
    with pytest.raises(PermissionDenied):
        Handover.make(getattr(cast, who), case, b"pakke")


def test_a_sealed_case_only_when_given_access(cast, archivist):
    case = factories.make_case(cast.reporter, sealed=True)
    case.reject(cast.leader, reason="Nei.")
    assert not Case.objects.visible_to(archivist).to_archive(archivist).exists()
    with pytest.raises(PermissionDenied):
        hand_over(archivist, case)
    case.give_access(cast.leader, person=archivist, reason="Skal arkiveres.")
    assert hand_over(archivist, case).pk


def test_what_failed_is_tried_again_in_the_same_row(case, archivist):
    handover = hand_over(archivist, case)
    handover.fail(archivist, reason="Arkivet var nede.")
    handover.try_again(archivist, b"ny pakke")
    assert (handover.state, handover.tries, handover.reason) == (Handover.State.MADE, 2, "")
    assert handover.sha256 == hashlib.sha256(b"ny pakke").hexdigest()


def test_who_made_the_package_is_told_that_it_failed(case, archivist, folder):
    handover = hand_over(archivist, case)
    exchange.exchange()
    answer(folder, handover, REFUSED)
    exchange.exchange()
    assert Notice.objects.get(kind=Notice.Kind.NOT_ARCHIVED).user == archivist
    again = Handover.objects.get()
    again.try_again(archivist, b"ny pakke")
    again.fail(archivist, reason="Fortsatt nede.")  # who says it need not be told
    assert Notice.objects.filter(kind=Notice.Kind.NOT_ARCHIVED).count() == 1


def test_what_failed_is_not_tried_again_when_the_case_is_taken_up_again(case, cast, archivist):
    handover = hand_over(archivist, case)
    handover.fail(archivist, reason="Arkivet var nede.")
    case.reopen(cast.leader, reason="Mer å gjøre.")
    handover = Handover.objects.get()
    with pytest.raises(ValidationError):
        handover.try_again(archivist, b"ny pakke")
    assert handover.state == Handover.State.FAILED


@pytest.mark.parametrize("act", ["try_again", "receive again", "fail after", "no number", "no reason"])
def test_steps_that_do_not_fit_are_refused(case, archivist, act):
    handover = hand_over(archivist, case)
    with pytest.raises(ValidationError):
        if act == "try_again":
            handover.try_again(archivist, b"x")
        elif act == "no number":
            handover.receive(archivist, number=" ")
        elif act == "no reason":
            handover.fail(archivist, reason="")
        else:
            handover.receive(archivist, number="2026/1")
            handover.receive(archivist, number="2026/2") if act == "receive again" else handover.fail(
                archivist, reason="x"
            )


# The folder


def test_packages_go_out_whole_and_receipts_come_in(case, archivist, folder):
    handover = hand_over(archivist, case)
    assert exchange.exchange() == 1
    assert [file.name for file in (folder / "ut").iterdir()] == [handover.name]
    assert hashlib.sha256((folder / "ut" / handover.name).read_bytes()).hexdigest() == handover.sha256
    assert exchange.exchange() == 0
    answer(folder, handover, RECEIVED)
    assert exchange.exchange() == 1
    handover.refresh_from_db()
    assert (handover.state, handover.archive_number) == (Handover.State.RECEIVED, "2026/1873")
    assert case.archive_number == "2026/1873"
    assert exchange.exchange() == 0


def answer(folder, handover, text: str) -> None:
    place = folder / "inn" / handover.name.removesuffix(".zip")
    place.mkdir(parents=True)
    (place / exchange.RECEIPT).write_text(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (REFUSED, "Ukjent arkivdel"),
        ("dette er ikke xml", "kan ikke leses"),
        (RECEIPT.format(""), "nummer"),
        ('<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a><mappeID>&e;</mappeID></a>', "nummer"),
    ],
)
def test_a_refusal_and_a_broken_receipt_fail_with_the_reason(case, archivist, folder, text, reason):
    handover = hand_over(archivist, case)
    exchange.exchange()
    answer(folder, handover, text)
    exchange.exchange()
    handover.refresh_from_db()
    assert handover.state == Handover.State.FAILED
    assert reason in handover.reason


def test_a_package_that_is_gone_fails_and_the_others_go_out(case, cast, archivist, folder):
    other = factories.make_case(cast.reporter)
    other.reject(cast.leader, reason="Nei.")
    gone, there = hand_over(archivist, case), hand_over(archivist, other)
    gone.package.storage.delete(gone.package.name)
    assert exchange.exchange() == 2
    gone.refresh_from_db()
    there.refresh_from_db()
    assert (gone.state, there.state) == (Handover.State.FAILED, Handover.State.DELIVERED)


def test_nothing_happens_without_a_folder(case, archivist, settings):
    settings.ARCHIVE_DIR = ""
    hand_over(archivist, case)
    assert exchange.exchange() == 0
    assert ("archive", exchange.exchange) in periodic.JOBS


# The screens


def test_the_archivist_hands_over_fetches_and_writes_down_the_number(case, archivist, login):
    client = login(archivist)
    assert case.reference in client.get("/arkiv/").content.decode()
    step = f"/saker/{case.reference}/arkiver/"
    assert client.get(step).status_code == 200
    assert client.post(step, {"version": case.version}).status_code == 302
    handover = Handover.objects.get()
    fetched = client.get(f"/arkiv/{handover.pk}/pakke.zip")
    assert b"".join(fetched.streaming_content).startswith(b"PK")
    handover.refresh_from_db()
    assert handover.state == Handover.State.DELIVERED
    sent = {"number": "2026/1873", "version": handover.version}
    assert client.post(f"/arkiv/{handover.pk}/mottatt/", sent).status_code == 302
    assert "2026/1873" in client.get(case.get_absolute_url()).content.decode()
    assert list(Case.objects.search("2026/1873", archivist)) == [case]


@pytest.fixture
def ended(cast) -> list[Case]:
    """Three improvements that are closed."""
    facts = {"probability": 1, "consequence": 1, "kind": Case.Kind.IMPROVEMENT}
    cases = [factories.make_assessed_case(cast.reporter, cast.leader, title=f"Rampe {n}", **facts) for n in range(3)]
    for case in cases:
        case.close(cast.leader, residual_probability=1, residual_consequence=1)
    return cases


@pytest.mark.parametrize(("sent", "made"), [("case", 1), ("all", 2), ("nothing", 0)])
def test_several_are_handed_over_at_once(ended, archivist, login, sent, made):
    data = {"shown": [case.reference for case in ended[:2]], "case": [ended[0].reference]}
    if sent != "case":
        del data["case"]
    if sent == "all":
        data["all"] = "1"
    client = login(archivist)
    assert client.post("/arkiv/overlever/", data).status_code == 302
    assert client.post("/arkiv/overlever/", data).status_code == 302
    assert Handover.objects.count() == made


def test_one_that_cannot_be_handed_over_is_named_and_the_others_go(ended, cast, archivist, login):
    ended[0].keep([other_file()], cast.leader)
    kept = Attachment.objects.get()
    kept.file.storage.delete(kept.file.name)
    data = {"shown": [case.reference for case in ended], "all": "1"}
    page = login(archivist).post("/arkiv/overlever/", data, follow=True).content.decode()
    assert ended[0].reference in page
    assert set(Handover.objects.values_list("case", flat=True)) == {ended[1].pk, ended[2].pk}


@pytest.mark.parametrize("who", ["leader", "quality_manager", "service_desk", "auditor", "director"])
def test_others_hand_over_none(ended, cast, login, who):
    data = {"shown": [case.reference for case in ended], "all": "1"}
    assert login(getattr(cast, who)).post("/arkiv/overlever/", data).status_code == 403
    assert not Handover.objects.exists()


def test_a_sealed_or_open_one_is_not_handed_over_among_others(ended, cast, archivist, login):
    ended[0].seal(cast.leader, sealed=True, reason="Helse")
    ended[1].reopen(cast.leader, reason="Mer")
    data = {"shown": [case.reference for case in ended], "all": "1"}
    login(archivist).post("/arkiv/overlever/", data)
    assert [handover.case for handover in Handover.objects.all()] == [ended[2]]


def test_a_double_send_makes_one(case, archivist, login):
    client, step = login(archivist), f"/saker/{case.reference}/arkiver/"
    sent = {"version": case.version}
    assert [client.post(step, sent).status_code for _time in range(2)] == [302, 409]
    assert Handover.objects.count() == 1


def test_the_list_names_no_reporter_who_is_hidden(cast, archivist, login):
    case = factories.make_case(cast.reporter, title="Sett av Reporter Testesen", anonymity=Case.Anonymity.COLLEAGUES)
    case.reject(cast.leader, reason="Nei.")
    page = login(archivist).get("/arkiv/").content.decode()
    assert case.reference in page and "Sett av" in page
    assert "Reporter Testesen" not in page


@pytest.mark.parametrize("who", ["leader", "quality_manager", "reporter", "outsider", "administrator"])
def test_others_have_no_way_in(case, cast, archivist, login, who):
    handover = hand_over(archivist, case)
    client = login(getattr(cast, who))
    addresses = ["/arkiv/", f"/saker/{case.reference}/arkiver/"]
    addresses += [f"/arkiv/{handover.pk}/{step}" for step in ("pakke.zip", "mottatt/", "feilet/", "igjen/")]
    assert {client.get(address).status_code for address in addresses} == {403}


def test_a_sealed_package_is_not_there_for_another_archivist(cast, units, archivist, login):
    case = factories.make_case(cast.reporter, sealed=True)
    case.reject(cast.leader, reason="Nei.")
    case.give_access(cast.leader, person=archivist, reason="Skal arkiveres.")
    handover = hand_over(archivist, case)
    assert login(archivist).get(f"/arkiv/{handover.pk}/pakke.zip").status_code == 200
    assert case.look_ups.get().what == LookUp.What.FILE
    other = login(factories.make_user("second", units.municipality, Role.ARCHIVIST))
    assert other.get(f"/arkiv/{handover.pk}/pakke.zip").status_code == 404
    assert case.reference not in other.get("/arkiv/").content.decode()


def test_the_list_costs_the_same_whatever_waits(case, cast, archivist, login, django_assert_max_num_queries):
    for _number in range(4):
        ended = factories.make_case(cast.reporter)
        ended.reject(cast.leader, reason="Nei.")
        hand_over(archivist, ended)
        factories.make_case(cast.reporter).reject(cast.leader, reason="Nei.")
    client = login(archivist)
    client.get("/arkiv/")
    with django_assert_max_num_queries(14):
        client.get("/arkiv/")

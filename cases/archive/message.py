"""A case as Noark 5: a saksmappe, a journal entry for the case itself with its files, and one for each letter (S35).

In the form of Fiks Arkiv 1 a message makes one folder and one entry. The first message makes both; the others point at
the folder by our reference, which the archive keeps as the external key.
"""

import hashlib
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone
from lxml import etree

from cases import printing
from cases.models import Case, Entry
from cases.reading import Reading
from organisation.models import Unit, User

NAMESPACE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/arkivmelding/opprett/v1"
CATALOGUE = "https://ks-no.github.io/standarder/fiks-protokoll/fiks-arkiv/metadatakatalog/v1"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
IDS = uuid.UUID("8f6dd0a6-3c3f-4d0e-9c0f-6d1f9b1c5f35")
# Offentleglova § 13 with forvaltningsloven § 13: what is sealed for personal data (G18).
SEALED_BY = "Offentleglova § 13, jf. forvaltningsloven § 13 første ledd nr. 1"
FORMATS = {
    "application/pdf": ("RA-PDF", "pdf"),
    "image/jpeg": ("RA-JPEG", "jpg"),
    "image/png": ("PNG", "png"),
    "text/plain": ("RA-TEKST", "txt"),
}

Values = list[tuple[str, Any]]


@dataclass(frozen=True)
class Document:
    """A file of a message: what it is called, what it is named in the package, and its content."""

    title: str
    name: str
    content_type: str
    content: bytes
    filename: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass
class Message:
    """One arkivmelding: its XML and its files."""

    name: str
    xml: bytes
    documents: list[Document] = field(default_factory=list)


def messages_of(case: Case) -> list[Message]:
    """Everything that is handed over of the case. Internal notes stay here."""
    reading = as_archived(case)
    letters = case.entries.filter(kind=Entry.Kind.LETTER).select_related("author")
    return [_of_case(reading), *(_of_letter(reading, letter, number) for number, letter in enumerate(letters, start=2))]


def as_archived(case: Case) -> Reading:
    """The case whole, the same whoever hands it over; a reporter who has asked not to be named is not named (G18)."""
    reading = Reading(User(), case)
    reading.whole = True
    reading.knows_reporter = case.anonymity == Case.Anonymity.NAMED
    return reading


def _of_case(reading: Reading) -> Message:
    case = reading.case
    printed = printing.pdf(reading, internal=False, printed_by="", archived=True)
    main = Document(f"Sak {case.reference}", "sak.pdf", "application/pdf", printed, f"{case.reference}.pdf")
    documents = [main, *_attachments(reading)]
    kind = "I" if case.has_correspondent else "X"
    title = f"{case.get_kind_display()}: {reading.text(case.title)}"
    entry = _entry(reading, title, kind, case.received_at, documents, key=case.reference)
    return _message("arkivmelding.xml", documents, ("mappe", _folder(reading)), ("registrering", entry))


def _attachments(reading: Reading) -> Iterator[Document]:
    for number, attachment in enumerate(reading.case.attachments.all(), start=1):
        ending = FORMATS.get(attachment.content_type, ("", attachment.name.rpartition(".")[2][:5].lower() or "bin"))[1]
        with attachment.file.open("rb") as opened:
            content = opened.read()
        name, called = f"vedlegg-{number:02}.{ending}", reading.text(attachment.name)
        yield Document(called, name, attachment.content_type, content, called)


def _of_letter(reading: Reading, letter: Entry, number: int) -> Message:
    """A letter to or from the person outside, as plain text, which is a form an archive may keep."""
    case = reading.case
    title = "Brev fra melder" if letter.from_outside else "Brev til melder"
    content = reading.text(letter.text).encode()
    document = Document(title, f"brev-{number:02}.txt", "text/plain", content, f"{case.reference}-brev-{number:02}.txt")
    key = f"{case.reference}/{letter.pk}"
    kind = "I" if letter.from_outside else "U"
    entry = _entry(reading, f"{title}: {reading.text(case.title)}", kind, letter.created_at, [document], key=key)
    return _message(f"arkivmelding-{number:02}.xml", [document], None, ("registrering", entry))


# The parts


def _folder(reading: Reading) -> Values:
    case = reading.case
    year, _dash, number = case.reference.partition("-")
    return [
        ("@type", "saksmappe"),
        ("systemID", _id(case, "mappe")),
        ("tittel", reading.text(case.title)),
        ("opprettetDato", _moment(case.received_at)),
        ("opprettetAv", settings.WAGTAIL_SITE_NAME),
        ("avsluttetDato", case.closed_at and _moment(case.closed_at)),
        ("merknad", [("merknadstekst", f"{case.get_kind_display()}. {case.get_status_display()}.")]),
        ("skjerming", _sealing(case)),
        ("referanseEksternNoekkel", _key(case.reference)),
        ("saksaar", year),
        ("sakssekvensnummer", int(number)),
        ("saksdato", timezone.localdate(case.received_at)),
        ("administrativEnhet", [("navn", case.unit)]),
        ("saksansvarlig", [("navn", reading.person(case.handler) if case.handler else case.unit)]),
        ("saksstatus", _code("A", "Avsluttet")),
    ]


def _entry(reading: Reading, title: str, kind: str, moment: Any, documents: list[Document], *, key: str) -> Values:
    case = reading.case
    words = {"I": "Inngående dokument", "U": "Utgående dokument", "X": "Organinternt dokument uten oppfølging"}
    numbered = enumerate(documents, start=1)
    return [
        ("@type", "journalpost"),
        ("systemID", _id(case, key)),
        ("opprettetDato", _moment(moment)),
        ("opprettetAv", settings.WAGTAIL_SITE_NAME),
        ("referanseForelderMappe", [("referanseEksternNoekkel", _key(case.reference))]),
        ("skjerming", _sealing(case)),
        *[("dokumentbeskrivelse", _document(case, document, number)) for number, document in numbered],
        ("tittel", title),
        *[("korrespondansepart", party) for party in _parties(reading, kind)],
        ("referanseEksternNoekkel", _key(key)),
        ("journalposttype", _code(kind, words[kind])),
        ("journalstatus", _code("J", "Journalført")),
        ("journaldato", timezone.localdate(moment)),
        ("dokumentetsDato", timezone.localdate(moment)),
        ("antallVedlegg", len(documents) - 1),
    ]


def _document(case: Case, document: Document, number: int) -> Values:
    attached = _code("H", "Hoveddokument") if number == 1 else _code("V", "Vedlegg")
    return [
        ("dokumentstatus", _code("F", "Dokumentet er ferdigstilt")),
        ("tittel", document.title),
        ("tilknyttetRegistreringSom", attached),
        ("dokumentnummer", number),
        ("skjerming", _sealing(case)),
        ("dokumentobjekt", _file(document)),
    ]


def _file(document: Document) -> Values:
    kept = FORMATS.get(document.content_type)
    return [
        ("versjonsnummer", 1),
        ("variantformat", _code("A", "Arkivformat") if kept else _code("P", "Produksjonsformat")),
        ("format", _code(kept[0]) if kept else None),
        ("mimeType", document.content_type),
        ("filnavn", document.filename),
        ("referanseDokumentfil", document.name),
        ("sjekksum", document.sha256),
        ("sjekksumAlgoritme", "SHA-256"),
        ("filstoerrelse", len(document.content)),
    ]


def _parties(reading: Reading, kind: str) -> list[Values]:
    """Sender and receiver: who reported it, and who handles the case here."""
    case = reading.case
    hidden = "true" if case.sealed else None
    handler = reading.person(case.handler) if case.handler else None
    us: Values = [
        ("korrespondanseparttype", _code("EA", "Avsender") if kind == "U" else _code("IM", "Intern mottaker")),
        ("korrespondansepartNavn", _municipality()),
        ("administrativEnhet", [("navn", case.unit)]),
        ("saksbehandler", handler and [("navn", handler)]),
    ]
    if not case.has_correspondent:
        reporter: Values = [
            ("korrespondanseparttype", _code("IA", "Intern avsender")),
            ("korrespondansepartNavn", case.reporter if reading.knows_reporter and case.reporter else "Anonym"),
            ("erSkjermet", hidden),
        ]
        return [reporter, us]
    person, named = case.correspondent, reading.knows_reporter
    them: Values = [
        ("korrespondanseparttype", _code("EM", "Mottaker") if kind == "U" else _code("EA", "Avsender")),
        ("korrespondansepartNavn", named and person.name or "Anonym"),
        ("epostadresse", named and person.email),
        ("telefonnummer", named and person.phone),
        ("erSkjermet", hidden),
        ("erPersonnavn", "true" if named and person.name else None),
    ]
    return [them, us]


def _municipality() -> str:
    return str(Unit.objects.municipality())


def _sealing(case: Case) -> Values | None:
    if not case.sealed:
        return None
    return [("tilgangsrestriksjon", _code("P", "Personalsaker")), ("skjermingshjemmel", SEALED_BY)]


def _key(key: str) -> Values:
    return [("fagsystem", settings.WAGTAIL_SITE_NAME), ("noekkel", key)]


def _code(code: str, words: str = "") -> Values:
    return [("#kode", code), ("#beskrivelse", words)]


def _id(case: Case, part: str) -> str:
    """The same id each time the same part of the same case is handed over."""
    return str(uuid.uuid5(IDS, f"{case.key}/{part}"))


def _moment(moment: Any) -> str:
    return timezone.localtime(moment).replace(microsecond=0).isoformat()


# From values to XML


def _message(name: str, documents: list[Document], *parts: tuple[str, Values] | None) -> Message:
    values: Values = [("system", settings.WAGTAIL_SITE_NAME), ("antallFiler", len(documents))]
    root = etree.Element(f"{{{NAMESPACE}}}arkivmelding", nsmap={None: NAMESPACE, "n5mdk": CATALOGUE, "xsi": XSI})  # type: ignore[dict-item]
    _fill(root, [*values, *filter(None, parts)])
    xml = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return Message(name, xml, documents)


def _fill(parent: Any, values: Values) -> None:
    """Children of an element, in order. A name that begins with "@" is the type, with "#" one of the catalogue;
    nothing becomes no element."""
    for name, value in values:
        if value in (None, False, "", []):
            continue
        if name == "@type":
            parent.set(f"{{{XSI}}}type", str(value))
            continue
        space = CATALOGUE if name.startswith("#") or parent.tag.rpartition("}")[2] in IN_CATALOGUE else NAMESPACE
        child = etree.SubElement(parent, f"{{{space}}}{name.lstrip('#')}")
        if isinstance(value, list):
            _fill(child, value)
        else:
            child.text = _legal(str(value))


# Elements whose type, and so whose children, stand in the catalogue's namespace.
IN_CATALOGUE = {
    "referanseEksternNoekkel", "referanseForelderMappe", "administrativEnhet", "saksansvarlig", "saksbehandler",
}  # fmt: skip


def _legal(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return "".join(
        sign
        for sign in text
        if sign in "\t\n" or (sign >= " " and not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff")
    )

"""The folder shared with the archive system (S35): `ARCHIVE_DIR/ut/` has the packages, `ARCHIVE_DIR/inn/<package>/`
gets `arkivmelding-kvittering.xml` from the archive. Run by `manage.py run_periodic`; safe to run any number of times.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from lxml import etree

from cases.models import Handover

OUT, IN = "ut", "inn"
RECEIPT = "arkivmelding-kvittering.xml"
READ = "lest"  # what a receipt is renamed with when it is read
LARGEST_RECEIPT = 1_000_000  # bytes


def exchange() -> int:
    """Put out what is made, and read the receipts; how many hand-overs changed. Nothing without `ARCHIVE_DIR`."""
    if not settings.ARCHIVE_DIR:
        return 0
    folder = Path(settings.ARCHIVE_DIR)
    waiting = list(Handover.objects.made().select_related("case"))
    return sum(_put_out(handover, folder) for handover in waiting) + _read_receipts(folder)


def _put_out(handover: Handover, folder: Path) -> int:
    """The whole package or nothing: it gets its name when all of it is on the disk. A package that is gone fails
    without holding up the others."""
    target = folder / OUT / handover.name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with handover.package.open("rb") as package:
            content = package.read()
    except OSError as gone:
        handover.fail(None, reason=str(gone))
        return 1
    unfinished = target.with_suffix(".part")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(target)
    handover.deliver(None)
    return 1


def _read_receipts(folder: Path) -> int:
    read = 0
    for handover in Handover.objects.delivered().select_related("case"):
        receipt = folder / IN / handover.name.removesuffix(".zip") / RECEIPT
        if receipt.is_file() and receipt.stat().st_size <= LARGEST_RECEIPT:
            take(handover, receipt.read_bytes())
            receipt.rename(receipt.with_suffix(f".{READ}"))
            read += 1
    return read


def take(handover: Handover, xml: bytes) -> None:
    """What the archive answers: its number for the case, or why it refused."""
    number, refusal = _answer(xml)
    try:
        if refusal:
            handover.fail(None, reason=refusal)
        else:
            handover.receive(None, number=number)
    except ValidationError:
        handover.fail(None, reason="Kvitteringen sier ikke noe nummer.")


def _answer(xml: bytes) -> tuple[str, str]:
    """The number and the refusal in a receipt; one of them is empty."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as broken:
        return "", f"Kvitteringen kan ikke leses: {broken}"
    found = {element.tag.rpartition("}")[2]: (element.text or "").strip() for element in root.iter("*")}
    if "mappeFeilet" in found or "registreringFeilet" in found:
        return "", found.get("feilmelding") or "Arkivet avviste pakken."
    year, sequence = found.get("saksaar"), found.get("sakssekvensnummer")
    number = f"{year}/{sequence}" if year and sequence else ""
    return (number or found.get("mappeID") or found.get("systemID") or "")[:60], ""

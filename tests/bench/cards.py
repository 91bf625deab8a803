"""Report cards (S33): a scan of twelve pages is read and shown, and the largest batch is made to print.

A page is a card of A5 scanned at 200 dots to the inch, in a PDF. "Shown" is from the moment the files are sent in to
when the page with all cards is made, with every picture of it, read by the same process.
"""

import io
import time
from collections.abc import Iterator

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.crypto import get_random_string
from PIL import Image

from cases.cards import printing
from cases.cards.pages import pages_of
from cases.models import CardBatch, CardUpload
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from tests.bench.figures import Figure

PAGES = 12


def measure() -> Iterator[Figure]:
    unit = Unit.objects.municipality()
    desk = User.objects.create_user("desk", password=get_random_string(20), unit=unit)
    RoleAssignment.objects.create(user=desk, unit=unit, role=Role.SERVICE_DESK)
    batch = CardBatch.make(desk, unit=unit, count=200, language="nb")
    started = time.perf_counter()
    pdf = printing.pdf_of(batch, unit.name)
    yield Figure("200 report cards to print", time.perf_counter() - started, "s")
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(desk)
    scan = SimpleUploadedFile("kort.pdf", scan_of(pdf))
    started = time.perf_counter()
    page = client.post("/meldekort/last-opp/", {"key": batch.key, "files": [scan]}, follow=True)
    yield Figure(f"A scan of {PAGES} pages shown", time.perf_counter() - started, "s", 5)
    upload = CardUpload.objects.get()
    found = [card.intake.card_number for card in upload.cards()]
    yield Figure("Numbers not found", PAGES - len(set(found) & set(batch.numbers)), "cards", 0)
    started = time.perf_counter()
    for address in {part.split('"')[0] for part in page.content.decode().split('src="') if "/side/" in part[:60]}:
        b"".join(client.get(address).streaming_content)
    yield Figure("Its small pictures", time.perf_counter() - started, "s", 5)


def scan_of(pdf: bytes) -> bytes:
    """The first cards, cut apart and scanned."""
    cards: list[Image.Image] = []
    for page in pages_of("cards.pdf", pdf, lambda _pages: None):
        sheet = Image.open(io.BytesIO(page))
        middle = sheet.height // 2
        cards += [sheet.crop((0, 0, sheet.width, middle)), sheet.crop((0, middle, sheet.width, sheet.height))]
        if len(cards) >= PAGES:
            break
    target = io.BytesIO()
    cards[0].save(target, "PDF", save_all=True, append_images=cards[1:PAGES], resolution=200)
    return target.getvalue()

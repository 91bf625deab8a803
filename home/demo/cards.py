"""Report cards of the demo: a printed batch, and two that came back and wait to be written in."""

import datetime
import io
import uuid

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from cases.cards import printing, scans
from cases.cards.pages import pages_of
from cases.models import CardBatch, CardUpload
from organisation import clock
from organisation.models import Unit, User

from .organisation import read

KEY = uuid.UUID("8d5c6b1e-2f0a-4a53-9a35-5f7f3a0c9e42")
HAND = settings.NODE_MODULES / "@expo-google-fonts" / "inter" / "400Regular_Italic" / "Inter_400Regular_Italic.ttf"
PENCIL = (62, 66, 84)
# Where on a card something is written, in millimetres from its top left corner.
KINDS = {"ros": 41, "ris": 62, "forslag": 83}
TICK_TOP, LINES_TOP, LINE, PLACE_TOP, CONTACT_TOP, LEFT, MIDDLE = 27.5, 51, 8.6, 97, 119.5, 16, 112


def load_cards() -> None:
    """Print a batch some weeks ago, and send in two of its cards yesterday."""
    data = read("cards.toml")
    by = User.objects.get(username="servicetorg")
    if CardUpload.objects.filter(by=by, key=KEY).exists():
        return
    with clock.set_to(timezone.now() - datetime.timedelta(data["printed_ago"])):
        unit = Unit.objects.get(code=data["unit"])
        batch = CardBatch.make(by, unit=unit, count=data["count"], language="nb", key=KEY)
    with clock.set_to(timezone.now() - datetime.timedelta(data["scanned_ago"])):
        upload = CardUpload.begin(by, [ContentFile(scan_of(batch, data["card"]), data["file"])], key=KEY)
        scans.read_file.func(upload.files.get().pk)


def scan_of(batch: CardBatch, texts: list[dict[str, str]]) -> bytes:
    """A PDF with a page for each of the first cards, written on."""
    first = CardBatch(first=batch.first, last=batch.first + len(texts) - 1, language=batch.language)
    pdf = printing.pdf_of(first, Unit.objects.municipality().name)
    sheet = Image.open(io.BytesIO(next(pages_of("cards.pdf", pdf, lambda _pages: None))))
    pages = [written(sheet, place, text) for place, text in enumerate(texts)]
    target = io.BytesIO()
    pages[0].save(target, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return target.getvalue()


def written(sheet: Image.Image, place: int, text: dict[str, str]) -> Image.Image:
    """The upper or lower card of a sheet, with what somebody wrote, a little askew."""
    half = sheet.height // 2
    card = sheet.crop((0, place * half, sheet.width, (place + 1) * half))
    draw, mm = ImageDraw.Draw(card), sheet.width / 210
    font = ImageFont.truetype(HAND, 4.6 * mm)

    def write(words: str, left: float, top: float) -> None:
        draw.text((left * mm, top * mm), words, font=font, fill=PENCIL)

    write("x", KINDS[text["kind"]], TICK_TOP)
    for number, line in enumerate(text["lines"]):
        write(line, LEFT, LINES_TOP + number * LINE)
    write(text["where"], LEFT, PLACE_TOP)
    write(text["when"], MIDDLE, PLACE_TOP)
    write(text["contact"], LEFT, CONTACT_TOP)
    return card.rotate(0.7, fillcolor="white", resample=Image.Resampling.BICUBIC)

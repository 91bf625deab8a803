"""Scans as tests need them: printed cards with something written on them, as files of every kind."""

import io

import pikepdf
from PIL import Image, ImageDraw, ImageFont

from cases.cards import printing
from cases.cards.pages import pages_of
from cases.models import CardBatch

PENCIL = (70, 70, 80)


def filled_in(batch: CardBatch, text: str = "Lyset er slukket.") -> list[Image.Image]:
    """The cards of a batch, cut apart and written on."""
    cards = []
    for page in pages_of("kort.pdf", printing.pdf_of(batch, "Prøvekommunen"), lambda _pages: None):
        sheet = Image.open(io.BytesIO(page))
        for top in (0, sheet.height // 2):
            card = sheet.crop((0, top, sheet.width, top + sheet.height // 2))
            ImageDraw.Draw(card).text((120, 390), text, font=ImageFont.load_default(40), fill=PENCIL)
            cards.append(card)
    return cards[: len(batch.numbers)]


def as_file(pictures: list[Image.Image], kind: str) -> bytes:
    """The pictures as one file: "PDF" or "TIFF" with a page for each, "JPEG" or "PNG" of the first."""
    target = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if kind in ("PDF", "TIFF") else {}
    pictures[0].save(target, kind, **more)
    return target.getvalue()


def pdf(pages: int = 1, **save: object) -> bytes:
    """An empty PDF."""
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page(page_size=(200, 100))
    target = io.BytesIO()
    document.save(target, **save)
    return target.getvalue()


def hostile_pdf() -> bytes:
    """A PDF with a script that runs when it is opened, and a file inside."""
    document = pikepdf.open(io.BytesIO(pdf()))
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert('x')"))
    document.Root.OpenAction = script
    document.attachments["virus.exe"] = pikepdf.AttachedFileSpec(document, b"MZ planted")
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()

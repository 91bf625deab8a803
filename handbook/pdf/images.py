"""Pictures for the PDF: from our own storage, never fetched (G10)."""

import io
import re
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from handbook import drawing
from handbook.models import KeptFile
from handbook.pdf import typesetting
from handbook.pdf.contents import Drawing

FORMATS = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"RIFF": "webp",
    b"<svg": "svg",
    b"<?xml": "svg",
}
RASTERS = ("png", "jpg", "gif", "webp")
HEAVY = 300_000  # bytes
WIDEST = 1_600  # pixels: 240 to the inch across the paper
BROKEN = (OSError, ValueError, SyntaxError, Pillow.DecompressionBombError)
FOLDER = "images/"
KEPT = re.compile(r"/d/(?P<document>[\w-]+)/bilde/(?P<sha256>[0-9a-f]{64})/")
CAPITALS = {"viewbox": "viewBox"}  # a browser puts them back by itself, and XML knows no other way to write them


class Pictures:
    """The pictures of one PDF, each kept once, under a name that says nothing.

    `documents` are those whose own copies it may show.
    """

    def __init__(self, documents: Iterable[int] = ()) -> None:
        self.documents = list(documents)
        self.files: dict[str, bytes] = {}
        self._names: dict[str, str | None] = {}

    def name_of(self, address: str) -> str | None:
        """The file to set for this address; None when it isn't ours, is missing or is no picture."""
        if address not in self._names:
            self._names[address] = self._added(self._kept(address) or stored(address) or b"")
        return self._names[address]

    def drawing(self, html: str) -> Drawing:
        """The files to set for a drawing that stands in the HTML itself; None for what can't be set."""
        svg = as_xml(html)
        try:
            is_wide = drawing.is_wide(svg)
            parts = drawing.parts(svg, drawing.LYING if is_wide else drawing.UPRIGHT)
        except (ParseError, ValueError):
            return Drawing([None])
        return Drawing([self._added(part.encode()) for part in parts], is_wide)

    def _added(self, content: bytes) -> str | None:
        kind = kind_of(content)
        if kind in RASTERS and len(content) > HEAVY:
            content = lighter(content)
            name = f"picture-{len(self.files)}.jpg"
            fits = content != b""
        else:
            name = f"picture-{len(self.files)}.{kind}"
            fits = kind != "" and typesetting.can_print(name, content)
        if fits:
            self.files[name] = content
        return name if fits else None

    def _kept(self, address: str) -> bytes | None:
        """The copy that an edition keeps of a picture (G4); None for any other address."""
        match = KEPT.fullmatch(address.removeprefix(settings.BASE_URL))
        kept = self._copies.get((match["document"], match["sha256"])) if match else None
        try:
            return kept.file.read() if kept else None
        except OSError:
            return None
        finally:
            if kept:
                kept.file.close()

    @cached_property
    def _copies(self) -> dict[tuple[str, str], KeptFile]:
        """Every copy of the documents. One query, and none for a PDF without pictures."""
        found = KeptFile.objects.filter(document__in=self.documents).select_related("document")
        return {(kept.document.document_id, kept.sha256): kept for kept in found}


def kind_of(content: bytes) -> str:
    """The kind of picture, by its first bytes; empty for what is none."""
    return next((kind for start, kind in FORMATS.items() if content.startswith(start)), "")


def lighter(content: bytes) -> bytes:
    """A heavy picture as it is needed on paper. Empty when it can't be opened."""
    target = io.BytesIO()
    try:
        with Pillow.open(io.BytesIO(content)) as opened:
            opened.draft("RGB", (WIDEST, WIDEST))
            opened.thumbnail((WIDEST, WIDEST))
            shown = Pillow.new("RGB", opened.size, "white")
            shown.paste(opened, mask=opened.convert("RGBA") if opened.has_transparency_data else None)
            shown.save(target, "JPEG", quality=75)
    except BROKEN:
        return b""
    return target.getvalue()


def as_xml(svg: str) -> str:
    """A drawing of ours as it was before an HTML parser made its names small."""
    for small, name in CAPITALS.items():
        svg = svg.replace(f" {small}=", f" {name}=", 1)
    return svg


def stored(address: str) -> bytes | None:
    """The content behind an address of ours below the picture folder; None for any other address."""
    path = urlsplit(address.removeprefix(settings.BASE_URL))
    start = settings.MEDIA_URL + FOLDER
    name = unquote(path.path.removeprefix(start))
    if path.scheme or path.netloc or not path.path.startswith(start) or "/" in name or name in ("", "..", "."):
        return None
    try:
        with default_storage.open(FOLDER + name) as file:
            return file.read()
    except (OSError, SuspiciousFileOperation, ValueError):
        return None

"""Pictures for the PDF: from our own storage, never fetched (G10)."""

import re
from collections.abc import Iterable
from functools import cached_property
from urllib.parse import unquote, urlsplit
from xml.etree.ElementTree import ParseError

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from handbook import drawing
from handbook.models import KeptFile
from handbook.pdf.contents import Drawing
from organisation.pdf import pictures

FOLDER = "images/"
KEPT = re.compile(r"/d/(?P<document>[\w-]+)/bilde/(?P<sha256>[0-9a-f]{64})/")
CAPITALS = {"viewbox": "viewBox"}  # a browser puts them back by itself, and XML knows no other way to write them


class Pictures(pictures.Pictures):
    """The pictures of one PDF, each kept once, under a name that says nothing.

    `documents` are those whose own copies it may show.
    """

    def __init__(self, documents: Iterable[int] = ()) -> None:
        super().__init__()
        self.documents = list(documents)
        self._names: dict[str, str | None] = {}

    def name_of(self, address: str) -> str | None:
        """The file to set for this address; None when it isn't ours, is missing or is no picture."""
        if address not in self._names:
            self._names[address] = self.add(self._kept(address) or stored(address) or b"")
        return self._names[address]

    def drawing(self, html: str) -> Drawing:
        """The files to set for a drawing that stands in the HTML itself; None for what can't be set."""
        svg = as_xml(html)
        try:
            is_wide = drawing.is_wide(svg)
            parts = drawing.parts(svg, drawing.LYING if is_wide else drawing.UPRIGHT)
        except (ParseError, ValueError):
            return Drawing([None])
        return Drawing([self.add(part.encode()) for part in parts], is_wide)

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

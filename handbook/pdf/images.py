"""Pictures for the PDF: from our own storage, never fetched (G10)."""

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage

from handbook.pdf import typesetting

FORMATS = {
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpg",
    b"GIF8": "gif",
    b"RIFF": "webp",
    b"<svg": "svg",
    b"<?xml": "svg",
}
FOLDER = "images/"


class Pictures:
    """The pictures of one PDF, each kept once, under a name that says nothing."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._names: dict[str, str | None] = {}

    def name_of(self, address: str) -> str | None:
        """The file to set for this address; None when it isn't ours, is missing or is no picture."""
        if address not in self._names:
            content = stored(address)
            kind = next((kind for start, kind in FORMATS.items() if content and content.startswith(start)), None)
            name = f"picture-{len(self.files)}.{kind}"
            usable = content is not None and kind is not None and typesetting.can_print(name, content)
            self._names[address] = name if usable else None
            if usable and content is not None:
                self.files[name] = content
        return self._names[address]


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

"""Pictures for the PDF: checked, made lighter, each under a name that says nothing (G10)."""

import io

from PIL import Image as Pillow

from organisation.pdf import typesetting

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


class Pictures:
    """The pictures of one PDF: `files` are their contents by name."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def add(self, content: bytes) -> str | None:
        """The name of the file to set for this picture; None when it is none that can be set."""
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

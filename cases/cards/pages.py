"""The pages of a scanned file as JPEG, one after another, whatever kind of file it is."""

import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from cases import uploads
from cases.cards import drawing
from cases.uploads import Refused

MOST_PAGES = 100
TIFF = frozenset({"tif", "tiff"})
KINDS = frozenset({*uploads.PDF, *uploads.PICTURES, *TIFF})
ACCEPT = ",".join(f".{kind}" for kind in sorted(KINDS)) + ",image/*"

Counted = Callable[[int], None]


def pages_of(name: str, content: bytes, counted: Counted, first: int = 1) -> Iterator[bytes]:
    """The pages from `first` on. `counted` is told how many the file has, before the first of them.

    Raises `cases.uploads.Refused`, also in the middle of a file.
    """
    name = uploads.clean_name(name)
    kind = os.path.splitext(name)[1].lstrip(".").lower()
    if kind not in KINDS:
        raise Refused(name, _("this kind of file is no scan. Use PDF, JPG, PNG or TIFF."))
    if kind in TIFF:
        yield from _of_tiff(name, content, counted, first)
        return
    clean = uploads.clean(SimpleUploadedFile(name, content))
    if kind in uploads.PDF:
        yield from _of_pdf(name, clean.content, counted, first)
    else:
        counted(1)
        if first == 1:
            yield _as_page(Image.open(io.BytesIO(clean.content)))


def _of_pdf(name: str, content: bytes, counted: Counted, first: int) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="felles-scan-") as place:
        folder = Path(place)
        source = folder / "scan.pdf"
        source.write_bytes(content)
        command = [sys.executable, "-I", str(Path(drawing.__file__)), str(source), place, str(MOST_PAGES), str(first)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
            try:
                yield from _drawn(name, process, folder, counted)
            finally:
                process.kill()


def _drawn(name: str, process: "subprocess.Popen[str]", folder: Path, counted: Counted) -> Iterator[bytes]:
    lines = process.stdout or ()
    total = page = 0
    for line in lines:
        if not total:
            total = int(line)
            if 0 < total <= MOST_PAGES:
                counted(total)
            continue
        page = int(line)
        picture = folder / f"{page}.jpg"
        yield picture.read_bytes()
        picture.unlink()
    _judge(name, process.wait(), page)


def _judge(name: str, code: int, page: int) -> None:
    """Raises `Refused` when the program did not end as it should."""
    if code == drawing.PASSWORD:
        raise Refused(name, _("the file is locked with a password. Save it without a password and try again."))
    if code == drawing.TOO_MANY:
        text = _("the file has more than %(most)s pages. Scan in smaller piles.")
        raise Refused(name, text % {"most": MOST_PAGES})
    if code and page:
        text = _("the page after page %(page)s is damaged. The pages before it are taken.")
        raise Refused(name, text % {"page": page})
    if code:
        raise Refused(name, _("the file is damaged and can't be read."))


def _of_tiff(name: str, content: bytes, counted: Counted, first: int) -> Iterator[bytes]:
    uploads.check_size(name, len(content))
    try:
        with Image.open(io.BytesIO(content), formats=["TIFF"]) as image:
            pages = getattr(image, "n_frames", 1)
            if pages > MOST_PAGES:
                text = _("the file has more than %(most)s pages. Scan in smaller piles.")
                raise Refused(name, text % {"most": MOST_PAGES})
            counted(pages)
            for frame in range(first - 1, pages):
                image.seek(frame)
                if image.width * image.height > uploads.MAX_PIXELS:
                    raise Refused(name, _("the picture has too many pixels."))
                yield _as_page(ImageOps.exif_transpose(image))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refused(name, _("the file is damaged and can't be read.")) from error


def _as_page(image: Image.Image) -> bytes:
    """The picture as a page of a PDF is drawn: no larger than it need be, and carrying nothing else."""
    image = image.convert("RGB")
    image.thumbnail((drawing.LONGEST_SIDE, drawing.LONGEST_SIDE))
    image.info.clear()
    target = io.BytesIO()
    image.save(target, "JPEG", quality=drawing.QUALITY)
    return target.getvalue()

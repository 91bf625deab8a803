"""What may be attached to a case (rule 4 of the design): checked by content, cleaned, and named anew.

A picture is drawn again pixel by pixel: place, camera and time it carried are gone, and so is
anything hidden in it. A document loses what it says of whoever made it. An office file is opened as
the archive it is: one with macros or one that unpacks to something huge is refused. Everything refused is refused with the file's name and the
reason, as a `ValidationError`.
"""

import hashlib
import io
import os
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

import filetype
import pikepdf
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from cases import metadata

register_heif_opener()

NAME_LENGTH = 120
MAX_PIXELS = 60_000_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_MEMBERS = 5_000

# Extension → content type. HEIC is what phones take pictures in; it becomes JPEG.
PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "heic": "image/heic"}
OFFICE = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
}
OFFICE_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "odt": "content.xml"}
TEXTS = {"txt": "text/plain", "csv": "text/csv"}
PDF = {"pdf": "application/pdf"}
ALLOWED = PICTURES | OFFICE | TEXTS | PDF
ACCEPT = ",".join(f".{extension}" for extension in ALLOWED) + ",image/*"
PILLOW_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


@dataclass(frozen=True)
class CleanFile:
    """A file that may be kept."""

    name: str
    content_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


class Refused(ValidationError):
    """The file can't be taken; the message names it and says why."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(_("“%(name)s”: %(reason)s") % {"name": name, "reason": reason}, code="refused")


def numbered(files: Iterable[CleanFile]) -> list[CleanFile]:
    """The files with numbers for names: their own can tell whose they are."""
    return [
        replace(file, name="".join((_("file"), f"-{number}", os.path.splitext(file.name)[1])))
        for number, file in enumerate(files, 1)
    ]


def clean_all(files: Iterable[UploadedFile]) -> list[CleanFile]:
    """Every file cleaned. Raises `ValidationError` with one message for each that is refused."""
    files = list(files)
    if len(files) > settings.ATTACHMENTS_PER_REPORT:
        raise ValidationError(
            _("At most %(limit)s files at a time. You chose %(number)s.")
            % {"limit": settings.ATTACHMENTS_PER_REPORT, "number": len(files)}
        )
    cleaned, refused = [], []
    for file in files:
        try:
            cleaned.append(clean(file))
        except Refused as error:
            refused.append(error)
    if refused:
        raise ValidationError(refused)
    return cleaned


def clean(file: UploadedFile) -> CleanFile:
    """One file, checked and cleaned. Raises `Refused`."""
    name = clean_name(file.name or "")
    extension = os.path.splitext(name)[1].lstrip(".").lower()
    if extension not in ALLOWED:
        allowed = ", ".join(sorted(set(ALLOWED) - {"jpeg"}))
        raise Refused(name, _("this kind of file can't be attached. These can: %(allowed)s.") % {"allowed": allowed})
    check_size(name, file.size or 0)
    content = file.read()
    if extension in PICTURES:
        return _clean_picture(name, extension, content)
    if extension in OFFICE:
        _check_office(name, extension, content)
        content = _clean_office(name, content)
    elif extension in PDF:
        _demand(_guess(content) == "application/pdf", name)
        content = _clean_pdf(name, content)
    else:
        _check_text(name, content)
    return CleanFile(name, ALLOWED[extension], content)


def check_size(name: str, size: int) -> None:
    """Raises `Refused` when there is nothing in the file, or too much."""
    if not size:
        raise Refused(name, _("the file is empty."))
    if size > settings.ATTACHMENT_MAX_BYTES:
        limit = filesizeformat(settings.ATTACHMENT_MAX_BYTES)
        raise Refused(name, _("the file is too large. The limit is %(limit)s.") % {"limit": limit})


def clean_name(name: str) -> str:
    """The file's own name without folders, control and direction marks, short enough to keep."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in name)
    name = " ".join(name.replace('"', "'").split()).strip(". ") or _("file")
    stem, extension = os.path.splitext(name)
    return stem[: NAME_LENGTH - len(extension[:10])] + extension[:10]


def _guess(content: bytes) -> str:
    """The content type that the content itself shows, or ""."""
    return filetype.guess_mime(content) or ""


def _demand(agrees: bool, name: str) -> None:
    if not agrees:
        raise Refused(name, _("the content is not what the file name says."))


def _clean_picture(name: str, extension: str, content: bytes) -> CleanFile:
    guessed = _guess(content)
    _demand(guessed == PICTURES[extension] or (extension == "heic" and guessed in ("image/heic", "image/heif")), name)
    try:
        opened = Image.open(io.BytesIO(content))
        if opened.width * opened.height > MAX_PIXELS:
            raise Refused(name, _("the picture has too many pixels."))
        picture = ImageOps.exif_transpose(opened)
        return _draw_again(name, picture, "image/jpeg" if extension == "heic" else PICTURES[extension])
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        raise Refused(name, _("the picture is damaged and can't be read.")) from error


def _draw_again(name: str, picture: Image.Image, content_type: str) -> CleanFile:
    """The same pixels in a new file that carries nothing else."""
    transparent = content_type != "image/jpeg" and ("A" in picture.getbands() or "transparency" in picture.info)
    picture = picture.convert("RGBA" if transparent else "RGB")
    picture.info.clear()
    target = io.BytesIO()
    picture.save(target, PILLOW_FORMATS[content_type], quality=88)
    if content_type == "image/jpeg" and not name.lower().endswith((".jpg", ".jpeg")):
        name = os.path.splitext(name)[0] + ".jpg"
    return CleanFile(name, content_type, target.getvalue())


def _check_office(name: str, extension: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise Refused(name, _("the content is not what the file name says.")) from error
    names = {member.filename for member in members}
    _demand(OFFICE_PARTS[extension] in names, name)
    if extension == "odt":
        _demand(_guess(content) == OFFICE["odt"], name)
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Refused(name, _("the file becomes too large when it is unpacked."))
    if any(_is_macro(member.lower()) for member in names):
        raise Refused(name, _("the file has macros. Save it without macros and try again."))


def _clean_office(name: str, content: bytes) -> bytes:
    try:
        return metadata.without_in_office(content)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, zlib.error) as error:
        raise Refused(name, _("the file is damaged or locked with a password.")) from error


def _clean_pdf(name: str, content: bytes) -> bytes:
    try:
        return metadata.without_in_pdf(content)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise Refused(name, _("the file is damaged or locked with a password.")) from error


def _is_macro(member: str) -> bool:
    return member.endswith("vbaproject.bin") or member.startswith(("basic/", "scripts/"))


def _check_text(name: str, content: bytes) -> None:
    _demand(not _guess(content) and b"\0" not in content, name)
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        # Files from older Windows programs; every byte but these five has a character there.
        _demand(not set(content) & {0x81, 0x8D, 0x8F, 0x90, 0x9D}, name)

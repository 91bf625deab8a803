"""Where Word files come from: a folder, uploaded files, or a folder packed as a zip.

Names carry the order and the titles: "5.3.2 Tapt utstyr.docx" is number 5.3.2 and called "Tapt utstyr".
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from .package import BROKEN, MAX_FILE, Unreadable, check_members

NUMBER = re.compile(r"^\s*(?P<number>\d+(?:[._-]\d+)*)[.)_-]?\s+(?=\S)|^\s*(?P<joined>\d+(?:\.\d+)*)[_-](?=\S)")
WORD_FILES = (".docx", ".dotx")
NAMES_OF_WORD = (".doc", ".docm", ".dot", ".dotm", ".rtf", ".odt", ".pdf")
NOT_SHOWN = ("~$", ".", "__MACOSX", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True)
class Source:
    """A file to import: its path in its folder, and how to get its content. `reason` says why it can't be
    imported, when that is known before it is opened."""

    path: str
    content: Callable[[], bytes]
    reason: str = ""

    @property
    def folders(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts[:-1]

    @property
    def title(self) -> str:
        return title_of(PurePosixPath(self.path).stem)


def title_of(name: str) -> str:
    """The title in a file's or folder's name: without number, and with spaces for underscores."""
    name = unicodedata.normalize("NFC", name).strip()
    bare = NUMBER.sub("", name, count=1)
    title = bare if " " in bare else bare.replace("_", " ")
    return " ".join(title.split())[:255] or name[:255]


def order_of(path: str) -> list[tuple[int, list[int], str]]:
    """Sorts by the numbers in the names first, 5.10 after 5.9, and then by name."""
    found = []
    for part in PurePosixPath(path).parts:
        match = NUMBER.match(part)
        number = (match["number"] or match["joined"]) if match else ""
        found.append((0 if match else 1, [int(n) for n in re.findall(r"\d+", number)][:9], part.casefold()))
    return found


def in_order(sources: Iterable[Source]) -> list[Source]:
    return sorted(sources, key=lambda source: order_of(source.path))


def in_folder(folder: Path) -> list[Source]:
    """Every Word file in a folder and below it, and what only looks like one."""
    found = []
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and _is_shown(name):
            source = _source(name, path.read_bytes, path.stat().st_size)
            if source:
                found.append(source)
    return in_order(found)


def uploaded(files: Iterable[UploadedFile]) -> list[Source]:
    """The uploaded files; a zip is the folder inside it."""
    found: list[Source] = []
    for file in files:
        name = _clean(file.name or "")
        if name.lower().endswith(".zip"):
            found += _zipped(file, name)
        else:
            source = _source(name, file.read, file.size or 0)
            found.append(source or Source(name, file.read, _("Only Word files (.docx) can be imported.")))
    return in_order(_without_doubles(found))


def _without_doubles(sources: Iterable[Source]) -> Iterator[Source]:
    """The sources, where a path that comes again is refused: the next import would not know which is which."""
    seen: set[str] = set()
    for source in sources:
        again = _("Another file in this import has the same name. Give one of them another name.")
        yield replace(source, reason=again) if source.path in seen else source
        seen.add(source.path)


def _source(path: str, content: Callable[[], bytes], size: int) -> Source | None:
    """A source for a Word file, or for what may be taken for one; None for anything else."""
    name = path.lower()
    if name.endswith(WORD_FILES):
        return Source(path, content, _too_large(size))
    if name.endswith((".docm", ".dotm")):
        return Source(path, content, _("The file has macros. Save it as an ordinary document (.docx) and try again."))
    if name.endswith(NAMES_OF_WORD):
        return Source(
            path, content, _("Only Word files (.docx) can be imported. Open it in Word and save it as .docx.")
        )
    return None


def _too_large(size: int) -> str:
    return (
        _("The file is too large. The limit is %(limit)s.") % {"limit": f"{MAX_FILE // 2**20} MB"}
        if size > MAX_FILE
        else ""
    )


def _zipped(file: UploadedFile, name: str) -> Iterator[Source]:
    """The Word files in a zip. Nothing is unpacked to the disk, so no path can lead anywhere."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(file.read()))
        members = [member for member in archive.infolist() if not member.is_dir()]
        check_members(members)
    except BROKEN:
        yield Source(name, bytes, _("The zip file is damaged and can't be opened."))
        return
    except Unreadable as error:
        yield Source(name, bytes, str(error))
        return
    for member in members:
        path = _member_name(member)
        if not _is_shown(path):
            continue
        if path.startswith("/") or ".." in PurePosixPath(path).parts or ":" in path:
            yield Source(_clean(path), bytes, _("The path in the zip file leads out of the folder."))
            continue
        source = _source(path, lambda member=member: _unpack(archive, member), member.file_size)  # type: ignore[misc]
        if source:
            yield source


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    try:
        return archive.read(member)
    except BROKEN as error:
        raise Unreadable(_("The zip file is damaged and can't be opened.")) from error


def _member_name(member: zipfile.ZipInfo) -> str:
    """The name with its Norwegian letters: zips from older Windows say nothing about their code page."""
    name = member.filename
    if not member.flag_bits & 0x800:
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode("utf-8")
        except UnicodeDecodeError:
            name = raw.decode("cp865", "replace")
    return unicodedata.normalize("NFC", name.replace("\\", "/"))


def _is_shown(path: str) -> bool:
    parts = [part for part in PurePosixPath(path).parts if part != ".."]
    return not any(part.startswith(NOT_SHOWN) for part in parts)


def _clean(name: str) -> str:
    """The file's own name, without folders."""
    return unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1][:200] or _("file")

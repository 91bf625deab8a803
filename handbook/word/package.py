"""A Word file opened with care (G10): it comes from anywhere, so it is believed in nothing.

A .docx is a zip of XML. What is encrypted, too large, carries macros or isn't Word at all is refused
with a reason; XML with a document type is refused (external entities), and nothing outside the file
is ever fetched.
"""

import io
import posixpath
import re
import struct
import zipfile
import zlib
from functools import cached_property
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from lxml import etree

MAX_FILE = 50 * 1024 * 1024
MAX_UNPACKED = 500 * 1024 * 1024
MAX_XML = 60 * 1024 * 1024
MAX_MEMBERS = 5_000
MAX_RATIO = 200  # a member that grows more than this is made to harm; text of Word grows about ten times
RATIO_MATTERS = 10 * 1024 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
# What zipfile raises at what is damaged. RuntimeError: it has a password.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
    NotImplementedError,
)
DOCUMENT_TYPES = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
)
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
STRICT = re.compile(rb"http://purl\.oclc\.org/ooxml/(wordprocessingml|drawingml|officeDocument)/(\w+)")
ORDINARY = rb"http://schemas.openxmlformats.org/\1/2006/\2"


class Unreadable(Exception):
    """The file can't be read; the message is the reason, for the person who has the file."""


class Package:
    """The parts of one Word file. Raises `Unreadable` from every method."""

    def __init__(self, content: bytes) -> None:
        refuse_by_first_bytes(content)
        try:
            self.archive = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN as error:
            raise Unreadable(
                _("The file is damaged and can't be opened. Open it in Word and save it again.")
            ) from error
        members = self.archive.infolist()
        check_members(members)
        self.names = {member.filename.lower(): member.filename for member in members}
        if any(name.endswith("vbaproject.bin") for name in self.names):
            raise Unreadable(_("The file has macros. Save it as an ordinary document (.docx) and try again."))
        self.main = self._find_main()

    def read(self, name: str) -> bytes:
        """The content of a part."""
        try:
            return self.archive.read(self.names[name.lower()])
        except (KeyError, *BROKEN) as error:
            raise Unreadable(_("A part of the file is missing or damaged: %(name)s") % {"name": name}) from error

    def has(self, name: str) -> bool:
        return name.lower() in self.names

    def xml(self, name: str) -> Any:
        """A part as a tree of elements."""
        content = self.read(name)
        if len(content) > MAX_XML:
            raise Unreadable(_("The text of the file is too large to be read."))
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        try:
            root = etree.fromstring(STRICT.sub(ORDINARY, content), parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable(_("A part of the file is missing or damaged: %(name)s") % {"name": name}) from error
        if root.getroottree().docinfo.doctype:
            raise Unreadable(_("The file holds definitions that Word never makes, and is not opened."))
        return root

    def relations(self, name: str) -> dict[str, tuple[str, str, bool]]:
        """What a part refers to: id → (kind, target, whether it lies outside the file)."""
        folder, base = posixpath.split(name)
        rels = posixpath.join(folder, "_rels", f"{base}.rels")
        if not self.has(rels):
            return {}
        found = {}
        for element in self.xml(rels).iter(RELATIONS):
            outside = element.get("TargetMode") == "External"
            target = element.get("Target") or ""
            if not outside:
                target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            found[element.get("Id")] = ((element.get("Type") or "").rpartition("/")[2], target, outside)
        return found

    @cached_property
    def related(self) -> dict[str, tuple[str, str, bool]]:
        return self.relations(self.main)

    def parts(self, kind: str) -> list[str]:
        """The parts of a kind that the document refers to and the file has."""
        return [
            target for k, target, outside in self.related.values() if k == kind and not outside and self.has(target)
        ]

    def _find_main(self) -> str:
        for kind, target, outside in self.relations("").values():
            if kind == "officeDocument" and not outside and self.has(target):
                break
        else:
            raise Unreadable(_("The file is not a Word document, though its name says so."))
        types = {e.get("PartName"): e.get("ContentType") for e in self.xml("[Content_Types].xml") if e.get("PartName")}
        content_type = types.get("/" + target, "")
        if "macroEnabled" in content_type:
            raise Unreadable(_("The file has macros. Save it as an ordinary document (.docx) and try again."))
        if content_type not in DOCUMENT_TYPES:
            raise Unreadable(_("The file is not a Word document, though its name says so."))
        return target


def refuse_by_first_bytes(content: bytes) -> None:
    """Raises `Unreadable` on what can't be a .docx, in words that help."""
    if not content:
        raise Unreadable(_("The file is empty."))
    if len(content) > MAX_FILE:
        raise Unreadable(_("The file is too large. The limit is %(limit)s.") % {"limit": filesizeformat(MAX_FILE)})
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Unreadable(_("The file has a password. Remove it in Word and try again."))
        raise Unreadable(_("The file is in the old Word format (.doc). Open it in Word and save it as .docx."))
    if content.startswith(b"%PDF"):
        raise Unreadable(_("The file is a PDF, though its name says Word."))
    if not content.startswith(ZIP):
        raise Unreadable(_("The file is not a Word document, though its name says so."))


def check_members(members: list[zipfile.ZipInfo]) -> None:
    """Raises `Unreadable` on an archive that would fill the disk or the memory when unpacked."""
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable(_("The file has a password. Remove it in Word and try again."))
    sizes = [(member.file_size, max(member.compress_size, 1)) for member in members]
    bomb = any(size > RATIO_MATTERS and size > packed * MAX_RATIO for size, packed in sizes)
    if bomb or len(members) > MAX_MEMBERS or sum(size for size, _packed in sizes) > MAX_UNPACKED:
        raise Unreadable(_("The file becomes too large when it is unpacked, and is not opened."))

"""A spreadsheet opened with care: it comes from anywhere, so it is believed in nothing.

An .xlsx is a zip of XML. What is another kind of file, locked, too large, would become too large, carries macros or
holds definitions of its own is refused, in words that say what to do.
"""

import io
import struct
import zipfile
import zlib
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from openpyxl import load_workbook

if TYPE_CHECKING:
    from openpyxl import Workbook

MAX_FILE = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_XML = 6 * 1024 * 1024  # all parts together; a form of 1,000 rows has one. Takes some 9 s to read at most
MAX_MEMBERS = 2_000
MAIN = "xl/workbook.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
ZIP = b"PK\x03\x04"
# What zipfile, the parser and openpyxl raise at what is damaged. RuntimeError: it has a password.
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
)


class Unreadable(ValidationError):
    """The file can't be read; the message is the reason, for the person who has the file."""


def opened(content: bytes) -> "tuple[Workbook, Workbook]":
    """The workbook twice: with its formulas, and with what they were computed to. Raises Unreadable."""
    _refuse_by_first_bytes(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive)
        formulas, values = (
            load_workbook(io.BytesIO(content), data_only=data_only, keep_links=False) for data_only in (False, True)
        )
    except Unreadable:
        raise
    except BROKEN as error:
        message = _("The file is damaged or locked with a password. Open it, save it again without one, and try again.")
        raise Unreadable(message) from error
    return formulas, values


def _refuse_by_first_bytes(content: bytes) -> None:
    if not content:
        raise Unreadable(_("The file is empty."))
    if len(content) > MAX_FILE:
        raise Unreadable(_("The file is too large. The limit is %(limit)s.") % {"limit": filesizeformat(MAX_FILE)})
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise Unreadable(_("The file has a password. Remove it in Excel and try again."))
        raise Unreadable(
            _("The file is in an old format (.xls). Open it in Excel or LibreOffice and save it as .xlsx.")
        )
    if not content.startswith(ZIP):
        raise Unreadable(
            _("The file is not a spreadsheet (.xlsx). Open it in Excel or LibreOffice and save it as .xlsx.")
        )


def _check_parts(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    names = {member.filename.lower() for member in members}
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
        raise Unreadable(_("The file becomes too large when it is unpacked, and is not opened."))
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable(_("The file has a password. Remove it in Excel and try again."))
    if MAIN not in names:
        raise Unreadable(
            _("The file is not a spreadsheet (.xlsx). Open it in Excel or LibreOffice and save it as .xlsx.")
        )
    types = archive.read("[Content_Types].xml")
    if b"macroEnabled" in types or any(name.endswith("vbaproject.bin") for name in names):
        raise Unreadable(_("The file has macros. Save it as an ordinary workbook (.xlsx) and try again."))
    _check_xml(archive, [member for member in members if member.filename.lower().endswith((".xml", ".rels"))])


def _check_xml(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """The parts are no larger than a form needs, and none defines entities that would grow."""
    if sum(member.file_size for member in members) > MAX_XML:
        raise Unreadable(_("The file becomes too large when it is unpacked, and is not opened."))
    for member in members:
        with archive.open(member) as part:
            start = part.read(2_000).replace(b"\0", b"")
        if b"<!DOCTYPE" in start:
            raise Unreadable(_("The file holds definitions that a spreadsheet never has, and is not opened."))

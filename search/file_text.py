"""The text of a file, for the index (G14): PDF, Word, Excel, PowerPoint, OpenDocument and plain text."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import PurePath

import pypdfium2
from lxml import etree

MOST_BYTES = 40 * 1024 * 1024  # of one part when it is unpacked: a file may be small packed and huge unpacked
MOST_LETTERS = 200_000
MOST_PAGES = 500
PARTS = {
    ".docx": re.compile(r"word/(?:document|footnotes|header\d*|footer\d*)\.xml"),
    ".xlsx": re.compile(r"xl/(?:sharedStrings|worksheets/sheet\d+)\.xml"),
    ".pptx": re.compile(r"ppt/slides/slide\d+\.xml"),
    ".odt": re.compile(r"content\.xml"),
    ".ods": re.compile(r"content\.xml"),
}
OPEN_DOCUMENT = frozenset({".odt", ".ods"})  # text stands anywhere; in the others in elements of their own
TEXT = re.compile(r"\}t$")
PARAGRAPH = re.compile(r"\}(?:p|si|c|h|tr|br|tab|table-row)$")


class Unreadable(Exception):
    """The file is not what its name says, is protected, or is of a kind whose text is not read."""


def text_of(filename: str, content: bytes) -> str:
    """The text, with single spaces, at most `MOST_LETTERS` letters. Raises Unreadable."""
    kind = PurePath(filename).suffix.lower()
    read = READERS.get(kind)
    if read is None:
        raise Unreadable(kind)
    found, letters = [], 0
    try:
        for piece in read(kind, content):
            found.append(" ".join(piece.replace("\0", " ").split()))
            letters += len(found[-1])
            if letters > MOST_LETTERS:
                break
    except (
        zipfile.BadZipFile,
        etree.XMLSyntaxError,
        pypdfium2.PdfiumError,
        RuntimeError,
        OSError,
        ValueError,
    ) as error:
        raise Unreadable(str(error)) from error
    return " ".join(filter(None, found))[:MOST_LETTERS]


def _of_pdf(kind: str, content: bytes) -> Iterator[str]:
    document = pypdfium2.PdfDocument(content)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            yield page.get_textpage().get_text_bounded()
            page.close()
    finally:
        document.close()


def _of_office(kind: str, content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.infolist():
            if PARTS[kind].fullmatch(part.filename):
                if part.file_size > MOST_BYTES:
                    raise Unreadable(part.filename)
                yield _of_xml(archive.read(part), anywhere=kind in OPEN_DOCUMENT)


def _of_xml(content: bytes, *, anywhere: bool) -> str:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    pieces = []
    for element in etree.fromstring(content, parser).iter(etree.Element):
        tag = str(element.tag)
        if PARAGRAPH.search(tag):
            pieces.append(" ")
        if anywhere or TEXT.search(tag):
            pieces.append(element.text or "")
        if anywhere:
            pieces.append(element.tail or "")
    return "".join(pieces)


def _of_text(kind: str, content: bytes) -> Iterator[str]:
    try:
        yield content.decode("utf-8-sig")
    except UnicodeDecodeError:
        yield content.decode("cp1252", errors="replace")


READERS: dict[str, Callable[[str, bytes], Iterator[str]]] = {
    ".pdf": _of_pdf,
    **dict.fromkeys(PARTS, _of_office),
    ".txt": _of_text,
    ".csv": _of_text,
}

"""Word files for the tests: built by python-docx, by hand, or made by LibreOffice beside this file."""

import io
import zipfile
from pathlib import Path
from typing import Any

from docx import Document as new_document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from handbook.word.blocks import draft_of
from handbook.word.drafting import Draft
from handbook.word.reading import read

FOLDER = Path(__file__).parent
W = nsdecls("w", "r", "a", "wp", "pic")
MORE = (
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)


def saved(document: Any) -> bytes:
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def word_file(*paragraphs: str, title: str = "") -> bytes:
    """A file with plain paragraphs."""
    document = new_document()
    if title:
        document.add_paragraph(title, style="Title")
    for text in paragraphs:
        document.add_paragraph(text)
    return saved(document)


def with_xml(*elements: str) -> bytes:
    """A file whose body is these elements of w:, as Word writes them."""
    document = new_document()
    for element in elements:
        opened, _space, rest = element.partition(" " if " " in element.split(">")[0] else ">")
        separator = element[len(opened)]
        xml = f"{opened} {W} {MORE}{separator}{rest}"
        document.element.body.insert(len(document.element.body) - 1, parse_xml(xml))
    return saved(document)


def changed(content: bytes, name: str, new: bytes | None, **more: bytes) -> bytes:
    """The file with one part replaced or left out, and others added."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for member in old.namelist():
            if member != name:
                file.writestr(member, old.read(member))
            elif new is not None:
                file.writestr(member, new)
        for extra, data in more.items():
            file.writestr(extra.replace("__", "/"), data)
    return target.getvalue()


def part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return file.read(name)


def drafted(content: bytes, name: str = "Rutine") -> Draft:
    """The draft of a file; every picture is picture number 1."""
    return draft_of(read(content), name, lambda picture, title: 1, lambda address: address)


def blocks_of(draft: Draft, kind: str) -> list[Any]:
    return [block["value"] for block in draft.body if block["type"] == kind]


def remarks_of(draft: Draft) -> str:
    return "\n".join(f"{remark.level}: {remark.text} @ {remark.where}" for remark in draft.remarks)

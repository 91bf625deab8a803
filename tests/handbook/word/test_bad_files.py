"""Files that must be refused, each with a reason that helps the person who has it."""

import io
import zipfile

import pytest

from handbook.word.package import OLE, Package, Unreadable
from handbook.word.reading import read
from tests.handbook.word.files import changed, part, word_file

GOOD = word_file("Innhold")
DOCUMENT = "word/document.xml"


def zipped(**members: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def as_macro_type() -> bytes:
    types = part(GOOD, "[Content_Types].xml").replace(
        b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        b"application/vnd.ms-word.document.macroEnabled.main+xml",
    )
    return changed(GOOD, "[Content_Types].xml", types)


def with_entity(definition: bytes) -> bytes:
    document = part(GOOD, DOCUMENT).replace(b"Innhold", b"&x;")
    head, rest = document.split(b"?>", 1)
    return changed(GOOD, DOCUMENT, head + b"?><!DOCTYPE w [" + definition + b"]>" + rest)


def flagged_as_encrypted() -> bytes:
    content = bytearray(GOOD)
    at = content.index(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"Bare tekst", "not a Word document"),
        (b"%PDF-1.7 ...", "PDF"),
        (OLE + b"\0" * 600, "old Word format"),
        (OLE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "password"),
        (flagged_as_encrypted(), "password"),
        (GOOD[: len(GOOD) // 2], "damaged"),
        (zipped(a=b"x"), "not a Word document"),
        (changed(GOOD, DOCUMENT, None), "not a Word document"),
        (changed(GOOD, DOCUMENT, b"<w:document"), "damaged"),
        (changed(GOOD, "", None, **{"word/vbaProject.bin": b"x"}), "macros"),
        (as_macro_type(), "macros"),
        (changed(GOOD, "", None, **{"word/media/stor.bin": b"\0" * 30_000_000}), "too large when it is unpacked"),
        (with_entity(b'<!ENTITY x SYSTEM "file:///etc/passwd">'), "never makes"),
        (with_entity(b'<!ENTITY a "ha"><!ENTITY x "&a;&a;&a;&a;">'), "never makes"),
    ],
)
def test_a_bad_file_is_refused_with_a_reason(content, reason):
    with pytest.raises(Unreadable) as refused:
        read(content)
    assert reason in str(refused.value)


def test_a_part_that_claims_to_be_enormous_is_not_unpacked():
    content = zipped(**{f"word/{number}.bin": b"\0" * 9_000_000 for number in range(60)})
    with pytest.raises(Unreadable, match="too large when it is unpacked"):
        Package(content)


def test_a_file_over_the_limit_is_refused_unopened(monkeypatch):
    monkeypatch.setattr("handbook.word.package.MAX_FILE", 100)
    with pytest.raises(Unreadable, match="too large"):
        read(GOOD)


def test_a_name_that_is_no_text_is_a_damaged_file():
    content = bytearray(GOOD)
    at = content.index(b"word/document.xml")
    content[at - 24] |= 0x08  # says that the name is UTF-8
    content[at] = 0xFF
    with pytest.raises(Unreadable, match="damaged"):
        read(bytes(content))


def test_relations_that_lead_out_of_the_file_lead_nowhere():
    rels = part(GOOD, "_rels/.rels").replace(b'Target="word/document.xml"', b'Target="../../../etc/passwd"')
    with pytest.raises(Unreadable, match="not a Word document"):
        read(changed(GOOD, "_rels/.rels", rels))


def test_elements_nested_without_end_are_refused_not_crashed():
    deep = b"<w:tbl><w:tr><w:tc>" * 400 + b"</w:tc></w:tr></w:tbl>" * 400
    document = part(GOOD, DOCUMENT).replace(b"<w:body>", b"<w:body>" + deep)
    with pytest.raises(Unreadable):
        read(changed(GOOD, DOCUMENT, document))

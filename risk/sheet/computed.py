"""What the formulas come to, kept beside them in the file: programs that don't compute, such as a protected view or a
phone, show it too. openpyxl writes formulas without."""

import io
import zipfile
from collections.abc import Mapping

from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def with_values(content: bytes, part: str, values: Mapping[str, int | None]) -> bytes:
    """The workbook with a value for each formula of one part, by the address of its cell; None is an empty text."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for member in source.infolist():
            data = source.read(member)
            archive.writestr(member, _filled(data, values) if member.filename == part else data)
    return target.getvalue()


def _filled(data: bytes, values: Mapping[str, int | None]) -> bytes:
    root = etree.fromstring(data)
    for cell in root.iter(f"{MAIN}c"):
        if cell.find(f"{MAIN}f") is None:
            continue
        value = values.get(cell.get("r"))
        kept = cell.find(f"{MAIN}v")
        if kept is None:
            kept = etree.SubElement(cell, f"{MAIN}v")
        cell.set("t", "str" if value is None else "n")
        kept.text = "" if value is None else str(value)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)

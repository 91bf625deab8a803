"""Taking away what a document says of whoever made it (rule 4 of the design; G18): author, company, dates and
programme, and the names in comments and tracked changes. The text stays as it was."""

import io
import re
import zipfile

import pikepdf

WITHOUT_DATE = (1980, 1, 1, 0, 0, 0)  # the oldest an archive can say
PROPERTIES = "http://schemas.openxmlformats.org"

# Parts that only describe the document, and what they become. The parts stay, for others point at them.
EMPTY_PARTS = {
    "docProps/core.xml": f'<cp:coreProperties xmlns:cp="{PROPERTIES}/package/2006/metadata/core-properties"/>',
    "docProps/app.xml": f'<Properties xmlns="{PROPERTIES}/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": f'<Properties xmlns="{PROPERTIES}/officeDocument/2006/custom-properties"/>',
    "meta.xml": '<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'office:version="1.3"><office:meta/></office:document-meta>',
}
NAMES = re.compile(
    rb"""((?:w:author|w:initials|w15:author|w15:userId|displayName|userId|lastEdited|w:date|w16du:dateUtc)=)("[^"]*"|'[^']*')"""
)
CREATORS = re.compile(rb"(<(author|dc:creator|dc:date|meta:creator-initials)(?:\s[^>]*)?>)[^<]*(</\2>)")


def without_in_pdf(content: bytes) -> bytes:
    """The PDF without document information and XMP. Raises `pikepdf.PdfError` when it can't be read,
    `pikepdf.PasswordError` when it is locked."""
    target = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.docinfo
        for thing in pdf.objects:
            if isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
                for key in ("/Metadata", "/PieceInfo", "/LastModified"):
                    if key in thing:
                        del thing[key]
        pdf.save(target, fix_metadata_version=False, deterministic_id=True)
    return target.getvalue()


def without_in_office(content: bytes) -> bytes:
    """The Word, Excel or OpenDocument file without them. Raises `zipfile.BadZipFile` when it is damaged."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for member in old.infolist():
            fresh = zipfile.ZipInfo(member.filename, WITHOUT_DATE)
            fresh.compress_type = member.compress_type
            new.writestr(fresh, _without_names(member.filename, old.read(member)))
    return target.getvalue()


def _without_names(name: str, content: bytes) -> bytes:
    if name in EMPTY_PARTS:
        return f'<?xml version="1.0" encoding="UTF-8"?>{EMPTY_PARTS[name]}'.encode()
    if name.startswith(("docProps/thumbnail", "Thumbnails/")):
        return b""
    if not name.endswith(".xml"):
        return content
    return CREATORS.sub(rb"\1\3", NAMES.sub(rb'\1""', content))

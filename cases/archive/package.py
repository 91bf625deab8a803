"""Messages and files as one zip with checksums, checked before it leaves (S35)."""

import io
import zipfile
from functools import cache

from django.conf import settings
from lxml import etree

from cases.archive.message import Message, messages_of
from cases.models import Case

CHECKSUMS = "sjekksummer.sha256"


class CannotArchive(Exception):
    """The package can't be made or is not valid, and why."""


def package_of(case: Case) -> bytes:
    """The case as a zip. Raises CannotArchive when a file is missing or a message breaks the schema."""
    try:
        messages = messages_of(case)
    except OSError as missing:
        raise CannotArchive(f"{case.reference}: {missing}") from missing
    for message in messages:
        validate(message)
    return _zipped(messages)


def validate(message: Message) -> None:
    """Raise CannotArchive when the message breaks the schema in the setting `ARKIVMELDING_XSD`, or the schema can't be
    read. Without the setting nothing is asked."""
    if not settings.ARKIVMELDING_XSD:
        return
    schema = _schema(str(settings.ARKIVMELDING_XSD))
    if not schema.validate(etree.fromstring(message.xml)):
        raise CannotArchive(f"{message.name}: {schema.error_log.last_error}")


@cache
def _schema(path: str) -> etree.XMLSchema:
    try:
        return etree.XMLSchema(etree.parse(path))
    except (OSError, etree.LxmlError) as error:
        raise CannotArchive(f"ARKIVMELDING_XSD: {error}") from error


def _zipped(messages: list[Message]) -> bytes:
    target, sums = io.BytesIO(), []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for message in messages:
            package.writestr(message.name, message.xml)
            for document in message.documents:
                package.writestr(document.name, document.content)
                sums.append(f"{document.sha256}  {document.name}\n")
        package.writestr(CHECKSUMS, "".join(sums))
    return target.getvalue()

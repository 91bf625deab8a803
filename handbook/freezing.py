"""The files of an edition (G4): what its HTML leads to and shows is copied beside it, so that replacing or
deleting a file or picture in the admin changes nothing that was in force."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve
from wagtail.documents import get_document_model

from handbook.models.document import Document
from handbook.models.kept_file import KeptFile


@dataclass
class Frozen:
    """The copies that were made of a text's files."""

    attachments: list[KeptFile] = field(default_factory=list)
    pictures: list[KeptFile] = field(default_factory=list)


def freeze_files(soup: BeautifulSoup, document: Document) -> Frozen:
    """Lead every link and picture of ours in the text to a kept copy of its file. A file that is gone already
    keeps its address: there is nothing to copy."""
    frozen = Frozen()
    for link in soup.find_all("a", href=True):
        if kept := _kept_document(str(link["href"]), document):
            link["href"] = kept.get_absolute_url()
            frozen.attachments.append(kept)
    for image in soup.find_all("img", src=True):
        if kept := _kept_picture(str(image["src"]), document):
            image["src"] = kept.picture_url
            frozen.pictures.append(kept)
    return frozen


def _kept_document(address: str, document: Document) -> KeptFile | None:
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return None
    if match.url_name != "wagtaildocs_serve":
        return None
    file = get_document_model().objects.filter(pk=match.kwargs.get("document_id") or match.args[0]).first()
    return KeptFile.keep(document, file.file, file.filename) if file else None


def _kept_picture(address: str, document: Document) -> KeptFile | None:
    path = unquote(urlsplit(address).path)
    name = path.removeprefix(settings.MEDIA_URL)
    if name == path or not default_storage.exists(name):
        return None
    with default_storage.open(name) as file:
        return KeptFile.keep(document, file, name.rpartition("/")[2])

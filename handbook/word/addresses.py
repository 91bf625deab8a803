"""Links in Word are whole addresses; in Wagtail those to our own pages and files are keys."""

import re

from django.conf import settings
from django.urls import Resolver404, resolve
from wagtail.documents import get_document_model

from handbook.links import addresses_of
from handbook.models.document import Document

DOCUMENT = re.compile(r"/d/([\w-]+)/?$")


def address_of(link: str) -> str:
    """The whole address of a link; empty when it leads nowhere any more."""
    if not link:
        return ""
    kind, _colon, pk = link.partition(":")
    if kind == "page":
        path = addresses_of([pk]).get(pk, "")
    elif kind == "document" and pk.isdecimal():
        file = get_document_model().objects.filter(pk=pk).first()
        path = file.url if file else ""
    else:
        return link
    return settings.BASE_URL + path if path else ""


def link_of(address: str) -> str:
    """The link in Wagtail's terms: a key for what is ours, else the address itself."""
    if not address.startswith(settings.BASE_URL):
        return address
    path = address.removeprefix(settings.BASE_URL)
    page, file_id = DOCUMENT.match(path), _file_id(path)
    if page:
        page_id = Document.objects.filter(document_id=page[1]).values_list("page_id", flat=True).first()
        return f"page:{page_id}" if page_id else address
    if file_id and get_document_model().objects.filter(pk=file_id).exists():
        return f"document:{file_id}"
    return address


def _file_id(path: str) -> str | None:
    try:
        match = resolve(path)
    except Resolver404:
        return None
    return str(match.args[0]) if match.url_name == "wagtaildocs_serve" else None

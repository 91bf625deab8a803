"""The edition's own copies of its pictures and files (G4), found by the order in which its HTML shows them."""

from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup
from django.conf import settings

from handbook.models.edition import Edition
from handbook.models.kept_file import KeptFile

from .originals import plain_lists
from .rich import paragraphs_of


def kept_pictures(edition: Edition) -> list[KeptFile | None]:
    """The edition's own copy of each of its pictures (G4), in order. Empty when the HTML shows other pictures
    than the body names, as when one was missing already."""
    named = [block for block in edition.content.get("body", []) if block["type"] == "image"]
    shown = BeautifulSoup(edition.html, "html.parser").select("figure.figure img") if named else []
    if not named or len(shown) != len(named):
        return []
    copies = KeptFile.objects.filter(document__document_id=edition.document_code).select_related("document")
    by_address = {copy.picture_url: copy for copy in copies}
    return [by_address.get(str(image["src"])) for image in shown]


def kept_files(edition: Edition) -> dict[str, tuple[str, str]]:
    """link → (address of the copy, words that lead to it), for the files that the edition leads to ("document:7"). Two files with one
    content have one copy, and only the first of them is found by it. Empty when the HTML leads to other files than
    the body names, as when one was missing already."""
    named = list(_files_of(edition.content.get("body", [])))
    start = f"/d/{edition.document_code}/vedlegg/"
    links = BeautifulSoup(edition.html, "html.parser").select(f'a[href^="{start}"]') if named else []
    if len(links) != len(named):
        return {}
    found: dict[str, tuple[str, str]] = {}
    taken: dict[str, str] = {}
    for name, link in zip(named, links, strict=True):
        address = str(link["href"])
        if taken.setdefault(address, name) == name:
            found.setdefault(name, (settings.BASE_URL + address, link.get_text()))
    return found


def _files_of(body: Any) -> Iterator[str]:
    """The files that a stored body leads to, in order."""
    for block in body:
        if block["type"] == "attachments":
            yield from (f"document:{row['document']}" for row in plain_lists(block["value"]) if row["document"])
        else:
            yield from _links_in(plain_lists(block["value"]))


def _links_in(value: Any) -> Iterator[str]:
    if isinstance(value, str) and "<a" in value:
        links = (segment.link for paragraph in paragraphs_of(value) for segment in paragraph.segments)
        yield from (link for link in links if link.startswith("document:"))
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _links_in(item)

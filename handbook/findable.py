"""What of the handbook can be found by searching: documents in force, and the checklists in them (G14)."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from handbook import supplements
from handbook.models import Document, Edition
from handbook.structure import CHAPTERS
from handbook.terms import Kind
from organisation.models import User
from search import indexing
from search.sources import Found, Source, all_sources

DOCUMENT_ID = re.compile(r"([A-Z]{2,4})[- ]?(\d{4,})", re.IGNORECASE)
NUMBER = re.compile(r"\d(?:\.\d{1,3}){0,5}")


class Documents(Source):
    """Documents in force, in the edition people work by. Open to everybody with an account."""

    name = "handbook"
    label = _("The handbook")
    open_to_all = True
    watched = {
        Edition: lambda edition: [edition.document_id],
        Document: lambda document: [document.pk],
    }
    watched_fields = {Document: frozenset({"number"})}

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        editions = supplements.with_common_title(Edition.objects.in_force())
        if owner_ids is not None:
            editions = editions.filter(document__in=owner_ids)
        for edition in editions.select_related("document", "owner_unit").defer("html").iterator(100):
            yield self._found(edition)

    def named(self, user: User, text: str) -> str | None:
        if match := DOCUMENT_ID.fullmatch(text):
            found = Document.objects.filter(document_id=f"{match[1].upper()}-{match[2]}").first()
        elif NUMBER.fullmatch(text):
            found = Document.objects.filter(number=text, page__live=True).first()
        else:
            return None
        return found.get_absolute_url() if found else None

    def chapter_label(self, code: str) -> str:
        titles = {str(chapter.number): chapter.title or _("The municipality") for chapter in CHAPTERS}
        return f"{code} {titles[code]}" if code in titles else ""

    def type_label(self, code: str) -> str:
        return str(Kind(code).label)

    def _found(self, edition: Any) -> Found:
        document = edition.document
        return Found(
            key=str(document.pk),
            owner_id=document.pk,
            url=document.get_absolute_url(),
            title=edition.title,
            number=document.number,
            also_known_as=(edition.document_code,),
            context=edition.common_title or "",
            summary=edition.summary,
            headings=" ".join(heading for _anchor, heading in edition.toc),
            text=_body_of(edition),
            chapter=document.number.split(".")[0],
            unit=edition.owner_unit,
            type=edition.kind,
            dated=edition.valid_from,
        )


def _body_of(edition: Edition) -> str:
    """The text without the title and summary it begins with."""
    return edition.text.strip().removeprefix(edition.title).strip().removeprefix(edition.summary).strip()


class Checklists(Source):
    """The checklists in documents in force, each at the address where it is filled in."""

    name = "checklist"
    label = _("Checklists")
    worth = 0.9
    open_to_all = True
    watched = Documents.watched
    watched_fields = Documents.watched_fields

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        editions = Edition.objects.in_force()
        if owner_ids is not None:
            editions = editions.filter(document__in=owner_ids)
        for edition in editions.select_related("document", "owner_unit").defer("html", "text").iterator(100):
            for place, checklist in edition.checklists.items():
                yield self._found(edition, place, checklist)

    def _found(self, edition: Edition, place: int, checklist: dict[str, Any]) -> Found:
        document = edition.document
        return Found(
            key=f"{document.pk}:{place}",
            owner_id=document.pk,
            url=reverse("handbook:fill_checklist", args=[document.document_id, place]),
            title=checklist["title"],
            context=f"{document.number} {edition.title}",
            text=". ".join(str(item) for item in checklist["items"]),
            chapter=document.number.split(".")[0],
            unit=edition.owner_unit,
            dated=edition.valid_from,
        )


def when_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """Receiver of Wagtail's `page_unpublished`: nothing of a withdrawn document is found."""
    documents = set(Document.objects.filter(page=instance.pk).values_list("pk", flat=True))
    for source in all_sources():
        if Document in source.watched:
            indexing.renew(source, documents)

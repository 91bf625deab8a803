"""What of the handbook can be found by searching: documents in force, and the checklists in them (G14)."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from handbook import supplements
from handbook.models import Document, Edition
from handbook.terms import Kind
from organisation.models import User
from search.sources import Found, Source


class Documents(Source):
    """Documents in force, in the edition people work by. Open to everybody with an account."""

    name = "handbook"
    label = _("The handbook")
    teaches_words = True
    watched = {
        Edition: lambda edition: [edition.document_id],
        Document: lambda document: [document.pk],
    }

    def visible_condition(self, user: User) -> Q:
        return Q() if user.is_active else Q(pk__in=[])

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        editions = supplements.with_common_title(Edition.objects.in_force())
        if owner_ids is not None:
            editions = editions.filter(document__in=owner_ids)
        for edition in editions.select_related("document", "owner_unit").defer("html").iterator(100):
            yield self._found(edition)

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
            text=edition.text,
            chapter=document.number.split(".")[0],
            unit=edition.owner_unit,
            type=edition.kind,
            dated=edition.valid_from,
        )

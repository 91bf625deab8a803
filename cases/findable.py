"""What of the cases can be found by searching (G14): what everybody may read who may read the case at all (S30)."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases import masking
from cases.models import Case
from cases.models.case_queryset import archived_as
from organisation.models import User
from search.sources import Found, Source

REFERENCE = re.compile(r"(\d{4})[- ]?(\d{5,})")


class Cases(Source):
    """Cases the person may read. The index has their texts as those read them who read the case masked."""

    name = "case"
    label = _("Cases")
    worth = 0.5
    watched = {Case: lambda case: [case.pk]}

    def visible_condition(self, user: User) -> Q:
        return Q(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("owner_id"))))

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        cases = Case.objects.all() if owner_ids is None else Case.objects.filter(pk__in=owner_ids)
        for case in cases.for_list().iterator(500):
            yield self._found(case)

    def named(self, user: User, text: str) -> str | None:
        visible = Case.objects.visible_to(user)
        if match := REFERENCE.fullmatch(text):
            found = visible.filter(reference=f"{match[1]}-{match[2]}").first()
            return found.get_absolute_url() if found else None
        if not any(char.isdigit() for char in text):
            return None
        elsewhere = visible.filter(Q(external_id__iexact=text) | Q(pk__in=archived_as(text)))[:2]
        return elsewhere[0].get_absolute_url() if len(elsewhere) == 1 else None

    def type_label(self, code: str) -> str:
        return str(Case.Kind(code).label)

    def status_label(self, code: str) -> str:
        return str(Case.Status(code).label)

    def _found(self, case: Case) -> Found:
        hidden = {*case.names(), *_parts_of_names(case)}
        return Found(
            key=str(case.pk),
            owner_id=case.pk,
            url=case.get_absolute_url(),
            reference=case.reference,
            title=masking.mask(case.title, hidden),
            also_known_as=tuple(filter(None, (case.external_system, case.external_id))),
            text=masking.mask(case.description, hidden),
            unit=case.unit,
            type=case.kind,
            status=case.status,
            dated=case.received_at.date(),
        )


def _parts_of_names(case: Case) -> set[str]:
    """First and last names, which the name as a whole does not hide where they stand alone."""
    return {part for name in case.names() for part in name.split()}

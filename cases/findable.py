"""What of the cases can be found by searching (G14): what everybody may read who may read the case at all (S30)."""

import re
from collections.abc import Iterable, Iterator

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from cases import masking
from cases.models import Case, Correspondent, Handover
from cases.models.case_queryset import archived_as
from organisation.folding import holds
from organisation.models import User
from search import words
from search.sources import Found, Source

REFERENCE = re.compile(r"(\d{4})[- ]?(\d{5,})")


class Cases(Source):
    """Cases the person may read. The index has their texts as those read them who read the case masked."""

    name = "case"
    label = _("Cases")
    worth = 0.5
    watched = {
        Case: lambda case: [case.pk],
        Correspondent: lambda person: [person.case_id],
        Handover: lambda handover: [handover.case_id],
        User: lambda user: _cases_that_name(user),
    }
    watched_fields = {
        Correspondent: frozenset({"name"}),
        Handover: frozenset({"archive_number"}),
        User: frozenset({"first_name", "last_name"}),
    }

    def visible_condition(self, user: User) -> Q:
        return Q(Exists(Case.objects.visible_to(user).filter(pk=OuterRef("owner_id"))))

    def found_in(self, owner_ids: Iterable[int] | None) -> Iterator[Found]:
        cases = Case.objects.all() if owner_ids is None else Case.objects.filter(pk__in=owner_ids)
        for case in cases.for_list().prefetch_related("handovers").iterator(500):
            yield self._found(case)

    def named(self, user: User, text: str) -> str | None:
        if not any(char.isdigit() for char in text):
            return None
        visible = Case.objects.visible_to(user)
        if match := REFERENCE.fullmatch(text):
            found = visible.filter(reference=f"{match[1]}-{match[2]}").first()
            return found.get_absolute_url() if found else None
        elsewhere = visible.filter(Q(external_id__iexact=text) | Q(pk__in=archived_as(text)))[:2]
        return elsewhere[0].get_absolute_url() if len(elsewhere) == 1 else None

    def names_somebody(self, text: str) -> bool:
        """Whether an inhabitant who has reported a case bears one of the words."""
        asked = set(words.words(text))
        wanted = Q(pk__in=[])
        for word in asked:
            wanted |= holds("name", word)
        named = Correspondent.objects.filter(wanted).values_list("name", flat=True)
        return any(asked & set(words.words(name)) for name in named.iterator())

    def type_label(self, code: str) -> str:
        return str(Case.Kind(code).label)

    def status_label(self, code: str) -> str:
        return str(Case.Status(code).label)

    def _found(self, case: Case) -> Found:
        hidden = _hidden_in(case)
        archived = (handover.archive_number for handover in case.handovers.all())
        return Found(
            key=str(case.pk),
            owner_id=case.pk,
            url=case.get_absolute_url(),
            reference=case.reference,
            title=masking.mask(case.title, hidden),
            also_known_as=tuple(filter(None, (case.external_system, case.external_id, *archived))),
            text=masking.mask("\n".join(filter(None, _told_in(case))), hidden),
            unit=case.unit,
            type=case.kind,
            status=case.status,
            dated=case.received_at.date(),
        )


def _told_in(case: Case) -> Iterator[str]:
    """What happened, what was learned of it, and how it is told in the feed and to inhabitants."""
    yield case.description
    yield case.lesson
    if case.is_story:
        yield case.story
    if case.status == Case.Status.CLOSED and not case.sealed:
        yield case.public_story


def _hidden_in(case: Case) -> set[str]:
    """The names the case knows, whole and in parts, and the reference of the case it is a duplicate of, which may be
    sealed."""
    names = case.names()
    main = [case.duplicate_of.reference] if case.duplicate_of else []
    return {*names, *(part for name in names for part in name.split()), *main}


def _cases_that_name(user: User) -> list[int]:
    """The cases a person has to do with whose texts hold the person's name: another name must be hidden in them."""
    named = Q(pk__in=[])
    for name in filter(None, (user.first_name, user.last_name)):
        for field in ("title", "description", "lesson", "story", "public_story"):
            named |= holds(field, name)
    mine = Case.objects.filter(Q(reporter=user) | Q(handler=user))
    return list(mine.filter(named).values_list("pk", flat=True))

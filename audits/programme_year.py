"""A year of the audit programme as one person may read it: progress, comparison with the year before, copies from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from audits.models import Audit, AuditQuestion, Programme
from audits.question_sources import COPIED
from organisation.models import User

CARRIED_OVER = ("kind", "body", "title", "page", "month", "standard", "objective", "scope", "criteria", "template")


@dataclass(frozen=True)
class Year:
    """The audits, and which of them the person may open."""

    audits: list[Audit]
    readable: set[int]

    @property
    def standing(self) -> list[Audit]:
        return [audit for audit in self.audits if audit.status != Audit.Status.CANCELLED]

    @property
    def issued(self) -> int:
        return sum(audit.is_issued for audit in self.audits)

    @property
    def late(self) -> int:
        return sum(audit.is_late for audit in self.audits)


def of(programme: Programme, user: User) -> Year:
    """By month. A restricted audit only for those who may read it. Three queries."""
    readable = set(Audit.objects.visible_to(user).filter(programme=programme).values_list("pk", flat=True))
    shown = programme.audits.filter(Q(restricted=False) | Q(pk__in=readable)).for_list()
    audits = sorted(shown, key=lambda audit: (audit.month or 13, audit.title, audit.pk))
    return Year(audits, readable)


@dataclass(frozen=True)
class Comparison:
    """What is audited of the same unit and process in both years, only now, and only the year before."""

    again: list[tuple[Audit, Audit]]
    new: list[Audit]
    gone: list[Audit]


def compared(programme: Programme, before: Programme, user: User) -> Comparison:
    """This year's audits beside last year's."""
    then = {_what(audit): audit for audit in of(before, user).standing}
    now = of(programme, user).standing
    again = [(audit, then[_what(audit)]) for audit in now if _what(audit) in then]
    kept = {_what(audit) for audit, _before in again}
    return Comparison(
        again,
        [audit for audit in now if _what(audit) not in then],
        [audit for what, audit in then.items() if what not in kept],
    )


def _what(audit: Audit) -> tuple[int, str]:
    return audit.unit_id, audit.page_document_id


@transaction.atomic
def copy(by: User, programme: Programme, audits: Iterable[Audit]) -> list[Audit]:
    """The same audits planned in the programme, with their questions. Raises PermissionDenied."""
    made = []
    for old in audits:
        facts = {name: getattr(old, name) for name in CARRIED_OVER}
        new = Audit.plan(
            by, unit=old.unit, programme=programme, year=programme.year, restricted=old.restricted, **facts
        )
        rows = [{name: getattr(row, name) for name in COPIED} for row in old.questions.filter(verifies=None)]
        AuditQuestion.add(by, new, rows)
        made.append(new)
    return made

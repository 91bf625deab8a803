"""Whether an auditor is impartial (ISO 9001 clause 9.2.2 c, ISO 19011 clause 4 e): nobody audits their own work.

Who belongs to the audited unit, or leads it, is refused. Who owns what is audited, or has handled cases of the unit, must
say why it is all right, and that stands in the report.
"""

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases.models import Case
from handbook.models import Edition
from organisation import clock
from organisation.models import Unit, User
from organisation.nearest import Nearest
from organisation.roles import Role

if TYPE_CHECKING:
    from audits.models import Audit

INTERNAL = "internal"  # of Audit.Kind
DAYS_BACK = 365
NAMED = 3


@dataclass(frozen=True)
class Impartiality:
    """What speaks against a person as auditor, in words: what can't be answered, and what must be answered."""

    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def of(person: User, audit: "Audit") -> Impartiality:
    """What speaks against the person: nothing for an audit from outside, where the person only writes down what others
    find. Six queries at most."""
    if audit.kind != INTERNAL:
        return Impartiality()
    refusals = _refusals(person, audit.unit)
    return Impartiality(refusals, [] if refusals else [*_owned(person, audit), *_handled(person, audit.unit)])


def stops(audit: "Audit") -> list[str]:
    """What stands in the way of beginning the audit: somebody who is not impartial any more, or lacks a reason."""
    found = []
    for member in audit.team.select_related("user__unit"):
        if member.user is None:
            continue
        now = of(member.user, audit)
        unanswered = [] if member.reason else now.warnings
        found += [f"{member.name}: {text}" for text in (*now.refusals, *unanswered)]
    return found


def _refusals(person: User, unit: Unit) -> list[str]:
    facts = {"name": person, "unit": unit}
    if person.leads(unit):
        return [_("%(name)s leads %(unit)s or the units above it, and can't audit it.") % facts]
    if person.unit and _same_line(person.unit, unit):
        return [_("%(name)s works in %(own)s, and can't audit %(unit)s.") % {**facts, "own": person.unit}]
    return []


def _same_line(own: Unit, audited: Unit) -> bool:
    """Whether the one unit is the other, or is above or below it. The municipality itself is above everything, and
    counts only as itself."""
    if own.pk == audited.pk:
        return True
    if own.is_root() or audited.is_root():
        return False
    return own.path.startswith(audited.path) or audited.path.startswith(own.path)


def _owned(person: User, audit: "Audit") -> list[str]:
    """The pages audited that the person owns as process owner, or has approved."""
    pages = Q(document__page__in=audit.questions.exclude(page=None).values("page")) if audit.pk else Q(pk__in=[])
    if audit.page:
        pages |= Q(document__page__path__startswith=audit.page.path)
    owners = Nearest(Role.PROCESS_OWNER)
    editions = Edition.objects.in_force().filter(pages).select_related("document", "owner_unit")
    owned = [
        str(edition.document)
        for edition in editions.defer(*Edition.LARGE)
        if edition.approver_id == person.pk or person in owners.at(edition.owner_unit.path)
    ]
    if not owned:
        return []
    shown = ", ".join(owned[:NAMED])
    text = ngettext(
        "%(name)s owns or has approved %(number)s page that is audited: %(pages)s.",
        "%(name)s owns or has approved %(number)s pages that are audited: %(pages)s.",
        len(owned),
    )
    more = shown if len(owned) <= NAMED else f"{shown} …"
    return [text % {"name": person, "number": len(owned), "pages": more}]


def _handled(person: User, unit: Unit) -> list[str]:
    """The ordinary cases of the unit that the person has handled in the last year."""
    since = clock.today() - datetime.timedelta(DAYS_BACK)
    recent = Q(closed_at=None) | Q(closed_at__date__gte=since)
    cases = Case.objects.in_unit(unit).filter(recent, handler=person, sealed=False)
    if not (number := cases.count()):
        return []
    text = ngettext(
        "%(name)s has handled %(number)s case of %(unit)s in the last year.",
        "%(name)s has handled %(number)s cases of %(unit)s in the last year.",
        number,
    )
    return [text % {"name": person, "number": number, "unit": unit}]

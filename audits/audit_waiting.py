"""What waits for a person in the audits: for *Min side* and the start page."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audits.audit_permissions import may_decide_programme
from audits.models import Audit, AuditFinding, Auditor, Programme
from organisation import clock
from organisation.absence import LEADERS
from organisation.models import RoleAssignment, User

SOON = datetime.timedelta(60)


@dataclass(frozen=True)
class Waiting:
    """One thing to do: what, where, about what, and when it is due."""

    title: str
    url: str
    about: str
    deadline: datetime.date | None


def of(user: User) -> list[Waiting]:
    """What the person must do as auditor, as leader of an audited unit, and as municipal director. One query, and one
    more for the director."""
    return [*_audits(user), *_as_director(user)]


def _audits(user: User) -> list[Waiting]:
    """Audits to plan within two months, to carry out, to report and to verify; and those to get ready for, of the units
    the person leads."""
    mine = Auditor.objects.filter(audit=OuterRef("pk"), user=user)
    unsettled = AuditFinding.objects.filter(audit=OuterRef("pk")).nonconformities().open()
    led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
    to_get_ready_for = Q(unit__in=led, status=Audit.Status.NOTIFIED)
    found = Audit.objects.exclude(status__in=(Audit.Status.CLOSED, Audit.Status.CANCELLED)).annotate(
        takes_part=Exists(mine), leads=Exists(mine.filter(is_lead=True)), unsettled=Exists(unsettled)
    )
    rows = found.filter(Q(takes_part=True) | to_get_ready_for).select_related("unit")
    tasks = [_task(audit) for audit in rows.order_by("starts_on", "year", "month", "pk")]
    return [task for task in tasks if task.title]


def _task(audit: Any) -> Waiting:
    """What is to be done with it now; without a title when there is nothing."""
    title = _next_step(audit) if audit.takes_part else _("Get ready for the audit “%(title)s”")
    deadline = audit.ends_on if audit.takes_part else audit.starts_on
    return Waiting(title and title % {"title": audit}, audit.get_absolute_url(), str(audit.unit), deadline)


def _next_step(audit: Any) -> str:
    if audit.is_planned:
        return _("Plan the audit “%(title)s”") if audit.leads and _is_soon(audit) else ""
    if audit.status == Audit.Status.REPORTED:
        return "" if audit.unsettled else _("Verify and close the audit “%(title)s”")
    return _("Carry out the audit “%(title)s”")


def _is_soon(audit: Audit) -> bool:
    first = audit.starts_on or datetime.date(audit.year, audit.month or 12, 1)
    return first <= clock.today() + SOON


def _as_director(user: User) -> list[Waiting]:
    """Programmes that are sent to be decided. No query for others."""
    if not may_decide_programme(user):
        return []
    sent = Programme.objects.filter(status=Programme.Status.DRAFT, proposed_at__isnull=False)
    return [
        Waiting(_("Decide: %(programme)s") % {"programme": programme}, programme.get_absolute_url(), "", None)
        for programme in sent
    ]

"""What waits for a person in the audits: for *Min side* and the start page."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from audits.audit_permissions import may_decide_programme, taking_part_condition
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
    """What the person must do as auditor, as leader of an audited unit, and as municipal director. Three queries at most."""
    return [*_as_auditor(user), *_as_leader(user), *_as_director(user)]


def _as_auditor(user: User) -> list[Waiting]:
    """Audits to plan within two months, to carry out, to report, and to verify."""
    leads = Exists(Auditor.objects.filter(audit=OuterRef("pk"), user=user, is_lead=True))
    unsettled = Exists(AuditFinding.objects.filter(audit=OuterRef("pk")).nonconformities().open())
    mine = Audit.objects.filter(taking_part_condition(user)).annotate(leads=leads, unsettled=unsettled)
    under_way = mine.exclude(status__in=(Audit.Status.CLOSED, Audit.Status.CANCELLED)).select_related("unit")
    found = []
    for audit in under_way.order_by("starts_on", "year", "month", "pk"):
        if title := _next_step(audit):
            found.append(Waiting(title % {"title": audit}, audit.get_absolute_url(), str(audit.unit), audit.ends_on))
    return found


def _next_step(audit: Audit) -> str:
    if audit.is_planned:
        return _("Plan the audit “%(title)s”") if audit.leads and _is_soon(audit) else ""  # type: ignore[attr-defined]
    if audit.status == Audit.Status.REPORTED:
        return "" if audit.unsettled else _("Verify and close the audit “%(title)s”")  # type: ignore[attr-defined]
    return _("Carry out the audit “%(title)s”")


def _is_soon(audit: Audit) -> bool:
    first = audit.starts_on or datetime.date(audit.year, audit.month or 12, 1)
    return first <= clock.today() + SOON


def _as_leader(user: User) -> list[Waiting]:
    """Audits of the units the person leads that are noticed and have not begun. No query for who leads nothing."""
    if not user.led_paths:
        return []
    led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
    noticed = Audit.objects.filter(Q(unit__in=led), status=Audit.Status.NOTIFIED).select_related("unit")
    return [
        Waiting(
            _("Get ready for the audit “%(title)s”") % {"title": audit},
            audit.get_absolute_url(),
            str(audit.unit),
            audit.starts_on,
        )
        for audit in noticed.order_by("starts_on", "pk")
    ]


def _as_director(user: User) -> list[Waiting]:
    """Programmes that are sent to be decided. No query for others."""
    if not may_decide_programme(user):
        return []
    sent = Programme.objects.filter(status=Programme.Status.DRAFT, proposed_at__isnull=False)
    return [
        Waiting(_("Decide: %(programme)s") % {"programme": programme}, programme.get_absolute_url(), "", None)
        for programme in sent
    ]

"""What to audit next year, and why (S47): for each unit and each process the reasons in words and numbers, with points.

The points are few and stand on the page, so that anybody can reckon them after: they sort, the quality manager chooses.
"""

import datetime
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from audits.models import Audit, AuditFinding, Inspection, InspectionFinding
from cases.models import Case
from cases.risk import DEMANDS_MEASURE_ABOVE
from handbook.models import Document, Edition
from handbook.terms import Kind
from organisation import clock
from organisation.models import Unit, User
from risk.models import Link, Risk

DAYS_BACK = 365
UNIT_DEPTH = 2
PROCESS_LEVEL = 2  # "4.2": the processes right under a chapter
NEVER = datetime.date.min

# The rule: what each reason gives, and the most it can give. Shown on the page as it stands here.
POINTS = {
    "never": (8, 8, _lazy("Never audited")),
    "long": (2, 6, _lazy("For each whole year since the last audit")),
    "risks": (2, 8, _lazy("For each open risk over 10")),
    "deviations": (4, 4, _lazy("More than one and a half times as many deviations as is usual")),
    "changed": (1, 5, _lazy("For each page with a substantial change since the last audit")),
    "findings": (2, 6, _lazy("For each nonconformity that is open, or was closed late")),
    "inspected": (3, 3, _lazy("Findings in an inspection in the last year")),
    "noticed": (3, 3, _lazy("An inspection is noticed")),
}


@dataclass(frozen=True)
class Reason:
    """One reason, in words with its number, and the points it gives."""

    text: str
    points: int


@dataclass(frozen=True)
class Proposal:
    """A unit, or a process with the unit that owns it, and why it should be audited."""

    unit: Unit
    document: Document | None
    last: datetime.date | None
    reasons: list[Reason]

    @property
    def title(self) -> str:
        return str(self.document or self.unit)

    @property
    def points(self) -> int:
        return sum(reason.points for reason in self.reasons)

    def as_data(self) -> list[dict[str, Any]]:
        """The reasons as an audit keeps them."""
        return [{"text": reason.text, "points": reason.points} for reason in self.reasons]


@dataclass(frozen=True)
class Facts:
    """The numbers about one unit or process that the reasons are made of."""

    last: datetime.date | None
    risks: int
    deviations: int
    changed: int
    findings: int
    inspected: int
    noticed: int


def given(rule: str, times: int) -> int:
    """The points of a rule that holds so many times."""
    each, most, _label = POINTS[rule]
    return min(each * times, most)


def reasons(facts: Facts, usual: float) -> list[Reason]:
    """Why it should be audited. `usual` is the number of deviations in the middle of all units or processes."""
    found = [_time(facts.last)]
    if facts.risks:
        text = ngettext("%(n)s open risk over 10", "%(n)s open risks over 10", facts.risks)
        found.append(Reason(text % {"n": facts.risks}, given("risks", facts.risks)))
    if facts.deviations > usual * 1.5:
        text = _("%(n)s deviations in a year, where %(usual)s is usual") % {
            "n": facts.deviations,
            "usual": f"{usual:g}".replace(".", ","),
        }
        found.append(Reason(text, given("deviations", 1)))
    if facts.changed:
        text = ngettext("%(n)s page changed since", "%(n)s pages changed since", facts.changed)
        found.append(Reason(text % {"n": facts.changed}, given("changed", facts.changed)))
    if facts.findings:
        text = ngettext(
            "%(n)s nonconformity is open or was closed late",
            "%(n)s nonconformities are open or were closed late",
            facts.findings,
        )
        found.append(Reason(text % {"n": facts.findings}, given("findings", facts.findings)))
    if facts.inspected:
        text = ngettext("%(n)s finding in inspections", "%(n)s findings in inspections", facts.inspected)
        found.append(Reason(text % {"n": facts.inspected}, given("inspected", 1)))
    if facts.noticed:
        text = ngettext("%(n)s inspection is noticed", "%(n)s inspections are noticed", facts.noticed)
        found.append(Reason(text % {"n": facts.noticed}, given("noticed", 1)))
    return [reason for reason in found if reason.text]


def _time(last: datetime.date | None) -> Reason:
    if last is None:
        return Reason(_("Never audited"), given("never", 1))
    years = (clock.today() - last).days // 365
    text = _("Last audited %(month)s") % {"month": f"{last:%m.%Y}"}
    return Reason(text, given("long", years))


class Proposals:
    """The proposals for one person, who sees no more of risks and cases than the person may read. A constant number of
    queries, whatever there is of units, processes, risks, cases and audits."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.since = clock.today() - datetime.timedelta(DAYS_BACK)

    def of_units(self) -> list[Proposal]:
        """One for each unit right under the municipality, with all below it counted in; the most points first."""
        units = Unit.objects.active().filter(depth=UNIT_DEPTH)
        facts = {unit: self._of_unit(unit) for unit in units}
        return _sorted(facts, lambda unit: (unit, None))

    def of_processes(self) -> list[Proposal]:
        """One for each process right under a chapter, with the pages below it counted in."""
        found = {edition: self._of_process(edition.document) for edition in self._processes}
        return _sorted(found, lambda edition: (edition.owner_unit, edition.document))

    def one(self, unit: Unit, document: Document | None) -> Proposal | None:
        """The proposal of a unit or process, if it is among them."""
        proposals = self.of_processes() if document else self.of_units()
        return next((row for row in proposals if row.document == document and (document or row.unit == unit)), None)

    def _of_unit(self, unit: Unit) -> Facts:
        last = max((day for path, _page, day in self._audits if path.startswith(unit.path)), default=None)
        return Facts(
            last=last,
            risks=_under(unit.path, (path for path, _key in self._risks)),
            deviations=_under(unit.path, (path for path, _page in self._deviations)),
            changed=_under(unit.path, (path for path, _page, day in self._changes if day > (last or NEVER))),
            findings=_under(unit.path, (path for path, _page in self._findings)),
            inspected=_under(unit.path, (path for path, _page in self._inspected)),
            noticed=_under(unit.path, self._noticed),
        )

    def _of_process(self, document: Document) -> Facts:
        page = document.page.path if document.page else ""
        last = max((day for _unit, audited, day in self._audits if audited and page.startswith(audited)), default=None)
        return Facts(
            last=last,
            risks=len({key for path, key in self._tied if path.startswith(page)}),
            deviations=_under(page, (path for _unit, path in self._deviations)),
            changed=_under(page, (path for _unit, path, day in self._changes if day > (last or NEVER))),
            findings=_under(page, (path for _unit, path in self._findings)),
            inspected=_under(page, (path for _unit, path in self._inspected)),
            noticed=0,
        )

    # What there is. One query each.

    @cached_property
    def _audits(self) -> list[tuple[str, str | None, datetime.date]]:
        """Unit path, page path and last day of what has been audited."""
        done = Audit.objects.issued().values_list("unit__path", "page__path", "ends_on", "reported_at")
        return [(unit, page, ends or timezone.localdate(at)) for unit, page, ends, at in done]

    @cached_property
    def _open_risks(self) -> Any:
        scored: Any = Risk.objects.in_force().visible_to(self.user).with_scores()
        return scored.filter(now__gt=DEMANDS_MEASURE_ABOVE).order_by()

    @cached_property
    def _risks(self) -> list[tuple[str, Any]]:
        return list(self._open_risks.values_list("assessment__unit__path", "key"))

    @cached_property
    def _tied(self) -> list[tuple[str, Any]]:
        """Page path and key of the same risks, where they are tied to pages."""
        ties = Link.objects.filter(risk__in=self._open_risks.values("pk"), page__isnull=False)
        return list(ties.values_list("page__path", "risk__key"))

    @cached_property
    def _deviations(self) -> list[tuple[str, str]]:
        """Unit path and page path of the deviations of a year."""
        found = Case.objects.visible_to(self.user).filter(kind=Case.Kind.DEVIATION, received_at__date__gt=self.since)
        return [(unit, page or "") for unit, page in found.order_by().values_list("unit__path", "page__path")]

    @cached_property
    def _inspected(self) -> list[tuple[str, str]]:
        """Unit path and page path of what inspections of a year found."""
        found = (
            InspectionFinding.objects.visible_to(self.user).reported().filter(inspection__report_date__gt=self.since)
        )
        return [(unit, page or "") for unit, page in found.order_by().values_list("unit__path", "page__path")]

    @cached_property
    def _noticed(self) -> list[str]:
        """Unit path of the inspections that are noticed and not held, of those that are not restricted."""
        noticed = Inspection.objects.visible_to(self.user).filter(status=Inspection.Status.NOTICED, restricted=False)
        return list(noticed.order_by().values_list("unit__path", flat=True))

    @cached_property
    def _changes(self) -> list[tuple[str, str, datetime.date]]:
        """Unit path, page path and day of the newest substantial change of each page in force."""
        editions = Edition.objects.in_force().filter(is_major=True, major__gt=1)
        rows = editions.order_by().values_list("owner_unit__path", "document__page__path", "valid_from")
        return [(unit, page or "", day) for unit, page, day in rows]

    @cached_property
    def _findings(self) -> list[tuple[str, str]]:
        """Unit path and page path of nonconformities whose case is open, or was closed after its deadline."""
        closed = Q(case__closed_at__isnull=False)
        rows = AuditFinding.objects.nonconformities().filter(Q(case__status__in=Case.OPEN) | closed).order_by()
        facts = rows.values_list("audit__unit__path", "page__path", "case__status", "case__closed_at", "case__deadline")
        return [
            (unit, page or "")
            for unit, page, status, closed_at, deadline in facts
            if status in Case.OPEN or (deadline and timezone.localdate(closed_at) > deadline)
        ]

    @cached_property
    def _processes(self) -> list[Edition]:
        editions = Edition.objects.in_force().filter(kind=Kind.PROCESS).select_related("document__page", "owner_unit")
        rows = editions.defer(*Edition.LARGE).order_by("document__page__path")
        return [row for row in rows if row.document.number.count(".") == PROCESS_LEVEL - 1]


def _under(path: str, paths: Iterable[str]) -> int:
    return sum(1 for other in paths if other.startswith(path))


def _sorted(facts: dict[Any, Facts], what: Callable[[Any], tuple[Unit, Document | None]]) -> list[Proposal]:
    usual = statistics.median(row.deviations for row in facts.values()) if facts else 0
    proposals = [Proposal(*what(thing), row.last, reasons(row, usual)) for thing, row in facts.items()]
    return sorted(proposals, key=lambda proposal: (-proposal.points, proposal.title))

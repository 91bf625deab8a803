"""b) What has changed around the unit and in it: pages, requirements, decided ROS, units and leaders."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from handbook.models import Edition, Requirement
from organisation.models import RoleAssignment, Unit
from organisation.roles import Role
from results.inputs.counting import count, within
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period
from risk.models import Assessment

SHOWN = 12


def build(unit: Unit, period: Period) -> Section:
    """A constant number of queries."""
    before = period.previous()
    pages = Edition.objects.filter(owner_unit__path__startswith=unit.path, is_major=True).order_by()
    decided = Assessment.objects.filter(
        unit__path__startswith=unit.path, restricted=False, decided_at__isnull=False
    ).order_by()
    requirements = Requirement.history.filter(within("history_date", period))
    editions = count(
        pages,
        new=within("approved_at", period, major=1),
        new_then=within("approved_at", before, major=1),
        every=within("approved_at", period),
        every_then=within("approved_at", before),
    )
    risks = count(decided, now=within("decided_at", period), then=within("decided_at", before))
    figures = [
        Figure(_("new pages in the handbook"), editions["new"], before=editions["new_then"]),
        Figure(
            _("pages with a substantial change"),
            editions["every"] - editions["new"],
            before=editions["every_then"] - editions["new_then"],
        ),
        Figure(
            _("requirements new or changed"),
            requirements.values("id").distinct().count(),
            url=reverse("handbook:coverage"),
        ),
        Figure(_("risk assessments decided"), risks["now"], before=risks["then"], url=reverse("risk:register")),
    ]
    tables = [_pages(pages, period), _risks(decided, period), _organisation(unit, period)]
    return section("b", _("Changes around us and in the organisation"), figures=figures, tables=tables)


def _pages(pages: Any, period: Period) -> Table:
    found = pages.filter(within("approved_at", period)).select_related("document__page").order_by("-approved_at", "-pk")
    rows = list(found.defer(*Edition.LARGE)[: SHOWN + 1])
    return Table(
        _("Pages that are new or changed"),
        [_("Page"), _("Version"), _("Approved")],
        [
            [
                Cell(f"{edition.number} {edition.title}".strip(), edition.document.get_absolute_url()),
                Cell(edition.label),
                Cell(_day(edition.approved_at)),
            ]
            for edition in rows[:SHOWN]
        ],
    )


def _risks(decided: Any, period: Period) -> Table:
    found = decided.filter(within("decided_at", period)).select_related("unit").order_by("-decided_at", "-pk")[:SHOWN]
    return Table(
        _("Risk assessments decided"),
        [_("Assessment"), _("Unit"), _("Decided")],
        [[Cell(one.title, one.get_absolute_url()), Cell(str(one.unit)), Cell(_day(one.decided_at))] for one in found],
    )


def _organisation(unit: Unit, period: Period) -> Table:
    """New, renamed and closed units, and changes of leaders, from history."""
    moments = within("history_date", period)
    units = Unit.history.filter(moments, path__startswith=unit.path).order_by("-history_date")[:SHOWN]
    leaders = (
        RoleAssignment.history.filter(moments, unit__path__startswith=unit.path, role=Role.UNIT_LEADER)
        .select_related("user", "unit")
        .order_by("-history_date")[:SHOWN]
    )
    rows = [
        (row.history_date, _("Unit: %(name)s") % {"name": row.name}, _of_unit(row.history_type, row.active))
        for row in units
    ]
    rows += [
        (row.history_date, _("Leader of %(unit)s: %(person)s") % {"unit": row.unit, "person": row.user}, _of_role(row))
        for row in leaders
    ]
    rows.sort(key=lambda row: row[0], reverse=True)
    cells = [[Cell(what), Cell(how), Cell(_day(when))] for when, what, how in rows[:SHOWN]]
    return Table(_("Changes in the organisation"), [_("What"), _("Change"), _("When")], cells)


def _of_unit(kind: str, active: bool) -> str:
    if kind == "+":
        return _("new")
    return _("changed") if active else _("no longer in use")


def _of_role(row: Any) -> str:
    return {"+": _("given the role"), "-": _("left the role")}.get(row.history_type, _("changed"))


def _day(moment: Any) -> str:
    return f"{timezone.localdate(moment):%d.%m.%Y}"

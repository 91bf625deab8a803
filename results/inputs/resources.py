"""d) Whether there are people, time and money enough."""

from django.db.models import Sum
from django.utils.translation import gettext as _

from handbook.models import LessonCompletion
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from results.inputs.counting import action_late_at, actions_of, count, end_of, within
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period


def build(unit: Unit, period: Period) -> Section:
    """Five queries."""
    before = period.previous()
    measures = actions_of(unit)
    found = count(
        measures,
        done=within("done_at", period),
        done_then=within("done_at", before),
        late=action_late_at(end_of(period)),
        late_then=action_late_at(end_of(before)),
    )
    now, then = within("done_at", period), within("done_at", before)
    spent = measures.filter(now | then).aggregate(
        hours_now=Sum("hours", filter=now),
        hours_then=Sum("hours", filter=then),
        cost_now=Sum("cost", filter=now),
        cost_then=Sum("cost", filter=then),
    )
    lessons = count(
        LessonCompletion.objects.filter(user__unit__path__startswith=unit.path).order_by(),
        now=within("at", period),
        then=within("at", before),
    )
    vacant = without_leader(unit)
    figures = [
        Figure(_("employees"), User.objects.active().filter(unit__path__startswith=unit.path).count()),
        Figure(_("measures done"), found["done"], before=found["done_then"]),
        Figure(_("hours on measures done"), _float(spent["hours_now"]), _("h"), before=_float(spent["hours_then"])),
        Figure(_("cost of measures done"), _float(spent["cost_now"]), _("kr"), before=_float(spent["cost_then"])),
        Figure(
            _("measures past deadline"), found["late"], before=found["late_then"], tone="bad" if found["late"] else "ok"
        ),
        Figure(_("lessons completed"), lessons["now"], before=lessons["then"]),
        Figure(_("units without a leader"), len(vacant), tone="bad" if vacant else "ok"),
    ]
    table = Table(_("Units without a leader"), [_("Unit")], [[Cell(str(one))] for one in vacant])
    return section("d", _("Resources"), figures=figures, tables=[table])


def without_leader(unit: Unit) -> list[Unit]:
    """Result units in use with nobody in the role today. Two queries."""
    led = RoleAssignment.objects.current().filter(role=Role.UNIT_LEADER, user__is_active=True).values("unit")
    kinds = (Unit.Kind.RESULT_UNIT, Unit.Kind.STAFF, Unit.Kind.MUNICIPALITY)
    return list(Unit.objects.active().under([unit.path]).filter(kind__in=kinds).exclude(pk__in=led))


def _float(value: object) -> float | None:
    return None if value is None else float(str(value))

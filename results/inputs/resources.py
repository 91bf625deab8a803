"""d) Whether there are people, time and money enough."""

from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from handbook.models import LessonCompletion
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Role
from results.inputs.counting import count, within
from results.inputs.section import Cell, Figure, Section, Table, section
from results.periods import Period
from results.statistics.scope import Scope


def build(unit: Unit, period: Period) -> Section:
    """Eight queries."""
    scope = Scope(period, unit)
    before = scope.during(period.previous())
    done, done_before = _done(scope), _done(before)
    late = scope.late_actions().count()
    lessons = count(
        LessonCompletion.objects.filter(user__unit__path__startswith=unit.path).order_by(),
        now=within("at", period),
        then=within("at", before.period),
    )
    vacant = without_leader(unit)
    figures = [
        Figure(_("employees"), User.objects.active().filter(unit__path__startswith=unit.path).count()),
        Figure(_("measures done"), done["number"], before=done_before["number"]),
        Figure(_("hours on measures done"), done["hours"], _("h"), before=done_before["hours"]),
        Figure(_("cost of measures done"), done["cost"], _("kr"), before=done_before["cost"]),
        Figure(
            _("measures past deadline"),
            late,
            before=before.late_actions().count(),
            url=scope.address(late_action_on=scope.day),
            tone="bad" if late else "ok",
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


def _done(scope: Scope) -> dict[str, float | None]:
    """Measures done in the period, with the hours and the money they took. One query."""
    found = scope.done_actions().aggregate(number=Count("*"), hours=Sum("hours"), cost=Sum("cost"))
    return {name: None if value is None else float(value) for name, value in found.items()} | {
        "number": found["number"]
    }

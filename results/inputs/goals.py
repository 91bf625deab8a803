"""c 2) Whether goals are reached: the scorecard, the unit plans and the action plans, and what came of red indicators."""

from django.urls import reverse
from django.utils.translation import gettext as _

from cases.models import Case
from cases.models.case_counting import open_condition, overdue_condition
from organisation.models import Unit
from results import action_plans, plan_progress, scorecard
from results.action_plans import PlanProgress
from results.colours import Colour
from results.inputs.counting import cases_of, count, share, within
from results.inputs.section import PERCENT, Cell, Figure, Section, Table, section
from results.periods import Period
from results.plan_progress import Standing
from results.scorecard import Line
from results.statistics.scope import Scope

SHOWN = 15
TONES = {Colour.GREEN: "ok", Colour.YELLOW: "warn", Colour.RED: "bad"}


def build(unit: Unit, period: Period) -> Section:
    """A constant number of queries. No case is named: closed minutes are read by all employees."""
    lines = scorecard.lines(list(Unit.objects.active().under([unit.path])), period)
    own = [line for line in lines if line.unit == unit]
    red_below = [line for line in lines if line.is_red and line.unit != unit]
    unit_plans = plan_progress.of(unit, period.last.year)
    followed = action_plans.of(unit).plans
    figures = [
        *_of_indicators(unit, period, own),
        *_of_red_below(red_below),
        *_of_unit_plans(unit, period, unit_plans),
        *_of_action_plans(unit, followed),
        *_of_cases(unit, period),
    ]
    title = _("Goals and indicators")
    if not figures:
        return section(
            "c2", title, note=_("The unit has no indicators and no plans. Write whether its goals are reached.")
        )
    tables = [_indicators(own), _red(red_below), _unit_plans(unit_plans), _action_plans(followed)]
    note = _("Indicators as they were when the period ended, plans as they are today.")
    return section("c2", title, figures=figures, tables=tables, note=note)


def _of_indicators(unit: Unit, period: Period, own: list[Line]) -> list[Figure]:
    if not own:
        return []
    totals = scorecard.totals(own)
    red, missing = totals[Colour.RED], sum(line.is_missing for line in own)
    address = f"{reverse('results:scorecard')}?enhet={unit.pk}&periode={period.code}"
    return [
        Figure(_("indicators on target"), totals[Colour.GREEN], url=address),
        Figure(_("indicators close to target"), totals[Colour.YELLOW], url=address),
        Figure(_("indicators off target"), red, url=f"{address}&rode=on", tone="bad" if red else "ok"),
        Figure(_("indicators that are not measured"), missing, url=address, tone="warn" if missing else "ok"),
    ]


def _of_red_below(red_below: list[Line]) -> list[Figure]:
    if not red_below:
        return []
    return [Figure(_("indicators off target in the units below"), len(red_below), tone="bad")]


def _of_unit_plans(unit: Unit, period: Period, found: list[Standing]) -> list[Figure]:
    if not found:
        return []
    done, late, total = (sum(getattr(one.progress, name) for one in found) for name in ("done", "late", "total"))
    address = f"{reverse('results:plans')}?ar={period.last.year}&enhet={unit.pk}"
    return [
        Figure(_("unit plans"), len(found), url=address),
        Figure(_("measures in unit plans that are done"), share(done, total), PERCENT),
        Figure(_("measures in unit plans that are late"), late, tone="bad" if late else "ok"),
    ]


def _of_action_plans(unit: Unit, found: list[PlanProgress]) -> list[Figure]:
    if not found:
        return []
    late = sum(one.late for one in found)
    return [
        Figure(_("action plans"), len(found), url=f"{reverse('results:action_plans')}?enhet={unit.pk}"),
        Figure(_("measures in action plans that are late"), late, tone="bad" if late else "ok"),
    ]


def _of_cases(unit: Unit, period: Period) -> list[Figure]:
    """What red indicators and plans led to. One query."""
    before, end = period.previous(), Scope(period).day
    found = count(
        cases_of(unit).filter(channel=Case.Channel.INDICATOR),
        now=within("received_at", period),
        then=within("received_at", before),
        open=open_condition(end),
        late=overdue_condition(end),
    )
    if not any(found.values()):
        return []
    return [
        Figure(_("cases opened from indicators and plans"), found["now"], before=found["then"]),
        Figure(_("of them open"), found["open"]),
        Figure(_("of them past deadline"), found["late"], tone="bad" if found["late"] else "ok"),
    ]


def _indicators(lines: list[Line]) -> Table:
    return Table(
        _("The scorecard"),
        [_("Indicator"), _("Period"), _("Actual"), _("Target"), _("Status"), _("Change")],
        [
            [
                Cell(line.indicator.name, line.url),
                Cell(str(line.period)),
                Cell(line.in_words),
                Cell(line.target_in_words),
                _colour(line),
                Cell(line.change_in_words or "–"),
            ]
            for line in lines
        ],
    )


def _red(lines: list[Line]) -> Table:
    """Of the units below."""
    return Table(
        _("Off target in the units below"),
        [_("Indicator"), _("Unit"), _("Period"), _("Actual"), _("Target")],
        [
            [
                Cell(line.indicator.name, line.url),
                Cell(line.unit.name),
                Cell(str(line.period)),
                Cell(line.in_words, tone="bad"),
                Cell(line.target_in_words),
            ]
            for line in lines[:SHOWN]
        ],
        more=max(len(lines) - SHOWN, 0),
    )


def _colour(line: Line) -> Cell:
    return Cell(str(line.colour.label), tone=TONES.get(line.colour, ""))


def _unit_plans(found: list[Standing]) -> Table:
    worst = sorted(found, key=lambda one: -one.progress.late)
    return Table(
        _("Unit plans"),
        [_("Plan"), _("Measures done"), _("Late")],
        [
            [
                Cell(str(one.plan), one.plan.get_absolute_url()),
                Cell(_("%(done)s of %(total)s") % {"done": one.progress.done, "total": one.progress.total}),
                _late(one.progress.late),
            ]
            for one in worst[:SHOWN]
        ],
        more=max(len(found) - SHOWN, 0),
    )


def _action_plans(found: list[PlanProgress]) -> Table:
    return Table(
        _("Action plans"),
        [_("Plan"), _("Unit"), _("Measures done"), _("Late"), _("Last day")],
        [
            [
                Cell(one.plan.title, one.plan.get_absolute_url()),
                Cell(one.plan.unit.name),
                Cell(_("%(done)s of %(total)s") % {"done": one.done, "total": one.total}),
                _late(one.late),
                Cell(f"{one.plan.last_day:%d.%m.%Y}", tone="bad" if one.is_over_time else ""),
            ]
            for one in found[:SHOWN]
        ],
        more=max(len(found) - SHOWN, 0),
    )


def _late(number: int) -> Cell:
    return Cell(str(number), tone="bad" if number else "")

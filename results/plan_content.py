"""A unit plan as text: what is signed, frozen and compared (S67, S68)."""

from typing import TYPE_CHECKING, Any

from results import numbers
from results.models.goal import Goal
from results.models.indicator import Indicator

if TYPE_CHECKING:
    from results.models import UnitPlan
    from results.models.goal import GoalQuerySet


def goals_of(plan: "UnitPlan") -> "GoalQuerySet":
    """The unit's own goals for the year."""
    return Goal.objects.filter(unit=plan.unit).in_year(plan.year).for_list()


def indicators_of(plan: "UnitPlan") -> list[Indicator]:
    """The indicators the unit is measured by in the year: its own and the common ones. Three queries."""
    found = Indicator.objects.active().measured_in([plan.unit]).for_list()
    year = {"goal__first_year__lte": plan.year, "goal__last_year__gte": plan.year}
    return [indicator for indicator in found.filter(**year) if indicator.is_measured_in(plan.unit)]


def of(plan: "UnitPlan") -> dict[str, Any]:
    """Texts, goals, indicators with their targets, and measures. Six queries."""
    return {
        "unit": plan.unit.name,
        "year": plan.year,
        "version": plan.number,
        "leader": str(plan.leader),
        "priorities": plan.priorities,
        "commitment": plan.commitment,
        "support": plan.support,
        "goals": [
            {"perspective": goal.perspective.name, "title": goal.title, "why": goal.why, "owner": str(goal.owner)}
            for goal in goals_of(plan)
        ],
        "indicators": [_indicator(indicator, plan.year) for indicator in indicators_of(plan)],
        "measures": [
            {
                "text": measure.text,
                "goal": measure.goal.title if measure.goal else "",
                "responsible": str(measure.responsible or ""),
                "deadline": measure.deadline.isoformat() if measure.deadline else "",
                "case": measure.case.reference if measure.case else "",
            }
            for measure in plan.measures.select_related("goal", "responsible", "case").order_by("pk")
        ],
    }


def _indicator(indicator: Indicator, year: int) -> dict[str, str]:
    limits = indicator.limits(year)
    return {
        "goal": indicator.goal.title,
        "name": indicator.name,
        "how": indicator.how,
        "frequency": indicator.frequency,
        "direction": indicator.direction,
        **{name: numbers.in_words(getattr(limits, name), indicator.measure) for name in ("target", "green", "yellow")},
    }

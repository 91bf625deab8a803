"""How it goes with action plans (S75): the status of each measure comes from its case in Dialogen."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from cases.models import Action, Case
from cases.register import reading_of_visible
from organisation import clock
from organisation.filters import filters_in
from organisation.folding import holds
from organisation.models import Unit, User
from results.forms.action_plan import ActionPlanFilters
from results.models import ActionPlan, PlanItem
from results.models.action_plan import ActionPlanQuerySet

OF_CASE = ("unit", "page_owner", "handler", "reporter", "correspondent")  # what masking asks for


class Going(StrEnum):
    """How it goes with a measure."""

    DRAFT = "draft"
    DONE = "done"
    LATE = "late"
    UNDER_WAY = "under_way"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Progress:
    """A measure of a plan as one person may see it. `case` is None without one, and when the person may not read it."""

    item: PlanItem
    going: Going
    case: Case | None
    deadline: datetime.date
    who: str
    effect: str

    @property
    def words(self) -> str:
        return {
            Going.DRAFT: _("Draft"),
            Going.DONE: _("Done"),
            Going.LATE: _("Late"),
            Going.UNDER_WAY: _("Under way"),
            Going.HIDDEN: "–",
        }[self.going]

    @property
    def tone(self) -> str:
        return {Going.DONE: "ok", Going.LATE: "bad", Going.UNDER_WAY: "info"}.get(self.going, "")


@dataclass(frozen=True)
class PlanProgress:
    """A plan with its measures. What may not be shown counts neither as done nor as late."""

    plan: ActionPlan
    lines: list[Progress]

    @property
    def total(self) -> int:
        return len(self.lines)

    @property
    def done(self) -> int:
        return sum(line.going == Going.DONE for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.going == Going.LATE for line in self.lines)

    @property
    def effective(self) -> int:
        """Measures whose effect was found good, wholly or partly."""
        return sum(line.effect in (Action.Effect.EFFECTIVE, Action.Effect.PARTLY) for line in self.lines)

    @property
    def is_over_time(self) -> bool:
        """Whether the last day of a plan that has not ended has passed."""
        return self.plan.is_decided and self.plan.last_day < clock.today()


def progress(plans: Iterable[ActionPlan], user: User | None = None) -> list[PlanProgress]:
    """Each plan with how it goes. Sealed cases are not known to anybody but who may read them; with no user they are known
    to none. Four queries, however many the plans."""
    plans = list(plans)
    cases = Case.objects.select_related(*OF_CASE).prefetch_related(
        Prefetch("actions", Action.objects.live().select_related("responsible"), to_attr="live_actions")
    )
    items = (
        PlanItem.objects.filter(plan__in=plans).select_related("responsible").prefetch_related(Prefetch("case", cases))
    )
    readable: set[int] = set()
    if user is not None:
        named = Case.objects.visible_to(user).filter(pk__in=PlanItem.objects.filter(plan__in=plans).values("case"))
        readable = set(named.values_list("pk", flat=True))
    by_plan: dict[int, list[Progress]] = {plan.pk: [] for plan in plans}
    for item in items:
        by_plan[item.plan_id].append(_of_item(item, readable, user))
    return [PlanProgress(plan, by_plan[plan.pk]) for plan in plans]


def _of_item(item: PlanItem, readable: set[int], user: User | None) -> Progress:
    case = item.case
    if case is None:
        return Progress(item, Going.DRAFT, None, item.deadline, str(item.responsible), "")
    if case.sealed and case.pk not in readable:
        return Progress(item, Going.HIDDEN, None, item.deadline, "", "")
    actions: list[Action] = case.live_actions  # type: ignore[attr-defined]
    due = [action.deadline for action in actions if not action.done_at]
    late = case.is_open and (case.is_overdue or any(action.is_overdue for action in actions))
    done = not case.is_open or (bool(actions) and not due)
    effects = {action.effect for action in actions}
    worst = next((effect for effect in _WORST_FIRST if effect in effects), "")
    return Progress(
        item=item,
        going=Going.DONE if done else Going.LATE if late else Going.UNDER_WAY,
        case=case if case.pk in readable else None,
        deadline=min(due, default=case.deadline or item.deadline),
        who=_who(case, actions, user) if case.pk in readable else "",
        effect=worst,
    )


_WORST_FIRST = [Action.Effect.NOT_EFFECTIVE, Action.Effect.PARTLY, Action.Effect.EFFECTIVE]


def _who(case: Case, actions: list[Action], user: User | None) -> str:
    """Who does what is left, else who did it, else who handles the case; as the person may read it."""
    if user is None:
        return ""
    reading = reading_of_visible(case, user)
    left = [action.responsible for action in actions if not action.done_at]
    people: list[User | None] = [*left] or [action.responsible for action in actions] or [case.handler]
    return ", ".join(dict.fromkeys(reading.person(person) for person in people if person))


@dataclass(frozen=True)
class Summary:
    """The action plans of a unit and those below it: plain data for the review and the leader's page."""

    unit: Unit
    plans: list[PlanProgress]

    @property
    def measures(self) -> int:
        return sum(plan.total for plan in self.plans)

    @property
    def done(self) -> int:
        return sum(plan.done for plan in self.plans)

    @property
    def late(self) -> int:
        return sum(plan.late for plan in self.plans)


def of(unit: Unit) -> Summary:
    """The plans that are decided and not ended, those with most that is late first. Three queries."""
    plans = ActionPlan.objects.in_unit(unit).decided().select_related("unit", "owner")
    return Summary(unit, sorted(progress(plans), key=lambda plan: (-plan.late, plan.plan.last_day)))


class Selection:
    """The plans asked for by a query string; those with most that is late first. Open to all."""

    def __init__(self, user: User, query: QueryDict) -> None:
        self.user = user
        self.form = ActionPlanFilters(query)
        self.asked = self.form.asked()
        self.query = filters_in(query)

    def plans(self) -> ActionPlanQuerySet:
        found = ActionPlan.objects.select_related("unit", "owner")
        found = found.filter(state=self.asked["state"]) if "state" in self.asked else found.current()
        if unit := self.asked.get("unit"):
            found = found.in_unit(unit)
        if self.asked.get("mine"):
            found = found.filter(Q(owner=self.user) | Q(items__responsible=self.user)).distinct()
        for word in self.asked.get("words", "").split():
            found = found.filter(holds("title", word) | holds("why", word))
        return found

    def lines(self) -> list[PlanProgress]:
        found = progress(self.plans(), self.user)
        if self.asked.get("late"):
            found = [line for line in found if line.late]
        return sorted(found, key=lambda line: (-line.late, line.plan.last_day, line.plan.pk))


def waiting_for(user: User) -> "QuerySet[ActionPlan]":
    """The plans the person owns that are drafts, or whose last day is near or has passed. One query."""
    near = clock.today() + datetime.timedelta(30)
    owned = ActionPlan.objects.filter(owner=user).select_related("unit")
    return (owned.filter(state=ActionPlan.State.DRAFT) | owned.decided().filter(last_day__lte=near)).order_by(
        "last_day"
    )

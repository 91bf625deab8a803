"""A plan put out to many units: the units by the steps, who is late, who has stopped, what waits, and reminding (S18, S69)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet
from django.utils import formats, timezone, translation
from django.utils.translation import gettext as _

from handbook.models.introduction import IntroductionPlan, PlanStep
from handbook.models.rollout import PlanUnit, UnitTick
from organisation import clock, spreadsheets
from organisation.absence import stand_ins
from organisation.models import User
from organisation.nearest import Nearest
from organisation.reminders import Reminder, remind_all
from organisation.roles import Role
from organisation.spreadsheets import Sheet

DAYS_BEFORE = 7
DAYS_STILL = 60  # without a step done: it has stopped


@dataclass(frozen=True)
class Cell:
    """A step in a unit."""

    step: PlanStep
    tick: UnitTick | None

    @property
    def done(self) -> bool:
        return self.tick is not None and self.tick.done_at is not None

    @property
    def late(self) -> bool:
        return not self.done and self.step.deadline < clock.today()


@dataclass(frozen=True)
class Row:
    """A unit with its steps in order."""

    part: PlanUnit
    cells: list[Cell]
    under_way: bool

    @property
    def done(self) -> int:
        return sum(cell.done for cell in self.cells)

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells) if self.under_way else 0

    @property
    def open(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.done]

    @property
    def last(self) -> datetime.datetime | None:
        """When the unit last did a step."""
        return max((cell.tick.done_at for cell in self.cells if cell.tick and cell.tick.done_at), default=None)

    @property
    def stalled(self) -> bool:
        """Whether there is more to do and nothing has been done for two months."""
        since = self.last or self.part.joined_at
        return bool(self.under_way and self.open) and clock.now() - since > datetime.timedelta(DAYS_STILL)


@dataclass(frozen=True)
class Matrix:
    """The units by the steps that each of them does."""

    plan: IntroductionPlan
    steps: list[PlanStep]
    rows: list[Row]

    @property
    def by_step(self) -> list[tuple[PlanStep, int]]:
        """Each step with how many units have done it."""
        return [(step, sum(row.cells[place].done for row in self.rows)) for place, step in enumerate(self.steps)]

    @property
    def done(self) -> int:
        return sum(row.done for row in self.rows)

    @property
    def total(self) -> int:
        return len(self.rows) * len(self.steps)

    @property
    def late(self) -> list[Row]:
        return [row for row in self.rows if row.late]

    @property
    def stalled(self) -> list[Row]:
        return [row for row in self.rows if row.stalled]


def matrix(plan: IntroductionPlan) -> Matrix:
    """The whole plan, unit by unit. Three queries."""
    parts = plan.units.select_related("unit", "responsible")
    [found] = _rows_by_plan([plan], list(parts))
    return found


def row_of(part: PlanUnit) -> Row:
    """One unit of a plan. Two queries."""
    [found] = _rows_by_plan([part.plan], [part])
    return found.rows[0]


def _rows_by_plan(plans: Iterable[IntroductionPlan], parts: list[PlanUnit]) -> list[Matrix]:
    steps: dict[int, list[PlanStep]] = defaultdict(list)
    for step in PlanStep.objects.filter(plan__in=plans, by_units=True).select_related("requirement"):
        steps[step.plan_id].append(step)
    ticks = {
        (tick.part_id, tick.step_id): tick for tick in UnitTick.objects.filter(part__in=parts).select_related("done_by")
    }
    found = []
    for plan in plans:
        rows = []
        for part in (part for part in parts if part.plan_id == plan.pk):
            part.plan = plan
            cells = [Cell(step, ticks.get((part.pk, step.pk))) for step in steps[plan.pk]]
            rows.append(Row(part, cells, plan.state == IntroductionPlan.State.UNDER_WAY))
        found.append(Matrix(plan, steps[plan.pk], rows))
    return found


def waiting_for(user: User) -> list[Row]:
    """The units whose steps the person sees to, with steps left, in plans that are under way. Three queries."""
    return [row for row in _under_way(PlanUnit.objects.for_person(user)) if row.open]


def _under_way(parts: "QuerySet[PlanUnit]") -> list[Row]:
    found = list(parts.under_way().select_related("plan", "unit", "responsible"))  # type: ignore[attr-defined]
    plans = {part.plan_id: part.plan for part in found}
    return [row for one in _rows_by_plan(plans.values(), found) for row in one.rows] if found else []


def remind_due() -> int:
    """Remind who sees to a unit, or leads it when nobody is named, a week before a step is due, and once when it is late.
    Idempotent. How many were told."""
    with translation.override(settings.LANGUAGE_CODE):
        return remind_all(_due())


def _due() -> Iterator[Reminder]:
    today = clock.today()
    rows = _under_way(PlanUnit.objects.all())
    deputies = stand_ins({row.part.responsible for row in rows if row.part.responsible})
    leaders = Nearest(Role.UNIT_LEADER)
    for row in rows:
        named = row.part.responsible
        people = [deputies[named]] if named and named.is_active else leaders.at(row.part.unit.path)
        for cell in row.open:
            if cell.step.deadline > today + datetime.timedelta(DAYS_BEFORE):
                continue
            text = _("Past its deadline: %(step)s") if cell.late else _("Due %(day)s: %(step)s")
            day = formats.date_format(cell.step.deadline, "SHORT_DATE_FORMAT")
            when = f"{cell.step.deadline.isoformat()}:{'late' if cell.late else 'soon'}"
            for person in people:
                yield Reminder(
                    user=person,
                    about=f"plan-unit:{row.part.pk}:{cell.step.pk}:{when}",
                    subject=text % {"step": cell.step.text, "day": day},
                    url=row.part.get_absolute_url(),
                )


def workbook(found: Matrix) -> bytes:
    """The units by the steps: the day each was done; and a line for each note."""
    headings = [_("Unit"), _("Who sees to it"), *(step.text for step in found.steps), _("Done"), _("Late")]
    rows = [
        [
            row.part.unit.name,
            str(row.part.responsible or ""),
            *(_done_on(cell) for cell in row.cells),
            row.done,
            row.late,
        ]
        for row in found.rows
    ]
    notes = [
        [row.part.unit.name, cell.step.text, _done_on(cell), str(cell.tick.done_by), cell.tick.note]
        for row in found.rows
        for cell in row.cells
        if cell.tick and cell.done
    ]
    columns = [_("Unit"), _("Step"), _("Done"), _("By"), _("What was done")]
    return spreadsheets.workbook(
        Sheet(_("Units and steps"), headings, rows, (34, 24), "C2"),
        Sheet(_("What was done"), columns, notes, (34, 40, 12, 24, 70), "A2"),
    )


def _done_on(cell: Cell) -> datetime.date | None:
    return timezone.localtime(cell.tick.done_at).date() if cell.tick and cell.tick.done_at else None

"""How far a unit plan has come: its measures with their cases, as a person may read them (S67)."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.models import Case
from cases.register import reading_of_visible
from organisation import clock
from organisation.models import Unit, User
from results.models import PlanMeasure, UnitPlan

DONE = frozenset({Case.Status.CLOSED})
ENDED_OTHERWISE = frozenset({Case.Status.REJECTED, Case.Status.DUPLICATE, Case.Status.TAKEN_OVER})


@dataclass(frozen=True)
class Row:
    """A measure with its case. `case` None while `measure.case_id` is set: the person may not read it."""

    measure: PlanMeasure
    case: Case | None
    text: str

    @property
    def is_done(self) -> bool:
        return self.measure.case is not None and self.measure.case.status in DONE

    @property
    def is_dropped(self) -> bool:
        """Whether the case ended without the measure being carried out."""
        return self.measure.case is not None and self.measure.case.status in ENDED_OTHERWISE

    @property
    def is_late(self) -> bool:
        if self.measure.case is not None:
            return self.measure.case.is_overdue
        return self.measure.deadline is not None and self.measure.deadline < clock.today()

    @property
    def state(self) -> str:
        if self.measure.case is None:
            return _("Not begun")
        return str(self.measure.case.get_status_display())

    @property
    def tone(self) -> str:
        return "ok" if self.is_done else "bad" if self.is_late else ""


@dataclass(frozen=True)
class Progress:
    """How many of the measures are done, and how many are late."""

    done: int
    late: int
    total: int

    @property
    def in_words(self) -> str:
        words = _("%(done)s of %(total)s measures are done") % {"done": self.done, "total": self.total}
        late = _("%(late)s late") % {"late": self.late}
        return f"{words}, {late}" if self.late else words


def rows(plan: UnitPlan, reader: User) -> list[Row]:
    """The measures of a plan, as the person may read them. Two queries."""
    found = list(plan.measures.for_list())
    ids = [measure.case_id for measure in found if measure.case_id]
    readable = Case.objects.visible_to(reader).filter(pk__in=ids).for_list() if ids else ()
    cases = {case.pk: case for case in readable}
    return [_row(measure, cases.get(measure.case_id or 0), reader) for measure in found]


def _row(measure: PlanMeasure, case: Case | None, reader: User) -> Row:
    """What was written in the plan stands; of a case that was taken in and is sealed since, nothing is said."""
    if measure.case_id and case is None:
        return Row(measure, None, _("A measure you may not read"))
    text = reading_of_visible(case, reader).text(measure.text) if case else measure.text
    return Row(measure, case, text)


def progress(found: Iterable[Row]) -> Progress:
    found = [row for row in found if not row.is_dropped]
    return Progress(sum(row.is_done for row in found), sum(row.is_late for row in found), len(found))


@dataclass(frozen=True)
class Standing:
    """A plan in force with its progress, for overviews."""

    plan: UnitPlan
    progress: Progress


def of(unit: Unit, year: int) -> list[Standing]:
    """The plans in force of the unit and those below it for the year, each with its progress. Two queries."""
    return of_plans(UnitPlan.objects.in_force().filter(unit__path__startswith=unit.path, year=year).for_list())


def lacking(unit: Unit, year: int) -> list[Unit]:
    """The result units of the unit and below it that have agreed on no plan for the year, in tree order. One query."""
    agreed = UnitPlan.objects.in_force().filter(year=year).values("unit")
    found = Unit.objects.active().under([unit.path]).filter(kind=Unit.Kind.RESULT_UNIT)
    return list(found.exclude(pk__in=agreed))


def of_plans(plans: Iterable[UnitPlan]) -> list[Standing]:
    """Each plan with its progress. One query beside that of the plans."""
    plans = list(plans)
    measures: dict[int, list[Row]] = {plan.pk: [] for plan in plans}
    for measure in PlanMeasure.objects.filter(plan__in=plans).select_related("case"):
        measures[measure.plan_id].append(Row(measure, measure.case, ""))
    return [Standing(plan, progress(measures[plan.pk])) for plan in plans]

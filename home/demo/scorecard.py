"""The demo's scorecard and unit plan: goals, three years of measurements, a survey, a red one with a case, and an
agreement, through the domain methods and at the times they would have come."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cases.models import Action, Case
from handbook.models import Document
from organisation import clock
from organisation.models import Unit, User
from results import measuring, perspective_register
from results.models import Goal, Indicator, Measurement, Perspective, PlanMeasure, SurveyImport, UnitPlan
from results.models.plan_measure import proposed
from results.periods import Period
from results.survey import reading

from .organisation import read

FILE = "scorecard.toml"
YEARS = 3
DAYS_AFTER = 9  # the period is over
SHOWN = ("asker", "hjemme", "sykehjem", "plan")  # the units with all their history; of the rest, the newest periods
NEWEST = 2
LIMITS = ("target", "green", "yellow")


@transaction.atomic
def load_scorecard() -> None:
    """Make it all. When there are goals already, they are left alone."""
    perspective_register.load()
    if not Goal.objects.exists():
        Loader().load()


class Loader:
    """Reads scorecard.toml."""

    def __init__(self) -> None:
        self.data = read(FILE)
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        self.perspectives = {perspective.name: perspective for perspective in Perspective.objects.all()}
        self.director = self.people["radmann"]
        self.goals: dict[str, Goal] = {}

    def load(self) -> None:
        rows = []
        with _at(clock.today() - datetime.timedelta(365 * YEARS + 60)):
            for facts in self.data["goal"]:
                goal = self._goal(facts)
                rows += [(self._indicator(goal, told), told) for told in facts["indicator"]]
        for indicator, told in rows:
            self._measure(indicator, told)
        self._survey()
        for indicator, told in rows:
            if "case" in told:
                self._open_case(indicator, told["case"])
        self._plan()

    def _goal(self, facts: dict[str, Any]) -> Goal:
        year = clock.today().year
        goal = Goal.begin(
            self.director,
            unit=self.units[facts["unit"]],
            perspective=self.perspectives[facts["perspective"]],
            owner=self.people[facts["owner"]],
            title=facts["title"],
            why=facts["why"],
            first_year=year,
            last_year=year + YEARS + 2,
            parent=self.goals.get(facts.get("serves", "")),
        )
        self.goals[goal.title] = goal
        return goal

    def _indicator(self, goal: Goal, told: dict[str, Any]) -> Indicator:
        facts = {name: told[name] for name in ("name", "how", "measure", "direction", "frequency") if name in told}
        facts |= {name: Decimal(value) for name, value in zip(LIMITS, told["limits"], strict=True)}
        facts["lowest"], facts["highest"] = (Decimal(end) for end in told["range"]) if "range" in told else (None, None)
        facts["figure"] = told.get("figure", "")
        facts["source"] = told.get("source", "figure" if "figure" in told else "hand")
        page = Document.objects.filter(number=told["page"]).first() if "page" in told else None
        owner = self.people[told["owner"]]
        return Indicator.begin(
            self.director,
            goal,
            owner=owner,
            common=told.get("common", False),
            page=page.page if page else None,
            **facts,
        )

    def _measure(self, indicator: Indicator, told: dict[str, Any]) -> None:
        newest = indicator.expected(clock.today())
        if indicator.known_figure:
            for back in range(2 * NEWEST, -1, -1):
                self._count(indicator, newest.shifted(-back), all_units=back < NEWEST)
            return
        values = [Decimal(value) for value in told["values"]]
        late = 1 if indicator.name == self.data["survey"]["indicator"] else 0  # the newest comes by the survey
        for place, value in enumerate(values):
            period = newest.shifted(place + 1 - len(values) - late)
            with _at(period.last + datetime.timedelta(DAYS_AFTER)):
                for number, unit in enumerate(indicator.units()):
                    if unit.code not in SHOWN and place < len(values) - NEWEST:
                        continue
                    step = Decimal((number * 7) % 11 - 5) / 5 * Decimal(told.get("spread", 0))
                    found = self._within(indicator, value + (step if unit != indicator.goal.unit else 0))
                    by = indicator.owner if unit == indicator.goal.unit else unit.leader or self.director
                    Measurement.record(by, indicator, unit, period, value=found, source=indicator.source)

    def _within(self, indicator: Indicator, value: Decimal) -> Decimal:
        value = min(value, indicator.highest) if indicator.highest is not None else value
        return round(max(value, indicator.lowest) if indicator.lowest is not None else value, 1)

    def _count(self, indicator: Indicator, period: Period, *, all_units: bool) -> None:
        with _at(period.last + datetime.timedelta(1)):
            for unit in indicator.units() if all_units else indicator.units().filter(code__in=SHOWN):
                try:
                    measuring.count(None, indicator, unit, period)
                except ValidationError:  # nothing to count
                    continue

    def _survey(self) -> None:
        facts = self.data["survey"]
        by = self.people[facts["by"]]
        indicator = Indicator.objects.get(name=facts["indicator"])
        period = indicator.expected(clock.today())
        told = [cells[0].casefold() for cells in facts["lines"]]
        rest = [unit.name for unit in indicator.units() if not any(name in unit.name.casefold() for name in told)]
        lines = [["Undersøkelse blant brukere og pårørende"], [], ["Enhet", indicator.name, "Antall svar"]]
        lines += [*facts["lines"], *([name, facts["usual"], "57"] for name in rest)]
        content = "\r\n".join(";".join(cells) for cells in lines).encode("cp1252")
        with _at(period.last + datetime.timedelta(40)):
            found = SurveyImport.keep(
                by, name=facts["name"], content=reading.read(content).as_data(), period=period.code
            )
            found.confirm(by)

    def _open_case(self, indicator: Indicator, told: dict[str, Any]) -> None:
        newest = Measurement.objects.filter(indicator=indicator).order_by("-last").first()
        if newest is None or not newest.is_to_settle:
            return
        day = newest.last + datetime.timedelta(DAYS_AFTER + 3)
        probability, consequence = told["risk"]
        with _at(day):
            newest.open_case(
                self.people["leder"],
                title=told["title"],
                description=told["description"],
                probability=probability,
                consequence=consequence,
                handler=self.people["leder"],
                deadline=max(clock.today() + datetime.timedelta(90), timezone.localdate() + datetime.timedelta(20)),
                measure=told["measure"],
            )

    def _plan(self) -> None:
        facts, year = self.data["plan"], timezone.localdate().year
        unit, leader = self.units[facts["unit"]], self.people[facts["leader"]]
        first = datetime.date(year, 1, 1)
        with _at(first + datetime.timedelta(12)):
            plan = UnitPlan.begin(leader, unit=unit, year=year)
            plan.change(leader, **{name: facts[name] for name in ("priorities", "commitment", "support")})
            for told in facts["measures"]:
                self._add(plan, told, first)
            if case := proposed(leader, plan).filter(kind=Case.Kind.ROS_MEASURE).first():
                PlanMeasure.take_in(leader, plan, case)
            plan.sign(leader)
        with _at(first + datetime.timedelta(16)):
            plan.agree(self.people[facts["above"]])
        self._carry_out(plan, first)
        draft = UnitPlan.begin(leader, unit=unit, year=year + 1, copied=True)
        draft.change(leader, priorities=facts["next"])

    def _add(self, plan: UnitPlan, told: dict[str, Any], first: datetime.date) -> None:
        probability, consequence = told["risk"]
        PlanMeasure.add(
            plan.leader,
            plan,
            text=told["text"],
            goal=self.goals.get(told.get("goal", "")),
            responsible=self.people[told["responsible"]],
            deadline=max(first + datetime.timedelta(told["day"]), clock.today()),
            probability=probability,
            consequence=consequence,
        )

    def _carry_out(self, plan: UnitPlan, first: datetime.date) -> None:
        """What was done of it, evaluated and closed, when that is in the past."""
        for told in self.data["plan"]["measures"]:
            day = first + datetime.timedelta(told.get("done", 400))
            if day + datetime.timedelta(60) > timezone.localdate():
                continue
            case = Case.objects.get(pk=plan.measures.get(text=told["text"]).case_id)
            with _at(day):
                for action in case.actions.all():
                    action.complete(action.responsible, note=told["note"])
            with _at(day + datetime.timedelta(60)):
                for action in case.actions.all():
                    action.evaluate(plan.leader, effect=Action.Effect.EFFECTIVE, note=told["note"])
                Case.objects.get(pk=case.pk).close(plan.leader, residual_probability=2, residual_consequence=2)


@contextmanager
def _at(day: datetime.date) -> Iterator[None]:
    """Time is ten o'clock that day, never later than now."""
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))
    with clock.set_to(min(moment, timezone.now())):
        yield

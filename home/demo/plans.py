"""The demo's maturity, profile, action plan, memberships and roll-out, made through the domain methods, at the times told."""

import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from cases.models import Action
from handbook.models import Document, IntroductionPlan, PlanStep, PlanUnit
from organisation import clock
from organisation.models import Unit, User
from results import area_register
from results.models import (
    ActionPlan,
    MaturityArea,
    MaturityScore,
    Network,
    NetworkEvaluation,
    PlanItem,
    ProfileAnalysis,
    ProfileElement,
)
from results.models.profile import Entry

from .organisation import read

FILE = "plans.toml"
DAYS_IN_MONTH = 30


def load_plans() -> None:
    """Make what is not there yet."""
    PlansLoader().load()


class PlansLoader:
    """Reads plans.toml. What is there already is left alone."""

    def __init__(self) -> None:
        self.data = read(FILE)
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        self.today = clock.today()

    def load(self) -> None:
        area_register.load()
        areas = {area.code: area for area in MaturityArea.objects.all()}
        for row in self.data["maturity"]:
            self._maturity(row, areas)
        for row in self.data["maturity_case"]:
            self._maturity_case(row, areas)
        for row in self.data["profile"]:
            self._profile(row)
        for row in self.data["action_plan"]:
            self._action_plan(row)
        for row in self.data["network"]:
            self._network(row)
        for row in self.data["rollout"]:
            self._rollout(row)

    def _maturity(self, row: dict[str, Any], areas: dict[str, MaturityArea]) -> None:
        """Three years back: assessed in November, this year a fortnight ago at the latest."""
        unit, by = self.units[row["unit"]], self.people[row["by"]]
        if MaturityScore.objects.filter(unit=unit).exists():
            return
        for place, year in enumerate(range(self.today.year - 2, self.today.year + 1)):
            last = self.today - datetime.timedelta(14) if year == self.today.year else datetime.date(year, 11, 20)
            with clock.set_to(_at(last)):
                for code, *levels, ambition, months, evidence in row["areas"]:
                    now = levels[place]
                    reached = last + datetime.timedelta(DAYS_IN_MONTH * max(months, 1))
                    if place == 2 and months < 0:
                        reached = datetime.date(year, 10, 1)
                    MaturityScore.assess(
                        by,
                        unit=unit,
                        area=areas[code],
                        year=year,
                        now=now,
                        ambition=max(ambition, now),
                        reached_by=reached if ambition > now else None,
                        evidence=evidence if place == 2 else row["before"][place],
                    )

    def _maturity_case(self, row: dict[str, Any], areas: dict[str, MaturityArea]) -> None:
        score = MaturityScore.objects.select_related("unit", "area").get(
            unit=self.units[row["unit"]], area=areas[row["area"]], year=self.today.year
        )
        if score.case_id is None:
            with clock.set_to(_at(self.today - datetime.timedelta(12))):
                score.follow_up(
                    score.assessed_by,
                    measure=row["measure"],
                    responsible=self.people[row["responsible"]],
                    deadline=self.today + datetime.timedelta(row["days"]),
                    probability=row["probability"],
                    consequence=row["consequence"],
                )

    def _profile(self, row: dict[str, Any]) -> None:
        """The earlier years are put in with this year's, from the old reports."""
        unit, by = self.units[row["unit"]], self.people[row["by"]]
        if ProfileAnalysis.objects.filter(unit=unit, title=row["title"]).exists():
            return
        years = [*row["years"], self.today.year]
        with clock.set_to(_at(self.today - datetime.timedelta(30))):
            analysis = ProfileAnalysis.begin(
                by,
                title=row["title"],
                about=row["about"],
                unit=unit,
                lowest=Decimal(row["scale"][0]),
                highest=Decimal(row["scale"][1]),
            )
            for name, about, first, *_values in row["elements"]:
                ProfileElement.add(
                    by, analysis, name=name, about=about, first_year={0: years[0], 9999: years[-1]}.get(first, first)
                )
        elements = {element.name: element for element in analysis.elements.all()}
        for place, year in enumerate(years):
            with clock.set_to(_at(self.today - datetime.timedelta(29))):
                entries = [
                    Entry(elements[name], reason=value)
                    if isinstance(value, str)
                    else Entry(elements[name], Decimal(str(value)))
                    for name, _about, _first, *values in row["elements"]
                    if (value := values[place]) != ""
                ]
                analysis.enter(by, year, entries)

    def _action_plan(self, row: dict[str, Any]) -> None:
        """Decided by whom it is told, and carried out as it is told."""
        unit, by = self.units[row["unit"]], self.people[row["by"]]
        if ActionPlan.objects.filter(unit=unit, title=row["title"]).exists():
            return
        document = Document.objects.select_related("page").filter(number=row["page"]).first()
        with clock.set_to(self._moment(row["from"])):
            plan = ActionPlan.begin(
                by,
                title=row["title"],
                why=row["why"],
                unit=unit,
                owner=self.people[row["owner"]],
                first_day=self._day(row["from"]),
                last_day=self._day(row["to"]),
                page=document.page if document else None,
            )
            for goal, text, responsible, days, probability, consequence, *_rest in row["items"]:
                PlanItem.add(
                    by,
                    plan,
                    goal=goal,
                    text=text,
                    responsible=self.people[responsible],
                    deadline=self._day(days),
                    probability=probability,
                    consequence=consequence,
                )
        with clock.set_to(self._moment(row["decided"])):
            plan.decide(by)
        for item, told in zip(plan.items.select_related("case"), row["items"], strict=True):
            if item.case and told[6]:
                self._carry_out(item.case.actions.get(), plan.owner, *told[6:])

    def _carry_out(self, action: Action, evaluator: User, ago: int, note: str, effect: str) -> None:
        with clock.set_to(self._moment(-ago)):
            action.complete(action.responsible, note=note)
        with clock.set_to(self._moment(20 - ago)):
            action.evaluate(evaluator, effect=effect, note=note)

    def _network(self, row: dict[str, Any]) -> None:
        """Written down three years ago, and looked at since as it is told."""
        unit, contact = self.units[row["unit"]], self.people[row["contact"]]
        if Network.objects.filter(unit=unit, name=row["name"]).exists():
            return
        manager = self.people["kvalitet"]
        with clock.set_to(self._moment(-1000)):
            network = Network.add(
                manager,
                name=row["name"],
                kind=row["kind"],
                purpose=row["purpose"],
                benefit=row.get("benefit", ""),
                unit=unit,
                contact=contact,
                organisation=row["organisation"],
                address=row.get("address", ""),
                first_day=datetime.date(row["since"], 1, 1),
                yearly_cost=Decimal(row["cost"]),
                evaluate_on=self._day(row["evaluate"]),
            )
        if "evaluated" in row:
            ago, verdict, note = row["evaluated"]
            leaves = verdict == NetworkEvaluation.Verdict.LEAVE
            days = {"last_day": self._day(row["left"])} if leaves else {"evaluate_on": self._day(row["evaluate"])}
            with clock.set_to(self._moment(-ago)):
                network.evaluate(manager, verdict=verdict, note=note, **days)

    def _rollout(self, row: dict[str, Any]) -> None:
        """The plan is there; it is put out to the units, and each has come as far as it is told."""
        plan = IntroductionPlan.objects.filter(title=row["plan"]).first()
        if plan is None or plan.units.exists():
            return
        with clock.set_to(self._moment(row["out"])):
            PlanUnit.choose(plan.owner, plan, [self.units[code] for code in row["units"]])
            steps = [
                PlanStep.add(plan.owner, plan, text=text, owner=plan.owner, deadline=self._day(days), by_units=True)
                for text, days in row["steps"]
            ]
        parts = {part.unit.code: part for part in plan.units.select_related("unit")}
        done = sorted(
            ((unit, *tick) for unit, ticks in row["done"].items() for tick in ticks), key=lambda told: told[2]
        )
        for unit, place, days, by, note in done:
            with clock.set_to(self._moment(days)):
                parts[unit].complete(self.people[by], steps[place - 1], note=note)

    def _day(self, days: int) -> datetime.date:
        return self.today + datetime.timedelta(days)

    def _moment(self, days: int) -> datetime.datetime:
        return _at(self._day(days))


def _at(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))

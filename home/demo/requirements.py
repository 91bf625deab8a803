"""The demo's requirements: the register, what the demo handbook answers, and two introduction plans."""

import datetime
from typing import Any

from django.utils import timezone

from handbook import requirement_register
from handbook.models import Coverage, Document, IntroductionPlan, PlanStep, Requirement, Standard
from organisation import clock
from organisation.models import Unit, User

from .organisation import read

MAPPED_AGO = 190


class RequirementLoader:
    """Reads requirements.toml. What is there already is left alone."""

    def __init__(self) -> None:
        self.data = read("requirements.toml")
        self.today = timezone.localdate()
        self.people = {user.username: user for user in User.objects.all()}
        self.manager = self.people["kvalitet"]

    def load(self) -> None:
        """The register, the mappings, what does not apply, and the plans."""
        requirement_register.load()
        self.requirements = {
            (requirement.standard.slug, requirement.clause): requirement
            for requirement in Requirement.objects.select_related("standard")
        }
        with clock.set_to(self.moment(-MAPPED_AGO)):
            self.leave_out()
            self.map()
        for row in self.data["plan"]:
            self.plan(row)

    def moment(self, days: int) -> datetime.datetime:
        day = self.today + datetime.timedelta(days)
        return timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))

    def map(self) -> None:
        documents = {document.number: document for document in Document.objects.select_related("page")}
        there = set(Coverage.objects.values_list("requirement_id", "document_id"))
        for slug, rows in self.data["mapping"].items():
            for clause, numbers, *note in rows:
                requirement = self.requirements[slug, clause]
                for number in numbers.split():
                    if (requirement.pk, documents[number].pk) not in there:
                        Coverage.link(self.manager, requirement, documents[number], *note)

    def leave_out(self) -> None:
        for slug, rows in self.data["not_applicable"].items():
            for clause, reason in rows:
                requirement = self.requirements[slug, clause]
                if requirement.applicable and requirement.version == 1:
                    requirement.set_applicability(self.manager, applicable=False, reason=reason)

    def plan(self, row: dict[str, Any]) -> None:
        standard = Standard.objects.get(slug=row["standard"])
        if IntroductionPlan.objects.filter(standard=standard, title=row["title"]).exists():
            return
        with clock.set_to(self.moment(row["from"])):
            plan = IntroductionPlan.begin(
                self.manager,
                standard=standard,
                title=row["title"],
                unit=Unit.objects.get(code=row["unit"]),
                owner=self.people[row["owner"]],
                goal=row["goal"],
                first_day=self.today + datetime.timedelta(row["from"]),
                target_day=self.today + datetime.timedelta(row["to"]),
                state=IntroductionPlan.State.UNDER_WAY,
            )
            steps = [(step, self.step(plan, step)) for step in row["steps"]]
        for facts, step in steps:
            if "done" in facts:
                with clock.set_to(self.moment(facts["done"])):
                    step.complete(step.owner, note=facts["note"])
        if row["state"] == IntroductionPlan.State.FINISHED:
            with clock.set_to(self.moment(row["to"])):
                plan.change(plan.owner, state=IntroductionPlan.State.FINISHED)

    def step(self, plan: IntroductionPlan, row: dict[str, Any]) -> PlanStep:
        requirement = self.requirements.get((plan.standard.slug, row.get("requirement", "")))
        return PlanStep.add(
            self.manager,
            plan,
            text=row["text"],
            owner=self.people[row["owner"]],
            deadline=self.today + datetime.timedelta(row["deadline"]),
            requirement=requirement,
        )

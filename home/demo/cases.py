"""The demo cases: each walks its road through the domain methods, at the times told."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.models import Action, Case, Category, Cause, Notice
from handbook.models import Document
from organisation import clock
from organisation.models import Unit, User
from organisation.roles import Role

from .organisation import FOLDER, read

NAMESPACE = uuid.UUID("5f0c2a52-6b0f-4f0e-9d0e-0d6f5f1c7a10")


class CaseLoader:
    """Tells the stories of the TOML files through the methods of `Case` and `Action`."""

    def __init__(self) -> None:
        self.today = timezone.localdate()
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.categories = {category.code: category for category in Category.objects.all()}
        self.causes = {cause.code: cause for cause in Cause.objects.all()}
        self.pages = {
            document.number: document.page for document in Document.objects.select_related("page", "page__document")
        }
        self.quality_manager = User.objects.get(username="kvalitet")
        self.service_desk = User.objects.get(username="servicetorg")
        self.people: dict[str, Any] = {}

    def stories(self) -> list[dict[str, Any]]:
        """All stories, the oldest first, so that references follow the time."""
        rows = [row for path in sorted((FOLDER / "cases").glob("*.toml")) for row in read(f"cases/{path.name}")["case"]]
        return sorted(rows, key=lambda row: (-row["ago"], row["time"], row["title"]))

    @transaction.atomic
    def tell(self, story: dict[str, Any]) -> bool:
        """Make the case of a story. False when it is there already."""
        key = uuid.uuid5(NAMESPACE, story["title"])
        if Case.objects.filter(key=key).exists():
            return False
        teller = Teller(self, story, key)
        teller.tell()
        return True

    def person(self, unit: Unit, who: str) -> User:
        """Somebody of the unit: its leader, deputy, handler, or an employee (another each time)."""
        if unit.code not in self.people:
            leader = unit.responsible_leaders()[0]
            people = list(unit.people.filter(is_active=True).order_by("pk")) or [leader]
            self.people[unit.code] = (leader, people, cycle(people))
        leader, people, turn = self.people[unit.code]
        if who == "leader":
            return leader
        if who in ("employee", "reporter"):
            return next(turn)
        wanted = Role.DEPUTY if who == "deputy" else Role.CASE_HANDLER
        holders = [*unit.holders(wanted), *(person for person in people if person != leader)]
        return holders[0] if holders else self.quality_manager


class Teller:
    """One story."""

    def __init__(self, loader: CaseLoader, story: dict[str, Any], key: uuid.UUID) -> None:
        self.loader = loader
        self.story = story
        self.key = key
        self.place = loader.units[story["unit"]]
        self.handling_unit = loader.units[story.get("owner") or story["unit"]]
        self.clock_time = datetime.time.fromisoformat(story["time"])
        self.leader = loader.person(self.handling_unit, "leader")

    @contextmanager
    def day(self, number: int, minutes: int = 0) -> Iterator[None]:
        """Time is `number` days after the report, a little later for each line of that day."""
        date = self.loader.today - datetime.timedelta(self.story["ago"] - number)
        moment = timezone.make_aware(datetime.datetime.combine(date, self.clock_time)) + datetime.timedelta(
            minutes=minutes
        )
        with clock.set_to(moment):
            yield

    def date(self, number: int) -> datetime.date:
        return self.loader.today - datetime.timedelta(self.story["ago"] - number)

    def tell(self) -> None:
        self.report()
        events: list[tuple[int, int, Any]] = []
        story = self.story
        if story["status"] != "received" and "reply" in story:
            events.append((story.get("answer_days", 1), 20, self.assess))
        for number, line in enumerate(story.get("dialogue", [])):
            events.append((line["day"], 40 + number, lambda line=line: self.speak(line)))
        if story.get("root_cause") and story.get("cause"):
            events.append((story.get("answer_days", 1), 90, self.set_cause))
        for number, plan in enumerate(story.get("actions", [])):
            events += self.events_of(plan, number)
        events += self.ending()
        for number, minutes, event in sorted(events, key=lambda item: item[:2]):
            with self.day(number, minutes):
                event()
        Notice.objects.filter(case=self.case, created_at__lt=timezone.now() - datetime.timedelta(14)).mark_read()

    def report(self) -> None:
        story = self.story
        reporter = self.loader.person(self.place, "reporter")
        facts: dict[str, Any] = {"law_breach": story.get("law", False)}
        if story["channel"] == "phone":
            self.record()
            return
        if story["kind"] not in Case.REPORTABLE:
            reporter = self.loader.quality_manager
        with self.day(0):
            self.case = Case.report(
                reporter,
                key=self.key,
                kind=story["kind"],
                title=story["title"],
                description=story["text"],
                place=self.place,
                page=self.loader.pages.get(story.get("page", "")),
                channel=story["channel"],
                sealed=story.get("sealed", False),
                category=self.loader.categories[story["category"]],
                consequence=story.get("consequence"),
                occurred_at=clock.now() - datetime.timedelta(hours=2),
                **facts,
            )
        self.route()

    def record(self) -> None:
        """An inhabitant called, and the service desk sorted it at once."""
        story, desk = self.story, self.loader.service_desk
        with self.day(0):
            self.case = Case.take_in(
                channel=Case.Channel.PHONE,
                kind=story["kind"],
                title=story["title"],
                description=story["text"],
                unit=Unit.objects.get(depth=1),
                key=self.key,
                by=desk,
                consequence=story.get("consequence"),
                law_breach=story.get("law", False),
                occurred_at=clock.now() - datetime.timedelta(hours=2),
            )
            self.case.triage(
                desk,
                unit=self.handling_unit,
                kind=story["kind"],
                title=story["title"],
                category=self.loader.categories[story["category"]],
                sealed=story.get("sealed", False),
            )

    def route(self) -> None:
        """To the unit the story says."""
        if self.case.unit_id != self.handling_unit.pk:
            by = self.case.unit.responsible_leaders()[0]
            with self.day(0, 30):
                self.case.reassign(by, unit=self.handling_unit, reason="Saken hører til hos dere.")

    def assess(self) -> None:
        """The first answer; what is never scored (rejected, a duplicate) is only answered."""
        if self.story["kind"] != Case.Kind.POSITIVE and "probability" not in self.story:
            answer = self.case.write if self.case.has_correspondent else self.case.say
            answer(self.leader, self.story["reply"])
            return
        handler = (
            self.loader.person(self.handling_unit, "handler") if len(self.story["title"]) % 3 == 0 else self.leader
        )
        self.case.assess(
            self.leader,
            probability=self.story.get("probability"),
            consequence=self.story.get("consequence"),
            law_breach=self.story.get("law", False),
            handler=handler,
            answer=self.story["reply"].strip(),
        )

    def set_cause(self) -> None:
        if self.case.is_open:
            self.case.set_cause(
                self.leader,
                root_cause=self.story["root_cause"],
                cause=self.loader.causes[self.story["cause"]],
                whys=self.story.get("whys", []),
            )

    def speak(self, line: dict[str, Any]) -> None:
        people = {"reporter": self.case.reporter, "handler": self.case.handler or self.leader, "leader": self.leader}
        if line["who"] == "reporter" and self.case.has_correspondent:
            self.case.hear(line["text"])
            return
        speaker = people.get(line["who"]) or self.loader.person(self.place, "employee")
        self.case.refresh_from_db()
        self.case.say(speaker, line["text"])

    def events_of(self, plan: dict[str, Any], number: int) -> list[tuple[int, int, Any]]:
        answered = self.story.get("answer_days", 1)
        added = max(answered, min(plan.get("done", plan["days"]), plan["days"], answered + 2))
        previous = self.story["actions"][number - 1] if number else {}
        if previous.get("effect") == "not_effective":
            added = max(added, previous["evaluated"])
        events: list[tuple[int, int, Any]] = [(added, 120 + number, lambda: self.add_action(plan))]
        if "done" in plan:
            events.append((max(plan["done"], added), 200 + number, lambda: self.complete(plan)))
        if "effect" in plan:
            events.append((plan["evaluated"], 300 + number, lambda: self.evaluate(plan)))
        return [(min(day, self.story["ago"]), minutes, event) for day, minutes, event in events]

    def add_action(self, plan: dict[str, Any]) -> None:
        responsible = self.loader.person(self.handling_unit, plan["who"])
        deadline = max(self.date(plan["days"]), clock.today())
        plan["action"] = Action.add(
            self.leader,
            self.case,
            kind=plan["kind"],
            text=plan["text"],
            responsible=responsible,
            deadline=deadline,
            evaluation_date=max(self.date(plan["evaluated"]), deadline) if "evaluated" in plan else None,
            cost=plan.get("cost"),
            hours=plan.get("hours"),
        )

    def complete(self, plan: dict[str, Any]) -> None:
        plan["action"].complete(plan["action"].responsible, note=plan["note"])

    def evaluate(self, plan: dict[str, Any]) -> None:
        action = plan["action"]
        action.refresh_from_db()
        above = [person for unit in self.handling_unit.get_ancestors() for person in unit.responsible_leaders()]
        candidates = [self.leader, self.case.handler, self.loader.quality_manager, *reversed(above)]
        by = next(person for person in candidates if person and action.may_evaluate(person))
        action.evaluate(by, effect=plan["effect"], note=plan["effect_note"])

    def ending(self) -> list[tuple[int, int, Any]]:
        story, last = self.story, self.story["ago"]
        if story["status"] == "closed":
            days = [plan.get("evaluated", plan.get("done", 0)) for plan in story.get("actions", [])]
            day = min(
                max([story.get("answer_days", 1), *days, *(line["day"] for line in story.get("dialogue", []))]) + 1,
                last,
            )
            ending = [(day, 400, self.close)]
            if story.get("reopened"):
                ending += [(min(day + 20, last), 410, self.reopen), (min(day + 34, last), 420, self.close)]
            return ending
        endings = {"rejected": self.reject, "duplicate": self.duplicate, "taken_over": self.take_over}
        if story["status"] in endings:
            return [(min(story.get("answer_days", 1) + 1, last), 400, endings[story["status"]])]
        return []

    def close(self) -> None:
        residual = self.story.get("residual") or [None, None]
        self.case.close(
            self.leader,
            residual_probability=residual[0],
            residual_consequence=residual[1],
            page_outcome=self.story.get("page_outcome", ""),
            page_outcome_note=self.story.get("page_note", ""),
            lesson=self.story.get("lesson", ""),
            material_for=self.material_for(),
            highlighted=self.case.level == Case.Level.DIRECTOR,
        )

    def material_for(self) -> list[str]:
        """Employees always; what went to the municipal director is for politicians and employer too."""
        of_director = [Case.Audience.POLITICIANS, Case.Audience.EMPLOYER]
        return [Case.Audience.EMPLOYEES, *(of_director if self.case.level == Case.Level.DIRECTOR else [])]

    def reopen(self) -> None:
        self.case.reopen(self.leader, reason=self.story.get("reason") or "Det skjedde igjen.")

    def reject(self) -> None:
        self.case.reject(self.leader, reason=self.story["reason"])

    def duplicate(self) -> None:
        other = Case.objects.get(key=uuid.uuid5(NAMESPACE, self.story["duplicate_of"]))
        self.case.mark_duplicate(self.leader, of=other, reason=self.story["reason"])

    def take_over(self) -> None:
        self.case.take_over(
            self.leader,
            system=self.story["system"],
            external_id=self.story["external_id"],
            reason=self.story["reason"],
        )

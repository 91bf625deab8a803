"""The demo's risk assessments: begun, decided, followed up and revised through the domain methods, at the times told."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases.models import Action, Case, Notice
from handbook.models import Document
from organisation import clock
from organisation.models import Unit, User
from organisation.roles import Role
from risk import template_register
from risk.models import Acceptance, Assessment, Control, Link, Risk, Subject, Template

from .organisation import read

FILE = "risks.toml"
DAYS_OF_WORK = 12
TEXTS = ("aspect", "threat", "preventive", "limiting")
NOTED = datetime.timedelta(14)


class RiskLoader:
    """Reads risks.toml. What is there already is left alone."""

    def __init__(self) -> None:
        template_register.load()
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        self.quality_manager = Unit.objects.municipality().holders(Role.QUALITY_MANAGER)[0]
        self.templates = {template.name: template for template in Template.objects.all()}
        self.controls = {control.code: control for control in Control.objects.all()}
        self.pages = {
            document.number: document.page for document in Document.objects.select_related("page", "page__document")
        }
        self.data = read(FILE)
        self._load_subjects()
        self.subjects = {subject.name: subject for subject in Subject.objects.all()}

    def assessments(self) -> list[dict[str, Any]]:
        """The first begun comes first, so that case references follow the time."""
        return sorted(self.data["assessment"], key=lambda row: -row.get("ago", row.get("begun", 0)))

    @transaction.atomic
    def load(self, row: dict[str, Any]) -> bool:
        """Make one assessment with all that has become of it. False when it is there already."""
        if Assessment.objects.filter(title=row["title"]).exists():
            return False
        Told(self, row).tell()
        return True

    def _load_subjects(self) -> None:
        for kind, name, description, unit, owner, weight in self.data["subject"]:
            facts = {"description": description, "owner": self.people[owner], "weight": weight}
            if not Subject.objects.filter(kind=kind, name=name, unit=self.units[unit]).exists():
                Subject(kind=kind, name=name, unit=self.units[unit], **facts).save_by(self.quality_manager)


class Told:
    """One assessment and its next version."""

    def __init__(self, loader: RiskLoader, row: dict[str, Any]) -> None:
        self.loader = loader
        self.row = row
        self.leader = loader.people[row["leader"]]
        self.unit = loader.units[row["unit"]]
        self.decider = self.unit.holders(Role.UNIT_LEADER)[0]

    def tell(self) -> None:
        ago = self.row.get("ago")
        with _day(self.row.get("begun", (ago or 0) + DAYS_OF_WORK)):
            assessment = self._begin()
            rows = [self._fill(assessment, told) for told in self.row["rows"]]
            self._remove_the_rest(assessment, rows)
        if ago is None:
            return
        self._decide(assessment, ago)
        self._follow_up(rows, self.row["rows"], ago)
        if again := self.row.get("again"):
            self._revise(assessment, rows, again)

    def _begin(self) -> Assessment:
        template = self.loader.templates[self.row["template"]]
        assessment = Assessment.begin(
            self.decider,
            unit=self.unit,
            template=template,
            title=self.row["title"],
            use=template.use,
            sub_kind=self.row.get("sub_kind", template.sub_kind),
            leader=self.leader,
            leader_function=self.leader.job_title,
            scope=self.row.get("scope", ""),
            subject=self.loader.subjects[self.row["subject"]] if "subject" in self.row else None,
            restricted=self.row.get("restricted", False),
        )
        for who, function in self.row["participants"]:
            user = self.loader.people.get(who)
            name = "" if user else who
            assessment.add_participant(self.decider, user=user, name=name, function=function)
        return assessment

    def _fill(self, assessment: Assessment, told: dict[str, Any]) -> Risk:
        """A row of the template with what the group said of it, or a row of their own."""
        values = self._values(told)
        if "of" in told:
            row = assessment.rows.get(place=told["of"])
            row.write(self.leader, **values)
        else:
            row = Risk.add(self.leader, assessment, **values)
        self._tie(row, told)
        return row

    def _values(self, told: dict[str, Any]) -> dict[str, Any]:
        """The cells that are said; a score of 0 is one that nobody has set yet."""
        values = {name: told[name] for name in TEXTS if name in told}
        values["probability"], values["consequence"] = (score or None for score in told["now"])
        if "after" in told:
            values["residual_probability"], values["residual_consequence"] = told["after"]
        values["law_breach"] = told.get("law", False)
        if "responsible" in told:
            values["responsible"] = self.loader.people[told["responsible"]]
        if "deadline" in told:
            values["deadline"] = clock.today() + datetime.timedelta(told["deadline"] + DAYS_OF_WORK)
        return values

    def _tie(self, row: Risk, told: dict[str, Any]) -> None:
        for number in told.get("pages", []):
            Link.tie(self.leader, row, page=self.loader.pages[number])
        for code in told.get("controls", []):
            Link.tie(self.leader, row, control=self.loader.controls[code])

    def _remove_the_rest(self, assessment: Assessment, kept: list[Risk]) -> None:
        for row in assessment.rows.exclude(pk__in=[row.pk for row in kept]):
            row.remove(self.leader)

    def _decide(self, assessment: Assessment, ago: int) -> None:
        with _day(ago):
            assessment.decide(self.decider)

    def _revise(self, assessment: Assessment, rows: list[Risk], again: dict[str, Any]) -> None:
        """The next version: what is said of last time's rows by their order there, and new ones."""
        with _day(again["ago"] + DAYS_OF_WORK):
            revised = assessment.revise(self.decider)
            by_key = {row.key: row for row in revised.rows.all()}
            told = again["rows"] + again["new"]
            follow = [by_key[rows[facts["row"] - 1].key] for facts in again["rows"]]
            for row, facts in zip(follow, again["rows"], strict=True):
                row.write(self.leader, **self._values(facts))
                self._tie(row, facts)
            follow += [self._fill(revised, facts) for facts in again["new"]]
        self._decide(revised, again["ago"])
        self._follow_up(follow, told, again["ago"])

    def _follow_up(self, rows: list[Risk], told: list[dict[str, Any]], decided: int) -> None:
        """What was done in the cases, and what was accepted and confirmed, in the order of time."""
        events: list[tuple[int, Callable[[], None]]] = []
        for row, facts in zip(rows, told, strict=True):
            row.refresh_from_db()
            events += RowStory(self, row, facts, decided).events()
        for ago, event in sorted(events, key=lambda pair: -pair[0]):
            with _day(ago, hour=14):
                event()


class RowStory:
    """What became of one row after the decision."""

    def __init__(self, told: Told, row: Risk, facts: dict[str, Any], decided: int) -> None:
        self.told, self.row, self.facts, self.decided = told, row, facts, decided

    def events(self) -> list[tuple[int, Callable[[], None]]]:
        """How many days ago, and what."""
        steps = {
            "started": self.do_the_first,
            "done": self.do_everything,
            "evaluated": self.evaluate,
            "closed": self.close,
            "confirmed": self.confirm,
        }
        found = [(self.decided - self.facts[name], step) for name, step in steps.items() if name in self.facts]
        if "accepted" in self.facts:
            found.append((self.decided - self.facts["accepted"]["after"], self.accept))
        return found

    @property
    def case(self) -> Case:
        """Its case, as it is now."""
        return Case.objects.get(pk=self.row.case_id)

    def do_the_first(self) -> None:
        self._complete(self.case.actions.order_by("pk")[:1])

    def do_everything(self) -> None:
        self._complete(self.case.actions.order_by("pk"))

    def _complete(self, actions: Any) -> None:
        for action in actions:
            action.complete(action.responsible, note=self.facts["note"])

    def evaluate(self) -> None:
        others = [self.told.leader, self.told.decider, self.told.loader.quality_manager]
        for action in self.case.actions.order_by("pk"):
            by = next(person for person in others if action.may_evaluate(person))
            action.evaluate(by, effect=Action.Effect.EFFECTIVE, note=self.facts["found"])

    def close(self) -> None:
        probability, consequence = self.facts["after"]
        self.case.close(self.told.decider, residual_probability=probability, residual_consequence=consequence)

    def confirm(self) -> None:
        probability, consequence = self.facts["after"]
        self.row.confirm_residual(self.told.leader, probability=probability, consequence=consequence)

    def accept(self) -> None:
        accepted = self.facts["accepted"]
        until = clock.today() + datetime.timedelta(accepted["days"])
        Acceptance.give(self.told.decider, self.row, reason=accepted["reason"], until=until)


@contextmanager
def _day(ago: int, hour: int = 10) -> Iterator[None]:
    """Time is so many days ago, never later than now."""
    day = timezone.localdate() - datetime.timedelta(ago)
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour)))
    with clock.set_to(min(moment, timezone.now())):
        yield


def mark_old_notices() -> None:
    """What was told more than two weeks ago is read."""
    Notice.objects.filter(case__channel=Case.Channel.ROS, created_at__lt=timezone.now() - NOTED).mark_read()

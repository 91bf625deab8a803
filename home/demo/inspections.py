"""The demo's inspections, municipal controls and self-checks, told through the domain methods at the times they happened."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits import authority_register
from audits.models import Authority, CheckQuestion, Inspection, InspectionFinding, SelfCheck, Sheet
from cases.models import Action, Case, Cause
from handbook.models import Document
from organisation import clock
from organisation.models import Unit, User
from organisation.roles import Role
from risk import template_register
from risk.models import Control

from .organisation import read

FILE = "inspections.toml"
DAYS_UNTIL_ASSESSED, DAYS_UNTIL_DONE, DAYS_UNTIL_EVALUATED = 2, 30, 45


class InspectionLoader:
    """Reads inspections.toml. What is there already is left alone."""

    def __init__(self) -> None:
        authority_register.load()
        template_register.load()
        self.data = read(FILE)
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        self.authorities = {authority.name: authority for authority in Authority.objects.all()}
        self.controls = {control.code: control for control in Control.objects.all()}
        self.pages = {document.number: document for document in Document.objects.in_force().select_related("page")}

    def rows(self) -> list[dict[str, Any]]:
        """The first to begin comes first, so that case references follow the time."""
        return sorted(self.data["inspection"], key=lambda row: -row["notice"])

    @transaction.atomic
    def load(self, row: dict[str, Any]) -> bool:
        """Make one inspection with all that has become of it. False when it is there already."""
        if Inspection.objects.filter(title=row["title"]).exists():
            return False
        by = self.people[row["by"]]
        with _day(row["notice"]):
            inspection = self._register(by, row)
        if "visit" in row and row["visit"][0] > 0:
            with _day(row["visit"][-1]):
                inspection.record_visit(by, first=_date(row["visit"][0]), last=_date(row["visit"][-1]))
        if "report" in row:
            self._report(by, inspection, row)
        return True

    def _register(self, by: User, row: dict[str, Any]) -> Inspection:
        texts = ("kind", "title", "law", "scope", "orderer", "control_type", "contact")
        facts: dict[str, Any] = {name: row[name] for name in (*texts, "their_reference", "restricted") if name in row}
        if "authority" in row:
            facts["authority"] = self.authorities[row["authority"]]
        if "visit" in row and row["visit"][0] < 0:
            facts["visit_from"] = _date(row["visit"][0])
        facts["archive_reference"] = row.get("archive_reference", "")
        involved = [self.units[code] for code in row.get("involved", [])]
        return Inspection.register(by, unit=self.units[row["unit"]], involved=involved, **facts)

    def _report(self, by: User, inspection: Inspection, row: dict[str, Any]) -> None:
        with _day(row["report"]):
            for told in row["finding"]:
                own = {"deadline": _date(told["own"])} if "own" in told else {}
                facts = {name: told[name] for name in ("grade", "number", "words", "basis")}
                document = self.pages.get(told.get("page", ""))
                unit = self.units[told["unit"]]
                InspectionFinding.add(by, inspection, unit=unit, document=document, **facts, **own)
            inspection.record_report(by, report_date=clock.today(), answer_deadline=_date(row["deadline"]))
        for finding, told in zip(inspection.findings.select_related("case__unit"), row["finding"], strict=True):
            if finding.case and "follow" in told:
                FollowedUp(finding.case, row["report"]).until(told["follow"])
        if "council" in row:
            ago, resolution, back = row["council"]
            with _day(ago):
                inspection.record_council(by, day=_date(ago), resolution=resolution, report_back=_date(back))
        if "answered" in row:
            ago, text = row["answered"]
            with _day(ago):
                inspection.write_answer(by, text=text, day=_date(ago))
        if "closed" in row:
            ago, note = row["closed"]
            with _day(ago):
                inspection.close(by, day=_date(ago), note=note)

    @transaction.atomic
    def load_self_check(self, row: dict[str, Any]) -> bool:
        """Make one round with its answers. False when it is there already."""
        if SelfCheck.objects.filter(title=row["title"]).exists():
            return False
        by = self.people[row["by"]]
        with _day(row["begun"]):
            facts = {name: row[name] for name in ("title", "framework", "about")}
            check = SelfCheck.begin(by, unit=self.units[row["unit"]], **facts)
            for text, basis, page, help_text, code in row["question"]:
                facts = {"text": text, "basis": basis, "help": help_text, "control": self.controls.get(code)}
                CheckQuestion.add(by, check, document=self.pages.get(page), **facts)
        with _day(row["sent"]):
            check.send(by, units=[self.units[code] for code in row["units"]], deadline=_date(row["deadline"]))
        for told in sorted(row["signed"], key=lambda told: -told["ago"]):
            self._sign(check, told)
        if "closed" in row:
            ago, conclusion = row["closed"]
            with _day(ago):
                check.close(by, conclusion=conclusion)
        return True

    def _sign(self, check: SelfCheck, told: dict[str, Any]) -> None:
        sheet = Sheet.objects.select_related("unit", "check_of").get(check_of=check, unit=self.units[told["unit"]])
        leader = sheet.unit.holders(Role.UNIT_LEADER)[0]
        answers = zip(check.questions.all(), told["answers"], told["comments"], strict=True)
        given = {question.pk: {"value": value, "comment": text, "evidence": ""} for question, value, text in answers}
        with _day(told["ago"]):
            sheet.save_answers(leader, given)
            sheet.sign(leader)


class FollowedUp:
    """What the unit did with the case of a finding."""

    def __init__(self, case: Case, received: int) -> None:
        self.case, self.received = case, received
        leaders = case.unit.responsible_leaders()
        self.leader = leaders[0]
        director = Unit.objects.municipality().holders(Role.UNIT_LEADER)[0]
        self.other = next((person for person in [*leaders, director] if person != self.leader), director)

    def until(self, step: str) -> None:
        """Assessed; with measures under way; or closed."""
        with _day(self.received - DAYS_UNTIL_ASSESSED):
            known = {"law_breach": self.case.law_breach, "deadline": self.case.deadline}
            self.case.assess(self.leader, probability=3, consequence=4, handler=self.leader, **known)
        if step == "assessed":
            return
        with _day(self.received - DAYS_UNTIL_ASSESSED):
            cause = Cause.objects.order_by("pk").first()
            self.case.set_cause(self.leader, root_cause="Rutinen var ikke kjent for alle som bruker den.", cause=cause)
            action = Action.add(
                self.leader,
                self.case,
                text="Gå gjennom rutinen i alle grupper, og ta stikkprøver hver måned",
                responsible=self.leader,
                deadline=clock.today() + datetime.timedelta(DAYS_UNTIL_DONE),
            )
        if step == "closed":
            with _day(self.received - DAYS_UNTIL_DONE):
                action.complete(self.leader, note="Gjennomført i alle grupper.")
            with _day(self.received - DAYS_UNTIL_EVALUATED):
                action.evaluate(self.other, effect=Action.Effect.EFFECTIVE, note="Stikkprøvene er uten feil.")
                self.case.refresh_from_db()
                page = {"page_outcome": Case.PageOutcome.CHANGED, "page_outcome_note": "Planen er endret."}
                self.case.close(
                    self.leader,
                    residual_probability=1,
                    residual_consequence=3,
                    **(page if self.case.page_document_id else {}),
                )


def _date(ago: int) -> datetime.date:
    return timezone.localdate() - datetime.timedelta(ago)


@contextmanager
def _day(ago: int) -> Iterator[None]:
    """Time is ten in the morning so many days ago, never later than now."""
    moment = timezone.make_aware(datetime.datetime.combine(_date(ago), datetime.time(10)))
    with clock.set_to(min(moment, timezone.now())):
        yield

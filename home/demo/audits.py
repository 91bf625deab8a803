"""The demo's audits: planned, carried out, reported and followed up through the domain methods, at the times told."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.utils import timezone

from audits import audit_templates, report_content
from audits.models import Audit, AuditFinding, Auditor, AuditQuestion, AuditTemplate, Evidence, Programme
from audits.proposal import Proposals
from audits.question_sources import Kind, of
from cases.models import Action, Case, Cause, Notice
from handbook.models import Document, Requirement, Standard
from organisation import clock
from organisation.models import Unit, User
from organisation.roles import Role

from .organisation import read

FILE = "audits.toml"
PROPOSED_NEXT_YEAR = 3
TEXTS = ("objective", "scope", "criteria", "body")


class AuditLoader:
    """Reads audits.toml. What is there already is left alone."""

    def __init__(self) -> None:
        audit_templates.load()
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {user.username: user for user in User.objects.select_related("unit")}
        municipality = self.units["asker"]
        self.planner = municipality.holders(Role.QUALITY_MANAGER)[0]
        self.director = municipality.holders(Role.UNIT_LEADER)[0]
        self.templates = {template.name: template for template in AuditTemplate.objects.all()}
        self.standards = {standard.slug: standard for standard in Standard.objects.all()}
        self.documents = {document.number: document for document in Document.objects.select_related("page__document")}
        self.causes = {cause.code: cause for cause in Cause.objects.all()}
        self.data = read(FILE)

    def audits(self) -> list[dict[str, Any]]:
        """The first reported comes first, so that case references follow the time."""
        return sorted(self.data["audit"], key=lambda row: -row.get("reported", 0))

    @transaction.atomic
    def load(self, row: dict[str, Any]) -> bool:
        """Make one audit with all that has become of it. False when it is there already."""
        if Audit.objects.filter(title=row["title"]).exists():
            return False
        Told(self, row).tell()
        return True

    def programme(self, year: int) -> Programme:
        """The programme of the year, decided at its beginning once it has audits."""
        with _at(datetime.date(year - 1, 12, 1)):
            return Programme.begin(self.planner, year=year, about=self.data["about"])

    def decide(self) -> None:
        """Decide the programmes that are under way."""
        for programme in Programme.objects.filter(status=Programme.Status.DRAFT, year__lte=clock.today().year):
            with _at(datetime.date(programme.year - 1, 12, 15)):
                programme.propose(self.planner)
                programme.decide(self.director, note=self.data["decision"])

    @transaction.atomic
    def plan_next_year(self) -> None:
        """Next year's programme as a draft, with the first of what is proposed."""
        year = clock.today().year + 1
        if Programme.objects.filter(year=year).exists():
            return
        programme = Programme.begin(self.planner, year=year, about=self.data["next_about"])
        for month, proposal in enumerate(Proposals(self.planner).of_units()[:PROPOSED_NEXT_YEAR], 2):
            Audit.plan(
                self.planner,
                unit=proposal.unit,
                programme=programme,
                title=f"Ledelsessystemet i {proposal.unit}",
                year=year,
                month=month,
                standard=self.standards["iso-9001"],
                template=self.templates["Ledelsessystemet i en enhet (ISO 9001)"],
                reasons=proposal.as_data(),
                points=proposal.points,
            )


class Told:
    """One audit."""

    def __init__(self, loader: AuditLoader, row: dict[str, Any]) -> None:
        self.loader, self.row = loader, row
        self.unit = loader.units[row["unit"]]
        self.lead = loader.people[row["lead"]] if "lead" in row else None
        self.leader = self.unit.responsible_leaders()[0]
        self.audit = self._plan()

    def tell(self) -> None:
        row, by = self.row, self.loader.planner
        if "cancelled" in row:
            self.audit.cancel(by, reason=row["cancelled"])
        if "noticed" in row:
            with _day(row["noticed"]):
                self.audit.notify(by)
        if self.lead is None or "started" not in row:
            return
        with _day(row["started"]):
            self.audit.start(self.lead)
            self._work(self.lead)
        if "reported" in row:
            self._report(self.lead)
        if "closed" in row:
            with _day(row["closed"]):
                self.audit.close(self.lead, note=row["verification"])

    def _plan(self) -> Audit:
        row, loader = self.row, self.loader
        days = [clock.today() - datetime.timedelta(ago) for ago in row.get("held", [])]
        year = days[0].year if days else clock.today().year
        programme = loader.programme(year)
        with _at(datetime.date(year - 1, 12, 5)):
            audit = Audit.plan(
                loader.planner,
                unit=self.unit,
                programme=programme,
                title=row["title"],
                kind=row.get("kind", Audit.Kind.INTERNAL),
                page=loader.documents[row["page"]].page if "page" in row else None,
                standard=loader.standards.get(row.get("standard", "")),
                template=loader.templates.get(row.get("template", "")),
                year=year,
                month=days[0].month if days else row["month"],
                starts_on=days[0] if days else None,
                ends_on=days[1] if days else None,
                restricted=row.get("restricted", False),
                lead=self.lead,
                **{name: row[name] for name in TEXTS if name in row},
            )
            for name in row.get("members", []):
                Auditor.join(loader.planner, audit, user=loader.people[name])
            for name in row.get("outside", []):
                Auditor.join(loader.planner, audit, name=name, function="Revisor")
            self._ask(audit)
        return audit

    def _ask(self, audit: Audit) -> None:
        planner = self.loader.planner
        chosen = [(Kind.TEMPLATES, str(audit.template_id))] if audit.template else []
        chosen += [
            (Kind.PROCEDURES, self.loader.documents[number].document_id) for number in self.row.get("procedures", [])
        ]
        for kind, code in chosen:
            AuditQuestion.add(planner, audit, [row.facts for row in of(kind, audit, planner, code).proposed])

    def _work(self, lead: User) -> None:
        questions = list(self.audit.questions.all())
        for question, (result, note) in zip(questions, self.row["answers"], strict=False):
            question.answer(lead, result=result, note=note)
        for told in self.row.get("evidence", []):
            Evidence.add(lead, question=questions[told["question"] - 1], **_evidence(told))
        for told in self.row["findings"]:
            finding = AuditFinding.write(
                lead,
                self.audit,
                question=questions[told["question"] - 1] if "question" in told else None,
                grade=told["grade"],
                words=told["words"],
                requirement=self._requirement(told),
                basis="" if "clause" in told or told["grade"] == "good" else self.audit.criteria.split("\n")[0],
            )
            if "evidence" in told:
                Evidence.add(lead, finding=finding, **_evidence(told["evidence"]))

    def _requirement(self, told: dict[str, Any]) -> Requirement | None:
        if "clause" not in told:
            return None
        return Requirement.objects.filter(
            standard=self.audit.standard, clause__in=(told["clause"], f"A.{told['clause']}")
        ).get()

    def _report(self, lead: User) -> None:
        row = self.row
        with _day(row["reported"]):
            self.audit.summarise(
                lead,
                summary=row["summary"],
                closing_meeting=self.audit.ends_on,
                closing_note=row["closing_note"],
            )
            self.audit.refresh_from_db()
            self.audit.issue(lead, report_content.of(self.audit))
        for finding, told in zip(self.audit.findings.order_by("pk"), row["findings"], strict=True):
            if "p" in told and finding.case:
                self._follow_up(finding.case, told)

    def _follow_up(self, case: Case, told: dict[str, Any]) -> None:
        """What the unit has done with the case so far."""
        reported = self.row["reported"]
        with _day(reported - 3):
            case.assess(
                self.leader, probability=told["p"], consequence=told["c"], handler=self.leader, deadline=case.deadline
            )
            if "cause" not in told:
                return
            case.set_cause(
                self.leader, root_cause=told["why"], cause=self.loader.causes[told["cause"]], whys=[told["why"]]
            )
            days = told.get("done", reported - 3 + told.get("deadline", 0))
            action = Action.add(
                self.leader,
                case,
                kind=Action.Kind.CORRECTIVE,
                text=told["action"],
                responsible=self.leader,
                deadline=clock.today() + datetime.timedelta(max(days, 1)),
            )
        if "done" in told:
            with _day(reported - 3 - told["done"]):
                action.complete(self.leader, note=told["action"])
        if "closed_after" in told:
            with _day(reported - told["closed_after"]):
                action.refresh_from_db()
                case.refresh_from_db()
                action.evaluate(self.loader.planner, effect=Action.Effect.EFFECTIVE, note=told["effect"])
                case.refresh_from_db()
                case.close(self.leader, residual_probability=1, residual_consequence=told["c"], lesson=told["action"])


def _evidence(told: dict[str, Any]) -> dict[str, Any]:
    facts = {name: told[name] for name in ("kind", "source", "seen")}
    return {**facts, "conforming": told.get("n"), "sample": told.get("m")}


def _day(ago: int) -> Any:
    return _at(timezone.localdate() - datetime.timedelta(ago))


@contextmanager
def _at(day: datetime.date) -> Iterator[None]:
    """Time is ten o'clock on the day, never later than now."""
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))
    with clock.set_to(min(moment, timezone.now())):
        yield


def load_audits() -> None:
    """Every audit of the file, this year's programme decided and next year's as a draft."""
    loader = AuditLoader()
    for row in loader.audits():
        loader.load(row)
    loader.decide()
    loader.plan_next_year()
    _mark_old_notices()


def _mark_old_notices() -> None:
    """What was told of findings more than two weeks ago is read."""
    old = timezone.now() - datetime.timedelta(14)
    Notice.objects.filter(case__channel=Case.Channel.CONTROL, created_at__lt=old).mark_read()

"""The road of an audit: planned, noticed, begun, reported with cases, put right, closed; and who must not."""

import datetime
import os
import shutil
import subprocess
import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from audits import audit_summary, audit_waiting, report_content
from audits.models import Audit, AuditFinding, AuditQuestion, Grade, Report
from cases.models import Action, Case
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from organisation.frozen import checksum_of
from organisation.history import StaleVersion
from organisation.models import Reminder
from tests import factories


def at(name, audit, *more):
    return reverse(f"audits:{name}", args=[audit.pk, *more])


@pytest.fixture
def audit(cast, units):
    return factories.make_audit(cast.quality_manager, units.home_care, cast.auditor)


@pytest.fixture
def begun(cast, units):
    return factories.make_begun_audit(cast.quality_manager, units.home_care, cast.auditor)


class TestPlan:
    def data(self, units, **facts):
        return {
            "key": str(uuid.uuid4()),
            "title": "Nøkler",
            "unit": units.home_care.pk,
            "kind": "internal",
            "year": "2026",
            "lead": "auditor",
            **facts,
        }

    def test_planned_once_however_often_it_is_sent(self, cast, units, login):
        client, data = login(cast.quality_manager), self.data(units)
        for _time in range(2):
            assert client.post(reverse("audits:plan_audit"), data).status_code == 302
        audit = Audit.objects.get()
        assert (audit.title, audit.lead.user, audit.status) == ("Nøkler", cast.auditor, "planned")

    def test_the_questions_of_the_template_come_along(self, cast, units, login):
        template = factories.make_audit_template()
        login(cast.quality_manager).post(reverse("audits:plan_audit"), self.data(units, template=template.pk))
        assert [row.text for row in AuditQuestion.objects.all()] == ["Vis det siste tilfellet."]

    def test_what_is_wrong_is_said_and_kept(self, cast, units, login):
        wrong = self.data(units, kind="certification", starts_on="2026-05-02", ends_on="2026-05-01", scope="Natt")
        answer = login(cast.quality_manager).post(reverse("audits:plan_audit"), wrong)
        assert set(answer.context["form"].errors) == {"body", "ends_on"}
        assert "Natt" in answer.content.decode()

    def test_not_for_those_who_do_not_plan(self, cast, units, login):
        for person in (cast.leader, cast.auditor, cast.reporter, cast.director):
            assert login(person).get(reverse("audits:plan_audit")).status_code == 403
        with pytest.raises(PermissionDenied):
            Audit.plan(cast.leader, unit=units.home_care, title="X")

    def test_two_at_once(self, cast, units, audit, login):
        data = self.data(units, title="Min tittel", version=audit.version)
        audit.change(cast.auditor, title="Den andres tittel")
        answer = login(cast.quality_manager).post(at("change_audit", audit), data)
        assert answer.status_code == 409
        assert "Den andres tittel" in answer.content.decode()

    def test_the_lead_is_changed_and_who_led_stays(self, cast, audit):
        audit.change(cast.quality_manager, lead=cast.outsider)
        audit.refresh_from_db()
        assert audit.lead.user == cast.outsider
        assert audit.team.count() == 2


class TestNotice:
    def test_the_leaders_and_the_team_are_told(self, cast, audit, login):
        login(cast.quality_manager).post(at("notify_audit", audit), {"version": audit.version})
        audit.refresh_from_db()
        assert audit.status == "notified"
        told = set(Reminder.objects.filter(about__startswith="audit-notice").values_list("user__username", flat=True))
        assert told == {"leader", "deputy", "auditor"}

    def test_what_is_missing_is_named(self, cast, units, login):
        bare = Audit.plan(cast.quality_manager, unit=units.home_care, title="Uten plan")
        answer = login(cast.quality_manager).post(at("notify_audit", bare), {"version": bare.version})
        assert len(answer.context["form"].non_field_errors()) == 5
        assert not Reminder.objects.exists()

    def test_not_by_the_units_leader(self, cast, audit):
        with pytest.raises(PermissionDenied):
            audit.notify(cast.leader)

    def test_it_waits_for_the_leader_and_the_auditor(self, cast, audit):
        assert [row.url for row in audit_waiting.of(cast.auditor)] == [audit.get_absolute_url()]
        assert audit_waiting.of(cast.leader) == []
        audit.notify(cast.quality_manager)
        assert [row.deadline for row in audit_waiting.of(cast.leader)] == [audit.starts_on]
        assert audit_waiting.of(cast.colleague) == []

    def test_it_stands_in_the_wheel_unless_it_is_restricted(self, cast, units, audit):
        hidden = factories.make_audit(cast.quality_manager, units.home_care, cast.auditor, restricted=True)
        year = clock.today()
        scope = Scope(cast.leader, year, year + datetime.timedelta(60), everything=True)
        assert gather(scope, Kind.AUDIT) == []
        audit.notify(cast.quality_manager)
        hidden.notify(cast.quality_manager)
        assert [(duty.title, duty.url) for duty in gather(scope, Kind.AUDIT)] == [
            (f"Revisjon: {audit}", audit.get_absolute_url())
        ]
        of_others = Scope(cast.colleague, year, year + datetime.timedelta(60), everything=True)
        assert gather(of_others, Kind.AUDIT) == []

    def test_not_begun_before_it_is_noticed(self, cast, audit):
        with pytest.raises(ValidationError):
            audit.start(cast.auditor)

    def test_begun_by_those_who_take_part_only(self, cast, audit):
        audit.notify(cast.quality_manager)
        for person in (cast.quality_manager, cast.leader, cast.outsider):
            with pytest.raises(PermissionDenied):
                audit.start(person)


class TestCancel:
    def test_with_a_reason(self, cast, audit, login):
        client = login(cast.quality_manager)
        assert client.post(at("cancel_audit", audit), {"reason": "", "version": audit.version}).status_code == 200
        client.post(at("cancel_audit", audit), {"reason": "Tilsyn samme uke", "version": audit.version})
        audit.refresh_from_db()
        assert (audit.status, audit.cancel_reason) == ("cancelled", "Tilsyn samme uke")

    def test_a_report_is_never_cancelled(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor)
        with pytest.raises(ValidationError):
            audit.cancel(cast.quality_manager, reason="Angrer")

    def test_not_by_who_leads_it(self, cast, audit):
        with pytest.raises(PermissionDenied):
            audit.cancel(cast.auditor, reason="Rekker ikke")


class TestReport:
    def test_every_finding_becomes_a_case_at_the_unit(self, cast, begun, login):
        for grade in Grade:
            factories.make_finding(begun, cast.auditor, grade)
        begun.summarise(cast.auditor, summary="Godt.", closing_meeting=clock.today(), closing_note="")
        client = login(cast.auditor)
        shown = client.get(at("issue_report", begun)).context["form"]["shown"].value()
        assert client.post(at("issue_report", begun), {"shown": shown}).status_code == 302
        today = clock.today()
        cases = {finding.grade: finding.case for finding in AuditFinding.objects.select_related("case")}
        assert {grade: case.kind for grade, case in cases.items()} == {
            "major": Case.Kind.AUDIT_FINDING,
            "minor": Case.Kind.AUDIT_FINDING,
            "observation": Case.Kind.AUDIT_FINDING,
            "opportunity": Case.Kind.IMPROVEMENT,
            "good": Case.Kind.POSITIVE,
        }
        days = {grade: (cases[grade].deadline - today).days for grade in ("major", "minor", "observation")}
        assert days == {"major": 30, "minor": 90, "observation": 180}
        assert {(case.unit.code, case.status, case.sealed) for case in cases.values()} == {
            ("home-care", "received", False)
        }

    def test_the_case_leads_back_to_the_audit(self, cast, units, login):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major")
        page = login(cast.colleague).get(audit.findings.get().case.get_absolute_url())
        assert f"{audit.get_absolute_url()}#funn-" in page.content.decode()

    def test_the_deadline_of_the_report_stands_when_the_case_is_assessed(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "minor")
        case = audit.findings.get().case
        case.assess(cast.leader, probability=2, consequence=2, deadline=case.deadline)
        assert (case.deadline - clock.today()).days == 90

    def test_a_restricted_audit_makes_sealed_cases(self, cast, units):
        audit = factories.make_reported_audit(
            cast.quality_manager, units.home_care, cast.auditor, "major", restricted=True
        )
        case = audit.findings.get().case
        assert case.sealed
        assert not Case.objects.visible_to(cast.colleague).filter(pk=case.pk).exists()

    def test_a_nonconformity_needs_evidence_and_what_it_is_measured_against(self, cast, begun, login):
        AuditFinding.write(cast.auditor, begun, grade="minor", words="Noe mangler")
        AuditFinding.write(cast.auditor, begun, grade="observation", words="Verdt å se på")
        begun.summarise(cast.auditor, summary="Godt.", closing_meeting=clock.today(), closing_note="")
        client = login(cast.auditor)
        page = client.get(at("issue_report", begun))
        assert len(page.context["stops"]) == 2
        answer = client.post(at("issue_report", begun), {"shown": page.context["form"]["shown"].value()})
        assert len(answer.context["form"].non_field_errors()) == 2
        begun.refresh_from_db()
        assert begun.in_field
        assert not Case.objects.exists()

    def test_evidence_of_the_question_counts(self, cast, begun):
        question = begun.questions.get()
        factories.make_evidence(cast.auditor, question)
        finding = AuditFinding.write(
            cast.auditor, begun, question=question, grade="minor", words="Mangler", basis="Rutinen"
        )
        assert finding.lacks() == []

    def test_not_without_summary_and_closing_meeting(self, cast, begun):
        with pytest.raises(ValidationError) as error:
            begun.issue(cast.auditor, report_content.of(begun))
        assert len(error.value.messages) == 2

    def test_changed_after_it_was_read(self, cast, begun, login):
        begun.summarise(cast.auditor, summary="Godt.", closing_meeting=clock.today(), closing_note="")
        client = login(cast.auditor)
        shown = client.get(at("issue_report", begun)).context["form"]["shown"].value()
        factories.make_finding(begun, cast.auditor)
        answer = client.post(at("issue_report", begun), {"shown": shown})
        assert answer.status_code == 409
        assert not Report.objects.exists()
        fresh = answer.context["form"]["shown"].value()
        assert client.post(at("issue_report", begun), {"shown": fresh}).status_code == 302

    def test_only_by_who_leads(self, cast, units, begun):
        for person in (cast.quality_manager, cast.leader, cast.outsider, cast.director):
            with pytest.raises(PermissionDenied):
                begun.issue(person, report_content.of(begun))

    def test_not_twice(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "minor")
        with pytest.raises(ValidationError):
            audit.issue(cast.auditor, report_content.of(audit))
        assert Report.objects.count() == Case.objects.count() == 1

    def test_it_stands_as_it_is(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "minor")
        finding = audit.findings.get()
        for change in (
            lambda: finding.change(cast.auditor, words="Pyntet", grade="observation"),
            lambda: finding.withdraw(cast.auditor),
            lambda: audit.questions.get().answer(cast.auditor, result="conforms"),
            lambda: audit.change(cast.quality_manager, title="Ny"),
            lambda: AuditQuestion.add(cast.auditor, audit, [{"text": "Nytt"}]),
            lambda: audit.summarise(cast.auditor, summary="Pyntet", closing_meeting=None, closing_note=""),
        ):
            with pytest.raises(ValidationError):
                change()
        report = audit.report
        assert report.is_whole
        assert checksum_of(report.content) == report.sha256
        with pytest.raises(DatabaseError), transaction.atomic():
            Report.objects.filter(pk=report.pk).update(by_name="En annen")

    def test_the_report_is_open_to_all_and_tells_what_was_said(self, cast, units, login):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major")
        page = login(cast.colleague).get(at("report", audit)).content.decode()
        assert "loggen mangler i uke 12" in page
        assert audit.report.sha256 in page

    def test_none_before_it_is_issued(self, cast, begun, login):
        assert login(cast.auditor).get(at("report", begun)).status_code == 404


class TestClose:
    def test_when_every_nonconformity_is_put_right(self, cast, units, login):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major", "good")
        client = login(cast.auditor)
        data = {"note": "Sett loggen for åtte uker", "version": audit.version}
        refused = client.post(at("close_audit", audit), data)
        assert refused.context["form"].non_field_errors()
        factories.put_right(audit.findings.get(grade="major").case, cast.leader)
        assert [row.url for row in audit_waiting.of(cast.auditor)] == [audit.get_absolute_url()]
        assert client.post(at("close_audit", audit), data).status_code == 302
        audit.refresh_from_db()
        assert (audit.status, audit.verification) == ("closed", "Sett loggen for åtte uker")
        assert audit_waiting.of(cast.auditor) == []

    def test_what_was_done_comes_back_on_the_audit(self, cast, units, login):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "major")
        factories.put_right(audit.findings.get().case, cast.leader)
        page = login(cast.auditor).get(audit.get_absolute_url()).content.decode()
        for said in ("Ingen hadde oppgaven.", "Steng tilganger uten vakt", str(Action.Effect.EFFECTIVE.label)):
            assert said in page

    def test_not_without_saying_how(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor)
        with pytest.raises(ValidationError):
            audit.close(cast.auditor, note=" ")

    def test_not_by_the_unit_or_who_plans(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor)
        for person in (cast.leader, cast.quality_manager):
            with pytest.raises(PermissionDenied):
                audit.close(person, note="Sett")

    def test_a_stale_version(self, cast, units):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor)
        with pytest.raises(StaleVersion):
            audit.close(cast.auditor, note="Sett", version=audit.version - 1)


def test_the_summary_counts_what_was_held_and_planned(cast, units):
    today = clock.today()
    factories.make_reported_audit(cast.quality_manager, units.zone, cast.auditor, "major", "minor", "good")
    factories.make_audit(cast.quality_manager, units.home_care, cast.auditor, starts_on=today)
    factories.make_audit(cast.quality_manager, units.home_care, cast.auditor).cancel(cast.quality_manager, reason="Nei")
    factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "major")
    found = audit_summary.of(units.home_care, today, today)
    assert (found.held, found.planned, found.findings, found.nonconformities) == (1, 1, 3, 2)
    assert (found.open, found.late, len(found.rows)) == (3, 0, 2)
    assert audit_summary.of(units.municipality, today, today).held == 2
    before = today - datetime.timedelta(400)
    assert audit_summary.of(units.home_care, before, before).rows == []


@pytest.mark.skipif(shutil.which("pdftotext") is None and os.environ.get("CI") != "true", reason="no poppler")
class TestPdf:
    @pytest.fixture
    def words(self, login, tmp_path):
        def read(person, audit):
            answer = login(person).get(at("audit_pdf", audit))
            assert answer.status_code == 200
            file = tmp_path / "revisjon.pdf"
            file.write_bytes(answer.content)
            run = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True)
            return " ".join(run.stdout.split())

        return read

    def test_the_report_on_paper(self, cast, units, words):
        audit = factories.make_reported_audit(cast.quality_manager, units.home_care, cast.auditor, "good", "major")
        text = words(cast.colleague, audit)
        for said in (
            "Begge soner.",
            "Prosedyre 4.2.7",
            "Det meste virker.",
            cast.auditor.get_full_name(),
            "Ingenting å bemerke",
            "loggen mangler i uke 12",
            "3 av 4 som det skal være",
            audit.report.sha256[:20],
        ):
            assert said in text, said
        assert text.index("1. Vesentlig avvik") < text.index("2. God praksis")

    def test_the_plan_says_nothing_of_the_work(self, cast, begun, words):
        factories.make_finding(begun, cast.auditor, words="Hemmelig utkast")
        assert "Hemmelig utkast" in words(cast.auditor, begun)
        text = words(cast.leader, begun)
        assert "IKKE UTSTEDT" in text
        assert "Hemmelig utkast" not in text
        assert "Vis sak 1" not in text

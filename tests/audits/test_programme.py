"""The audit programme: proposed with reasons that can be reckoned after, decided by the director, followed, compared."""

import datetime
import io

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.management import call_command
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from audits import audit_templates, audit_waiting, programme_year, proposal
from audits.finding_register import FindingSelection
from audits.models import Audit, AuditQuestion, AuditTemplate, Programme
from audits.proposal import Facts, Proposals, reasons
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from organisation.models import Reminder
from organisation.roles import Role
from tests import factories

YEAR = 2026
LONG_AGO = datetime.date(2020, 1, 1)


def at(name, *more):
    return reverse(f"audits:{name}", args=[YEAR, *more])


@pytest.fixture
def programme(cast):
    return Programme.begin(cast.quality_manager, year=YEAR)


@pytest.fixture
def filled(cast, units, programme):
    factories.make_audit(cast.quality_manager, units.home_care, cast.auditor, programme=programme, year=YEAR, month=3)
    return programme


class TestReasons:
    def facts(self, **known):
        names = ("risks", "deviations", "changed", "findings", "inspected", "noticed")
        return Facts(**{"last": clock.today(), **dict.fromkeys(names, 0), **known})

    @pytest.mark.parametrize(
        ("known", "points"),
        [
            ({}, 0),
            ({"last": None}, 8),
            ({"last": LONG_AGO}, 6),
            ({"risks": 1}, 2),
            ({"risks": 40}, 8),
            ({"deviations": 15}, 0),
            ({"deviations": 16}, 4),
            ({"changed": 3}, 3),
            ({"changed": 30}, 5),
            ({"findings": 2}, 4),
            ({"inspected": 7}, 3),
            ({"noticed": 2}, 3),
        ],
    )
    def test_each_gives_the_points_that_stand_in_the_table(self, known, points):
        found = reasons(self.facts(**known), usual=10)
        assert sum(reason.points for reason in found) == points

    def test_no_rule_gives_more_than_its_most(self):
        for rule, (_each, most, _label) in proposal.POINTS.items():
            assert proposal.given(rule, 1000) == most

    def test_counted_for_the_unit_and_those_below(self, cast, units):
        factories.make_decided(cast.leader, {"probability": 4, "consequence": 4, "preventive": "Gå to"})
        for _number in range(3):
            factories.make_case(cast.reporter, place=units.zone)
        late = factories.make_reported_audit(cast.quality_manager, units.zone, cast.auditor, "major")
        first, second = Proposals(cast.quality_manager).of_units()
        by_unit = {row.unit: row for row in (first, second)}
        home = by_unit[units.home_care]
        assert home.last == late.ends_on
        texts = " ".join(reason.text for reason in home.reasons)
        for said in ("1 åpen risiko over 10", "3 avvik på ett år", "1 avvik fra revisjon er åpent"):
            assert said in texts
        assert [reason.text for reason in by_unit[units.it].reasons] == ["Aldri revidert"]

    def test_what_the_person_may_not_read_is_not_counted(self, cast, units):
        factories.make_case(cast.reporter, sealed=True)
        home = next(row for row in Proposals(cast.quality_manager).of_units() if row.unit == units.home_care)
        assert [reason.points for reason in home.reasons] == [8]

    def test_inspections_are_counted_as_they_are(self, cast, units):
        factories.make_reported(cast.leader, {}, {"grade": "remark"})
        factories.make_inspection(cast.leader, title="Varslet")
        factories.make_inspection(cast.leader, title="Skjermet", restricted=True)
        by_unit = {row.unit: row.reasons for row in Proposals(cast.quality_manager).of_units()}
        assert [reason.points for reason in by_unit[units.home_care]] == [8, 3, 3]
        assert [reason.text.split()[0] for reason in by_unit[units.home_care][1:]] == ["2", "1"]
        assert len(by_unit[units.it]) == 1

    def test_the_number_of_queries_does_not_grow(self, cast, units):
        def count():
            found = Proposals(cast.quality_manager)
            with CaptureQueriesContext(connection) as queries:
                found.of_units()
                found.of_processes()
            return len(queries)

        count()
        before = count()
        for number in range(5):
            factories.make_unit(f"enhet-{number}", parent=units.municipality)
            factories.make_case(cast.reporter)
            factories.make_reported(cast.leader, {}, title=f"Tilsyn {number}")
            factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "minor")
        assert count() == before


class TestRoad:
    def test_begun_once_a_year(self, cast, login):
        client = login(cast.quality_manager)
        for _time in range(2):
            assert client.post(reverse("audits:begin_programme"), {"year": YEAR}).url == at("programme")
        assert Programme.objects.count() == 1

    def test_planned_from_the_proposal_with_its_reasons(self, cast, units, programme, login):
        address = f"{reverse('audits:plan_audit')}?program={YEAR}&enhet=home-care"
        client = login(cast.quality_manager)
        initial = client.get(address).context["form"].initial
        assert (initial["unit"], initial["year"]) == (units.home_care.pk, YEAR)
        data = {"key": initial["key"], "title": "Revisjon", "unit": units.home_care.pk, "kind": "internal"}
        assert client.post(address, {**data, "year": YEAR, "month": "4"}).url == at("programme")
        audit = programme.audits.get()
        assert (audit.reasons, audit.points) == ([{"text": "Aldri revidert", "points": 8}], 8)
        assert "Planlagt" in client.get(at("proposal")).content.decode()

    def test_another_year_than_the_programme_is_refused(self, cast, units, programme, login):
        data = {"key": "6f1c1b52-5b1b-4d0f-9f5a-0d9f1d6c7c11", "title": "R", "unit": units.it.pk, "kind": "internal"}
        address = f"{reverse('audits:plan_audit')}?program={YEAR}"
        answer = login(cast.quality_manager).post(address, {**data, "year": YEAR + 1})
        assert set(answer.context["form"].errors) == {"year"}

    def test_sent_to_the_director_who_decides(self, cast, filled, login):
        login(cast.quality_manager).post(at("propose_programme"))
        assert Reminder.objects.get(about__startswith="audit-programme").user == cast.director
        assert [row.url for row in audit_waiting.of(cast.director)] == [at("programme")]
        filled.refresh_from_db()
        data = {"note": "Bra valg", "version": filled.version}
        assert login(cast.director).post(at("decide_programme"), data).status_code == 302
        filled.refresh_from_db()
        assert (filled.status, filled.decided_by_name) == ("decided", cast.director.get_full_name())
        assert audit_waiting.of(cast.director) == []

    def test_an_empty_one_is_not_sent_or_decided(self, cast, programme):
        for step, person in ((programme.propose, cast.quality_manager), (programme.decide, cast.director)):
            with pytest.raises(ValidationError):
                step(person)

    def test_not_decided_twice_or_by_others(self, cast, filled):
        for person in (cast.quality_manager, cast.leader, cast.auditor):
            with pytest.raises(PermissionDenied):
                filled.decide(person)
        filled.decide(cast.director)
        with pytest.raises(ValidationError):
            filled.decide(cast.director)

    def test_kept_by_the_quality_manager_of_the_municipality_only(self, cast, units):
        local = factories.make_user("lokal", units.it, Role.QUALITY_MANAGER)
        for person in (local, cast.director, cast.auditor, cast.leader):
            with pytest.raises(PermissionDenied):
                Programme.begin(person, year=YEAR)

    def test_a_year_that_can_not_be(self, cast):
        with pytest.raises(ValidationError):
            Programme.begin(cast.quality_manager, year=1850)

    def test_a_draft_is_not_there_for_others(self, cast, filled, login):
        for person in (cast.reporter, cast.leader):
            assert login(person).get(at("programme")).status_code == 404
        filled.decide(cast.director)
        assert login(cast.reporter).get(at("programme")).status_code == 200

    def test_a_restricted_audit_is_not_told_of(self, cast, units, filled, login):
        factories.make_audit(
            cast.quality_manager, units.it, cast.auditor, programme=filled, year=YEAR, title="Zebra", restricted=True
        )
        filled.decide(cast.director)
        assert "Zebra" not in login(cast.reporter).get(at("programme")).content.decode()
        assert "Zebra" in login(cast.quality_manager).get(at("programme")).content.decode()

    def test_planned_audits_of_a_decided_programme_stand_in_the_wheel(self, cast, units, programme):
        Audit.plan(cast.quality_manager, unit=units.it, programme=programme, title="IT", year=YEAR, month=2)
        scope = Scope(cast.colleague, datetime.date(YEAR, 1, 1), datetime.date(YEAR, 12, 31), everything=True)
        assert gather(scope, Kind.AUDIT) == []
        programme.decide(cast.director)
        assert [duty.date for duty in gather(scope, Kind.AUDIT)] == [datetime.date(YEAR, 2, 28)]

    def test_added_afterwards_is_said(self, cast, units, filled):
        filled.decide(cast.director)
        late = factories.make_audit(cast.quality_manager, units.it, cast.auditor, programme=filled, year=YEAR)
        assert late.added_afterwards
        assert not filled.audits.get(month=3).added_afterwards


class TestNextYear:
    def test_copied_with_questions_and_without_days_and_team(self, cast, filled, login):
        old = filled.audits.get()
        AuditQuestion.add(cast.auditor, old, [{"text": "Vis."}])
        after = Programme.begin(cast.quality_manager, year=YEAR + 1)
        address = reverse("audits:copy_audits", args=[after.year])
        client = login(cast.quality_manager)
        assert client.post(address, {"version": after.version}).context["form"].errors
        client.post(address, {"audits": [old.pk], "version": after.version})
        new = after.audits.get()
        assert (new.title, new.scope, new.year, new.starts_on) == (old.title, old.scope, YEAR + 1, None)
        assert new.questions.count() == 1
        assert not new.team.exists()

    def test_compared(self, cast, units, filled, login):
        after = Programme.begin(cast.quality_manager, year=YEAR + 1)
        again = factories.make_audit(
            cast.quality_manager, units.home_care, cast.auditor, programme=after, year=YEAR + 1
        )
        new = factories.make_audit(cast.quality_manager, units.it, cast.auditor, programme=after, year=YEAR + 1)
        found = programme_year.compared(after, filled, cast.quality_manager)
        assert (found.again, found.new, found.gone) == ([(again, filled.audits.get())], [new], [])
        back = programme_year.compared(filled, after, cast.quality_manager)
        assert back.gone == [new]
        assert login(cast.auditor).get(reverse("audits:compare_programmes", args=[after.year])).status_code == 200


class TestLibrary:
    @pytest.fixture
    def reported(self, cast, units):
        requirement = factories.make_requirement("7.5.3")
        for unit in (units.home_care, units.it):
            audit = factories.make_begun_audit(cast.quality_manager, unit, cast.auditor)
            factories.make_finding(audit, cast.auditor, "minor", requirement=requirement, words=f"Kopier i {unit}")
            factories.make_finding(audit, cast.auditor, "good", requirement=requirement, words="Flinke")
            factories.issue(audit, cast.auditor)
        return requirement

    def hits(self, client, **query):
        return client.get(reverse("audits:findings"), query or {"alle": 1}).context["page"].paginator.count

    def test_filtered(self, cast, units, reported, login):
        client = login(cast.colleague)
        assert self.hits(client) == 4
        for query, number in (
            ({"grad": "minor"}, 2),
            ({"q": "kopier it"}, 1),
            ({"krav": "iso-9001", "punkt": "7.5"}, 4),
            ({"punkt": "7.5.30"}, 0),
            ({"enhet": units.it.pk}, 2),
            ({"status": "open"}, 4),
            ({"status": "late"}, 0),
            ({"status": "closed"}, 0),
            ({"ar": 1999}, 0),
            ({"grad": "tull", "enhet": "x", "krav": "'"}, 4),
        ):
            assert self.hits(client, **query) == number, query

    def test_how_often_a_clause_fails(self, cast, reported):
        (clause,) = FindingSelection(cast.colleague, QueryDict()).clauses()
        assert (clause.clause, clause.nonconformities, clause.findings, clause.audits) == ("7.5.3", 2, 2, 2)

    def test_as_a_spreadsheet(self, cast, reported, login):
        answer = login(cast.colleague).get(reverse("audits:export_findings"), {"grad": "minor"})
        book = load_workbook(io.BytesIO(answer.content))
        findings, clauses = book.worksheets
        assert [row[1].value for row in findings.iter_rows(min_row=2)] == ["Kopier i It", "Kopier i Home care"]
        assert clauses.cell(2, 3).value == 2

    def test_a_draft_and_a_restricted_one_are_not_there(self, cast, units, login):
        draft = factories.make_begun_audit(cast.quality_manager, units.home_care, cast.auditor)
        factories.make_finding(draft, cast.auditor)
        factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "minor", restricted=True)
        assert self.hits(login(cast.colleague)) == 0
        assert self.hits(login(cast.auditor)) == 1


@pytest.mark.django_db
class TestTemplates:
    def test_they_come_with_the_product_and_are_left_alone(self):
        before = AuditTemplate.objects.count()
        assert before == len(audit_templates.written())
        AuditTemplate.objects.filter(name="Kjennskapsrevisjon").update(about="Vår egen")
        call_command("load_audit_templates", verbosity=0)
        assert AuditTemplate.objects.count() == before
        assert AuditTemplate.objects.get(name="Kjennskapsrevisjon").about == "Vår egen"

    def test_awareness_and_practice_are_there_with_questions(self):
        for purpose in ("awareness", "practice"):
            assert AuditTemplate.objects.filter(purpose=purpose, questions__isnull=False).exists()

    def test_the_texts_fit(self):
        for template in audit_templates.written():
            assert template["purpose"] in AuditTemplate.Purpose.values
            for text, look_for in template["questions"]:
                assert 0 < len(text) <= 500
                assert len(look_for) <= 500

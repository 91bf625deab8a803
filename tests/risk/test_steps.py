"""The steps of an assessment, each as a person in the role takes it in the browser, and who must not."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases.models import Case
from organisation import clock
from organisation.models import Reminder
from risk.models import Acceptance, Assessment, Link
from risk.uses import SubKind, Use
from tests import factories


def at(name, thing, *more):
    keys = [thing.assessment_id, thing.key] if hasattr(thing, "assessment_id") else [thing.pk]
    return reverse(f"risk:{name}", args=[*keys, *more])


def head(unit, **facts):
    return {
        "key": str(uuid.uuid4()),
        "title": "Hjemmetjenesten om natten",
        "purpose": "hms:",
        "unit": unit.pk,
        "year": "2026",
        "leader": "leader",
        **facts,
    }


class TestBegin:
    def test_from_nothing(self, cast, units, login):
        answer = login(cast.leader).post(reverse("risk:begin"), head(units.home_care, purpose="security:it_system"))
        made = Assessment.objects.get()
        assert answer.url == made.get_absolute_url()
        assert (made.use, made.sub_kind, made.number, made.status) == (Use.SECURITY, SubKind.IT_SYSTEM, 1, "draft")
        assert not made.rows.exists()

    def test_from_a_template(self, cast, units, login):
        template = factories.make_risk_template(threats=3, use=Use.PROJECT)
        login(cast.leader).post(reverse("risk:begin"), head(units.home_care, template=template.pk, purpose=""))
        made = Assessment.objects.get()
        assert (made.use, made.template_label) == ("project", "Generell mal 01.11.2026")
        assert [row.threat for row in made.rows.all()] == ["Kjent trussel 1", "Kjent trussel 2", "Kjent trussel 3"]

    def test_sent_twice_is_made_once(self, cast, units, login):
        client, data = login(cast.leader), head(units.home_care)
        client.post(reverse("risk:begin"), data)
        client.post(reverse("risk:begin"), data)
        assert Assessment.objects.count() == 1

    def test_what_is_wrong_is_said_and_kept(self, cast, units, login):
        wrong = head(units.home_care, title="", year="1850", purpose="", scope="Bare natt")
        answer = login(cast.leader).post(reverse("risk:begin"), wrong)
        assert set(answer.context["form"].errors) == {"title", "year", "purpose"}
        assert "Bare natt" in answer.content.decode()
        assert not Assessment.objects.exists()

    def test_not_for_another_unit(self, cast, units, login):
        answer = login(cast.leader).post(reverse("risk:begin"), head(units.it))
        assert "unit" in answer.context["form"].errors

    def test_not_for_who_only_reads(self, cast, login):
        for person in (cast.reporter, cast.auditor, cast.service_desk):
            assert login(person).get(reverse("risk:begin")).status_code == 403


class TestHead:
    def test_changed(self, cast, units, login):
        assessment = factories.make_assessment(cast.leader)
        data = head(units.zone, title="Sone nord", version=assessment.version)
        assert login(cast.handler).post(at("change", assessment), data).status_code == 302
        assessment.refresh_from_db()
        assert (assessment.title, assessment.unit) == ("Sone nord", units.zone)

    def test_two_at_once(self, cast, units, login):
        assessment = factories.make_assessment(cast.leader)
        data = head(units.home_care, title="Min tittel", version=assessment.version)
        assessment.change(cast.deputy, title="Den andres tittel")
        answer = login(cast.leader).post(at("change", assessment), data)
        assert answer.status_code == 409
        assert "Min tittel" in answer.content.decode()
        assert "Den andres tittel" in answer.content.decode()

    def test_a_decided_head_is_locked(self, cast, units, login):
        assessment = factories.make_decided(cast.leader)
        data = head(units.home_care, title="For sent", version=assessment.version)
        assert login(cast.leader).post(at("change", assessment), data).status_code == 200
        assessment.refresh_from_db()
        assert assessment.title != "For sent"

    def test_who_takes_part_fills_in_but_does_not_arrange(self, cast, login):
        assessment = factories.make_assessment(cast.leader, rows=1)
        assert login(cast.reporter).get(assessment.get_absolute_url()).status_code == 404
        login(cast.leader).post(at("add_participant", assessment), {"person": "reporter"})
        assert login(cast.reporter).get(assessment.get_absolute_url()).status_code == 200
        assessment.rows.get().write(cast.reporter, probability=3)
        assert login(cast.reporter).get(at("change", assessment)).status_code == 403
        person = assessment.participants.get()
        login(cast.leader).post(at("remove_participant", assessment, person.pk))
        assert login(cast.reporter).get(assessment.get_absolute_url()).status_code == 404

    def test_somebody_from_outside_is_named(self, cast, login):
        assessment = factories.make_assessment(cast.leader)
        login(cast.leader).post(at("add_participant", assessment), {"name": "Vernetjenesten AS"})
        login(cast.leader).post(at("add_participant", assessment), {"name": " "})
        assert [person.name for person in assessment.participants.all()] == ["Vernetjenesten AS"]


class TestDecision:
    def data(self, assessment, **facts):
        year = {"review_date": (clock.today() + datetime.timedelta(300)).isoformat()}
        return {"shown": assessment.fingerprint(), "note": "Vi følger opp.", **year, **facts}

    def test_decided(self, cast, login):
        assessment = factories.make_assessment(cast.leader)
        factories.make_serious_risk(assessment, cast.leader)
        page = login(cast.leader).get(at("decide", assessment))
        assert "16" in page.content.decode()
        assert login(cast.leader).post(at("decide", assessment), self.data(assessment)).status_code == 302
        assessment.refresh_from_db()
        assert assessment.is_in_force
        assert (assessment.decision.note, Case.objects.count()) == ("Vi følger opp.", 1)

    def test_what_stops_it_is_shown(self, cast, login):
        assessment = factories.make_assessment(cast.leader)
        factories.make_risk(assessment, cast.leader, probability=None)
        page = login(cast.leader).get(at("decide", assessment))
        assert [check.cell for check in page.context["stops"]] == ["probability"]
        answer = login(cast.leader).post(at("decide", assessment), self.data(assessment))
        assert answer.status_code == 200
        assessment.refresh_from_db()
        assert assessment.is_draft

    def test_rows_changed_meanwhile(self, cast, login):
        assessment = factories.make_assessment(cast.leader, rows=1)
        data = self.data(assessment)
        assessment.rows.get().write(cast.deputy, consequence=5)
        answer = login(cast.leader).post(at("decide", assessment), data)
        assert answer.status_code == 409
        assert "Vi følger opp." in answer.content.decode()
        assert answer.context["form"]["shown"].value() == assessment.fingerprint()

    def test_a_review_in_the_past(self, cast, login):
        assessment = factories.make_assessment(cast.leader, rows=1)
        answer = login(cast.leader).post(at("decide", assessment), self.data(assessment, review_date="2020-01-01"))
        assert "review_date" in answer.context["form"].errors

    def test_others_send_it_to_the_leader(self, cast, login):
        assessment = factories.make_assessment(cast.handler, unit=cast.handler.unit, rows=1)
        assert login(cast.handler).get(at("decide", assessment)).status_code == 403
        login(cast.handler).post(at("ask", assessment))
        told = {reminder.user for reminder in Reminder.objects.filter(url=assessment.get_absolute_url())}
        assert told == {cast.leader, cast.deputy}

    def test_what_is_not_ready_is_not_sent(self, cast, login):
        assessment = factories.make_assessment(cast.handler, unit=cast.handler.unit)
        login(cast.handler).post(at("ask", assessment))
        assert not Reminder.objects.filter(url=assessment.get_absolute_url()).exists()

    def test_the_decision_is_shown_as_it_was_made(self, cast, login):
        assessment = factories.make_decided(cast.leader, {"threat": "Strømmen blir borte"})
        text = login(cast.outsider).get(at("decision", assessment)).content.decode()
        assert "Strømmen blir borte" in text
        assert assessment.decision.sha256 in text

    def test_a_draft_has_none(self, cast, login):
        assessment = factories.make_assessment(cast.leader)
        assert login(cast.leader).get(at("decision", assessment)).status_code == 404


class TestVersions:
    def test_revise_copy_end(self, cast, units, login):
        assessment = factories.make_decided(cast.leader, {"threat": "Fall på isen"})
        client = login(cast.leader)
        draft_url = client.post(at("revise", assessment)).url
        draft = Assessment.objects.get(number=2)
        assert draft_url == draft.get_absolute_url()
        client.post(at("copy", assessment), {"title": "Sone nord", "unit": units.zone.pk, "year": 2026})
        copy = Assessment.objects.get(title="Sone nord")
        assert (copy.rows.get().threat, copy.rows.get().probability, copy.number) == ("Fall på isen", None, 1)
        client.post(at("end", draft), {"reason": "Begynte for tidlig", "version": draft.version})
        draft.refresh_from_db()
        assert (draft.status, draft.ended_reason) == ("ended", "Begynte for tidlig")
        assert client.post(at("revise", assessment)).url == Assessment.objects.get(number=3).get_absolute_url()

    def test_a_confirmed_residual_is_next_years_risk(self, cast):
        assessment = factories.make_decided(cast.leader, {"probability": 3, "consequence": 3})
        row = assessment.rows.get()
        row.confirm_residual(cast.leader, probability=2, consequence=3)
        again = assessment.revise(cast.leader).rows.get()
        assert (again.probability, again.consequence, again.residual_score) == (2, 3, None)

    def test_who_must_not(self, cast, login):
        assessment = factories.make_decided(cast.leader)
        for person in (cast.reporter, cast.outsider, cast.auditor, cast.it_leader):
            client = login(person)
            assert client.post(at("revise", assessment)).status_code == 403
            assert client.post(at("end", assessment), {"reason": "x", "version": 1}).status_code == 403
        assert login(cast.reporter).get(at("copy", assessment)).status_code == 403
        assessment.refresh_from_db()
        assert assessment.is_in_force

    def test_the_history_tells_of_rows_participants_and_links(self, cast, login, handbook):
        assessment = factories.make_assessment(cast.leader)
        row = factories.make_risk(assessment, cast.leader)
        row.write(cast.deputy, probability=5)
        person = assessment.add_participant(cast.leader, name="Kommuneoverlegen")
        assessment.remove_participant(cast.leader, person)
        Link.tie(cast.leader, row, page=factories.make_procedure(handbook, cast.editor))
        text = login(cast.auditor).get(at("history", assessment)).content.decode()
        for words in ("Kommuneoverlegen", "Tilgang til fagsystem", "Deputy Testesen"):
            assert words in text


class TestRow:
    @pytest.fixture
    def row(self, cast):
        assessment = factories.make_decided(cast.leader, {"probability": 3, "consequence": 3})
        return assessment.rows.get()

    def test_tied_to_page_control_and_case(self, cast, login, handbook, row):
        page = factories.make_procedure(handbook, cast.editor)
        control, case = factories.make_control(), factories.make_case(cast.reporter)
        data = {"page": page.document.document_id, "control": control.pk, "case": case.reference}
        assert login(cast.leader).post(at("tie", row), data).status_code == 302
        assert login(cast.leader).post(at("tie", row), data).status_code == 302
        assert row.links.count() == 3
        text = login(cast.outsider).get(row.get_absolute_url()).content.decode()
        assert "Tilgang til fagsystem" in text
        assert case.reference in text

    @pytest.mark.parametrize("data", [{}, {"page": "FL-9999"}, {"case": "2026-99999"}])
    def test_tied_to_nothing(self, cast, login, row, data):
        assert login(cast.leader).post(at("tie", row), data).status_code == 200
        assert not row.links.exists()

    def test_a_sealed_case_is_not_pointed_at(self, cast, login, row):
        case = factories.make_case(cast.reporter, sealed=True)
        answer = login(cast.leader).post(at("tie", row), {"case": case.reference})
        assert answer.status_code == 200
        assert not row.links.exists()

    def test_a_case_sealed_later_is_not_told(self, cast, login, row):
        case = factories.make_case(cast.reporter)
        Link.tie(cast.leader, row, case=case)
        case.seal(cast.leader, sealed=True, reason="Navn")
        assert case.reference not in login(cast.outsider).get(row.get_absolute_url()).content.decode()

    def test_accepted_by_name_until_a_day(self, cast, login, row):
        until = (clock.today() + datetime.timedelta(100)).isoformat()
        data = {"reason": "Koster mer enn det gir", "until": until, "version": row.version}
        assert login(cast.leader).post(at("accept", row), data).status_code == 302
        given = Acceptance.objects.get()
        assert (given.by, given.score, given.expired) == (cast.leader, 9, False)
        login(cast.deputy).post(at("withdraw_acceptance", row, given.pk), {"version": given.version})
        given.refresh_from_db()
        assert given.withdrawn_at

    @pytest.mark.parametrize(
        ("field", "data"),
        [("until", {"until": "2020-01-01"}), ("until", {"until": "2099-01-01"}), ("reason", {"reason": " "})],
    )
    def test_not_accepted_for_ever_or_without_a_reason(self, cast, login, row, field, data):
        good = {"reason": "God grunn", "until": (clock.today() + datetime.timedelta(9)).isoformat()}
        answer = login(cast.leader).post(at("accept", row), {**good, "version": row.version, **data})
        assert field in answer.context["form"].errors
        assert not Acceptance.objects.exists()

    def test_a_breach_of_law_is_not_accepted(self, cast, login):
        serious = {"probability": 2, "consequence": 2, "law_breach": True, "preventive": "Rette opp"}
        row = factories.make_decided(cast.leader, serious).rows.get()
        until = (clock.today() + datetime.timedelta(9)).isoformat()
        answer = login(cast.leader).post(at("accept", row), {"reason": "x", "until": until, "version": row.version})
        assert answer.status_code == 200
        assert not Acceptance.objects.exists()

    def test_only_who_decides_accepts(self, cast, login, row):
        for person in (cast.handler, cast.reporter, cast.quality_manager, cast.it_leader):
            assert login(person).get(at("accept", row)).status_code == 403

    def test_what_is_left_is_confirmed(self, cast, login, row):
        data = {"probability": 1, "consequence": 3, "version": row.version}
        assert login(cast.handler).post(at("confirm_residual", row), data).status_code == 302
        row.refresh_from_db()
        assert (row.score_now, row.residual_confirmed_by) == (3, cast.handler.get_full_name())

    def test_what_is_left_is_not_higher_than_it_was(self, cast, login, row):
        data = {"probability": 5, "consequence": 3, "version": row.version}
        answer = login(cast.handler).post(at("confirm_residual", row), data)
        assert "probability" in answer.context["form"].errors
        row.refresh_from_db()
        assert row.residual_confirmed_at is None

    def test_not_confirmed_by_who_only_reads(self, cast, login, row):
        for person in (cast.reporter, cast.auditor, cast.it_leader):
            assert login(person).get(at("confirm_residual", row)).status_code == 403


class TestFollowUp:
    def test_the_case_shows_in_the_row_and_the_row_on_the_case(self, cast, login):
        assessment = factories.make_assessment(cast.leader)
        factories.make_serious_risk(assessment, cast.leader)
        assessment.decide(cast.leader)
        row = assessment.rows.get()
        assert row.case.reference in login(cast.outsider).get(row.get_absolute_url()).content.decode()
        assert row.get_absolute_url() in login(cast.outsider).get(row.case.get_absolute_url()).content.decode()

    def test_finished_measures_propose_what_is_left(self, cast, login):
        assessment = factories.make_assessment(cast.leader)
        factories.make_serious_risk(assessment, cast.leader)
        assessment.decide(cast.leader)
        row = assessment.rows.get()
        data = {"probability": 2, "consequence": 4, "version": row.version}
        assert login(cast.leader).post(at("confirm_residual", row), data).status_code == 200, "the case is open"
        action = row.case.actions.get()
        action.complete(cast.leader, note="Innført")
        action.evaluate(cast.deputy, effect="effective", note="Ingen hendelser på tre måneder")
        row.case.close(cast.leader, residual_probability=2, residual_consequence=4)
        page = login(cast.leader).get(at("confirm_residual", row))
        assert (page.context["form"]["probability"].value(), page.context["form"]["consequence"].value()) == (2, 4)
        row.refresh_from_db()
        assert login(cast.leader).post(at("confirm_residual", row), {**data, "version": row.version}).status_code == 302
        row.refresh_from_db()
        assert row.score_now == 8

    def test_a_case_of_a_restricted_one_is_not_shown_to_others(self, cast, login):
        assessment = factories.make_assessment(cast.leader, restricted=True)
        factories.make_serious_risk(assessment, cast.leader)
        assessment.decide(cast.leader)
        row = assessment.rows.get()
        assert login(cast.outsider).get(row.get_absolute_url()).status_code == 404
        page = login(cast.auditor).get(row.get_absolute_url())
        assert page.status_code == 200
        assert row.case.reference not in page.content.decode()


class TestRepeats:
    @pytest.fixture
    def row(self, cast, handbook):
        page = factories.make_procedure(handbook, cast.editor, owner_unit=cast.leader.unit)
        assessment = factories.make_assessment(cast.leader)
        row = factories.make_risk(assessment, cast.leader)
        Link.tie(cast.leader, row, page=page)
        for _number in range(3):
            factories.make_case(cast.reporter, page=page)
        return row

    def test_three_deviations_propose_a_higher_probability(self, cast, login, row):
        page = login(cast.leader).get(row.get_absolute_url())
        assert (page.context["proposal"].probability, len(page.context["proposal"].cases)) == (3, 3)
        login(cast.leader).post(at("raise_probability", row), {"version": row.version})
        row.refresh_from_db()
        assert row.probability == 3

    def test_what_is_considered_is_not_proposed_again(self, cast, login, row):
        login(cast.leader).post(at("settle_repeats", row), {"reason": "Samme person tre ganger"})
        assert login(cast.leader).get(row.get_absolute_url()).context["proposal"] is None

    def test_considered_needs_a_reason_and_a_role(self, cast, login, row):
        assert login(cast.leader).post(at("settle_repeats", row), {"reason": ""}).status_code == 200
        assert login(cast.auditor).get(at("settle_repeats", row)).status_code == 403
        assert login(cast.leader).get(row.get_absolute_url()).context["proposal"]

    def test_sealed_and_rejected_cases_are_not_counted(self, cast, login, row):
        first, second, _third = Case.objects.order_by("pk")
        first.seal(cast.leader, sealed=True, reason="Navn")
        second.reject(cast.leader, reason="Ikke avvik")
        assert login(cast.leader).get(row.get_absolute_url()).context["proposal"] is None

    def test_five_is_the_highest(self, cast, login, row):
        row.write(cast.leader, probability=5)
        assert login(cast.leader).get(row.get_absolute_url()).context["proposal"] is None


def test_the_history_comes_a_hundred_lines_at_a_time(cast, login):
    assessment = factories.make_assessment(cast.leader)
    row = factories.make_risk(assessment, cast.leader)
    for number in range(104):
        row.write(cast.leader, threat=f"Trussel {number}")
    client = login(cast.leader)
    first, second = (client.get(f"{at('history', assessment)}?s={page}").context["revisions"] for page in (1, 2))
    assert (len(first), len(second)) == (100, 6)


@pytest.mark.parametrize("name", ["assessment", "decide", "history"])
def test_the_same_number_of_queries_for_any_number_of_rows(cast, login, name, django_assert_num_queries):
    few, many = (factories.make_assessment(cast.leader, rows=rows) for rows in (2, 12))
    client = login(cast.leader)
    client.get(at(name, few))
    with CaptureQueriesContext(connection) as asked:
        client.get(at(name, few))
    with django_assert_num_queries(len(asked)):
        client.get(at(name, many))

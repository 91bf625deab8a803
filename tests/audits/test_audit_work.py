"""The question list and the work in the field: built from every source, answered by two at once, nothing overwritten."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits import question_sources
from audits.models import AuditFinding, AuditQuestion, Evidence
from audits.models.audit_question import MOST_QUESTIONS
from audits.question_sources import Kind
from organisation.history import StaleVersion
from tests import factories

JSON = {"headers": {"accept": "application/json"}}
STEPS = [
    ("purpose", "Trygg tilgang."),
    (
        "steps",
        {
            "title": "Slik",
            "steps": [
                {"text": "<p>Meld <b>sluttdato</b> til IT.</p>", "role": "Leder", "deadline": "Samme dag"},
                {"text": "<p>Steng tilgangen.</p>", "role": "IT", "deadline": ""},
            ],
        },
    ),
]


def at(name, audit, *more, **query):
    asked = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"audits:{name}", args=[audit.pk, *more]) + (f"?{asked}" if asked else "")


@pytest.fixture
def audit(cast, units):
    return factories.make_audit(cast.quality_manager, units.home_care, cast.auditor)


@pytest.fixture
def begun(cast, units):
    return factories.make_begun_audit(cast.quality_manager, units.home_care, cast.auditor, questions=3)


class TestSources:
    def texts(self, kind, audit, cast, chosen=""):
        return [row.text for row in question_sources.of(kind, audit, cast.quality_manager, chosen).proposed]

    def test_requirements_with_the_pages_that_answer_them(self, cast, audit, handbook):
        page = factories.make_procedure(handbook, cast.editor)
        answered, gap = factories.make_requirement("7.5.3"), factories.make_requirement("8.1")
        factories.make_requirement("7.5", is_heading=True)
        factories.make_requirement("8.3", applicable=False, reason="Vi utvikler ikke")
        factories.make_mapping(cast.editor, answered, page)
        source = question_sources.of(Kind.REQUIREMENTS, audit, cast.quality_manager, "iso-9001")
        assert [row.facts["requirement"] for row in source.proposed] == [answered, gap]
        assert [row.note for row in source.proposed] == [str(page.document), "Ingen side svarer på kravet"]
        assert source.proposed[0].facts["page"].pk == page.pk

    def test_procedures_by_their_steps(self, cast, audit, handbook):
        page = factories.make_procedure(handbook, cast.editor, body=STEPS)
        known, first, second = self.texts(Kind.PROCEDURES, audit, cast, page.document.document_id)
        assert "Tilgang til fagsystem" in known
        assert first.endswith("Meld sluttdato til IT")
        assert second.endswith("Steng tilgangen")

    def test_templates(self, cast, audit):
        template = factories.make_audit_template()
        assert self.texts(Kind.TEMPLATES, audit, cast, str(template.pk)) == ["Vis det siste tilfellet."]

    def test_earlier_findings_of_the_unit_but_not_good_practice(self, cast, units, audit):
        earlier = factories.make_reported_audit(cast.quality_manager, units.zone, cast.auditor, "minor", "good")
        factories.make_reported_audit(cast.quality_manager, units.it, cast.auditor, "minor")
        found = question_sources.of(Kind.FINDINGS, audit, cast.quality_manager).proposed
        assert [row.facts["verifies"] for row in found] == [earlier.findings.get(grade="minor")]

    def test_open_risks_over_10_that_are_not_restricted(self, cast, audit):
        high = {"probability": 4, "consequence": 4, "preventive": "Gå to", "threat": "Vold på besøk"}
        factories.make_decided(cast.leader, high, {"threat": "Liten"})
        factories.make_decided(cast.leader, {**high, "threat": "Hemmelig"}, title="Skjermet", restricted=True)
        assert [text.endswith("Vold på besøk") for text in self.texts(Kind.RISKS, audit, cast)] == [True]

    def test_another_audit(self, cast, audit, begun):
        assert self.texts(Kind.AUDITS, audit, cast, str(begun.pk)) == ["Vis sak 1.", "Vis sak 2.", "Vis sak 3."]

    @pytest.mark.parametrize("kind", Kind)
    @pytest.mark.parametrize("chosen", ["", "finnes-ikke", "999999", "²"])
    def test_nonsense_chosen_proposes_nothing_and_does_not_fail(self, cast, audit, login, kind, chosen):
        answer = login(cast.auditor).get(at("build_questions", audit, kilde=kind.value, valg=chosen))
        assert answer.status_code == 200


class TestList:
    def test_built_from_what_is_ticked(self, cast, audit, login):
        template = factories.make_audit_template()
        client, address = login(cast.auditor), at("build_questions", audit, kilde="maler", valg=template.pk)
        key = template.questions.get().pk
        assert client.post(address, {"sporsmal": [key, "x"]}).status_code == 302
        question = audit.questions.get()
        assert (question.source, question.source_label, question.look_for) == (
            "template",
            template.name,
            "Rekkefølge",
        )
        client.post(address, {"sporsmal": [key]})
        assert audit.questions.count() == 1

    def test_nothing_ticked_is_said(self, cast, audit, login):
        answer = login(cast.auditor).post(at("build_questions", audit, kilde="maler"), {})
        assert answer.status_code == 200
        assert "Velg minst ett spørsmål." in answer.content.decode()

    def test_own_words_with_a_requirement(self, cast, audit, login):
        requirement = factories.make_requirement("7.2")
        client = login(cast.auditor)
        wrong = client.post(at("add_question", audit), {"text": "Hva?", "requirement": "ISO 1 9.9"})
        assert set(wrong.context["form"].errors) == {"requirement"}
        client.post(at("add_question", audit), {"text": "Hva?", "requirement": f"{requirement}: {requirement.title}"})
        assert audit.questions.get().requirement == requirement

    def test_moved_up_and_down(self, cast, begun):
        first, second, third = begun.questions.all()
        third.move(cast.auditor, up=True)
        first.move(cast.auditor, up=True)
        assert [row.pk for row in begun.questions.all()] == [first.pk, third.pk, second.pk]

    def test_what_is_in_use_stays(self, cast, begun):
        answered, proven, free = begun.questions.all()
        answered.answer(cast.auditor, result="conforms")
        factories.make_evidence(cast.auditor, proven)
        for question in (answered, proven):
            with pytest.raises(ValidationError):
                question.remove(cast.auditor)
        with pytest.raises(ValidationError):
            answered.reword(cast.auditor, text="Noe annet")
        free.remove(cast.auditor)
        assert begun.questions.count() == 2

    def test_not_for_others(self, cast, audit, login):
        for person in (cast.leader, cast.reporter, cast.outsider):
            assert login(person).get(at("build_questions", audit)).status_code in (403, 404)
            with pytest.raises(PermissionDenied):
                AuditQuestion.add(person, audit, [{"text": "Slipp oss lett"}])

    def test_the_leader_does_not_see_the_questions_beforehand(self, cast, begun, login):
        page = login(cast.leader).get(begun.get_absolute_url())
        assert page.status_code == 200
        assert "Vis sak 1." not in page.content.decode()
        for name in ("questions", "field", "audit_history"):
            assert login(cast.leader).get(at(name, begun)).status_code == 403

    def test_not_too_many(self, cast, audit):
        with pytest.raises(ValidationError):
            AuditQuestion.add(cast.auditor, audit, [{"text": f"Spørsmål {n}"} for n in range(MOST_QUESTIONS + 1)])
        assert not audit.questions.exists()


class TestAnswers:
    def test_without_script_to_the_next_question(self, cast, begun, login):
        first, second, _third = begun.questions.all()
        data = {"result": "partly", "note": "Én av tre", "version": first.version}
        answer = login(cast.auditor).post(first.get_absolute_url(), data)
        assert answer.url == second.get_absolute_url()
        first.refresh_from_db()
        assert (first.result, first.note, first.answered_by) == ("partly", "Én av tre", cast.auditor)

    def test_from_the_list_back_to_the_list(self, cast, begun, login):
        first = begun.questions.first()
        data = {"result": "conforms", "version": first.version, "liste": "1"}
        answer = login(cast.auditor).post(first.get_absolute_url(), data)
        assert answer.url == f"{at('field', begun)}#sporsmal-{first.pk}"

    def test_with_script(self, cast, begun, login):
        first = begun.questions.first()
        client, data = login(cast.auditor), {"result": "conforms", "version": first.version}
        answer = client.post(first.get_absolute_url(), data, **JSON)
        assert answer.json()["version"] == first.version + 1
        assert client.post(first.get_absolute_url(), {**data, "result": "kanskje"}, **JSON).status_code == 400

    def test_two_at_once_see_both_texts(self, cast, begun, login):
        first = begun.questions.first()
        shown = first.version
        first.answer(cast.auditor, result="not", note="Den andres")
        data = {"result": "conforms", "note": "Mitt", "version": shown}
        client = login(cast.auditor)
        page = client.post(first.get_absolute_url(), data)
        assert page.status_code == 409
        assert "Den andres" in page.content.decode()
        assert "Mitt" in page.content.decode()
        said = client.post(first.get_absolute_url(), data, **JSON)
        assert (said.status_code, said.json()["note"], said.json()["version"]) == (409, "Den andres", shown + 1)
        first.refresh_from_db()
        assert first.note == "Den andres"

    def test_by_the_model_too(self, cast, begun):
        first = begun.questions.first()
        first.answer(cast.auditor, result="conforms", version=1)
        with pytest.raises(StaleVersion):
            first.answer(cast.auditor, result="not", version=1)

    def test_not_before_it_is_begun(self, cast, audit, login):
        AuditQuestion.add(cast.auditor, audit, [{"text": "Vis"}])
        question = audit.questions.get()
        answer = login(cast.auditor).post(question.get_absolute_url(), {"result": "conforms", "version": 1}, **JSON)
        assert (answer.status_code, answer.json()["message"]) == (400, "Begynn revisjonen først.")

    def test_not_by_those_who_only_read(self, cast, begun, login):
        question = begun.questions.first()
        for person in (cast.quality_manager, cast.leader, cast.director):
            assert login(person).post(question.get_absolute_url(), {"result": "conforms"}).status_code == 403
        assert login(cast.colleague).get(question.get_absolute_url()).status_code == 404

    def test_the_number_of_queries_does_not_grow(self, cast, begun, login):
        client = login(cast.auditor)

        def count():
            with CaptureQueriesContext(connection) as queries:
                client.get(at("field", begun))
            return len(queries)

        count()
        before = count()
        AuditQuestion.add(cast.auditor, begun, [{"text": f"Nytt {number}"} for number in range(20)])
        assert count() == before


class TestEvidence:
    def data(self, **facts):
        facts.setdefault("key", str(uuid.uuid4()))
        return {"kind": "observation", "source": "Medisinrom", "seen": "Låst skap", **facts}

    def test_written_once_however_often_it_is_sent(self, cast, begun, login):
        question, client = begun.questions.first(), login(cast.auditor)
        data = self.data(conforming="3", sample="5")
        for _time in range(2):
            assert client.post(at("add_evidence", begun, question.pk), data).status_code == 302
        evidence = Evidence.objects.get()
        assert (evidence.share, evidence.question) == ("3 av 5 som det skal være", question)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"conforming": "6", "sample": "5"}, "conforming"),
            ({"conforming": "6"}, "sample"),
            ({"kind": "rykte"}, "kind"),
            ({"seen": " "}, "seen"),
            ({"sample": "-1"}, "sample"),
        ],
    )
    def test_what_is_wrong_is_said_beside_the_field(self, cast, begun, login, wrong, field):
        question = begun.questions.first()
        answer = login(cast.auditor).post(at("add_evidence", begun, question.pk), self.data(**wrong))
        assert field in answer.context["form"].errors
        assert "Medisinrom" in answer.content.decode()
        assert not Evidence.objects.exists()

    def test_removed_by_those_who_write_only(self, cast, begun, login):
        evidence = factories.make_evidence(cast.auditor, begun.questions.first())
        address = at("remove_evidence", begun, evidence.pk)
        assert login(cast.quality_manager).post(address).status_code == 403
        login(cast.auditor).post(address)
        assert not Evidence.objects.exists()
        assert Evidence.history.filter(history_type="-").count() == 1

    def test_not_of_another_audit(self, cast, units, begun, login):
        other = factories.make_begun_audit(cast.quality_manager, units.it, cast.colleague)
        evidence = factories.make_evidence(cast.colleague, other.questions.first())
        assert login(cast.auditor).post(at("remove_evidence", begun, evidence.pk)).status_code == 404


class TestFindings:
    def test_drafted_from_a_question(self, cast, begun, login):
        question = begun.questions.first()
        question.answer(cast.auditor, result="not", note="Tre av fem mangler signatur.")
        client, address = login(cast.auditor), at("write_finding", begun, sporsmal=question.pk)
        assert client.get(address).context["form"]["words"].value() == "Tre av fem mangler signatur."
        client.post(address, {"grade": "minor", "words": "Tre av fem mangler signatur.", "basis": "Rutinen"})
        finding = AuditFinding.objects.get()
        assert (finding.question, finding.grade) == (question, "minor")

    def test_what_is_wrong_is_said_and_kept(self, cast, begun, login):
        data = {"grade": "fatal", "words": "Noe mangler", "page": "finnes ikke", "requirement": "ISO 0 1"}
        answer = login(cast.auditor).post(at("write_finding", begun), data)
        assert set(answer.context["form"].errors) == {"grade", "page", "requirement"}
        assert "Noe mangler" in answer.content.decode()

    def test_two_at_once(self, cast, begun, login):
        finding = factories.make_finding(begun, cast.auditor)
        data = {"grade": "minor", "words": "Mine ord", "version": finding.version}
        finding.change(cast.auditor, grade="minor", words="Den andres ord")
        answer = login(cast.auditor).post(at("change_finding", begun, finding.pk), data)
        assert answer.status_code == 409
        assert "Den andres ord" in answer.content.decode()

    def test_withdrawn_with_its_evidence(self, cast, begun, login):
        finding = factories.make_finding(begun, cast.auditor)
        assert login(cast.quality_manager).post(at("withdraw_finding", begun, finding.pk)).status_code == 403
        login(cast.auditor).post(at("withdraw_finding", begun, finding.pk))
        assert not AuditFinding.objects.exists()

    def test_the_leader_does_not_see_a_draft(self, cast, begun, login):
        factories.make_finding(begun, cast.auditor, words="Hemmelig utkast")
        assert "Hemmelig utkast" not in login(cast.leader).get(begun.get_absolute_url()).content.decode()

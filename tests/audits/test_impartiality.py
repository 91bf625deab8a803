"""Nobody audits their own work: who is refused, who must say why, and that it is asked again."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audits import impartiality
from audits.models import Audit, Auditor, AuditQuestion
from organisation.models import RoleAssignment
from organisation.roles import Role
from tests import factories


@pytest.fixture
def audit(cast, units):
    return factories.make_audit(cast.quality_manager, units.home_care, cast.auditor)


def refused(cast, audit, person, **facts):
    with pytest.raises(ValidationError) as error:
        Auditor.join(cast.quality_manager, audit, user=person, **facts)
    assert not audit.team.filter(user=person).exists()
    return error.value.message_dict


@pytest.mark.parametrize("name", ["leader", "deputy", "handler", "reporter", "director"])
def test_the_unit_itself_and_those_who_lead_it_are_refused(cast, audit, name):
    assert "person" in refused(cast, audit, getattr(cast, name), reason="Jeg lover å være upartisk")


def test_below_and_above_in_the_line_are_refused(cast, units, audit):
    below = factories.make_user("under", units.zone)
    assert "person" in refused(cast, audit, below)
    of_zone = factories.make_audit(cast.quality_manager, units.zone, cast.auditor)
    assert "person" in refused(cast, of_zone, cast.reporter)


def test_who_works_at_the_municipality_itself_can_audit_a_unit_but_not_the_municipality(cast, units, audit):
    assert Auditor.join(cast.quality_manager, audit, user=cast.editor).user == cast.editor
    whole = factories.make_audit(cast.quality_manager, units.municipality, cast.outsider)
    assert "person" in refused(cast, whole, cast.editor)


def test_who_stands_in_for_the_leader_is_refused(cast, audit):
    RoleAssignment.objects.create(user=cast.outsider, unit=audit.unit, role=Role.DEPUTY)
    assert "person" in refused(cast, audit, type(cast.outsider).objects.get(pk=cast.outsider.pk))


def test_who_has_handled_cases_must_say_why(cast, units, audit):
    case = factories.make_assessed_case(cast.reporter, cast.handler)
    case.handler = cast.outsider
    case.save_by(cast.handler)
    texts = refused(cast, audit, cast.outsider)["reason"]
    assert "1 sak" in texts[0]
    member = Auditor.join(cast.quality_manager, audit, user=cast.outsider, reason="Saken gjaldt IT, ikke tjenesten.")
    assert (len(member.warnings), member.reason) == (1, "Saken gjaldt IT, ikke tjenesten.")


def test_a_sealed_case_is_not_told_of(cast, audit):
    case = factories.make_assessed_case(cast.reporter, cast.leader, sealed=True)
    case.handler = cast.outsider
    case.save_by(cast.leader)
    assert impartiality.of(cast.outsider, audit).warnings == []


def test_who_owns_or_has_approved_what_is_audited_must_say_why(cast, units, handbook, audit):
    page = factories.make_procedure(handbook, cast.editor, owner_unit=units.it)
    AuditQuestion.add(cast.quality_manager, audit, [{"text": "Vis hvordan.", "page": page}])
    for person in (cast.process_owner, cast.approver):
        assert "Tilgang til fagsystem" in refused(cast, audit, person)["reason"][0]


def test_a_reason_that_nobody_asked_for_is_not_kept(cast, audit):
    member = Auditor.join(cast.quality_manager, audit, user=cast.outsider, reason="Ikke nødvendig")
    assert (member.warnings, member.reason) == ([], "")


def test_asked_again_when_the_audit_begins(cast, units, audit):
    Auditor.join(cast.quality_manager, audit, user=cast.outsider)
    audit.notify(cast.quality_manager)
    RoleAssignment.objects.create(user=cast.outsider, unit=units.home_care, role=Role.UNIT_LEADER)
    with pytest.raises(ValidationError) as error:
        audit.start(cast.auditor)
    assert cast.outsider.get_full_name() in error.value.messages[0]
    audit.refresh_from_db()
    assert audit.status == Audit.Status.NOTIFIED


def test_a_lead_who_is_not_impartial_is_said_beside_the_field(cast, units, login):
    data = {"title": "Revisjon", "unit": units.home_care.pk, "kind": "internal", "year": 2026, "lead": "handler"}
    data["key"] = "6f1c1b52-5b1b-4d0f-9f5a-0d9f1d6c7c11"
    answer = login(cast.quality_manager).post(reverse("audits:plan_audit"), data)
    assert set(answer.context["form"].errors) == {"lead"}
    assert "Revisjon" in answer.content.decode()
    assert not Audit.objects.exists()


def test_a_reason_is_asked_for_beside_its_field_and_nothing_is_lost(cast, units, login, handbook):
    page = factories.make_procedure(handbook, cast.editor, owner_unit=units.it)
    data = {"title": "Revisjon", "unit": units.home_care.pk, "kind": "internal", "year": 2026, "lead": "process_owner"}
    data |= {"page": page.document.document_id, "key": "6f1c1b52-5b1b-4d0f-9f5a-0d9f1d6c7c12"}
    client = login(cast.quality_manager)
    answer = client.post(reverse("audits:plan_audit"), data)
    assert set(answer.context["form"].errors) == {"lead_reason"}
    client.post(reverse("audits:plan_audit"), {**data, "lead_reason": "Eier ikke praksisen."})
    assert Audit.objects.get().lead.reason == "Eier ikke praksisen."


def test_an_audit_from_outside_asks_nothing(cast, units):
    audit = factories.make_audit(
        cast.quality_manager, units.home_care, cast.handler, kind=Audit.Kind.CERTIFICATION, body="Sertifisering AS"
    )
    assert audit.lead.user == cast.handler


def test_somebody_from_outside_by_name(cast, audit):
    assert Auditor.join(cast.quality_manager, audit, name="Inger Dalen", function="Revisor").user is None
    with pytest.raises(ValidationError):
        Auditor.join(cast.quality_manager, audit, name=" ")


def test_the_number_of_queries_does_not_grow(cast, units, handbook, audit):
    def count():
        with CaptureQueriesContext(connection) as queries:
            impartiality.of(cast.outsider, audit)
        return len(queries)

    for number in range(2):
        page = factories.make_procedure(handbook, cast.editor, title=f"Side {number}")
        AuditQuestion.add(cast.quality_manager, audit, [{"text": f"Vis {number}.", "page": page}])
    count()
    before = count()
    for number in range(2, 6):
        page = factories.make_procedure(handbook, cast.editor, title=f"Side {number}")
        AuditQuestion.add(cast.quality_manager, audit, [{"text": f"Vis {number}.", "page": page}])
    assert count() == before

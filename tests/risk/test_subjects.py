"""Assets and aspects: who looks after them, and how each is assessed."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from organisation.history import StaleVersion
from risk.models import Subject
from risk.uses import SubKind, Use
from tests import factories

pytestmark = pytest.mark.django_db
FORM = {"kind": "it_system", "name": "Fagsystem sak", "description": "Sak og arkiv", "weight": "3", "owner": ""}


def lines(client, query=""):
    return client.get(f"/risiko/verdier/?{query or 'alle=1'}").context["lines"]


def test_a_case_handler_writes_one_down(cast, login):
    answer = login(cast.handler).post("/risiko/verdier/ny/", {**FORM, "unit": cast.handler.unit_id})
    subject = Subject.objects.get()
    assert (answer.status_code, subject.name, subject.weight, subject.unit) == (302, FORM["name"], 3, cast.handler.unit)
    assert subject.history.get().actor_label == cast.handler.get_full_name()


@pytest.mark.parametrize("who", ["reporter", "outsider", "auditor", "editor", "service_desk"])
def test_others_do_not(cast, login, who):
    subject = factories.make_subject(cast.leader.unit)
    client = login(getattr(cast, who))
    assert client.post("/risiko/verdier/ny/", {**FORM, "unit": cast.leader.unit_id}).status_code == 403
    assert client.post(f"/risiko/verdier/{subject.pk}/endre/", FORM).status_code == 403
    assert "/verdier/ny/" not in client.get("/risiko/verdier/").content.decode()
    with pytest.raises(PermissionDenied):
        Subject.add(getattr(cast, who), kind="it_system", name="X", unit=cast.leader.unit)
    with pytest.raises(PermissionDenied):
        subject.change(getattr(cast, who), name="Y")


def test_nobody_moves_one_to_or_from_another_unit(cast, units, login):
    subject = factories.make_subject(units.home_care)
    for by, unit in ((cast.leader, units.it), (cast.it_leader, units.it)):
        with pytest.raises(PermissionDenied):
            subject.change(by, unit=unit)
    form = {**FORM, "unit": units.it.pk, "version": 1}
    assert login(cast.leader).post(f"/risiko/verdier/{subject.pk}/endre/", form).context["form"].errors.keys() == {
        "unit"
    }
    subject.refresh_from_db()
    assert subject.unit == units.home_care


@pytest.mark.parametrize(("field", "value"), [("name", ""), ("weight", "4"), ("kind", "bil"), ("owner", "ingen")])
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(cast, login, field, value):
    answer = login(cast.leader).post("/risiko/verdier/ny/", {**FORM, "unit": cast.leader.unit_id, field: value})
    assert answer.context["form"].errors.keys() == {field}
    assert FORM["description"] in answer.content.decode()
    assert not Subject.objects.exists()


def test_twice_is_once(cast, login):
    client, form = login(cast.leader), {**FORM, "unit": cast.leader.unit_id}
    client.post("/risiko/verdier/ny/", form)
    assert client.post("/risiko/verdier/ny/", form).context["form"].errors.keys() == {"name"}
    assert Subject.objects.count() == 1
    with pytest.raises(ValidationError):
        Subject.add(cast.leader, kind="it_system", name=FORM["name"], unit=cast.leader.unit)


def test_a_stale_form_changes_nothing(cast, login):
    subject = factories.make_subject(cast.leader.unit)
    subject.change(cast.deputy, name="Nytt navn")
    form = {**FORM, "unit": cast.leader.unit_id, "version": 1, "active": "on"}
    answer = login(cast.leader).post(f"/risiko/verdier/{subject.pk}/endre/", form)
    assert answer.status_code == 409
    with pytest.raises(StaleVersion):
        subject.change(cast.leader, version=1, name="Mitt navn")
    subject.refresh_from_db()
    assert subject.name == "Nytt navn"


def test_each_shows_its_newest_assessment_and_highest_risk(cast, login):
    subject = factories.make_subject(cast.leader.unit)
    system = {"use": Use.SECURITY, "sub_kind": SubKind.IT_SYSTEM, "subject": subject}
    factories.make_decided(cast.leader, {"probability": 2, "consequence": 5}, year=2025, **system)
    newest = factories.make_decided(cast.leader, {"probability": 1, "consequence": 5}, year=2026, **system)
    (line,) = lines(login(cast.outsider))
    assert (line.latest, line.highest) == (newest, 10)


def test_a_restricted_assessment_is_not_seen_from_the_subject(cast, login):
    subject = factories.make_subject(cast.leader.unit)
    row = {"probability": 2, "consequence": 5}
    factories.make_decided(cast.leader, row, subject=subject, restricted=True, use=Use.SECURITY)
    assert [(line.latest, line.highest) for line in lines(login(cast.outsider))] == [(None, None)]
    assert lines(login(cast.leader))[0].highest == 10
    assert len(lines(login(cast.outsider), "mangler=on")) == 1
    assert lines(login(cast.leader), "mangler=on") == []


def test_filters(cast, login, units):
    system = factories.make_subject(units.home_care)
    aspect = factories.make_subject(units.it, "Ølavfall", kind=Subject.Kind.ENVIRONMENTAL_ASPECT)
    gone = factories.make_subject(units.it, "Gammelt", active=False)
    client = login(cast.reporter)

    def shown(query):
        return [line.subject for line in lines(client, query)]

    assert shown("q=ølavfall") == shown("type=environmental_aspect") == [aspect]
    assert shown(f"enhet={units.home_care.pk}") == shown("type=it_system") == [system]
    assert gone in shown("utgatt=on")
    assert shown("type=bil&enhet=0&q=finnesikke") == []


def test_it_costs_the_same_with_many(cast, login, django_assert_max_num_queries):
    client = login(cast.leader)
    factories.make_subject(cast.leader.unit)
    client.get("/risiko/verdier/?alle=1")
    with django_assert_max_num_queries(13) as few:
        client.get("/risiko/verdier/?alle=1")
    for number in range(5):
        subject = factories.make_subject(cast.leader.unit, f"System {number}")
        factories.make_decided(cast.leader, title=f"Analyse {number}", subject=subject, use=Use.SECURITY)
    with django_assert_max_num_queries(len(few.captured_queries)):
        client.get("/risiko/verdier/?alle=1")

"""The registers of risk in the admin."""

import pytest

from risk.models import Threat
from tests import factories

pytestmark = pytest.mark.django_db
LIBRARY = ["template", "threat", "control"]


@pytest.mark.parametrize("register", LIBRARY)
@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("quality_manager", True),
        ("administrator", True),
        ("approver", False),
        ("editor", False),
        ("service_desk", False),
    ],
)
def test_those_who_look_after_registers_change_the_library(cast, login, register, who, may):
    client = login(getattr(cast, who))
    for address in ("", "create/"):
        assert (client.get(f"/admin/risk/{register}/{address}").status_code == 200) is may


def test_a_threat_is_changed_and_its_history_says_by_whom(cast, login):
    threat = factories.make_risk_template().threats.get()
    form = {"template": threat.template_id, "place": 1, "threat": "Strømmen blir borte", "active": "on"}
    client = login(cast.quality_manager)
    address = f"/admin/risk/threat/edit/{threat.pk}/"
    assert client.post(address, {**form, "shown_version": 1}).status_code == 302
    changed = Threat.objects.get()
    assert (changed.threat, changed.version) == ("Strømmen blir borte", 2)
    assert changed.history.first().actor_label == cast.quality_manager.get_full_name()
    assert client.post(address, {**form, "threat": "Foreldet", "shown_version": 1}).status_code == 200
    assert Threat.objects.get().threat == "Strømmen blir borte"


def test_a_template_with_a_sub_kind_of_another_use_is_refused(cast, login):
    form = {"name": "Mal", "use": "project", "sub_kind": "it_system", "version_label": "1", "active": "on"}
    answer = login(cast.quality_manager).post("/admin/risk/template/create/", form)
    assert answer.status_code == 200


def test_nothing_is_deleted(cast, login):
    control = factories.make_control()
    assert login(cast.quality_manager).post(f"/admin/risk/control/delete/{control.pk}/").status_code in (302, 403, 404)
    control.refresh_from_db()


@pytest.mark.parametrize("register", ["assessment", "risk"])
def test_the_assessments_are_looked_up_and_not_changed(cast, login, register):
    assessment = factories.make_decided(cast.leader)
    client = login(cast.quality_manager)
    assert assessment.title in client.get("/admin/risk/assessment/").content.decode()
    pk = assessment.pk if register == "assessment" else assessment.rows.get().pk
    assert client.get(f"/admin/risk/{register}/inspect/{pk}/").status_code == 200
    assert client.get(f"/admin/risk/{register}/create/").status_code != 200
    assert client.get(f"/admin/risk/{register}/edit/{pk}/").status_code != 200


def test_a_restricted_one_is_not_there_for_who_may_not_read_it(cast, login):
    assessment = factories.make_decided(cast.leader, {"threat": "Hemmelig"}, restricted=True, title="Skjermet")
    row = assessment.rows.get()
    client = login(cast.process_owner)
    for address in ("assessment/", "risk/", "assessment/?q=Skjermet", "risk/?q=Hemmelig"):
        html = client.get(f"/admin/risk/{address}").content.decode()
        assert f">{assessment.title}<" not in html
        assert row.get_absolute_url() not in html
    assert client.get(f"/admin/risk/assessment/inspect/{assessment.pk}/").status_code != 200
    assert client.get(f"/admin/risk/risk/inspect/{row.pk}/").status_code != 200
    assert row.get_absolute_url() in login(cast.quality_manager).get("/admin/risk/risk/").content.decode()
    export = client.get("/admin/risk/risk/?export=csv")
    assert "Hemmelig" not in b"".join(export.streaming_content if export.streaming else [export.content]).decode()

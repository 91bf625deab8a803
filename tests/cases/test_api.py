"""The API: who gets in, what a key may, and what other systems see (G28)."""

import datetime
import json
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from cases.api import api, open311
from cases.models import ApiKey, Case, Entry, Integration, Scope
from organisation import clock
from organisation.models import RoleAssignment
from organisation.roles import Role
from tests import factories

pytestmark = pytest.mark.django_db

PLANTED = "Gunhild Hemmelig"


@pytest.fixture
def system(cast, units) -> Integration:
    return Integration.begin(cast.administrator, name="Gerica", contact="drift@example.test", unit=units.home_care)


@pytest.fixture
def call(cast, system):
    """Call the API with a key that may do everything, or what is named."""

    def called(method: str, path: str, body: object = None, scopes: list[str] | None = None, key: str | None = None):
        if key is None:
            _key, key = ApiKey.issue(cast.administrator, system, label="Prøve", scopes=scopes or Scope.values)
        data = json.dumps(body) if body is not None else ""
        return Client().generic(
            method, f"/api/v1/{path}", data, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
        )

    return called


def reported(**changes: object) -> dict[str, object]:
    return {
        "key": str(uuid.uuid4()),
        "kind": "deviation",
        "description": "En pasient fikk feil medisin.",
        "unit": "home-care",
        **changes,
    }


def test_a_system_reports_and_follows_a_case(call, cast):
    made = call("POST", "cases", reported())
    assert made.status_code == 201
    reference = made.json()["reference"]
    case = Case.objects.get(reference=reference)
    assert (case.channel, case.reporter.integration.name) == ("api", "Gerica")
    case.assess(cast.leader, probability=2, consequence=2, answer="Vi ser på det.")
    assert call("GET", f"cases/{reference}").json()["status"] == "assessed"
    lines = call("GET", f"cases/{reference}/timeline").json()
    assert [line["event"] for line in lines if line["kind"] == "event"] == ["received", "assessed"]
    assert any(line["text"] == "Vi ser på det." for line in lines)
    assert call("POST", f"cases/{reference}/messages", {"text": "Takk"}).status_code == 201


def test_the_same_key_makes_one_case(call):
    body = reported()
    answers = [call("POST", "cases", body).status_code for _time in range(10)]
    assert answers == [201] + [200] * 9
    assert Case.objects.count() == 1


def test_texts_hide_personal_data_from_a_system_without_a_role(call, cast, units):
    case = factories.make_case(cast.reporter, description="Ring 99 88 77 66 om pasienten.")
    shown = call("GET", f"cases/{case.reference}").json()
    assert "99 88 77 66" not in json.dumps(shown)
    assert shown["whole"] is False
    user = Integration.objects.get().user
    RoleAssignment.objects.create(user=user, unit=units.home_care, role=Role.CASE_HANDLER)
    assert "99 88 77 66" in call("GET", f"cases/{case.reference}").json()["description"]


def test_sealed_and_unsorted_cases_are_not_there(call, cast, units):
    sealed = factories.make_case(cast.reporter, description=PLANTED, sealed=True)
    outside = factories.make_outside_case(units.municipality, description=PLANTED)
    for case in (sealed, outside):
        assert call("GET", f"cases/{case.reference}").status_code == 404
        assert call("GET", f"cases/{case.reference}/timeline").status_code == 404
        assert call("POST", f"cases/{case.reference}/messages", {"text": "Hei"}).status_code == 404
    assert PLANTED not in call("GET", "cases").content.decode()
    assert call("GET", "cases").json()["cases"] == []


def test_the_list_is_read_to_its_end_and_costs_the_same(call, cast, django_assert_max_num_queries):
    for number in range(60):
        factories.make_case(cast.reporter, title=f"Sak {number}")
    with django_assert_max_num_queries(20):
        first = call("GET", "cases").json()
    second = call("GET", f"cases?after={first['next']}").json()
    references = [case["reference"] for page in (first, second) for case in page["cases"]]
    assert len(set(references)) == 60
    assert second["next"] is None


def test_the_list_is_narrowed(call, cast):
    factories.make_case(cast.reporter)
    factories.make_case(cast.reporter, kind=Case.Kind.IMPROVEMENT)
    assert [case["kind"] for case in call("GET", "cases?kind=improvement").json()["cases"]] == ["improvement"]
    tomorrow = (clock.today() + datetime.timedelta(1)).isoformat()
    assert call("GET", f"cases?since={tomorrow}").json()["cases"] == []


@pytest.mark.parametrize("key", ["", "x", "A" * 43, "æøå"])
def test_a_forged_key_does_not_let_in(call, key):
    assert call("GET", "cases", key=key).status_code in (400, 401)


def every_operation() -> list[tuple[str, str]]:
    found = []
    for made, prefix in ((api, "/api/v1/"), (open311, "/api/open311/v2/")):
        paths = made.get_openapi_schema(path_prefix=prefix)["paths"]
        found += [(method.upper(), path) for path, methods in paths.items() for method in methods]
    return found


@pytest.mark.parametrize(("method", "path"), every_operation())
def test_nothing_is_open_without_a_key(method, path):
    answer = Client().generic(method, path.replace("{reference}", "2026-00001"), "{}", content_type="application/json")
    assert answer.status_code == 401


def test_no_key_and_no_login_lets_nobody_in(cast, login):
    assert Client().get("/api/v1/cases").status_code == 401
    assert login(cast.administrator).get("/api/v1/cases").status_code == 401


def test_a_revoked_or_expired_key_is_shut_out_at_once(call, cast, system):
    key, secret = ApiKey.issue(cast.administrator, system, label="Kort", scopes=[Scope.READ], expires_on=clock.today())
    assert call("GET", "cases", key=secret).status_code == 200
    with clock.set_to(clock.now() + datetime.timedelta(2)):
        assert call("GET", "cases", key=secret).status_code == 401
    key.revoke(cast.administrator)
    assert call("GET", "cases", key=secret).status_code == 401


def test_a_system_that_is_shut_out_is_out_with_all_its_keys(call, cast, system):
    _key, secret = ApiKey.issue(cast.administrator, system, label="Nøkkel", scopes=[Scope.READ])
    system.switch(cast.administrator, active=False)
    assert call("GET", "cases", key=secret).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "cases", Scope.READ),
        ("GET", "units", Scope.READ),
        ("GET", "cases/2026-00001", Scope.READ),
        ("GET", "cases/2026-00001/timeline", Scope.READ),
        ("POST", "cases", Scope.REPORT),
        ("POST", "cases/2026-00001/messages", Scope.REPORT),
        ("POST", "cases/2026-00001/elsewhere", Scope.STATUS),
    ],
)
def test_a_key_may_only_what_it_was_made_for(call, method, path, scope):
    others = [value for value in Scope.values if value != scope]
    assert call(method, path, {}, scopes=others).status_code == 403


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("description", ""),
        ("description", "x" * 20_001),
        ("description", "NUL\0"),
        ("description", "\ud800"),
        ("kind", "audit_finding"),
        ("kind", None),
        ("key", "ikke en nøkkel"),
        ("unit", 7),
        ("consequence", 6),
        ("consequence", 0),
        ("title", "x" * 121),
    ],
)
def test_what_is_wrong_is_named(call, field, value):
    answer = call("POST", "cases", reported(**{field: value}))
    assert answer.status_code == 422
    assert field in answer.json()["fields"]
    assert not Case.objects.exists()


def test_an_unknown_unit_and_broken_json_are_refused(call):
    assert call("POST", "cases", reported(unit="finnes-ikke")).status_code == 404
    _made = Client().post("/api/v1/cases", "{", content_type="application/json")
    assert _made.status_code == 401
    assert not Case.objects.exists()


def test_the_account_of_a_system_can_not_log_in(system):
    assert not system.user.has_usable_password()
    assert not Client().login(username=system.user.username, password="")


@pytest.mark.parametrize("who", ["reporter", "leader", "quality_manager", "director", "auditor"])
def test_only_the_administrator_looks_after_systems(system, cast, units, who, login):
    person = getattr(cast, who)
    with pytest.raises(PermissionDenied):
        Integration.begin(person, name="Annet", contact="-", unit=units.it)
    with pytest.raises(PermissionDenied):
        ApiKey.issue(person, system, label="-", scopes=[Scope.READ])
    client = login(person)
    assert client.post(f"/integrasjoner/{system.pk}/bryter/").status_code == 403
    assert client.post(f"/integrasjoner/{system.pk}/nokkel/", {"label": "x", "scopes": "read"}).status_code == 403


def test_a_key_is_shown_once_and_only_its_checksum_is_kept(system, cast, login):
    client = login(cast.administrator)
    shown = client.post(f"/integrasjoner/{system.pk}/nokkel/", {"label": "Prøve", "scopes": ["read"]}).content.decode()
    key = ApiKey.objects.get()
    assert "Kopier den nå" in shown or "Copy it now" in shown
    assert key.checksum not in shown
    assert "Copy it now" not in client.get(f"/integrasjoner/{system.pk}/").content.decode()


@pytest.mark.parametrize("expires", ["2020-01-01", "31.02.2027", "snart"])
def test_a_key_without_rights_or_with_a_wrong_day_is_not_made(system, cast, login, expires):
    client = login(cast.administrator)
    address = f"/integrasjoner/{system.pk}/nokkel/"
    assert "ds-validation-message" in client.post(address, {"label": "Prøve"}).content.decode()
    client.post(address, {"label": "Prøve", "scopes": ["read"], "expires_on": expires})
    assert not ApiKey.objects.exists()


# A system that takes over cases (S34)


def taken_over(cast, system: str = "Gerica") -> Case:
    case = factories.make_assessed_case(cast.reporter, cast.leader)
    case.take_over(cast.leader, system=system, external_id="G-77", reason="Følges opp der.")
    return case


def test_a_system_that_has_taken_over_says_how_it_goes(call, cast):
    case = taken_over(cast)
    answer = call("POST", f"cases/{case.reference}/elsewhere", {"status": "Utført", "note": "Ferdig i går."})
    assert answer.status_code == 201
    assert case.entries.get(event=Entry.Event.ELSEWHERE).text == "Gerica: Utført. Ferdig i går."
    assert cast.reporter.notices.filter(case=case).exists()


def test_another_system_or_an_open_case_is_refused(call, cast):
    other = taken_over(cast, system="Visma")
    assert call("POST", f"cases/{other.reference}/elsewhere", {"status": "Utført"}).status_code == 403
    still_open = factories.make_case(cast.reporter)
    assert call("POST", f"cases/{still_open.reference}/elsewhere", {"status": "Utført"}).status_code == 422
    assert not Entry.objects.filter(event=Entry.Event.ELSEWHERE).exists()


# Open311


@pytest.fixture
def key(cast, system) -> str:
    return ApiKey.issue(cast.administrator, system, label="FiksGata", scopes=[Scope.TAKE_IN])[1]


def test_a_report_from_another_inhabitants_service_is_taken_in_and_followed(key, cast, units):
    client = Client()
    sent = {"service_code": "ris", "description": "Hull i veien", "address_string": "Storgata 1", "email": "a@b.no"}
    made = client.post(f"/api/open311/v2/requests.json?api_key={key}", sent)
    assert made.status_code == 201
    (row,) = made.json()
    case = Case.objects.get(reference=row["service_request_id"])
    assert (case.needs_triage, case.correspondent.email, case.kind) == (True, "a@b.no", "deviation")
    assert "Storgata 1" in case.description
    assert client.get(row["service_notice"].split("8000")[1]).status_code == 200
    shown = client.get(f"/api/open311/v2/requests/{case.reference}.json?api_key={key}").json()
    assert (shown[0]["status"], shown[0]["service_code"]) == ("open", "ris")


def test_open311_shows_only_what_the_system_handed_in(key, cast, units):
    case = factories.make_outside_case(units.municipality)
    assert Client().get(f"/api/open311/v2/requests/{case.reference}.json?api_key={key}").status_code == 404


@pytest.mark.parametrize(
    "change", [{"service_code": "klage"}, {"description": ""}, {"email": "ikke en adresse"}, {"phone": "1" * 31}]
)
def test_a_wrong_open311_report_is_refused(key, change):
    sent = {"service_code": "ris", "description": "Hull i veien", **change}
    assert Client().post(f"/api/open311/v2/requests.json?api_key={key}", sent).status_code == 422
    assert not Case.objects.exists()


def test_services_need_a_key_for_them(key, call, cast, system):
    assert len(Client().get(f"/api/open311/v2/services.json?api_key={key}").json()) == 3
    assert Client().get("/api/open311/v2/services.json").status_code == 401
    reads = ApiKey.issue(cast.administrator, system, label="Leser", scopes=[Scope.READ])[1]
    assert Client().get(f"/api/open311/v2/services.json?api_key={reads}").status_code == 403

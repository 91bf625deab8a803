"""Memberships and networks (S76): the register, who says what, and whether it is worth it."""

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction

from home import waiting
from home.wheel.duties import Kind, Scope, gather
from organisation import clock
from organisation.history import StaleVersion
from results.models import Network, NetworkEvaluation
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = clock.today()
DAY = datetime.timedelta(1)
STAY, LEAVE = NetworkEvaluation.Verdict.STAY, NetworkEvaluation.Verdict.LEAVE


def form(by: Any, **facts: Any) -> dict[str, Any]:
    return {
        "name": "Transparency International Norge",
        "kind": "membership",
        "purpose": "Støtte i arbeidet mot korrupsjon",
        "benefit": "",
        "unit": by.unit_id,
        "contact": "colleague",
        "organisation": "Transparency International",
        "address": "https://www.transparency.no/",
        "first_day": "2013-01-01",
        "last_day": "",
        "yearly_cost": "25000",
        "evaluate_on": (TODAY + 90 * DAY).isoformat(),
        **facts,
    }


def shown(client: Any, query: str) -> list[str]:
    return [network.name for network in client.get(f"/resultater/nettverk/?{query}").context["page"]]


class TestTheRegister:
    def test_a_leader_writes_one_down_once(self, cast: Any, login: Any) -> None:
        client = login(cast.leader)
        data = form(cast.leader, key="3f2f8c1e-5d0b-4b58-9f5e-0c8f6f3a1b2c")
        for _time in range(2):
            assert client.post("/resultater/nettverk/ny/", data).status_code == 302
        network = Network.objects.get()
        assert (network.contact, network.yearly_cost, network.is_current) == (cast.colleague, 25000, True)

    @pytest.mark.parametrize("who", ["reporter", "handler", "auditor", "it_leader", "editor"])
    def test_others_do_not(self, cast: Any, login: Any, who: str) -> None:
        user, network = getattr(cast, who), factories.make_network(cast.leader)
        client = login(user)
        assert client.get(network.get_absolute_url()).status_code == 200
        for step in ("endre/", "vurder/"):
            assert client.post(network.get_absolute_url() + step, {}).status_code == 403
        for change in (
            lambda: Network.add(user, unit=cast.leader.unit),
            lambda: network.change(user, benefit="X"),
            lambda: network.evaluate(user, verdict=STAY, note="X", evaluate_on=TODAY + DAY),
        ):
            with pytest.raises(PermissionDenied):
                change()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"name": ""}, "name"),
            ({"last_day": "2001-01-01"}, "last_day"),
            ({"yearly_cost": "-1"}, "yearly_cost"),
            ({"address": "javascript:alert(1)"}, "address"),
            ({"contact": "ingen"}, "contact"),
            ({"kind": "klubb"}, "kind"),
        ],
    )
    def test_what_is_wrong_stands_at_its_field(self, cast: Any, login: Any, facts: dict[str, str], field: str) -> None:
        answer = login(cast.leader).post("/resultater/nettverk/ny/", form(cast.leader, **facts))
        assert answer.context["form"].errors.keys() == {field}
        assert not Network.objects.exists()

    def test_an_address_that_runs_is_refused_by_the_model_too(self, cast: Any) -> None:
        with pytest.raises(ValidationError):
            factories.make_network(cast.leader, address="javascript:alert(1)")

    def test_it_is_found_by_words_kind_unit_and_time(self, cast: Any, login: Any) -> None:
        factories.make_network(cast.leader, name="Grønt nettverk", evaluate_on=TODAY - DAY)
        factories.make_network(cast.it_leader, name="KS", kind="membership", yearly_cost=900_000)
        factories.make_network(cast.leader, name="Gammelt", last_day=TODAY - DAY)
        client = login(cast.leader)
        assert shown(client, "alle=1") == ["Grønt nettverk", "KS"]
        assert shown(client, "q=grønt") == ["Grønt nettverk"]
        assert shown(client, "type=membership") == ["KS"]
        assert shown(client, f"enhet={cast.leader.unit_id}") == ["Grønt nettverk"]
        assert shown(client, "vis=late") == ["Grønt nettverk"]
        assert shown(client, "vis=over") == ["Gammelt"]
        assert shown(client, "mine=on") == ["Grønt nettverk"]
        assert shown(client, "type=tull") == ["Grønt nettverk", "KS"]
        html = client.get("/resultater/nettverk/?alle=1").content.decode()
        assert "900\u00a0000" in html

    def test_the_sheet_is_the_same_selection(self, cast: Any, login: Any) -> None:
        factories.make_network(cast.leader, purpose="=cmd()", yearly_cost=100)
        factories.make_network(cast.it_leader, name="Annet")
        content = login(cast.reporter).get("/resultater/nettverk/eksport.xlsx?q=korrupsjon").content
        [_head, line] = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True)
        assert (line[8], line[10]) == (100, "'=cmd()")

    def test_the_number_of_queries_does_not_grow(
        self, cast: Any, login: Any, django_assert_max_num_queries: Any
    ) -> None:
        for number in range(20):
            factories.make_network(cast.leader, name=f"Nettverk {number}")
        client = login(cast.reporter)
        client.get("/resultater/nettverk/?alle=1")
        with django_assert_max_num_queries(12):
            client.get("/resultater/nettverk/?alle=1")


class TestTheContactPerson:
    def test_says_what_it_gives_and_nothing_else(self, cast: Any, login: Any) -> None:
        network = factories.make_network(cast.leader, contact=cast.colleague)
        client = login(cast.colleague)
        data = {"purpose": "Lære", "benefit": "Tre nye rutiner", "yearly_cost": "1", "name": "X", "version": 1}
        assert client.post(f"{network.get_absolute_url()}endre/", data).status_code == 302
        network.refresh_from_db()
        assert (network.benefit, network.yearly_cost, network.name) == (
            "Tre nye rutiner",
            None,
            "Nettverk mot korrupsjon",
        )
        with pytest.raises(PermissionDenied):
            network.change(cast.colleague, name="X")

    def test_evaluates_and_does_not_end_it(self, cast: Any) -> None:
        network = factories.make_network(cast.leader, contact=cast.colleague)
        network.evaluate(cast.colleague, verdict=STAY, note="Godt", evaluate_on=TODAY + 365 * DAY)
        with pytest.raises(ValidationError):
            network.evaluate(cast.colleague, verdict=LEAVE, note="Nok", last_day=TODAY)
        assert network.evaluations.get().by_name == cast.colleague.get_full_name()

    def test_it_is_not_given_to_a_unit_of_others(self, cast: Any, units: Any) -> None:
        with pytest.raises(ValidationError):
            factories.make_network(cast.leader).change(cast.leader, unit=units.it)


class TestEvaluating:
    def test_it_is_kept_as_it_was_written(self, cast: Any, login: Any) -> None:
        network = factories.make_network(cast.leader)
        data = {"verdict": "stay", "note": "Verdt det", "evaluate_on": (TODAY + 365 * DAY).isoformat(), "version": 1}
        assert login(cast.leader).post(f"{network.get_absolute_url()}vurder/", data).status_code == 302
        network.refresh_from_db()
        assert network.evaluate_on == TODAY + 365 * DAY
        with pytest.raises(DatabaseError), transaction.atomic():
            NetworkEvaluation.objects.update(note="Omskrevet")

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"note": " "}, "note"),
            ({"evaluate_on": TODAY}, "evaluate_on"),
            ({"evaluate_on": None}, "evaluate_on"),
            ({"verdict": LEAVE}, "last_day"),
            ({"verdict": "tja"}, "verdict"),
        ],
    )
    def test_what_is_missing_is_said(self, cast: Any, facts: dict[str, Any], field: str) -> None:
        network = factories.make_network(cast.leader)
        with pytest.raises(ValidationError) as refused:
            network.evaluate(cast.leader, **{"verdict": STAY, "note": "X", "evaluate_on": TODAY + DAY, **facts})
        assert refused.value.message_dict.keys() == {field}
        assert not NetworkEvaluation.objects.exists()

    def test_what_is_over_is_not_evaluated(self, cast: Any, login: Any) -> None:
        network = factories.make_network(cast.leader)
        network.evaluate(cast.leader, verdict=LEAVE, note="Nok", last_day=TODAY - DAY)
        assert not network.is_current
        with pytest.raises(ValidationError):
            network.evaluate(cast.leader, verdict=STAY, note="X", evaluate_on=TODAY + DAY)
        assert login(cast.leader).get(f"{network.get_absolute_url()}vurder/").status_code == 403

    def test_a_stale_form_is_refused(self, cast: Any, login: Any) -> None:
        network = factories.make_network(cast.leader)
        network.change(cast.deputy, benefit="Nestlederens ord")
        answer = login(cast.leader).post(f"{network.get_absolute_url()}endre/", form(cast.leader, version=1))
        assert answer.status_code == 409
        with pytest.raises(StaleVersion):
            network.evaluate(cast.leader, verdict=STAY, note="X", evaluate_on=TODAY + DAY, version=1)


class TestWhatWaits:
    def test_the_contact_person_is_asked_when_the_day_is_near(self, cast: Any) -> None:
        factories.make_network(cast.leader, contact=cast.colleague, evaluate_on=TODAY + 10 * DAY)
        factories.make_network(cast.leader, contact=cast.colleague, name="Siden", evaluate_on=TODAY + 90 * DAY)
        assert [task.deadline for task in waiting.memberships(cast.colleague)] == [TODAY + 10 * DAY]
        assert waiting.memberships(cast.leader) == []

    def test_it_stands_in_the_wheel_of_the_unit_and_of_the_contact_person(self, cast: Any) -> None:
        network = factories.make_network(cast.leader, contact=cast.outsider)
        for user, number in ((cast.reporter, 1), (cast.outsider, 1), (cast.it_leader, 0)):
            duties = gather(Scope(user, TODAY, TODAY + 365 * DAY), Kind.NETWORK)
            assert len(duties) == number
            assert all(duty.url == network.get_absolute_url() for duty in duties)

    def test_the_owner_of_a_plan_is_asked(self, cast: Any) -> None:
        draft = factories.make_action_plan(cast.leader, 1)
        ending = factories.make_action_plan(cast.leader, 1, title="Ut", last_day=TODAY + 70 * DAY)
        ending.decide(cast.leader)
        with clock.set_to(clock.now() + 65 * DAY):
            urls = {task.url for task in waiting.action_plan_tasks(cast.leader)}
        assert urls == {draft.get_absolute_url(), ending.get_absolute_url()}
        assert waiting.action_plan_tasks(cast.deputy) == []

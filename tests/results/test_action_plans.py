"""Action plans (S75): from draft to cases, and how it goes with each measure."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from cases.models import Action, Case
from organisation import clock
from organisation.history import StaleVersion
from results import action_plan_print, action_plans
from results.action_plans import Going
from results.models import ActionPlan, PlanItem
from tests import factories

pytestmark = pytest.mark.django_db
TODAY = clock.today()
DAY = datetime.timedelta(1)
LATER = TODAY + 60 * DAY


def head(by: Any, **facts: Any) -> dict[str, Any]:
    days = {"first_day": TODAY.isoformat(), "last_day": LATER.isoformat()}
    return {
        "title": "Mot korrupsjon",
        "why": "Fordi",
        "unit": by.unit_id,
        "owner": by.username,
        "page": "",
        **days,
        **facts,
    }


def item(**facts: Any) -> dict[str, Any]:
    plan = {"goal": "Trygge innkjøp", "text": "To ser på hver kontrakt", "responsible": "colleague"}
    return {**plan, "deadline": LATER.isoformat(), "probability": "3", "consequence": "4", **facts}


def going(plan: ActionPlan, user: Any) -> list[Going]:
    [progress] = action_plans.progress([plan], user)
    return [line.going for line in progress.lines]


@pytest.fixture
def plan(cast: Any) -> ActionPlan:
    """A draft with two measures."""
    return factories.make_action_plan(cast.leader, 2)


@pytest.fixture
def decided(cast: Any, plan: ActionPlan) -> ActionPlan:
    plan.decide(cast.leader)
    return plan


def finish(cast: Any, measure: PlanItem, effect: str = "") -> None:
    action = measure.case.actions.get()
    action.complete(cast.leader, note="Gjort")
    if effect:
        action.evaluate(cast.deputy, effect=effect, note="Sett etter")


class TestTheDraft:
    def test_a_leader_makes_one_and_puts_measures_in(self, cast: Any, login: Any) -> None:
        client = login(cast.leader)
        client.post("/resultater/handlingsplan/ny/", head(cast.leader))
        made = ActionPlan.objects.get()
        assert client.post(f"{made.get_absolute_url()}tiltak/ny/", item()).status_code == 302
        measure = made.items.get()
        assert (made.state, measure.responsible, measure.case) == ("draft", cast.colleague, None)
        assert not Case.objects.exists()

    def test_twice_is_once(self, cast: Any, login: Any) -> None:
        client = login(cast.leader)
        form = head(cast.leader, key="3f2f8c1e-5d0b-4b58-9f5e-0c8f6f3a1b2c")
        assert (
            client.post("/resultater/handlingsplan/ny/", form).headers["Location"]
            == client.post("/resultater/handlingsplan/ny/", form).headers["Location"]
        )
        assert ActionPlan.objects.count() == 1

    @pytest.mark.parametrize("who", ["reporter", "handler", "auditor", "it_leader", "editor"])
    def test_others_change_nothing(self, cast: Any, login: Any, plan: ActionPlan, who: str) -> None:
        user, measure = getattr(cast, who), plan.items.all()[0]
        client = login(user)
        address = plan.get_absolute_url()
        assert client.get(address).status_code == 200
        for step in ("endre/", "vedta/", "avslutt/", "neste/", "tiltak/ny/", "tiltak/sak/", f"tiltak/{measure.pk}/"):
            assert client.post(address + step, {}).status_code == 403, step
        assert client.post(f"{address}tiltak/{measure.pk}/fjern/", {"version": 1}).status_code == 403
        for change in (
            lambda: plan.change(user, title="X"),
            lambda: plan.decide(user),
            lambda: plan.end(user, reason="X"),
            lambda: plan.carry_on(user, title="X", first_day=TODAY, last_day=LATER),
            lambda: PlanItem.add(user, plan, text="X"),
            lambda: measure.change(user, text="X"),
            lambda: measure.remove(user),
            lambda: ActionPlan.begin(user, unit=plan.unit),
        ):
            with pytest.raises(PermissionDenied):
                change()

    def test_its_owner_writes_the_draft_and_decides_nothing(self, cast: Any) -> None:
        plan = factories.make_action_plan(cast.leader, owner=cast.colleague)
        factories.make_plan_item(cast.colleague, plan)
        plan.change(cast.colleague, title="Ny tittel")
        for refused in (lambda: plan.decide(cast.colleague), lambda: plan.end(cast.colleague, reason="X")):
            with pytest.raises(PermissionDenied):
                refused()
        plan.decide(cast.leader)
        with pytest.raises(PermissionDenied):
            factories.make_plan_item(cast.colleague, plan)

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"title": ""}, "title"),
            ({"last_day": "2001-01-01"}, "last_day"),
            ({"owner": "ingen"}, "owner"),
            ({"page": "X-1"}, "page"),
        ],
    )
    def test_what_is_wrong_in_the_head(self, cast: Any, login: Any, facts: dict[str, str], field: str) -> None:
        answer = login(cast.leader).post("/resultater/handlingsplan/ny/", head(cast.leader, **facts))
        assert answer.context["form"].errors.keys() == {field}
        assert not ActionPlan.objects.exists()

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"text": " "}, "text"),
            ({"deadline": (TODAY + 400 * DAY).isoformat()}, "deadline"),
            ({"responsible": "ingen"}, "responsible"),
            ({"probability": ""}, "probability"),
            ({"consequence": "6"}, "consequence"),
        ],
    )
    def test_what_is_wrong_in_a_measure(
        self, cast: Any, login: Any, plan: ActionPlan, facts: dict[str, str], field: str
    ) -> None:
        answer = login(cast.leader).post(f"{plan.get_absolute_url()}tiltak/ny/", item(**facts))
        assert answer.context["form"].errors.keys() == {field}
        assert plan.items.count() == 2

    def test_a_stale_form_gets_409(self, cast: Any, login: Any, plan: ActionPlan) -> None:
        plan.change(cast.deputy, title="Nestlederens")
        answer = login(cast.leader).post(f"{plan.get_absolute_url()}endre/", head(cast.leader, version=1))
        assert answer.status_code == 409
        with pytest.raises(StaleVersion):
            plan.items.all()[0].change(cast.leader, version=9, text="X")

    def test_a_plan_is_not_moved_to_a_unit_of_others(self, cast: Any, units: Any, plan: ActionPlan) -> None:
        with pytest.raises(ValidationError):
            plan.change(cast.leader, unit=units.it)

    def test_a_measure_is_taken_out_and_history_keeps_it(self, cast: Any, login: Any, plan: ActionPlan) -> None:
        measure = plan.items.all()[0]
        login(cast.leader).post(f"{plan.get_absolute_url()}tiltak/{measure.pk}/fjern/", {"version": 1})
        assert plan.items.count() == 1
        assert PlanItem.history.filter(id=measure.pk).first().history_type == "-"


class TestDeciding:
    def test_every_measure_becomes_a_case_with_one_action(self, cast: Any, login: Any, plan: ActionPlan) -> None:
        client = login(cast.leader)
        assert client.post(f"{plan.get_absolute_url()}vedta/", {"version": 1}).status_code == 302
        plan.refresh_from_db()
        assert (plan.state, plan.decided_by) == ("decided", cast.leader)
        cases = [measure.case for measure in plan.items.all()]
        assert [(case.kind, case.channel, case.unit, case.handler) for case in cases] == [
            (Case.Kind.IMPROVEMENT, Case.Channel.INDICATOR, plan.unit, cast.leader)
        ] * 2
        assert [case.actions.get().text for case in cases] == ["Tiltak 1", "Tiltak 2"]
        page = login(cast.outsider).get(cases[0].get_absolute_url()).content.decode()
        assert plan.get_absolute_url() in page

    def test_never_twice_and_never_empty(self, cast: Any, decided: ActionPlan) -> None:
        with pytest.raises(ValidationError):
            decided.decide(cast.leader)
        with pytest.raises(ValidationError):
            factories.make_action_plan(cast.leader, title="Tom").decide(cast.leader)
        assert Case.objects.count() == 2

    def test_one_measure_that_is_late_stops_all(self, cast: Any, plan: ActionPlan) -> None:
        factories.make_plan_item(cast.leader, plan, text="Forsinket", deadline=TODAY - DAY)
        with pytest.raises(ValidationError, match="Forsinket"):
            plan.decide(cast.leader)
        plan.refresh_from_db()
        assert (plan.state, Case.objects.count()) == ("draft", 0)

    def test_a_measure_added_later_is_a_case_at_once(self, cast: Any, decided: ActionPlan) -> None:
        assert factories.make_plan_item(cast.deputy, decided).case.handler == cast.leader

    def test_a_case_is_changed_where_it_is(self, cast: Any, login: Any, decided: ActionPlan) -> None:
        measure = decided.items.all()[0]
        for change in (lambda: measure.change(cast.leader, text="X"), lambda: measure.remove(cast.leader)):
            with pytest.raises(ValidationError):
                change()
        assert login(cast.leader).get(f"{decided.get_absolute_url()}tiltak/{measure.pk}/").status_code == 403


class TestTakingIn:
    def test_a_case_that_is_there_stands_in_the_plan(self, cast: Any, login: Any, plan: ActionPlan) -> None:
        case = factories.make_assessed_case(cast.reporter, cast.leader)
        form = {"case": case.reference, "goal": "", "text": "Tilganger"}
        assert login(cast.leader).post(f"{plan.get_absolute_url()}tiltak/sak/", form).status_code == 302
        plan.decide(cast.leader)
        assert plan.items.get(taken_in=True).case == case
        assert Case.objects.count() == 3

    def test_not_twice_not_closed_not_sealed_not_unknown(self, cast: Any, login: Any, plan: ActionPlan) -> None:
        case = factories.make_assessed_case(cast.reporter, cast.leader)
        closed = factories.make_story(cast.reporter, cast.leader)
        sealed = factories.make_case(cast.reporter, sealed=True)
        PlanItem.take_in(cast.leader, plan, case, text="X")
        client = login(cast.leader)
        for reference in (case.reference, closed.reference, sealed.reference, "2026-99999"):
            answer = client.post(f"{plan.get_absolute_url()}tiltak/sak/", {"case": reference, "text": "X"})
            assert answer.context["form"].errors.keys() == {"case"}
        with pytest.raises(PermissionDenied):
            PlanItem.take_in(cast.leader, plan, factories.make_case(cast.it_leader, sealed=True), text="X")
        with pytest.raises(IntegrityError), transaction.atomic():
            PlanItem.objects.filter(plan=plan, case=None).update(case=case)


class TestHowItGoes:
    def test_it_follows_the_cases(self, cast: Any, decided: ActionPlan) -> None:
        first, second = decided.items.all()
        assert going(decided, cast.outsider) == [Going.UNDER_WAY, Going.UNDER_WAY]
        finish(cast, first, Action.Effect.EFFECTIVE)
        with clock.set_to(clock.now() + 90 * DAY):
            [progress] = action_plans.progress([decided], cast.outsider)
            assert [line.going for line in progress.lines] == [Going.DONE, Going.LATE]
            assert (progress.done, progress.late, progress.effective, progress.total) == (1, 1, 1, 2)
            assert action_plans.of(decided.unit).late == 1

    def test_a_case_sealed_afterwards_is_not_known(self, cast: Any, login: Any, decided: ActionPlan) -> None:
        case = decided.items.all()[0].case
        case.seal(cast.leader, sealed=True, reason="Personalsak.")
        assert going(decided, cast.outsider) == [Going.HIDDEN, Going.UNDER_WAY]
        assert going(decided, cast.leader) == [Going.UNDER_WAY, Going.UNDER_WAY]
        client = login(cast.outsider)
        assert case.reference not in client.get(decided.get_absolute_url()).content.decode()
        assert client.get(f"{decided.get_absolute_url()}pdf/").content.startswith(b"%PDF")
        text = str(action_plan_print.printout(decided, reader=cast.outsider))
        assert case.reference not in text
        assert decided.items.all()[1].case.reference in text
        assert action_plans.of(decided.unit).measures == 2

    def test_the_summary_counts_below_and_no_drafts(self, cast: Any, units: Any, decided: ActionPlan) -> None:
        factories.make_action_plan(cast.leader, 1, title="Utkast")
        for unit, number in ((units.municipality, 1), (units.home_care, 1), (units.zone, 0), (units.it, 0)):
            assert len(action_plans.of(unit).plans) == number

    def test_the_list_has_those_with_most_that_is_late_first(self, cast: Any, login: Any, plan: ActionPlan) -> None:
        late = factories.make_action_plan(cast.leader, 1, title="Miljø", last_day=TODAY + 400 * DAY)
        late.decide(cast.leader)
        plan.decide(cast.leader)
        action = late.items.get().case.actions.get()
        Action.objects.filter(pk=action.pk).update(deadline=TODAY - DAY)
        client = login(cast.outsider)
        shown = client.get("/resultater/handlingsplan/?alle=1").context["page"].object_list
        assert [line.plan for line in shown] == [late, plan]
        for query, number in (
            ("q=miljø", 1),
            ("status=draft", 0),
            (f"enhet={plan.unit_id}", 2),
            ("mine=on", 0),
            ("q=x&enhet=9", 0),
        ):
            assert len(client.get(f"/resultater/handlingsplan/?{query}").context["page"].object_list) == number, query

    def test_the_number_of_queries_does_not_grow(self, cast: Any, django_assert_max_num_queries: Any) -> None:
        plans = [factories.make_action_plan(cast.leader, 4, title=f"Plan {n}") for n in range(3)]
        for plan in plans:
            plan.decide(cast.leader)
        with django_assert_max_num_queries(5):
            assert sum(plan.total for plan in action_plans.progress(ActionPlan.objects.all(), cast.leader)) == 12


class TestTheEnd:
    def test_an_ended_plan_is_read_and_not_changed(self, cast: Any, login: Any, decided: ActionPlan) -> None:
        answer = login(cast.leader).post(f"{decided.get_absolute_url()}avslutt/", {"reason": "Nådd", "version": 2})
        assert answer.status_code == 302
        decided.refresh_from_db()
        assert decided.state == "ended"
        for change in (
            lambda: factories.make_plan_item(cast.leader, decided),
            lambda: decided.change(cast.leader, title="X"),
            lambda: decided.end(cast.leader, reason="Igjen"),
        ):
            with pytest.raises(ValidationError):
                change()
        with pytest.raises(ValidationError):
            decided.end(cast.leader, reason=" ")

    def test_the_plan_that_follows_has_what_is_not_done(self, cast: Any, login: Any, decided: ActionPlan) -> None:
        first, second = decided.items.all()
        finish(cast, first, Action.Effect.EFFECTIVE)
        first.case.refresh_from_db()
        first.case.close(cast.leader, lesson="To ser mer.", residual_probability=1, residual_consequence=2)
        days = {
            "first_day": (decided.last_day + DAY).isoformat(),
            "last_day": (decided.last_day + 365 * DAY).isoformat(),
        }
        client = login(cast.leader)
        for _time in range(2):
            assert client.post(f"{decided.get_absolute_url()}neste/", {"title": "Neste", **days}).status_code == 302
        after = ActionPlan.objects.get(before=decided)
        assert [(measure.case, measure.taken_in) for measure in after.items.all()] == [(second.case, True)]
        assert (after.state, after.owner) == ("draft", decided.owner)
        assert "Neste" in client.get(decided.get_absolute_url()).content.decode()

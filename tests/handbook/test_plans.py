"""Introduction plans: who may change them, how steps come and go, and being told in time (S18, S69)."""

import datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from handbook import plans
from handbook.models import IntroductionPlan, PlanStep
from home import waiting
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder
from tests import factories


@pytest.fixture
def plan(cast: Any) -> IntroductionPlan:
    return factories.make_plan(cast.quality_manager, owner=cast.process_owner)


@pytest.fixture
def step(plan: IntroductionPlan, cast: Any) -> PlanStep:
    return factories.make_plan_step(cast.process_owner, cast.colleague, plan)


def in_days(days: int) -> datetime.date:
    return clock.today() + datetime.timedelta(days)


@pytest.mark.parametrize("who", ["editor", "process_owner", "director", "auditor", "outsider", "administrator"])
def test_only_who_looks_after_the_system_begins_a_plan(who: str, cast: Any) -> None:
    with pytest.raises(PermissionDenied):
        factories.make_plan(getattr(cast, who))


@pytest.mark.parametrize("who", ["editor", "outsider", "auditor", "colleague", "director"])
def test_others_change_nothing(who: str, plan: IntroductionPlan, step: PlanStep, cast: Any) -> None:
    by = getattr(cast, who)
    for change in (
        lambda: plan.change(by, title="Nei"),
        lambda: factories.make_plan_step(by, by, plan, text="Nei"),
        lambda: step.change(by, text="Nei"),
        lambda: step.move(by, up=True),
        lambda: step.remove(by),
    ):
        with pytest.raises(PermissionDenied):
            change()
    if who != "colleague":
        with pytest.raises(PermissionDenied):
            step.complete(by)


def test_the_owner_of_the_step_ticks_it_off(step: PlanStep, cast: Any) -> None:
    step.complete(cast.colleague, note="Ferdig.")
    assert (step.done_by, step.note) == (cast.colleague, "Ferdig.")
    with pytest.raises(ValidationError):
        step.complete(cast.colleague)
    step.reopen(cast.colleague)
    assert step.done_at is None
    with pytest.raises(ValidationError):
        step.reopen(cast.colleague)


def test_what_is_wrong_is_said_at_its_field(plan: IntroductionPlan, step: PlanStep, cast: Any) -> None:
    by = cast.process_owner
    other = factories.make_requirement("7.5.3")
    refused: dict[str, Any] = {
        "target_day": lambda: plan.change(by, target_day=plan.first_day - datetime.timedelta(1)),
        "state": lambda: plan.change(by, state=IntroductionPlan.State.FINISHED),
        "title": lambda: factories.make_plan(cast.quality_manager),
        "text": lambda: factories.make_plan_step(by, by, plan),
        "deadline": lambda: factories.make_plan_step(by, by, plan, text="For tidlig", deadline=in_days(-31)),
        "requirement": lambda: factories.make_plan_step(by, by, plan, text="Feil krav", requirement=other),
    }
    for field, change in refused.items():
        with pytest.raises(ValidationError) as error:
            change()
        assert list(error.value.message_dict) == [field]


def test_a_plan_is_finished_when_every_step_is(plan: IntroductionPlan, step: PlanStep, cast: Any) -> None:
    step.complete(cast.colleague)
    plan.change(cast.process_owner, state=IntroductionPlan.State.FINISHED)
    plan.refresh_from_db()
    assert plan.state == "finished"


def test_steps_move_one_place(plan: IntroductionPlan, step: PlanStep, cast: Any) -> None:
    by = cast.process_owner
    second = factories.make_plan_step(by, by, plan, text="To")
    third = factories.make_plan_step(by, by, plan, text="Tre")
    third.move(by, up=True)
    assert list(plan.steps.all()) == [step, third, second]
    step.move(by, up=True)
    second.move(by, up=False)
    assert list(plan.steps.all()) == [step, third, second]
    PlanStep.objects.get(pk=step.pk).move(by, up=False)
    assert list(plan.steps.all()) == [third, step, second]


def test_an_open_step_is_removed_and_its_history_stays(step: PlanStep, cast: Any) -> None:
    pk = step.pk
    step.remove(cast.process_owner, version=1)
    assert not PlanStep.objects.exists()
    last = PlanStep.history.filter(id=pk).latest()
    assert (last.history_type, last.actor_label) == ("-", str(cast.process_owner))


def test_what_is_done_is_not_removed(step: PlanStep, cast: Any) -> None:
    step.complete(cast.colleague)
    with pytest.raises(ValidationError):
        step.remove(cast.process_owner)


def test_nobody_overwrites_anybody(plan: IntroductionPlan, step: PlanStep, cast: Any) -> None:
    plan.change(cast.process_owner, goal="Nytt mål", version=1)
    step.change(cast.process_owner, text="Nye ord", version=1)
    for change in (
        lambda: plan.change(cast.quality_manager, goal="For sent", version=1),
        lambda: step.change(cast.quality_manager, text="For sent", version=1),
        lambda: step.complete(cast.colleague, version=1),
        lambda: step.remove(cast.quality_manager, version=1),
    ):
        with pytest.raises(StaleVersion):
            change()


def test_a_stale_plan_gets_409_with_both_texts(plan: IntroductionPlan, cast: Any, login: Any, units: Any) -> None:
    plan.change(cast.quality_manager, goal="Det andre skrev")
    client = login(cast.process_owner)
    form = {
        "title": plan.title,
        "standard": plan.standard_id,
        "unit": plan.unit_id,
        "owner": "process_owner",
        "goal": "Det jeg skrev",
        "first_day": plan.first_day.isoformat(),
        "target_day": plan.target_day.isoformat(),
        "state": "under_way",
        "version": 1,
    }
    answer = client.post(reverse("handbook:change_plan", args=[plan.pk]), form)
    assert answer.status_code == 409
    assert "Det andre skrev" in answer.content.decode() and "Det jeg skrev" in answer.content.decode()
    assert client.post(reverse("handbook:change_plan", args=[plan.pk]), {**form, "version": 2}).status_code == 302


def test_a_plan_is_made_once_on_screen(cast: Any, login: Any, units: Any) -> None:
    standard = factories.make_requirement("6.2").standard
    form = {
        "title": "Innføring",
        "standard": standard.pk,
        "unit": units.municipality.pk,
        "owner": "quality_manager",
        "goal": "Fordi",
        "first_day": "2026-01-01",
        "target_day": "2026-12-31",
        "state": "planned",
    }
    client = login(cast.quality_manager)
    first = client.post("/innforing/ny/", form)
    assert first.headers["Location"] == IntroductionPlan.objects.get().get_absolute_url()
    again = client.post("/innforing/ny/", form)
    assert again.context["form"].errors["title"]
    assert IntroductionPlan.objects.count() == 1


def test_steps_on_screen(plan: IntroductionPlan, step: PlanStep, cast: Any, login: Any) -> None:
    owner, colleague = login(cast.process_owner), login(cast.colleague)
    new = {"text": "Neste", "owner": "colleague", "deadline": in_days(10).isoformat()}
    address = reverse("handbook:add_step", args=[plan.pk])
    assert owner.post(address, new).status_code == 302
    assert owner.post(address, new).context["form"].errors["text"]
    assert colleague.post(address, new).status_code == 403
    second = PlanStep.objects.get(text="Neste")
    owner.post(reverse("handbook:move_step", args=[second.pk]), {"retning": "opp"})
    assert plan.steps.first() == second
    second.refresh_from_db()
    done = colleague.post(
        reverse("handbook:complete_step", args=[second.pk]), {"note": "Gjort", "version": second.version}
    )
    assert done.status_code == 302
    assert login(cast.outsider).post(reverse("handbook:reopen_step", args=[second.pk])).status_code == 403
    second.refresh_from_db()
    assert second.done_by == cast.colleague
    colleague.post(reverse("handbook:reopen_step", args=[second.pk]), {"version": second.version})
    owner.post(reverse("handbook:remove_step", args=[second.pk]), {"version": second.version})
    second.refresh_from_db()
    assert second.done_at is None, "the version was the old one, so nothing was removed"


def test_a_gap_becomes_a_step_and_the_requirement_tells_who_is_on_it(
    plan: IntroductionPlan, cast: Any, login: Any
) -> None:
    gap = factories.make_requirement("9.9", plan.standard, title="Ha noe nytt")
    owner, address = login(cast.process_owner), reverse("handbook:add_step", args=[plan.pk])
    way = f"{address}?krav={gap.pk}"
    assert way in owner.get(plan.get_absolute_url()).content.decode()
    assert way not in login(cast.outsider).get(plan.get_absolute_url()).content.decode()
    assert owner.get(way).context["form"]["requirement"].value() == str(gap.pk)
    assert owner.get(f"{address}?krav=tull").status_code == 200
    factories.make_plan_step(cast.process_owner, cast.colleague, plan, text="Skriv siden", requirement=gap)
    assert way not in owner.get(plan.get_absolute_url()).content.decode()
    assert "Skriv siden" in login(cast.auditor).get(gap.get_absolute_url()).content.decode()


def test_what_waits_for_the_owner_of_a_step(plan: IntroductionPlan, step: PlanStep, cast: Any) -> None:
    assert [task.title for task in waiting.plan_steps(cast.colleague)] == [step.text]
    assert waiting.plan_steps(cast.outsider) == []
    plan.change(cast.process_owner, state=IntroductionPlan.State.STOPPED)
    assert waiting.plan_steps(cast.colleague) == []


def test_owners_are_reminded_once_before_and_once_after(step: PlanStep, cast: Any) -> None:
    assert plans.remind_due() == 0
    step.change(cast.process_owner, deadline=in_days(5))
    assert [plans.remind_due(), plans.remind_due()] == [1, 0]
    with clock.set_to(clock.now() + datetime.timedelta(6)):
        assert [plans.remind_due(), plans.remind_due()] == [1, 0]
    step.complete(cast.colleague)
    assert plans.remind_due() == 0
    assert set(Reminder.objects.values_list("user__username", flat=True)) == {"colleague"}


def test_the_list_costs_the_same_however_many_plans(
    plan: IntroductionPlan, step: PlanStep, cast: Any, login: Any, django_assert_max_num_queries: Any
) -> None:
    client = login(cast.colleague)
    for address, most in ((reverse("handbook:plans"), 11), (plan.get_absolute_url(), 13)):
        client.get(address)
        with django_assert_max_num_queries(most) as few:
            client.get(address)
        more = factories.make_plan(cast.quality_manager, title=f"En til {address}")
        for n in range(5):
            factories.make_plan_step(cast.quality_manager, cast.handler, more, text=f"Steg {n}")
            factories.make_plan_step(cast.quality_manager, cast.handler, plan, text=f"{address} {n}")
        with django_assert_max_num_queries(len(few.captured_queries)):
            client.get(address)

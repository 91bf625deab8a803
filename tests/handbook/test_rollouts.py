"""A plan put out to many units (S18, S69): who ticks off what, who is late or has stopped, and who is reminded."""

import datetime
import io
from typing import Any

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from handbook import rollouts
from handbook.models import IntroductionPlan, PlanStep, PlanUnit, UnitTick
from home import waiting
from organisation import clock
from organisation.history import StaleVersion
from organisation.models import Reminder
from tests import factories

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(1)


@pytest.fixture
def plan(cast: Any, units: Any) -> IntroductionPlan:
    """Under way, put out to home care and IT, with one step that every unit does and one that none does."""
    made = factories.make_plan(cast.quality_manager)
    factories.put_out(cast.quality_manager, made, units.home_care, units.it)
    factories.make_plan_step(cast.quality_manager, cast.colleague, made, text="Alle gjør dette", by_units=True)
    factories.make_plan_step(cast.quality_manager, cast.colleague, made, text="Kvalitetslederen gjør dette")
    return made


def step_of(plan: IntroductionPlan) -> PlanStep:
    return plan.steps.get(by_units=True)


def part_of(plan: IntroductionPlan, unit: Any) -> PlanUnit:
    return plan.units.get(unit=unit)


class TestPuttingOut:
    def test_the_owner_chooses_the_units(self, cast: Any, login: Any, units: Any) -> None:
        plan = factories.make_plan(cast.quality_manager)
        client = login(cast.quality_manager)
        for chosen in ([units.home_care.pk, units.it.pk], [units.it.pk]):
            assert client.post(f"/innforing/{plan.pk}/enheter/velg/", {"units": chosen}).status_code == 302
            assert [part.unit_id for part in plan.units.all()] == chosen

    @pytest.mark.parametrize("who", ["leader", "reporter", "auditor", "editor"])
    def test_others_do_not(self, cast: Any, login: Any, plan: IntroductionPlan, units: Any, who: str) -> None:
        assert login(getattr(cast, who)).post(f"/innforing/{plan.pk}/enheter/velg/", {}).status_code == 403
        with pytest.raises(PermissionDenied):
            PlanUnit.choose(getattr(cast, who), plan, [])
        assert plan.units.count() == 2

    def test_a_unit_that_has_done_something_stays(
        self, cast: Any, login: Any, plan: IntroductionPlan, units: Any
    ) -> None:
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan))
        answer = login(cast.quality_manager).post(
            f"/innforing/{plan.pk}/enheter/velg/", {"units": [units.home_care.pk]}
        )
        assert answer.context["form"].errors.keys() == {"units"}
        assert plan.units.count() == 2

    def test_a_unit_from_elsewhere_is_not_a_choice(self, cast: Any, login: Any, units: Any) -> None:
        plan = factories.make_plan(cast.quality_manager, unit=units.home_care)
        answer = login(cast.quality_manager).post(f"/innforing/{plan.pk}/enheter/velg/", {"units": [units.it.pk]})
        assert answer.context["form"].errors.keys() == {"units"}


class TestTickingOff:
    def test_the_leader_says_what_was_done(self, cast: Any, login: Any, plan: IntroductionPlan, units: Any) -> None:
        part, step = part_of(plan, units.home_care), step_of(plan)
        address = f"/innforing/enhet/{part.pk}/steg/{step.pk}/"
        assert login(cast.leader).post(address, {"note": "To temaer valgt"}).status_code == 302
        tick = UnitTick.objects.get()
        assert (tick.done_by, tick.note, tick.history.get().actor_label) == (
            cast.leader,
            "To temaer valgt",
            cast.leader.get_full_name(),
        )
        html = login(cast.outsider).get(f"/innforing/enhet/{part.pk}/").content.decode()
        assert "To temaer valgt" in html

    @pytest.mark.parametrize("who", ["reporter", "handler", "it_leader", "auditor", "editor"])
    def test_others_do_not(self, cast: Any, login: Any, plan: IntroductionPlan, units: Any, who: str) -> None:
        part, step, user = part_of(plan, units.home_care), step_of(plan), getattr(cast, who)
        client = login(user)
        for path in (f"steg/{step.pk}/", f"steg/{step.pk}/gjenapne/", "ansvarlig/"):
            assert client.post(f"/innforing/enhet/{part.pk}/{path}", {}).status_code == 403
        for change in (
            lambda: part.complete(user, step),
            lambda: part.reopen(user, step),
            lambda: part.give_to(user, user),
        ):
            with pytest.raises(PermissionDenied):
                change()
        assert "/steg/" not in client.get(f"/innforing/enhet/{part.pk}/").content.decode()

    def test_who_is_named_sees_to_it(self, cast: Any, login: Any, plan: IntroductionPlan, units: Any) -> None:
        part = part_of(plan, units.home_care)
        form = {"responsible": "colleague", "version": 1}
        assert login(cast.leader).post(f"/innforing/enhet/{part.pk}/ansvarlig/", form).status_code == 302
        part.refresh_from_db()
        part.complete(cast.colleague, step_of(plan))
        with pytest.raises(StaleVersion):
            part.give_to(cast.leader, None, version=1)

    def test_never_twice_and_only_what_every_unit_does(self, cast: Any, plan: IntroductionPlan, units: Any) -> None:
        part = part_of(plan, units.home_care)
        part.complete(cast.leader, step_of(plan))
        for step in (step_of(plan), plan.steps.get(by_units=False)):
            with pytest.raises(ValidationError):
                part.complete(cast.leader, step)
        other = factories.make_plan_step(
            cast.quality_manager,
            cast.colleague,
            factories.make_plan(cast.quality_manager, title="En til"),
            by_units=True,
        )
        with pytest.raises(ValidationError):
            part.complete(cast.leader, other)

    def test_not_in_a_plan_that_is_not_under_way(self, cast: Any, plan: IntroductionPlan, units: Any) -> None:
        plan.change(cast.quality_manager, state=IntroductionPlan.State.STOPPED)
        with pytest.raises(ValidationError):
            part_of(plan, units.it).complete(cast.it_leader, step_of(plan))

    def test_the_last_unit_makes_the_step_done_and_opening_one_opens_it(
        self, cast: Any, plan: IntroductionPlan, units: Any
    ) -> None:
        part_of(plan, units.home_care).complete(cast.leader, step_of(plan))
        assert step_of(plan).done_at is None
        with pytest.raises(ValidationError, match="1 "):
            step_of(plan).complete(cast.quality_manager)
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan))
        assert step_of(plan).done_by == cast.it_leader
        with pytest.raises(ValidationError):
            step_of(plan).reopen(cast.quality_manager)
        part_of(plan, units.it).reopen(cast.it_leader, step_of(plan), version=1)
        assert step_of(plan).done_at is None
        with pytest.raises(ValidationError):
            part_of(plan, units.it).reopen(cast.it_leader, step_of(plan))

    def test_a_stale_tick_is_refused(self, cast: Any, login: Any, plan: IntroductionPlan, units: Any) -> None:
        part, step = part_of(plan, units.it), step_of(plan)
        part.complete(cast.it_leader, step)
        with pytest.raises(StaleVersion):
            part.reopen(cast.it_leader, step, version=7)

    def test_a_step_that_is_begun_is_neither_taken_out_nor_turned(
        self, cast: Any, plan: IntroductionPlan, units: Any
    ) -> None:
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan))
        with pytest.raises(ValidationError):
            step_of(plan).remove(cast.quality_manager)
        with pytest.raises(ValidationError):
            step_of(plan).change(cast.quality_manager, by_units=False)
        part_of(plan, units.it).reopen(cast.it_leader, step_of(plan))
        step_of(plan).remove(cast.quality_manager)
        assert not UnitTick.objects.exists()


class TestTheMatrix:
    def test_it_counts_units_and_steps(self, cast: Any, plan: IntroductionPlan, units: Any, login: Any) -> None:
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan))
        found = rollouts.matrix(plan)
        assert [(row.part.unit, row.done, row.late) for row in found.rows] == [
            (units.home_care, 0, 0),
            (units.it, 1, 0),
        ]
        assert (found.done, found.total, [number for _step, number in found.by_step]) == (1, 2, [1])
        html = login(cast.outsider).get(f"/innforing/{plan.pk}/enheter/").content.decode()
        assert "Home care" in html
        assert "Kvalitetslederen" not in html

    def test_late_and_stopped(self, cast: Any, plan: IntroductionPlan, units: Any) -> None:
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan))
        with clock.set_to(clock.now() + 20 * DAY):
            assert [row.part.unit for row in rollouts.matrix(plan).late] == [units.home_care]
            assert rollouts.matrix(plan).stalled == []
        with clock.set_to(clock.now() + 61 * DAY):
            assert [row.part.unit for row in rollouts.matrix(plan).stalled] == [units.home_care]
            plan.change(cast.quality_manager, state=IntroductionPlan.State.STOPPED)
            assert (rollouts.matrix(plan).late, rollouts.matrix(plan).stalled) == ([], [])

    def test_the_sheet(self, cast: Any, plan: IntroductionPlan, units: Any, login: Any) -> None:
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan), note="=1+1")
        content = login(cast.outsider).get(f"/innforing/{plan.pk}/enheter/eksport.xlsx").content
        across, notes = openpyxl.load_workbook(io.BytesIO(content)).worksheets
        assert [row[-2] for row in across.iter_rows(values_only=True)][1:] == [0, 1]
        assert notes["E2"].value == "'=1+1"

    def test_the_number_of_queries_does_not_grow(
        self, cast: Any, plan: IntroductionPlan, units: Any, django_assert_num_queries: Any
    ) -> None:
        for number in range(5):
            factories.make_plan_step(cast.quality_manager, cast.colleague, plan, text=f"Steg {number}", by_units=True)
        for step in plan.steps.filter(by_units=True):
            part_of(plan, units.it).complete(cast.it_leader, step)
        with django_assert_num_queries(3):
            assert rollouts.matrix(plan).done == 6


class TestWhatWaits:
    def test_the_leader_is_asked_until_somebody_is_named(self, cast: Any, plan: IntroductionPlan, units: Any) -> None:
        part = part_of(plan, units.home_care)
        assert [task.url for task in waiting.unit_steps(cast.leader)] == [part.get_absolute_url()]
        part.give_to(cast.leader, cast.colleague)
        assert waiting.unit_steps(cast.leader) == []
        assert len(waiting.unit_steps(cast.colleague)) == 1
        part.complete(cast.colleague, step_of(plan))
        assert waiting.unit_steps(cast.colleague) == []

    def test_reminded_once_before_and_once_when_late(self, cast: Any, plan: IntroductionPlan, units: Any) -> None:
        part_of(plan, units.it).complete(cast.it_leader, step_of(plan))
        assert rollouts.remind_due() == 0
        for days, told in ((8, 1), (9, 0), (15, 1), (16, 0)):
            with clock.set_to(clock.now() + days * DAY):
                assert rollouts.remind_due() == told
        reminders = Reminder.objects.filter(about__startswith="plan-unit:")
        assert {reminder.user for reminder in reminders} == {cast.leader}

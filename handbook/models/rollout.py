"""A plan put out to many units (S18, S69): the steps that every unit does, and how far each has come."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.absence import LEADERS
from organisation.history import Records, VersionedModel
from organisation.models import RoleAssignment, Unit, User
from organisation.roles import Right

from .introduction import IntroductionPlan, PlanStep


class PlanUnitQuerySet(models.QuerySet["PlanUnit"]):
    def under_way(self) -> Self:
        return self.filter(plan__state=IntroductionPlan.State.UNDER_WAY)

    def for_person(self, user: User) -> Self:
        """Those the person sees to: named for it, or leader or deputy of the unit when nobody is."""
        led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
        return self.filter(Q(responsible=user) | Q(responsible=None, unit__in=led))


class PlanUnit(VersionedModel):
    """A unit that takes part in a plan. Open to all employees."""

    plan = models.ForeignKey(
        IntroductionPlan, verbose_name=_lazy("plan"), on_delete=models.PROTECT, related_name="units"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="plans_taken_part_in"
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("who sees to it in the unit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plans_seen_to",
    )
    joined_at = models.DateTimeField(default=clock.now, editable=False)

    history = Records()
    objects = PlanUnitQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("unit of a plan")
        verbose_name_plural = _lazy("units of plans")
        ordering = ["unit__path"]
        constraints = [models.UniqueConstraint(fields=["plan", "unit"], name="a_unit_is_in_a_plan_once")]

    def __str__(self) -> str:
        return str(self.unit)

    def get_absolute_url(self) -> str:
        return reverse("handbook:plan_unit", args=[self.pk])

    def may_complete(self, user: User) -> bool:
        """Who says that the unit has done a step: who sees to it, those who look after plans at the unit, and those who
        may change the plan."""
        at_unit = user.is_active and (user.pk == self.responsible_id or user.has_right(Right.MANAGE_RESULTS, self.unit))
        return at_unit or self.plan.may_change(user)

    @classmethod
    def choose(cls, by: User, plan: IntroductionPlan, units: "models.QuerySet[Unit] | list[Unit]") -> None:
        """Let exactly these units take part. Raises PermissionDenied, and ValidationError that names a unit that can't be
        taken out because it has done something."""
        if not plan.may_change(by):
            raise PermissionDenied
        wanted = {unit.pk: unit for unit in units}
        with transaction.atomic():
            IntroductionPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
            there = {part.unit_id: part for part in plan.units.select_related("unit")}
            for part in (part for pk, part in there.items() if pk not in wanted):
                if part.ticks.filter(done_at__isnull=False).exists():
                    text = _("%(unit)s has done steps already, and stays in the plan.")
                    raise ValidationError({"units": text % {"unit": part.unit}})
                part.ticks.all().delete()
                part._history_user = by  # type: ignore[attr-defined]
                part.delete()
            for pk, unit in wanted.items():
                if pk not in there:
                    cls(plan=plan, unit=unit, joined_at=clock.now()).save_by(by)

    def give_to(self, by: User, responsible: User | None, *, version: int | None = None) -> None:
        """Say who sees to it in the unit; nobody: its leader. Raises PermissionDenied, StaleVersion."""
        if not self.may_complete(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            self.responsible = responsible

    def complete(self, by: User, step: PlanStep, *, note: str = "", version: int | None = None) -> "UnitTick":
        """The unit has done the step; when it is the last one, the step is done. `version` is that of the tick the person
        saw; None when there was none.

        Raises PermissionDenied, StaleVersion, and ValidationError for a step that is not done by units or is done here
        already, and for a plan that is not under way.
        """
        if not self.may_complete(by):
            raise PermissionDenied
        with transaction.atomic():
            step = self._locked(step)
            tick = self.ticks.filter(step=step).first()
            if tick and tick.done_at:
                raise ValidationError(_("The unit has done this step already."))
            if tick:
                with tick.changing(by, version=version):
                    tick.done_at, tick.done_by, tick.note = clock.now(), by, note.strip()
            else:
                tick = UnitTick(part=self, step=step, done_at=clock.now(), done_by=by, note=note.strip())
                tick.save_by(by)
            self._settle(by, step)
        return tick

    def reopen(self, by: User, step: PlanStep, *, version: int | None = None) -> None:
        """The unit had not done it after all. Raises as `complete`, and ValidationError when it is open."""
        if not self.may_complete(by):
            raise PermissionDenied
        with transaction.atomic():
            step = self._locked(step)
            tick = self.ticks.filter(step=step, done_at__isnull=False).first()
            if tick is None:
                raise ValidationError(_("The step is not done."))
            with tick.changing(by, version=version):
                tick.done_at = tick.done_by = None
            self._settle(by, step)

    def _locked(self, step: PlanStep) -> PlanStep:
        plan = IntroductionPlan.objects.select_for_update(of=("self",)).get(pk=self.plan_id)
        if plan.state != IntroductionPlan.State.UNDER_WAY:
            raise ValidationError(_("The plan is not under way."))
        found = PlanStep.objects.filter(pk=step.pk, plan=plan, by_units=True).first()
        if found is None:
            raise ValidationError(_("This step is not done by each unit."))
        return found

    def _settle(self, by: User, step: PlanStep) -> None:
        """The step is done when every unit has done it, and open when one has not."""
        done = not step.units_left().exists()
        if done != (step.done_at is not None):
            with step.changing(by):
                step.done_at, step.done_by = (clock.now(), by) if done else (None, None)


class UnitTick(VersionedModel):
    """A unit has done a step of the plan, or had and opened it again."""

    part = models.ForeignKey(PlanUnit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="ticks")
    step = models.ForeignKey(PlanStep, verbose_name=_lazy("step"), on_delete=models.PROTECT, related_name="ticks")
    done_at = models.DateTimeField(_lazy("done"), null=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("done by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    note = models.TextField(_lazy("what was done"), blank=True)

    history = Records()

    class Meta:
        verbose_name = _lazy("step done by a unit")
        verbose_name_plural = _lazy("steps done by units")
        constraints = [models.UniqueConstraint(fields=["part", "step"], name="a_unit_does_a_step_once")]

    def __str__(self) -> str:
        return f"{self.part} – {self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError for a step of another plan."""
        if self.step.plan_id != self.part.plan_id:
            raise ValueError("the step is of another plan")
        super().save(*args, **kwargs)

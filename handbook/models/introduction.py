"""How a standard is taken into use: a plan with steps, owners and deadlines (S18, S69)."""

import datetime
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User

from .requirement import Requirement, Standard, manages


class IntroductionPlan(VersionedModel):
    """The plan for one standard. Read by all; changed by its owner and by who looks after the register."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        UNDER_WAY = "under_way", _("Under way")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Stopped")

    standard = models.ForeignKey(
        Standard, verbose_name=_("standard or law"), on_delete=models.PROTECT, related_name="plans"
    )
    title = models.CharField(_("title"), max_length=120)
    unit = models.ForeignKey(Unit, verbose_name=_("unit"), on_delete=models.PROTECT, related_name="plans")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="plans_owned"
    )
    goal = models.TextField(_("why we do it, and what we want to reach"))
    first_day = models.DateField(_("first day"))
    target_day = models.DateField(_("target day"))
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.PLANNED)

    history = Records()

    class Meta:
        verbose_name = _("introduction plan")
        verbose_name_plural = _("introduction plans")
        ordering = ["-target_day", "title"]
        constraints = [
            models.UniqueConstraint(fields=["standard", "title"], name="one_plan_per_title_and_standard"),
            models.CheckConstraint(condition=Q(target_day__gte=F("first_day")), name="a_plan_ends_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("handbook:plan", args=[self.pk])

    def may_change(self, user: User) -> bool:
        return user.is_active and (user.pk == self.owner_id or manages(user))

    @classmethod
    def begin(cls, by: User, **facts: Any) -> "IntroductionPlan":
        """Make a plan. Raises PermissionDenied for those who don't look after the register, ValidationError
        for a title that is used and for days in the wrong order."""
        if not manages(by):
            raise PermissionDenied
        plan = cls(**facts)
        with transaction.atomic():
            plan._guard()
            plan.save_by(by)
        return plan

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change the plan. Raises PermissionDenied, StaleVersion, and ValidationError as `begin`, and when it
        is said to be finished with steps left."""
        if not self.may_change(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()

    def _guard(self) -> None:
        if self.target_day < self.first_day:
            raise ValidationError({"target_day": _("The target day must come after the first day.")})
        same = IntroductionPlan.objects.filter(standard=self.standard, title=self.title)
        if same.exclude(pk=self.pk).exists():
            raise ValidationError({"title": _("There is a plan with this title already.")})
        if self.state == self.State.FINISHED and (not self.pk or self.steps.open().exists()):
            raise ValidationError({"state": _("Steps are left. Tick them off or remove them first.")})


class PlanStepQuerySet(models.QuerySet["PlanStep"]):
    def open(self) -> Self:
        return self.filter(done_at__isnull=True)

    def waiting(self) -> Self:
        """Steps to be done now: not done, in plans that are under way."""
        return self.open().filter(plan__state=IntroductionPlan.State.UNDER_WAY)


class PlanStep(VersionedModel):
    """One step of a plan, with the person who does it and when it should be done."""

    plan = models.ForeignKey(IntroductionPlan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="steps")
    place = models.PositiveIntegerField(_("place"), default=0, editable=False)
    text = models.CharField(_("step"), max_length=200)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("owner"), on_delete=models.PROTECT, related_name="plan_steps"
    )
    deadline = models.DateField(_("deadline"))
    requirement = models.ForeignKey(
        Requirement,
        verbose_name=_("requirement"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="plan_steps",
    )
    by_units = models.BooleanField(
        _("every unit does it"),
        default=False,
        help_text=_("Each unit that takes part in the plan ticks it off for itself."),
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
    )
    note = models.TextField(_("what was done"), blank=True)

    history = Records()
    objects = PlanStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a plan")
        verbose_name_plural = _("steps of plans")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "text"], name="a_step_is_in_a_plan_once"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#steg-{self.pk}"

    @property
    def overdue(self) -> bool:
        return self.done_at is None and self.deadline < clock.today()

    def units_left(self) -> "models.QuerySet[Any]":
        """The units of the plan that have not done it."""
        done = self.ticks.filter(done_at__isnull=False).values("part")
        return self.plan.units.exclude(pk__in=done)

    def _is_begun(self) -> bool:
        return self.done_at is not None or self.ticks.filter(done_at__isnull=False).exists()

    def may_complete(self, user: User) -> bool:
        """Who may say it is done: the step's owner, and those who may change the plan."""
        return user.is_active and (user.pk == self.owner_id or self.plan.may_change(user))

    @classmethod
    def add(
        cls,
        by: User,
        plan: IntroductionPlan,
        *,
        text: str,
        owner: User,
        deadline: datetime.date,
        requirement: Requirement | None = None,
        by_units: bool = False,
    ) -> "PlanStep":
        """Put a step last in the plan. Raises PermissionDenied, and ValidationError for a step that is there
        already and for a deadline before the plan begins."""
        if not plan.may_change(by):
            raise PermissionDenied
        with transaction.atomic():
            IntroductionPlan.objects.select_for_update(of=("self",)).get(pk=plan.pk)
            last = plan.steps.aggregate(last=models.Max("place"))["last"] or 0
            step = cls(
                plan=plan,
                place=last + 1,
                text=text.strip(),
                owner=owner,
                deadline=deadline,
                requirement=requirement,
                by_units=by_units,
            )
            step._guard()
            step.save_by(by)
        return step

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change text, owner, deadline, requirement or whether every unit does it. Raises PermissionDenied,
        ValidationError, StaleVersion."""
        if not self.plan.may_change(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            if facts.get("by_units", self.by_units) != self.by_units and self._is_begun():
                raise ValidationError({"by_units": _("It is ticked off already. Open it again first.")})
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()

    def complete(self, by: User, *, note: str = "", version: int | None = None) -> None:
        """Tick it off. Raises PermissionDenied, ValidationError when it is done already, StaleVersion."""
        if not self.may_complete(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.done_at is not None:
                raise ValidationError(_("The step is done already."))
            if self.by_units and (left := self.units_left().count()):
                text = ngettext("%(number)s unit has not done it.", "%(number)s units have not done it.", left)
                raise ValidationError(text % {"number": left})
            self.done_at, self.done_by, self.note = clock.now(), by, note.strip()

    def reopen(self, by: User, *, version: int | None = None) -> None:
        """It was not done after all. Raises PermissionDenied, ValidationError when it is open, StaleVersion."""
        if not self.may_complete(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.done_at is None:
                raise ValidationError(_("The step is not done."))
            if self.by_units and self.plan.units.exists():
                raise ValidationError(_("Every unit has done it. Open it again for the unit that has not."))
            self.done_at = self.done_by = None

    def move(self, by: User, *, up: bool) -> None:
        """Change places with the step before or after; nothing happens at the end of the list. Raises
        PermissionDenied."""
        if not self.plan.may_change(by):
            raise PermissionDenied
        with transaction.atomic():
            IntroductionPlan.objects.select_for_update(of=("self",)).get(pk=self.plan_id)
            steps = list(self.plan.steps.all())
            here = next(index for index, step in enumerate(steps) if step.pk == self.pk)
            there = here - 1 if up else here + 1
            if not 0 <= there < len(steps):
                return
            for step, place in ((steps[here], steps[there].place), (steps[there], steps[here].place)):
                with step.changing(by):
                    step.place = place

    def remove(self, by: User, *, version: int | None = None) -> None:
        """Take an open step out of the plan; its history stays. Raises PermissionDenied, ValidationError for
        what is done, StaleVersion."""
        if not self.plan.may_change(by):
            raise PermissionDenied
        with transaction.atomic():
            with self.changing(by, version=version):
                if self._is_begun():
                    raise ValidationError(_("What is done stays in the plan."))
            self.ticks.all().delete()
            self._history_user = by
            self.delete()

    def _guard(self) -> None:
        if self.deadline < self.plan.first_day:
            raise ValidationError({"deadline": _("The plan begins later than this.")})
        if PlanStep.objects.filter(plan=self.plan, text=self.text).exclude(pk=self.pk).exists():
            raise ValidationError({"text": _("The step is in the plan already.")})
        if self.requirement is not None and self.requirement.standard_id != self.plan.standard_id:
            raise ValidationError({"requirement": _("The requirement is not of the plan's standard.")})

"""Action plans (S75), such as the one against corruption: a plan of measures, each followed up as a case in Dialogen."""

import datetime
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.models import Page

from cases import opening
from cases.models import Action, Case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.roles import Right
from results.permissions import may_manage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLE_LENGTH = 90
FROM_1_TO_5 = [MinValueValidator(1), MaxValueValidator(5)]


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it."""
        return self.filter(unit__path__startswith=unit.path)

    def current(self) -> Self:
        """Not ended."""
        return self.exclude(state=ActionPlan.State.ENDED)

    def decided(self) -> Self:
        return self.filter(state=ActionPlan.State.DECIDED)


class ActionPlan(VersionedModel):
    """A plan of measures for a period. Open to all employees, also while it is a draft."""

    class State(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        DECIDED = "decided", _lazy("Decided")
        ENDED = "ended", _lazy("Ended")

    title = models.CharField(_lazy("title"), max_length=120)
    why = models.TextField(_lazy("why we have the plan, and what we want to reach"))
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="action_plans")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("owner"),
        on_delete=models.PROTECT,
        related_name="action_plans_owned",
    )
    first_day = models.DateField(_lazy("first day"))
    last_day = models.DateField(_lazy("last day"))
    page = models.ForeignKey(
        Page,
        verbose_name=_lazy("page that grounds it"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    page_label = models.CharField(_lazy("page that grounds it"), max_length=300, blank=True, editable=False)
    state = models.CharField(_lazy("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    decided_at = models.DateTimeField(_lazy("decided"), null=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("decided by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    ended_reason = models.TextField(_lazy("how it went, and why it ended"), blank=True, editable=False)
    before = models.OneToOneField(
        "self",
        verbose_name=_lazy("the plan before it"),
        on_delete=models.PROTECT,
        null=True,
        related_name="after",
        editable=False,
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = ActionPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("action plan")
        verbose_name_plural = _lazy("action plans")
        ordering = ["-last_day", "title"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="an_action_plan_ends_after_it_begins"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("results:action_plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_decided(self) -> bool:
        return self.state == self.State.DECIDED

    def may_write(self, user: User) -> bool:
        """Who may change the plan and its draft of items: those who look after results at the unit, and its owner."""
        return user.is_active and (user.pk == self.owner_id or may_manage(user, self.unit))

    def may_decide(self, user: User) -> bool:
        """Who may decide it, open its cases and end it."""
        return may_manage(user, self.unit)

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, *, key: uuid.UUID | None = None, **facts: Any) -> "ActionPlan":
        """A draft without items. The same `key` again gives the one already made. Raises PermissionDenied for who doesn't
        look after results at the unit, and ValidationError by field."""
        if not may_manage(by, facts["unit"]):
            raise PermissionDenied
        if key and (there := cls.objects.filter(key=key).first()):
            return there
        plan = cls(key=key or uuid.uuid4(), page_label=str(facts.get("page") or ""), **facts)
        plan._guard()
        plan.save_by(by)
        return plan

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change the head of the plan. Raises PermissionDenied, StaleVersion, ValidationError as `begin`."""
        with self.changing(by, version=version):
            if not self.may_write(by):
                raise PermissionDenied
            self._demand_not_ended()
            unit = facts.get("unit", self.unit)
            if unit != self.unit and (not self.is_draft or not may_manage(by, unit)):
                raise ValidationError(
                    {"unit": _("Choose a unit where you look after plans, before the plan is decided.")}
                )
            if "page" in facts and facts["page"] != self.page:
                self.page_label = str(facts["page"] or "")
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()

    def decide(self, by: User, *, version: int | None = None) -> None:
        """Draft → decided: every item becomes a case with one measure. Raises PermissionDenied, StaleVersion, and
        ValidationError for a plan without items and when a deadline has passed."""
        if not self.may_decide(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            if not self.is_draft:
                raise ValidationError(_("The plan is decided already."))
            items = list(self.items.select_related("case", "responsible"))
            if not items:
                raise ValidationError(_("Put in at least one measure before you decide the plan."))
            for item in items:
                item.demand_ready()
            self.state, self.decided_at, self.decided_by = self.State.DECIDED, clock.now(), by
            for item in items:
                item.plan = self
                item.open_case(by)

    def end(self, by: User, *, reason: str, version: int | None = None) -> None:
        """The plan is over. Cases that are open go on in Dialogen. Raises PermissionDenied, StaleVersion, ValidationError
        without a reason."""
        if not self.may_decide(by):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write how it went.")})
        with self.changing(by, version=version):
            self._demand_not_ended()
            self.state, self.ended_reason = self.State.ENDED, reason.strip()

    @transaction.atomic
    def carry_on(self, by: User, *, title: str, first_day: datetime.date, last_day: datetime.date) -> "ActionPlan":
        """The plan that follows this one, as a draft: what is not done comes along, with the cases that are open. When
        there is one already, that one. Raises PermissionDenied, and ValidationError for days in the wrong order."""
        if not self.may_decide(by):
            raise PermissionDenied
        ActionPlan.objects.select_for_update(of=("self",)).get(pk=self.pk)
        if there := ActionPlan.objects.filter(before=self).first():
            return there
        kept = ("why", "unit", "owner", "page")
        facts = {name: getattr(self, name) for name in kept}
        new = ActionPlan.begin(by, title=title, first_day=first_day, last_day=last_day, before=self, **facts)
        for item in self.items.select_related("case", "responsible"):
            if item.case is None or item.case.is_open:
                item.copy_to(by, new)
        return new

    @contextmanager
    def writing(self, by: User) -> Iterator[Self]:
        """Lock the plan while items are put in or taken out in the block. Raises PermissionDenied, and ValidationError
        when it has ended."""
        with transaction.atomic():
            rows: models.QuerySet[Any] = ActionPlan.objects.select_for_update(of=("self",))
            self.refresh_from_db(from_queryset=rows)
            if not (self.may_write(by) if self.is_draft else self.may_decide(by)):
                raise PermissionDenied
            self._demand_not_ended()
            yield self

    def _demand_not_ended(self) -> None:
        if self.state == self.State.ENDED:
            raise ValidationError(_("The plan has ended."))

    def _guard(self) -> None:
        if self.last_day < self.first_day:
            raise ValidationError({"last_day": _("The last day must not come before the first.")})
        self.full_clean(validate_constraints=False)


class PlanItem(VersionedModel):
    """One measure of a plan: a draft until the plan is decided, then a case. Or a case that was there before."""

    plan = models.ForeignKey(
        ActionPlan, verbose_name=_lazy("action plan"), on_delete=models.PROTECT, related_name="items"
    )
    place = models.PositiveSmallIntegerField(_lazy("place"), default=0, editable=False)
    goal = models.CharField(_lazy("goal"), max_length=200, blank=True)
    text = models.TextField(_lazy("what is to be done"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("responsible"),
        on_delete=models.PROTECT,
        related_name="action_plan_items",
    )
    deadline = models.DateField(_lazy("deadline"))
    probability = models.PositiveSmallIntegerField(
        _lazy("how likely it is to go wrong without it"), null=True, validators=FROM_1_TO_5
    )
    consequence = models.PositiveSmallIntegerField(
        _lazy("how serious that would be"), null=True, validators=FROM_1_TO_5
    )
    case = models.ForeignKey(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )
    taken_in = models.BooleanField(_lazy("was a case before"), default=False, editable=False)

    history = Records()

    class Meta:
        verbose_name = _lazy("measure of a plan")
        verbose_name_plural = _lazy("measures of plans")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "case"], name="a_case_is_in_a_plan_once"),
        ]

    def __str__(self) -> str:
        return Truncator(self.text).chars(TITLE_LENGTH)

    def get_absolute_url(self) -> str:
        return f"{self.plan.get_absolute_url()}#tiltak-{self.pk}"

    @property
    def origin_label(self) -> "StrOrPromise":
        return _("Action plan: %(plan)s") % {"plan": self.plan}

    def readable_by(self, user: User) -> bool:
        return user.is_active

    @classmethod
    def add(cls, by: User, plan: ActionPlan, **facts: Any) -> "PlanItem":
        """Put a measure last in the plan; in a plan that is decided it becomes a case at once.

        Raises PermissionDenied, and ValidationError for a deadline outside the plan or passed, and when the plan has ended.
        """
        with plan.writing(by):
            item = cls(plan=plan, place=cls._next_place(plan), **facts)
            item._guard()
            item.save_by(by)
            if plan.is_decided:
                item.demand_ready()
                item.open_case(by)
        return item

    @classmethod
    def take_in(cls, by: User, plan: ActionPlan, case: Case, *, goal: str = "", text: str) -> "PlanItem":
        """Let a case that is there already be a measure of the plan. `text` says what it is about in words all may read.

        Raises PermissionDenied for who may not read the case, and ValidationError for one that is ended, sealed, or in
        the plan already.
        """
        with plan.writing(by):
            if not Case.objects.visible_to(by).filter(pk=case.pk).exists():
                raise PermissionDenied
            if case.sealed:
                raise ValidationError({"case": _("A plan is open to all, so a sealed case can't stand in it.")})
            if not case.is_open:
                raise ValidationError({"case": _("The case is closed already.")})
            if plan.items.filter(case=case).exists():
                raise ValidationError({"case": _("The case is in the plan already.")})
            item = cls(
                plan=plan,
                place=cls._next_place(plan),
                goal=goal.strip(),
                text=text.strip(),
                responsible=case.handler or plan.owner,
                deadline=case.deadline or plan.last_day,
                case=case,
                taken_in=True,
            )
            item._demand_text()
            item.save_by(by)
        return item

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change a measure that is a draft. Raises PermissionDenied, StaleVersion, and ValidationError as `add`, and when
        it is a case: then it is changed there."""
        with self.plan.writing(by), self.changing(by, version=version):
            self._demand_draft()
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()

    def remove(self, by: User, *, version: int | None = None) -> None:
        """Take a draft out of the plan, or a case that was taken in; history keeps it. Raises as `change`."""
        with self.plan.writing(by):
            with self.changing(by, version=version):
                if not self.taken_in:
                    self._demand_draft()
            self._history_user = by
            self.delete()

    def demand_ready(self) -> None:
        """Raise ValidationError that names the measure when it can't become a case yet."""
        if self.case is not None:
            return
        if self.deadline < clock.today():
            raise ValidationError(_("The deadline has passed for “%(measure)s”.") % {"measure": self})
        if self.probability is None or self.consequence is None:
            raise ValidationError(_("Say how likely and how serious it is for “%(measure)s”.") % {"measure": self})

    def open_case(self, by: User) -> None:
        """The case that follows the measure up, handled by the plan's owner when that person may, else by who decides;
        for `ActionPlan.decide` and `add`, which have asked who may. One that has a case keeps it."""
        if self.case is not None:
            return
        plan = self.plan
        handler = plan.owner if plan.owner.has_right(Right.HANDLE_CASES, plan.unit) else by
        with self.changing(by):
            self.case = opening.open_case(
                by,
                origin=self,
                kind=Case.Kind.IMPROVEMENT,
                channel=Case.Channel.INDICATOR,
                unit=plan.unit,
                title=Truncator(" ".join((self.goal or self.text).split())).chars(TITLE_LENGTH),
                description="\n\n".join(
                    part
                    for part in (_("From the action plan “%(title)s”.") % {"title": plan.title}, self.goal, self.text)
                    if part
                ),
                probability=self.probability,
                consequence=self.consequence,
                law_breach=False,
                handler=handler,
                measures=[opening.Measure(Action.Kind.PREVENTIVE, self.text, self.responsible, self.deadline)],
            )

    def copy_to(self, by: User, plan: ActionPlan) -> "PlanItem":
        """The same measure in the plan that follows, with its case; for `ActionPlan.carry_on`. A draft whose deadline falls
        before the new plan gets its last day."""
        kept = ("place", "goal", "text", "responsible", "probability", "consequence", "case")
        item = PlanItem(plan=plan, taken_in=self.case is not None, **{name: getattr(self, name) for name in kept})
        item.deadline = self.deadline if self.case or self.deadline >= plan.first_day else plan.last_day
        item.save_by(by)
        return item

    @staticmethod
    def _next_place(plan: ActionPlan) -> int:
        return int(plan.items.aggregate(last=Max("place"))["last"] or 0) + 1

    def _demand_draft(self) -> None:
        if self.case_id:
            raise ValidationError(_("The measure is a case now. Change it there."))

    def _demand_text(self) -> None:
        if not self.text:
            raise ValidationError({"text": _("Write what is to be done.")})

    def _guard(self) -> None:
        self.text, self.goal = self.text.strip(), self.goal.strip()
        self._demand_text()
        if not self.plan.first_day <= self.deadline <= self.plan.last_day:
            raise ValidationError({"deadline": _("The deadline must be within the days of the plan.")})
        self.full_clean(validate_constraints=False, validate_unique=False)

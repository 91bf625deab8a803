"""A measure of a unit plan: becomes a case with its measure in Dialogen when the plan is agreed, or is one from before."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import masking
from cases.models import Action, Case
from cases.models.case_queryset import CaseQuerySet
from cases.opening import Measure, open_case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User
from results.permissions import may_manage

from .goal import Goal

if TYPE_CHECKING:
    from .unit_plan import UnitPlan

TAKEN_IN_KINDS = (
    Case.Kind.ROS_MEASURE,
    Case.Kind.REVIEW_DECISION,
    Case.Kind.AUDIT_FINDING,
    Case.Kind.INSPECTION_FINDING,
)
USUAL_PROBABILITY, USUAL_CONSEQUENCE = 3, 2


class PlanMeasureQuerySet(models.QuerySet["PlanMeasure"]):
    def incomplete(self) -> Self:
        """Those that can't become a case yet."""
        return self.filter(case=None).filter(Q(responsible=None) | Q(deadline=None))

    def for_list(self) -> Self:
        return self.select_related("goal", "responsible", "case__handler", "case__unit", "case__reporter").order_by(
            "goal__perspective__place", "goal__title", "deadline", "pk"
        )


class PlanMeasure(VersionedModel):
    """Something the unit will do. From when it has a case, the case says who, by when and how it goes."""

    plan = models.ForeignKey(
        "results.UnitPlan", verbose_name=_lazy("unit plan"), on_delete=models.PROTECT, related_name="measures"
    )
    goal = models.ForeignKey(
        Goal, verbose_name=_lazy("goal"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    text = models.TextField(_lazy("measure"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("responsible"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    deadline = models.DateField(_lazy("deadline"), null=True, blank=True)
    probability = models.PositiveSmallIntegerField(_lazy("probability"), default=USUAL_PROBABILITY)
    consequence = models.PositiveSmallIntegerField(_lazy("consequence"), default=USUAL_CONSEQUENCE)
    case = models.ForeignKey(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    history = Records()
    objects = PlanMeasureQuerySet.as_manager()

    COPIED: ClassVar[tuple[str, ...]] = (
        "goal",
        "text",
        "responsible",
        "deadline",
        "probability",
        "consequence",
        "case",
    )

    class Meta:
        verbose_name = _lazy("measure of a unit plan")
        verbose_name_plural = _lazy("measures of unit plans")
        ordering = ["deadline", "pk"]
        constraints = [models.UniqueConstraint(fields=["plan", "case"], name="one_place_in_a_plan_for_a_case")]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        return f"{reverse('results:plan', args=[self.plan_id])}#tiltak"

    @property
    def origin_label(self) -> str:
        """What the case that comes from it calls it."""
        return str(self.plan)

    def readable_by(self, user: User) -> bool:
        """Whether the person may read the plan."""
        return type(self.plan).objects.visible_to(user).filter(pk=self.plan_id).exists()

    @classmethod
    def add(cls, by: User, plan: "UnitPlan", *, key: uuid.UUID | None = None, **facts: Any) -> "PlanMeasure":
        """A measure of a draft; a signature falls. The same `key` again gives the one already made. Raises
        PermissionDenied, and ValidationError when the plan is agreed or the goal is another unit's."""
        key = key or uuid.uuid4()
        with _editing(by, plan):
            measure = cls.objects.filter(plan=plan, key=key).first() or cls(plan=plan, key=key)
            if measure.pk is None:
                measure._set(facts)
                measure.save_by(by)
        return measure

    @classmethod
    def take_in(cls, by: User, plan: "UnitPlan", case: Case) -> "PlanMeasure":
        """A case from before becomes part of the plan, once (S67). Personal data in its title is hidden: more people read
        a plan than work with the case. Raises PermissionDenied, and ValidationError for a case that is not one of
        `proposed`."""
        with _editing(by, plan):
            if there := cls.objects.filter(plan=plan, case=case).first():
                return there
            if not proposed(by, plan).filter(pk=case.pk).exists():
                raise ValidationError(_("The case can't be taken into the plan."))
            title = masking.mask(case.title, case.names())
            measure = cls(plan=plan, case=case, text=title, responsible=case.handler, deadline=case.deadline)
            measure.save_by(by)
        return measure

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Raises PermissionDenied, StaleVersion, and ValidationError as `add`."""
        with _editing(by, self.plan), self.changing(by, version=version):
            self._set(facts)

    def remove(self, by: User) -> None:
        """Take it out of the draft; a case it has goes on. History keeps that it was there."""
        with _editing(by, self.plan):
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

    def open_case(self, by: User) -> None:
        """The case that follows it up, in the transaction of `UnitPlan.agree`, which has asked whether the person may."""
        if self.responsible is None or self.deadline is None:
            raise ValidationError(_("Say who is responsible, and by when."))
        title = " ".join(self.text.split())
        why = _("For the goal: %(goal)s") % {"goal": self.goal} if self.goal else ""
        with self.changing(by):
            self.case = open_case(
                by,
                origin=self,
                kind=Case.Kind.IMPROVEMENT,
                channel=Case.Channel.INDICATOR,
                unit=self.plan.unit,
                title=title if len(title) <= 110 else f"{title[:109].rstrip()}…",
                description="\n\n".join(part for part in (self.text.strip(), str(self.plan), why) if part),
                probability=self.probability,
                consequence=self.consequence,
                law_breach=False,
                handler=self.plan.leader,
                measures=[Measure(Action.Kind.PREVENTIVE, self.text, self.responsible, self.deadline)],
            )

    def _set(self, facts: dict[str, Any]) -> None:
        for name, value in facts.items():
            setattr(self, name, value)
        if self.goal and self.goal.unit.path not in self.plan.unit.lineage:
            raise ValidationError({"goal": _("Choose a goal of the unit, or of a unit above it.")})
        if self.deadline and self.deadline < clock.today() and self.case is None:
            raise ValidationError({"deadline": _("The deadline is past.")})


def proposed(user: User, plan: "UnitPlan") -> CaseQuerySet:
    """The open, ordinary cases of the unit that a plan should take in: from risk assessments, reviews, audits, inspections
    and red indicators; those that are not there already, the most pressing first."""
    fits = Q(kind__in=TAKEN_IN_KINDS) | Q(channel=Case.Channel.INDICATOR)
    found = Case.objects.visible_to(user).in_unit(plan.unit).open().filter(fits, sealed=False)
    there = PlanMeasure.objects.filter(plan=plan, case__isnull=False).values("case")
    return found.exclude(pk__in=there).order_by("deadline", "-received_at")


@contextmanager
def _editing(by: User, plan: "UnitPlan") -> Iterator[None]:
    """Lock the draft while its measures are changed; what was signed is no longer what stands there."""
    if not may_manage(by, plan.unit):
        raise PermissionDenied
    with plan.changing(by):
        plan.demand_draft()
        plan.unsign()
        yield

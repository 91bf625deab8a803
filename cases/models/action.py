"""Measures (tiltak, G20): what is done about a case, by whom, by when, and whether it worked."""

import datetime
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import gates
from cases.permissions import Act, can, visible_condition
from organisation import absence, clock
from organisation.history import Records, VersionedModel
from organisation.models import User

from .case import Case
from .notice import Notice
from .timeline import Entry

DAYS_TO_EVALUATION = 90


class ActionQuerySet(models.QuerySet["Action"]):
    def live(self) -> Self:
        """Not cancelled."""
        return self.filter(cancelled_at__isnull=True)

    def due(self) -> Self:
        """Not done and not cancelled."""
        return self.live().filter(done_at__isnull=True)

    def overdue(self) -> Self:
        return self.due().filter(deadline__lt=clock.today())

    def late_on(self, day: datetime.date) -> Self:
        """Set, and neither done nor cancelled, when the day was over, with a deadline before it."""
        over = clock.end_of(day)
        undone = Q(done_at=None) | Q(done_at__gte=over)
        kept = Q(cancelled_at=None) | Q(cancelled_at__gte=over)
        return self.filter(undone, kept, created_at__lt=over, deadline__lt=day)

    def evaluated_between(self, first: datetime.date, last: datetime.date) -> Self:
        """Live ones whose effect was evaluated these days."""
        evaluated = self.live().exclude(effect="")
        return evaluated.filter(evaluated_at__gte=clock.start_of(first), evaluated_at__lt=clock.end_of(last))

    def to_evaluate(self) -> Self:
        return self.live().filter(done_at__isnull=False, effect="")

    def assigned_to(self, user: User) -> Self:
        return self.filter(responsible=user)

    def evaluable_by(self, user: User) -> Self:
        """Done measures whose effect this person is asked to evaluate: never their own work (S39)."""
        mine = Q(case__handler=user) | Q(evaluator=user)
        return self.to_evaluate().filter(mine).exclude(done_by=user).exclude(responsible=user)

    def waiting_for(self, user: User) -> Self:
        """What the person must do, and what the person must evaluate."""
        return self.due().assigned_to(user) | self.evaluable_by(user)

    def visible_to(self, user: User) -> Self:
        """The measures of the cases the person may read."""
        return self.filter(visible_condition(user, "case__"))


class Action(VersionedModel):
    """One measure of a case."""

    class Kind(models.TextChoices):
        IMMEDIATE = "immediate", _lazy("Immediate")
        CORRECTIVE = "corrective", _lazy("Corrective")
        PREVENTIVE = "preventive", _lazy("Preventive")
        LIMITING = "limiting", _lazy("Damage-limiting")

    class Effect(models.TextChoices):
        EFFECTIVE = "effective", _lazy("Effective")
        PARTLY = "partly", _lazy("Partly effective")
        NOT_EFFECTIVE = "not_effective", _lazy("Not effective")

    case = models.ForeignKey(Case, verbose_name=_lazy("case"), on_delete=models.PROTECT, related_name="actions")
    kind = models.CharField(_lazy("kind"), max_length=10, choices=Kind, default=Kind.CORRECTIVE)
    text = models.TextField(_lazy("measure"))
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("responsible"), on_delete=models.PROTECT, related_name="actions"
    )
    deadline = models.DateField(_lazy("deadline"))
    cost = models.DecimalField(_lazy("cost in kroner"), max_digits=12, decimal_places=0, null=True, blank=True)
    hours = models.DecimalField(_lazy("hours of work"), max_digits=8, decimal_places=1, null=True, blank=True)
    evaluation_date = models.DateField(_lazy("effect evaluated by"))
    evaluator = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("who evaluates"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)

    done_at = models.DateTimeField(_lazy("done"), null=True, blank=True, editable=False)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    done_note = models.TextField(_lazy("what was done"), blank=True, editable=False)
    effect = models.CharField(_lazy("effect"), max_length=15, choices=Effect, blank=True, editable=False)
    effect_note = models.TextField(_lazy("how the effect was found"), blank=True, editable=False)
    evaluated_at = models.DateTimeField(null=True, blank=True, editable=False)
    evaluated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", editable=False
    )
    cancelled_at = models.DateTimeField(null=True, blank=True, editable=False)
    cancel_reason = models.TextField(blank=True, editable=False)

    history = Records()
    objects = ActionQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("measure")
        verbose_name_plural = _lazy("measures")
        ordering = ["deadline", "pk"]
        indexes = [
            models.Index(fields=["responsible", "deadline"], name="action_responsible"),
            # The statistics read these instead of the wide rows.
            models.Index(fields=["case", "effect", "evaluated_at"], name="action_effect"),
            models.Index(fields=["evaluated_at", "cancelled_at", "effect", "case"], name="action_evaluated"),
            models.Index(fields=["deadline", "done_at", "cancelled_at", "created_at", "case"], name="action_late"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(evaluated_by__isnull=True) | ~Q(evaluated_by=F("done_by")),
                name="action_evaluated_by_another",
            ),
            models.CheckConstraint(condition=Q(effect="") | Q(done_at__isnull=False), name="action_done_before_effect"),
        ]

    def __str__(self) -> str:
        return f"{self.case.reference}/{self.pk}"

    @property
    def is_overdue(self) -> bool:
        return not self.done_at and not self.cancelled_at and self.deadline < clock.today()

    def may_complete(self, user: User) -> bool:
        """The responsible person, and those who handle the case."""
        return user.pk == self.responsible_id or can(user, Act.HANDLE, self.case)

    def may_evaluate(self, user: User) -> bool:
        """Those who handle the case or are asked to, but never who did the measure (S39)."""
        asked = user.pk == self.evaluator_id or can(user, Act.HANDLE, self.case)
        return asked and user.pk not in (self.done_by_id, self.responsible_id)

    @classmethod
    @transaction.atomic
    def add(
        cls,
        by: User,
        case: Case,
        *,
        text: str,
        responsible: User,
        deadline: datetime.date,
        kind: str = Kind.CORRECTIVE,
        evaluation_date: datetime.date | None = None,
        evaluator: User | None = None,
        cost: Decimal | None = None,
        hours: Decimal | None = None,
        version: int | None = None,
    ) -> "Action":
        """Set a measure; the case is then under way. Raises `ValidationError` while the gate to
        measures is shut, or the dates or people don't fit."""
        if not can(by, Act.HANDLE, case):
            raise PermissionDenied
        evaluation_date = evaluation_date or deadline + datetime.timedelta(DAYS_TO_EVALUATION)
        asked, responsible = responsible, given_to(responsible, by)
        evaluator = given_to(evaluator, by) if evaluator else None
        check_plan(deadline=deadline, evaluation_date=evaluation_date, responsible=responsible, evaluator=evaluator)
        with case.changing(by, version=version):
            case._demand_status(Case.Status.ASSESSED, Case.Status.IN_PROGRESS, Case.Status.AWAITING_EVALUATION)
            gate = gates.to_measures(case)
            if kind != cls.Kind.IMMEDIATE and not gate.open:
                raise ValidationError(gate.message)
            case.status = Case.Status.IN_PROGRESS
            action = cls(
                case=case,
                kind=kind,
                text=text.strip(),
                responsible=responsible,
                deadline=deadline,
                evaluation_date=evaluation_date,
                evaluator=evaluator,
                cost=cost,
                hours=hours,
            )
            action.save_by(by)
            case._log(by, Entry.Event.ACTION_ADDED, action.text)
            case._note_deputy(by, asked, responsible)
        Notice.tell([asked], Notice.Kind.ACTION, case, by=by)
        return action

    def change(self, by: User, *, version: int | None = None, **plan: Any) -> None:
        """Change the plan of a measure that is not done: text, kind, people, dates, cost, hours."""
        if not can(by, Act.HANDLE, self.case):
            raise PermissionDenied
        with self.changing(by, version=version):
            self._demand_not_done()
            asked = plan.get("responsible", self.responsible)
            for name, value in plan.items():
                is_new = name in ("responsible", "evaluator") and value != getattr(self, name)
                setattr(self, name, given_to(value, by) if value and is_new else value)
            check_plan(
                deadline=self.deadline,
                evaluation_date=self.evaluation_date,
                responsible=self.responsible,
                evaluator=self.evaluator,
            )
            self.case._log(by, Entry.Event.ACTION_CHANGED, self.text)
            self.case._note_deputy(by, asked, self.responsible)
        Notice.tell([asked], Notice.Kind.ACTION, self.case, by=by)

    def complete(self, by: User, *, note: str, version: int | None = None) -> None:
        """The measure is done. When it was the last one, the case awaits evaluation of the effect."""
        if not self.may_complete(by):
            raise PermissionDenied
        if not note.strip():
            raise ValidationError({"note": _("Write what was done.")})
        with transaction.atomic():
            with self.changing(by, version=version):
                self._demand_not_done()
                self.done_at, self.done_by, self.done_note = clock.now(), by, note.strip()
                self.case._log(by, Entry.Event.ACTION_DONE, self.text)
            self._await_evaluation(by)

    def cancel(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Drop a measure that is not done, with the reason."""
        if not can(by, Act.HANDLE, self.case):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why the measure is dropped.")})
        with transaction.atomic():
            with self.changing(by, version=version, reason=reason):
                self._demand_not_done()
                self.cancelled_at, self.cancel_reason = clock.now(), reason.strip()
                self.case._log(by, Entry.Event.ACTION_CANCELLED, f"{self.text}: {reason}")
            self._await_evaluation(by)

    def evaluate(self, by: User, *, effect: str, note: str, version: int | None = None) -> None:
        """Whether it worked (S29), said by another than the one who did it (S39). A measure without
        effect sends the case back to measures, also when it is closed already (G19)."""
        if not self.may_evaluate(by):
            raise PermissionDenied(_("The effect is evaluated by another person than the one who did the measure."))
        if not note.strip():
            raise ValidationError({"note": _("Write how you found out whether it worked.")})
        with transaction.atomic():
            with self.changing(by, version=version):
                self.case._demand_status(*Case.OPEN, Case.Status.CLOSED)
                if not self.done_at or self.cancelled_at:
                    raise ValidationError(_("The measure is not done yet."))
                self.effect, self.effect_note = effect, note.strip()
                self.evaluated_at, self.evaluated_by = clock.now(), by
                self.case._log(by, Entry.Event.ACTION_EVALUATED, f"{self.get_effect_display()}: {self.text}")
            if effect == self.Effect.NOT_EFFECTIVE:
                self._send_case(by, Case.Status.IN_PROGRESS, Entry.Event.BACK_TO_ACTIONS)
                Notice.tell([self.case.handler], Notice.Kind.PROGRESS, self.case, by=by)

    def _await_evaluation(self, by: User) -> None:
        actions = self.case.actions
        if actions.due().exists() or not actions.live().exists():
            return
        if self.case.status == Case.Status.IN_PROGRESS:
            self._send_case(by, Case.Status.AWAITING_EVALUATION, Entry.Event.ALL_DONE)
            Notice.tell([self.case.handler, self.evaluator], Notice.Kind.EVALUATE, self.case, by=by)

    def _send_case(self, by: User, status: str, event: str) -> None:
        with self.case.changing(by):
            self.case.status, self.case.closed_at = status, None
            self.case._log(by, event)

    def _demand_not_done(self) -> None:
        self.case._demand_status(*Case.OPEN)
        if self.done_at or self.cancelled_at:
            raise ValidationError(_("The measure is already done or dropped."))


def given_to(person: User, by: User) -> User:
    """Who gets what the person is asked to do: who stands in while the person is away (G3). What people
    take on themselves they keep."""
    return person if person == by else absence.stand_in(person)


def check_plan(
    *, deadline: datetime.date, evaluation_date: datetime.date, responsible: User, evaluator: User | None
) -> None:
    """Raise `ValidationError` when a plan can't work."""
    if evaluation_date < deadline:
        raise ValidationError({"evaluation_date": _("The effect can't be evaluated before the measure is due.")})
    if evaluator == responsible:
        raise ValidationError({"evaluator": _("Choose another person than the one responsible for the measure.")})

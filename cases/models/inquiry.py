""" "Is this relevant for you?": a unit is asked about a closed case of another unit, and answers (S30)."""

import datetime
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.permissions import Act, can
from organisation import clock
from organisation.absence import LEADERS
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import RoleAssignment, Unit, User

from .case import Case
from .notice import Notice
from .timeline import Entry


class InquiryQuerySet(models.QuerySet["Inquiry"]):
    def of_stories(self) -> Self:
        """About cases told now: one that is sealed or taken up again is asked about no more."""
        return self.filter(case__in=Case.objects.lessons().order_by().values("pk"))

    def unanswered(self) -> Self:
        return self.filter(outcome="")

    def waiting_for(self, user: User) -> Self:
        """Unanswered ones to the very units the person leads, as leader, deputy or who stands in for one."""
        led = RoleAssignment.objects.held_by(user).filter(role__in=LEADERS).values("unit")
        return self.of_stories().unanswered().filter(unit__in=led)


class Inquiry(VersionedModel):
    """One unit is asked about one case, once. `outcome` is "" until it has answered."""

    class Outcome(models.TextChoices):
        RELEVANT = "relevant", _lazy("Relevant, and we do something")
        DONE = "done", _lazy("We do this already")
        NOT_RELEVANT = "not_relevant", _lazy("Not relevant for us")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inquiries")
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="+")
    question = models.TextField(_lazy("question"))
    deadline = models.DateField(_lazy("deadline"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=clock.now)
    outcome = models.CharField(_lazy("is it relevant?"), max_length=15, choices=Outcome, blank=True)
    answer_text = models.TextField(_lazy("what you do, or why not"), blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    own_case = models.OneToOneField(
        Case, verbose_name=_lazy("own case"), on_delete=models.PROTECT, null=True, related_name="came_from"
    )

    history = Records()
    objects = InquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("question to another unit")
        verbose_name_plural = _lazy("questions to other units")
        ordering = ["-asked_at", "unit__path"]
        constraints = [models.UniqueConstraint(fields=["case", "unit"], name="one_inquiry_per_case_and_unit")]

    def __str__(self) -> str:
        return f"{self.case.reference} – {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("cases:answer_inquiry", args=[self.case.reference, self.pk])

    @classmethod
    def units_to_ask(cls, case: Case) -> models.QuerySet[Unit]:
        """Units in use with a leader or deputy of their own, but not the one that handled the case nor those asked."""
        led = RoleAssignment.objects.current().filter(role__in=LEADERS, user__is_active=True).values("unit")
        asked = cls.objects.filter(case=case).values("unit")
        return Unit.objects.active().filter(pk__in=led).exclude(pk__in=asked).exclude(pk=case.unit_id)

    @classmethod
    def ask(
        cls,
        by: User,
        case: Case,
        *,
        units: Iterable[Unit],
        question: str,
        deadline: datetime.date,
        version: int | None = None,
    ) -> "list[Inquiry]":
        """Ask the units' leaders. Raises PermissionDenied; StaleVersion; and ValidationError when the case is not told
        as a story, or by field."""
        with transaction.atomic():
            case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)))
            if not can(by, Act.ASK_RELEVANCE, case):
                raise PermissionDenied
            if version is not None and version != case.version:
                raise StaleVersion(case)
            chosen = cls._checked(case, list(units), question, deadline)
            facts = {"case": case, "question": question.strip(), "deadline": deadline}
            asked = [cls(unit=unit, asked_by=by, asked_at=clock.now(), **facts) for unit in chosen]
            for inquiry in asked:
                inquiry.save_by(by)
            case._log(by, Entry.Event.RELEVANCE_ASKED, ", ".join(unit.name for unit in chosen))
            leaders = {leader for unit in chosen for leader in unit.responsible_leaders()}
            Notice.tell(leaders, Notice.Kind.RELEVANCE, case, by=by)
        return asked

    @classmethod
    def _checked(cls, case: Case, units: list[Unit], question: str, deadline: datetime.date) -> list[Unit]:
        if not case.is_story:
            raise ValidationError(_("Only a closed case that is told to others can be asked about."))
        chosen = list(cls.units_to_ask(case).filter(pk__in=[unit.pk for unit in units]))
        errors = {}
        if not units or len(chosen) < len(units):
            errors["units"] = _("Choose units with a leader, that are not asked yet.")
        if not question.strip():
            errors["question"] = _("Write what you want to know.")
        if deadline < clock.today():
            errors["deadline"] = _("Choose a day that is not past.")
        if errors:
            raise ValidationError(errors)
        return chosen

    def may_answer(self, user: User) -> bool:
        """Whoever leads the unit or one above it, or stands in for a leader, while the case is told."""
        return self.case.is_story and user.leads(self.unit)

    def answer(self, by: User, *, outcome: str, text: str, improvement: str = "", version: int | None = None) -> None:
        """Say whether it is relevant, and what the unit does or why not; again when it has changed its mind. With an
        `improvement` the unit gets a case of its own from it. After the deadline too: late is better than never.

        Raises PermissionDenied, StaleVersion, and ValidationError by field.
        """
        with self.changing(by, version=version):
            self.case.refresh_from_db(from_queryset=Case.objects.select_for_update(of=("self",)))
            if not self.may_answer(by):
                raise PermissionDenied
            self._check_answer(outcome, text, improvement)
            self.outcome, self.answer_text = outcome, text.strip()
            self.answered_by, self.answered_at = by, clock.now()
            if improvement.strip():
                self.own_case = Case.report(by, kind=Case.Kind.IMPROVEMENT, description=improvement, place=self.unit)
            self.case._log(by, Entry.Event.RELEVANCE_ANSWERED, f"{self.unit}: {self.get_outcome_display()}")
            Notice.tell([self.asked_by], Notice.Kind.RELEVANCE_ANSWERED, self.case, by=by)

    def _check_answer(self, outcome: str, text: str, improvement: str) -> None:
        errors = {}
        if outcome not in self.Outcome.values:
            errors["outcome"] = _("Choose an answer.")
        if not text.strip():
            errors["text"] = _("Write what you do, or why it is not relevant.")
        if improvement.strip() and self.own_case_id:
            errors["improvement"] = _("The unit has a case of its own from this already.")
        elif improvement.strip() and outcome != self.Outcome.RELEVANT:
            errors["improvement"] = _("A case of your own is for what is relevant for you.")
        if errors:
            raise ValidationError(errors)

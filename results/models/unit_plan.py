"""The unit plan (virksomhetsplan) with its leader agreement, for a unit and a year (S67, S68; ISO 9001 clause 6.2.2)."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.absence import LEADERS
from organisation.frozen import checksum_of
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Reminder, Unit, User, within
from organisation.nearest import Nearest
from organisation.reminders import remind_all
from organisation.roles import Right
from results import plan_content
from results.permissions import may_manage

from .plan_agreement import PlanAgreement
from .plan_measure import PlanMeasure

TEXTS = ("priorities", "commitment", "support")


class UnitPlanQuerySet(models.QuerySet["UnitPlan"]):
    def visible_to(self, user: User) -> Self:
        """An agreed one is open to every employee; a draft is for those who follow the results of the unit, and its
        leader."""
        if not user.is_active:
            return self.none()
        return self.filter(~Q(status=UnitPlan.Status.DRAFT) | drafts_read_by(user))

    def in_force(self) -> Self:
        return self.filter(status=UnitPlan.Status.AGREED)

    def drafts(self) -> Self:
        return self.filter(status=UnitPlan.Status.DRAFT)

    def for_list(self) -> Self:
        return self.select_related("unit", "leader").order_by("-year", "unit__path", "-number")


class UnitPlan(VersionedModel):
    """What a unit will reach and do in a year. When leader and the leader's leader have signed it is the leader agreement,
    kept word for word; what is changed afterwards is changed in a new version."""

    class Status(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        AGREED = "agreed", _lazy("Agreed")
        REPLACED = "replaced", _lazy("Replaced by a newer version")

    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="unit_plans")
    year = models.PositiveSmallIntegerField(_lazy("year"))
    number = models.PositiveSmallIntegerField(_lazy("version"), default=1, editable=False)
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    leader = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("leader"), on_delete=models.PROTECT, related_name="+"
    )
    priorities = models.TextField(_lazy("what matters most this year"), blank=True)
    commitment = models.TextField(_lazy("what the leader takes on"), blank=True)
    support = models.TextField(_lazy("what the leader's leader contributes"), blank=True)
    signed_at = models.DateTimeField(_lazy("signed by the leader"), null=True, editable=False)
    signed_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    history = Records()
    objects = UnitPlanQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("unit plan")
        verbose_name_plural = _lazy("unit plans")
        ordering = ["-year", "unit__path", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "year", "number"], name="one_plan_per_version"),
            models.UniqueConstraint(fields=["unit", "year"], condition=Q(status="draft"), name="one_draft_plan"),
            models.UniqueConstraint(fields=["unit", "year"], condition=Q(status="agreed"), name="one_agreed_plan"),
        ]

    def __str__(self) -> str:
        return _("Unit plan %(year)s for %(unit)s") % {"year": self.year, "unit": self.unit}

    def get_absolute_url(self) -> str:
        return reverse("results:plan", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    def versions(self) -> UnitPlanQuerySet:
        """Every version for the same unit and year, the newest first."""
        return UnitPlan.objects.filter(unit=self.unit, year=self.year).order_by("-number")

    def leaders_above(self, nearest: Nearest | None = None) -> list[User]:
        """Who signs for the level above: leader and deputies of the nearest unit above that has any but the plan's own
        leader, and who stands in for one that is away. Nobody above the top: there the leader's own signature is the
        agreement. Two queries, none with a `nearest` that was made for several."""
        nearest = nearest or Nearest(*LEADERS)
        return nearest.at(self.unit.path[: -Unit.steplen], but=self.leader)

    # Who

    def may_edit(self, user: User) -> bool:
        return self.is_draft and may_manage(user, self.unit)

    def may_sign(self, user: User) -> bool:
        """Only the leader it is about."""
        return self.is_draft and user.is_active and user.pk == self.leader_id

    def may_agree(self, user: User) -> bool:
        """The leader's leader; at the top the leader alone."""
        above = self.leaders_above()
        return self.is_draft and user.is_active and (user in above if above else user.pk == self.leader_id)

    # From nothing to a draft

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, *, unit: Unit, year: int, leader: User | None = None, copied: bool = False) -> "UnitPlan":
        """A new draft, or the one that is there. `copied`: with the texts of the newest plan of an earlier year, and its
        measures that are not finished.

        Raises PermissionDenied, and ValidationError when the plan of the year is agreed already or nobody leads the unit.
        """
        if not may_manage(by, unit):
            raise PermissionDenied
        of_year = cls.objects.filter(unit=unit, year=year)
        if draft := of_year.drafts().first():
            return draft
        if of_year.exists():
            raise ValidationError({"year": _("The plan of the year is agreed already. Make a new version of it.")})
        leader = leader or unit.leader or next(iter(unit.responsible_leaders()), None)
        if leader is None:
            raise ValidationError({"leader": _("Nobody leads the unit. Choose whose agreement it is.")})
        plan = cls(unit=unit, year=year, leader=leader, created_at=clock.now())
        last = cls.objects.filter(unit=unit, year__lt=year).order_by("-year", "-number").first() if copied else None
        if last:
            for name in TEXTS:
                setattr(plan, name, getattr(last, name))
        plan.save_by(by)
        if last:
            plan._copy_measures(by, last, same_year=False)
        return plan

    def revise(self, by: User) -> "UnitPlan":
        """The next version as a draft; when there is one, that. Raises PermissionDenied, and ValidationError when it is
        not in force."""
        if not may_manage(by, self.unit):
            raise PermissionDenied
        with transaction.atomic():
            self._lock()
            if draft := self.versions().drafts().first():
                return draft
            if self.status != self.Status.AGREED:
                raise ValidationError(_("Only the plan in force can be revised."))
            facts = {name: getattr(self, name) for name in ("unit", "year", "leader", *TEXTS)}
            new = UnitPlan(number=self.versions()[0].number + 1, created_at=clock.now(), **facts)
            new.save_by(by)
            new._copy_measures(by, self, same_year=True)
        return new

    def _copy_measures(self, by: User, source: "UnitPlan", *, same_year: bool) -> None:
        for old in source.measures.select_related("case"):
            if same_year or old.case is None or old.case.is_open:
                PlanMeasure(plan=self, **{name: getattr(old, name) for name in PlanMeasure.COPIED}).save_by(by)

    # While it is a draft

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change the texts or whose agreement it is; a signature falls. Raises PermissionDenied, StaleVersion, and
        ValidationError when it is not a draft."""
        if not may_manage(by, self.unit):
            raise PermissionDenied
        with self.changing(by, version=version):
            self.demand_draft()
            for name, value in facts.items():
                setattr(self, name, value)
            self.unsign()

    def unsign(self) -> None:
        """What was signed is no longer what stands here."""
        self.signed_at, self.signed_sha256 = None, ""

    # The agreement

    def content(self) -> dict[str, Any]:
        """Texts, goals with indicators and targets, and measures, as text: what is signed and frozen."""
        return plan_content.of(self)

    def fingerprint(self) -> str:
        return checksum_of(self.content())

    def sign(self, by: User, *, shown: str | None = None) -> None:
        """The leader signs; the leaders above are told that it waits for them. `shown` is the fingerprint of what the
        leader read. At the top the plan is agreed at once.

        Raises PermissionDenied, StaleVersion, and ValidationError that names what is lacking.
        """
        if not self.may_sign(by):
            raise PermissionDenied
        with self.changing(by):
            self.demand_draft()
            now = self._whole_fingerprint(shown)
            self.signed_at, self.signed_sha256 = clock.now(), now
        above = self.leaders_above()
        if not above:
            self.agree(by, shown=now)
            return
        address, about = self.get_absolute_url(), f"plan:agree:{self.pk}:{self.version}"
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("The unit plan of %(unit)s waits for your signature") % {"unit": self.unit}
        remind_all(Reminder(user=person, about=about, subject=subject, url=address) for person in above)

    def agree(self, by: User, *, shown: str | None = None) -> PlanAgreement:
        """Draft → agreed: frozen word for word, each measure without a case becomes one, and the version before is
        replaced (S67). Raises as `sign`, and ValidationError when the leader has not signed what stands here now."""
        if not self.may_agree(by):
            raise PermissionDenied
        with self.changing(by):
            self.demand_draft()
            now = self._whole_fingerprint(shown)
            if self.signed_at is None or self.signed_sha256 != now:
                raise ValidationError(_("%(leader)s must sign it as it stands now first.") % {"leader": self.leader})
            before = self.versions().in_force().first()
            if before:
                with before.changing(by):
                    before.status = self.Status.REPLACED
            self.status = self.Status.AGREED
            agreement = PlanAgreement.freeze(
                by,
                self.content(),
                plan=self,
                leader=self.leader,
                leader_name=str(self.leader),
                leader_signed_at=self.signed_at,
            )
            for measure in self.measures.filter(case=None):
                measure.open_case(by)
        return agreement

    def send_back(self, by: User, *, reason: str) -> None:
        """The leader's leader wants it changed: the signature falls, and the leader is told. Raises PermissionDenied, and
        ValidationError without a reason or when it is not signed."""
        if not self.may_agree(by):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Say what must be changed.")})
        with self.changing(by, reason=reason.strip()):
            self.demand_draft()
            if self.signed_at is None:
                raise ValidationError(_("It is not signed, so it can't be sent back."))
            self.unsign()
        about = f"plan:back:{self.pk}:{self.version}"
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("The unit plan of %(unit)s is sent back to you") % {"unit": self.unit}
        remind_all([Reminder(user=self.leader, about=about, subject=subject, url=self.get_absolute_url())])

    def _whole_fingerprint(self, shown: str | None) -> str:
        now = self.fingerprint()
        if shown is not None and shown != now:
            raise StaleVersion(self)
        if not self.priorities.strip():
            raise ValidationError(_("Write what matters most this year first."))
        if incomplete := self.measures.incomplete().first():
            raise ValidationError(
                _("“%(measure)s” lacks who is responsible or a deadline.") % {"measure": incomplete.text}
            )
        return now

    def _lock(self) -> None:
        self.refresh_from_db(from_queryset=UnitPlan.objects.select_for_update(of=("self",)))

    def demand_draft(self) -> None:
        if not self.is_draft:
            raise ValidationError(_("The plan is agreed, so it is changed in a new version."))


def drafts_read_by(user: User) -> Q:
    """The drafts the person may read, as a condition."""
    return within(user.right_paths(Right.READ_RESULTS), "unit__path") | Q(leader=user)

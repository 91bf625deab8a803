"""How mature internal control is, by area: now and the ambition, for each unit and year (S45; kommuneloven § 25-1)."""

import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import opening
from cases.models import Action, Case
from organisation import clock
from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Unit, User
from results.permissions import may_manage

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

LOWEST, HIGHEST = 1, 5
EARLIEST, LATEST = 1990, 2100
YEARS = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]


class Level(models.IntegerChoices):
    """The five levels; what each means in an area stands in the area."""

    CHANCE = 1, _lazy("By chance")
    BEGUN = 2, _lazy("Begun")
    SETTLED = 3, _lazy("Settled")
    FOLLOWED = 4, _lazy("Followed up")
    IMPROVING = 5, _lazy("Improving")


class MaturityAreaQuerySet(models.QuerySet["MaturityArea"]):
    def active(self) -> Self:
        return self.filter(active=True)


class MaturityArea(VersionedModel):
    """A part of internal control that is assessed by itself, with its five levels in words. Comes with the product."""

    class Framework(models.TextChoices):
        COSO = "coso", _lazy("Internal control (COSO)")
        HANDBOOK = "handbook", _lazy("The chapters of the handbook")

    code = models.SlugField(_lazy("code"), max_length=50, unique=True, help_text=_lazy("Short and lasting."))
    name = models.CharField(_lazy("name"), max_length=120)
    about = models.TextField(_lazy("what it covers"), blank=True)
    framework = models.CharField(_lazy("framework"), max_length=20, choices=Framework)
    place = models.PositiveSmallIntegerField(_lazy("place"), default=0)
    level_1 = models.CharField(_lazy("level 1, by chance"), max_length=300)
    level_2 = models.CharField(_lazy("level 2, begun"), max_length=300)
    level_3 = models.CharField(_lazy("level 3, settled"), max_length=300)
    level_4 = models.CharField(_lazy("level 4, followed up"), max_length=300)
    level_5 = models.CharField(_lazy("level 5, improving"), max_length=300)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = MaturityAreaQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("maturity area")
        verbose_name_plural = _lazy("maturity areas")
        ordering = ["place", "code"]

    def __str__(self) -> str:
        return self.name

    def level_text(self, level: int) -> str:
        """What it means to be on the level, from 1 to 5."""
        return str(getattr(self, f"level_{level}"))

    @property
    def levels(self) -> list[tuple[int, str, str]]:
        """Every level: number, name, what it means here."""
        return [(level.value, str(level.label), self.level_text(level.value)) for level in Level]


class MaturityScoreQuerySet(models.QuerySet["MaturityScore"]):
    def in_unit(self, unit: Unit) -> Self:
        """Of the unit and the units below it."""
        return self.filter(unit__path__startswith=unit.path)

    def with_gap(self) -> Self:
        """The largest gap between ambition and now first; those without a gap are left out."""
        found = self.filter(ambition__gt=F("now")).annotate(distance=F("ambition") - F("now"))
        return found.order_by("-distance", "unit__path", "area__place")


class MaturityScore(VersionedModel):
    """One area in one unit in one year. Open to all employees."""

    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="maturity_scores")
    area = models.ForeignKey(MaturityArea, verbose_name=_lazy("area"), on_delete=models.PROTECT, related_name="scores")
    year = models.PositiveSmallIntegerField(_lazy("year"), validators=YEARS)
    now = models.PositiveSmallIntegerField(_lazy("now"), choices=Level)
    ambition = models.PositiveSmallIntegerField(_lazy("ambition"), choices=Level)
    reached_by = models.DateField(_lazy("reached by"), null=True, blank=True)
    evidence = models.TextField(_lazy("why: what shows it"))
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("assessed by"), on_delete=models.PROTECT, related_name="+"
    )
    assessed_at = models.DateTimeField(_lazy("assessed"), default=clock.now, editable=False)
    case = models.OneToOneField(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
    )

    history = Records()
    objects = MaturityScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("maturity of an area")
        verbose_name_plural = _lazy("maturity of areas")
        ordering = ["unit__path", "-year", "area__place"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "area", "year"], name="one_maturity_score_a_year"),
            models.CheckConstraint(
                condition=Q(now__range=(LOWEST, HIGHEST), ambition__range=(LOWEST, HIGHEST)), name="maturity_1_5"
            ),
            models.CheckConstraint(condition=Q(ambition__gte=F("now")), name="maturity_ambition_not_below_now"),
        ]

    def __str__(self) -> str:
        return f"{self.area} {self.year}"

    def get_absolute_url(self) -> str:
        return f"{reverse('results:maturity', args=[self.unit.code])}?ar={self.year}#{self.area.code}"

    @property
    def gap(self) -> int:
        return self.ambition - self.now

    @property
    def is_late(self) -> bool:
        """Whether the day the ambition should have been reached by has passed."""
        return bool(self.gap and self.reached_by and self.reached_by < clock.today())

    @property
    def origin_label(self) -> "StrOrPromise":
        return _("Maturity of internal control: %(area)s, %(year)s") % {"area": self.area, "year": self.year}

    def readable_by(self, user: User) -> bool:
        return user.is_active

    @classmethod
    @transaction.atomic
    def assess(
        cls,
        by: User,
        *,
        unit: Unit,
        area: MaturityArea,
        year: int,
        now: int,
        ambition: int,
        evidence: str,
        reached_by: datetime.date | None = None,
        version: int | None = None,
    ) -> "MaturityScore":
        """Say how mature the area is in the unit this year, for the first time or anew. `version` is what the person saw;
        None when there was nothing.

        Raises PermissionDenied for who doesn't look after results at the unit; StaleVersion when somebody has assessed
        it meanwhile; and ValidationError by field.
        """
        if not may_manage(by, unit):
            raise PermissionDenied
        facts = {"now": now, "ambition": ambition, "evidence": evidence.strip(), "reached_by": reached_by}
        there = cls.objects.select_for_update(of=("self",)).filter(unit=unit, area=area, year=year).first()
        if there is None:
            score = cls(unit=unit, area=area, year=year, assessed_by=by, assessed_at=clock.now(), **facts)
            score._guard()
            score.save_by(by)
            return score
        if version is None:
            raise StaleVersion(there)
        with there.changing(by, version=version):
            for name, value in facts.items():
                setattr(there, name, value)
            there.assessed_by, there.assessed_at = by, clock.now()
            there._guard()
        return there

    def follow_up(
        self,
        by: User,
        *,
        measure: str,
        responsible: User,
        deadline: datetime.date,
        probability: int,
        consequence: int,
        version: int | None = None,
    ) -> Case:
        """Open a case at the unit for what is missing, with its first measure.

        Raises PermissionDenied, StaleVersion, and ValidationError when there is no gap, when it has a case already, and
        for a deadline that has passed.
        """
        if not may_manage(by, self.unit):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.case:
                raise ValidationError(_("It is followed up in case %(case)s already.") % {"case": self.case})
            if not self.gap:
                raise ValidationError(_("The ambition is reached: there is nothing to follow up."))
            if deadline < clock.today():
                raise ValidationError({"deadline": _("The deadline has passed already.")})
            self.case = opening.open_case(
                by,
                origin=self,
                kind=Case.Kind.IMPROVEMENT,
                channel=Case.Channel.INDICATOR,
                unit=self.unit,
                title=_("%(area)s: from %(now)s to %(ambition)s")
                % {"area": self.area, "now": self.now, "ambition": self.ambition},
                description="\n\n".join(
                    [
                        _("Now, level %(level)s: %(text)s")
                        % {"level": self.now, "text": self.area.level_text(self.now)},
                        _("Ambition, level %(level)s: %(text)s")
                        % {"level": self.ambition, "text": self.area.level_text(self.ambition)},
                        self.evidence,
                    ]
                ),
                probability=probability,
                consequence=consequence,
                law_breach=False,
                handler=by,
                measures=[opening.Measure(Action.Kind.PREVENTIVE, measure.strip(), responsible, deadline)],
            )
        return self.case

    def _guard(self) -> None:
        wrong: dict[str, str] = {}
        if self.ambition < self.now:
            wrong["ambition"] = _("The ambition can't be lower than where you are now.")
        elif self.ambition > self.now and self.reached_by is None:
            wrong["reached_by"] = _("Say when the ambition is to be reached.")
        if self.reached_by and self.reached_by.year < self.year:
            wrong["reached_by"] = _("The day must not be before the year that is assessed.")
        if not self.evidence:
            wrong["evidence"] = _("Write what shows that you are on this level.")
        if wrong:
            raise ValidationError(wrong)  # type: ignore[arg-type]
        self.full_clean(validate_constraints=False, validate_unique=False)

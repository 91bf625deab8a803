"""An indicator: how one sees whether a goal is reached (S65, S66; ISO 9001 clause 9.1.1)."""

import datetime
import uuid
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, UnitQuerySet, User
from results.colours import Direction, Limits
from results.figures import FIGURES, Figure, choices
from results.periods import Length, Period
from results.permissions import may_manage

from .goal import Goal

LIMITS = ("target", "green", "yellow")
DIGITS: dict[str, Any] = {"max_digits": 14, "decimal_places": 4}


class Frequency(models.TextChoices):
    """How often it is measured."""

    MONTH = "month", _lazy("Every month")
    TERTIAL = "tertial", _lazy("Every tertial")
    HALF = "half", _lazy("Every half year")
    YEAR = "year", _lazy("Every year")

    @property
    def length(self) -> Length:
        return Length[self.name]


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def measured_in(self, units: models.QuerySet[Unit] | list[Unit]) -> Self:
        """The units' own, and the common ones of the units right above them."""
        units = list(units)
        parents = {unit.path[: -Unit.steplen] for unit in units}
        return self.filter(Q(goal__unit__in=units) | Q(common=True, goal__unit__path__in=parents))

    def for_list(self) -> Self:
        """With all that `Indicator.limits` and a line of the scorecard need. Two queries."""
        found = self.select_related("goal__perspective", "goal__unit", "owner").prefetch_related("targets")
        return found.order_by("goal__perspective__place", "goal__title", "goal_id", "place", "name", "pk")


class Indicator(VersionedModel):
    """What is measured, how, how often, by whom, and against which limits. A common one is measured by the unit that has
    the goal and by each unit right below it."""

    class Source(models.TextChoices):
        HAND = "hand", _lazy("By hand")
        SURVEY = "survey", _lazy("From a survey file")
        FIGURE = "figure", _lazy("A figure the system knows")

    goal = models.ForeignKey(Goal, verbose_name=_lazy("goal"), on_delete=models.PROTECT, related_name="indicators")
    name = models.CharField(_lazy("indicator"), max_length=120)
    how = models.TextField(_lazy("what is measured, and how"))
    measure = models.CharField(
        _lazy("measured in"), max_length=30, blank=True, help_text=_lazy("Such as %, days or kroner.")
    )
    direction = models.CharField(_lazy("direction"), max_length=6, choices=Direction, default=Direction.HIGHER)
    target = models.DecimalField(_lazy("target"), **DIGITS)
    green = models.DecimalField(_lazy("green limit"), **DIGITS)
    yellow = models.DecimalField(_lazy("yellow limit"), **DIGITS)
    lowest = models.DecimalField(_lazy("lowest possible value"), null=True, blank=True, **DIGITS)
    highest = models.DecimalField(_lazy("highest possible value"), null=True, blank=True, **DIGITS)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("owner"), on_delete=models.PROTECT, related_name="indicators_owned"
    )
    frequency = models.CharField(_lazy("how often"), max_length=7, choices=Frequency, default=Frequency.TERTIAL)
    source = models.CharField(_lazy("where the figure comes from"), max_length=6, choices=Source, default=Source.HAND)
    figure = models.CharField(_lazy("figure the system knows"), max_length=30, blank=True)
    common = models.BooleanField(_lazy("common"), default=False)
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page that grounds it"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    place = models.PositiveSmallIntegerField(default=100, editable=False)
    active = models.BooleanField(_lazy("in use"), default=True)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    history = Records()
    objects = IndicatorQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("indicator")
        verbose_name_plural = _lazy("indicators")
        ordering = ["goal__perspective__place", "goal__title", "place", "name", "pk"]

    FACTS: ClassVar[tuple[str, ...]] = (
        "name",
        "how",
        "measure",
        "direction",
        *LIMITS,
        "lowest",
        "highest",
        "owner",
        "frequency",
        "source",
        "figure",
        "common",
        "page",
        "active",
    )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("results:indicator", args=[self.pk])

    @property
    def length(self) -> Length:
        return Frequency(self.frequency).length

    @property
    def known_figure(self) -> Figure | None:
        """The figure it is computed by, when the system knows it."""
        return FIGURES.get(self.figure) if self.source == self.Source.FIGURE else None

    def limits(self, year: int) -> Limits:
        """What a value of the year is held against: the year's own limits, or else those of the indicator."""
        row: Any = next((own for own in self.targets.all() if own.year == year), self)
        return Limits(self.direction, row.target, row.green, row.yellow)

    def expected(self, day: datetime.date) -> Period:
        """The newest period that was over when the day began."""
        return Period.containing(day, self.length).previous()

    def is_expected(self, period: Period) -> bool:
        """Whether the period is to be measured at all: within the years of the goal, and not over before the indicator
        was made."""
        made = timezone.localdate(self.created_at)
        return self.goal.first_year <= period.last.year <= self.goal.last_year and period.last >= made

    def is_measured_in(self, unit: Unit) -> bool:
        """Whether the unit measures it."""
        home = self.goal.unit
        return unit.pk == home.pk or (self.common and unit.path[: -Unit.steplen] == home.path)

    def units(self) -> UnitQuerySet:
        """The units in use that measure it, in tree order."""
        home = self.goal.unit
        found = Unit.objects.active().filter(path__startswith=home.path)
        return found.filter(depth__lte=home.depth + 1) if self.common else found.filter(pk=home.pk)

    def may_measure(self, user: User, unit: Unit) -> bool:
        """The owner, and those who look after the goals of the unit."""
        return user.is_active and (user.pk == self.owner_id or may_manage(user, unit))

    def out_of_range(self, value: Decimal) -> str:
        """What is wrong with a value the indicator can't have; empty when it can."""
        if self.lowest is not None and value < self.lowest:
            return _("The value is below the lowest possible.")
        if self.highest is not None and value > self.highest:
            return _("The value is above the highest possible.")
        return ""

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, goal: Goal, *, key: uuid.UUID | None = None, **facts: Any) -> "Indicator":
        """A new indicator of the goal. The same `key` again gives the one already made. Raises PermissionDenied, and
        ValidationError beside the fields that are at odds."""
        if not may_manage(by, goal.unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        indicator = cls(goal=goal, key=key or uuid.uuid4(), created_at=clock.now(), **facts)
        indicator._guard()
        indicator.save_by(by)
        return indicator

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Raises PermissionDenied, StaleVersion, and ValidationError as `begin`. New limits count from this year on: what
        was measured in earlier years keeps the limits it had."""
        if not may_manage(by, self.goal.unit):
            raise PermissionDenied
        with self.changing(by, version=version):
            before = {name: getattr(self, name) for name in LIMITS}
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard()
            if before != {name: getattr(self, name) for name in LIMITS}:
                self._keep_limits_of_earlier_years(by, before)

    def _keep_limits_of_earlier_years(self, by: User, limits: dict[str, Decimal]) -> None:
        measured = {day.year for day in self.measurements.values_list("last", flat=True)}
        own = set(self.targets.values_list("year", flat=True))
        for year in sorted(measured - own):
            if year < clock.today().year:
                IndicatorTarget(indicator=self, year=year, **limits).save_by(by)

    def set_target(self, by: User, year: int, *, version: int | None = None, **limits: Decimal) -> "IndicatorTarget":
        """The limits of one year. Raises PermissionDenied, StaleVersion, and ValidationError when they are at odds."""
        if not may_manage(by, self.goal.unit):
            raise PermissionDenied
        Limits(self.direction, **limits).check()
        with self.changing(by, version=version):
            own = self.targets.filter(year=year).first() or IndicatorTarget(indicator=self, year=year)
            for name, value in limits.items():
                setattr(own, name, value)
            own.save_by(by)
        return own

    def _guard(self) -> None:
        Limits(self.direction, self.target, self.green, self.yellow).check()
        if self.lowest is not None and self.highest is not None and self.highest <= self.lowest:
            raise ValidationError({"highest": _("The highest possible value must be above the lowest.")})
        for name in LIMITS:
            if problem := self.out_of_range(getattr(self, name)):
                raise ValidationError({name: problem})
        if self.source == self.Source.FIGURE and self.figure not in dict(choices()):
            raise ValidationError({"figure": _("Choose which figure.")})
        if (figure := self.known_figure) and figure.asks_page and self.page is None:
            raise ValidationError({"page": _("This figure is counted for a page. Choose which.")})
        if self.source != self.Source.FIGURE:
            self.figure = ""


class IndicatorTarget(VersionedModel):
    """The limits of an indicator in one year."""

    indicator = models.ForeignKey(
        Indicator, verbose_name=_lazy("indicator"), on_delete=models.PROTECT, related_name="targets"
    )
    year = models.PositiveSmallIntegerField(_lazy("year"))
    target = models.DecimalField(_lazy("target"), **DIGITS)
    green = models.DecimalField(_lazy("green limit"), **DIGITS)
    yellow = models.DecimalField(_lazy("yellow limit"), **DIGITS)

    history = Records()

    class Meta:
        verbose_name = _lazy("target of a year")
        verbose_name_plural = _lazy("targets of years")
        ordering = ["-year"]
        constraints = [models.UniqueConstraint(fields=["indicator", "year"], name="one_target_per_year")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.year}"

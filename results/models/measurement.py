"""A measurement: the value of an indicator for a unit and a period, and what a red one led to (S65, S66)."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.models import Action, Case
from cases.opening import Measure, open_case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.roles import Right
from results import numbers
from results.colours import Colour
from results.periods import Period

from .indicator import DIGITS, Indicator

FEWEST_ANSWERS = 5  # a group of fewer says too much of each
TITLE_LENGTH = 110


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def overlapping(self, indicator: Indicator, unit: Unit, period: Period) -> Self:
        return self.filter(indicator=indicator, unit=unit, first__lte=period.last, last__gte=period.first)

    def turned_red(self, unit: Unit, since: datetime.datetime) -> "list[Measurement]":
        """Written since the moment for the unit and those below it, and off target when the measurement before was not; the
        newest first. Two queries."""
        same = Measurement.objects.filter(
            indicator=OuterRef("indicator"), unit=OuterRef("unit"), last__lt=OuterRef("last")
        )
        before = same.order_by("-last")
        written = self.filter(unit__path__startswith=unit.path, at__gte=since, indicator__active=True).annotate(
            value_before=Subquery(before.values("value")[:1]), last_before=Subquery(before.values("last")[:1])
        )
        found = (
            written.select_related("indicator", "unit").prefetch_related("indicator__targets").order_by("-at", "-pk")
        )
        return [one for one in found if one.colour == Colour.RED and not one.was_red]


class Measurement(VersionedModel):
    """One value. Periods of the same indicator and unit never overlap."""

    Source = Indicator.Source

    indicator = models.ForeignKey(
        Indicator, verbose_name=_lazy("indicator"), on_delete=models.PROTECT, related_name="measurements"
    )
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="measurements")
    first = models.DateField(_lazy("from"))
    last = models.DateField(_lazy("to and including"))
    value = models.DecimalField(_lazy("value"), **DIGITS)
    answers = models.PositiveIntegerField(_lazy("number of answers"), null=True, blank=True)
    note = models.TextField(_lazy("note"), blank=True)
    source = models.CharField(_lazy("where the figure comes from"), max_length=6, choices=Indicator.Source)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("measured by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    by_name = models.CharField(_lazy("name"), max_length=200, blank=True, editable=False)
    at = models.DateTimeField(_lazy("when"), default=clock.now, editable=False)
    case = models.ForeignKey(
        Case,
        verbose_name=_lazy("followed up in case"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    no_case_reason = models.TextField(_lazy("why no case"), blank=True, editable=False)
    settled_at = models.DateTimeField(null=True, editable=False)
    settled_by_name = models.CharField(_lazy("who decided"), max_length=200, blank=True, editable=False)

    history = Records()
    objects = MeasurementQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("measurement")
        verbose_name_plural = _lazy("measurements")
        ordering = ["-last", "unit__path"]
        indexes = [models.Index(fields=["unit", "last"], name="measurement_unit")]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "unit", "last"], name="one_measurement_per_period"),
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")), name="measurement_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.period}"

    def get_absolute_url(self) -> str:
        return f"{reverse('results:indicator', args=[self.indicator_id])}?enhet={self.unit_id}"

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def colour(self) -> Colour:
        return self.indicator.limits(self.last.year).colour(self.value)

    @property
    def was_red(self) -> bool:
        """Whether the measurement before was off target. Asks for `turned_red`, which finds it."""
        before: Any = self
        if before.last_before is None:
            return False
        return self.indicator.limits(before.last_before.year).colour(before.value_before) == Colour.RED

    @property
    def in_words(self) -> str:
        """The value with what it is measured in."""
        return numbers.in_words(self.value, self.indicator.measure)

    @property
    def is_corrected(self) -> bool:
        """Whether it has been changed by more than what was decided of it."""
        return self.version > 1 + (self.settled_at is not None)

    # What a case that comes from it asks

    @property
    def origin_label(self) -> str:
        """What the case calls it."""
        return _("Indicator: %(name)s, %(period)s") % {"name": self.indicator, "period": self.period}

    def readable_by(self, user: User) -> bool:
        """Indicators are open to every employee."""
        return user.is_active

    # From nothing to a value

    @classmethod
    @transaction.atomic
    def record(
        cls,
        by: User | None,
        indicator: Indicator,
        unit: Unit,
        period: Period,
        *,
        value: Decimal,
        source: str = Indicator.Source.HAND,
        note: str = "",
        answers: int | None = None,
    ) -> "Measurement":
        """The value of a period that is over. `by` None: the system itself, for a figure it knows. While a case from an
        earlier red one is open, a new red one belongs to that case.

        Raises PermissionDenied, and ValidationError that names what is wrong: a unit that does not measure it, a period
        that is not over, of another length or overlapping one that is measured, a value out of range, too few answers.
        """
        if by is None and source != Indicator.Source.FIGURE:
            raise PermissionDenied
        if by is not None and not indicator.may_measure(by, unit):
            raise PermissionDenied
        Indicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
        cls._guard(indicator, unit, period, value, answers)
        measurement = cls(
            indicator=indicator,
            unit=unit,
            first=period.first,
            last=period.last,
            value=value,
            source=source,
            note=note.strip(),
            answers=answers,
            by=by,
            by_name=str(by or ""),
            at=clock.now(),
        )
        if measurement.colour == Colour.RED:
            measurement.case = open_case_of(indicator, unit)
        measurement.save_by(by)
        return measurement

    @classmethod
    def _guard(cls, indicator: Indicator, unit: Unit, period: Period, value: Decimal, answers: int | None) -> None:
        if not indicator.active:
            raise ValidationError(_("The indicator is out of use."))
        if not indicator.is_measured_in(unit):
            raise ValidationError({"unit": _("%(unit)s does not measure this indicator.") % {"unit": unit}})
        if not period.is_over:
            raise ValidationError({"period": _("%(period)s is not over yet.") % {"period": period}})
        there = cls.objects.overlapping(indicator, unit, period).first()
        if there and there.period == period:
            raise ValidationError(
                {"period": _("%(period)s is measured already. Correct that one.") % {"period": period}}
            )
        if there:
            text = _("%(period)s overlaps with %(other)s, which is measured already.")
            raise ValidationError({"period": text % {"period": period, "other": there.period}})
        if period.length != indicator.length:
            text = _("It is measured %(often)s, and %(period)s is a period of another length.")
            often = str(indicator.get_frequency_display()).lower()
            raise ValidationError({"period": text % {"often": often, "period": period}})
        _check_value(indicator, value, answers)

    def correct(
        self,
        by: User,
        *,
        value: Decimal,
        reason: str,
        note: str | None = None,
        answers: int | None = None,
        source: str | None = None,
        version: int | None = None,
    ) -> None:
        """Put another value in its place; history keeps the one before, and why. What was decided of a red one falls
        when it was about another value.

        Raises PermissionDenied, StaleVersion, and ValidationError without a reason or for a value that can't be.
        """
        if not self.indicator.may_measure(by, self.unit):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Say why it is corrected.")})
        _check_value(self.indicator, value, answers)
        with self.changing(by, version=version, reason=reason.strip()):
            if value != self.value:
                self.no_case_reason, self.settled_at, self.settled_by_name = "", None, ""
            self.value, self.answers = value, answers
            self.note = self.note if note is None else note.strip()
            self.source = source or self.source
            if self.colour == Colour.RED and self.case is None:
                self.case = open_case_of(self.indicator, self.unit)

    # When it is red

    @property
    def is_to_settle(self) -> bool:
        """Whether it is red and nobody has said what comes of it."""
        return self.case_id is None and self.settled_at is None and self.colour == Colour.RED

    def may_settle(self, user: User) -> bool:
        """Those who may measure it."""
        return self.indicator.may_measure(user, self.unit)

    def may_assess_case(self, user: User) -> bool:
        """Whether the person handles cases at the unit, and so assesses the case at once."""
        return user.has_right(Right.HANDLE_CASES, self.unit)

    def open_case(
        self,
        by: User,
        *,
        title: str,
        description: str,
        probability: int | None = None,
        consequence: int | None = None,
        handler: User | None = None,
        deadline: datetime.date | None = None,
        measure: str = "",
        version: int | None = None,
    ) -> Case:
        """A deviation that follows the red value up (S66). For who handles cases at the unit it is assessed at once, with
        its first, immediate measure if there is one; from others it is received at the unit, where the leader assesses it.

        Raises PermissionDenied, StaleVersion, and ValidationError when it is not red or is settled already.
        """
        facts: dict[str, Any] = {"kind": Case.Kind.DEVIATION, "channel": Case.Channel.INDICATOR, "origin": self}
        facts |= {"title": title, "description": description}
        with self._settling(by, version):
            if not self.may_assess_case(by):
                self.case = Case.report(by, place=self.unit, page=self.indicator.page, **facts)
            else:
                asked = handler or by
                measures = [Measure(Action.Kind.IMMEDIATE, measure, asked, deadline)] if measure and deadline else []
                self.case = open_case(
                    by,
                    unit=self.unit,
                    probability=probability,
                    consequence=consequence,
                    law_breach=False,
                    handler=asked,
                    measures=measures,
                    deadline=deadline,
                    **facts,
                )
        return self.case

    def accept(self, by: User, *, reason: str, version: int | None = None) -> None:
        """No case is opened, for a reason that is kept. Raises as `open_case`, and ValidationError without a reason."""
        if not reason.strip():
            raise ValidationError({"reason": _("Say why no case is needed.")})
        with self._settling(by, version):
            self.no_case_reason = reason.strip()

    @contextmanager
    def _settling(self, by: User, version: int | None) -> Iterator[None]:
        if not self.may_settle(by):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.colour != Colour.RED:
                raise ValidationError(_("The value is not red, so there is nothing to decide."))
            if not self.is_to_settle:
                raise ValidationError(_("Somebody has decided what comes of it already."))
            self.settled_at, self.settled_by_name = clock.now(), str(by)
            yield


def _check_value(indicator: Indicator, value: Decimal, answers: int | None) -> None:
    if problem := indicator.out_of_range(value):
        raise ValidationError({"value": problem})
    if answers is not None and answers < FEWEST_ANSWERS:
        text = _("With fewer than %(fewest)s answers it says too much of each. Leave it out.")
        raise ValidationError({"answers": text % {"fewest": FEWEST_ANSWERS}})


def open_case_of(indicator: Indicator, unit: Unit) -> Case | None:
    """The open case that follows an earlier red value of the same indicator and unit up."""
    earlier = Measurement.objects.filter(indicator=indicator, unit=unit, case__status__in=Case.OPEN)
    found = earlier.select_related("case").order_by("-last").first()
    return found.case if found else None

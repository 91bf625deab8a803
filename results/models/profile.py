"""Profile analyses (S74): the same elements scored year after year, such as the ethics profile of 2008 and 2013."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation.history import Records, StaleVersion, VersionedModel
from organisation.models import Unit, User
from results.permissions import may_manage

from .maturity import YEARS


class ProfileAnalysis(VersionedModel):
    """A named set of elements with a scale. Open to all employees."""

    title = models.CharField(_lazy("title"), max_length=120)
    about = models.TextField(_lazy("what it tells, and how it is done"), blank=True)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="profiles")
    lowest = models.DecimalField(_lazy("lowest value"), max_digits=7, decimal_places=2)
    highest = models.DecimalField(_lazy("highest value"), max_digits=7, decimal_places=2)

    history = Records()

    class Meta:
        verbose_name = _lazy("profile analysis")
        verbose_name_plural = _lazy("profile analyses")
        ordering = ["title", "unit__path"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "title"], name="one_profile_of_a_title_in_a_unit"),
            models.CheckConstraint(condition=Q(highest__gt=F("lowest")), name="profile_scale_goes_up"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("results:profile", args=[self.pk])

    def may_change(self, user: User) -> bool:
        return may_manage(user, self.unit)

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, *, elements: Iterable[str] = (), **facts: Any) -> "ProfileAnalysis":
        """A new analysis, with these elements in order. Raises PermissionDenied for who doesn't look after results at the
        unit, and ValidationError by field, also when the unit has one of that title."""
        analysis = cls(**facts)
        analysis._guard(by)
        analysis.save_by(by)
        for name in dict.fromkeys(name.strip() for name in elements if name.strip()):
            ProfileElement.add(by, analysis, name=name)
        return analysis

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Raises PermissionDenied, StaleVersion, and ValidationError as `begin`, and when a value that is given falls
        outside the scale."""
        with self.changing(by, version=version):
            if not self.may_change(by):
                raise PermissionDenied
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard(by)
            outside = Q(value__lt=self.lowest) | Q(value__gt=self.highest)
            if ProfileScore.objects.filter(outside, element__analysis=self).exists():
                raise ValidationError({"highest": _("Values are given that would fall outside this scale.")})

    def years(self) -> list[int]:
        """The years with scores, the first first."""
        found = ProfileScore.objects.filter(element__analysis=self).order_by("year")
        return list(found.values_list("year", flat=True).distinct())

    @transaction.atomic
    def enter(self, by: User, year: int, entries: "Iterable[Entry]") -> int:
        """Put in the values of a year, all or none. How many were changed.

        Raises PermissionDenied; StaleVersion when somebody has put in a value meanwhile; ValidationError for a value
        outside the scale, and for one that is left out without a reason.
        """
        if not self.may_change(by):
            raise PermissionDenied
        count = 0
        for entry in entries:
            ProfileScore.put(by, self, year, entry)
            count += 1
        return count

    def _guard(self, by: User) -> None:
        if not self.may_change(by):
            raise PermissionDenied
        if self.highest is not None and self.lowest is not None and self.highest <= self.lowest:
            raise ValidationError({"highest": _("The highest value must be above the lowest.")})
        if ProfileAnalysis.objects.filter(unit=self.unit, title=self.title).exclude(pk=self.pk).exists():
            raise ValidationError({"title": _("%(unit)s has one with this title already.") % {"unit": self.unit}})
        self.full_clean(validate_constraints=False, validate_unique=False)


class ProfileElementQuerySet(models.QuerySet["ProfileElement"]):
    def in_year(self, year: int) -> Self:
        """Those that are part of the analysis that year."""
        return self.filter(first_year__lte=year).filter(Q(last_year=None) | Q(last_year__gte=year))


class ProfileElement(VersionedModel):
    """One thing that is scored. It may come later than the analysis, and go before it ends."""

    analysis = models.ForeignKey(
        ProfileAnalysis, verbose_name=_lazy("analysis"), on_delete=models.PROTECT, related_name="elements"
    )
    name = models.CharField(_lazy("name"), max_length=120)
    about = models.TextField(_lazy("what it is"), blank=True)
    place = models.PositiveSmallIntegerField(_lazy("place"), default=0)
    first_year = models.PositiveSmallIntegerField(_lazy("first year"), default=1990, validators=YEARS)
    last_year = models.PositiveSmallIntegerField(_lazy("last year"), null=True, blank=True, validators=YEARS)

    history = Records()
    objects = ProfileElementQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("element of a profile")
        verbose_name_plural = _lazy("elements of profiles")
        ordering = ["place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["analysis", "name"], name="an_element_is_in_a_profile_once"),
            models.CheckConstraint(
                condition=Q(last_year=None) | Q(last_year__gte=F("first_year")), name="an_element_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_in(self, year: int) -> bool:
        return self.first_year <= year and (self.last_year is None or year <= self.last_year)

    @classmethod
    @transaction.atomic
    def add(cls, by: User, analysis: ProfileAnalysis, **facts: Any) -> "ProfileElement":
        """Last in the analysis unless a place is given. Raises PermissionDenied, and ValidationError as `change`."""
        ProfileAnalysis.objects.select_for_update(of=("self",)).get(pk=analysis.pk)
        if not facts.get("place"):
            facts["place"] = (analysis.elements.aggregate(last=Max("place"))["last"] or 0) + 1
        element = cls(analysis=analysis, **facts)
        element._guard(by)
        element.save_by(by)
        return element

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change name, text, place or the years it is part of the analysis.

        Raises PermissionDenied, StaleVersion, and ValidationError for a name that is used, years in the wrong order, and
        years that would leave out a score that is given.
        """
        with self.changing(by, version=version):
            for name, value in facts.items():
                setattr(self, name, value)
            self._guard(by)
            lost = self.scores.filter(Q(year__lt=self.first_year) | Q(year__gt=self.last_year or 9999))
            if year := lost.values_list("year", flat=True).first():
                raise ValidationError({"last_year": _("It has a score in %(year)s.") % {"year": year}})

    def _guard(self, by: User) -> None:
        if not self.analysis.may_change(by):
            raise PermissionDenied
        self.name = self.name.strip()
        if self.last_year is not None and self.first_year and self.last_year < self.first_year:
            raise ValidationError({"last_year": _("The last year must not come before the first.")})
        same = ProfileElement.objects.filter(analysis=self.analysis, name=self.name).exclude(pk=self.pk)
        if same.exists():
            raise ValidationError({"name": _("The analysis has an element with this name already.")})
        self.full_clean(validate_constraints=False, validate_unique=False)


@dataclass(frozen=True)
class Entry:
    """What is said of an element in a year: a value, or that it is left out and why. `version` is what the person saw;
    None when there was nothing."""

    element: ProfileElement
    value: Decimal | None = None
    reason: str = ""
    version: int | None = None


class ProfileScore(VersionedModel):
    """An element in a year: its value, or left out with the reason."""

    element = models.ForeignKey(
        ProfileElement, verbose_name=_lazy("element"), on_delete=models.PROTECT, related_name="scores"
    )
    year = models.PositiveSmallIntegerField(_lazy("year"), validators=YEARS)
    value = models.DecimalField(_lazy("value"), null=True, blank=True, max_digits=7, decimal_places=2)
    reason = models.CharField(_lazy("why it is left out"), max_length=300, blank=True)

    history = Records()

    class Meta:
        verbose_name = _lazy("score of an element")
        verbose_name_plural = _lazy("scores of elements")
        ordering = ["year", "element__place"]
        constraints = [
            models.UniqueConstraint(fields=["element", "year"], name="one_profile_score_a_year"),
            models.CheckConstraint(
                condition=Q(value=None) ^ Q(reason=""), name="a_profile_score_has_a_value_or_is_left_out"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.element} {self.year}"

    @property
    def left_out(self) -> bool:
        return self.value is None

    @classmethod
    def put(cls, by: User, analysis: ProfileAnalysis, year: int, entry: Entry) -> "ProfileScore":
        """For `ProfileAnalysis.enter`, in its transaction."""
        there = cls.objects.select_for_update(of=("self",)).filter(element=entry.element, year=year).first()
        if there is None:
            score = cls(element=entry.element, year=year, value=entry.value, reason=entry.reason.strip())
            score._guard(analysis)
            score.save_by(by)
            return score
        if entry.version is None:
            raise StaleVersion(there)
        with there.changing(by, version=entry.version):
            there.value, there.reason = entry.value, entry.reason.strip()
            there._guard(analysis)
        return there

    def _guard(self, analysis: ProfileAnalysis) -> None:
        if not self.element.is_in(self.year):
            raise ValidationError(_("%(element)s is not part of the analysis that year.") % {"element": self.element})
        if (self.value is None) == (self.reason == ""):
            raise ValidationError({"reason": _("Give a value, or say why it is left out – not both.")})
        if self.value is not None and not analysis.lowest <= self.value <= analysis.highest:
            limits = {"lowest": f"{analysis.lowest.normalize():f}", "highest": f"{analysis.highest.normalize():f}"}
            raise ValidationError({"value": _("The value must be from %(lowest)s to %(highest)s.") % limits})
        self.full_clean(validate_constraints=False, validate_unique=False)

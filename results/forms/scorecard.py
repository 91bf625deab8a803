"""Which part of the scorecard to show."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from organisation import clock
from organisation.fields import UnitField
from organisation.filters import FilterForm
from organisation.models import Unit, UnitQuerySet
from results.models import Indicator
from results.periods import Length, Period

YEARS_OFFERED = 4


def periods_offered() -> list[Period]:
    """The years, half years and tertials that have begun, newest first."""
    today = clock.today()
    found = []
    for year in range(today.year, today.year - YEARS_OFFERED, -1):
        parts = [Period.of(Length.TERTIAL, year, number) for number in (3, 2, 1)]
        halves = [Period.of(Length.HALF, year, number) for number in (2, 1)]
        found += [Period.of(Length.YEAR, year), *parts, *halves]
    return [period for period in found if period.first <= today]


class PeriodField(forms.ChoiceField):
    """A period from the list, or any other the address names. Cleans to a `Period`; None when it names none."""

    def offer(self, asked: str) -> None:
        offered = {period.code: str(period) for period in periods_offered()}
        other = Period.read(asked)
        if other and other.code not in offered:
            offered = {other.code: str(other), **offered}
        self.choices = list(offered.items())

    def clean(self, value: Any) -> Period | None:  # type: ignore[override]
        code = super().clean(value)
        return Period.read(code) if code else None


class ScorecardFilters(FilterForm):
    """Unit, period, and whether only what is red."""

    unit = UnitField(label=_("Unit"), required=False)
    period = PeriodField(label=_("Period"), required=False)
    red = forms.BooleanField(label=_("Only red"), required=False)
    parameters = {"unit": "enhet", "period": "periode", "red": "rode"}

    def __init__(self, query: QueryDict, *, unit: Unit) -> None:
        now = Period.containing(clock.today(), Length.TERTIAL)
        shown = {"enhet": unit.pk, "periode": now.code, **query.dict()}
        super().__init__(shown)
        self.fields["period"].offer(shown["periode"])  # type: ignore[attr-defined]
        self.is_valid()
        self.period: Period = self.cleaned_data.get("period") or now
        self.unit: Unit = self.cleaned_data.get("unit") or unit

    def units(self) -> UnitQuerySet:
        return Unit.objects.active()


class CompareFilters(FilterForm):
    """Which common indicator, and when."""

    indicator = forms.ModelChoiceField(Indicator.objects.none(), label=_("Indicator"), required=False, empty_label=None)
    period = PeriodField(label=_("Period"), required=False)
    parameters = {"indicator": "indikator", "period": "periode"}

    def __init__(self, query: QueryDict) -> None:
        now = Period.containing(clock.today(), Length.TERTIAL)
        shown = {"periode": now.code, **query.dict()}
        super().__init__(shown)
        self.fields["indicator"].queryset = Indicator.objects.active().filter(common=True).for_list()  # type: ignore[attr-defined]
        self.fields["period"].offer(shown["periode"])  # type: ignore[attr-defined]
        self.is_valid()
        self.period: Period = self.cleaned_data.get("period") or now
        self.indicator: Indicator | None = (
            self.cleaned_data.get("indicator") or self.fields["indicator"].queryset.first()  # type: ignore[attr-defined]
        )

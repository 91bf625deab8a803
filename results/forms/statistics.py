"""What to show of the statistics. Everything stands in the address, so that a view can be shared."""

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cases.forms.filters import EMPLOYEES, FOUND
from cases.models import Case, Category, Cause
from handbook.models import ChapterPage
from organisation import clock
from organisation.fields import UnitField, date_field
from organisation.filters import FilterForm
from results.periods import EARLIEST, LATEST, Length, Period
from results.statistics.board import View
from results.statistics.scope import Scope
from results.statistics.trend import length_for

YEARS, TERTIALS, MONTHS = 5, 6, 12
PREVIOUS = "forrige"


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


class PeriodField(forms.ChoiceField):
    """A period by its code: one of the newest, or any that an address says. Cleans to the `Period`, or to one of the
    words of `first`; empty to None."""

    def __init__(self, first: list[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(choices=lambda: [*first, *_newest()], required=False, **kwargs)
        self.words = [word for word, _label in first if word]

    def clean(self, value: Any) -> Any:
        text = str(value or "").strip()
        if not text or text in self.words:
            return text or None
        period = Period.read(text)
        if period is None:
            raise ValidationError(_("There is no such period."))
        return period

    def bound_data(self, data: Any, initial: Any) -> Any:
        """A period that is not among the newest can be chosen too when the address has it."""
        period = Period.read(data) if data else None
        if period and period.code not in [code for code, _label in self.choices if isinstance(code, str)]:
            self.choices = [*self.choices, (period.code, str(period))]
        return data


def _newest() -> Iterator[tuple[Any, Any]]:
    """Years, tertials and months, the newest first."""
    for label, length, count in (
        (_("Years"), Length.YEAR, YEARS),
        (_("Tertials"), Length.TERTIAL, TERTIALS),
        (_("Months"), Length.MONTH, MONTHS),
    ):
        this = Period.containing(clock.today(), length)
        periods = [this.shifted(-back) for back in range(count)]
        yield label, [(period.code, str(period)) for period in periods]


class StatisticsFilters(FilterForm):
    """Which cases, of which period, compared with which."""

    unit = UnitField(label=_("Unit and those below"), required=False)
    period = PeriodField([("", _("This year so far"))], label=_("Period"))
    against = PeriodField(
        [("", _("The same time the year before")), (PREVIOUS, _("The period before"))], label=_("Compared with")
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=_any([*Case.Kind.choices, (FOUND, _("Findings, risks and decisions"))]),
        required=False,
    )
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False, empty_label=_("All"))
    cause = forms.ModelChoiceField(Cause.objects.all(), label=_("Cause"), required=False, empty_label=_("All"))
    chapter = forms.ModelChoiceField(
        ChapterPage.objects.live().order_by("path"), label=_("Chapter"), required=False, empty_label=_("All")
    )
    channel = forms.ChoiceField(
        label=_("Reported through"),
        choices=_any([(EMPLOYEES, _("Employees: page or report form")), *Case.Channel.choices]),
        required=False,
    )
    since = date_field(_("From"), required=False)
    until = date_field(_("To"), required=False)
    length = forms.ChoiceField(
        label=_("Shown by"),
        choices=[
            ("", _("What suits the period")),
            (Length.MONTH.value, _("Month")),
            (Length.TERTIAL.value, _("Tertial")),
            (Length.YEAR.value, _("Year")),
        ],
        required=False,
    )
    law_breach = forms.BooleanField(label=_("Breach of law"), required=False)
    page = forms.CharField(label=_("Page"), required=False, max_length=20, widget=forms.HiddenInput)
    parameters = {
        "unit": "enhet",
        "period": "periode",
        "against": "mot",
        "kind": "type",
        "category": "kategori",
        "cause": "arsak",
        "chapter": "kapittel",
        "channel": "kanal",
        "since": "fra",
        "until": "til",
        "length": "per",
        "law_breach": "lovbrudd",
        "page": "side",
    }
    seldom = ("category", "cause", "chapter", "channel", "since", "until", "length", "law_breach")

    @property
    def seldom_asked(self) -> bool:
        """Whether one of the filters behind “More filters” is in use."""
        return any(self[name].value() for name in self.seldom)

    def clean(self) -> dict[str, Any]:
        """Days of one's own go before a period from the list."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and not until:
            until = max(since, clock.today())
        if until and not since:
            since = datetime.date(until.year, 1, 1)
        if since and until:
            if since > until:
                self.add_error("until", _("The period ends before it begins."))
            elif since.year < EARLIEST or until.year > LATEST:
                self.add_error("since", _("There is no such period."))
            else:
                cleaned["period"] = Period(since, until)
        return cleaned

    def view(self) -> View:
        """What is asked for; what the address says wrongly is left out."""
        asked = self.asked()
        period = asked.get("period") or this_year()
        against = asked.get("against") or period.a_year_before()
        names = ("unit", "kind", "channel", "category", "cause", "chapter", "page", "law_breach")
        scope = Scope(period, **{name: asked[name] for name in names if name in asked})
        return View(
            scope,
            period.previous() if against == PREVIOUS else against,
            length_for(scope.so_far, Length(asked["length"]) if "length" in asked else None),
            {name: self.data.get(name) for name in self.parameters.values()},
        )


def this_year() -> Period:
    """From New Year to today."""
    today = clock.today()
    return Period(datetime.date(today.year, 1, 1), today)

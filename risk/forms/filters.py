"""The filters of the registers of assessments, risks and what is assessed, and of the overviews."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.risk import LEVELS, Colour
from organisation import clock
from organisation.fields import UnitField
from organisation.filters import FilterForm
from organisation.models import Unit
from risk.models import Assessment, Subject
from risk.uses import SubKind, Use

EVERY = "every"
LED, TAKING_PART = "led", "part"
MINE = [(LED, _("I lead")), (TAKING_PART, _("I take part"))]
BEFORE = "before"
SORTINGS = {
    "newest": (_("Newest first"), ["-year", "-created_at", "-pk"]),
    "risk": (_("Highest risk"), ["-highest", "-demanding", "title", "pk"]),
    "review": (_("Next review"), ["review_date", "title", "pk"]),
    "title": (_("Title"), ["title", "-number"]),
}


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


def _search_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "search"})
    return forms.CharField(label=_("Search"), required=False, max_length=200, widget=widget)


class AssessmentFilters(FilterForm):
    """What to show of the register of assessments."""

    words = _search_field()
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[("", _("In force, and my drafts")), *Assessment.Status.choices, (EVERY, _("All versions"))],
        required=False,
    )
    use = forms.ChoiceField(label=_("Use"), choices=_any(Use.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _fields) in SORTINGS.items()], required=False
    )
    sub_kind = forms.ChoiceField(label=_("Sub-kind"), choices=_any(SubKind.choices), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    mine = forms.ChoiceField(label=_("Mine"), choices=_any(MINE), required=False)
    late = forms.BooleanField(label=_("Past its review"), required=False)
    restricted = forms.BooleanField(label=_("Restricted"), required=False)
    parameters = {
        "words": "q",
        "use": "bruk",
        "sub_kind": "underbruk",
        "unit": "enhet",
        "year": "ar",
        "late": "forfalt",
        "restricted": "skjermet",
        "sorting": "sorter",
    }
    seldom = ("sub_kind", "year", "mine", "late", "restricted")

    @property
    def seldom_asked(self) -> bool:
        """Whether one of the filters behind “More filters” is in use."""
        return any(self[name].value() for name in self.seldom)


class RiskFilters(FilterForm):
    """What to show of the risks in force."""

    words = _search_field()
    level = forms.ChoiceField(
        label=_("Risk"),
        choices=_any([(Colour.RED, _("Over 10")), (Colour.YELLOW, _("5 to 10")), (Colour.GREEN, _("Up to 4"))]),
        required=False,
    )
    use = forms.ChoiceField(label=_("Use"), choices=_any(Use.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    law_breach = forms.BooleanField(label=_("Breach of law"), required=False)
    probability = forms.TypedChoiceField(
        label=_("Probability"), choices=_any([(n, n) for n in LEVELS]), coerce=int, required=False
    )
    consequence = forms.TypedChoiceField(
        label=_("Consequence"), choices=_any([(n, n) for n in LEVELS]), coerce=int, required=False
    )
    when = forms.ChoiceField(
        label=_("Scored"), choices=[("", _("as it is now")), (BEFORE, _("as assessed"))], required=False
    )
    page = forms.CharField(label=_("Page"), required=False, max_length=20, widget=forms.HiddenInput)
    parameters = {
        "words": "q",
        "level": "niva",
        "use": "bruk",
        "unit": "enhet",
        "law_breach": "lovbrudd",
        "probability": "sannsynlighet",
        "consequence": "konsekvens",
        "when": "vurdert",
        "page": "side",
    }


class HeatFilters(FilterForm):
    """Which part of the organisation to show."""

    unit = UnitField(label=_("Unit and those below"), required=False)
    parameters = {"unit": "enhet"}


class CoverageFilters(FilterForm):
    """Which year, and which units."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    unit = UnitField(label=_("Unit and those below"), required=False)
    kind = forms.ChoiceField(label=_("Kind of unit"), choices=_any(Unit.Kind.choices), required=False)
    use = forms.ChoiceField(label=_("Use"), choices=_any(Use.choices), required=False)
    parameters = {"year": "ar", "unit": "enhet", "kind": "type", "use": "bruk"}

    def __init__(self, query: QueryDict) -> None:
        super().__init__({self.add_prefix("year"): clock.today().year, **query.dict()})


class SubjectFilters(FilterForm):
    """Which assets and aspects to show."""

    words = _search_field()
    kind = forms.ChoiceField(label=_("Kind"), choices=_any(Subject.Kind.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    lacking = forms.BooleanField(label=_("Not assessed"), required=False)
    inactive = forms.BooleanField(label=_("Those out of use too"), required=False)
    parameters = {"words": "q", "kind": "type", "unit": "enhet", "lacking": "mangler", "inactive": "utgatt"}

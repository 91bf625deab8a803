"""The filters of the registers of inspections and self-checks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Authority, Inspection, SelfCheck
from organisation.fields import UnitField
from organisation.filters import FilterForm

EVERY, UNDER_WAY = "every", ""
SORTINGS = {
    "late": (_("What is late first"), ["answer_due", "-notice_date", "-pk"]),
    "newest": (_("Newest first"), ["-notice_date", "-pk"]),
    "oldest": (_("Oldest first"), ["notice_date", "pk"]),
    "title": (_("Title"), ["title", "pk"]),
}


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


def _search_field() -> forms.CharField:
    return forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )


class InspectionFilters(FilterForm):
    """What to show of the register of inspections, or of municipal controls."""

    words = _search_field()
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(UNDER_WAY, _("Under way")), *Inspection.Status.choices, (EVERY, _("All"))],
        required=False,
    )
    authority = forms.ModelChoiceField(
        Authority.objects.all(), label=_("Who inspects"), required=False, empty_label=_("All")
    )
    orderer = forms.ChoiceField(label=_("Ordered by"), choices=_any(Inspection.Orderer.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _names) in SORTINGS.items()], required=False
    )
    late = forms.BooleanField(label=_("Late"), required=False)
    parameters = {
        "words": "q",
        "authority": "myndighet",
        "orderer": "bestiller",
        "unit": "enhet",
        "year": "ar",
        "sorting": "sorter",
        "late": "forfalt",
    }

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["authority" if kind == Inspection.Kind.MUNICIPAL else "orderer"]


class SelfCheckFilters(FilterForm):
    """What to show of the register of self-checks."""

    words = _search_field()
    status = forms.ChoiceField(
        label=_("Status"),
        choices=[(UNDER_WAY, _("All")), *SelfCheck.Status.choices],
        required=False,
    )
    framework = forms.ChoiceField(label=_("Framework"), choices=_any(SelfCheck.Framework.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    late = forms.BooleanField(label=_("Late"), required=False)
    parameters = {"words": "q", "framework": "rammeverk", "unit": "enhet", "year": "ar", "late": "forfalt"}

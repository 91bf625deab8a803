"""The filters of the register."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.models import Case, Category, SavedView
from organisation.fields import date_field
from organisation.filters import FilterForm

OPEN = "open"
RAISED = "hevet"
REPORTED, HANDLED, WAITING, ACTION = "reported", "handled", "waiting", "action"
MINE = [
    (REPORTED, _("I reported")),
    (HANDLED, _("I handle")),
    (WAITING, _("Waiting for me")),
    (ACTION, _("I have a measure in")),
]
SORTINGS = {
    "newest": (_("Newest first"), ["-received_at", "-pk"]),
    "oldest": (_("Oldest first"), ["received_at", "pk"]),
    "deadline": (_("Deadline"), ["deadline", "pk"]),
    "risk": (_("Highest risk"), ["-risk", "-received_at", "-pk"]),
}
# Field → its name in the address.
PARAMETERS = {
    "words": "q",
    "kind": "type",
    "unit": "enhet",
    "category": "kategori",
    "page": "side",
    "overdue": "forfalt",
    "law_breach": "lovbrudd",
    "unanswered": "ubesvart",
    "level": "niva",
    "since": "fra",
    "until": "til",
    "sorting": "sorter",
}


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


class Filters(FilterForm):
    """What to show of the register. An invalid value in the address is no reason to show nothing: it
    is left out, and the form says so."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=_any(Case.Kind.choices), required=False)
    status = forms.ChoiceField(
        label=_("Status"), choices=_any([(OPEN, _("Open")), *Case.Status.choices]), required=False
    )
    mine = forms.ChoiceField(label=_("Mine"), choices=_any(MINE), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False, empty_label=_("All"))
    level = forms.ChoiceField(
        label=_("Treated by"),
        choices=_any([(RAISED, _("Higher than the unit’s leader")), *Case.Level.choices]),
        required=False,
    )
    since = date_field(_("Received from"), required=False)
    until = date_field(_("Received to"), required=False)
    overdue = forms.BooleanField(label=_("Past deadline"), required=False)
    law_breach = forms.BooleanField(label=_("Breach of law"), required=False)
    unanswered = forms.BooleanField(label=_("Reporter without an answer"), required=False)
    page = forms.CharField(label=_("Page"), required=False, max_length=20, widget=forms.HiddenInput)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _fields) in SORTINGS.items()], required=False
    )
    parameters = PARAMETERS


class SavedViewForm(forms.ModelForm):
    """A name for what is shown now."""

    class Meta:
        model = SavedView
        fields = ["name", "query"]
        widgets = {"query": forms.HiddenInput}

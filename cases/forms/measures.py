"""The filters of the register of measures."""

from typing import Any

from django import forms
from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.models import Action, Case
from organisation.fields import date_field
from organisation.filters import FilterForm


class State(models.TextChoices):
    """How far a measure has come; the values stand in addresses."""

    TO_DO = "ugjort", _("To be done")
    LATE = "forfalt", _("Past deadline")
    TO_EVALUATE = "evalueres", _("Done, effect not evaluated")
    EFFECTIVE = "effekt", _("Effective")
    NOT_EFFECTIVE = "uten-effekt", _("Not effective, or partly")
    CANCELLED = "droppet", _("Dropped")


SORTINGS: dict[str, tuple[Any, list[Any]]] = {
    "urgent": (_("What is to be done first"), [F("done_at").desc(nulls_first=True), "deadline", "pk"]),
    "deadline": (_("Deadline"), ["deadline", "pk"]),
    "newest": (_("Newest first"), ["-created_at", "-pk"]),
    "evaluation": (_("Date of evaluation"), ["evaluation_date", "pk"]),
}


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


class MeasureFilters(FilterForm):
    """What to show of the measures. An invalid value in the address is left out, and the form says so."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(label=_("State"), choices=_any(State.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    source = forms.ChoiceField(label=_("Kind of case"), choices=_any(Case.Kind.choices), required=False)
    kind = forms.ChoiceField(label=_("Kind of measure"), choices=_any(Action.Kind.choices), required=False)
    since = date_field(_("Deadline from"), required=False)
    until = date_field(_("Deadline to"), required=False)
    mine = forms.BooleanField(label=_("I am responsible"), required=False)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _fields) in SORTINGS.items()], required=False
    )
    parameters = {
        "words": "q",
        "state": "tilstand",
        "unit": "enhet",
        "source": "type",
        "kind": "slag",
        "since": "fra",
        "until": "til",
        "mine": "mine",
        "sorting": "sorter",
    }

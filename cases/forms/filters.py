"""The filters of the register."""

import datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cases.forms.fields import UnitField
from cases.models import Action, Case, Category, Cause, SavedView
from organisation.fields import date_field
from organisation.filters import FilterForm

FIRST_DAY, LAST_DAY = datetime.date(1900, 1, 1), datetime.date(2999, 12, 31)
OPEN = "open"
RAISED = "hevet"
EMPLOYEES, FOUND = "ansatte", "funnet"
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
    "cause": "arsak",
    "channel": "kanal",
    "closed_since": "lukket_fra",
    "closed_until": "lukket_til",
    # What only figures lead to
    "ordinary": "vanlige",
    "unit_itself": "bare_enheten",
    "chapter": "kapittel",
    "without_cause": "uten_arsak",
    "without_category": "uten_kategori",
    "without_page": "uten_side",
    "without_chapter": "uten_kapittel",
    "answered_since": "besvart_fra",
    "answered_until": "besvart_til",
    "open_on": "apen_per",
    "overdue_on": "forfalt_per",
    "late_action_on": "tiltak_forfalt_per",
    "effect": "effekt",
    "evaluated_since": "vurdert_fra",
    "evaluated_until": "vurdert_til",
    "recurring": "gjentatt",
}


def _day(label: Any) -> forms.DateField:
    return date_field(label, required=False, validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)])


def _hidden_day(label: Any) -> forms.DateField:
    field = _day(label)
    field.widget = forms.HiddenInput()
    return field


def _hidden_mark(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False, widget=forms.HiddenInput)


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


class Filters(FilterForm):
    """What to show of the register. An invalid value in the address is no reason to show nothing: it
    is left out, and the form says so."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=_any([*Case.Kind.choices, (FOUND, _("Findings, risks and decisions"))]),
        required=False,
    )
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
    since = _day(_("Received from"))
    until = _day(_("Received to"))
    overdue = forms.BooleanField(label=_("Past deadline"), required=False)
    law_breach = forms.BooleanField(label=_("Breach of law"), required=False)
    unanswered = forms.BooleanField(label=_("Reporter without an answer"), required=False)
    page = forms.CharField(label=_("Page"), required=False, max_length=20, widget=forms.HiddenInput)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _fields) in SORTINGS.items()], required=False
    )
    cause = forms.ModelChoiceField(Cause.objects.all(), label=_("Cause"), required=False, empty_label=_("All"))
    channel = forms.ChoiceField(
        label=_("Reported through"),
        choices=_any([(EMPLOYEES, _("Employees: page or report form")), *Case.Channel.choices]),
        required=False,
    )
    closed_since = _day(_("Closed from"))
    closed_until = _day(_("Closed to"))

    # What only figures lead to
    ordinary = _hidden_mark(_("Ordinary cases"))
    unit_itself = _hidden_mark(_("Not the units below"))
    chapter = forms.ModelChoiceField(Page.objects.live(), label=_("Chapter"), required=False, widget=forms.HiddenInput)
    without_cause = _hidden_mark(_("No cause set"))
    without_category = _hidden_mark(_("No category"))
    without_page = _hidden_mark(_("Not reported from a page"))
    without_chapter = _hidden_mark(_("From no page that is in the handbook now"))
    answered_since = _hidden_day(_("First answer from"))
    answered_until = _hidden_day(_("First answer to"))
    open_on = _hidden_day(_("Open when the day was over"))
    overdue_on = _hidden_day(_("Past deadline on"))
    late_action_on = _hidden_day(_("Measure past deadline on"))
    effect = forms.ChoiceField(
        label=_("Measure found to be"), choices=_any(Action.Effect.choices), required=False, widget=forms.HiddenInput
    )
    evaluated_since = _hidden_day(_("Effect evaluated from"))
    evaluated_until = _hidden_day(_("Effect evaluated to"))
    recurring = _hidden_mark(_("Happened again after an effective measure"))
    parameters = PARAMETERS


class SavedViewForm(forms.ModelForm):
    """A name for what is shown now."""

    class Meta:
        model = SavedView
        fields = ["name", "query"]
        widgets = {"query": forms.HiddenInput}

"""The forms of profile analyses: the analysis, an element, and the values of a year."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from organisation.fields import UnitField
from organisation.models import User
from organisation.record_step import RecordForm
from results.models.maturity import EARLIEST, LATEST
from results.permissions import units_to_manage

HEAD = ("title", "unit", "about", "lowest", "highest")
ELEMENT = ("name", "about", "place", "first_year", "last_year")


def number_field(label: Any, **kwargs: Any) -> forms.DecimalField:
    """A value on the scale; a comma is read as well as a full stop."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "score-input"})
    return forms.DecimalField(label=label, max_digits=7, decimal_places=2, localize=True, widget=widget, **kwargs)


class ProfileForm(RecordForm):
    """The head of an analysis."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("Such as “Ethics profile”."))
    unit = UnitField(label=_("Unit"))
    about = text_field(_("What it tells, and how it is done"), required=False, max_length=4_000)
    lowest = number_field(_("Lowest value"))
    highest = number_field(_("Highest value"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_manage(user))  # type: ignore[attr-defined]


class BeginProfileForm(ProfileForm):
    """A new analysis, with its elements at once."""

    elements = text_field(_("Elements"), rows=8, max_length=10_000, help_text=_("One on each line, in order."))

    def clean_elements(self) -> list[str]:
        names = [line.strip() for line in self.cleaned_data["elements"].splitlines() if line.strip()]
        if too_long := next((name for name in names if len(name) > 120), None):
            raise forms.ValidationError(_("This name is too long: %(name)s…") % {"name": too_long[:40]})
        return names


class ElementForm(RecordForm):
    """One element."""

    name = forms.CharField(label=_("Name"), max_length=120)
    about = text_field(_("What it is"), required=False, max_length=2_000)
    place = forms.IntegerField(
        label=_("Place in the order"), min_value=0, max_value=9_999, required=False, help_text=_("Empty: last.")
    )
    first_year = forms.IntegerField(label=_("First year"), min_value=EARLIEST, max_value=LATEST)
    last_year = forms.IntegerField(
        label=_("Last year"),
        min_value=EARLIEST,
        max_value=LATEST,
        required=False,
        help_text=_("When it is no longer part of the analysis. What was scored before stays."),
    )


class ValueForm(RecordForm):
    """An element in a year."""

    value = number_field(_("Value"), required=False)
    reason = forms.CharField(label=_("Or why it is left out"), max_length=300, required=False)
    mark_optional = False

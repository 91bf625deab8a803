"""The filters of the log of look-ups."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import LookUp
from organisation.fields import date_field
from organisation.filters import FilterForm


class LookUpFilters(FilterForm):
    """Which look-ups to show."""

    reference = forms.CharField(label=_("Case"), required=False, max_length=20)
    person = forms.CharField(label=_("Person"), required=False, max_length=100)
    standing = forms.ChoiceField(
        label=_("On what grounds"), choices=[("", _("All")), *LookUp.Standing.choices], required=False
    )
    since = date_field(_("From"), required=False)
    until = date_field(_("To"), required=False)
    parameters: ClassVar[dict[str, str]] = {
        "reference": "sak",
        "person": "person",
        "standing": "grunnlag",
        "since": "fra",
        "until": "til",
    }

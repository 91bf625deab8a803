"""The filters of the feed of stories."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.models import Case, Category
from organisation.fields import date_field
from organisation.filters import FilterForm


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


class StoryFilters(FilterForm):
    """Which stories to show."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=_any(Case.Kind.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    category = forms.ModelChoiceField(Category.objects.all(), label=_("Category"), required=False, empty_label=_("All"))
    chapter = forms.CharField(
        label=_("Chapter or page"), required=False, max_length=20, help_text=_("The number, such as 4.2.")
    )
    audience = forms.ChoiceField(label=_("Material for"), choices=_any(Case.Audience.choices), required=False)
    since = date_field(_("Closed from"), required=False)
    until = date_field(_("Closed to"), required=False)
    highlighted = forms.BooleanField(label=_("Highlighted only"), required=False)
    parameters = {
        "words": "q",
        "kind": "type",
        "unit": "enhet",
        "category": "kategori",
        "chapter": "kapittel",
        "audience": "for",
        "since": "fra",
        "until": "til",
        "highlighted": "fremhevet",
    }

"""The forms of reviewing: the filters of the list, and extending a date."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from handbook.lights import Light
from handbook.models import Document
from handbook.numbering import CHAPTER_DEPTH
from handbook.terms import Kind
from organisation.fields import UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import Unit, UnitQuerySet

PARAMETERS = {"unit": "enhet", "chapter": "kapittel", "shown": "lys", "kind": "type", "sorting": "sorter"}
SORTINGS = {
    "date": (_("Review date"), ["document__review_date", "document__page__path"]),
    "number": (_("Number"), ["document__page__path"]),
    "owner": (_("Process owner"), ["owner_unit__path", "document__review_date", "document__page__path"]),
}


class ReviewFilters(FilterForm):
    """What to show of the documents in force."""

    unit = UnitField(label=_("Process owner and those below"), required=False)
    chapter = forms.ChoiceField(label=_("Chapter"), required=False)
    shown = forms.ChoiceField(label=_("Review"), choices=[("", _("All")), *Light.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    sorting = forms.ChoiceField(
        label=_("Sorted by"), choices=[(key, label) for key, (label, _fields) in SORTINGS.items()], required=False
    )
    parameters = PARAMETERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chapters = Document.objects.filter(page__depth=CHAPTER_DEPTH).exclude(number="").in_tree_order()
        found = [(row.number, str(row)) for row in chapters.only("number", "title")]
        self.fields["chapter"].choices = [("", _("All")), *found]  # type: ignore[attr-defined]

    def units(self) -> UnitQuerySet:
        return Unit.objects.active()


class ExtendForm(forms.Form):
    """A new review date, and what was checked. `shown` is the date the person saw."""

    until = date_field(_("New review date"))
    reason = text_field(
        _("What did you check, and why does it still hold?"),
        rows=4,
        max_length=2_000,
        help_text=_("Readers see this in the version history."),
    )
    shown = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])

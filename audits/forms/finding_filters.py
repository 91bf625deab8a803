"""The filters of the library of findings and of the register of audits."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Audit, Grade, Inspection, InspectionFinding
from handbook.models import Standard
from organisation.fields import UnitField
from organisation.filters import FilterForm

OPEN, LATE, URGENT, SERIOUS, CLOSED = "open", "late", "urgent", "serious", "closed"
STATES = [
    (OPEN, _("Open")),
    (LATE, _("Past deadline")),
    (SERIOUS, _("Open and serious")),
    (URGENT, _("Open, and serious or past deadline")),
    (CLOSED, _("Closed")),
]
AUDIT = "revisjon"
FOUND_IN = [(AUDIT, _("Audit")), *Inspection.Kind.choices]


def _any(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("All")), *choices]


def _search_field() -> forms.CharField:
    widget = forms.TextInput(attrs={"type": "search"})
    return forms.CharField(label=_("Search"), required=False, max_length=200, widget=widget)


class FindingFilters(FilterForm):
    """What to show of the findings."""

    words = _search_field()
    source = forms.ChoiceField(label=_("Found in"), choices=_any(FOUND_IN), required=False)
    grade = forms.ChoiceField(
        label=_("Grade"),
        choices=_any([(_("Audit"), Grade.choices), (_("Inspection"), InspectionFinding.Grade.choices)]),
        required=False,
    )
    standard = forms.ModelChoiceField(
        Standard.objects.none(),
        label=_("Standard or law"),
        required=False,
        empty_label=_("All"),
        to_field_name="slug",
    )
    clause = forms.CharField(label=_("Clause"), max_length=40, required=False, help_text=_("7.5 shows 7.5.3 too."))
    unit = UnitField(label=_("Unit and those below"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    state = forms.ChoiceField(label=_("Status"), choices=_any(STATES), required=False)
    parameters = {
        "words": "q",
        "source": "type",
        "grade": "grad",
        "standard": "krav",
        "clause": "punkt",
        "unit": "enhet",
        "year": "ar",
        "state": "status",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["standard"]
        field.queryset = Standard.objects.all()


class AuditFilters(FilterForm):
    """What to show of the audits."""

    words = _search_field()
    status = forms.ChoiceField(label=_("Status"), choices=_any(Audit.Status.choices), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=_any(Audit.Kind.choices), required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    late = forms.BooleanField(label=_("Late"), required=False)
    mine = forms.BooleanField(label=_("Mine"), required=False)
    parameters = {"words": "q", "kind": "type", "unit": "enhet", "year": "ar", "late": "forfalt", "mine": "mine"}

"""The filters of the feed of stories, and what is asked of other units about one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.forms.handling import StepForm, text_field
from cases.models import Case, Category, Inquiry
from organisation.fields import date_field
from organisation.filters import FilterForm
from organisation.models import Unit


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


class UnitsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Unit) -> str:  # type: ignore[override]
        return obj.indented_name


class AskForm(StepForm):
    """Which units, what, and until when."""

    question = text_field(_("What do you ask?"), error_messages={"required": _("Write what you want to know.")})
    units = UnitsField(
        Unit.objects.none(),
        label=_("Units"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "units"}),
        help_text=_("The leader and deputies of each are asked. Units that are asked already are not in the list."),
        error_messages={"required": _("Choose at least one unit.")},
    )
    deadline = date_field(_("Answer by"))

    def prepare(self) -> None:
        self.fields["units"].queryset = Inquiry.units_to_ask(self.case)  # type: ignore[attr-defined]


class AnswerForm(StepForm):
    """What the unit answers. `inquiry` says whether it has a case of its own from it already."""

    outcome = forms.ChoiceField(
        label=_("Your answer"),
        choices=Inquiry.Outcome,
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        error_messages={"required": _("Choose an answer.")},
    )
    text = text_field(
        _("What do you do, or why is it not relevant?"),
        help_text=_("All employees can read it. Write no names."),
        error_messages={"required": _("Write what you do, or why it is not relevant.")},
    )
    improvement = text_field(
        _("What should become better with you?"),
        required=False,
        help_text=_("Opens an improvement case in your unit. Leave it empty when you need no case."),
    )

    def __init__(self, *args: Any, inquiry: Inquiry, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if inquiry.own_case_id:
            del self.fields["improvement"]

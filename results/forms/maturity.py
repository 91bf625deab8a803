"""The forms of maturity: an area of a unit, and what is to be done about a gap."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import CONSEQUENCES, PROBABILITIES, LevelField
from cases.forms.handling import text_field
from organisation import clock
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import User
from organisation.record_step import RecordForm
from results.models import MaturityArea
from results.models.maturity import EARLIEST, LATEST, Level

SUGGESTIONS = 200
SCORE = ("now", "ambition", "reached_by", "evidence")


class MaturityForm(RecordForm):
    """One area: where the unit is, where it wants to be, and what shows it."""

    now = forms.TypedChoiceField(
        label=_("Where are you now?"), coerce=int, empty_value=None, widget=forms.RadioSelect(attrs={"class": "levels"})
    )
    ambition = forms.TypedChoiceField(
        label=_("Ambition"),
        choices=[("", _("Choose")), *((n, f"{n} – {name}") for n, name in Level.choices)],
        coerce=int,
    )
    reached_by = date_field(_("To be reached by"), required=False)
    evidence = text_field(_("What shows that you are there?"), rows=2, max_length=2_000)
    mark_optional = False

    def __init__(self, *args: Any, area: MaturityArea, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["now"].choices = [  # type: ignore[attr-defined]
            (number, f"{number} – {name}: {text}") for number, name, text in area.levels
        ]


class FollowUpForm(RecordForm):
    """The first measure against a gap."""

    measure = text_field(_("What is to be done first?"), max_length=2_000)
    responsible = PersonField(label=_("Who does it"), help_text=_("Name, e-mail or user name."))
    deadline = date_field(_("Deadline"))
    probability = LevelField(PROBABILITIES, label=_("How likely is it that something goes wrong as it is now?"))
    consequence = LevelField(CONSEQUENCES, label=_("How serious can it become?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        self.fields["deadline"].widget.attrs["min"] = clock.today().isoformat()


class MaturityFilters(FilterForm):
    """Which year, and which part of the organisation."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=EARLIEST, max_value=LATEST)
    unit = UnitField(label=_("Unit and those below"), required=False)
    parameters = {"year": "ar", "unit": "enhet"}

    def __init__(self, query: QueryDict) -> None:
        super().__init__({self.add_prefix("year"): clock.today().year, **query.dict()})

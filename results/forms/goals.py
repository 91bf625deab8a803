"""The forms of goals, indicators and their measurements. What a step demands is the model's to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.fields import PageField
from cases.forms.fields import CONSEQUENCES, PROBABILITIES, LevelField
from cases.forms.handling import text_field
from organisation import clock
from organisation.fields import PersonField, UnitField, date_field
from organisation.models import Unit, User
from organisation.record_step import RecordForm
from results.colours import Direction
from results.figures import choices
from results.forms.fields import NumberField
from results.models import Frequency, Goal, Indicator, Measurement, Perspective
from results.models.indicator import LIMITS
from results.permissions import units_to_manage

SUGGESTIONS = 200
PERIODS_OFFERED = 12


class GoalForm(RecordForm):
    """A goal. The unit is chosen once."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    unit = UnitField(label=_("Unit"))
    perspective = forms.ModelChoiceField(Perspective.objects.none(), label=_("Perspective"), empty_label=_("Choose"))
    title = forms.CharField(label=_("Goal"), max_length=160, help_text=_("What you want to reach, in one sentence."))
    why = text_field(_("Why"), required=False, max_length=2000)
    owner = PersonField(label=_("Owner"), help_text=_("Name, e-mail or user name."))
    first_year = forms.IntegerField(label=_("From year"), min_value=2000, max_value=2100)
    last_year = forms.IntegerField(label=_("To and including year"), min_value=2000, max_value=2100)
    parent = forms.ModelChoiceField(
        Goal.objects.none(),
        label=_("Serves a goal of a unit above"),
        required=False,
        empty_label=_("None in particular"),
    )

    FACTS = ("perspective", "title", "why", "owner", "first_year", "last_year", "parent")

    def __init__(self, *args: Any, user: User, unit: Unit | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["perspective"].queryset = Perspective.objects.active()  # type: ignore[attr-defined]
        self.fields["owner"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        goals = Goal.objects.select_related("unit").order_by("unit__path", "title")
        if unit is None:
            units = units_to_manage(user)
            self.fields["unit"].offer(units)  # type: ignore[attr-defined]
            above = {path for one in units for path in one.lineage[:-1]}
            self.fields["parent"].queryset = goals.filter(unit__path__in=above)  # type: ignore[attr-defined]
        else:
            del self.fields["unit"]
            self.fields["parent"].queryset = goals.above(unit)  # type: ignore[attr-defined]
        self.fields["parent"].label_from_instance = lambda goal: f"{goal.title} ({goal.unit})"  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: self.cleaned_data[name] for name in self.FACTS}


class IndicatorForm(RecordForm):
    """What is measured, how, how often and against which limits."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    name = forms.CharField(label=_("Name"), max_length=120)
    how = text_field(_("What is measured, and how"), max_length=2000)
    source = forms.ChoiceField(label=_("Where the figure comes from"), choices=Indicator.Source.choices)
    figure = forms.ChoiceField(
        label=_("Figure the system knows"),
        required=False,
        help_text=_("Only when the figure comes from the system. What each counts stands on the indicator's page."),
    )
    page = PageField(label=_("Page that grounds it"), required=False)
    measure = forms.CharField(
        label=_("Measured in"), max_length=30, required=False, help_text=_("Such as %, days or kroner.")
    )
    direction = forms.ChoiceField(label=_("Direction"), choices=Direction.choices)
    target = NumberField(label=_("Target"))
    green = NumberField(label=_("Green limit"), help_text=_("As good as this, or better, is green."))
    yellow = NumberField(label=_("Yellow limit"), help_text=_("As good as this, or better, is yellow. Worse is red."))
    lowest = NumberField(label=_("Lowest possible value"), required=False)
    highest = NumberField(label=_("Highest possible value"), required=False)
    frequency = forms.ChoiceField(label=_("How often"), choices=Frequency.choices)
    owner = PersonField(label=_("Owner"), help_text=_("Measures it, and decides what comes of a red one."))
    common = forms.BooleanField(
        label=_("Common: also measured by each unit right below"),
        required=False,
        help_text=_("The leader of each unit then measures it there."),
    )
    active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Take the mark away when it is out of use.")
    )

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["figure"].choices = [("", _("None")), *choices()]  # type: ignore[attr-defined]
        self.fields["owner"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        if is_new:
            del self.fields["active"]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: self.cleaned_data[name] for name in Indicator.FACTS if name in self.cleaned_data}


class TargetForm(RecordForm):
    """The limits of one year."""

    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    target = NumberField(label=_("Target"))
    green = NumberField(label=_("Green limit"))
    yellow = NumberField(label=_("Yellow limit"))

    def limits(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in LIMITS}


class MeasureForm(RecordForm):
    """One value of a period that is over and not measured."""

    period = forms.ChoiceField(label=_("Period"))
    value = NumberField(label=_("Value"))
    answers = forms.IntegerField(
        label=_("Number of answers"), required=False, min_value=0, help_text=_("Only for a survey.")
    )
    note = text_field(_("Note"), required=False, max_length=2000, help_text=_("What explains the value."))

    def __init__(self, *args: Any, indicator: Indicator, unit: Unit, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        newest = indicator.expected(clock.today())
        offered = [newest.shifted(-back) for back in range(PERIODS_OFFERED)]
        done = set(Measurement.objects.filter(indicator=indicator, unit=unit).values_list("first", "last"))
        choices = [(one.code, str(one)) for one in offered if (one.first, one.last) not in done]
        self.fields["period"].choices = choices  # type: ignore[attr-defined]
        if indicator.measure:
            self.fields["value"].label = _("Value in %(measure)s") % {"measure": indicator.measure}
        if indicator.source != Indicator.Source.SURVEY:
            del self.fields["answers"]


class CorrectForm(RecordForm):
    """Another value in the place of the one that is there."""

    value = NumberField(label=_("Value"))
    answers = forms.IntegerField(label=_("Number of answers"), required=False, min_value=0)
    note = text_field(_("Note"), required=False, max_length=2000)
    reason = text_field(_("Why is it corrected?"), max_length=2000)


class ReceivedCaseForm(RecordForm):
    """What the case is about; its leader assesses it."""

    title = forms.CharField(label=_("Title"), max_length=120)
    description = text_field(_("What the value says, and what may be the reason"), rows=5)


class AssessedCaseForm(ReceivedCaseForm):
    """The case with its assessment, for who handles cases at the unit."""

    probability = LevelField(PROBABILITIES, label=_("How likely is it that it goes on?"))
    consequence = LevelField(CONSEQUENCES, label=_("How serious is it?"))
    handler = PersonField(label=_("Who handles the case"))
    deadline = date_field(_("Deadline"))
    measure = text_field(
        _("First measure, if you know it"),
        required=False,
        help_text=_("What is done at once. More measures are set in the case, when the cause is found."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deadline"].widget.attrs["min"] = clock.today().isoformat()

    def clean_deadline(self) -> Any:
        deadline = self.cleaned_data["deadline"]
        if deadline < clock.today():
            raise forms.ValidationError(_("The deadline is past."))
        return deadline


class NoCaseForm(RecordForm):
    reason = text_field(_("Why is no case needed?"), max_length=2000, help_text=_("Every employee can read it."))

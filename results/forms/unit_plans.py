"""The forms of a unit plan."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import CONSEQUENCES, PROBABILITIES, LevelField
from cases.forms.handling import text_field
from organisation import clock
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import User
from organisation.record_step import RecordForm
from results.forms.goals import SUGGESTIONS
from results.models import Goal, UnitPlan
from results.permissions import units_to_manage


class PlanFilters(FilterForm):
    """Which plans to show."""

    year = forms.IntegerField(label=_("Year"), required=False, min_value=1990, max_value=2199)
    unit = UnitField(label=_("Unit and those below"), required=False)
    parameters = {"year": "ar", "unit": "enhet"}


class BeginPlanForm(RecordForm):
    """Whose plan, and for which year."""

    unit = UnitField(label=_("Unit"))
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    copied = forms.BooleanField(
        label=_("Begin with last year's texts, and the measures that are not finished"), required=False, initial=True
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_manage(user))  # type: ignore[attr-defined]


class PlanForm(RecordForm):
    """The texts of the plan and of the agreement."""

    leader = PersonField(label=_("Whose leader agreement it is"), help_text=_("Name, e-mail or user name."))
    priorities = text_field(_("What matters most this year"), rows=6, max_length=6000)
    commitment = text_field(_("What the leader takes on"), rows=4, required=False, max_length=4000)
    support = text_field(_("What the leader's leader contributes"), rows=4, required=False, max_length=4000)

    NAMES = ("leader", "priorities", "commitment", "support")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["leader"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


class PlanMeasureForm(RecordForm):
    """A measure: becomes a case when the plan is agreed."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    text = text_field(_("Measure"), max_length=2000)
    goal = forms.ModelChoiceField(
        Goal.objects.none(), label=_("For the goal"), required=False, empty_label=_("None in particular")
    )
    responsible = PersonField(label=_("Responsible"), required=False, help_text=_("Name, e-mail or user name."))
    deadline = date_field(_("Deadline"), required=False)
    probability = LevelField(PROBABILITIES, label=_("How likely is it that we fall short without it?"))
    consequence = LevelField(CONSEQUENCES, label=_("How serious would that be?"))

    NAMES = ("text", "goal", "responsible", "deadline", "probability", "consequence")

    def __init__(self, *args: Any, plan: UnitPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        goals = Goal.objects.filter(unit__path__in=plan.unit.lineage).in_year(plan.year)
        self.fields["goal"].queryset = goals.select_related("unit").order_by("-unit__depth", "title")  # type: ignore[attr-defined]
        self.fields["goal"].label_from_instance = lambda goal: f"{goal.title} ({goal.unit})"  # type: ignore[attr-defined]
        self.fields["responsible"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        self.fields["deadline"].widget.attrs["min"] = clock.today().isoformat()

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.NAMES}


class SignForm(RecordForm):
    """What was read when it was signed."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)


class SendBackForm(RecordForm):
    reason = text_field(_("What must be changed?"), max_length=2000)

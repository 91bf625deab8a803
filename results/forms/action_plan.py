"""The forms of action plans: the plan, a measure, a case to take in, the end, the plan that follows."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import CONSEQUENCES, PROBABILITIES, LevelField
from cases.forms.handling import text_field
from cases.models import Case
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import User
from organisation.record_step import RecordForm
from results.models import ActionPlan
from results.permissions import units_to_manage
from risk.forms.steps import PageField

SUGGESTIONS = 200
HEAD = ("title", "why", "unit", "owner", "first_day", "last_day", "page")
ITEM = ("goal", "text", "responsible", "deadline", "probability", "consequence")


class ActionPlanForm(RecordForm):
    """The head of a plan."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("Such as “Against corruption 2027”."))
    why = text_field(_("Why we have the plan, and what we want to reach"), max_length=4_000)
    unit = UnitField(label=_("Unit"))
    owner = PersonField(label=_("Owner"), help_text=_("Answers for the plan. Name, e-mail or user name."))
    first_day = date_field(_("First day"))
    last_day = date_field(_("Last day"))
    page = PageField(label=_("Page that grounds it"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = {unit.pk: unit for unit in units_to_manage(user)}
        if (now := self.initial.get("plan_unit")) is not None:
            units.setdefault(now.pk, now)
        self.fields["unit"].offer(units.values())  # type: ignore[attr-defined]
        self.fields["owner"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: self.cleaned_data[name] for name in HEAD}


class PlanItemForm(RecordForm):
    """One measure."""

    goal = forms.CharField(label=_("Goal"), max_length=200, required=False)
    text = text_field(_("What is to be done"), max_length=2_000)
    responsible = PersonField(label=_("Who does it"), help_text=_("Name, e-mail or user name."))
    deadline = date_field(_("Deadline"))
    probability = LevelField(PROBABILITIES, label=_("How likely is it to go wrong without it?"))
    consequence = LevelField(CONSEQUENCES, label=_("How serious would that be?"))

    def __init__(self, *args: Any, plan: ActionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        dates = {"min": plan.first_day.isoformat(), "max": plan.last_day.isoformat()}
        self.fields["deadline"].widget.attrs.update(dates)

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: self.cleaned_data[name] for name in ITEM}


class TakeInForm(RecordForm):
    """A case that is there already."""

    case = forms.CharField(label=_("Case"), max_length=20, help_text=_("The reference, such as 2026-00412."))
    goal = forms.CharField(label=_("Goal"), max_length=200, required=False)
    text = text_field(
        _("What it is about"),
        max_length=2_000,
        help_text=_("The plan is open to all: write no names, and nothing private."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_case(self) -> Case:
        reference = self.cleaned_data["case"].strip()
        if found := Case.objects.visible_to(self.user).filter(reference=reference).first():
            return found
        raise forms.ValidationError(_("There is no such case that you can point to."))


class EndForm(RecordForm):
    reason = text_field(_("How it went, and why it ends"), max_length=4_000)


class CarryOnForm(RecordForm):
    """The plan that follows."""

    title = forms.CharField(label=_("Title"), max_length=120)
    first_day = date_field(_("First day"))
    last_day = date_field(_("Last day"))


class ActionPlanFilters(FilterForm):
    """Which plans to show."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    state = forms.ChoiceField(
        label=_("Status"), choices=[("", _("Not ended")), *ActionPlan.State.choices], required=False
    )
    unit = UnitField(label=_("Unit and those below"), required=False)
    late = forms.BooleanField(label=_("With late measures"), required=False)
    mine = forms.BooleanField(label=_("Mine"), required=False)
    parameters = {"words": "q", "state": "status", "unit": "enhet", "late": "forfalt", "mine": "mine"}


def a_year_after(day: datetime.date) -> datetime.date:
    """The same day the year after; the last of February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)

"""Forms of the introduction plans."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from handbook.models import IntroductionPlan, Requirement, Standard
from organisation.fields import PersonField, UnitField, date_field
from organisation.models import Unit, User
from organisation.record_step import RecordForm

SUGGESTIONS = 200


class PlanForm(RecordForm):
    title = forms.CharField(label=_("Title"), max_length=120)
    standard = forms.ModelChoiceField(Standard.objects.active(), label=_("Standard or law"), empty_label=_("Choose"))
    unit = UnitField(label=_("Unit"))
    owner = PersonField(label=_("Owner"), help_text=_("Answers for the plan. Name, e-mail or user name."))
    goal = text_field(_("Why we do it, and what we want to reach"), max_length=4000)
    first_day = date_field(_("First day"))
    target_day = date_field(_("Target day"))
    state = forms.ChoiceField(label=_("State"), choices=IntroductionPlan.State)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(Unit.objects.active())
        self.fields["owner"].suggest(User.objects.active()[:SUGGESTIONS])


class PlanStepForm(RecordForm):
    text = forms.CharField(label=_("What is to be done"), max_length=200)
    owner = PersonField(label=_("Who does it"), help_text=_("Name, e-mail or user name."))
    deadline = date_field(_("Deadline"))
    requirement = forms.ModelChoiceField(
        Requirement.objects.none(), label=_("Requirement"), required=False, empty_label=_("None in particular")
    )
    by_units = forms.BooleanField(
        label=_("Every unit does it"),
        required=False,
        help_text=_("Each unit that takes part in the plan ticks it off for itself."),
    )

    def __init__(self, *args: Any, plan: IntroductionPlan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].suggest(User.objects.active()[:SUGGESTIONS])
        requirements = self.fields["requirement"]
        requirements.queryset = plan.standard.requirements.filter(is_heading=False)
        requirements.label_from_instance = lambda requirement: f"{requirement.clause} {requirement.title}"


class CompleteStepForm(RecordForm):
    note = text_field(_("What was done"), required=False, max_length=2000)

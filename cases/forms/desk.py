"""The forms of the service desk (S32)."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.models import AnswerTemplate, Case, Category
from organisation.models import Unit
from organisation.record_step import RecordForm

from .handling import StepForm, text_field
from .report import KINDS

KIND = {
    "label": _("What is it?"),
    "choices": KINDS,
    "widget": forms.RadioSelect(attrs={"class": "choice"}),
}


class TriageForm(StepForm):
    pairs = (("unit", "category"),)
    answered_in = "answer"
    situation = AnswerTemplate.Situation.SORT

    kind = forms.ChoiceField(**KIND)
    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give the case a title.")})
    unit = UnitField(
        label=_("Which unit handles it?"), error_messages={"required": _("Choose the unit that handles it.")}
    )
    category = forms.ModelChoiceField(
        Category.objects.active(), label=_("Category"), required=False, empty_label=_("Choose")
    )
    sealed = forms.BooleanField(
        label=_("Seal the case (personal data)"),
        required=False,
        help_text=_("Only those who handle it can then see that it is there. For health, children and conflicts."),
    )
    answer = text_field(
        _("Answer to the reporter"), required=False, help_text=_("Say thank you, and which unit has it now.")
    )

    def prepare(self) -> None:
        units = Unit.objects.active()
        self.fields["unit"].offer(units)  # type: ignore[attr-defined]


class ConversationForm(RecordForm):
    """What somebody said on the phone or at the counter. One field suffices."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(**KIND)
    description = text_field(
        _("What did the person say?"), rows=5, error_messages={"required": _("Write what the person said.")}
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    email = forms.EmailField(
        label=_("E-mail"), required=False, help_text=_("Then the person gets a link to follow the case.")
    )
    unit = UnitField(
        label=_("Which unit handles it?"), required=False, help_text=_("Empty: it is put in the queue to be sorted.")
    )
    sealed = forms.BooleanField(label=_("Seal the case (personal data)"), required=False)
    answer = text_field(_("What did you answer?"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("kind", Case.Kind.DEVIATION)
        self.fields["unit"].offer(Unit.objects.active())  # type: ignore[attr-defined]


class IntakeForm(RecordForm):
    """What came in, as the case shall have it."""

    kind = forms.ChoiceField(**KIND)
    text = text_field(_("What it is about"), rows=6, error_messages={"required": _("Write what it is about.")})
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)


class DiscardForm(RecordForm):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        help_text=_("Such as advertising, sent twice, an empty card."),
        error_messages={"required": _("Write why.")},
    )

"""The forms of the service desk (S32)."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.models import AnswerTemplate, Case, Category
from cases.permissions import Act, can
from organisation.filters import FilterForm
from organisation.models import Unit, User
from organisation.record_step import RecordForm

from .handling import StepForm, text_field
from .report import KINDS

LETTER_LENGTH = 30_000
KIND = {
    "label": _("What is it?"),
    "choices": KINDS,
    "widget": forms.RadioSelect(attrs={"class": "choice"}),
}


class QueueFilters(FilterForm):
    """What to show of the queue."""

    parameters = {"words": "q", "channel": "kanal", "kind": "type", "late": "sent"}

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    channel = forms.ChoiceField(label=_("Came by"), choices=[("", _("All")), *Case.Channel.choices], required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *KINDS], required=False)
    late = forms.BooleanField(label=_("Should have had an answer"), required=False)


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
    sealed = forms.BooleanField(
        label=_("Seal the case (personal data)"),
        required=False,
        help_text=_("Then no draft is kept on this machine either."),
        widget=forms.CheckboxInput(attrs={"data-no-draft": True}),
    )
    answer = text_field(_("What did you answer?"), rows=2, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.initial.setdefault("kind", Case.Kind.DEVIATION)
        self.fields["unit"].offer(Unit.objects.active())  # type: ignore[attr-defined]


class IntakeForm(RecordForm):
    """What came in, as the case shall have it."""

    kind = forms.ChoiceField(**KIND)
    text = text_field(
        _("What it is about"),
        rows=6,
        max_length=LETTER_LENGTH,
        error_messages={"required": _("Write what it is about.")},
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)


class AttachForm(RecordForm):
    """To which case what came in belongs."""

    reference = forms.CharField(
        label=_("Belongs to case"), max_length=20, help_text=_("The reference, such as 2026-00412.")
    )
    text = text_field(
        _("What it is about"),
        rows=6,
        max_length=LETTER_LENGTH,
        error_messages={"required": _("Write what it is about.")},
    )
    from_reporter = forms.BooleanField(
        label=_("It is from the one who reported it"),
        required=False,
        help_text=_("Otherwise it is kept as an internal note, for those who handle the case."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_reference(self) -> Case:
        """A case the person may add to. Others are not told of: the answer would tell that they are there."""
        cases = Case.objects.visible_to(self.user).for_list()
        found = cases.filter(reference=self.cleaned_data["reference"].strip()).first()
        if not found or not can(self.user, Act.ADD, found):
            raise forms.ValidationError(_("There is no such case that you can add to."))
        return found


class AddForm(StepForm):
    """What somebody said about a case that is there already."""

    answered_in = "answer"
    situation = AnswerTemplate.Situation.LETTER

    text = text_field(
        _("What did the person say?"), rows=5, error_messages={"required": _("Write what the person said.")}
    )
    from_reporter = forms.BooleanField(
        label=_("It is the one who reported it"),
        required=False,
        help_text=_("Otherwise it is kept as an internal note, for those who handle the case."),
    )
    answer = text_field(_("What did you answer?"), rows=2, required=False)

    def prepare(self) -> None:
        if not self.case.has_correspondent:
            del self.fields["from_reporter"], self.fields["answer"]


class LookUpForm(FilterForm):
    """Who is calling?"""

    parameters = {"words": "q"}

    words = forms.CharField(
        label=_("E-mail, phone number or reference"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )


class DiscardForm(RecordForm):
    reason = forms.CharField(
        label=_("Why?"),
        max_length=500,
        help_text=_("Such as advertising, sent twice, an empty card."),
        error_messages={"required": _("Write why.")},
    )

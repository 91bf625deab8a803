"""Forms of the whistleblowing room."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.dialog import SentOnceForm
from cases.forms.fields import SeveralFilesField
from cases.models import Disclosure
from cases.models.whistleblowing import recipients
from organisation.models import User
from organisation.record_step import RecordForm

TEXT_LENGTH = 20_000
NOT_TOLD = {"who", "shown_at", "website"}
ANONYMOUS, NAMED = "anonymous", "named"


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:  # type: ignore[override]
        return f"{obj}, {obj.job_title}" if obj.job_title else str(obj)


class PeopleField(PersonChoice, forms.ModelMultipleChoiceField):
    """Several of them."""


def text_field(label: Any, rows: int = 4, **kwargs: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows, "autocomplete": "off"})
    return forms.CharField(label=label, max_length=TEXT_LENGTH, widget=widget, **kwargs)


class DisclosureForm(SentOnceForm):
    """To tell of something censurable. `user` is None for who is not logged in."""

    mark_optional = False

    text = text_field(
        _("What has happened?"),
        rows=8,
        help_text=_("What, where, when, and who knows of it. Write what you know yourself, and what you have heard."),
        error_messages={"required": _("Write what you want to tell.")},
    )
    who = forms.ChoiceField(
        label=_("Who are you?"),
        choices=[
            (ANONYMOUS, _("I want to be anonymous. Nothing is kept of who I am.")),
            (NAMED, _("I give my name. Only those who receive it see it.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose if you want to be anonymous.")},
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    contact = forms.CharField(
        label=_("E-mail or phone"), required=False, max_length=120, help_text=_("If we may contact you that way.")
    )
    left_out = PeopleField(
        User.objects.none(),
        label=_("Is it about any of those who receive it?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Tick who must not get it. They never see that it exists."),
    )
    files = SeveralFilesField(
        label=_("Photos and files"),
        required=False,
        help_text=_("What the files say of who made them is removed. What is seen in them can still tell."),
    )

    def __init__(self, *args: Any, user: User | None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "disclosure-%s")
        super().__init__(*args, **kwargs)
        self.fields["left_out"].queryset = recipients()  # type: ignore[attr-defined]
        if user:
            self.initial.setdefault("name", user.get_full_name())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("who") == NAMED and not data.get("name"):
            self.add_error("name", _("Write your name, or choose to be anonymous."))
        return data

    def facts(self) -> dict[str, Any]:
        """What `Disclosure.receive` takes."""
        facts = {name: value for name, value in self.cleaned_data.items() if name not in NOT_TOLD}
        return {**facts, "key": self.sent_key(), "anonymous": self.cleaned_data["who"] == ANONYMOUS}


class LetterForm(SentOnceForm):
    """The whistleblower writes at the secret address."""

    mark_optional = False
    text = text_field(_("Write to those who receive it"), error_messages={"required": _("Write a message.")})


class StepForm(RecordForm):
    """A step of a disclosure."""

    mark_optional = False

    def __init__(self, *args: Any, disclosure: Disclosure, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.disclosure = disclosure


class TextForm(StepForm):
    text = text_field(_("Text"), required=False)


class TakeForm(StepForm):
    status = forms.ChoiceField(
        label=_("How far has it come?"),
        choices=[
            (Disclosure.Status.ASSESSED, _("Being considered")),
            (Disclosure.Status.INVESTIGATED, _("Being investigated")),
        ],
    )
    responsible = PersonChoice(User.objects.none(), label=_("Responsible"), required=False, empty_label="–")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["responsible"].queryset = self.disclosure.readers()  # type: ignore[attr-defined]


class EndForm(StepForm):
    conclusion = text_field(
        _("Conclusion"), required=False, help_text=_("What you found, and what is done. For the recipients alone.")
    )
    answer = text_field(_("Answer to the whistleblower"), required=False)


class LetInForm(StepForm):
    person = PersonChoice(User.objects.none(), label=_("Recipient"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = self.disclosure.to_let_in()  # type: ignore[attr-defined]

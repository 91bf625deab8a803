"""What inhabitants fill in (S26, S31)."""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cases.cards import numbers
from cases.forms.fields import SeveralFilesField
from cases.models import Case, Correspondent

from .handling import text_field
from .report import warned_about
from .sending import sent_key

KINDS = [
    (Case.Kind.DEVIATION, _("Something is wrong")),
    (Case.Kind.IMPROVEMENT, _("I have a proposal")),
    (Case.Kind.POSITIVE, _("I want to praise")),
]
SALT = "dialog"
FASTEST = 2  # seconds: nobody writes faster
MOST = 5_000  # characters


class PublicForm(forms.Form):
    """A form that anybody can send: a field people don't see, and the time it was shown, tell most machines."""

    shown_at = forms.CharField(widget=forms.HiddenInput, required=False)
    website = forms.CharField(required=False, label=_("Leave this empty"), widget=forms.TextInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["website"].widget.attrs.update(autocomplete="off", tabindex="-1")
        self.initial["shown_at"] = signing.dumps(timezone.now().timestamp(), salt=SALT)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("website") or not self._was_shown():
            raise forms.ValidationError(_("We could not receive this. Wait a few seconds, and send it once more."))
        return data

    def _was_shown(self) -> bool:
        """Whether the form was got from us, a moment ago at least."""
        try:
            shown = signing.loads(self.data.get("shown_at", ""), salt=SALT)
        except signing.BadSignature:
            return False
        return timezone.now().timestamp() - shown >= FASTEST


class SentOnceForm(PublicForm):
    """A public form that makes something new: sent again, it makes the same and not one more."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())

    def sent_key(self) -> uuid.UUID:
        return sent_key(self.cleaned_data)


class DialogForm(SentOnceForm):
    """Ros, ris or forslag. Two fields suffice."""

    mark_optional = True

    card = forms.CharField(widget=forms.HiddenInput, required=False)
    kind = forms.ChoiceField(
        label=_("What is it about?"), choices=KINDS, widget=forms.RadioSelect(attrs={"class": "choice"})
    )
    description = forms.CharField(
        label=_("Tell us"),
        max_length=MOST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "What happened, and where? Do not write about other people's health, or national identity numbers."
        ),
        error_messages={"required": _("Write what it is about. One sentence is enough.")},
    )
    send_anyway = forms.BooleanField(label=_("Send it as it is"), required=False)
    files = SeveralFilesField(
        label=_("Photos"), required=False, help_text=_("Place and camera data are removed from photos.")
    )
    email = forms.EmailField(
        label=_("E-mail"),
        required=False,
        help_text=_(
            "Then we can answer you. You get a letter with a link that you must press, so that we know it is you."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    name = forms.CharField(
        label=_("Name"), required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    may_tell_others = forms.BooleanField(
        label=_("You may tell others what came of it"),
        required=False,
        help_text=_("Without your name, in the list of what has become better."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warned: list[str] = []

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.warned = warned_about(data.get("description", ""))
        if self.warned and not data.get("send_anyway"):
            text = _("It looks as if you have written %(what)s. Remove it, or tick “Send it as it is”.")
            self.add_error("description", forms.ValidationError(text % {"what": _(" and ").join(self.warned)}))
        return data

    def clean_card(self) -> int | None:
        """The number of the report card whose QR code led here; what is no number is passed over."""
        return numbers.read(self.cleaned_data["card"])

    def facts(self) -> dict[str, Any]:
        names = ("kind", "description", "name", "email", "phone", "may_tell_others")
        return {name: self.cleaned_data[name] for name in names}


class LetterForm(SentOnceForm):
    """More to the case handler, and photos."""

    mark_optional = False

    text = text_field(_("Write to us"), rows=3, max_length=MOST, error_messages={"required": _("Write a message.")})
    files = SeveralFilesField(label=_("Photos"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "letter-%s")
        super().__init__(*args, **kwargs)


class NewLinkForm(PublicForm):
    """Who has lost the link."""

    mark_optional = False

    reference = forms.CharField(
        label=_("Reference"), max_length=20, help_text=_("Such as 2026-00412. It stands in the letters from us.")
    )
    email = forms.EmailField(label=_("The e-mail you gave us"))


class BetterForm(PublicForm):
    """Did it get better?"""

    mark_optional = False

    better = forms.ChoiceField(
        label=_("Did it get better?"),
        choices=Correspondent.Better,
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        error_messages={"required": _("Choose an answer.")},
    )
    words = text_field(_("Do you want to tell more?"), rows=3, required=False, max_length=MOST)

"""Forms of the report cards: printing, sending in scans, writing one in."""

import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.cards import numbers
from cases.cards.pages import ACCEPT
from cases.forms.fields import SeveralFilesInput, UnitField
from cases.models import CardBatch, Case
from cases.models.card import MOST_IN_BATCH
from organisation.models import Unit, User
from organisation.record_step import RecordForm
from organisation.roles import Right

MOST_FILES = 50
# As the boxes on the card: ros, ris, forslag.
KINDS = [
    (Case.Kind.POSITIVE, _("Praise")),
    (Case.Kind.DEVIATION, _("Complaint")),
    (Case.Kind.IMPROVEMENT, _("Suggestion")),
]


class PrintCardsForm(forms.Form):
    """How many cards to print, and for whom."""

    mark_optional = False

    key = forms.UUIDField(widget=forms.HiddenInput)
    count = forms.IntegerField(
        label=_("How many cards?"),
        min_value=1,
        max_value=MOST_IN_BATCH,
        initial=20,
        help_text=_("From 1 to 200. Two cards on each sheet."),
    )
    unit = UnitField(label=_("For which unit?"), help_text=_("Where the cards are laid out."))
    language = forms.ChoiceField(
        label=_("Language"), choices=CardBatch.Language, widget=forms.RadioSelect, initial=CardBatch.Language.BOKMAL
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(Unit.objects.active().under(user.right_paths(Right.TAKE_IN)))
        self.fields["unit"].offer(units)
        self.initial.setdefault("key", uuid.uuid4())
        if units:
            self.initial.setdefault("unit", units[0].pk)


class ScansField(forms.FileField):
    """Several files as they came: each is judged when it is read, so that one bad file stops none of the others."""

    widget = SeveralFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:  # type: ignore[override]
        files = [file for file in (data or []) if file is not None]
        if not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("At most %(most)s files at a time.") % {"most": MOST_FILES})
        return files

    def bound_data(self, data: Any, initial: Any) -> None:  # type: ignore[override]
        return None


class UploadCardsForm(forms.Form):
    key = forms.UUIDField(widget=forms.HiddenInput)
    files = ScansField(
        label=_("Scanned cards"),
        widget=SeveralFilesInput(attrs={"accept": ACCEPT}),
        help_text=_("One or more files: PDF, JPG, PNG or TIFF. Each page becomes a card."),
        error_messages={"required": _("Choose at least one file.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())


class TranscribeForm(RecordForm):
    """What stands on the card."""

    number = forms.CharField(
        label=_("Number of the card"), required=False, max_length=20, help_text=_("As it stands on the card: MK-00042.")
    )
    kind = forms.ChoiceField(
        label=_("What is ticked?"),
        choices=KINDS,
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        error_messages={"required": _("Choose one. If nothing is ticked, choose what fits the text.")},
    )
    text = forms.CharField(
        label=_("What the card says"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write what the card says.")},
        help_text=_("Word for word, with where and when. What you can't read, you write as […]."),
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)

    def clean_number(self) -> int | None:
        written = self.cleaned_data["number"]
        number = numbers.read(written)
        if written and number is None:
            raise forms.ValidationError(_("Write the number as it stands on the card, such as MK-00042."))
        return number


class DiscardCardForm(RecordForm):
    reason = forms.CharField(
        label=_("Why?"), max_length=500, help_text=_("For example: empty card, the same card twice, not for us.")
    )

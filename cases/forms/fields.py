"""Fields that several forms of the cases share."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases import uploads
from organisation.fields import PersonField, UnitField, person_label

__all__ = [
    "CONSEQUENCES",
    "PROBABILITIES",
    "LevelField",
    "OneFileField",
    "PersonField",
    "SeveralFilesField",
    "UnitField",
    "person_label",
]

PROBABILITIES = [
    (1, _("1 – Very unlikely")),
    (2, _("2 – Unlikely")),
    (3, _("3 – Possible")),
    (4, _("4 – Likely")),
    (5, _("5 – Very likely")),
]
CONSEQUENCES = [
    (1, _("1 – Harmless")),
    (2, _("2 – Slightly harmful")),
    (3, _("3 – Harmful")),
    (4, _("4 – Serious")),
    (5, _("5 – Disastrous")),
]


class LevelField(forms.TypedChoiceField):
    """A level from 1 to 5, in words; None when not chosen."""

    def __init__(self, levels: list[tuple[int, Any]], **kwargs: Any) -> None:
        super().__init__(choices=[("", _("Choose")), *levels], coerce=int, empty_value=None, **kwargs)


class SeveralFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class SeveralFilesField(forms.FileField):
    """Several files, each checked and cleaned by `cases.uploads`. Cleans to a list."""

    widget = SeveralFilesInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = uploads.ACCEPT

    def clean(self, data: Any, initial: Any = None) -> list[uploads.CleanFile]:  # type: ignore[override]
        files: list[UploadedFile] = [file for file in (data or []) if file]
        if self.required and not files:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return uploads.clean_all(files)

    def bound_data(self, data: Any, initial: Any) -> None:  # type: ignore[override]
        return None


class OneFileInput(forms.ClearableFileInput):
    template_name = "django/forms/widgets/file.html"


class OneFileField(forms.FileField):
    """One file, checked and cleaned by `cases.uploads`; None when not chosen."""

    widget = OneFileInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.widget.attrs["accept"] = uploads.ACCEPT

    def clean(self, data: Any, initial: Any = None) -> uploads.CleanFile | None:  # type: ignore[override]
        return uploads.clean(data) if data else None

    def bound_data(self, data: Any, initial: Any) -> None:  # type: ignore[override]
        return None

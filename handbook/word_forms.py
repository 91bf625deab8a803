"""What is asked before Word files are imported."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from handbook.models import Document
from organisation.models import Unit, User, within
from organisation.roles import Right

MAX_FILES = 100
MAX_TOTAL = 200 * 1024 * 1024
PARENT_TYPES = ["chapterpage", "processpage"]


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files in one field."""

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        files = data if isinstance(data, list | tuple) else [data]
        # An empty file is refused with its name in the report, not here: the others go on.
        return [super(FilesField, self).clean(file, initial) for file in files] if any(files) else super().clean(None)


class WordImportForm(forms.Form):
    unit = forms.ModelChoiceField(
        Unit.objects.none(), label=_("Process owner"), help_text=_("The unit that will own the pages.")
    )
    under = forms.ModelChoiceField(
        Document.objects.none(), label=_("Place below"), help_text=_("Where in the handbook the drafts are placed.")
    )
    files = FilesField(
        label=_("Word files"),
        allow_empty_file=True,
        widget=FilesInput(attrs={"accept": ".docx,.zip"}),
        help_text=_(
            "One or more .docx files, or a .zip of a folder: its subfolders become processes. "
            "At most 100 files at a time outside a .zip, and 50 MB each."
        ),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = within(user.right_paths(Right.WRITE_HANDBOOK), "path")
        self.fields["unit"].queryset = Unit.objects.filter(own, active=True).order_by("path")
        places = Document.objects.filter(page__content_type__model__in=PARENT_TYPES)
        self.fields["under"].queryset = places.select_related("page").in_tree_order()

    def clean_files(self) -> list[UploadedFile]:
        files = self.cleaned_data["files"]
        if len(files) > MAX_FILES:
            raise forms.ValidationError(_("At most 100 files at a time. Pack them in a .zip instead."))
        if sum(file.size or 0 for file in files) > MAX_TOTAL:
            raise forms.ValidationError(_("The files are more than 200 MB together. Import them in several rounds."))
        return files

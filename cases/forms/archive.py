"""What the archive answered, written down by hand."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.record_step import RecordForm


class ReceiptForm(RecordForm):
    number = forms.CharField(
        label=_("Number in the archive"),
        max_length=60,
        help_text=_("Such as 2026/1873."),
        error_messages={"required": _("Write the number in the archive.")},
    )


class FailureForm(RecordForm):
    reason = forms.CharField(
        label=_("Why did it fail?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write why it failed.")},
    )

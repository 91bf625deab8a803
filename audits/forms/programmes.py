"""The forms of the audit programme."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Audit
from cases.forms.handling import text_field
from organisation.record_step import RecordForm


class BeginProgrammeForm(RecordForm):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    about = text_field(
        _("What we want to know this year"),
        required=False,
        max_length=4000,
        help_text=_("Themes, standards and units."),
    )


class ChangeProgrammeForm(RecordForm):
    about = text_field(_("What we want to know this year"), required=False, max_length=4000, rows=5)


class DecideProgrammeForm(RecordForm):
    note = text_field(_("Note to the decision"), required=False, max_length=2000)


class CopyAuditsForm(RecordForm):
    """Which of last year's audits come along."""

    audits = forms.ModelMultipleChoiceField(
        Audit.objects.none(),
        label=_("Audits"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one audit.")},
    )

    def __init__(self, *args: Any, audits: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["audits"]
        field.queryset = audits
        field.label_from_instance = lambda audit: f"{audit.title} – {audit.unit}, {audit.when}"

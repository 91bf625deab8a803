"""The forms of what an inspector from outside is shown."""

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.models import Inspection
from audits.models.inspector_access import MOST_DAYS
from cases.models import Case
from organisation import clock
from organisation.fields import date_field
from organisation.models import User
from organisation.record_step import RecordForm
from risk.models import Assessment

from .fields import DocumentField


class AccessForm(RecordForm):
    """For whom, and how long."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("A secret link is sent here."))
    authority = forms.CharField(label=_("Authority"), max_length=120)
    valid_from = date_field(_("From"))
    valid_to = date_field(
        _("To and including"), help_text=_("At most %(days)s days after the first.") % {"days": MOST_DAYS}
    )

    @staticmethod
    def of(inspection: Inspection) -> dict[str, Any]:
        """What is proposed: from today, for thirty days."""
        today = clock.today()
        last = today + datetime.timedelta(30)
        return {"authority": inspection.by_whom, "valid_from": today, "valid_to": last}

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ShowForm(RecordForm):
    """One or several things to show."""

    document = DocumentField(label=_("Page of the handbook"), required=False)
    case = forms.CharField(
        label=_("Case"),
        required=False,
        max_length=20,
        help_text=_("The reference, such as 2026-00412. Shown without names. Sealed cases are never shown."),
    )
    assessment = forms.ModelChoiceField(
        Assessment.objects.none(),
        label=_("Risk assessment"),
        required=False,
        empty_label=_("Choose"),
        help_text=_("In force. Restricted ones are never shown."),
    )
    file = forms.ModelChoiceField(None, label=_("File of this inspection"), required=False, empty_label=_("Choose"))

    def __init__(self, *args: Any, user: User, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        decided = Assessment.objects.visible_to(user).in_force().filter(restricted=False)
        self.fields["assessment"].queryset = decided.order_by("title")  # type: ignore[attr-defined]
        self.fields["file"].queryset = inspection.files.live()  # type: ignore[attr-defined]

    def clean_case(self) -> Case | None:
        reference = self.cleaned_data["case"].strip()
        if not reference:
            return None
        found = Case.objects.visible_to(self.user).filter(reference=reference, sealed=False).first()
        if found is None:
            raise forms.ValidationError(_("There is no such case that can be shown. Sealed cases never are."))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.chosen():
            raise forms.ValidationError(_("Choose at least one thing to show."))
        return cleaned

    def chosen(self) -> dict[str, Any]:
        names = ("document", "case", "assessment", "file")
        return {name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}

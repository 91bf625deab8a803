"""Forms of the sheet: the file, and the head of the draft it becomes."""

import os
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.uploads import clean_name
from organisation import clock
from organisation.fields import PersonField, UnitField
from organisation.models import Unit, User
from risk import uses
from risk.models import Assessment
from risk.permissions import units_to_begin_in
from risk.sheet import people
from risk.sheet.package import MAX_FILE
from risk.uses import SUB_KINDS, SubKind, Use

ACCEPT = ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HELP_WITH_KIND = {
    ".xls": _("This is an old workbook (.xls). Open it in Excel or LibreOffice and save it as .xlsx."),
    ".ods": _("This is a LibreOffice sheet (.ods). Open it and save it as .xlsx."),
    ".xlsm": _("A workbook with macros is not opened. Save it as an ordinary workbook (.xlsx)."),
    ".csv": _("A .csv file has no headings in several lines. Save the sheet as .xlsx."),
}
MAX_YEARS_AWAY = 10


class UploadSheetForm(forms.Form):
    """One file."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("The sheet"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("A workbook (.xlsx) of at most 5 MB. Nothing is saved until you have seen what was understood."),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        extension = os.path.splitext(clean_name(file.name))[1].lower()
        if extension != ".xlsx":
            raise forms.ValidationError(HELP_WITH_KIND.get(extension, _("Choose a workbook (.xlsx).")))
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("The file is too large. The limit is 5 MB."))
        return file


class SheetHeadForm(forms.ModelForm):
    """The head of the draft, filled in with what the sheet says."""

    unit = UnitField(label=_("Unit"), error_messages={"required": _("Choose a unit.")})
    leader = PersonField(label=_("Who leads the assessment?"), error_messages={"required": _("Write who leads it.")})

    class Meta:
        model = Assessment
        fields = ["title", "use", "sub_kind", "unit", "year", "leader", "leader_function", "restricted"]
        labels = {
            "title": _("Title"),
            "use": _("What is it for?"),
            "sub_kind": _("Sub-kind"),
            "year": _("Year"),
            "leader_function": _("Function"),
            "restricted": _("Restricted"),
        }
        error_messages = {
            "title": {"required": _("Write a title.")},
            "use": {"required": _("Choose what it is for.")},
            "year": {"required": _("Write the year.")},
        }

    def __init__(self, *args: Any, user: User, said: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = list(units_to_begin_in(user))
        self.fields["unit"].offer(units)
        self.fields["sub_kind"].choices = [("", _("None")), *_sub_kinds()]
        self.fields["use"].choices = [("", _("Choose")), *Use.choices]
        self.initial |= _as_said(said, units, user)

    def clean_year(self) -> int:
        year = self.cleaned_data["year"]
        if abs(year - clock.today().year) > MAX_YEARS_AWAY:
            raise forms.ValidationError(_("Write a year near this one."))
        return year

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not uses.belong_together(cleaned.get("use", ""), cleaned.get("sub_kind", "")):
            self.add_error("sub_kind", _("This sub-kind belongs to another use."))
        return cleaned

    def _post_clean(self) -> None:
        """The model is made by its own method, not by the form."""


def _sub_kinds() -> list[tuple[str, list[tuple[str, Any]]]]:
    return [(str(Use(use).label), [(kind.value, kind.label) for kind in kinds]) for use, kinds in SUB_KINDS.items()]


def _as_said(said: dict[str, Any], units: list[Unit], user: User) -> dict[str, Any]:
    """What the head of the sheet says, where it names something we have; else the person and the person's own unit."""
    use, sub_kind = _use(said["use"])
    named, _comma, function = said["who"].partition(",")
    leaders = people.find([named.strip()]).get(named.strip(), [])
    by_name = {unit.name.casefold(): unit for unit in units}
    unit = by_name.get(said["unit"].casefold()) or next((unit for unit in units if unit.pk == user.unit_id), None)
    known = leaders[0] if len(leaders) == 1 else None
    return {
        "title": said["title"],
        "use": use,
        "sub_kind": sub_kind,
        "unit": unit and unit.pk,
        "year": said["year"] or clock.today().year,
        "leader": known or user,
        "leader_function": function.strip() if known else user.job_title,
        "restricted": said["restricted"],
    }


def _use(said: str) -> tuple[str, str]:
    pairs = [(use.value, "") for use in Use] + [(use, kind.value) for use, kinds in SUB_KINDS.items() for kind in kinds]
    names = {uses.in_words(use, kind).casefold(): (str(use), kind) for use, kind in pairs}
    kinds = {str(SubKind(kind).label).casefold(): (str(use), kind) for use, kind in pairs if kind}
    return names.get(said.casefold()) or kinds.get(said.casefold()) or ("", "")

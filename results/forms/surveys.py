"""Forms of a survey file: the file, and what the names in it mean."""

import os
import uuid
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from cases.uploads import clean_name
from results.forms.scorecard import PeriodField
from results.survey.proposal import LEFT_OUT, Proposal, to_choose
from results.survey.table import MAX_FILE

KINDS = (".csv", ".txt", ".tsv", ".xlsx")
LEAVE_OUT = (LEFT_OUT, _("Leave it out"))


def period_field() -> PeriodField:
    return PeriodField(label=_("Period, where the file doesn't say it"), required=False)


class UploadSurveyForm(forms.Form):
    """One file."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("The file"),
        widget=forms.FileInput(attrs={"accept": ",".join(KINDS)}),
        help_text=_(
            "A workbook (.xlsx) or text with separators (.csv), at most 5 MB. Nothing is saved before you see it."
        ),
        error_messages={"required": _("Choose the file."), "empty": _("The file is empty.")},
    )
    period = period_field()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("key", uuid.uuid4())
        self.fields["period"].offer("")  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", _("Every line says it")), *self.fields["period"].choices]  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if os.path.splitext(clean_name(file.name))[1].lower() not in KINDS:
            raise forms.ValidationError(_("Choose a workbook (.xlsx) or text with separators (.csv)."))
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("The file is too large. The limit is 5 MB."))
        return file


class MeaningForm(forms.Form):
    """What the period is, and which unit or indicator each name means that was not understood."""

    period = period_field()

    def __init__(self, proposal: Proposal, *args: Any) -> None:
        super().__init__(*args)
        self.chosen = chosen = proposal.choices
        self.fields["period"].offer(chosen.get("period", ""))  # type: ignore[attr-defined]
        self.fields["period"].choices = [("", _("Every line says it")), *self.fields["period"].choices]  # type: ignore[attr-defined]
        self.initial["period"] = chosen.get("period", "")
        units = [(str(unit.pk), unit.indented_name) for unit in proposal.units]
        indicators = [(str(one.pk), f"{one.name} – {one.goal.unit}") for one in proposal.indicators]
        self.units, self.indicators = to_choose(proposal.rows, chosen)
        self._ask("units", self.units, units, _("Unit called “%(name)s”"))
        self._ask("indicators", self.indicators, indicators, _("Indicator called “%(name)s”"))

    def _ask(self, kind: str, names: list[str], choices: list[tuple[str, str]], label: Any) -> None:
        for place, name in enumerate(names):
            field = f"{kind}-{place}"
            offered = [("", _("Not chosen")), LEAVE_OUT, *choices]
            self.fields[field] = forms.ChoiceField(label=label % {"name": name}, choices=offered, required=False)
            self.initial[field] = str(self.chosen.get(kind, {}).get(name, ""))

    def meanings(self, kind: str) -> dict[str, str]:
        """What each name means, where the person has chosen."""
        names = self.units if kind == "units" else self.indicators
        chosen = ((name, self.cleaned_data.get(f"{kind}-{place}")) for place, name in enumerate(names))
        return {name: value for name, value in chosen if value}

"""One row as a form: the same cells, labels, help and messages as in the grid (S51–S55)."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _lazy

from organisation.fields import PersonInput
from organisation.record_step import RecordForm
from risk import cells, people
from risk.cells import Cell, Shape
from risk.models import Assessment, Threat

WIDGETS: dict[Shape, Any] = {
    Shape.TEXT: lambda: forms.Textarea(attrs={"rows": 3}),
    Shape.SCORE: lambda: forms.TextInput(attrs={"inputmode": "numeric", "class": "score-input", "placeholder": "1–5"}),
    Shape.YES: lambda: forms.CheckboxInput(),
    Shape.PERSON: lambda: PersonInput(),
    Shape.DAY: lambda: forms.DateInput(attrs={"type": "date"}),
}


class CellField(forms.Field):
    """A cell, read as `risk.cells` reads it."""

    def __init__(self, cell: Cell) -> None:
        self.cell = cell
        super().__init__(required=False, widget=WIDGETS[cell.shape]())
        self.label, self.help_text = cell.label, cell.help  # type: ignore[assignment]

    def clean(self, value: Any) -> Any:
        if self.cell.shape == Shape.YES:
            return bool(value)
        return cells.clean(self.cell.name, value or "")


class RowForm(RecordForm):
    """Every cell of a row. `key` makes a new row once, however often it is sent."""

    mark_optional = False  # every cell is
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, assessment: Assessment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, cell in cells.CELLS.items():
            self.fields[name] = CellField(cell)
        self.fields["responsible"].widget.people = people.near(assessment)

    def cells(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in cells.CELLS}


class ThreatsForm(forms.Form):
    """Which threats of the library to add."""

    def __init__(self, *args: Any, offered: QuerySet[Threat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        errors = {"required": _lazy("Choose at least one threat.")}
        self.fields["threats"] = forms.ModelMultipleChoiceField(offered, label=_lazy("Threats"), error_messages=errors)


def new_key() -> str:
    return str(uuid.uuid4())

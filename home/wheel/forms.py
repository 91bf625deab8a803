"""The forms of the wheel: its filters, and a duty of one's own."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from handbook.models import Document
from home.wheel.duties import Kind
from home.wheel.models import WheelEntry
from organisation import clock
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import Unit, UnitQuerySet, User
from organisation.record_step import RecordForm
from organisation.roles import Right

EVERYTHING = "alle"
YEARS_BACK, YEARS_AHEAD = 2, 3
PARAMETERS = {"year": "ar", "unit": "enhet", "kind": "type"}


class WheelFilters(FilterForm):
    """What to show of the wheel."""

    year = forms.TypedChoiceField(label=_("Year"), coerce=int, required=False, empty_value=None)
    unit = UnitField(label=_("Unit"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    parameters = PARAMETERS

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this_year = clock.today().year
        years = range(this_year - YEARS_BACK, this_year + YEARS_AHEAD + 1)
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]
        self.fields["year"].initial = this_year
        field: Any = self.fields["unit"]
        own = _("My unit and the municipality's") if user.unit_id else _("All units")
        everything = [(EVERYTHING, _("All units"))] if user.unit_id else []
        field.choices = [("", own), *everything, *list(field.choices)[1:]]
        field.coerce = lambda value: field.units.get(value, value)
        self.data = {self.add_prefix("year"): this_year, **self.data.dict()}

    def units(self) -> UnitQuerySet:
        return Unit.objects.active()


class DocumentField(forms.CharField):
    """A page of the handbook by its number or document id. Cleans to the `Document`."""

    default_error_messages = {"unknown": _("No page in force has that number or document id.")}

    def prepare_value(self, value: Any) -> Any:
        return value.document_id if isinstance(value, Document) else value

    def clean(self, value: Any) -> Document | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        found = Document.objects.in_force().filter(Q(number=text) | Q(document_id=text.upper())).first()
        if found is None:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return found


class DoneForm(forms.Form):
    """A duty was done for a day."""

    day = forms.DateField(widget=forms.HiddenInput, input_formats=["%Y-%m-%d"])
    note = forms.CharField(label=_("What was done?"), max_length=300, required=False)


class EntryForm(RecordForm):
    """A duty in the wheel. `key` makes a new one once."""

    title = forms.CharField(label=_("What must be done?"), max_length=120)
    unit = UnitField(label=_("Unit"))
    responsible = PersonField(label=_("Responsible"), required=False)
    day = date_field(_("Date"), help_text=_("The first time, if it comes back."))
    repeats = forms.ChoiceField(label=_("Repeats"), choices=WheelEntry.Repeats.choices)
    document = DocumentField(
        label=_("Page in the handbook"),
        required=False,
        max_length=40,
        help_text=_("Number or document id of the page that says how, such as 3.1.2 or FL-0042."),
    )
    description = text_field(_("How"), max_length=2_000, required=False)
    active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Take the mark away to stop it.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, entry: WheelEntry | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        paths = user.right_paths(Right.PLAN_UNIT) | user.right_paths(Right.MANAGE_SYSTEM)
        self.fields["unit"].offer(Unit.objects.active().under(paths))  # type: ignore[attr-defined]
        near = User.objects.active().filter(unit=user.unit_id)
        self.fields["responsible"].suggest(near)  # type: ignore[attr-defined]
        if entry is None:
            del self.fields["active"]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("key", "version")}

    @staticmethod
    def of(entry: WheelEntry) -> dict[str, Any]:
        """What is there now, in the form's own fields."""
        names = ("title", "responsible", "day", "repeats", "document", "description", "active")
        return {**{name: getattr(entry, name) for name in names}, "unit": str(entry.unit_id)}

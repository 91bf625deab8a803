"""Form fields for units, people and days."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from organisation.models import Unit, User

CHOOSE = _("Choose a unit")


def date_field(label: Any, **kwargs: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, input_formats=["%Y-%m-%d", "%d.%m.%Y"], **kwargs)


class UnitField(forms.TypedChoiceField):
    """A unit from the tree, shown with its level. `units` keeps the list, so that one query does."""

    def __init__(self, **kwargs: Any) -> None:
        self.units: dict[str, Unit] = {}
        super().__init__(coerce=self._unit, empty_value=None, **kwargs)

    def _unit(self, value: str) -> Unit:
        return self.units[value]

    def offer(self, units: Iterable[Unit], nothing: Any = CHOOSE) -> None:
        """Set what can be chosen, and what it is called to choose none."""
        self.units = {str(unit.pk): unit for unit in units}
        self.coerce = self._unit
        self.choices = [("", nothing), *((pk, unit.indented_name) for pk, unit in self.units.items())]


class SuggestingInput(forms.TextInput):
    """A text field with suggestions: works without script, and anything may be written."""

    template_name = "organisation/widgets/suggesting.html"
    suggestions: Iterable[str] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        list_id = f"{context['widget']['attrs'].get('id', name)}-suggestions"
        context["widget"]["attrs"]["list"] = list_id
        context["widget"]["list_id"] = list_id
        context["widget"]["suggestions"] = list(self.suggestions)
        return context


class PersonInput(SuggestingInput):
    """Suggests employees: works with thousands of them."""

    people: Iterable[User] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        self.suggestions = [person_label(person) for person in self.people]
        return super().get_context(name, value, attrs)


class PersonField(forms.CharField):
    """An employee, by the suggested label, user name, e-mail or full name. Cleans to the `User`."""

    widget = PersonInput
    default_error_messages = {
        "unknown": _("Nobody here is called that. Write the name, e-mail or user name."),
        "several": _("Several people have that name. Write the e-mail or user name."),
    }

    def suggest(self, people: Iterable[User]) -> None:
        self.widget.people = people

    def prepare_value(self, value: Any) -> Any:
        return person_label(value) if isinstance(value, User) else value

    def clean(self, value: Any) -> User | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        username = text.rpartition("(")[2].rstrip(")") if text.endswith(")") else text
        active = User.objects.active()
        for condition in ({"username": username}, {"email__iexact": text}):
            if person := active.filter(**condition).first():
                return person
        first, _space, last = text.rpartition(" ")
        found = list(active.filter(first_name__iexact=first.strip(), last_name__iexact=last)[:2])
        if len(found) == 1:
            return found[0]
        code = "several" if found else "unknown"
        raise forms.ValidationError(self.error_messages[code], code=code)


def person_label(person: User) -> str:
    return f"{person} ({person.username})"

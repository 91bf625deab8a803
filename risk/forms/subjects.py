"""The form of an asset or aspect."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from organisation.fields import PersonField, UnitField
from organisation.models import User
from organisation.record_step import RecordForm
from risk.models import Subject
from risk.permissions import units_to_begin_in


class SubjectForm(RecordForm):
    """What it is, where it belongs, who owns it and how much it matters."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Subject.Kind.choices)
    name = forms.CharField(label=_("Name"), max_length=120)
    description = text_field(_("What it is"), max_length=2_000, required=False)
    unit = UnitField(label=_("Unit"))
    owner = PersonField(label=_("Owner"), required=False)
    weight = forms.TypedChoiceField(
        label=_("How much it matters"),
        choices=Subject.Weight.choices,
        coerce=int,
        initial=Subject.Weight.MEDIUM,
        help_text=Subject._meta.get_field("weight").help_text,
    )
    active = forms.BooleanField(
        label=_("In use"), required=False, initial=True, help_text=_("Take the mark away when it is out of use.")
    )

    def __init__(self, *args: Any, user: User, subject: Subject | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_begin_in(user))  # type: ignore[attr-defined]
        self.fields["owner"].suggest(User.objects.active().filter(unit=user.unit_id))  # type: ignore[attr-defined]
        if subject is None:
            del self.fields["active"]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def of(subject: Subject) -> dict[str, Any]:
        """What is there now, in the form's own fields."""
        names = ("kind", "name", "description", "owner", "weight", "active")
        return {**{name: getattr(subject, name) for name in names}, "unit": str(subject.unit_id)}

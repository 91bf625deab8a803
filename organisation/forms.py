"""The form of an absence, on the site and in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from .absence import Absence, may_set
from .fields import PersonField, date_field
from .models import User, within
from .roles import Right

MOST_SUGGESTED = 200


class AbsenceForm(forms.ModelForm):
    """Who is away, when, and who stands in. Only leaders and administrators say it of others."""

    person = PersonField(label=_("Who is away?"))
    deputy = PersonField(
        label=_("Who stands in?"),
        help_text=_("Gets new tasks and the rights of who is away, in these days only."),
    )
    first_day = date_field(_("First day"))
    last_day = date_field(_("Last day"), help_text=_("The last day away."))

    class Meta:
        model = Absence
        fields = ["person", "deputy", "first_day", "last_day"]

    def __init__(self, *args: Any, for_user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.for_user = for_user
        active = User.objects.active()
        colleagues = active.filter(unit=for_user.unit_id).exclude(pk=for_user.pk)
        self.fields["deputy"].suggest(colleagues[:MOST_SUGGESTED])  # type: ignore[attr-defined]
        if not (for_user.led_paths or for_user.has_right(Right.MANAGE_ORGANISATION)):
            del self.fields["person"]
            self.instance.person = for_user
        else:
            self.initial.setdefault("person", for_user)
            self.fields["person"].suggest(active.filter(within(for_user.led_paths, "unit__path"))[:MOST_SUGGESTED])  # type: ignore[attr-defined]

    def clean_person(self) -> User:
        person = self.cleaned_data["person"]
        if not may_set(self.for_user, person):
            raise forms.ValidationError(_("You can only do this for yourself and the people you lead."))
        return person

    def clean_deputy(self) -> User:
        deputy = self.cleaned_data["deputy"]
        if deputy == self.for_user and self.cleaned_data.get("person", self.for_user) != self.for_user:
            raise forms.ValidationError(_("You can't make yourself the deputy of somebody else."))
        return deputy

    def save(self, commit: bool = True) -> Absence:
        """Through the model's own method. Raises PermissionDenied and ValidationError."""
        facts = {name: getattr(self.instance, name) for name in self._meta.fields}
        return Absence.begin(self.for_user, **facts)

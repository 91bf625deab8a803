"""The filters of the notices, and how a person wants to be told."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.models import Notice, Way
from organisation.filters import FilterForm
from organisation.models import User
from organisation.roles import Right


class NoticeFilters(FilterForm):
    """What to show of the notices."""

    unread = forms.BooleanField(label=_("Only unread"), required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Notice.Kind.choices], required=False)
    parameters = {"unread": "uleste", "kind": "type"}


class NoticeSettingsForm(forms.Form):
    """One choice for each kind of notice the person can get."""

    mark_optional = False

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sorts = user.has_right(Right.TAKE_IN)
        for kind, label in Notice.Kind.choices:
            if kind == Notice.Kind.INTAKE and not sorts:
                continue
            self.fields[kind] = forms.ChoiceField(
                label=label, choices=Way.choices, widget=forms.RadioSelect(attrs={"class": "choice"})
            )

    @property
    def tasks(self) -> list[Any]:
        """What somebody waits for the person to do."""
        return [self[kind] for kind in self.fields if kind in Notice.TASKS]

    @property
    def news(self) -> list[Any]:
        """What is good to know."""
        return [self[kind] for kind in self.fields if kind not in Notice.TASKS]

"""The forms of other systems: the system, its keys and webhooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.fields import UnitField
from cases.models import Scope
from cases.models.webhook import EVENTS
from organisation.fields import date_field
from organisation.models import Unit
from organisation.record_step import RecordForm


class IntegrationForm(RecordForm):
    name = forms.CharField(
        label=_("Name of the system"), max_length=60, error_messages={"required": _("Write what the system is called.")}
    )
    contact = forms.CharField(
        label=_("Who looks after it"),
        max_length=200,
        help_text=_("Name and e-mail of who is called when something is wrong."),
        error_messages={"required": _("Write who looks after the system.")},
    )
    unit = UnitField(
        label=_("Unit it belongs to"), error_messages={"required": _("Choose the unit the system belongs to.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(Unit.objects.active())  # type: ignore[attr-defined]


class KeyForm(RecordForm):
    label = forms.CharField(
        label=_("What the key is for"), max_length=60, error_messages={"required": _("Write what the key is for.")}
    )
    scopes = forms.MultipleChoiceField(
        label=_("It may"),
        choices=Scope,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what the key may be used for.")},
    )
    expires_on = date_field(
        _("Valid to"), required=False, help_text=_("Without a day it is valid until you revoke it.")
    )


class WebhookForm(RecordForm):
    url = forms.URLField(
        label=_("Address"), max_length=300, assume_scheme="https", error_messages={"required": _("Write the address.")}
    )
    events = forms.MultipleChoiceField(
        label=_("Is told about"),
        choices=[(event, event) for event in EVENTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose what it is told about.")},
    )

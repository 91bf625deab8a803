"""The forms of memberships and networks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases.forms.handling import text_field
from organisation import clock
from organisation.fields import PersonField, UnitField, date_field
from organisation.filters import FilterForm
from organisation.models import User
from organisation.record_step import RecordForm
from results.models import Network, NetworkEvaluation
from results.models.network import OWN
from results.permissions import may_manage, units_to_manage

SUGGESTIONS = 200
OVER, LATE = "over", "late"
FIELDS = (
    "name",
    "kind",
    "purpose",
    "benefit",
    "unit",
    "contact",
    "organisation",
    "address",
    "first_day",
    "last_day",
    "yearly_cost",
    "evaluate_on",
)


class NetworkForm(RecordForm):
    """One membership. The contact person who looks after nothing else gets only what is theirs to say."""

    name = forms.CharField(label=_("Name"), max_length=160)
    kind = forms.ChoiceField(label=_("Kind"), choices=Network.Kind.choices)
    purpose = text_field(_("Why we are in it"), max_length=2_000)
    benefit = text_field(_("What we get out of it"), max_length=2_000, required=False)
    unit = UnitField(label=_("Unit"))
    contact = PersonField(label=_("Contact person with us"), help_text=_("Name, e-mail or user name."))
    organisation = forms.CharField(label=_("Organisation behind it"), max_length=160, required=False)
    address = forms.URLField(label=_("Web address"), max_length=300, required=False, assume_scheme="https")
    first_day = date_field(_("From"))
    last_day = date_field(_("To"), required=False, help_text=_("Empty while it goes on."))
    yearly_cost = forms.DecimalField(
        label=_("Cost per year in kroner"), max_digits=12, decimal_places=0, min_value=0, required=False
    )
    evaluate_on = date_field(
        _("Next evaluation"), required=False, help_text=_("When to look at whether it is worth it.")
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, user: User, network: Network | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        self.fields["unit"].offer(units_to_manage(user))  # type: ignore[attr-defined]
        if network is not None:
            del self.fields["key"]
            if not may_manage(user, network.unit):
                for name in set(FIELDS) - set(OWN):
                    del self.fields[name]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        return {name: self.cleaned_data[name] for name in FIELDS if name in self.cleaned_data}


class EvaluateForm(RecordForm):
    """Whether it is worth it."""

    verdict = forms.ChoiceField(
        label=_("Verdict"),
        choices=NetworkEvaluation.Verdict.choices,
        widget=forms.RadioSelect(attrs={"class": "choice"}),
    )
    note = text_field(_("What did you find?"), max_length=4_000)
    evaluate_on = date_field(_("Next evaluation"), required=False, help_text=_("When you stay."))
    last_day = date_field(_("Last day"), required=False, help_text=_("When you leave."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["evaluate_on"].widget.attrs["min"] = clock.today().isoformat()


class NetworkFilters(FilterForm):
    """Which memberships to show."""

    words = forms.CharField(
        label=_("Search"), required=False, max_length=200, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Network.Kind.choices], required=False)
    unit = UnitField(label=_("Unit and those below"), required=False)
    when = forms.ChoiceField(
        label=_("Show"),
        choices=[("", _("Those we are in now")), (LATE, _("To be evaluated now")), (OVER, _("Those that are over"))],
        required=False,
    )
    mine = forms.BooleanField(label=_("I am contact person"), required=False)
    parameters = {"words": "q", "kind": "type", "unit": "enhet", "when": "vis", "mine": "mine"}

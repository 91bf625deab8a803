"""Forms of read and understood: a duty, switching it off, and "I don't understand this"."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handbook.confirmation_reports import units_read
from handbook.models import Edition
from handbook.models.confirmation import FEWEST_DAYS, MOST_DAYS, USUAL_DAYS
from handbook.permissions import may_require_reading
from organisation.fields import UnitField
from organisation.models import Unit, User, within
from organisation.roles import Right, Role

LONGEST_TEXT = 5_000


class DutyForm(forms.Form):
    """Whom to ask, and how long they have. Offers only units the person may ask."""

    unit = UnitField(label=_("Who must confirm?"), required=False)
    role = forms.ChoiceField(
        label=_("Only those with this role"), required=False, choices=[("", _("All employees there")), *Role.choices]
    )
    days = forms.IntegerField(
        label=_("Days to read it"),
        min_value=FEWEST_DAYS,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        help_text=_("Counted from today, and again from the day a substantial new version comes into force."),
    )

    def __init__(self, *args: Any, user: User, edition: Edition, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = may_require_reading(user, edition.owner_unit, None)
        units = Unit.objects.active().filter(depth__gt=1)
        if not everywhere:
            paths = user.right_paths(Right.REQUIRE_READING) | user.right_paths(Right.MANAGE_SYSTEM)
            units = units.filter(within(paths, "path"))
        field = self.fields["unit"]
        field.offer(units)  # type: ignore[attr-defined]
        field.choices[0] = ("", _("The whole municipality") if everywhere else _("Choose a unit"))  # type: ignore[attr-defined]
        field.choices = field.choices  # type: ignore[attr-defined]
        field.required = not everywhere


class SwitchOffForm(forms.Form):
    """Why a duty is switched off, and the version of it that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    reason = forms.CharField(label=_("Why is it switched off?"), max_length=200)


class UnclearForm(forms.Form):
    """What a reader does not understand. `key` makes it one case however often it is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    section = forms.ChoiceField(label=_("Which part of the page?"), required=False)
    description = forms.CharField(
        label=_("What is unclear?"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write what is unclear. One sentence is enough.")},
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        if not edition.toc:
            del self.fields["section"]
            return
        headings = [(heading, heading) for _anchor, heading in edition.toc]
        self.fields["section"].choices = [("", _("The whole page")), *headings]  # type: ignore[attr-defined]


class ReportFilter(forms.Form):
    """Which unit, and who of the people there."""

    mark_optional = False

    enhet = UnitField(label=_("Unit"), required=False)
    vis = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[
            ("waiting", _("Not yet confirmed")),
            ("late", _("Past the deadline")),
            ("confirmed", _("Confirmed")),
        ],
    )

    def __init__(self, *args: Any, reader: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units_read(reader)
        field = self.fields["enhet"]
        field.offer(self.units)  # type: ignore[attr-defined]
        field.choices = [("", _("All units")), *field.choices[1:]]  # type: ignore[attr-defined]

    @property
    def unit(self) -> Unit | None:
        """The unit chosen; None for all, and for one the person may not look into."""
        return self.cleaned_data.get("enhet") if self.is_valid() else None

    @property
    def which(self) -> str:
        return (self.cleaned_data.get("vis") if self.is_valid() else "") or "waiting"


class OverviewFilter(forms.Form):
    """Which unit to see all documents of: first the topmost the person may look into."""

    mark_optional = False
    enhet = UnitField(label=_("Unit"))

    def __init__(self, data: Any, *, reader: User) -> None:
        units = units_read(reader)
        known = {str(unit.pk) for unit in units}
        asked = data.get("enhet")
        super().__init__({"enhet": asked if asked in known else str(units[0].pk) if units else ""})
        field = self.fields["enhet"]
        field.offer(units)  # type: ignore[attr-defined]
        field.choices = field.choices[1:]  # type: ignore[attr-defined]
        self.unit: Unit | None = self.cleaned_data["enhet"] if self.is_valid() else None

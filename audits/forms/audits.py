"""The forms of an audit: its head, its team, and the steps of its road."""

import uuid
from typing import Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from audits.audit_permissions import units_to_plan
from audits.forms.fields import PageField
from audits.models import Audit, AuditTemplate
from cases.forms.handling import text_field
from handbook.models import Standard
from organisation.fields import PersonField, UnitField, date_field
from organisation.models import Unit, User
from organisation.record_step import RecordForm

SUGGESTIONS = 300
TEXT = 4000
HEAD = (
    "title",
    "kind",
    "body",
    "unit",
    "page",
    "year",
    "month",
    "standard",
    "objective",
    "scope",
    "criteria",
    "starts_on",
    "ends_on",
    "template",
    "restricted",
    "lead",
    "lead_reason",
)


class AuditForm(RecordForm):
    """What is audited, by whom and when."""

    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("Such as “Medication in home care”."))
    unit = UnitField(label=_("Audited unit"))
    page = PageField(
        label=_("Process"),
        required=False,
        help_text=_("When one process is audited: document id such as FL-0042, number such as 4.2, or title."),
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Audit.Kind, widget=forms.RadioSelect(attrs={"class": "choice"}))
    body = forms.CharField(label=_("Who audits from outside"), max_length=120, required=False)
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    month = forms.TypedChoiceField(
        label=_("Month"),
        choices=[("", _("Not set")), *((number, name.capitalize()) for number, name in MONTHS.items())],
        coerce=int,
        empty_value=None,
        required=False,
    )
    lead = PersonField(
        label=_("Who leads the audit"),
        required=False,
        help_text=_("Not somebody from the unit. For an audit from outside: who writes down what they find."),
    )
    lead_reason = text_field(
        _("Why the person can be impartial"),
        required=False,
        max_length=1000,
        rows=2,
        help_text=_(
            "Only when the person owns what is audited, or has handled cases of the unit. Stands in the report."
        ),
    )
    starts_on = date_field(_("First day"), required=False)
    ends_on = date_field(_("Last day"), required=False)
    standard = forms.ModelChoiceField(
        Standard.objects.none(), label=_("Standard or law"), required=False, empty_label=_("None in particular")
    )
    objective = text_field(
        _("Objective"), required=False, max_length=TEXT, rows=2, help_text=_("What we want to know.")
    )
    scope = text_field(_("What is audited, and what is not"), required=False, max_length=TEXT)
    criteria = text_field(
        _("What it is measured against"),
        required=False,
        max_length=TEXT,
        help_text=_("Procedures, laws and clauses, one on each line."),
    )
    template = forms.ModelChoiceField(
        AuditTemplate.objects.none(), label=_("Template"), required=False, empty_label=_("None")
    )
    restricted = forms.BooleanField(
        label=_("Restricted: only for the auditors, those who plan audits, and leaders and auditors of the unit"),
        required=False,
        help_text=_("For what can be misused. The cases of its findings are sealed."),
    )

    def __init__(self, *args: Any, user: User, units: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_plan(user) if units is None else units)
        self.fields["lead"].suggest(User.objects.active()[:SUGGESTIONS])
        self.fields["standard"].queryset = Standard.objects.active()
        self.fields["template"].queryset = AuditTemplate.objects.active()

    def head(self) -> dict[str, Any]:
        """The fields of the audit."""
        return {name: self.cleaned_data[name] for name in HEAD}


class PlanForm(AuditForm):
    """A new audit, in a programme when the address says so."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


def units_of(audit: Audit, user: User) -> Any:
    """The units an audit can be moved to: where the person plans, and where it is."""
    return units_to_plan(user) | Unit.objects.filter(pk=audit.unit_id)


class MemberForm(RecordForm):
    """Somebody joins the team: an employee, or a person from outside by name."""

    person = PersonField(label=_("Employee"), required=False, help_text=_("Not somebody from the audited unit."))
    name = forms.CharField(label=_("Or somebody from outside"), max_length=200, required=False)
    function = forms.CharField(label=_("Function"), max_length=120, required=False)
    reason = text_field(
        _("Why the person can be impartial"),
        required=False,
        max_length=1000,
        rows=2,
        help_text=_(
            "Only when the person owns what is audited, or has handled cases of the unit. Stands in the report."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].suggest(User.objects.active()[:SUGGESTIONS])


class ReasonForm(RecordForm):
    reason = text_field(_("Why"), max_length=2000)


class SummaryForm(RecordForm):
    """What the audit came to."""

    summary = text_field(
        _("Summary and conclusion"),
        required=False,
        rows=6,
        help_text=_("What works, what does not, and whether the objective is met. No names of people."),
    )
    closing_meeting = date_field(_("Closing meeting"), required=False)
    closing_note = text_field(_("What was said in the closing meeting"), required=False, rows=4)


class IssueForm(RecordForm):
    """The report is issued on what the person has read: `shown` is its checksum."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)


class CloseForm(RecordForm):
    note = text_field(_("How you have verified it"), max_length=4000, help_text=_("What you saw, where and when."))

"""The forms of an inspection and its steps. What a step demands is the model's to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.control_permissions import units_to_keep
from audits.models import Authority, Inspection, InspectionFile, InspectionFinding
from audits.models.inspection_finding import grades
from cases.forms.fields import SeveralFilesField
from cases.forms.handling import text_field
from handbook.participation_forms import UnitsField
from organisation.fields import PersonField, UnitField, date_field
from organisation.models import Unit, User
from organisation.record_step import RecordForm

from .fields import DocumentField

SUGGESTIONS = 200
FILES_HELP = _("PDF, Word, Excel or pictures. Who may read the inspection may read them.")
HEAD = (
    "title",
    "authority",
    "orderer",
    "control_type",
    "law",
    "scope",
    "unit",
    "responsible",
    "contact",
    "their_reference",
    "archive_reference",
    "notice_date",
    "visit_from",
    "visit_to",
    "restricted",
)


def files_field(label: Any) -> SeveralFilesField:
    return SeveralFilesField(label=label, required=False, help_text=FILES_HELP)


class HeadForm(RecordForm):
    """What is known of an inspection: of the state, or of a municipal control."""

    authority = forms.ModelChoiceField(Authority.objects.none(), label=_("Who inspects"), empty_label=_("Choose"))
    orderer = forms.ChoiceField(label=_("Ordered by"), choices=[("", _("Choose")), *Inspection.Orderer.choices])
    control_type = forms.ChoiceField(
        label=_("Type of control"), choices=[("", _("Choose")), *Inspection.ControlType.choices]
    )
    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What it is about, such as “Medication in home care”.")
    )
    law = forms.CharField(
        label=_("Law"), max_length=300, required=False, help_text=_("Law and clauses, or the criteria of the audit.")
    )
    scope = text_field(_("What is inspected"), required=False, max_length=4000)
    unit = UnitField(label=_("Unit"), help_text=_("Who owns the follow-up."))
    involved = UnitsField(
        Unit.objects.none(),
        label=_("Other units that are inspected"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "units"}),
    )
    responsible = PersonField(label=_("Responsible with us"), help_text=_("Name, e-mail or user name."))
    contact = forms.CharField(label=_("Contact there"), max_length=200, required=False)
    their_reference = forms.CharField(label=_("Case number there"), max_length=60, required=False)
    archive_reference = forms.CharField(label=_("Our archive number"), max_length=60, required=False)
    notice_date = date_field(_("Notice received"))
    visit_from = date_field(_("Visit from"), required=False)
    visit_to = date_field(_("Visit to"), required=False)
    restricted = forms.BooleanField(
        label=_("Restricted: only for who is responsible, and leaders and auditors"),
        required=False,
        help_text=_("For what can be misused or is about persons. The cases that come of it are sealed."),
    )

    def __init__(self, *args: Any, user: User, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_keep(user))  # type: ignore[attr-defined]
        self.fields["involved"].queryset = Unit.objects.active()  # type: ignore[attr-defined]
        self.fields["responsible"].suggest(User.objects.active()[:SUGGESTIONS])  # type: ignore[attr-defined]
        for name in ("authority",) if kind == Inspection.Kind.MUNICIPAL else ("orderer", "control_type"):
            del self.fields[name]
        if "authority" in self.fields:
            self.fields["authority"].queryset = Authority.objects.active()  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What was typed, by the model's own names."""
        data = self.cleaned_data
        return {name: data[name] for name in (*HEAD, "involved") if name in data}


class RegisterForm(HeadForm):
    """A new inspection, with the notice."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    files = files_field(_("The notice"))


class VisitForm(RecordForm):
    visit_from = date_field(_("First day"))
    visit_to = date_field(_("Last day"), required=False, help_text=_("Only when it lasted more than a day."))
    files = files_field(_("What was sent in"))


class ReportForm(RecordForm):
    report_date = date_field(_("The report is dated"))
    answer_deadline = date_field(
        _("Answer by"), required=False, help_text=_("As the report says. Needed when there are findings.")
    )
    files = files_field(_("The report"))


class AnswerForm(RecordForm):
    text = text_field(_("Our answer"), rows=8, max_length=20_000, help_text=_("The answer, or what it says in short."))
    day = date_field(_("Sent"))
    files = files_field(_("The letter"))


class DeadlineForm(RecordForm):
    answer_deadline = date_field(_("Answer by"))
    reason = text_field(_("Why"), max_length=2000, help_text=_("Such as who gave the new deadline, and when."))


class AgainForm(RecordForm):
    reason = text_field(_("Why"), max_length=2000, help_text=_("What the authority asks for now."))
    answer_deadline = date_field(_("Answer by"), required=False)
    files = files_field(_("Their letter"))


class CloseForm(RecordForm):
    day = date_field(_("Closed by who inspects"))
    note = text_field(_("What they say"), required=False, max_length=4000)
    files = files_field(_("The letter"))


class CouncilForm(RecordForm):
    day = date_field(_("The council met"))
    resolution = text_field(_("What the council decided"), rows=5, max_length=8000)
    report_back = date_field(_("To be reported back by"), required=False)
    files = files_field(_("The resolution"))


class FilesForm(RecordForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=InspectionFile.Kind.choices)
    files = SeveralFilesField(label=_("Files"), help_text=FILES_HELP)


class TakeAwayForm(RecordForm):
    reason = text_field(_("Why"), max_length=2000, help_text=_("Such as that it belongs to another case."))


class FindingForm(RecordForm):
    """A finding, word for word."""

    grade = forms.ChoiceField(label=_("Grade"), help_text=_("In the authority's own words."))
    number = forms.CharField(label=_("Number in the report"), max_length=20, required=False)
    words = text_field(_("The finding"), rows=5, max_length=8000, help_text=_("Word for word, as it stands."))
    basis = forms.CharField(
        label=_("What it is measured against"),
        max_length=300,
        required=False,
        help_text=_("Law and clause, or the criterion."),
    )
    unit = UnitField(label=_("Unit"), help_text=_("Where the case is received. The leader assesses it there."))
    document = DocumentField(label=_("Page of the handbook it concerns"), required=False)
    deadline = date_field(
        _("Its own deadline"), required=False, help_text=_("When it differs from that of the answer.")
    )

    def __init__(self, *args: Any, inspection: Inspection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = [(grade.value, grade.label) for grade in grades(inspection.kind)]
        self.fields["grade"].choices = [("", _("Choose")), *chosen]  # type: ignore[attr-defined]
        self.fields["unit"].offer(inspection.units())  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def of(finding: InspectionFinding) -> dict[str, Any]:
        """What is there now, in the form's own fields."""
        names = ("grade", "number", "words", "basis", "deadline")
        document = f"{finding.page_document_id} {finding.page_label}".strip()
        facts = {name: getattr(finding, name) for name in names}
        return {**facts, "unit": str(finding.unit_id), "document": document}

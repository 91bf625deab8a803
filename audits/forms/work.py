"""The forms in the field: questions, answers, evidence and findings."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.forms.fields import PageField, RequirementField
from audits.models import AuditQuestion, Evidence, Grade
from cases.forms.handling import text_field
from organisation.record_step import RecordForm


class QuestionForm(RecordForm):
    """A question in own words."""

    text = text_field(
        _("Question"), max_length=500, rows=2, help_text=_("Ask openly: “Show how you …”, “What do you do …”.")
    )
    look_for = text_field(_("What to look for"), required=False, max_length=500, rows=2)


class OwnQuestionForm(QuestionForm):
    """With what it is asked from."""

    requirement = RequirementField(label=_("Requirement"), required=False, help_text=_("Such as ISO 9001:2015 7.5.3."))


class AnswerForm(RecordForm):
    """The answer to one question. A note alone can be kept until the answer is clear."""

    result = forms.ChoiceField(
        label=_("Answer"),
        choices=AuditQuestion.Result,
        required=False,
        widget=forms.RadioSelect(attrs={"class": "choice answer__choice"}),
    )
    note = text_field(_("Note"), required=False, rows=3)
    mark_optional = False

    def __init__(self, *args: Any, question: AuditQuestion, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"q{question.pk}-%s")
        super().__init__(*args, **kwargs)


class EvidenceForm(RecordForm):
    """What was heard, read or seen, written quickly."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Evidence.Kind, widget=forms.RadioSelect(attrs={"class": "choice"})
    )
    source = forms.CharField(
        label=_("Who, which document, or where"),
        max_length=200,
        help_text=_("The function is enough for an interview: “nurse, night shift”. No names of users."),
    )
    seen = text_field(_("What was said, read or seen"), rows=3)
    conforming = forms.IntegerField(label=_("As it should be"), required=False, min_value=0, max_value=9999)
    sample = forms.IntegerField(label=_("Of how many"), required=False, min_value=0, max_value=9999)

    def facts(self) -> dict[str, Any]:
        """The fields of the evidence."""
        return {name: self.cleaned_data[name] for name in ("kind", "source", "seen", "conforming", "sample")}


class FindingForm(RecordForm):
    """A finding, word for word as it will stand in the report."""

    grade = forms.ChoiceField(label=_("Grade"), choices=Grade, widget=forms.RadioSelect(attrs={"class": "choice"}))
    words = text_field(
        _("The finding"), rows=5, help_text=_("What is so, and what should have been. No names of people.")
    )
    requirement = RequirementField(
        label=_("Requirement"), required=False, help_text=_("A nonconformity is measured against something.")
    )
    basis = forms.CharField(
        label=_("Or something else it is measured against"),
        max_length=300,
        required=False,
        help_text=_("Law, agreement or procedure."),
    )
    page = PageField(label=_("Page it concerns"), required=False)

    def facts(self) -> dict[str, Any]:
        """The fields of the finding."""
        return {name: self.cleaned_data[name] for name in ("grade", "words", "requirement", "basis", "page")}

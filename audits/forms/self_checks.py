"""The forms of a self-check: head, questions, sending, answering. What a step demands is the model's to say."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from audits.control_permissions import units_to_keep
from audits.models import CheckQuestion, SelfCheck, Sheet, SheetAnswer
from cases.forms.handling import text_field
from handbook.participation_forms import UnitsField
from organisation.fields import UnitField, date_field
from organisation.models import Unit, User
from organisation.record_step import RecordForm
from risk.models import Control

from .fields import DocumentField, document_text


class HeadForm(RecordForm):
    """The head of a draft."""

    title = forms.CharField(label=_("Title"), max_length=120)
    framework = forms.ChoiceField(label=_("Framework"), choices=[("", _("Choose")), *SelfCheck.Framework.choices])
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    unit = UnitField(label=_("Sent by"))
    about = text_field(_("What it is for"), required=False, max_length=4000, help_text=_("Those who answer read this."))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_keep(user))  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "framework", "year", "unit", "about")}


class BeginForm(HeadForm):
    key = forms.UUIDField(widget=forms.HiddenInput)


class SentForm(RecordForm):
    """What can be changed when it is sent."""

    deadline = date_field(_("To be answered by"))
    about = text_field(_("What it is for"), required=False, max_length=4000)


class CopyForm(RecordForm):
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    key = forms.UUIDField(widget=forms.HiddenInput)


class SendForm(RecordForm):
    """Which units, and by when."""

    units = UnitsField(
        Unit.objects.none(),
        label=_("Units"),
        widget=forms.CheckboxSelectMultiple(attrs={"class": "units"}),
        help_text=_("The leader of each answers and signs. Units that are asked already are not in the list."),
        error_messages={"required": _("Choose at least one unit.")},
    )
    deadline = date_field(_("To be answered by"))

    def __init__(self, *args: Any, user: User, check: SelfCheck, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = check.sheets.values("unit")
        self.fields["units"].queryset = units_to_keep(user).exclude(pk__in=asked)  # type: ignore[attr-defined]


class CloseForm(RecordForm):
    conclusion = text_field(_("What we conclude"), rows=5, max_length=8000)


class ReasonForm(RecordForm):
    reason = text_field(_("Why"), max_length=2000)


class QuestionForm(RecordForm):
    """A question, and what it builds on."""

    text = forms.CharField(label=_("Question"), max_length=300, help_text=_("One that can be answered with yes or no."))
    help = text_field(_("What to look for"), required=False, max_length=2000)
    basis = forms.CharField(
        label=_("What it builds on"), max_length=200, required=False, help_text=_("Law, clause or requirement.")
    )
    document = DocumentField(label=_("Page of the handbook"), required=False)
    control = forms.ModelChoiceField(
        Control.objects.none(), label=_("Control it tries"), required=False, empty_label=_("None in particular")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["control"].queryset = Control.objects.active()  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def of(question: CheckQuestion) -> dict[str, Any]:
        """What is there now, in the form's own fields."""
        facts = {name: getattr(question, name) for name in ("text", "help", "basis", "control")}
        return {**facts, "document": document_text(question.page_document_id, question.page_label)}


@dataclass(frozen=True)
class Row:
    """A question with its fields, for the template."""

    question: CheckQuestion
    value: forms.BoundField
    comment: forms.BoundField
    evidence: forms.BoundField


class SheetForm(RecordForm):
    """Every question of a round, for one unit. All may be empty: it is signed in another step."""

    def __init__(self, *args: Any, sheet: Sheet, questions: list[CheckQuestion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for number, question in enumerate(questions, 1):
            self.fields[f"value_{question.pk}"] = forms.ChoiceField(
                label=_("Answer to question %(number)s") % {"number": number},
                choices=SheetAnswer.Value.choices,
                required=False,
                widget=forms.RadioSelect(attrs={"class": "choice"}),
            )
            self.fields[f"comment_{question.pk}"] = text_field(
                _("Comment"), rows=2, required=False, max_length=4000, help_text=_("Needed unless the answer is yes.")
            )
            self.fields[f"evidence_{question.pk}"] = forms.CharField(
                label=_("What shows it"), required=False, max_length=300, help_text=_("A document, a list, a date.")
            )

    mark_optional = False

    def rows(self) -> list[Row]:
        return [
            Row(question, *(self[f"{name}_{question.pk}"] for name in ("value", "comment", "evidence")))
            for question in self.questions
        ]

    def answers(self) -> dict[int, dict[str, str]]:
        """What was answered, by question, as `Sheet.save_answers` takes it."""
        data = self.cleaned_data
        names = ("value", "comment", "evidence")
        return {question.pk: {name: data[f"{name}_{question.pk}"] for name in names} for question in self.questions}

    @staticmethod
    def of(sheet: Sheet) -> dict[str, str]:
        """What is answered so far, in the form's own fields."""
        found: dict[str, str] = {}
        for answer in sheet.answers.all():
            for name in ("value", "comment", "evidence"):
                found[f"{name}_{answer.question_id}"] = getattr(answer, name)
        return found

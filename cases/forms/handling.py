"""One form for each step of a case. What a step demands is the model's to say; these only read what
was typed, and carry the version of the case that the person saw."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cases import people
from cases.forms.fields import (
    CONSEQUENCES,
    PROBABILITIES,
    LevelField,
    PersonField,
    SeveralFilesField,
    UnitField,
)
from cases.models import Action, AnswerTemplate, Case, Category, Cause, ExternalSystem
from cases.permissions import Act, can
from organisation.fields import SuggestingInput, date_field
from organisation.models import Unit, User
from organisation.record_step import RecordForm

TEXT_LENGTH = 10_000
WHYS = range(1, 6)


class HandlerField(forms.ModelChoiceField):
    def label_from_instance(self, obj: User) -> str:  # type: ignore[override]
        return f"{obj} – {obj.job_title or obj.unit}"


def text_field(label: Any, *, rows: int = 3, **kwargs: Any) -> forms.CharField:
    kwargs.setdefault("max_length", TEXT_LENGTH)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class StepForm(RecordForm):
    """A step of `case`, by `user`."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    pairs: tuple[tuple[str, str], ...] = ()  # fields that stand beside each other
    answered_in = ""  # the field an answer template is put into
    situation = ""  # when it is used

    def __init__(self, *args: Any, case: Case, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.user = case, user
        self.prepare()

    def templates(self) -> list[AnswerTemplate]:
        """Ready answers for this step."""
        offered = self.answered_in in self.fields and bool(self.situation)
        return list(AnswerTemplate.objects.fitting(self.situation, self.case.kind)) if offered else []

    @property
    def answer_field(self) -> forms.BoundField | None:
        return self[self.answered_in] if self.answered_in in self.fields else None

    def prepare(self) -> None:
        """Offer choices that depend on the case. For subclasses."""

    def rows(self) -> list[list[forms.BoundField]]:
        """The fields as they stand on the page: one in a row, or a pair."""
        seconds = {second for pair in self.pairs for second in pair[1:]}
        pair_of = dict(self.pairs)
        rows = []
        for field in self.visible_fields():
            if field.name not in seconds or field.name not in self.fields:
                second = pair_of.get(field.name)
                rows.append([field, self[second]] if second in self.fields else [field])
        return rows


class AssessForm(StepForm):
    pairs = (("probability", "consequence"), ("category", "deadline"))
    answered_in = "answer"
    situation = AnswerTemplate.Situation.ASSESS

    probability = LevelField(PROBABILITIES, label=_("How likely is it to happen again?"))
    consequence = LevelField(CONSEQUENCES, label=_("How serious could it have become?"))
    law_breach = forms.BooleanField(label=_("Breach of law or regulation"), required=False)
    category = forms.ModelChoiceField(
        Category.objects.active(), label=_("Category"), required=False, empty_label=_("Choose")
    )
    deadline = date_field(_("Deadline for the case"))
    handler = HandlerField(User.objects.none(), label=_("Case handler"), empty_label=None)
    answer = text_field(
        _("Answer to the reporter"),
        required=False,
        help_text=_("Sent as a message in the case. Say thank you, and what happens next."),
    )

    def prepare(self) -> None:
        self.fields["handler"].queryset = people.handlers_of(self.case)  # type: ignore[attr-defined]
        for name in ("probability", "consequence"):
            self.fields[name].required = self.case.kind not in Case.WITHOUT_RISK


class CauseForm(StepForm):
    why_1 = forms.CharField(label=_("Why did it happen?"), required=False, max_length=500)
    why_2 = forms.CharField(label=_("Why was it so?"), required=False, max_length=500)
    why_3 = forms.CharField(label=_("And why was that?"), required=False, max_length=500)
    why_4 = forms.CharField(label=_("Why – a fourth time?"), required=False, max_length=500)
    why_5 = forms.CharField(label=_("Why – a fifth time?"), required=False, max_length=500)
    root_cause = text_field(
        _("Root cause"),
        help_text=_("What must be different so that it does not happen again?"),
        error_messages={"required": _("Write the root cause in your own words.")},
    )
    cause = forms.ModelChoiceField(
        Cause.objects.active(),
        label=_("The cause that fits best"),
        empty_label=_("Choose"),
        help_text=_("Counted in the statistics, so that we see what returns."),
        error_messages={"required": _("Choose the cause that fits best.")},
    )

    def whys(self) -> list[str]:
        """The answers, in the order of the questions."""
        return [self.cleaned_data[f"why_{number}"] for number in WHYS]


class ActionForm(StepForm):
    pairs = (("responsible", "deadline"), ("evaluator", "evaluation_date"), ("cost", "hours"))

    kind = forms.ChoiceField(
        label=_("Kind of measure"), choices=Action.Kind, widget=forms.RadioSelect(attrs={"class": "choice"})
    )
    text = text_field(_("What is to be done?"), rows=2, error_messages={"required": _("Write what is to be done.")})
    responsible = PersonField(label=_("Person responsible"), error_messages={"required": _("Name who is responsible.")})
    deadline = date_field(_("Deadline"))
    evaluator = PersonField(
        label=_("Who evaluates the effect?"),
        required=False,
        help_text=_("Another person than the one responsible. The case handler when left empty."),
    )
    evaluation_date = date_field(
        _("Effect evaluated by"), required=False, help_text=_("90 days after the deadline when left empty.")
    )
    cost = forms.DecimalField(label=_("Cost in kroner"), required=False, min_value=0, max_digits=12, decimal_places=0)
    hours = forms.DecimalField(label=_("Hours of work"), required=False, min_value=0, max_digits=8, decimal_places=1)

    def prepare(self) -> None:
        near = list(people.near(self.case))
        self.fields["responsible"].suggest(near)  # type: ignore[attr-defined]
        self.fields["evaluator"].suggest(near)  # type: ignore[attr-defined]


class CompleteForm(StepForm):
    note = text_field(_("What was done?"), error_messages={"required": _("Write what was done.")})


class CancelForm(StepForm):
    reason = text_field(
        _("Why is the measure dropped?"), error_messages={"required": _("Write why the measure is dropped.")}
    )


class EvaluateForm(StepForm):
    effect = forms.ChoiceField(
        label=_("Did it work?"), choices=Action.Effect, widget=forms.RadioSelect(attrs={"class": "choice"})
    )
    note = text_field(
        _("How did you find out?"),
        help_text=_("Spot checks, figures, talks, a new round of the routine …"),
        error_messages={"required": _("Write how you found out whether it worked.")},
    )


class StoryForm(StepForm):
    """What others can learn (S30, S37, S38): the lesson, the short story around it, and whom it is for."""

    mark_optional = False

    lesson = text_field(
        _("What can others learn?"),
        required=False,
        help_text=_("One or two sentences, without names. All employees can read it."),
    )
    story = text_field(
        _("The story others read"),
        rows=8,
        required=False,
        help_text=_(
            "Made from the case: what happened, why, what was done, and whether it helped. Take out names and what can"
            " point to a person."
        ),
    )
    material_for = forms.MultipleChoiceField(
        label=_("Material for"),
        choices=Case.Audience,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "choice"}),
        required=False,
    )
    highlighted = forms.BooleanField(label=_("Highlight it for others to learn from"), required=False)
    public_story = text_field(
        _("What has become better, for the public list"),
        rows=2,
        required=False,
        help_text=_("The reporter has agreed to it. One or two sentences that anybody can read, without names."),
    )

    def prepare(self) -> None:
        if self.case.sealed or not (self.case.has_correspondent and self.case.correspondent.may_tell_others):
            del self.fields["public_story"]


class CloseForm(StoryForm):
    """Nothing is demanded here: the gates of the case say what is missing, all at once."""

    field_order = ("residual_probability", "residual_consequence", "page_outcome", "page_outcome_note")
    pairs = (("residual_probability", "residual_consequence"),)
    answered_in = "answer"
    situation = AnswerTemplate.Situation.CLOSE

    residual_probability = LevelField(PROBABILITIES, label=_("How likely is it now?"), required=False)
    residual_consequence = LevelField(CONSEQUENCES, label=_("How serious could it become now?"), required=False)
    page_outcome = forms.ChoiceField(
        label=_("The page it was reported from"),
        choices=Case.PageOutcome,
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        required=False,
    )
    page_outcome_note = text_field(_("What was changed and in which version, or why not?"), rows=2, required=False)
    answer = text_field(
        _("Answer to the reporter"), required=False, help_text=_("How it went, and what became better.")
    )

    def prepare(self) -> None:
        super().prepare()
        if self.case.score is None:
            del self.fields["residual_probability"], self.fields["residual_consequence"]
        if not self.case.page_id:
            del self.fields["page_outcome"], self.fields["page_outcome_note"]


class ReasonForm(StepForm):
    reason = text_field(
        _("Why?"),
        help_text=_("The reporter reads this."),
        error_messages={"required": _("Write why, so that the reporter understands.")},
    )


class RejectForm(ReasonForm):
    answered_in = "reason"
    situation = AnswerTemplate.Situation.REJECT


class DuplicateForm(StepForm):
    duplicate_of = forms.CharField(
        label=_("Followed up in case"), max_length=20, help_text=_("The reference, such as 2026-00412.")
    )
    reason = text_field(_("More to the reporter"), rows=2, required=False)

    def clean_duplicate_of(self) -> Case:
        """A case this person may read. A sealed one can't be pointed at from an ordinary one: the
        reference would tell that it is there."""
        cases = Case.objects.visible_to(self.user)
        if not self.case.sealed:
            cases = cases.filter(sealed=False)
        found = cases.filter(reference=self.cleaned_data["duplicate_of"].strip()).first()
        if not found:
            raise forms.ValidationError(_("There is no such case that you can point to."))
        return found


class TakeOverForm(StepForm):
    system = forms.CharField(
        label=_("Which system?"),
        max_length=60,
        widget=SuggestingInput,
        help_text=_("Choose from the list, or write the name."),
    )
    external_id = forms.CharField(label=_("Number there"), max_length=60)
    reason = text_field(_("More to the reporter"), rows=2, required=False)

    def prepare(self) -> None:
        names = ExternalSystem.objects.active().values_list("name", flat=True)
        self.fields["system"].widget.suggestions = names  # type: ignore[attr-defined]


class ReassignForm(StepForm):
    unit = UnitField(label=_("To which unit?"))
    reason = text_field(_("Why?"), error_messages={"required": _("Write why the case is sent on.")})

    def prepare(self) -> None:
        self.fields["unit"].offer(Unit.objects.active())  # type: ignore[attr-defined]


class SendBackForm(StepForm):
    reason = text_field(
        _("Why?"),
        help_text=_("For the service desk. The reporter does not read this."),
        error_messages={"required": _("Write why the case is sent on.")},
    )


class SetHandlerForm(StepForm):
    handler = HandlerField(User.objects.none(), label=_("Case handler"), empty_label=_("Choose"))

    def prepare(self) -> None:
        self.fields["handler"].queryset = people.handlers_of(self.case)  # type: ignore[attr-defined]


class CorrectForm(StepForm):
    title = forms.CharField(label=_("Title"), max_length=120, error_messages={"required": _("Give the case a title.")})
    category = forms.ModelChoiceField(
        Category.objects.active(), label=_("Category"), required=False, empty_label=_("None")
    )
    law_breach = forms.BooleanField(label=_("Breach of law or regulation"), required=False)


class SealForm(StepForm):
    reason = text_field(_("Why?"), rows=2, error_messages={"required": _("Write why.")})


class AccessForm(StepForm):
    person = PersonField(label=_("Who?"))
    reason = forms.CharField(label=_("Why does the person need it?"), max_length=500)

    def prepare(self) -> None:
        self.fields["person"].suggest(people.near(self.case))  # type: ignore[attr-defined]


class MessageForm(StepForm):
    text = text_field(_("Message"), error_messages={"required": _("Write a message.")})
    internal = forms.BooleanField(
        label=_("Internal note"), required=False, help_text=_("Only those who handle the case see it.")
    )

    def prepare(self) -> None:
        if not can(self.user, Act.READ_INTERNAL, self.case):
            del self.fields["internal"]


class LetterForm(StepForm):
    answered_in = "text"
    situation = AnswerTemplate.Situation.LETTER

    text = text_field(_("Letter to the reporter"), error_messages={"required": _("Write a message.")})


class FilesForm(StepForm):
    files = SeveralFilesField(
        label=_("Photos and files"), help_text=_("Place and camera data are removed from photos.")
    )


class CopyForm(StepForm):
    """A sealed case retold for colleagues."""

    title = forms.CharField(label=_("Title"), required=False, max_length=120)
    text = text_field(
        _("What colleagues read"),
        rows=10,
        required=False,
        help_text=_("What happened, why, and what was done. Leave out who, where and when."),
    )

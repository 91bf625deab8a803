"""What people write in hearings and proposals. What is demanded is the models' to say; these read what was typed."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handbook.models.hearing import HearingRound
from handbook.models.hearing_comment import COMMENT_LENGTH, CommentAnswer
from handbook.models.proposal import TEXT_LENGTH
from organisation.models import Unit

ALL, SOME = "all", "units"
INDENT = "\u2003"


def text_field(label: Any, *, rows: int = 4, **kwargs: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": rows}), **kwargs)


class UnitsField(forms.ModelMultipleChoiceField):
    def label_from_instance(self, obj: Unit) -> str:  # type: ignore[override]
        return f"{INDENT * (obj.depth - 1)}{obj.name}"


class ChangeNoteForm(forms.Form):
    """Asks for the note of what changed when the draft that is sent on has none."""

    change_note = text_field(
        _("What changed and why?"),
        rows=2,
        max_length=2_000,
        help_text=_("Readers see this beside the version. Write for them."),
        error_messages={"required": _("Write what changed and why.")},
    )

    def __init__(self, *args: Any, needs_note: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_note:
            del self.fields["change_note"]


class OpenRoundForm(ChangeNoteForm):
    """To open a round: what we ask, whom, and until when."""

    question = text_field(
        _("What do you want people to look at?"),
        max_length=2_000,
        help_text=_("Say what is new, and where you are in doubt."),
        error_messages={"required": _("Write what you want people to look at.")},
    )
    audience = forms.ChoiceField(
        label=_("Who is the hearing for?"),
        choices=[(ALL, _("All employees")), (SOME, _("Some units"))],
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        error_messages={"required": _("Choose who the hearing is for.")},
    )
    units = UnitsField(
        Unit.objects.none(),
        label=_("Units"),
        required=False,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "units"}),
        help_text=_("Only when it is not for all. Those below a unit are included."),
    )
    deadline = forms.DateField(
        label=_("Deadline"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d.%m.%Y"],
        help_text=_("Comments are taken until the end of the day."),
        error_messages={
            "required": _("Choose a deadline."),
            "invalid": _("Write the day as day.month.year."),
        },
    )
    mark_optional = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["units"].queryset = Unit.objects.active()  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What `approvals.open_hearing` takes."""
        data = self.cleaned_data
        for_all = data["audience"] == ALL
        return {
            "question": data["question"],
            "deadline": data["deadline"],
            "for_all": for_all,
            "units": [] if for_all else list(data["units"]),
            "change_note": data.get("change_note", ""),
        }


class CommentForm(forms.Form):
    """A comment in a round; the key makes it once however often it is sent."""

    section = forms.ChoiceField(label=_("What is it about?"), required=False)
    text = text_field(
        _("Your comment"), max_length=COMMENT_LENGTH, error_messages={"required": _("Write what you think.")}
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    mark_optional = False

    def __init__(self, *args: Any, hearing: HearingRound, section: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), "section": section}
        super().__init__(*args, **kwargs)
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            ("", _("The document as a whole")),
            *hearing.sections,
        ]

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class OutsiderCommentForm(CommentForm):
    """A comment by somebody without an account."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Write your name.")},
    )
    field_order = ["name", "section", "text"]


class AnswerForm(forms.Form):
    """What came of a comment. `after` is the answer that was shown when this was written."""

    outcome = forms.ChoiceField(
        label=_("What came of it?"),
        choices=CommentAnswer.Outcome.choices,
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        error_messages={"required": _("Choose what came of the comment.")},
    )
    text = text_field(
        _("Answer"),
        rows=3,
        max_length=COMMENT_LENGTH,
        error_messages={"required": _("Write an answer to the one who commented.")},
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class LinkForm(forms.Form):
    """A way in for an outsider."""

    recipient = forms.CharField(
        label=_("Who is the link for?"),
        max_length=120,
        help_text=_("A person or an organisation, such as “Asker council of the elderly”."),
        error_messages={"required": _("Write who the link is for.")},
    )


class VersionForm(forms.Form):
    """A change without anything to write: the version that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)


class ProposalForm(forms.Form):
    """The passage as the reader would rather have it, and why."""

    after = text_field(
        _("Your text"),
        rows=6,
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("Change what you want. Links and bold text follow along."),
    )
    why = text_field(
        _("Why should it be changed?"),
        rows=3,
        max_length=TEXT_LENGTH,
        help_text=_("For instance what went wrong, or what is done in practice."),
        error_messages={"required": _("Write why: it helps those who decide.")},
    )
    edition = forms.CharField(widget=forms.HiddenInput, max_length=12)
    key = forms.UUIDField(widget=forms.HiddenInput)
    mark_optional = False


class SettleForm(VersionForm):
    """The answer to a proposal."""

    TAKE_IN, BY_HAND, DECLINE = "take_in", "by_hand", "decline"

    what = forms.ChoiceField(
        label=_("What do you do with it?"),
        widget=forms.RadioSelect(attrs={"class": "choice"}),
        error_messages={"required": _("Choose what you do with the proposal.")},
    )
    answer = text_field(
        _("Answer to the one who proposed it"),
        rows=3,
        max_length=TEXT_LENGTH,
        required=False,
        help_text=_("Needed when the text stays as it is."),
    )
    field_order = ["what", "answer", "version"]
    mark_optional = False

    def __init__(self, *args: Any, fits: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        take_in = (
            (self.TAKE_IN, _("Take it into the draft"))
            if fits
            else (self.BY_HAND, _("I have written it into the draft by hand"))
        )
        self.fields["what"].choices = [take_in, (self.DECLINE, _("Leave the text as it is"))]  # type: ignore[attr-defined]

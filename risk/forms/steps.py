"""The forms of the steps of an assessment and of its rows. What a step demands is the model's to say."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cases.forms.fields import CONSEQUENCES, PROBABILITIES, LevelField
from cases.forms.handling import text_field
from cases.models import Case
from organisation import clock
from organisation.fields import PersonField, SuggestingInput, UnitField, date_field
from organisation.models import User
from organisation.record_step import RecordForm
from risk.models import Control, Subject, Template
from risk.permissions import units_to_begin_in
from risk.uses import SUB_KINDS, Use, in_words

SUGGESTIONS = 200
PAGES_SUGGESTED = 500
HEAD = (
    "title",
    "unit",
    "year",
    "leader",
    "leader_function",
    "subject",
    "scope",
    "restricted",
)  # and `purpose`, which is use and sub-kind in one


def purposes() -> list[Any]:
    """Every use, and under those that have them each sub-kind: "security:it_system"."""
    choices: list[Any] = []
    for use in Use:
        kinds = SUB_KINDS.get(use, ())
        whole = (f"{use.value}:", use.label)
        choices.append((use.label, [whole, *((f"{use.value}:{kind.value}", in_words(use, kind)) for kind in kinds)]))
    return choices


def grouped(things: Iterable[Any], kind: Any) -> list[Any]:
    """Choices by kind, in the order they come."""
    return [(label, [(thing.pk, str(thing)) for thing in group]) for label, group in groupby(things, key=kind)]


class PurposeField(forms.ChoiceField):
    """What the assessment is for: use and sub-kind in one choice. Cleans to both."""

    def clean(self, value: Any) -> tuple[str, str] | None:  # type: ignore[override]
        use, _colon, sub_kind = super().clean(value).partition(":")
        return (use, sub_kind) if use else None


class HeadForm(RecordForm):
    """The head of the form (S50)."""

    title = forms.CharField(
        label=_("Title"), max_length=120, help_text=_("What is assessed, such as “Home care at night”.")
    )
    purpose = PurposeField(label=_("What it is for"))
    unit = UnitField(label=_("Unit"))
    year = forms.IntegerField(label=_("Year it is for"), min_value=2000, max_value=2100)
    leader = PersonField(label=_("Who leads the assessment"), help_text=_("Name, e-mail or user name."))
    leader_function = forms.CharField(label=_("Function"), max_length=120, required=False)
    subject = forms.ModelChoiceField(
        Subject.objects.none(),
        label=_("IT system, IT asset or environmental aspect"),
        required=False,
        empty_label=_("None in particular"),
    )
    scope = text_field(_("What is assessed, and what is not"), required=False, max_length=4000)
    restricted = forms.BooleanField(
        label=_("Restricted: only for those who take part, and leaders and auditors of the unit"),
        required=False,
        help_text=_("For what can be misused. The cases that come of it are sealed."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [("", _("Choose")), *purposes()]
        self.fields["unit"].offer(units_to_begin_in(user))
        self.fields["leader"].suggest(User.objects.active()[:SUGGESTIONS])
        subjects = self.fields["subject"]
        subjects.queryset = Subject.objects.active()
        subjects.label_from_instance = lambda subject: f"{subject.get_kind_display()}: {subject}"

    def head(self) -> dict[str, Any]:
        """The fields of the assessment."""
        facts = {name: self.cleaned_data[name] for name in HEAD}
        facts["use"], facts["sub_kind"] = self.cleaned_data["purpose"]
        return facts


class BeginForm(HeadForm):
    """A new assessment, from a template or with no rows."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    template = forms.ModelChoiceField(
        Template.objects.none(),
        label=_("Template"),
        required=False,
        empty_label=_("None – begin with no rows"),
        help_text=_("Its rows are put in, and you change them as you like."),
    )
    field_order = ["template", "purpose", "title", "unit", "year", "leader", "leader_function"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["template"]
        field.queryset = Template.objects.active()
        by_use = grouped(field.queryset, lambda template: template.get_use_display())
        field.choices = [("", field.empty_label), *by_use]
        self.fields["purpose"].choices = [("", _("As the template says")), *purposes()]
        self.fields["purpose"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        template = cleaned.get("template")
        if not cleaned.get("purpose") and "purpose" not in self.errors:
            if template is None:
                self.add_error("purpose", _("Choose what it is for, or a template."))
            else:
                cleaned["purpose"] = (template.use, template.sub_kind)
        return cleaned


class ParticipantForm(RecordForm):
    """Somebody who takes part: an employee, or a person from outside by name."""

    person = PersonField(label=_("Employee"), required=False, help_text=_("May fill in the form. Name or user name."))
    name = forms.CharField(label=_("Or somebody from outside"), max_length=200, required=False)
    function = forms.CharField(label=_("Function"), max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].suggest(User.objects.active()[:SUGGESTIONS])


class DecideForm(RecordForm):
    """The decision. `shown` is the fingerprint of what the person read."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)
    review_date = date_field(_("Next review"), help_text=_("Usually in a year."))
    note = text_field(_("Note to the decision"), required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["review_date"].widget.attrs["min"] = clock.today().isoformat()


class CopyForm(RecordForm):
    """A copy for another unit or thing."""

    title = forms.CharField(label=_("Title"), max_length=120)
    unit = UnitField(label=_("Unit"))
    year = forms.IntegerField(label=_("Year it is for"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].offer(units_to_begin_in(user))


class ReasonForm(RecordForm):
    reason = text_field(_("Why"), max_length=2000)


class AcceptForm(RecordForm):
    """A named person lives with the risk for a while (G23)."""

    reason = text_field(_("Why the risk can be lived with"), max_length=2000)
    until = date_field(_("Until"), help_text=_("At most a year. Then it is looked at again."))


class ResidualForm(RecordForm):
    """What is left of the risk (S57)."""

    probability = LevelField(PROBABILITIES, label=_("How likely is it now?"))
    consequence = LevelField(CONSEQUENCES, label=_("How serious is it now?"))


class PageInput(SuggestingInput):
    """Suggests the documents in force."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        self.suggestions = [
            f"{document_id} {number} {title}"
            for document_id, number, title in documented().values_list(
                "document__document_id", "document__number", "document__title"
            )[:PAGES_SUGGESTED]
        ]
        return super().get_context(name, value, attrs)


def documented() -> Any:
    """The pages in force that are controlled documents, in the order of the tree."""
    return Page.objects.live().exclude(document=None).order_by("path")


class PageField(forms.CharField):
    """A page in force, by document id, number or title. Cleans to the page, or None."""

    widget = PageInput
    default_error_messages = {"unknown": _("No page in force is called that. Choose one from the list.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", _("Document id such as FL-0042, number such as 5.3.2, or title."))
        super().__init__(max_length=300, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, Page):
            return value
        document = documented().filter(pk=value.pk).values_list("document__document_id", flat=True).first()
        return f"{document} {value}" if document else str(value)

    def clean(self, value: Any) -> Page | None:  # type: ignore[override]
        text = super().clean(value).strip()
        if not text:
            return None
        first = text.split()[0]
        pages = documented()
        for condition in (
            {"document__document_id__iexact": first},
            {"document__number": first},
            {"document__title__iexact": text},
        ):
            if page := pages.filter(**condition).first():
                return page
        raise forms.ValidationError(self.error_messages["unknown"], code="unknown")


class TieForm(RecordForm):
    """What the row is tied to; one thing or several at once."""

    page = PageField(label=_("Page of the handbook"), required=False)
    control = forms.ModelChoiceField(
        Control.objects.none(), label=_("Control we have already"), required=False, empty_label=_("Choose")
    )
    case = forms.CharField(
        label=_("Case"), required=False, max_length=20, help_text=_("The reference, such as 2026-00412.")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["control"].queryset = Control.objects.active()

    def clean_case(self) -> Case | None:
        reference = self.cleaned_data["case"].strip()
        if not reference:
            return None
        if case := Case.objects.visible_to(self.user).filter(reference=reference).first():
            return case
        raise forms.ValidationError(_("There is no such case that you can point to."))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not any(cleaned.get(name) for name in ("page", "control", "case")):
            raise forms.ValidationError(_("Choose at least one thing to tie the risk to."))
        return cleaned

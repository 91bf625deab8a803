"""The extra questions in the report form (G17): a field for each, and the answers in words.

No field is required by itself: what must be answered depends on the kind of report, which is known
when the form arrives.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from django import forms
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import ngettext

from cases.forms.fields import OneFileField
from cases.models import Case, Question, Reply
from organisation.fields import date_field

TEXT_LENGTH = 2000
IN_KIND = {
    Case.Kind.DEVIATION: _lazy("a deviation"),
    Case.Kind.IMPROVEMENT: _lazy("an improvement"),
    Case.Kind.POSITIVE: _lazy("praise"),
}


@dataclass
class Group:
    """Questions that follow each other and are asked in the same kinds of report."""

    kinds: list[Case.Kind]
    fields: list[forms.BoundField] = field(default_factory=list)

    @property
    def for_all(self) -> bool:
        return len(self.kinds) == len(IN_KIND)

    @property
    def names(self) -> str:
        """The kinds as the page's script reads them."""
        return " ".join(self.kinds)

    @property
    def heading(self) -> str:
        """When it is asked, for who sees all questions at once."""
        if self.for_all:
            return _("Questions about this page")
        return _("When it is %(kinds)s") % {"kinds": _(" or ").join(str(IN_KIND[kind]) for kind in self.kinds)}


def _text(question: Question, **common: Any) -> forms.Field:
    return forms.CharField(max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 2}), **common)


def _choice(question: Question, **common: Any) -> forms.Field:
    nothing = [] if question.required else [("", _("No answer"))]
    widget = forms.RadioSelect(attrs={"class": "choice"})
    return forms.ChoiceField(choices=[*nothing, *_pairs(question)], widget=widget, **common)


def _several(question: Question, **common: Any) -> forms.Field:
    widget = forms.CheckboxSelectMultiple(attrs={"class": "choice"})
    return forms.MultipleChoiceField(choices=_pairs(question), widget=widget, **common)


def _date(question: Question, **common: Any) -> forms.Field:
    return date_field(common.pop("label"), **common)


def _number(question: Question, **common: Any) -> forms.Field:
    widget = forms.TextInput(attrs={"inputmode": "decimal"})
    return forms.DecimalField(max_digits=12, decimal_places=4, localize=True, widget=widget, **common)


def _file(question: Question, **common: Any) -> forms.Field:
    return OneFileField(**common)


def _stop(question: Question, **common: Any) -> forms.Field:
    """The notice itself stands as the description of the tick."""
    notice = " ".join(filter(None, (question.text, question.help_text)))
    return forms.BooleanField(required=False, label=_("I have read this"), help_text=notice)


def _pairs(question: Question) -> list[tuple[str, str]]:
    return [(choice, choice) for choice in question.choices]


FIELDS: dict[str, Callable[..., forms.Field]] = {
    Question.Type.TEXT: _text,
    Question.Type.CHOICE: _choice,
    Question.Type.SEVERAL: _several,
    Question.Type.DATE: _date,
    Question.Type.NUMBER: _number,
    Question.Type.FILE: _file,
    Question.Type.STOP: _stop,
}
WORDS: dict[str, Callable[[Any], str]] = {
    Question.Type.SEVERAL: ", ".join,
    Question.Type.DATE: lambda day: formats.date_format(day, "SHORT_DATE_FORMAT"),
    Question.Type.NUMBER: formats.number_format,
    Question.Type.FILE: lambda file: file.name,
    Question.Type.STOP: lambda ticked: _("Read"),
}


def field_for(question: Question) -> forms.Field:
    """The form field of a question."""
    label = question.text
    if question.required:
        label = _("%(question)s (must be answered)") % {"question": question.text}
    made = FIELDS[question.type](question, label=label, help_text=question.help_text, required=False)
    made.question = question  # type: ignore[attr-defined]
    return made


class AsksQuestions(forms.Form):
    """A form that asks the given questions beside its own fields. Which of them count depends on its `kind`.

    The form carries what was asked with a checksum of each wording (`asked`). When a question was changed,
    added or taken away meanwhile, the form comes back with the questions as they are now and all that was
    typed, so that an answer is only ever kept with the words its writer saw.
    """

    questions: list[Question]

    def ask(self, questions: Iterable[Question]) -> None:
        self.questions = list(questions)
        for question in self.questions:
            self.fields[question.field_name] = field_for(question)

    @property
    def asked(self) -> str:
        """What is asked now, for the form to carry."""
        return " ".join(f"{question.pk}:{question.wording}" for question in self.questions)

    @property
    def stops(self) -> list[Group]:
        return self._groups(question for question in self.questions if question.is_stop)

    @property
    def question_groups(self) -> list[Group]:
        """The questions in their order, with those asked in the same kinds together."""
        return self._groups(question for question in self.questions if not question.is_stop)

    def _groups(self, questions: Iterable[Question]) -> list[Group]:
        by_kinds = sorted(questions, key=lambda question: [kind not in question.kinds for kind in IN_KIND])
        return [
            Group(kinds, [self[question.field_name] for question in group])
            for kinds, group in groupby(by_kinds, key=lambda question: question.kinds)
        ]

    def clean_questions(self, data: dict[str, Any]) -> None:
        """Put what is wrong beside the questions of the chosen kind; the others are not asked."""
        shown = dict(item.partition(":")[::2] for item in self.data.get("asked", "")[:20_000].split())
        kind = data.get("kind")
        for question in self.questions:
            name = question.field_name
            if kind not in question.kinds:
                self.errors.pop(name, None)
            elif shown.get(str(question.pk)) != question.wording:
                self.errors.pop(name, None)
                self.add_error(name, _("This question is new, or was changed while you wrote. Look at it once more."))
            elif name not in self.errors and question.must_be_answered and _is_empty(data.get(name)):
                self.add_error(name, _needed(question))
        self._tell_of_those_gone(set(shown) - {str(question.pk) for question in self.questions})

    def _tell_of_those_gone(self, gone: set[str]) -> None:
        """What was answered to a question that is no longer asked is shown, not thrown away."""
        typed = {pk: self.data.getlist(f"question-{pk}") for pk in gone}  # type: ignore[attr-defined]
        answers = [", ".join(filter(None, answer)) for answer in typed.values() if any(answer)]
        if answers:
            text = ngettext(
                "A question is no longer asked. You answered: %(answers)s. Write it in the description if it matters.",
                "Some questions are no longer asked. You answered: %(answers)s. Write it in the description if it matters.",
                len(answers),
            )
            self.add_error(None, text % {"answers": "; ".join(answers)})

    def typed_texts(self) -> dict[str, str]:
        """What was written freely, by field name."""
        typed = [question.field_name for question in self._of_kind() if question.type == Question.Type.TEXT]
        return {name: self.cleaned_data[name] for name in typed if self.cleaned_data.get(name)}

    def replies(self) -> list[Reply]:
        """The answers to what is asked in the chosen kind, in words."""
        return [
            _reply(question, self.cleaned_data[question.field_name])
            for question in self._of_kind()
            if not _is_empty(self.cleaned_data.get(question.field_name))
        ]

    def _of_kind(self) -> list[Question]:
        return [question for question in self.questions if self.cleaned_data.get("kind") in question.kinds]


def _is_empty(value: Any) -> bool:
    return value is None or value is False or value in ("", [])


def _needed(question: Question) -> str:
    return _("Tick that you have read this.") if question.is_stop else _("This question must be answered.")


def _reply(question: Question, value: Any) -> Reply:
    words = WORDS.get(question.type, str)(value)
    return Reply(question, words, value if question.type == Question.Type.FILE else None)

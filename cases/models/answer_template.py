"""Ready answers to those who report, looked after by the quality manager (S32)."""

import re
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation.history import Records

if TYPE_CHECKING:
    from .case import Case

KINDS = [
    ("deviation", _lazy("Deviation")),
    ("improvement", _lazy("Improvement")),
    ("positive", _lazy("Positive")),
]
PLACES = ("navn", "referanse", "enhet", "frist")
PLACE = re.compile(r"\{([^{}]*)\}")


class AnswerTemplateQuerySet(models.QuerySet["AnswerTemplate"]):
    def fitting(self, situation: str, kind: str = "") -> Self:
        """Those in use for the situation and kind of case, and those for any. Without a kind: of every kind."""
        found = self.filter(active=True, situation__in=["", situation]).order_by("language", "name")
        return found.filter(kind__in=["", kind]) if kind else found


class AnswerTemplate(models.Model):
    """A text with places that are filled in from the case."""

    class Situation(models.TextChoices):
        SORT = "sort", _lazy("When a case is sorted")
        ASSESS = "assess", _lazy("When a case is assessed")
        CLOSE = "close", _lazy("When a case is closed")
        REJECT = "reject", _lazy("When a case is rejected")
        LETTER = "letter", _lazy("Letters on the way")

    class Language(models.TextChoices):
        BOKMAL = "nb", _lazy("bokmål")
        NYNORSK = "nn", _lazy("nynorsk")

    name = models.CharField(_lazy("name"), max_length=80, unique=True)
    text = models.TextField(
        _lazy("text"),
        help_text=_lazy("{navn}, {referanse}, {enhet} and {frist} are filled in from the case."),
    )
    situation = models.CharField(_lazy("used"), max_length=10, choices=Situation, blank=True)
    kind = models.CharField(_lazy("for which kind of case"), max_length=20, choices=KINDS, blank=True)
    language = models.CharField(_lazy("language"), max_length=2, choices=Language, default=Language.BOKMAL)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()
    objects = AnswerTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("answer template")
        verbose_name_plural = _lazy("answer templates")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_language_display()})" if self.language == self.Language.NYNORSK else self.name

    def clean(self) -> None:
        """Raises ValidationError when a place is not one that can be filled in."""
        unknown = [place for place in PLACE.findall(self.text) if place not in PLACES]
        if unknown:
            text = _("{%(place)s} can't be filled in. These can: {navn}, {referanse}, {enhet}, {frist}.")
            raise ValidationError({"text": text % {"place": unknown[0]}})

    def filled_in(self, case: "Case", unit: object = None) -> str:
        """The text for the reporter of the case. `unit` is who gets the case, when it is on its way there."""
        name = case.correspondent.name if case.has_correspondent else getattr(case.reporter, "first_name", "")
        text = self.text if name else re.sub(r" ?\{navn\}", "", self.text)
        values = {
            "navn": name,
            "referanse": case.reference,
            "enhet": str(unit or case.unit),
            "frist": f"{case.deadline:%d.%m.%Y}" if case.deadline else "",
        }
        return PLACE.sub(lambda match: values.get(match[1], match[0]), text)

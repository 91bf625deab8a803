"""Extra questions to who reports from a page (G17), and the answers, kept as they were asked."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from wagtail.models import Page

from cases.permissions import Act, can
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User

from .attachment import Attachment
from .case import Case

if TYPE_CHECKING:
    from cases.uploads import CleanFile

MAX_OPTIONS = 20
OPTION_LENGTH = 120


class QuestionQuerySet(models.QuerySet["Question"]):
    def active(self) -> Self:
        return self.filter(active=True)

    def about(self, page: Page) -> Self:
        """The questions of the page and of every page above it, the widest first. One query."""
        lineage = [page.path[:length] for length in range(page.steplen, len(page.path) + 1, page.steplen)]
        return self.filter(page__path__in=lineage).order_by("page__path", "order", "pk")


class Question(VersionedModel):
    """What is asked of who reports from a page or from any page below it, for some kinds of report.

    A stop is no question: it tells the reporter what comes before reporting ("Is anybody hurt? Call
    113"), and must be ticked as read. Questions are switched off, never deleted.
    """

    class Type(models.TextChoices):
        TEXT = "text", _lazy("Text")
        CHOICE = "choice", _lazy("One of several")
        SEVERAL = "several", _lazy("One or more of several")
        DATE = "date", _lazy("Date")
        NUMBER = "number", _lazy("A number")
        FILE = "file", _lazy("File or photo")
        STOP = "stop", _lazy("Stop notice")

    WITH_OPTIONS = (Type.CHOICE, Type.SEVERAL)
    KIND_FIELDS = {
        Case.Kind.DEVIATION: "for_deviation",
        Case.Kind.IMPROVEMENT: "for_improvement",
        Case.Kind.POSITIVE: "for_positive",
    }

    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page"),
        on_delete=models.SET_NULL,
        null=True,
        related_name="questions",
        help_text=_lazy("Asked of who reports from this page, and from all pages below it."),
    )
    type = models.CharField(_lazy("type of answer"), max_length=10, choices=Type, default=Type.TEXT)
    text = models.CharField(_lazy("question, or the text of the stop notice"), max_length=300)
    help_text = models.CharField(_lazy("help"), max_length=300, blank=True)
    options = models.TextField(
        _lazy("options"),
        blank=True,
        validators=[MaxLengthValidator(MAX_OPTIONS * (OPTION_LENGTH + 2))],
        help_text=_lazy("One on each line. Only for “one of several” and “one or more of several”."),
    )
    required = models.BooleanField(_lazy("must be answered"), default=False)
    for_deviation = models.BooleanField(_lazy("ask about deviations"), default=True)
    for_improvement = models.BooleanField(_lazy("ask about improvements"), default=False)
    for_positive = models.BooleanField(_lazy("ask about praise"), default=False)
    order = models.PositiveSmallIntegerField(
        _lazy("order"), default=10, help_text=_lazy("The lowest number comes first.")
    )
    active = models.BooleanField(_lazy("in use"), default=True)

    history = Records()
    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("question in the report form")
        verbose_name_plural = _lazy("questions in the report form")
        ordering = ["page__path", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(for_deviation=True) | Q(for_improvement=True) | Q(for_positive=True),
                name="question_of_some_kind",
                violation_error_message=_lazy("Choose at least one kind of report to ask about."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def field_name(self) -> str:
        """The name of its field in the report form."""
        return f"question-{self.pk}"

    @property
    def is_stop(self) -> bool:
        return self.type == self.Type.STOP

    @property
    def must_be_answered(self) -> bool:
        return self.required or self.is_stop

    @property
    def choices(self) -> list[str]:
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    @property
    def kinds(self) -> list[Case.Kind]:
        """The kinds of report it is asked in."""
        return [kind for kind, field in self.KIND_FIELDS.items() if getattr(self, field)]

    @property
    def wording(self) -> str:
        """A checksum of all that the reporter sees, to tell whether it has changed since it was shown."""
        seen = [self.text, self.help_text, self.type, self.choices, self.must_be_answered]
        return hashlib.sha256(json.dumps(seen).encode()).hexdigest()[:16]

    def clean(self) -> None:
        self.options = "\n".join(self.choices)
        if self.type not in self.WITH_OPTIONS:
            if self.options:
                raise ValidationError({"options": _("This type of answer has no options. Take them away.")})
            return
        if len(self.choices) < 2:
            raise ValidationError({"options": _("Write at least two options, one on each line.")})
        if len(self.choices) > MAX_OPTIONS:
            raise ValidationError({"options": _("At most %(limit)s options.") % {"limit": MAX_OPTIONS}})
        if len(set(self.choices)) < len(self.choices):
            raise ValidationError({"options": _("The same option is there twice.")})
        if any(len(choice) > OPTION_LENGTH for choice in self.choices):
            raise ValidationError(
                {"options": _("An option can have at most %(limit)s characters.") % {"limit": OPTION_LENGTH}}
            )


@dataclass(frozen=True)
class Reply:
    """What the reporter said to one question, in words; with the file when that was asked for."""

    question: Question
    words: str
    file: "CleanFile | None" = None


class Answer(models.Model):
    """An answer on a case, with the question as the reporter saw it. Never changed, guarded in the database."""

    append_only = True

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    type = models.CharField(_lazy("type of answer"), max_length=10, choices=Question.Type)
    text = models.CharField(_lazy("the question as it was asked"), max_length=300)
    help_text = models.CharField(_lazy("help"), max_length=300, blank=True)
    options = models.TextField(_lazy("options"), blank=True)
    words = models.TextField(_lazy("answer"))
    attachment = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    given_by_label = models.CharField(_lazy("who"), max_length=200, blank=True)
    given_at = models.DateTimeField(_lazy("when"), default=clock.now)

    class Meta:
        verbose_name = _lazy("answer")
        verbose_name_plural = _lazy("answers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["case", "question"], name="one_answer_per_question")]

    def __str__(self) -> str:
        return f"{self.case.reference} {self.pk}"

    @property
    def is_stop(self) -> bool:
        return self.type == Question.Type.STOP

    @property
    def is_file(self) -> bool:
        return self.type == Question.Type.FILE

    @classmethod
    def give(cls, by: User, case: Case, replies: Iterable[Reply]) -> None:
        """Keep the replies on the case, each with its question as it is now. No replies: nothing happens.

        Raises PermissionDenied for others than those who may add to the case, and ValidationError when the
        case is ended or a question is not asked in this kind of report.
        """
        replies = list(replies)
        if not replies:
            return
        if not can(by, Act.ATTACH, case):
            raise PermissionDenied
        case._demand_open()
        if any(case.kind not in reply.question.kinds for reply in replies):
            raise ValidationError(_("This question is not asked in this kind of report."))
        with transaction.atomic():
            for reply in replies:
                cls._keep(by, case, reply)

    @classmethod
    def _keep(cls, by: User, case: Case, reply: Reply) -> None:
        question, attachments = reply.question, case.attach(by, [reply.file] if reply.file else [])
        cls.objects.create(
            case=case,
            question=question,
            type=question.type,
            text=question.text,
            help_text=question.help_text,
            options=question.options,
            words=reply.words,
            attachment=attachments[0] if attachments else None,
            given_by=by,
            given_by_label=by.get_full_name(),
            given_at=clock.now(),
        )

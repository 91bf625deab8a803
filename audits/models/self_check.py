"""Self-checks: the same questions to many units, answered and signed by their leaders (S43; kommuneloven § 25-1)."""

import datetime
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Count, Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from audits.control_permissions import may_keep, units_to_keep
from audits.self_check_permissions import answers, keeps, reads, reads_sheet, sheet_condition, visible_condition
from cases.models import Case
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Reminder, Unit, User
from organisation.reminders import remind_all
from risk.models import Control

if TYPE_CHECKING:
    from handbook.models import Document


class SelfCheckQuerySet(models.QuerySet["SelfCheck"]):
    def visible_to(self, user: User) -> Self:
        """The self-checks the person may read."""
        return self.filter(visible_condition(user))

    def open(self) -> Self:
        """Sent, and not closed."""
        return self.filter(status=SelfCheck.Status.OPEN)

    def in_unit(self, unit: Unit) -> Self:
        """Sent by the unit or one below it, or to one of them."""
        asked = Sheet.objects.filter(unit__path__startswith=unit.path).values("check_of")
        return self.filter(Q(unit__path__startswith=unit.path) | Q(pk__in=asked))

    def unanswered(self, unit: Unit | None = None) -> Self:
        """Sent, past the deadline, and not signed by every unit that is asked: of the unit and those below it, or of any."""
        sheets = Sheet.objects.unsigned()
        waiting = sheets.filter(unit__path__startswith=unit.path) if unit else sheets
        return self.open().filter(deadline__lt=clock.today(), pk__in=waiting.values("check_of"))

    def with_figures(self) -> Self:
        """With `asked` and `signed`: how many units are asked, and how many have signed."""
        signed = Count("sheets", filter=Q(sheets__signed_at__isnull=False), distinct=True)
        return self.annotate(asked=Count("sheets", distinct=True), signed=signed)


class SelfCheck(VersionedModel):
    """One round of questions. A draft, then sent to units, then closed."""

    class Framework(models.TextChoices):
        INTERNAL_CONTROL = "internal_control", _lazy("Internal control (kommuneloven § 25-1)")
        COSO = "coso", _lazy("COSO")
        ISO_9001 = "iso_9001", _lazy("ISO 9001")
        ISO_27001 = "iso_27001", _lazy("ISO 27001")
        ISO_14001 = "iso_14001", _lazy("ISO 14001")
        HSE = "hse", _lazy("Working environment (internkontrollforskriften)")
        BMS = "bms", _lazy("Balanced scorecard")
        OTHER = "other", _lazy("Other")

    class Status(models.TextChoices):
        DRAFT = "draft", _lazy("Draft")
        OPEN = "open", _lazy("Sent, being answered")
        CLOSED = "closed", _lazy("Closed")

    framework = models.CharField(_lazy("framework"), max_length=20, choices=Framework)
    title = models.CharField(_lazy("title"), max_length=120)
    about = models.TextField(_lazy("what it is for"), blank=True)
    year = models.PositiveSmallIntegerField(_lazy("year"))
    unit = models.ForeignKey(Unit, verbose_name=_lazy("sent by"), on_delete=models.PROTECT, related_name="self_checks")
    status = models.CharField(_lazy("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    deadline = models.DateField(_lazy("to be answered by"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sent_at = models.DateTimeField(_lazy("sent"), null=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("sent by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    closed_at = models.DateTimeField(_lazy("closed"), null=True, editable=False)
    conclusion = models.TextField(_lazy("what we conclude"), blank=True)

    history = Records()
    objects = SelfCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("self-check")
        verbose_name_plural = _lazy("self-checks")
        ordering = ["-year", "title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("audits:self_check", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        return self.status == self.Status.DRAFT

    @property
    def is_open(self) -> bool:
        return self.status == self.Status.OPEN

    @property
    def is_late(self) -> bool:
        return self.is_open and self.deadline is not None and self.deadline < clock.today()

    def readable_by(self, user: User) -> bool:
        return reads(user, self)

    # As a draft

    @classmethod
    def begin(cls, by: User, *, unit: Unit, key: uuid.UUID | None = None, **facts: Any) -> "SelfCheck":
        """A new draft. The same `key` again gives the one already made. Raises PermissionDenied."""
        if not may_keep(by, unit):
            raise PermissionDenied
        if key and (existing := cls.objects.filter(key=key).first()):
            return existing
        facts.setdefault("year", clock.today().year)
        check = cls(unit=unit, key=key or uuid.uuid4(), made_by=by, created_at=clock.now(), **facts)
        check.save_by(by)
        return check

    @transaction.atomic
    def copy(self, by: User, *, year: int, key: uuid.UUID | None = None) -> "SelfCheck":
        """The same questions for another year, as a draft. Raises PermissionDenied."""
        if not keeps(by, self):
            raise PermissionDenied
        facts = {name: getattr(self, name) for name in ("framework", "title", "about", "unit")}
        new = SelfCheck.begin(by, key=key, year=year, **facts)
        if not new.questions.exists():
            for old in self.questions.all():
                old.copy_to(by, new)
        return new

    def change(self, by: User, *, version: int | None = None, **facts: Any) -> None:
        """Change the head. Sent, only the deadline and what it is for. Raises PermissionDenied, StaleVersion and
        ValidationError by field."""
        self._demand(by)
        if "unit" in facts and facts["unit"] != self.unit and not may_keep(by, facts["unit"]):
            raise ValidationError({"unit": _("Choose a unit whose self-checks you keep.")})
        with self.changing(by, version=version):
            if self.status == self.Status.CLOSED or (not self.is_draft and set(facts) - {"deadline", "about"}):
                raise ValidationError(_("It is sent, and the questions stand. Only the deadline can be moved."))
            if not self.is_draft and facts.get("deadline") is None:
                raise ValidationError({"deadline": _("Write when it must be answered.")})
            for name, value in facts.items():
                setattr(self, name, value)

    def demand_draft(self) -> None:
        """Raise ValidationError when the questions stand."""
        if not self.is_draft:
            raise ValidationError(_("It is sent, and the questions stand."))

    # From sent to closed

    def send(
        self, by: User, *, units: Iterable[Unit], deadline: datetime.date, version: int | None = None
    ) -> "list[Sheet]":
        """Ask these units; more may be asked later. Their leaders are told. A unit that is asked already is not asked again.

        Raises PermissionDenied, StaleVersion, and ValidationError by field.
        """
        self._demand(by)
        asked = list(units)
        with self.changing(by, version=version):
            self._guard_sending(by, asked, deadline)
            if self.is_draft:
                self.status, self.sent_at, self.sent_by = self.Status.OPEN, clock.now(), by
            self.deadline = deadline
            there = set(self.sheets.values_list("unit", flat=True))
            new = [Sheet(check_of=self, unit=unit) for unit in asked if unit.pk not in there]
            for sheet in new:
                sheet.save_by(by)
        self._tell(new)
        return new

    def _guard_sending(self, by: User, units: list[Unit], deadline: datetime.date) -> None:
        if self.status == self.Status.CLOSED:
            raise ValidationError(_("The self-check is closed."))
        wrong: dict[str, str] = {}
        if not self.questions.exists():
            raise ValidationError(_("There are no questions yet. Add one before you send it."))
        if not units:
            wrong["units"] = _("Choose at least one unit.")
        elif set(units) - set(units_to_keep(by)):
            wrong["units"] = _("Choose units whose self-checks you keep.")
        if deadline < clock.today():
            wrong["deadline"] = _("The deadline can't be in the past.")
        if wrong:
            raise ValidationError(wrong)

    def _tell(self, sheets: "list[Sheet]") -> None:
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("A self-check waits for your answers")
        remind_all(
            Reminder(user=person, about=f"self-check:{sheet.pk}:sent", subject=subject, url=sheet.get_absolute_url())
            for sheet in sheets
            for person in sheet.unit.responsible_leaders()
        )

    def close(self, by: User, *, conclusion: str, version: int | None = None) -> None:
        """No more answers; the result is open to all. Raises PermissionDenied, StaleVersion and ValidationError."""
        self._demand(by)
        if not conclusion.strip():
            raise ValidationError({"conclusion": _("Write what you conclude from the answers.")})
        with self.changing(by, version=version):
            if not self.is_open:
                raise ValidationError(_("Only a self-check that is sent can be closed."))
            self.status, self.closed_at, self.conclusion = self.Status.CLOSED, clock.now(), conclusion.strip()

    def _demand(self, by: User) -> None:
        if not keeps(by, self):
            raise PermissionDenied


class CheckQuestion(VersionedModel):
    """One question, and what it builds on."""

    check_of = models.ForeignKey(
        SelfCheck, verbose_name=_lazy("self-check"), on_delete=models.PROTECT, related_name="questions"
    )
    place = models.PositiveIntegerField(_lazy("order"), default=0, editable=False)
    text = models.CharField(_lazy("question"), max_length=300)
    help = models.TextField(_lazy("what to look for"), blank=True)
    basis = models.CharField(_lazy("what it builds on"), max_length=200, blank=True)
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_lazy("page"),
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    page_document_id = models.CharField(max_length=20, blank=True, editable=False)
    page_label = models.CharField(_lazy("page"), max_length=300, blank=True, editable=False)
    control = models.ForeignKey(
        Control,
        verbose_name=_lazy("control it tries"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="check_questions",
    )

    history = Records()

    class Meta:
        verbose_name = _lazy("question of a self-check")
        verbose_name_plural = _lazy("questions of self-checks")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def page_url(self) -> str:
        """The lasting address of the page, or ""."""
        return f"/d/{self.page_document_id}/" if self.page_document_id else ""

    @classmethod
    def add(cls, by: User, check: SelfCheck, *, document: "Document | None" = None, **facts: Any) -> "CheckQuestion":
        """A question of a draft, last. Raises PermissionDenied, and ValidationError when it is sent."""
        with check.changing(by):
            check._demand(by)
            check.demand_draft()
            last = check.questions.aggregate(models.Max("place"))["place__max"] or 0
            question = cls(check_of=check, place=last + 1, **facts)
            question._concern(document)
            question.save_by(by)
        return question

    def change(self, by: User, *, version: int | None = None, document: "Document | None" = None, **facts: Any) -> None:
        """Raises PermissionDenied, StaleVersion, and ValidationError when it is sent."""
        self.check_of._demand(by)
        with self.changing(by, version=version):
            self.check_of.refresh_from_db()
            self.check_of.demand_draft()
            for name, value in facts.items():
                setattr(self, name, value)
            self._concern(document)

    def remove(self, by: User) -> None:
        """Raises PermissionDenied, and ValidationError when it is sent."""
        with self.check_of.changing(by):
            self.check_of._demand(by)
            self.check_of.demand_draft()
            self._history_user = by  # type: ignore[attr-defined]
            self.delete()

    def copy_to(self, by: User, check: SelfCheck) -> None:
        names = ("place", "text", "help", "basis", "page", "page_document_id", "page_label", "control")
        CheckQuestion(check_of=check, **{name: getattr(self, name) for name in names}).save_by(by)

    def _concern(self, document: "Document | None") -> None:
        self.page = document.page if document else None
        self.page_document_id = document.document_id if document else ""
        self.page_label = str(document) if document else ""


class SheetQuerySet(models.QuerySet["Sheet"]):
    def visible_to(self, user: User) -> Self:
        """The sheets the person may read."""
        return self.filter(sheet_condition(user))

    def unsigned(self) -> Self:
        """Not answered, in rounds that are open."""
        return self.filter(signed_at=None, check_of__status=SelfCheck.Status.OPEN)


class Sheet(VersionedModel):
    """What one unit answers in one round."""

    check_of = models.ForeignKey(
        SelfCheck, verbose_name=_lazy("self-check"), on_delete=models.PROTECT, related_name="sheets"
    )
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="check_sheets")
    begun_at = models.DateTimeField(_lazy("begun"), null=True, editable=False)
    signed_at = models.DateTimeField(_lazy("signed"), null=True, editable=False)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("signed by"),
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        editable=False,
    )
    signed_name = models.CharField(_lazy("name"), max_length=200, blank=True, editable=False)
    reopened_reason = models.TextField(_lazy("why it was opened again"), blank=True, editable=False)

    history = Records()
    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("answers of a unit")
        verbose_name_plural = _lazy("answers of units")
        ordering = ["unit__path"]
        constraints = [models.UniqueConstraint(fields=["check_of", "unit"], name="a_unit_answers_once")]

    def __str__(self) -> str:
        return f"{self.check_of} – {self.unit}"

    def get_absolute_url(self) -> str:
        return reverse("audits:sheet", args=[self.check_of_id, self.unit.code])

    @property
    def is_signed(self) -> bool:
        return self.signed_at is not None

    def readable_by(self, user: User) -> bool:
        return reads_sheet(user, self)

    def lacking(self) -> list[CheckQuestion]:
        """The questions that are not answered. One query."""
        answered = self.answers.exclude(value="").values("question")
        return list(self.check_of.questions.exclude(pk__in=answered))

    def save_answers(
        self, by: User, answers_by_question: dict[int, dict[str, str]], *, version: int | None = None
    ) -> None:
        """Keep what is answered so far: value, comment and evidence by question. Half answered is fine.

        Raises PermissionDenied, StaleVersion, and ValidationError when it is signed or the round is closed.
        """
        self._demand_answering(by)
        questions = {question.pk: question for question in self.check_of.questions.all()}
        with self.changing(by, version=version):
            self._demand_open()
            self.begun_at = self.begun_at or clock.now()
            there = {answer.question_id: answer for answer in self.answers.all()}
            for pk, facts in answers_by_question.items():
                if pk in questions:
                    answer = there.get(pk) or SheetAnswer(sheet=self, question=questions[pk])
                    answer.write(by, **facts)

    def sign(self, by: User, *, version: int | None = None) -> list[Case]:
        """The leader stands for the answers. Each “no” becomes a deviation at the unit at once; the cases.

        Raises PermissionDenied, StaleVersion, and ValidationError that names what lacks.
        """
        self._demand_answering(by)
        with self.changing(by, version=version):
            self._demand_open()
            self._demand_complete()
            self.signed_at, self.signed_by, self.signed_name = clock.now(), by, by.get_full_name()
            return [
                answer.open_case(by) for answer in self.answers.failed().filter(case=None).order_by("question__place")
            ]

    def _demand_complete(self) -> None:
        wrong = [_("“%(question)s” is not answered.") % {"question": question} for question in self.lacking()]
        unexplained = self.answers.exclude(value__in=("", SheetAnswer.Value.YES)).filter(comment="")
        wrong += [
            _("Write a comment to “%(question)s”.") % {"question": answer.question}
            for answer in unexplained.select_related("question").order_by("question__place")
        ]
        if wrong:
            raise ValidationError(wrong)

    def reopen(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Let the unit answer again; what it answered stays in the history, and its cases stand. The leaders are told.

        Raises PermissionDenied for who does not keep the self-check, StaleVersion, and ValidationError.
        """
        if not keeps(by, self.check_of):
            raise PermissionDenied
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason.strip()):
            if not self.is_signed or not self.check_of.is_open:
                raise ValidationError(_("Only a signed answer in an open round can be opened again."))
            self.signed_at, self.signed_by, self.signed_name = None, None, ""
            self.reopened_reason = reason.strip()
        with translation.override(settings.LANGUAGE_CODE):
            subject = _("A self-check is opened for you again")
        about, address = f"self-check:{self.pk}:reopened:{self.version}", self.get_absolute_url()
        remind_all(
            Reminder(user=person, about=about, subject=subject, url=address)
            for person in self.unit.responsible_leaders()
        )

    def _demand_answering(self, by: User) -> None:
        if not answers(by, self):
            raise PermissionDenied

    def _demand_open(self) -> None:
        self.check_of.refresh_from_db()
        if not self.check_of.is_open:
            raise ValidationError(_("The self-check is closed. Your answer can't be changed."))
        if self.is_signed:
            raise ValidationError(_("It is answered and signed already. Ask who sent it to open it again."))


class SheetAnswerQuerySet(models.QuerySet["SheetAnswer"]):
    def failed(self) -> Self:
        return self.filter(value=SheetAnswer.Value.NO)


class SheetAnswer(VersionedModel):
    """The answer of one unit to one question."""

    class Value(models.TextChoices):
        YES = "yes", _lazy("Yes")
        PARTLY = "partly", _lazy("Partly")
        NO = "no", _lazy("No")
        NOT_FOR_US = "not_for_us", _lazy("Does not apply to us")

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(
        CheckQuestion, verbose_name=_lazy("question"), on_delete=models.PROTECT, related_name="answers"
    )
    value = models.CharField(_lazy("answer"), max_length=10, choices=Value, blank=True)
    comment = models.TextField(_lazy("comment"), blank=True)
    evidence = models.CharField(_lazy("what shows it"), max_length=300, blank=True)
    case = models.OneToOneField(
        Case, verbose_name=_lazy("followed up in case"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    history = Records()
    objects = SheetAnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("answer in a self-check")
        verbose_name_plural = _lazy("answers in self-checks")
        ordering = ["question__place", "pk"]
        constraints = [models.UniqueConstraint(fields=["sheet", "question"], name="a_question_is_answered_once")]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.value}"

    def get_absolute_url(self) -> str:
        return f"{self.sheet.get_absolute_url()}#sporsmal-{self.question_id}"

    @property
    def origin_label(self) -> str:
        """What a case that comes from the answer calls it."""
        return _("The self-check “%(title)s”, %(unit)s") % {"title": self.sheet.check_of, "unit": self.sheet.unit}

    def readable_by(self, user: User) -> bool:
        return reads_sheet(user, self.sheet)

    def write(self, by: User, *, value: str, comment: str, evidence: str) -> None:
        """Keep the answer, in the transaction of the sheet; nothing when it is as before."""
        new = (value, comment.strip(), evidence.strip())
        if new == (self.value, self.comment, self.evidence):
            return
        self.value, self.comment, self.evidence = new
        if self.pk:
            self.version += 1
        self.save_by(by)

    def open_case(self, by: User) -> Case:
        """The deviation that a “no” becomes, at the unit; for `Sheet.sign`."""
        question, unit = self.question, self.sheet.unit
        text = [self.comment, _("Answered no to: %(question)s") % {"question": question.text}]
        if question.basis:
            text.append(_("Builds on: %(basis)s") % {"basis": question.basis})
        case = Case.report(
            by,
            origin=self,
            kind=Case.Kind.DEVIATION,
            channel=Case.Channel.CONTROL,
            place=unit,
            title=_short(question.text),
            description="\n\n".join(text),
            page=question.page,
        )
        with self.changing(by):
            self.case = case
        return case


def _short(text: str, length: int = 110) -> str:
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"

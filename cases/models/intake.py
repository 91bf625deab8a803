"""What comes in from outside and is not a case yet: a form that waits for its e-mail to be confirmed, a letter by
e-mail, the scan of a report card (S26, S27, S33)."""

import datetime
import hashlib
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import letters
from cases.cards import numbers
from cases.uploads import CleanFile
from organisation import clock, tokens
from organisation.history import Records, VersionedModel
from organisation.mail import post
from organisation.models import Unit, User, within
from organisation.roles import Right

from .attachment import PrivateFile
from .case import Case
from .correspondent import PERSONAL

DAYS_TO_CONFIRM = 7
MOST_UNCONFIRMED = 5
UNCONFIRMED_WITHIN = datetime.timedelta(hours=1)


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: User) -> Self:
        """What the person receives. Unconfirmed forms are nobody's: they don't count yet."""
        received = self.exclude(state=Intake.State.UNCONFIRMED)
        return received.filter(within(user.right_paths(Right.TAKE_IN), "unit__path"))

    def waiting(self) -> Self:
        return self.filter(state=Intake.State.WAITING)

    def holding(self, token: str) -> "Intake | None":
        """The form that the link of a letter of confirmation belongs to; None when it is forged or too old."""
        return self.exclude(self.outdated()).filter(checksum=tokens.checksum(token)).first()

    def erase_unconfirmed(self) -> int:
        """Erase the forms nobody has confirmed in a week, with their files; how many (GDPR art. 5.1 e)."""
        return sum(intake.erase() for intake in self.filter(self.outdated()))

    @staticmethod
    def outdated() -> models.Q:
        """Forms that were not confirmed in time."""
        oldest = clock.now() - datetime.timedelta(DAYS_TO_CONFIRM)
        return models.Q(state=Intake.State.UNCONFIRMED, received_at__lt=oldest)


class Intake(VersionedModel):
    """Something that came in. `source` says where from, and is there once: "mail:<id>", "card:00042:1", "form:<key>".

    What was written, by whom and from where is left out of the history, so that what is discarded can be erased.
    """

    class State(models.TextChoices):
        UNCONFIRMED = "unconfirmed", _lazy("Not confirmed yet")
        WAITING = "waiting", _lazy("To be registered")
        REGISTERED = "registered", _lazy("Registered as a case")
        DISCARDED = "discarded", _lazy("Discarded")

    source = models.CharField(max_length=255, unique=True, editable=False)
    channel = models.CharField(_lazy("came by"), max_length=10, choices=Case.Channel)
    state = models.CharField(_lazy("state"), max_length=12, choices=State, default=State.WAITING, editable=False)
    unit = models.ForeignKey(
        Unit, verbose_name=_lazy("received by"), on_delete=models.PROTECT, related_name="+", editable=False
    )
    kind = models.CharField(_lazy("kind"), max_length=20, choices=Case.Kind, blank=True)
    title = models.CharField(_lazy("title"), max_length=120, blank=True)
    text = models.TextField(_lazy("text"), blank=True)
    name = models.CharField(_lazy("name"), max_length=120, blank=True)
    email = models.EmailField(_lazy("e-mail"), blank=True)
    phone = models.CharField(_lazy("phone"), max_length=30, blank=True)
    may_tell_others = models.BooleanField(default=False)
    card_number = models.PositiveIntegerField(_lazy("number of the report card"), null=True, blank=True, db_index=True)
    received_at = models.DateTimeField(_lazy("received"), default=clock.now)
    case = models.ForeignKey(
        Case, verbose_name=_lazy("case"), on_delete=models.PROTECT, null=True, blank=True, related_name="intakes"
    )
    seems_about = models.ForeignKey(
        Case, verbose_name=_lazy("seems to be about"), on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    checksum = models.CharField(max_length=64, blank=True, editable=False)
    reason = models.CharField(_lazy("why it was discarded"), max_length=500, blank=True)

    history = Records(excluded_fields=[*PERSONAL, "title", "text", "checksum"])
    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("intake")
        verbose_name_plural = _lazy("intakes")
        ordering = ["received_at", "pk"]
        indexes = [models.Index(fields=["state", "received_at"], name="intake_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["checksum"], condition=~models.Q(checksum=""), name="one_intake_per_link")
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    def get_absolute_url(self) -> str:
        page = "cases:transcribe_card" if self.channel == Case.Channel.CARD else "cases:intake"
        return reverse(page, args=[self.pk])

    def may_be_sorted_by(self, user: User) -> bool:
        return self.state == self.State.WAITING and self.may_receive(user, self.unit)

    @staticmethod
    def may_receive(user: User, unit: Unit) -> bool:
        return user.is_active and user.has_right(Right.TAKE_IN, unit)

    @classmethod
    @transaction.atomic
    def ask(cls, *, key: uuid.UUID, unit: Unit, files: Iterable[CleanFile], **facts: Any) -> "Intake":
        """A form from somebody outside, which counts once the e-mail is confirmed (S26). The same `key` again gives
        the one already there, and no second letter. Raises `ValidationError` when the address has many letters to
        confirm already: nobody shall fill the mailbox of somebody else with our letters."""
        source = f"form:{key}"
        if not cls.objects.filter(source=source).exists():
            cls._demand_room_for(facts["email"])
        token = tokens.new_token()
        new = {"channel": Case.Channel.WEB, "state": cls.State.UNCONFIRMED, "unit": unit, **facts}
        intake, made = cls.objects.get_or_create(
            source=source, defaults={**new, "checksum": tokens.checksum(token), "received_at": clock.now()}
        )
        if made:
            intake.keep(files)
            post([letters.of_confirmation(intake, token)])
        return intake

    @classmethod
    def _demand_room_for(cls, email: str) -> None:
        since = clock.now() - UNCONFIRMED_WITHIN
        sent = cls.objects.filter(state=cls.State.UNCONFIRMED, email__iexact=email, received_at__gte=since)
        if sent.count() >= MOST_UNCONFIRMED:
            text = _("This address has several letters from us already. Confirm those first, or send without e-mail.")
            raise ValidationError({"email": text})

    def confirm(self) -> Case:
        """The e-mail is confirmed: it becomes a case, once. What was written is then kept in the case only.

        Raises `ValidationError` when it is confirmed already.
        """
        with self.changing(None):
            if self.state != self.State.UNCONFIRMED:
                raise ValidationError(_("This is already confirmed."))
            case = Case.take_in(
                channel=self.channel,
                kind=self.kind,
                description=self.text,
                unit=self.unit,
                name=self.name,
                email=self.email,
                phone=self.phone,
                may_tell_others=self.may_tell_others,
                files=[file.clean_file() for file in self.files.all()],
            )
            self.case, self.state = case, self.State.REGISTERED
            self._forget()
            case.correspondent.tell(f"received:{case.reference}", _("We have received your case"))
        return case

    @transaction.atomic
    def erase(self) -> bool:
        """Delete it with its files. Only what has not become a case."""
        self._forget()
        self.delete()
        return True

    def _forget(self) -> None:
        """Delete the files, and what was written."""
        for file in self.files.all():
            transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
            file.delete()
        self.title = self.text = self.name = self.email = self.phone = ""

    def register(
        self, by: User, *, kind: str, text: str, title: str = "", version: int | None = None, **contact: Any
    ) -> Case:
        """Make a case of it, with its files. `contact` is name, e-mail and phone as corrected by `by`.

        Raises `PermissionDenied`, `StaleVersion`, and `ValidationError` when it is no longer waiting.
        """
        with self.changing(by, version=version):
            self.demand_waiting(by)
            case = Case.take_in(
                channel=self.channel,
                kind=kind,
                title=title,
                description=text,
                unit=self.unit,
                may_tell_others=self.may_tell_others,
                by=by,
                files=[file.clean_file() for file in self.files.all()],
                **{"name": self.name, "email": self.email, "phone": self.phone, **contact},
            )
            self.case, self.state = case, self.State.REGISTERED
        return case

    def case_about(self, user: User) -> Case | None:
        """The case it seems to be about, for who may read that."""
        return Case.objects.visible_to(user).filter(pk=self.seems_about_id or 0).first()

    def attach(self, by: User, case: Case, *, text: str, from_reporter: bool, version: int | None = None) -> None:
        """It is about a case we have: a letter on it when it is from its reporter, else a note for its handlers.
        It says which address it came from unless that is the reporter's own, for somebody has guessed whose it is.

        Raises `PermissionDenied`, `StaleVersion`, and `ValidationError` when it is no longer waiting.
        """
        if self.email and not case.is_reported_from(self.email):
            text = _("From %(address)s:") % {"address": self.email} + f"\n\n{text}"
        with self.changing(by, version=version):
            self.demand_waiting(by)
            files = [file.clean_file() for file in self.files.all()]
            case.add(by, text=text, from_reporter=from_reporter, files=files)
            self.case, self.state = case, self.State.REGISTERED

    def discard(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Not something for the register: advertising, a duplicate, an empty card."""
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason):
            self.demand_waiting(by)
            self.state, self.reason = self.State.DISCARDED, reason.strip()

    @classmethod
    def of_card(cls, case: Case, number: int) -> None:
        """The case was written on the page that the QR code of a report card leads to. The same again is the same."""
        facts = {"channel": case.channel, "state": cls.State.REGISTERED, "unit": case.unit, "case": case}
        cls.objects.get_or_create(source=f"card:{case.reference}", defaults={**facts, "card_number": number})

    @property
    def card_label(self) -> str:
        """The number of the report card as it is written, or ""."""
        return numbers.label(self.card_number) if self.card_number else ""

    def with_same_card(self) -> "models.QuerySet[Intake]":
        """Other intakes of the same report card, scanned or from its QR code, that are not discarded."""
        same = Intake.objects.filter(card_number=self.card_number).exclude(pk=self.pk)
        return same.exclude(state=self.State.DISCARDED).select_related("case")

    def demand_waiting(self, by: User) -> None:
        """Raises `PermissionDenied`, and `ValidationError` when somebody has taken care of it."""
        if not self.may_receive(by, self.unit):
            raise PermissionDenied
        if self.state != self.State.WAITING:
            raise ValidationError(_("This is already taken care of."))

    def keep(self, files: Iterable[CleanFile]) -> None:
        """Keep files that `cases.uploads` has checked and cleaned."""
        for file in files:
            IntakeFile.holding(file, intake=self).save()


class IntakeFile(PrivateFile):
    """A file that came with it: a photo, an attachment to an e-mail, a scan."""

    folder = "intake"

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="files")

    class Meta:
        verbose_name = _lazy("file of an intake")
        verbose_name_plural = _lazy("files of intakes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.intake_id} {self.pk}"

    def replace(self, content: bytes) -> None:
        """The same file with other content. The old one goes when the transaction is done."""
        old, storage = str(self.file.name), self.file.storage
        self.file.save(self.name, ContentFile(content), save=False)
        self.size, self.sha256 = len(content), hashlib.sha256(content).hexdigest()
        self.save()
        transaction.on_commit(lambda: storage.delete(old))

    def clean_file(self) -> CleanFile:
        """The file as `Case.keep` takes it: it was checked when it came."""
        with self.file.open("rb") as opened:
            return CleanFile(self.name, self.content_type, opened.read())

"""What comes in from outside and is not a case yet: a form that waits for its e-mail to be confirmed, a letter by
e-mail, the scan of a report card (S26, S27, S33)."""

import hashlib
import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases.cards import numbers
from cases.uploads import CleanFile
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User, within
from organisation.roles import Right

from .attachment import private_storage
from .case import Case
from .correspondent import PERSONAL


def random_name(instance: "IntakeFile", filename: str) -> str:
    """A name that tells nothing and can't be guessed."""
    return f"intake/{uuid.uuid4().hex}"


class IntakeQuerySet(models.QuerySet["Intake"]):
    def visible_to(self, user: User) -> Self:
        """What the person receives. Unconfirmed forms are nobody's: they don't count yet."""
        received = self.exclude(state=Intake.State.UNCONFIRMED)
        return received.filter(within(user.right_paths(Right.TAKE_IN), "unit__path"))

    def waiting(self) -> Self:
        return self.filter(state=Intake.State.WAITING)


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
    case = models.OneToOneField(
        Case, verbose_name=_lazy("case"), on_delete=models.PROTECT, null=True, blank=True, related_name="intake"
    )
    reason = models.CharField(_lazy("why it was discarded"), max_length=500, blank=True)

    history = Records(excluded_fields=[*PERSONAL, "title", "text"])
    objects = IntakeQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("intake")
        verbose_name_plural = _lazy("intakes")
        ordering = ["received_at", "pk"]
        indexes = [models.Index(fields=["state", "received_at"], name="intake_waiting")]

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}"

    @staticmethod
    def may_receive(user: User, unit: Unit) -> bool:
        return user.is_active and user.has_right(Right.TAKE_IN, unit)

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
                **{"name": self.name, "email": self.email, "phone": self.phone, **contact},
            )
            case.keep(file.clean_file() for file in self.files.all())
            self.case, self.state = case, self.State.REGISTERED
        return case

    def discard(self, by: User, *, reason: str, version: int | None = None) -> None:
        """Not something for the register: advertising, a duplicate, an empty card."""
        if not reason.strip():
            raise ValidationError({"reason": _("Write why.")})
        with self.changing(by, version=version, reason=reason):
            self.demand_waiting(by)
            self.state, self.reason = self.State.DISCARDED, reason.strip()

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
            kept = IntakeFile(
                intake=self, name=file.name, content_type=file.content_type, size=len(file.content), sha256=file.sha256
            )
            kept.file.save(file.name, ContentFile(file.content), save=False)
            kept.save()


class IntakeFile(models.Model):
    """A file that came with it: a photo, an attachment to an e-mail, a scan."""

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="files")
    file = models.FileField(_lazy("file"), storage=private_storage, upload_to=random_name)
    name = models.CharField(_lazy("name"), max_length=120)
    content_type = models.CharField(_lazy("type"), max_length=100)
    size = models.PositiveIntegerField(_lazy("size in bytes"))
    sha256 = models.CharField(_lazy("checksum"), max_length=64)

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

    @property
    def is_picture(self) -> bool:
        return self.content_type.startswith("image/")

    def clean_file(self) -> CleanFile:
        """The file as `Case.keep` takes it: it was checked when it came."""
        with self.file.open("rb") as opened:
            return CleanFile(self.name, self.content_type, opened.read())

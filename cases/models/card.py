"""Report cards on paper (S33): the batches that are printed, and the scans of those that come back."""

import datetime
import io
import uuid
from collections.abc import Iterable
from typing import Any, Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import File
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from PIL import Image

from cases.cards import numbers
from cases.permissions import visible_condition
from cases.uploads import CleanFile
from organisation import clock
from organisation.history import Records
from organisation.models import Unit, User, within
from organisation.roles import Right

from .attachment import private_storage
from .case import Case
from .intake import Intake, IntakeFile

MOST_IN_BATCH = 200
STUCK = datetime.timedelta(minutes=10)
QUALITY = 85
WAITING, DISCARDED = Intake.State.WAITING, Intake.State.DISCARDED


class CardSeries(models.Model):
    """The last number given to a card. The one row is locked while numbers are taken, printed or used."""

    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return numbers.label(self.last)

    @classmethod
    def locked(cls) -> "CardSeries":
        """The row, locked until the transaction ends."""
        cls.objects.get_or_create(pk=1)
        return cls.objects.select_for_update().get(pk=1)

    def take(self, count: int) -> int:
        """The first of `count` new numbers."""
        first = self.last + 1
        self.last += count
        self.save(update_fields=["last"])
        return first


class CardBatchQuerySet(models.QuerySet["CardBatch"]):
    def visible_to(self, user: User) -> Self:
        """Those of the units the person receives for."""
        return self.filter(within(user.right_paths(Right.TAKE_IN), "unit__path"))

    def with_number(self, number: int) -> Self:
        return self.filter(first__lte=number, last__gte=number)


class CardBatch(models.Model):
    """Cards printed together: who had them made, for which unit, and their numbers."""

    class Language(models.TextChoices):
        BOKMAL = "nb", _lazy("Bokmål")
        NYNORSK = "nn", _lazy("Nynorsk")

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, verbose_name=_lazy("unit"), on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_lazy("language"), max_length=2, choices=Language, default=Language.BOKMAL)
    first = models.PositiveIntegerField(_lazy("first number"), unique=True)
    last = models.PositiveIntegerField(_lazy("last number"), unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_lazy("printed"), default=clock.now)

    history = Records()
    objects = CardBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("batch of report cards")
        verbose_name_plural = _lazy("batches of report cards")
        ordering = ["-first"]
        constraints = [models.UniqueConstraint(fields=["made_by", "key"], name="one_batch_per_form")]

    def __str__(self) -> str:
        return f"{numbers.label(self.first)}–{numbers.label(self.last)}"

    @property
    def numbers(self) -> range:
        return range(self.first, self.last + 1)

    @classmethod
    @transaction.atomic
    def make(cls, by: User, *, unit: Unit, count: int, language: str, key: uuid.UUID | None = None) -> "CardBatch":
        """Take `count` new numbers. The same `key` again gives the batch already made."""
        if not Intake.may_receive(by, unit):
            raise PermissionDenied
        if not 1 <= count <= MOST_IN_BATCH:
            raise ValidationError({"count": _("From 1 to %(most)s cards at a time.") % {"most": MOST_IN_BATCH}})
        series = CardSeries.locked()
        if key and (existing := cls.objects.filter(key=key, made_by=by).first()):
            return existing
        first = series.take(count)
        batch = cls(
            key=key or uuid.uuid4(), unit=unit, language=language, first=first, last=first + count - 1, made_by=by
        )
        batch._history_user = by  # type: ignore[attr-defined]
        batch.save()
        return batch


class CardUploadQuerySet(models.QuerySet["CardUpload"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(within(user.right_paths(Right.TAKE_IN), "unit__path"))

    def with_waiting(self) -> Self:
        """With `waiting`: how many of its cards wait to be written in."""
        waits = models.Q(files__cards__intake__state=WAITING)
        return self.annotate(waiting=models.Count("files__cards", filter=waits))


class CardUpload(models.Model):
    """Files of scanned cards that were sent in together."""

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_lazy("uploaded"), default=clock.now)

    objects = CardUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("upload of scanned cards")
        verbose_name_plural = _lazy("uploads of scanned cards")
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["by", "key"], name="one_upload_per_form")]

    def __str__(self) -> str:
        return f"{self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("cases:card_upload", args=[self.pk])

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, files: Iterable[File], *, key: uuid.UUID | None = None) -> "CardUpload":
        """Keep the files as they came until they are read. The same `key` again gives the upload already made."""
        paths = by.right_paths(Right.TAKE_IN)
        if not by.is_active or not paths:
            raise PermissionDenied
        unit = Unit.objects.get(path=min(paths, key=len))
        upload, is_new = cls.objects.get_or_create(key=key or uuid.uuid4(), by=by, defaults={"unit": unit})
        for file in files if is_new else ():
            row = ScannedFile(upload=upload, name=str(file.name)[-200:])
            row.original.save("scan", file, save=False)
            row.save()
        return upload

    def cards(self) -> "ScannedCardQuerySet":
        """What the files turned out to hold, in the order of the pages."""
        return ScannedCard.objects.filter(file__upload=self, joined_to=None).order_by("file", "page")

    def next_card(self) -> "ScannedCard | None":
        return self.cards().filter(intake__state=WAITING).first()


def original_name(instance: "ScannedFile", filename: str) -> str:
    return f"scans/{uuid.uuid4().hex}"


class ScannedFileQuerySet(models.QuerySet["ScannedFile"]):
    def stuck(self) -> Self:
        """Nobody has read on them for a while: the worker is gone."""
        return self.filter(
            state__in=(ScannedFile.State.WAITING, ScannedFile.State.READING), touched_at__lt=clock.now() - STUCK
        )


class ScannedFile(models.Model):
    """One file of an upload: a job, and how it went. The original is deleted when its pages are drawn, for the
    pictures are what is kept: nothing hidden in a file comes along."""

    class State(models.TextChoices):
        WAITING = "waiting", _lazy("Waiting")
        READING = "reading", _lazy("Being read")
        READ = "read", _lazy("Read")
        REFUSED = "refused", _lazy("Not read")

    upload = models.ForeignKey(CardUpload, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_lazy("file"), max_length=200)
    original = models.FileField(storage=private_storage, upload_to=original_name, blank=True)
    state = models.CharField(_lazy("state"), max_length=10, choices=State, default=State.WAITING)
    reason = models.CharField(_lazy("reason"), max_length=500, blank=True)
    pages = models.PositiveSmallIntegerField(_lazy("pages"), default=0)
    pages_read = models.PositiveSmallIntegerField(_lazy("pages read"), default=0)
    touched_at = models.DateTimeField(default=clock.now)

    objects = ScannedFileQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("file of scanned cards")
        verbose_name_plural = _lazy("files of scanned cards")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.READ, self.State.REFUSED)

    def begin(self, pages: int) -> None:
        """Say how many pages there are, for whoever waits."""
        self._move(self.State.READING, pages=pages)

    @transaction.atomic
    def take(self, page: int, picture: bytes, found: list[int]) -> None:
        """Make a card that waits of a page, once however often the file is read. `found` are the numbers in the
        QR codes of the page."""
        self.refresh_from_db(from_queryset=ScannedFile.objects.select_for_update())
        if page <= self.pages_read:
            return
        intake = Intake(
            source=f"card:{self.pk}:{page}",
            channel=Case.Channel.CARD,
            unit=self.upload.unit,
            received_at=self.upload.at,
            card_number=found[0] if len(found) == 1 else None,
        )
        intake.save_by(self.upload.by)
        intake.keep([CleanFile(_("card-%(page)s.jpg") % {"page": page}, "image/jpeg", picture)])
        labels = ", ".join(map(numbers.label, found))[:200]
        ScannedCard.objects.create(
            file=self, page=page, intake=intake, picture=intake.files.get(), found=labels
        )  # fmt: skip
        self._move(self.State.READING, pages_read=page)

    def finish(self) -> None:
        self._end(self.State.READ)

    def refuse(self, reason: str) -> None:
        """Say why it can't be read. Pages read before that are kept."""
        self._end(self.State.REFUSED, reason=reason[:500])

    @transaction.atomic
    def _end(self, state: str, **fields: Any) -> None:
        original, self.original = self.original, ""  # type: ignore[assignment]
        self._move(state, original="", **fields)
        if original:
            transaction.on_commit(lambda: original.storage.delete(str(original.name)))

    def _move(self, state: str, **fields: Any) -> None:
        for name, value in {**fields, "state": state, "touched_at": clock.now()}.items():
            setattr(self, name, value)
        self.save(update_fields=["state", "touched_at", *fields])


class ScannedCardQuerySet(models.QuerySet["ScannedCard"]):
    def visible_to(self, user: User) -> Self:
        """Scans are personal data: only those who receive at the unit see them, and of a card that is a case only
        those of them who may read the case."""
        readable = models.Q(intake__case=None) | visible_condition(user, "intake__case__")
        return self.filter(within(user.right_paths(Right.TAKE_IN), "intake__unit__path") & readable)


class ScannedCard(models.Model):
    """One page of a scan, as a card of its own, or as one more side of another (`joined_to`)."""

    file = models.ForeignKey(ScannedFile, on_delete=models.CASCADE, related_name="cards")
    page = models.PositiveSmallIntegerField(_lazy("page"))
    intake = models.OneToOneField(Intake, on_delete=models.CASCADE, related_name="scanned")
    picture = models.OneToOneField(IntakeFile, on_delete=models.CASCADE, related_name="scanned")
    joined_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="sides")
    found = models.CharField(_lazy("numbers found"), max_length=200, blank=True)
    proposal = models.TextField(_lazy("proposed text"), blank=True)

    objects = ScannedCardQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("scanned card")
        verbose_name_plural = _lazy("scanned cards")
        ordering = ["file", "page"]
        constraints = [models.UniqueConstraint(fields=["file", "page"], name="one_card_per_page")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.page}"

    def get_absolute_url(self) -> str:
        return reverse("cases:transcribe_card", args=[self.intake_id])

    @property
    def is_waiting(self) -> bool:
        return self.intake.state == WAITING

    def before(self) -> "ScannedCard | None":
        """The card that waits just before this in the same file."""
        rows = self.file.cards.filter(joined_to=None, intake__state=WAITING, page__lt=self.page)
        return rows.order_by("-page").select_related("intake").first()

    @transaction.atomic
    def transcribe(self, by: User, *, number: int | None, version: int | None = None, **facts: Any) -> Case:
        """Make a case of what stands on the card; the pictures stay with it. `facts` is what `Intake.register`
        takes. Raises `PermissionDenied`, `StaleVersion`, and `ValidationError` when the card is taken care of, or
        its number is not printed or already a case."""
        CardSeries.locked()
        with self.intake.changing(by, version=version):
            self.intake.demand_waiting(by)
            self.intake.card_number = number
            self._demand_free_number()
        return self.intake.register(by, **facts)

    def _demand_free_number(self) -> None:
        """Raises `ValidationError` when no card is printed with the number, or it is a case already."""
        number = self.intake.card_number
        if number is None:
            return
        if not CardBatch.objects.with_number(number).exists():
            raise ValidationError({"number": _("No card has this number. Correct it, or leave it empty.")})
        if self.intake.with_same_card().filter(state=Intake.State.REGISTERED).exists():
            text = _("This card is already a case. Discard the scan, or correct the number.")
            raise ValidationError({"number": text})

    @transaction.atomic
    def join(self, by: User, *, version: int | None = None) -> "ScannedCard":
        """Make this page one more side of the card before it, which is returned."""
        other = self.before()
        if other is None:
            raise ValidationError(_("There is no card before this one to join it to."))
        with other.intake.changing(by), self.intake.changing(by, version=version):
            other.intake.demand_waiting(by)
            self.intake.demand_waiting(by)
            self.intake.files.update(intake=other.intake)
            self.sides.update(joined_to=other)
            self.joined_to = other
            self.save(update_fields=["joined_to"])
            other.intake.card_number = other.intake.card_number or self.intake.card_number
            self.intake.state, self.intake.reason = DISCARDED, _("A side of the card before it")
        return other

    @transaction.atomic
    def split(self, by: User, *, version: int | None = None) -> None:
        """Make every side a card of its own again."""
        with self.intake.changing(by, version=version):
            self.intake.demand_waiting(by)
            for side in self.sides.select_related("intake", "picture"):
                with side.intake.changing(by):
                    side.intake.state, side.intake.reason = WAITING, ""
                side.picture.intake = side.intake
                side.picture.save(update_fields=["intake"])
            self.sides.update(joined_to=None)

    @transaction.atomic
    def turn(self, by: User, picture_id: int) -> None:
        """Turn one of its pictures a quarter to the right, for good: the case gets it the right way up."""
        Intake.objects.select_for_update().get(pk=self.intake_id).demand_waiting(by)
        picture = self.intake.files.select_for_update().get(pk=picture_id)
        target = io.BytesIO()
        with picture.file.open("rb") as opened, Image.open(opened) as image:
            image.transpose(Image.Transpose.ROTATE_270).save(target, "JPEG", quality=QUALITY)
        picture.replace(target.getvalue())

    def remarks(self, reader: User) -> list[str]:
        """What there is to say about the number, for the person who writes the card in."""
        number = self.intake.card_number
        if number is None:
            several = _("The page has several numbers: %(found)s. Choose the right one.") % {"found": self.found}
            return [several if self.found else _("No number was found. Write it from the card, or leave it empty.")]
        if not CardBatch.objects.with_number(number).exists():
            return [_("%(number)s is not among the cards that are printed here.") % {"number": numbers.label(number)}]
        return [_used(number, other, reader) for other in self.intake.with_same_card()]


def _used(number: int, other: Intake, reader: User) -> str:
    values = {"number": numbers.label(number), "reference": other.case and other.case.reference}
    if other.case_id and Case.objects.visible_to(reader).filter(pk=other.case_id).exists():
        return _("%(number)s is already case %(reference)s. Is it the same card once more?") % values
    if other.case_id:
        return _("%(number)s is already a case. Is it the same card once more?") % values
    return _("%(number)s is on another scan that waits. Is it the same card once more?") % values

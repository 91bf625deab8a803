"""Whistleblowing (varsling) about censurable conditions: arbeidsmiljøloven chapter 2 A (G18).

A room of its own. A disclosure is never a `Case`, so no list, search, export or number of the register can hold it. Who
reads it is written down one by one when it comes: the recipients of that day, but those the matter is about. Neither a
superuser, the municipal director nor somebody who becomes a recipient later gets in without being let in.
"""

import datetime
import uuid
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from cases import letters
from cases.uploads import CleanFile, numbered
from organisation import clock, tokens
from organisation.history import Records, VersionedModel
from organisation.mail import post
from organisation.models import RoleAssignment, User
from organisation.roles import RIGHTS, Right

from .attachment import PrivateFile

DAYS_TO_ASSESS = 14  # the duty to look into it within reasonable time, § 2 A-3
DAYS_BETWEEN_REMINDERS = 7
DAYS_TO_RETALIATION_CHECK = 90  # the prohibition of retaliation, § 2 A-4


def recipients() -> models.QuerySet[User]:
    """Those who receive disclosures today, in person: the role is never lent to a deputy."""
    roles = [role for role, rights in RIGHTS.items() if Right.RECEIVE_DISCLOSURES in rights]
    held = RoleAssignment.objects.current().filter(role__in=roles)
    return User.objects.active().filter(pk__in=held.values("user"))


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    def visible_to(self, user: User) -> Self:
        """Those the person was let in to, while the person is a recipient."""
        if not recipients().filter(pk=user.pk).exists():
            return self.none()
        let_in = DisclosureRecipient.objects.filter(person=user, left_out=False)
        return self.filter(pk__in=let_in.values("disclosure"))

    def holding(self, token: str) -> Self:
        """The one a secret link belongs to: none when it is forged."""
        links = DisclosureLink.objects.filter(checksum=tokens.checksum(token))
        return self.filter(pk__in=links.values("disclosure"))

    def open(self) -> Self:
        return self.exclude(status=Disclosure.Status.ENDED)

    def to_tell_of(self) -> Self:
        return self.filter(untold_since__lt=clock.today())

    def to_remind_of(self) -> Self:
        """Open ones that should have been looked into by now, and ended ones whose check for retaliation is due."""
        today = clock.today()
        late = models.Q(status=Disclosure.Status.RECEIVED, assess_by__lt=today)
        check = models.Q(status=Disclosure.Status.ENDED, retaliation_checked_at=None, retaliation_check__lte=today)
        rested = models.Q(reminded_on=None) | models.Q(
            reminded_on__lte=today - datetime.timedelta(DAYS_BETWEEN_REMINDERS)
        )
        return self.filter(late | check).filter(rested)


class Disclosure(VersionedModel):
    """What somebody has told of censurable conditions, and how it is followed up.

    What was written and by whom is left out of the history, so that it can be erased.
    """

    class Status(models.TextChoices):
        RECEIVED = "received", _lazy("Received")
        ASSESSED = "assessed", _lazy("Being considered")
        INVESTIGATED = "investigated", _lazy("Being investigated")
        ENDED = "ended", _lazy("Ended")

    wagtail_reference_index_ignore = True

    reference = models.CharField(_lazy("reference"), max_length=20, unique=True, editable=False)
    key = models.UUIDField(unique=True, editable=False)
    status = models.CharField(_lazy("status"), max_length=12, choices=Status, default=Status.RECEIVED, editable=False)
    text = models.TextField(_lazy("what is censurable"))
    anonymous = models.BooleanField(_lazy("anonymous"), default=True, editable=False)
    name = models.CharField(_lazy("name"), max_length=120, blank=True)
    contact = models.CharField(_lazy("e-mail or phone"), max_length=120, blank=True)
    received_on = models.DateField(_lazy("received"), default=clock.today, editable=False)
    assess_by = models.DateField(_lazy("to be considered by"), editable=False)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("responsible"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    conclusion = models.TextField(_lazy("conclusion"), blank=True)
    retaliation_check = models.DateField(_lazy("check for retaliation"), null=True, blank=True)
    retaliation_checked_at = models.DateTimeField(null=True, blank=True, editable=False)
    untold_since = models.DateField(null=True, blank=True, editable=False)
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    history = Records(excluded_fields=["text", "name", "contact", "conclusion", "untold_since", "reminded_on"])
    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("disclosure")
        verbose_name_plural = _lazy("disclosures")
        ordering = ["-received_on", "-pk"]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("cases:disclosure", args=[self.reference])

    @property
    def is_open(self) -> bool:
        return self.status != self.Status.ENDED

    @property
    def is_late(self) -> bool:
        return self.status == self.Status.RECEIVED and self.assess_by < clock.today()

    @property
    def checks_retaliation(self) -> bool:
        """Whether it is ended and nobody has asked yet how the whistleblower has been treated since."""
        return not self.is_open and self.retaliation_checked_at is None

    @classmethod
    @transaction.atomic
    def receive(
        cls,
        *,
        key: uuid.UUID,
        text: str,
        anonymous: bool = True,
        name: str = "",
        contact: str = "",
        left_out: Iterable[User] = (),
        files: Iterable[CleanFile] = (),
    ) -> tuple["Disclosure", str]:
        """A new disclosure, and the token of the secret link that its whistleblower follows it by.

        `left_out` are recipients whom the matter is about: they never get to know of it. Of one who is anonymous no
        name is kept, and of the time only the day. Raises `ValidationError` when nobody is left to receive it. The
        same `key` again gives the one already made and a new link.
        """
        series = DisclosureSeries.locked()
        if existing := cls.objects.filter(key=key).first():
            return existing, existing.new_link()
        left_out = set(left_out)
        receivers = [person for person in recipients() if person not in left_out]
        if not text.strip():
            raise ValidationError({"text": _("Write what you want to tell.")})
        if not receivers:
            raise ValidationError({"left_out": _("Then nobody here receives it. Tell Arbeidstilsynet instead.")})
        today = clock.today()
        with clock.set_to(clock.midnight() if anonymous else clock.now()):
            disclosure = cls(
                reference=series.take(),
                key=key,
                text=text.strip(),
                anonymous=anonymous,
                name="" if anonymous else name.strip(),
                contact="" if anonymous else contact.strip(),
                assess_by=today + datetime.timedelta(DAYS_TO_ASSESS),
            )
            disclosure.save_by(None)
            let_in = [(person, False) for person in receivers] + [(person, True) for person in left_out]
            for person, out in let_in:
                disclosure.recipients.create(person=person, left_out=out)
            disclosure._line(None, DisclosureLine.Kind.EVENT, _("Received"))
            disclosure._keep(numbered(files) if anonymous else files)
            token = disclosure.new_link()
        disclosure._news(receivers)
        return disclosure, token

    def new_link(self) -> str:
        token = tokens.new_token()
        self.links.create(checksum=tokens.checksum(token))
        return token

    def may_read(self, user: User) -> bool:
        return Disclosure.objects.visible_to(user).filter(pk=self.pk).exists()

    def readers(self) -> models.QuerySet[User]:
        """Those who are let in, and are recipients still."""
        return recipients().filter(pk__in=self.recipients.filter(left_out=False).values("person"))

    def to_let_in(self) -> models.QuerySet[User]:
        """Recipients who are not let in, but those the matter is about."""
        return recipients().exclude(pk__in=self.recipients.values("person"))

    # The road. Each method: right, lock, guard, change, history, a line.

    def hear(self, text: str, key: uuid.UUID | None = None) -> "DisclosureLine":
        """The whistleblower writes. The same `key` again gives the line already there."""
        if not text.strip():
            raise ValidationError({"text": _("Write a message.")})
        with transaction.atomic():
            heard = {"disclosure": self, "kind": DisclosureLine.Kind.HEARD, "text": text.strip()}
            heard["created_at"] = self._day_of_line() if self.anonymous else clock.now()
            line, new = self.lines.get_or_create(key=key or uuid.uuid4(), defaults=heard)
            if new:
                self._news(self.readers())
        return line

    def write(self, by: User, text: str) -> "DisclosureLine":
        """A message to the whistleblower, read at the secret address."""
        return self._say(by, DisclosureLine.Kind.WRITTEN, text)

    def note(self, by: User, text: str) -> "DisclosureLine":
        """For the recipients alone."""
        return self._say(by, DisclosureLine.Kind.NOTE, text)

    def take(self, by: User, *, status: str, responsible: User | None, version: int | None = None) -> None:
        """Say how far it has come, and who is responsible for it."""
        self._demand(by)
        with self.changing(by, version=version):
            self._demand(by)
            if not self.is_open:
                raise ValidationError(_("It is ended."))
            if status not in (self.Status.ASSESSED, self.Status.INVESTIGATED):
                raise ValidationError({"status": _("Choose how far it has come.")})
            if responsible and not self.may_read(responsible):
                raise ValidationError({"responsible": _("Choose one of those who read it.")})
            self.status, self.responsible = status, responsible
            self._line(by, DisclosureLine.Kind.EVENT, self.get_status_display())

    def end(self, by: User, *, conclusion: str, answer: str, version: int | None = None) -> None:
        """The conclusion, and an answer to the whistleblower. Retaliation is looked for some months after."""
        self._demand(by)
        for name, text in (("conclusion", conclusion), ("answer", answer)):
            if not text.strip():
                raise ValidationError({name: _("Write how it ended.")})
        with self.changing(by, version=version):
            self._demand(by)
            if not self.is_open:
                raise ValidationError(_("It is ended."))
            self.status, self.conclusion = self.Status.ENDED, conclusion.strip()
            self.retaliation_check = clock.today() + datetime.timedelta(DAYS_TO_RETALIATION_CHECK)
            self._line(by, DisclosureLine.Kind.WRITTEN, answer)
            self._line(by, DisclosureLine.Kind.EVENT, self.get_status_display())

    def check_retaliation(self, by: User, text: str, *, version: int | None = None) -> None:
        """Whether the whistleblower has been met with retaliation, and what is done about it (§ 2 A-4)."""
        self._demand(by)
        if not text.strip():
            raise ValidationError({"text": _("Write what you found.")})
        with self.changing(by, version=version):
            self._demand(by)
            if not self.checks_retaliation:
                raise ValidationError(_("This is already taken care of."))
            self.retaliation_checked_at = clock.now()
            self._line(by, DisclosureLine.Kind.NOTE, _("Check for retaliation: %(text)s") % {"text": text.strip()})

    def let_in(self, by: User, person: User) -> None:
        """Let a recipient who came later read it too. Never one the matter is about."""
        self._demand(by)
        with transaction.atomic():
            if not self.to_let_in().filter(pk=person.pk).exists():
                raise ValidationError({"person": _("This person can't be let in.")})
            self.recipients.create(person=person, added_by=by)
            self._line(by, DisclosureLine.Kind.EVENT, _("Let in: %(name)s") % {"name": person.get_full_name()})
        self._news([person])

    def look(self, by: User, what: str) -> None:
        """Write down that the person opened it."""
        self.look_ups.create(person=by, person_label=by.get_full_name(), what=what, at=clock.now())

    def _say(self, by: User, kind: str, text: str) -> "DisclosureLine":
        self._demand(by)
        if not text.strip():
            raise ValidationError({"text": _("Write a message.")})
        return self._line(by, kind, text)

    def _demand(self, by: User) -> None:
        if not self.may_read(by):
            raise PermissionDenied

    def _line(self, by: User | None, kind: str, text: str) -> "DisclosureLine":
        return self.lines.create(
            kind=kind,
            text=text.strip(),
            author=by,
            author_label=by.get_full_name() if by else "",
            created_at=clock.now(),
        )

    def _day_of_line(self) -> datetime.datetime:
        last = self.lines.order_by("-created_at").values_list("created_at", flat=True).first()
        return max(clock.midnight(), last or clock.midnight())

    def _keep(self, files: Iterable[CleanFile]) -> None:
        for file in files:
            kept = DisclosureFile.holding(file, disclosure=self)
            kept.save()
            if self.anonymous:
                kept.forget_time(clock.midnight())

    def _news(self, people: Iterable[User]) -> None:
        """There is something new: told at once, or the day after when it comes from somebody anonymous."""
        if self.anonymous and clock.is_live():
            self._wait(self.untold_since or clock.today())
        else:
            self._mail(people)

    def _mail(self, people: Iterable[User]) -> None:
        """A letter that says that there is something new in the room, and not one word more."""
        if clock.is_live():
            post(letters.of_room(person, f"{uuid.uuid4().hex}") for person in people if person.email)

    def _wait(self, since: datetime.date | None) -> None:
        self.untold_since = since
        self.save(update_fields=["untold_since"])

    @transaction.atomic
    def tell(self) -> None:
        """Tell the readers of what was written anonymously (periodic)."""
        self._wait(None)
        self._mail(self.readers())

    @transaction.atomic
    def remind(self) -> None:
        """Remind the readers of the duty to act (periodic)."""
        self.reminded_on = clock.today()
        self.save(update_fields=["reminded_on"])
        self._mail(self.readers())


class DisclosureSeries(models.Model):
    """The last number given in a year."""

    year = models.PositiveIntegerField(unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"V-{self.year}-{self.last:03d}"

    @classmethod
    def locked(cls) -> "DisclosureSeries":
        """This year's row, locked until the transaction ends."""
        year = clock.today().year
        cls.objects.get_or_create(year=year)
        return cls.objects.select_for_update().get(year=year)

    def take(self) -> str:
        """The next reference, such as "V-2026-003"."""
        self.last += 1
        self.save(update_fields=["last"])
        return str(self)


class DisclosureRecipient(models.Model):
    """A recipient who reads the disclosure, or whom it is about and who therefore never does."""

    append_only = True

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="recipients")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    left_out = models.BooleanField(default=False)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["disclosure", "person"], name="one_place_per_recipient")]

    def __str__(self) -> str:
        return f"{self.pk}"


class DisclosureLine(models.Model):
    """A line in the timeline. Never changed and never deleted, guarded in the database."""

    class Kind(models.TextChoices):
        HEARD = "heard", _lazy("From the whistleblower")
        WRITTEN = "written", _lazy("To the whistleblower")
        NOTE = "note", _lazy("Internal note")
        EVENT = "event", _lazy("Event")

    append_only = True
    SHARED = (Kind.HEARD, Kind.WRITTEN)

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="lines")
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    author_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


class DisclosureFile(PrivateFile):
    """A file that came with it."""

    folder = "disclosures"

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="files")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


class DisclosureLink(models.Model):
    """A secret address of 256 bits to one disclosure. The address itself is not kept."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="links")
    checksum = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return f"{self.pk}"


class DisclosureLookUp(models.Model):
    """One time that one recipient opened it. Never changed and never deleted, guarded in the database."""

    class What(models.TextChoices):
        PAGE = "page", _lazy("The disclosure")
        FILE = "file", _lazy("A file")

    append_only = True

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="look_ups")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person_label = models.CharField(max_length=200)
    what = models.CharField(max_length=10, choices=What)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.pk}"


def tell_and_remind() -> int:
    """What is due in the room (periodic): tell of what came anonymously, remind of the duty to act."""
    news, late = list(Disclosure.objects.to_tell_of()), list(Disclosure.objects.to_remind_of())
    for disclosure in news:
        disclosure.tell()
    for disclosure in late:
        disclosure.remind()
    return len(news) + len(late)

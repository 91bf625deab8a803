"""Hearings (G6, S6): a draft is put before people, what they say is kept, and every comment is answered.

A round shows the text as it was when the round opened, so that each comment is read beside what it is
about, however the draft is edited afterwards.
"""

import datetime
import hashlib
import secrets
import uuid
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from handbook.permissions import reads_draft, writes
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.reminders import remind
from organisation.roles import Role

from .document import Document
from .edition import Edition

COMMENT_LENGTH = 4_000
COMMENTS_PER_LINK = 100
TOKEN_BYTES = 32
DAYS_ANSWERS_ARE_SHOWN = 90  # to an outsider, after the round
SUBJECT_LENGTH = 200


class HearingRoundQuerySet(models.QuerySet["HearingRound"]):
    def open(self) -> Self:
        """Rounds that take comments today."""
        return self.filter(closed_at__isnull=True, deadline__gte=clock.today())

    def past_deadline(self) -> Self:
        """Rounds that nobody has closed though their deadline is over."""
        return self.filter(closed_at__isnull=True, deadline__lt=clock.today())

    def of_draft(self, document: Document) -> Self:
        """The rounds about what is written since the latest edition."""
        return self.filter(document=document, after=document.latest_edition())

    def asking(self, user: User) -> Self:
        """Rounds whose audience the person belongs to: everybody's, and those of the units above the own one.
        An auditor is asked nothing: who judges the system does not write it."""
        if user.has_role(Role.AUDITOR):
            return self.none()
        path = user.unit.path if user.unit else ""
        ways = [path[:end] for end in range(Unit.steplen, len(path) + 1, Unit.steplen)]
        through = HearingRound.units.through.objects.filter(hearinground=OuterRef("pk"), unit__path__in=ways)
        return self.filter(Q(for_all=True) | Exists(through))

    def readable_by(self, user: User) -> Self:
        """Rounds the person is or was asked in, or said something in. Whoever writes a page reads all of its
        rounds, and an auditor reads every one."""
        if user.has_role(Role.AUDITOR):
            return self
        said = HearingComment.objects.filter(round=OuterRef("pk"), author=user)
        return self.filter(Q(pk__in=self.asking(user).values("pk")) | Exists(said))

    def not_answered_by(self, user: User) -> Self:
        """Rounds where the person has said nothing yet, and which the person did not open."""
        said = HearingComment.objects.filter(round=OuterRef("pk"), author=user)
        return self.filter(~Exists(said)).exclude(opened_by=user)

    def for_list(self) -> Self:
        return self.select_related("document__page", "opened_by").defer("html", "text", "toc")


class HearingRound(VersionedModel):
    """One round of a hearing about a draft, open to all employees, to named units, or by link."""

    document = models.ForeignKey(
        Document, verbose_name=_lazy("document"), on_delete=models.PROTECT, related_name="hearings"
    )
    after = models.ForeignKey(
        Edition,
        verbose_name=_lazy("version in force then"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    number = models.PositiveSmallIntegerField(_lazy("round"))
    question = models.TextField(_lazy("what we ask about"), max_length=2_000)
    for_all = models.BooleanField(_lazy("all employees"), default=False)
    units = models.ManyToManyField(Unit, verbose_name=_lazy("units"), blank=True, related_name="+")
    audience = models.TextField(_lazy("audience"))
    deadline = models.DateField(_lazy("deadline"))
    title = models.CharField(_lazy("title"), max_length=255)
    html = models.TextField(_lazy("as shown"))
    text = models.TextField(_lazy("as text"))
    toc = models.JSONField(_lazy("headings"), default=list)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("opened by"), on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField(_lazy("opened"))
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("closed by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    closed_at = models.DateTimeField(_lazy("closed"), null=True, blank=True)

    history = Records(excluded_fields=["html", "text", "toc"])
    objects = HearingRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("hearing round")
        verbose_name_plural = _lazy("hearing rounds")
        ordering = ["-opened_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["document"], condition=Q(closed_at__isnull=True), name="one_open_round_of_a_document"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document.document_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("handbook:hearing_round", args=[self.document.document_id, self.pk])

    @property
    def is_open(self) -> bool:
        """Whether comments are taken: until the end of the day of the deadline, or until closed."""
        return self.closed_at is None and clock.today() <= self.deadline

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The headings of the text as heard: (anchor, heading)."""
        return [(anchor, heading) for anchor, heading in self.toc]

    def asks(self, user: User) -> bool:
        """Whether the person belongs to the audience."""
        return HearingRound.objects.asking(user).filter(pk=self.pk).exists()

    def may_read(self, user: User) -> bool:
        """The audience, those who write or approve the page, the auditor, and whoever said something in the round."""
        readable = HearingRound.objects.readable_by(user).filter(pk=self.pk)
        return reads_draft(user, self.document) or readable.exists()

    def may_comment(self, user: User) -> bool:
        return self.is_open and user.is_active and self.asks(user)

    def close(self, by: User | None, *, version: int | None = None) -> None:
        """Take no more comments. `by` is None when the deadline did it.

        Raises PermissionDenied, and ValidationError when the round is closed already.
        """
        if by is not None and not writes(by, self.document):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.closed_at is not None:
                raise ValidationError(_("The round is closed already."))
            self.closed_by, self.closed_at = by, clock.now()

    @transaction.atomic
    def comment(self, by: User, text: str, section: str = "", key: uuid.UUID | None = None) -> "HearingComment":
        """What an employee in the audience says. The same `key` again gives the comment already made.

        Raises PermissionDenied outside the audience, ValidationError when the round is over or the text is wrong.
        """
        if not self.asks(by):
            raise PermissionDenied(_("This hearing is for other units."))
        return HearingComment.add(self, text=text, section=section, name=str(by), author=by, key=key)


class HearingLink(VersionedModel):
    """A way in for one outsider (S6). The address is shown once; only its checksum is kept."""

    round = models.ForeignKey(HearingRound, verbose_name=_lazy("round"), on_delete=models.PROTECT, related_name="links")
    recipient = models.CharField(_lazy("for whom"), max_length=120)
    sha256 = models.CharField(_lazy("checksum"), max_length=64, unique=True, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("made by"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_lazy("made"))
    revoked_at = models.DateTimeField(_lazy("revoked"), null=True, blank=True)

    history = Records(excluded_fields=["sha256"])

    class Meta:
        verbose_name = _lazy("hearing link")
        verbose_name_plural = _lazy("hearing links")
        ordering = ["made_at", "pk"]

    def __str__(self) -> str:
        return self.recipient

    @classmethod
    def make(cls, by: User, hearing: HearingRound, recipient: str) -> tuple["HearingLink", str]:
        """A link and its token, which nobody can read again.

        Raises PermissionDenied, and ValidationError when the round is over or nobody is named.
        """
        if not writes(by, hearing.document):
            raise PermissionDenied
        if not recipient.strip():
            raise ValidationError({"recipient": _("Write who the link is for.")})
        with transaction.atomic():
            current = HearingRound.objects.select_for_update().get(pk=hearing.pk)
            if not current.is_open:
                raise ValidationError(_("The round is over."))
            token = secrets.token_urlsafe(TOKEN_BYTES)
            link = cls(round=hearing, recipient=recipient.strip(), sha256=checksum(token), made_by=by)
            link.made_at = clock.now()
            link.save_by(by)
        return link, token

    @classmethod
    def find(cls, token: str) -> "HearingLink | None":
        """The link with this token, as long as it leads somewhere; None when unknown, revoked or expired."""
        found = cls.objects.select_related("round__document").filter(sha256=checksum(token)).first()
        return found if found and found.is_usable else None

    @property
    def is_usable(self) -> bool:
        """While the round is open; afterwards for those who said something, who shall see their answers."""
        if self.revoked_at is not None:
            return False
        return self.round.is_open or (self._answers_are_shown() and self.comments.exists())

    def _answers_are_shown(self) -> bool:
        return clock.today() <= self.round.deadline + datetime.timedelta(DAYS_ANSWERS_ARE_SHOWN)

    def revoke(self, by: User, *, version: int | None = None) -> None:
        """Close this way in, at once. Raises PermissionDenied, and ValidationError when it is closed already."""
        if not writes(by, self.round.document):
            raise PermissionDenied
        with self.changing(by, version=version):
            if self.revoked_at is not None:
                raise ValidationError(_("The link is revoked already."))
            self.revoked_at = clock.now()

    @transaction.atomic
    def comment(self, name: str, text: str, section: str = "", key: uuid.UUID | None = None) -> "HearingComment":
        """What the outsider says, under a name of their own.

        Raises PermissionDenied when the link is revoked, ValidationError when the round is over, the name is
        missing or the link has taken its hundred comments.
        """
        locked = HearingLink.objects.select_for_update(of=("self",)).select_related("round__document").get(pk=self.pk)
        if locked.revoked_at is not None:
            raise PermissionDenied
        if not name.strip():
            raise ValidationError({"name": _("Write your name.")})
        if locked.comments.count() >= COMMENTS_PER_LINK:
            raise ValidationError(_("This link takes no more comments. Write to the municipality instead."))
        who = _("%(name)s, for %(organisation)s") % {"name": name.strip()[:120], "organisation": self.recipient}
        return HearingComment.add(locked.round, text=text, section=section, name=who, link=locked, key=key)


class HearingCommentQuerySet(models.QuerySet["HearingComment"]):
    def unanswered(self) -> Self:
        return self.filter(~Exists(CommentAnswer.objects.filter(comment=OuterRef("pk"))))


class HearingComment(models.Model):
    """What somebody said about a section, or about the whole."""

    append_only = True

    round = models.ForeignKey(
        HearingRound, verbose_name=_lazy("round"), on_delete=models.PROTECT, related_name="comments"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_lazy("employee"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="hearing_comments",
    )
    link = models.ForeignKey(
        HearingLink,
        verbose_name=_lazy("link"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="comments",
    )
    name = models.CharField(_lazy("name"), max_length=250)
    section = models.CharField(_lazy("section"), max_length=200, blank=True)
    text = models.TextField(_lazy("comment"), max_length=COMMENT_LENGTH)
    at = models.DateTimeField(_lazy("said"))
    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = HearingCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("hearing comment")
        verbose_name_plural = _lazy("hearing comments")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(author__isnull=False, link__isnull=True) | Q(author__isnull=True, link__isnull=False),
                name="comment_by_employee_or_by_link",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.round.get_absolute_url()}#kommentar-{self.pk}"

    @classmethod
    def add(
        cls,
        hearing: HearingRound,
        *,
        text: str,
        section: str,
        name: str,
        author: User | None = None,
        link: HearingLink | None = None,
        key: uuid.UUID | None = None,
    ) -> "HearingComment":
        """Add what was said, once for each `key`. The caller has checked who says it."""
        current = HearingRound.objects.select_for_update().get(pk=hearing.pk)
        text = text.strip()
        if key and (said := cls.objects.filter(key=key, round=current, author=author, link=link).first()):
            return said
        if not current.is_open:
            raise ValidationError(_("The round is over. Nothing was saved."))
        if not text:
            raise ValidationError({"text": _("Write what you think.")})
        if len(text) > COMMENT_LENGTH:
            raise ValidationError({"text": _("Write at most %(most)s characters.") % {"most": COMMENT_LENGTH}})
        if section and section not in dict(current.sections):
            raise ValidationError({"section": _("Choose a section of the text.")})
        return cls.objects.create(
            round=current,
            text=text,
            section=section,
            name=name,
            author=author,
            link=link,
            at=clock.now(),
            key=key or uuid.uuid4(),
        )

    @transaction.atomic
    def answer(self, by: User, outcome: str, text: str, *, after: int | None = None) -> "CommentAnswer":
        """Answer for those who write the page. A new answer takes the place of the one before, which is kept.

        `after` is the key of the answer that was shown (0 for none). Raises PermissionDenied, and ValidationError
        when somebody else answered meanwhile, or text or outcome is missing.
        """
        hearing = HearingRound.objects.select_for_update().get(pk=self.round_id)
        if not writes(by, hearing.document):
            raise PermissionDenied
        if outcome not in CommentAnswer.Outcome.values:
            raise ValidationError({"outcome": _("Choose what came of the comment.")})
        if not text.strip():
            raise ValidationError({"text": _("Write an answer to the one who commented.")})
        newest = self.answers.order_by("-pk").first()
        if after is not None and after != (newest.pk if newest else 0):
            raise ValidationError(
                _("Somebody else answered this meanwhile. Read that answer before you write another.")
            )
        answer = CommentAnswer.objects.create(
            comment=self, outcome=outcome, text=text.strip(), by=by, by_name=str(by), at=clock.now()
        )
        self._tell_the_author(hearing)
        return answer

    def _tell_the_author(self, hearing: HearingRound) -> None:
        if self.author_id is not None:
            subject = _("Your comment is answered: %(title)s") % {"title": hearing.title}
            remind(self.author, f"answer:{self.pk}", subject[:SUBJECT_LENGTH], self.get_absolute_url())  # type: ignore[arg-type]


class CommentAnswer(models.Model):
    """What came of a comment, and why. The newest answer of a comment counts."""

    append_only = True

    class Outcome(models.TextChoices):
        TAKEN_IN = "taken_in", _lazy("Taken in")
        PARTLY = "partly", _lazy("Partly taken in")
        NOT_TAKEN_IN = "not_taken_in", _lazy("Not taken in")
        NOTED = "noted", _lazy("Noted")

    comment = models.ForeignKey(
        HearingComment, verbose_name=_lazy("comment"), on_delete=models.PROTECT, related_name="answers"
    )
    outcome = models.CharField(_lazy("what came of it"), max_length=20, choices=Outcome)
    text = models.TextField(_lazy("answer"), max_length=COMMENT_LENGTH)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_lazy("answered by"), on_delete=models.PROTECT, related_name="+"
    )
    by_name = models.CharField(_lazy("name"), max_length=200)
    at = models.DateTimeField(_lazy("answered"))

    class Meta:
        verbose_name = _lazy("answer to a comment")
        verbose_name_plural = _lazy("answers to comments")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()}: {self.text[:60]}"

    @property
    def tone(self) -> str:
        return {"taken_in": "ok", "partly": "info", "not_taken_in": "warn"}.get(self.outcome, "")


def checksum(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()

"""What people say in a hearing, and what came of it: every comment is answered (G6, S6)."""

import uuid
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from handbook.permissions import writes
from organisation import clock
from organisation.models import User
from organisation.reminders import remind

from .hearing import HearingRound
from .hearing_link import HearingLink

COMMENT_LENGTH = 4_000
COMMENTS_PER_LINK = 100


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
    @transaction.atomic
    def by_employee(
        cls, hearing: HearingRound, by: User, text: str, section: str = "", key: uuid.UUID | None = None
    ) -> "HearingComment":
        """What an employee in the audience says. The same `key` again gives the comment already made.

        Raises PermissionDenied outside the audience, ValidationError when the round is over or the text is wrong.
        """
        if not hearing.asks(by):
            raise PermissionDenied(_("This hearing is for other units."))
        return cls._add(hearing, text=text, section=section, name=str(by), author=by, key=key)

    @classmethod
    @transaction.atomic
    def by_link(
        cls, link: HearingLink, name: str, text: str, section: str = "", key: uuid.UUID | None = None
    ) -> "HearingComment":
        """What the outsider says, under a name of their own.

        Raises PermissionDenied when the link is revoked, ValidationError when the round is over, the name is
        missing or the link has taken its hundred comments.
        """
        locked = HearingLink.objects.select_for_update(of=("self",)).select_related("round__document").get(pk=link.pk)
        if locked.revoked_at is not None:
            raise PermissionDenied
        if not name.strip():
            raise ValidationError({"name": _("Write your name.")})
        if locked.comments.count() >= COMMENTS_PER_LINK:
            raise ValidationError(_("This link takes no more comments. Write to the municipality instead."))
        who = _("%(name)s, for %(organisation)s") % {"name": name.strip()[:120], "organisation": locked.recipient}
        return cls._add(locked.round, text=text, section=section, name=who, link=locked, key=key)

    @classmethod
    def _add(
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
            remind(self.author, f"answer:{self.pk}", subject, self.get_absolute_url())  # type: ignore[arg-type]


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

"""All mail out goes through one table (S27; rule 5 of the design).

A letter is written in the transaction of what it tells about, so that neither is there without the other. It is sent
afterwards, tried again when the mail server can't be reached or says "later", and never sent twice: a letter whose
text was given to a server that did not answer stays as `HANDED_OVER`, for a person to decide. A letter says what and
where, never the content of a case; its text is forgotten once it is sent, for it can hold a secret address.
"""

import datetime
import re
import smtplib
from collections.abc import Iterable, Iterator
from email.utils import make_msgid
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_tasks import task

from . import outbox
from .outbox import ABANDONED_AFTER, ANSWER_LENGTH, OutboxQuerySet, Outgoing
from .roles import Right
from .tokens import checksum

if TYPE_CHECKING:
    from .models import User

SUBJECT_LENGTH = 200
FIRST_WAIT = datetime.timedelta(minutes=1)
LONGEST_WAIT = datetime.timedelta(hours=6)
TRIES = 20  # with doubled waits: about three days


def domain() -> str:
    """The right-hand side of our Message-IDs."""
    return urlsplit(settings.BASE_URL).hostname or "felles"


class MailQuerySet(OutboxQuerySet["Mail"]):
    def unanswered(self) -> Self:
        """Given to a mail server that never said whether it took them."""
        return self.filter(state=Mail.State.HANDED_OVER, taken_at__lt=timezone.now() - ABANDONED_AFTER)

    def undecided(self) -> Self:
        """What a person has to decide about: refused, or not answered."""
        return self.filter(state=Mail.State.REFUSED) | self.unanswered()

    def ours(self, *message_ids: str) -> Self:
        """The letters with these Message-IDs."""
        return self.filter(checksum__in=[checksum(message_id) for message_id in message_ids])


class Mail(Outgoing):
    """One letter to one address. `about` names the occasion: the same occasion is never mailed twice."""

    class State(models.TextChoices):
        WAITING = outbox.WAITING, _("Waiting")
        TAKEN = outbox.TAKEN, _("Being sent")
        HANDED_OVER = "handed_over", _("Handed over, not answered")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")
        BOUNCED = "bounced", _("Came back")
        GIVEN_UP = "given_up", _("Given up")

    about = models.CharField(_("about"), max_length=200, unique=True)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    body = models.TextField(_("text"), blank=True)
    reply_to = models.EmailField(_("answer to"), blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    checksum = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("decided by"), on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter by e-mail")
        verbose_name_plural = _("letters by e-mail")
        ordering = ["-written_at", "-pk"]
        indexes = [
            models.Index(fields=["state", "due_at"], name="mail_due"),
            models.Index(fields=["checksum"], name="mail_checksum"),
        ]

    def __str__(self) -> str:
        return self.about

    @property
    def occasion(self) -> str:
        """The subject without the number of a case: who looks after mail need not know whose case it is."""
        return re.sub(r"^\d{4}-\d{5}: ", "", self.subject)

    def message(self, connection: Any) -> EmailMessage:
        return EmailMessage(
            subject=self.subject,
            body=self.body,
            to=[self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers={"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"},
            connection=connection,
        )

    def hand_over(self) -> None:
        """Its text is about to be given to the server: from now on nobody sends it again by themselves.

        Raises `TakenOver` when another worker has taken it meanwhile.
        """
        mine = Mail.objects.filter(pk=self.pk, state=self.State.TAKEN, taken_at=self.taken_at)
        if not mine.update(state=self.State.HANDED_OVER):
            raise TakenOver
        self.state = self.State.HANDED_OVER

    def sent(self) -> None:
        """The server took it. What could open a case is forgotten: the text, and the addresses for an answer."""
        self.move(self.State.SENT, sent_at=timezone.now(), body="", reply_to="", message_id="", answer="")

    def bounced(self, reason: str) -> None:
        """Another mail server took it, and sent it back."""
        self.move(self.State.BOUNCED, answer=reason[:ANSWER_LENGTH], body="", reply_to="", message_id="")

    @transaction.atomic
    def decide(self, by: "User", state: str) -> None:
        """A person decides what becomes of a letter that was refused or not answered: sent again (`WAITING`), with the
        risk that it comes twice, or given up. Raises `PermissionDenied`, and `ValidationError` when it is not open."""
        if not by.has_right(Right.MANAGE_MAIL):
            raise PermissionDenied
        if not Mail.objects.undecided().select_for_update().filter(pk=self.pk).exists():
            raise ValidationError(gettext("This is already taken care of."))
        if state == self.State.WAITING:
            self.move(state, decided_by=by, due_at=timezone.now(), tries=0)
            transaction.on_commit(deliver.enqueue)
        else:
            self.move(self.State.GIVEN_UP, decided_by=by, body="", reply_to="", message_id="")

    def later(self, why: object) -> None:
        """Try again after a while, twice as long each time; after the last try it is refused."""
        if self.tries >= TRIES:
            self.move(self.State.REFUSED, answer=str(why)[:ANSWER_LENGTH])
            return
        wait = min(FIRST_WAIT * 2 ** (self.tries - 1), LONGEST_WAIT)
        self.wait(wait, why)
        wake_at(self.due_at)


def post(letters: Iterable[Mail]) -> None:
    """Put letters in the queue, each occasion once. They are sent after the transaction."""
    letters = list(letters)
    for letter in letters:
        letter.subject = " ".join(letter.subject.split())[:SUBJECT_LENGTH]
        letter.message_id = letter.message_id or make_msgid(domain=domain())
        letter.checksum = checksum(letter.message_id)
    Mail.objects.bulk_create(letters, ignore_conflicts=True)
    if letters:
        transaction.on_commit(deliver.enqueue)


@task()
def deliver() -> int:
    """Send what is due; how many were sent. Stops when the mail server can't be reached: the rest waits."""
    return sum(_letters_sent())


def wake_at(moment: datetime.datetime) -> None:
    """Let the worker send at that moment. Where tasks can't wait, the job by the clock does (`run_periodic`)."""
    if deliver.get_backend().supports_defer:
        deliver.using(run_after=moment).enqueue()


def _letters_sent() -> Iterator[int]:
    connection = get_connection()
    try:
        while letter := Mail.objects.take():
            try:
                connection.open()
            except (OSError, smtplib.SMTPException) as unreachable:
                letter.later(unreachable)
                return
            yield _send(letter, connection)
            if letter.state == Mail.State.HANDED_OVER:  # the next would fare as badly
                return
    finally:
        connection.close()


class TakenOver(Exception):
    """This worker was away so long that another has taken the letter."""


def _send(letter: Mail, connection: Any) -> int:
    """Send one letter; 1 when the server took it."""
    if hasattr(connection, "before_text"):
        connection.before_text = letter.hand_over
    try:
        if not hasattr(connection, "before_text"):
            letter.hand_over()
        letter.message(connection).send()
    except TakenOver:
        connection.close()
    except smtplib.SMTPSenderRefused as ours:  # our address, not the receiver's: nothing is wrong with the letter
        letter.later(ours)
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        _refuse(letter, refusal)
    except (ValueError, smtplib.SMTPNotSupportedError) as impossible:  # an address that can't be written in a letter
        letter.move(Mail.State.REFUSED, answer=str(impossible)[:ANSWER_LENGTH])
    except (OSError, smtplib.SMTPException) as broken:
        connection.close()
        if letter.state == Mail.State.TAKEN:
            letter.later(broken)
        else:
            letter.move(Mail.State.HANDED_OVER, answer=str(broken)[:ANSWER_LENGTH])
    else:
        letter.sent()
        return 1
    return 0


def _refuse(letter: Mail, refusal: Any) -> None:
    """The server said no: for good (5xx), or for now (4xx)."""
    codes = (
        [code for code, _text in refusal.recipients.values()]
        if isinstance(refusal, smtplib.SMTPRecipientsRefused)
        else [refusal.smtp_code]
    )
    if all(code >= 500 for code in codes):
        letter.move(Mail.State.REFUSED, answer=str(refusal)[:ANSWER_LENGTH])
    else:
        letter.later(refusal)

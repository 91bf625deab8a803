"""All mail out goes through one table (S27; rule 5 of the design).

A letter is written in the transaction of what it tells about, so that neither is there without the other. It is sent
afterwards, tried again when the mail server can't be reached or says "later", and never sent twice: a letter whose
text was given to a server that did not answer stays as `HANDED_OVER`, for a person to decide. A letter says what and
where, never the content of a case; its text is forgotten once it is sent, for it can hold a secret address.
"""

import datetime
import smtplib
from collections.abc import Iterable, Iterator
from email.utils import make_msgid
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_tasks import task

SUBJECT_LENGTH = 200
FIRST_WAIT = datetime.timedelta(minutes=1)
LONGEST_WAIT = datetime.timedelta(hours=6)
TRIES = 20  # with doubled waits: about three days
ABANDONED_AFTER = datetime.timedelta(minutes=10)  # a worker that took a letter and was killed


def domain() -> str:
    """The right-hand side of our Message-IDs."""
    return urlsplit(settings.BASE_URL).hostname or "felles"


class MailQuerySet(models.QuerySet["Mail"]):
    def due(self) -> Self:
        """To be sent now: waiting, or taken by a worker that is gone and had not begun to send it."""
        now = timezone.now()
        waiting = models.Q(state=Mail.State.WAITING, due_at__lte=now)
        return self.filter(waiting | models.Q(state=Mail.State.TAKEN, taken_at__lt=now - ABANDONED_AFTER))

    def unanswered(self) -> Self:
        """Given to a mail server that never said whether it took them."""
        return self.filter(state=Mail.State.HANDED_OVER, taken_at__lt=timezone.now() - ABANDONED_AFTER)

    @transaction.atomic
    def take(self) -> "Mail | None":
        """The next letter to send, for this worker alone; None when there is none."""
        letter = self.due().order_by("due_at", "pk").select_for_update(skip_locked=True).first()
        if letter:
            letter.move(Mail.State.TAKEN, taken_at=timezone.now(), tries=letter.tries + 1)
        return letter


class Mail(models.Model):
    """One letter to one address. `about` names the occasion: the same occasion is never mailed twice."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        TAKEN = "taken", _("Being sent")
        HANDED_OVER = "handed_over", _("Handed over, not answered")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused")

    about = models.CharField(_("about"), max_length=200, unique=True)
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=SUBJECT_LENGTH)
    body = models.TextField(_("text"), blank=True)
    reply_to = models.EmailField(_("answer to"), blank=True)
    message_id = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    answer = models.CharField(_("what the mail server said"), max_length=300, blank=True)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    due_at = models.DateTimeField(_("to be sent"), default=timezone.now)
    taken_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter by e-mail")
        verbose_name_plural = _("letters by e-mail")
        ordering = ["-written_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="mail_due")]

    def __str__(self) -> str:
        return self.about

    def move(self, state: str, **fields: Any) -> None:
        """Another state, saved at once."""
        self.state = state
        for name, value in fields.items():
            setattr(self, name, value)
        self.save(update_fields=["state", *fields])

    def message(self, connection: Any) -> EmailMessage:
        return EmailMessage(
            subject=self.subject,
            body=self.body,
            to=[self.to],
            reply_to=[self.reply_to] if self.reply_to else None,
            headers={"Message-ID": self.message_id, "Auto-Submitted": "auto-generated"},
            connection=connection,
        )

    def later(self, why: object) -> None:
        """Try again after a while, twice as long each time; after the last try it is refused."""
        if self.tries >= TRIES:
            self.move(self.State.REFUSED, answer=str(why)[:300])
            return
        wait = min(FIRST_WAIT * 2 ** (self.tries - 1), LONGEST_WAIT)
        self.move(self.State.WAITING, due_at=timezone.now() + wait, answer=str(why)[:300])


def post(letters: Iterable[Mail]) -> None:
    """Put letters in the queue, each occasion once. They are sent after the transaction."""
    letters = list(letters)
    for letter in letters:
        letter.subject = " ".join(letter.subject.split())[:SUBJECT_LENGTH]
        letter.message_id = letter.message_id or make_msgid(domain=domain())
    Mail.objects.bulk_create(letters, ignore_conflicts=True)
    if letters:
        transaction.on_commit(deliver.enqueue)


@task()
def deliver() -> int:
    """Send what is due; how many were sent. Stops when the mail server can't be reached: the rest waits."""
    return sum(_letters_sent())


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
    finally:
        connection.close()


def _send(letter: Mail, connection: Any) -> int:
    """Send one letter; 1 when the server took it."""

    def hand_over() -> None:
        letter.move(Mail.State.HANDED_OVER)

    if hasattr(connection, "before_text"):
        connection.before_text = hand_over
    else:
        hand_over()
    try:
        letter.message(connection).send()
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as refusal:
        _refuse(letter, refusal)
    except (OSError, smtplib.SMTPException) as broken:
        connection.close()
        if letter.state == Mail.State.TAKEN:
            letter.later(broken)
        else:
            letter.move(Mail.State.HANDED_OVER, answer=str(broken)[:300])
    else:
        letter.move(Mail.State.SENT, sent_at=timezone.now(), body="", answer="")
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
        letter.move(Mail.State.REFUSED, answer=str(refusal)[:300])
    else:
        letter.later(refusal)

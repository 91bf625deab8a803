"""What becomes of a letter by e-mail (S27): an answer on its case, something to be registered, or nothing.

A letter is taken in, in one transaction, before it is put away in the mailbox; it is taken in once, however often it is
read. One letter that can't be taken in stops no other.
"""

import logging
import re
import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cases import letters, uploads
from cases.models import Case, Intake, ReceivedMail, ReplyAddress
from cases.models.case_taking_in import receivers
from cases.permissions import Act, can
from organisation import clock, mail_reading, mailbox, throttle
from organisation.mail import Mail, post
from organisation.mail_reading import Received
from organisation.models import Unit
from organisation.reminders import Reminder, remind_all

logger = logging.getLogger(__name__)

Outcome = ReceivedMail.Outcome
MOST = 10  # letters from one address in a quarter of an hour; more get no receipt and go to the service desk
REFERENCE = re.compile(r"\b\d{4}-\d{5}\b")


def read_mailbox() -> int:
    """Take in what lies in the mailbox; how many letters were put away. Does nothing without a mailbox.

    Raises what `mailbox.opened` does when the mailbox can't be reached: everything is there the next time.
    """
    if not settings.MAILBOX_URL:
        return 0
    begun = clock.now()
    with mailbox.opened(settings.MAILBOX_URL) as box:
        done = sum(_handle(box, letter) for letter in box.letters())
    tell_undelivered()
    _tell_desk(begun)
    return done


def _handle(box: mailbox.Mailbox, letter: mailbox.Letter) -> int:
    try:
        take_in(letter.content, whole=letter.whole)
    except (OperationalError, InterfaceError, OSError):
        logger.exception("The letter %s could not be stored and stays in the mailbox", letter.key)
        return 0
    except Exception:
        logger.exception("The letter %s could not be taken in and is put in %s", letter.key, mailbox.FAILED)
        box.put_away(letter, mailbox.FAILED)
        return 1
    box.put_away(letter, mailbox.DONE)
    return 1


def take_in(content: bytes, *, whole: bool = True) -> str | None:
    """Do with one letter what should be done; what that was, or None when it is taken in already."""
    received = mail_reading.read(content, whole=whole)
    if ReceivedMail.objects.filter(source=received.source).exists():
        return None
    try:
        with transaction.atomic():
            mark = ReceivedMail.objects.create(source=received.source)
            mark.outcome = _become(received)
            mark.save(update_fields=["outcome"])
    except IntegrityError:
        if ReceivedMail.objects.filter(source=received.source).exists():  # another reader was first
            return None
        raise
    return mark.outcome


def _become(received: Received) -> str:
    if received.bounce:
        return _bounce(received.bounce)
    if received.message_id and Mail.objects.ours(received.message_id).exists():
        return Outcome.OWN
    address = ReplyAddress.objects.named_in(received.addresses, received.answers)
    if received.report or (received.automatic_answer and (address or Mail.objects.ours(*received.answers).exists())):
        return Outcome.AUTOMATIC
    many = bool(received.sender) and throttle.count_one("mail", received.sender.lower()) > MOST
    if address and not many and address.is_of(received.sender) and _answer(address, received):
        return Outcome.ANSWER
    intake = _intake(received, _case_of(address, received))
    if received.may_be_answered and not many and clock.is_live():
        post([letters.of_receipt(intake)])
    return Outcome.INTAKE


def _bounce(bounce: mail_reading.Bounce) -> str:
    """A letter of ours came back. Who handles the case is told by `tell_undelivered`."""
    for letter in Mail.objects.ours(bounce.message_id).filter(state__in=(Mail.State.SENT, Mail.State.HANDED_OVER)):
        letter.bounced(bounce.reason)
    return Outcome.BOUNCE


def tell_undelivered() -> int:
    """Tell who handles a case that the reporter's address does not work, once for each letter; how many."""
    told = 0
    for address in ReplyAddress.objects.undelivered().select_related("case__correspondent"):
        with transaction.atomic():
            if ReplyAddress.objects.filter(pk=address.pk, told_at=None).update(told_at=clock.now()):
                address.case.hear_undelivered()
                told += 1
    return told


# Answers


def _answer(address: ReplyAddress, received: Received) -> bool:
    """Put what is new in the letter on its case; False when the person may not, or wrote nothing."""
    files, remarks = _files(received)
    text = mail_reading.without_history(received.text)
    if not text and not files:
        return False
    text = "\n\n".join([text or _("(Only files.)"), *remarks])
    if address.correspondent:
        address.case.hear(text, files, key=uuid.uuid5(uuid.NAMESPACE_URL, received.source))
        return True
    try:
        with transaction.atomic():
            _say(address, text, files)
    except (PermissionDenied, ValidationError):
        return False
    return True


def _say(address: ReplyAddress, text: str, files: list[uploads.CleanFile]) -> None:
    """An employee's answer: a message to all who read the case."""
    case, user = address.case, address.user
    if user is None:
        raise PermissionDenied
    may_attach = can(user, Act.ATTACH, case) and case.is_open
    if files and not may_attach:
        text = "\n".join([text, *(_not_taken(file.name, _("you can't add files to this case.")) for file in files)])
    case.say(user, text)
    if may_attach:
        case.attach(user, files)


# Intakes


def _intake(received: Received, about: Case | None) -> Intake:
    files, remarks = _files(received)
    text = received.text or _("(The e-mail has no text.)")
    intake = Intake(
        source=received.source,
        channel=Case.Channel.EMAIL,
        unit=Unit.objects.get(depth=1),
        title=received.subject[:120],
        text="\n\n".join([text, *remarks]),
        name=received.name[:120],
        email=received.sender,
        seems_about=about,
    )
    intake.save_by(None)
    intake.keep(files)
    return intake


def _case_of(address: ReplyAddress | None, received: Received) -> Case | None:
    """The case a letter seems to be about: the service desk decides whether it is."""
    if address:
        return address.case
    named = REFERENCE.findall(received.subject)
    return Case.objects.filter(reference__in=named[:1]).first()


def _files(received: Received) -> tuple[list[uploads.CleanFile], list[str]]:
    """The files that may be kept, and what the text has to say about the others."""
    kept, remarks = [], []
    for number, file in enumerate(received.files):
        if number >= settings.ATTACHMENTS_PER_REPORT:
            more = len(received.files) - number
            words = ngettext("%(n)s more attachment was left out.", "%(n)s more attachments were left out.", more)
            remarks.append(words % {"n": more})
            break
        try:
            kept.append(uploads.clean(SimpleUploadedFile(file.name or "-", file.content)))
        except ValidationError as refused:
            remarks.append(_not_taken("", " ".join(refused.messages)))
    if received.cut:
        remarks.append(_("The e-mail was so large that not all of it could be read."))
    return kept, remarks


def _not_taken(name: str, why: str) -> str:
    return _("Attachment left out: %(why)s") % {"why": f"“{name}”: {why}" if name else why}


def _tell_desk(begun: object) -> None:
    """Tell those at the service desk of the new letters, once for all that came in this reading."""
    new = list(Intake.objects.filter(source__startswith="mail:", received_at__gte=begun).select_related("unit"))
    if not new:
        return
    subject = ngettext("%(n)s new e-mail to be sorted", "%(n)s new e-mails to be sorted", len(new)) % {"n": len(new)}
    remind_all(
        Reminder(user=user, about=f"mailbox:{new[0].pk}", subject=subject, url=letters.queue_path())
        for user in receivers(new[0].unit)
    )

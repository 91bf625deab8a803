"""Where answers by e-mail come to (S27): each letter about a case has a secret address of its own, so that an answer
lands on its case. It holds for the person the letter was sent to, and for half a year."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from organisation import clock, tokens
from organisation.mail import Mail, domain

if TYPE_CHECKING:
    from organisation.models import User

    from .case import Case
    from .correspondent import Correspondent

KEPT_OPEN = datetime.timedelta(days=180)


class ReplyAddressQuerySet(models.QuerySet["ReplyAddress"]):
    def named_in(self, addresses: Iterable[str], message_ids: Iterable[str]) -> "ReplyAddress | None":
        """The one a letter is sent to, or the one of the letter it answers; also when it no longer holds."""
        plus = [address.partition("@")[0].partition("+")[2] for address in addresses]
        answered = [message_id.strip("<>").partition("@")[0] for message_id in message_ids]
        named = [tokens.checksum(token.lower()) for token in [*plus, *answered] if token]
        return self.filter(checksum__in=named).select_related("case", "correspondent", "user").first()

    def undelivered(self) -> Self:
        """Those of letters to people outside that were refused or came back, and nobody was told of it yet."""
        failed = Mail.objects.filter(about=OuterRef("about"), state__in=(Mail.State.REFUSED, Mail.State.BOUNCED))
        return self.filter(Exists(failed), told_at=None).exclude(correspondent=None)


class ReplyAddress(models.Model):
    """An address such as dialogen+<secret>@asker.example, of one letter about one case. The secret is not kept."""

    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    correspondent = models.ForeignKey("cases.Correspondent", on_delete=models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    checksum = models.CharField(max_length=64, unique=True)
    about = models.CharField(max_length=200)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)

    objects = ReplyAddressQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["about"], name="reply_about")]
        constraints = [
            models.CheckConstraint(
                condition=Q(correspondent=None, user__isnull=False) | Q(correspondent__isnull=False, user=None),
                name="reply_of_one_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}"

    def is_of(self, sender: str) -> bool:
        """Whether an answer from this address is the person's, and comes in time."""
        person = self.correspondent or self.user
        address = person.email if person else ""
        holds = self.revoked_at is None and self.made_at > clock.now() - KEPT_OPEN
        return holds and bool(address) and address.lower() == sender.lower()


def answerable(
    letter: Mail, case: "Case", *, correspondent: "Correspondent | None" = None, user: "User | None" = None
) -> Mail:
    """The letter with an address for the answer. Its Message-ID carries the secret too, for programs that lose the
    address. Without a mailbox there is no address to answer to, but who handles the case is told of what comes back."""
    token = tokens.new_mail_token()
    letter.message_id = f"<{token}@{domain()}>"
    if settings.MAILBOX_ADDRESS:
        local, _at, host = settings.MAILBOX_ADDRESS.rpartition("@")
        letter.reply_to = f"{local}+{token}@{host}"
    ReplyAddress.objects.create(
        case=case, correspondent=correspondent, user=user, checksum=tokens.checksum(token), about=letter.about
    )
    return letter

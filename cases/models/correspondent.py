"""The person without an account whom a case is talked over with (S26, S31, G18): an inhabitant, or an employee who
is anonymous to all. Follows the case by secret links."""

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import letters
from organisation import clock, tokens
from organisation.history import Records
from organisation.mail import post

from .timeline import Entry

if TYPE_CHECKING:
    pass

PERSONAL = ["name", "email", "phone"]


class CorrespondentQuerySet(models.QuerySet["Correspondent"]):
    def holding(self, token: str) -> Self:
        """Whom a secret link belongs to: nobody when it is forged or no longer valid."""
        links = SecretLink.objects.filter(checksum=tokens.checksum(token), revoked_at=None)
        return self.filter(pk__in=links.values("correspondent"))

    def to_tell_of(self) -> Self:
        """Those who wrote anonymously yesterday or before, and nobody is told yet."""
        return self.filter(untold_since__lt=clock.today()).select_related("case__unit", "case__page_owner")


class Correspondent(models.Model):
    """Who reported a case from outside. Says nothing of an anonymous one.

    Name, address and phone are left out of the history, so that they can be erased (GDPR art. 17) while the history of
    the case stands.
    """

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="correspondent")
    anonymous = models.BooleanField(_("anonymous"), default=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    may_tell_others = models.BooleanField(
        _("may be told in the public list"), default=False, help_text=_("Without name, when it has led to something.")
    )

    untold_since = models.DateField(
        null=True, blank=True, editable=False, help_text=_("Since when nobody is told what somebody anonymous wrote.")
    )

    history = Records(excluded_fields=[*PERSONAL, "untold_since"])
    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("reporter outside")
        verbose_name_plural = _("reporters outside")

    def __str__(self) -> str:
        return f"{self.case.reference}"

    @transaction.atomic
    def new_link(self) -> str:
        """The token of a new secret link to the case; only its checksum is kept."""
        token = tokens.new_token()
        self.links.create(checksum=tokens.checksum(token))
        return token

    def wait_to_tell(self, since: datetime.date | None) -> None:
        """Nobody is told yet of what the person wrote; None when they are."""
        self.untold_since = since
        self.save(update_fields=["untold_since"])

    def hear(self, text: str) -> Entry:
        """A letter from the person into the case. Who handles it, or may, is told."""
        return self.case.hear(text)

    def tell(self, about: str, event: str) -> None:
        """Write that there is news, with a link of its own. Nothing is sent to who gave no address.

        `about` names the occasion, which is mailed once; `event` is what happened, in a few words that tell nothing
        of the case.
        """
        if self.email and clock.is_live():
            post([letters.of_news(self, about, event, self.new_link())])


class SecretLink(models.Model):
    """A secret address of 256 bits to one case. The address itself is not kept."""

    correspondent = models.ForeignKey(Correspondent, on_delete=models.PROTECT, related_name="links")
    checksum = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=clock.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("secret link")
        verbose_name_plural = _("secret links")

    def __str__(self) -> str:
        return f"{self.pk}"

    @staticmethod
    def address(token: str) -> str:
        """The path of the page the token opens."""
        return reverse("cases:status", args=[token])


def tell_of_anonymous() -> int:
    """What somebody anonymous wrote is told the day after (periodic); how many cases were told of."""
    waiting = list(Correspondent.objects.to_tell_of())
    for person in waiting:
        person.case.tell_of_anonymous()
    return len(waiting)

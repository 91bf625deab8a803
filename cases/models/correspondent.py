"""The person without an account whom a case is talked over with (S26, S31, G18): an inhabitant, or an employee who
is anonymous to all. Follows the case by secret links."""

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cases import letters
from organisation import clock, tokens
from organisation.history import Records, VersionedModel
from organisation.mail import post

from .reply_address import ReplyAddress, answerable

if TYPE_CHECKING:
    pass

PERSONAL = ["name", "email", "phone"]


class CorrespondentQuerySet(models.QuerySet["Correspondent"]):
    def to_ask(self, closed_before: datetime.datetime) -> Self:
        """Those who can be asked whether it got better, and were not since the case was closed last."""
        closed = self.filter(case__status="closed", case__closed_at__lte=closed_before).exclude(email="")
        return closed.filter(Q(asked_at=None) | Q(asked_at__lt=F("case__closed_at")))

    def holding(self, token: str) -> Self:
        """Whom a secret link belongs to: nobody when it is forged or no longer valid."""
        links = SecretLink.objects.filter(checksum=tokens.checksum(token), revoked_at=None)
        return self.filter(pk__in=links.values("correspondent"))


class Correspondent(VersionedModel):
    """Who reported a case from outside. Says nothing of an anonymous one.

    Name, address and phone are left out of the history, so that they can be erased (GDPR art. 17) while the history of
    the case stands.
    """

    class Better(models.TextChoices):
        YES = "yes", _("Yes, it got better")
        PARTLY = "partly", _("Partly")
        NO = "no", _("No, it did not")

    case = models.OneToOneField("cases.Case", on_delete=models.PROTECT, related_name="correspondent")
    anonymous = models.BooleanField(_("anonymous"), default=False)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    may_tell_others = models.BooleanField(
        _("may be told in the public list"), default=False, help_text=_("Without name, when it has led to something.")
    )

    asked_at = models.DateTimeField(_("asked whether it got better"), null=True, blank=True, editable=False)
    better = models.CharField(_("did it get better?"), max_length=10, choices=Better, blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered whether it got better"), null=True, blank=True, editable=False)

    history = Records(excluded_fields=PERSONAL)
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

    def revoke_links(self, but: str) -> None:
        """Make every link invalid but the one with this token, and the addresses for answers by e-mail."""
        ReplyAddress.objects.filter(correspondent=self, revoked_at=None).update(revoked_at=clock.now())
        self.links.filter(revoked_at=None).exclude(checksum=tokens.checksum(but)).update(revoked_at=clock.now())

    def ask(self) -> None:
        """Ask by mail whether it got better, once each time the case is closed. What was answered before stays in the
        timeline."""
        with self.changing(None):
            self.asked_at, self.better = clock.now(), ""
            if self.email and clock.is_live():
                occasion = f"better:{self.case.reference}:{self.case.closed_at:%Y%m%d%H%M}"
                letter = letters.of_question(self, occasion, self.new_link())
                post([answerable(letter, self.case, correspondent=self)])

    def say_whether_better(self, better: str, words: str = "") -> None:
        """The person's own evaluation of the effect (S29, S31). Who handles the case is told when it did not help, and
        may take the case up again. May be said again while the case is closed."""
        with self.changing(None):
            self.better, self.answered_at = better, clock.now()
            self.case.hear_effect(self.get_better_display(), words, helped=better != self.Better.NO)

    def tell(self, about: str, event: str) -> None:
        """Write that there is news, with a link of its own. Nothing is sent to who gave no address.

        `about` names the occasion, which is mailed once; `event` is what happened, in a few words that tell nothing
        of the case.
        """
        if self.email and clock.is_live():
            letter = letters.of_news(self, about, event, self.new_link())
            post([answerable(letter, self.case, correspondent=self)])


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

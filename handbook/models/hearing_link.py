"""The ways into a hearing for people without an account (S6)."""

import datetime

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from handbook.permissions import writes
from organisation import clock
from organisation.history import Records, VersionedModel
from organisation.models import User
from organisation.tokens import checksum, new_token

from .hearing import HearingRound

DAYS_ANSWERS_ARE_SHOWN = 90  # to an outsider, after the round


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
            token = new_token()
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

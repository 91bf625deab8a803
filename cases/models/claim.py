"""Who is sorting what right now, so that two at the service desk do not sort the same (S32)."""

import datetime
from typing import TYPE_CHECKING, Self, Union

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from organisation import clock
from organisation.models import User

if TYPE_CHECKING:
    from .case import Case
    from .intake import Intake

HELD_FOR = datetime.timedelta(minutes=15)


def key_of(thing: Union["Case", "Intake"]) -> str:
    """What a claim calls it: "case:12", "intake:7"."""
    return f"{thing._meta.model_name}:{thing.pk}"


class ClaimQuerySet(models.QuerySet["Claim"]):
    def current(self) -> Self:
        """Those that hold still: a claim lets go of itself after a quarter of an hour."""
        return self.filter(at__gt=clock.now() - HELD_FOR)

    def holders(self) -> dict[str, User]:
        """Who holds what. One query."""
        return {claim.about: claim.by for claim in self.current().select_related("by")}

    def holder_of(self, thing: Union["Case", "Intake"]) -> User | None:
        claim = self.current().filter(about=key_of(thing)).select_related("by").first()
        return claim.by if claim else None


class Claim(models.Model):
    """One person is sorting one thing. It only tells colleagues: what keeps two from overwriting each other is the
    version of the record."""

    about = models.CharField(max_length=40, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = ClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("claim")
        verbose_name_plural = _lazy("claims")

    def __str__(self) -> str:
        return self.about

    @classmethod
    @transaction.atomic
    def take(cls, by: User, thing: Union["Case", "Intake"]) -> None:
        """Say that one is sorting it, and let go of what one held before. Again: a new quarter of an hour.

        Raises `PermissionDenied` for those who do not sort it, `ValidationError` when somebody else holds it.
        """
        if not thing.may_be_sorted_by(by):
            raise PermissionDenied
        now = clock.now()
        claim, new = cls.objects.select_for_update().get_or_create(about=key_of(thing), defaults={"by": by, "at": now})
        if not new and claim.by_id != by.pk and claim.at > now - HELD_FOR:
            raise ValidationError(_("%(name)s is sorting this now. Take another one.") % {"name": claim.by})
        claim.by, claim.at = by, now
        claim.save()
        cls.objects.filter(by=by).exclude(pk=claim.pk).delete()

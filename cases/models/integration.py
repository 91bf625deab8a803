"""Other systems that report, follow and are told (G28): each with an account of its own and keys with rights."""

import datetime
from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext_lazy

from organisation import clock, tokens
from organisation.history import Records, VersionedModel
from organisation.models import Unit, User
from organisation.roles import Right


class Scope(models.TextChoices):
    """What a key may be used for, of what its account may do."""

    READ = "read", _lazy("read cases")
    REPORT = "report", _lazy("report and write in cases")
    TAKE_IN = "take_in", _lazy("hand in reports from inhabitants (Open311)")
    STATUS = "status", _lazy("send the state of cases it has taken over")


def demand_integrations(by: User) -> None:
    """Raises `PermissionDenied` for all but those who look after the organisation."""
    if not by.has_right(Right.MANAGE_ORGANISATION):
        raise PermissionDenied


class Integration(VersionedModel):
    """Another system. It acts as an account of its own, which nobody can log in with, and which may what an employee
    may: read ordinary cases with personal data hidden, and report. A role at a unit gives it more, as it does people.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="integration")
    name = models.CharField(_lazy("name of the system"), max_length=60, unique=True)
    contact = models.CharField(_lazy("who looks after it"), max_length=200)
    active = models.BooleanField(_lazy("active"), default=True)

    history = Records()

    class Meta:
        verbose_name = _lazy("integration")
        verbose_name_plural = _lazy("integrations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @classmethod
    @transaction.atomic
    def begin(cls, by: User, *, name: str, contact: str, unit: Unit) -> "Integration":
        """A system and its account at the unit. Raises PermissionDenied, ValidationError when the name is taken."""
        demand_integrations(by)
        if cls.objects.filter(name__iexact=name.strip()).exists():
            raise ValidationError({"name": _("There is a system with this name already.")})
        user = User(username=f"system-{slugify(name)}-{tokens.new_token()[:6]}", last_name=name.strip(), unit=unit)
        user.set_unusable_password()
        user._history_user = by  # type: ignore[attr-defined]
        user.save()
        integration = cls(user=user, name=name.strip(), contact=contact.strip())
        integration.save_by(by)
        return integration

    def switch(self, by: User, *, active: bool, version: int | None = None) -> None:
        """Shut it out with all its keys and webhooks, or let it in again."""
        demand_integrations(by)
        with self.changing(by, version=version):
            self.active = active


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def usable(self) -> Self:
        today = clock.today()
        return self.filter(
            Q(expires_on=None) | Q(expires_on__gte=today),
            revoked_at=None,
            integration__active=True,
            integration__user__is_active=True,
        )

    def holding(self, key: str) -> "ApiKey | None":
        """The usable key with this secret; None when it is forged, expired or revoked. One query."""
        return self.usable().select_related("integration__user__unit").filter(checksum=tokens.checksum(key)).first()


class ApiKey(VersionedModel):
    """A secret of 256 bits that lets a system in. Shown once; only its checksum is kept."""

    integration = models.ForeignKey(Integration, on_delete=models.PROTECT, related_name="keys")
    label = models.CharField(_lazy("what the key is for"), max_length=60)
    scopes = models.JSONField(pgettext_lazy("an integration", "may"), default=list)
    checksum = models.CharField(max_length=64, unique=True, editable=False)
    made_at = models.DateTimeField(_lazy("made"), default=clock.now)
    expires_on = models.DateField(_lazy("valid to"), null=True, blank=True)
    used_on = models.DateField(_lazy("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_lazy("revoked"), null=True, blank=True)

    history = Records(excluded_fields=["checksum", "used_on"])
    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _lazy("API key")
        verbose_name_plural = _lazy("API keys")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def issue(
        cls,
        by: User,
        integration: Integration,
        *,
        label: str,
        scopes: Iterable[str],
        expires_on: datetime.date | None = None,
    ) -> tuple["ApiKey", str]:
        """A new key and its secret, which nobody can read again."""
        demand_integrations(by)
        chosen = [scope for scope in Scope.values if scope in set(scopes)]
        if not chosen:
            raise ValidationError({"scopes": _("Choose what the key may be used for.")})
        if expires_on and expires_on < clock.today():
            raise ValidationError({"expires_on": _("The last day can't be in the past.")})
        secret = tokens.new_token()
        key = cls(
            integration=integration,
            label=label.strip(),
            scopes=chosen,
            checksum=tokens.checksum(secret),
            expires_on=expires_on,
        )
        key.save_by(by)
        return key, secret

    def revoke(self, by: User, *, version: int | None = None) -> None:
        """Shut the key out, from the next call on."""
        demand_integrations(by)
        with self.changing(by, version=version):
            if self.revoked_at:
                raise ValidationError(_("The key is revoked already."))
            self.revoked_at = clock.now()

    def note_use(self) -> None:
        """Remember the day it was last used; writes once a day."""
        today = clock.today()
        if self.used_on != today:
            type(self).objects.filter(pk=self.pk).update(used_on=today)

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and (self.expires_on is None or self.expires_on >= clock.today())

    def scopes_in_words(self) -> list[str]:
        return [str(Scope(scope).label) for scope in self.scopes]
